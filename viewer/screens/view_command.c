/* SPDX-License-Identifier: MIT */
/*
 * view_command.c - what is typed after ':': a position, or a command and its words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/glossary.h"
#include "model/position.h"
#include "palette.h"
#include "screen.h"
#include "view_request.h"

/* "@name" may be a mark of the person's own. */
static int view_find_position(struct view *view, const char *words, uint64_t *seq,
			      struct error *error)
{
	const struct bookmark *bookmark = *words == '@'
						  ? bookmarks_find(&view->bookmarks, words + 1)
						  : NULL;

	if (!bookmark)
		return position_find(view->source, words, seq, error);
	*seq = bookmark->seq;
	return 0;
}

int view_go(struct view *view, const char *words)
{
	struct error error;
	uint64_t seq;
	int result = view_find_position(view, words, &seq, &error);

	if (result < 0) {
		view_say(view, "%s", error.text);
		return result;
	}
	result = replay_seek(view->replay, seq);
	if (result < 0)
		view_say(view, "cannot go there: %s", strerror(-result));
	player_stop(&view->player);
	view_moved(view);
	return result < 0 ? result : 0;
}

static enum view_result command_quit(struct view *view, const char *words)
{
	(void)view;
	(void)words;
	return VIEW_QUIT;
}

static enum view_result command_help(struct view *view, const char *words)
{
	const struct glossary_word *word = *words ? glossary_find(words) : NULL;

	if (*words == '\0')
		view->help = true;
	else if (word)
		view_show_card(view, word);
	else
		view_say(view, "'%s' is no word of the glossary", words);
	return VIEW_GO_ON;
}

static enum view_result command_mark(struct view *view, const char *words)
{
	int result = bookmarks_set(&view->bookmarks, words, replay_position(view->replay));

	if (result == -EINVAL)
		view_say(view, "a mark wants a name of 1 to %d letters", BOOKMARK_NAME - 1);
	else if (result < 0)
		view_say(view, "there are %d marks already", BOOKMARKS);
	else
		view_say(view, "marked: :@%s comes back here", words);
	return VIEW_GO_ON;
}

static enum view_result command_break(struct view *view, const char *words)
{
	struct error error;
	int result = search_add_breakpoint(&view->search, words, &error);

	if (result < 0)
		view_say(view, "%s", error.text);
	else
		view_say(view, "breakpoint %d: x runs to it, X back", result);
	view_survey(view);
	return VIEW_GO_ON;
}

static enum view_result command_unbreak(struct view *view, const char *words)
{
	char *end;
	long number = strtol(words, &end, 10);

	if (*end || number < 0 || number > SEARCH_BREAKPOINTS ||
	    !search_remove_breakpoint(&view->search, (int)number))
		view_say(view, "there is no breakpoint %s", words);
	view_survey(view);
	return VIEW_GO_ON;
}

static enum view_result command_filter(struct view *view, const char *words)
{
	view_set_filter(view, words);
	return VIEW_GO_ON;
}

static enum view_result command_pane(struct view *view, const char *words)
{
	if (words[0] < '1' || words[0] >= '1' + PANE_COUNT || words[1] != '\0')
		view_say(view, "panes are numbered from 1 to %d", PANE_COUNT);
	else
		view_set_focus(view, (enum pane_id)(words[0] - '1'));
	return VIEW_GO_ON;
}

static enum view_result command_find(struct view *view, const char *words)
{
	struct error error;

	if (search_set_words(&view->search, words, &error) < 0) {
		view_say(view, "%s", error.text);
		return VIEW_GO_ON;
	}
	view_survey(view);
	view_find_again(view, 1);
	return VIEW_GO_ON;
}

static enum view_result command_screenshot(struct view *view, const char *words)
{
	struct canvas canvas;
	int result = canvas_init(&canvas, view->rows, view->columns);

	if (result == 0) {
		screen_draw(view, &canvas);
		result = *words ? screen_save(&canvas, view->ascii, words) : -ENOENT;
		canvas_term(&canvas);
	}
	if (result < 0)
		view_say(view, "%s: %s", words, strerror(-result));
	else
		view_say(view, "the screen is in %s", words);
	return VIEW_GO_ON;
}

static const struct view_command commands[] = {
	{"break", "FILTER", "set a breakpoint: what to stop at", command_break},
	{"filter", "FILTER", "let lists show only what passes; nothing: everything",
	 command_filter},
	{"find", "FILTER", "find words, or what passes a filter, after this", command_find},
	{"help", "WORD", "what a word means; nothing: this pane, and all keys", command_help},
	{"mark", "NAME", "mark this place", command_mark},
	{"pane", "NUMBER", "give this pane the keys", command_pane},
	{"q", "", "quit", command_quit},
	{"screenshot", "FILE", "write the screen as text", command_screenshot},
	{"unbreak", "NUMBER", "take a breakpoint away; nothing: all", command_unbreak},
};

const struct view_command *view_commands(size_t *count)
{
	*count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}

/* A command or a request of exactly that name: whether there is one. */
static bool command_run(struct view *view, const char *line, enum view_result *result)
{
	size_t length = strcspn(line, " ");
	const char *words = line + length + strspn(line + length, " ");
	enum request request = keys_request_by_name(line, length);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strlen(commands[i].name) != length ||
		    memcmp(commands[i].name, line, length) != 0)
			continue;
		*result = commands[i].run(view, words);
		return true;
	}
	if (request == REQUEST_NONE || *words != '\0')
		return false;
	*result = view_request(view, request, KEYS_NONE);
	return true;
}

/* What the palette found for a word that is no position: the best of it, if it takes no argument. */
static bool command_guess(struct view *view, const char *line, enum view_result *result)
{
	struct palette palette;

	if (strspn(line, "abcdefghijklmnopqrstuvwxyz-") != strlen(line) || strlen(line) < 2)
		return false;
	palette_make(&palette, view, line);
	return palette.rows > 0 && *palette.row[0].argument == '\0' &&
	       command_run(view, palette.row[0].name, result);
}

enum view_result view_command(struct view *view, const char *line)
{
	enum view_result result = VIEW_GO_ON;

	line += strspn(line, " ");
	if (*line == '\0' || command_run(view, line, &result))
		return result;
	if (view_go(view, line) == -EINVAL && command_guess(view, line, &result))
		view->message[0] = '\0';
	return result;
}
