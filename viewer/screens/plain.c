/* SPDX-License-Identifier: MIT */
/*
 * plain.c - everything in sentences, one line each.
 */
#include "plain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/cause.h"
#include "model/explain.h"
#include "model/mark.h"
#include "pane.h"
#include "script.h"
#include "utf8.h"

enum {
	PLAIN_LABEL = 128,
	PLAIN_LIST = 20, /* so many of a kind are named */
	PLAIN_ROWS = 40, /* of a pane */
	PLAIN_ROWS_FILLED = 12,
	PLAIN_COLUMNS = 100,
	PLAIN_SOURCE = 512,
	PLAIN_LOOK = 4096 /* at so many channels */
};

static void plain_position(struct view *view, FILE *out)
{
	uint64_t position = replay_position(view->replay);
	const struct event *event = view->scene.event;
	char time[64];

	explain_duration(time, sizeof(time), state_time_ns(view->scene.state));
	fprintf(out, "\nEvent %" PRIu64 " of %" PRIu64, position, view->info.events);
	if (event)
		fprintf(out, ", after %s, thread %" PRIu32, time, event->thread);
	if (view->info.lost)
		fprintf(out, ", %" PRIu64 " events were lost", view->info.lost);
	fprintf(out, ".\n");
}

static void plain_sentence(struct view *view, FILE *out)
{
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];
	const struct event *event = view->scene.event;
	uint64_t cause;

	if (!event) {
		fprintf(out, "%s\n",
			replay_position(view->replay) == 0 ? "Nothing has happened yet."
							   : "This part of the file is damaged.");
		return;
	}
	explain_event(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary, event,
		      mark_text(text, sizeof(text), view->replay, event));
	fprintf(out, "%s\n", sentence);
	if (view->more) {
		explain_why(sentence, sizeof(sentence), view->scene.state, view->scene.dictionary,
			    event);
		fprintf(out, "%s\n", sentence);
	}
	if (view->more && cause_find(replay_events(view->replay), event, &cause) > 0)
		fprintf(out, "The cause: event %" PRIu64 ".\n", cause);
}

/* "T2 ping, T3 pong, and 5 more" along links. */
static void plain_list(const struct view *view, FILE *out, uint32_t id, uint32_t count)
{
	char label[PLAIN_LABEL];

	for (uint32_t i = 0; i < count && id; i++) {
		if (i == PLAIN_LIST) {
			fprintf(out, ", and %" PRIu32 " more", count - i);
			return;
		}
		scene_tasklet_label(label, sizeof(label), &view->scene, id);
		fprintf(out, "%s%s", i ? ", " : "", label);
		id = state_tasklet(view->scene.state, id)->next;
	}
}

static void plain_chain(const struct view *view, FILE *out)
{
	const struct state *state = view->scene.state;
	const struct state_thread *thread = state_thread(state, view_thread(view));
	const struct state_tasklet *running = state_tasklet(state, thread->running);
	bool inside = running->where == STATE_CHAIN;
	uint32_t others = thread->count - (inside && thread->count ? 1 : 0);
	char label[PLAIN_LABEL];

	if (!thread->known)
		return;
	scene_tasklet_label(label, sizeof(label), &view->scene, thread->running);
	fprintf(out, "Running: %s%s. Next in the chain: ", label,
		inside ? "" : " (on its way out)");
	if (others)
		plain_list(view, out, inside ? running->next : thread->first, others);
	else
		fprintf(out, "nobody");
	fprintf(out, ".\n");
	if (thread->run_depth) {
		scene_tasklet_label(label, sizeof(label), &view->scene, thread->run_top);
		fprintf(out, "In scheduler_run: %s.\n", label);
	}
}

/* Those in which somebody waits, and the one the event names. */
static void plain_channels(const struct view *view, FILE *out)
{
	const struct state *state = view->scene.state;
	uint32_t named = 0, last = state_channels(state);

	if (last > PLAIN_LOOK)
		last = PLAIN_LOOK;
	for (uint32_t id = 1; id <= last; id++) {
		const struct state_channel *channel = state_channel(state, id);
		char label[PLAIN_LABEL];

		if (channel->balance == 0 && !scene_touches_channel(&view->scene, id))
			continue;
		if (named++ == PLAIN_LIST) {
			fprintf(out, "Tasklets wait in further channels.\n");
			return;
		}
		scene_channel_label(label, sizeof(label), &view->scene, id);
		fprintf(out, "%s: balance %+" PRId32 ", ", label, channel->balance);
		if (channel->balance == 0) {
			fprintf(out, "nobody waits.\n");
			continue;
		}
		fprintf(out, "%s: ", channel->balance > 0 ? "senders wait" : "receivers wait");
		plain_list(view, out, channel->first, (uint32_t)abs(channel->balance));
		fprintf(out, ".\n");
	}
}

/* The line in the source, as the pane shows it marked. */
static void plain_source(struct view *view, FILE *out)
{
	bool exact;
	const struct dictionary_place *place = dictionary_place(view->scene.dictionary,
								scene_place(&view->scene, &exact));
	char text[PLAIN_SOURCE], clean[UTF8_CLEAN_ROOM(PLAIN_SOURCE)];
	const char *words;

	if (place->line == 0 || !source_file_load(&view->file, place->file) ||
	    place->line > view->file.lines)
		return;
	source_file_line(&view->file, place->line, text, sizeof(text));
	words = text + strspn(text, " ");
	utf8_clean(clean, words, strlen(words));
	fprintf(out, "Line %" PRIu32 "%s: %s\n", place->line, exact ? "" : " (where it stands)",
		clean);
}

static void plain_looking(const struct view *view, FILE *out)
{
	if (view->filter)
		fprintf(out, "Lists show only: %s.\n", filter_words(view->filter));
	if (view->search.breakpoints)
		fprintf(out, "Breakpoints: %d.\n", view->search.breakpoints);
	if (view->player.playing)
		fprintf(out, "Playing.\n");
}

static void plain_question(const struct view *view, FILE *out)
{
	char label[PLAIN_LABEL];

	if (!view->predict.asking)
		return;
	fprintf(out, "Who runs next?");
	for (int i = 0; i < view->predict.choices; i++) {
		scene_tasklet_label(label, sizeof(label), &view->scene, view->predict.choice[i]);
		fprintf(out, " %d: %s%s", i + 1, label,
			i + 1 < view->predict.choices ? "," : ".\n");
	}
}

static void plain_say(struct view *view, FILE *out)
{
	plain_position(view, out);
	plain_sentence(view, out);
	plain_source(view, out);
	plain_chain(view, out);
	plain_channels(view, out);
	plain_looking(view, out);
	plain_question(view, out);
	if (view->card)
		fprintf(out, "%s: %s\n", view->card->word, view->card->definition);
	if (*view->message)
		fprintf(out, "(%s)\n", view->message);
}

/* What a pane shows, as text: for everything that has no sentence. */
static int plain_pane(struct view *view, FILE *out)
{
	const struct pane_ops *ops = pane_ops(view_focus(view));
	struct canvas canvas;
	char title[256], line[CANVAS_ROW_BYTES(PLAIN_COLUMNS)];
	int last = 0, rows = PLAIN_ROWS;

	/* These two fill whatever they are given. */
	if (view_focus(view) == PANE_STACK || view_focus(view) == PANE_RING)
		rows = PLAIN_ROWS_FILLED;
	if (canvas_init(&canvas, rows, PLAIN_COLUMNS) < 0)
		return -ENOMEM;
	snprintf(title, sizeof(title), "%s", ops->name);
	if (ops->title)
		ops->title(view, title, sizeof(title));
	ops->draw(view, &view->pane[view_focus(view)], &canvas);
	fprintf(out, "\nPane %c, %s:\n", pane_key(view_focus(view)), title);
	for (int row = 0; row < canvas.rows; row++)
		if (canvas_row(&canvas, row, view->ascii, line, sizeof(line)) > 0)
			last = row + 1;
	for (int row = 0; row < last; row++) {
		canvas_row(&canvas, row, view->ascii, line, sizeof(line));
		fprintf(out, "%s\n", line);
	}
	canvas_term(&canvas);
	return 1;
}

/* Whether a line is nothing but the key of a pane. */
static bool plain_is_pane(const struct view *view, const char *line)
{
	return !view->predict.asking &&
	       keys_index(&view->keys, REQUEST_PANE, keys_by_name(line, strlen(line))) >= 0;
}

/* 1 to go on, 0 to quit. */
static int plain_line(struct script *script, const char *line, FILE *out)
{
	struct error error;
	bool pane;
	int result;

	if (*line == '\0')
		line = "Right";
	if (strcmp(line, "?") == 0 || strcmp(line, "help") == 0) {
		fprintf(out,
			"An empty line goes one event forward; 1 to 9 and u tell what that pane "
			"shows; "
			"a line of keys presses them; a line that begins with : is a command:\n\n");
		keys_print(out, &script->view->keys, KEYS_TEXT);
		return 1;
	}
	pane = plain_is_pane(script->view, line);
	result = script_do(script, line, &error);
	if (result < 0) {
		fprintf(out, "(%s; ? lists what can be asked for)\n", error.text);
		return 1;
	}
	if (result > 0 && pane)
		return plain_pane(script->view, out);
	if (result > 0)
		plain_say(script->view, out);
	return result;
}

int plain_run(struct view *view, FILE *in, FILE *out, bool prompt)
{
	struct script script = {.view = view, .rows = 24, .columns = 80};
	char *line = NULL;
	size_t size = 0;
	int result = 1;

	plain_say(view, out);
	while (result > 0) {
		if (prompt)
			fprintf(out, "> ");
		fflush(out);
		if (getline(&line, &size, in) < 0)
			break;
		line[strcspn(line, "\r\n")] = '\0';
		result = plain_line(&script, line, out);
	}
	free(line);
	return ferror(in) || ferror(out) ? -EIO : 0;
}
