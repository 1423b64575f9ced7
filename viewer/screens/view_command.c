/* SPDX-License-Identifier: MIT */
/*
 * view_command.c - what is typed after ':': a position, or a command and its words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/position.h"
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
	(void)words;
	view->help = true;
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

static const struct {
	const char *name;
	enum view_result (*run)(struct view *view, const char *words);
} commands[] = {
	{"quit", command_quit},     {"q", command_quit},      {"help", command_help},
	{"mark", command_mark},     {"break", command_break}, {"unbreak", command_unbreak},
	{"filter", command_filter},
};

enum view_result view_command(struct view *view, const char *line)
{
	size_t length;

	line += strspn(line, " ");
	length = strcspn(line, " ");
	if (length == 0)
		return VIEW_GO_ON;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strlen(commands[i].name) == length &&
		    memcmp(commands[i].name, line, length) == 0)
			return commands[i].run(view, line + length + strspn(line + length, " "));
	view_go(view, line);
	return VIEW_GO_ON;
}
