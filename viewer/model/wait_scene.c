/* SPDX-License-Identifier: MIT */
/*
 * wait_scene.c - who waits for whom at a moment of a trace.
 */
#include "wait_scene.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "sentence.h"

enum { WAITS_LABEL = 160, WAITS_WAKERS = 3 };

/* ---------------------------------------------------------------------------------------------
 * From the state to a graph
 */

/* In a thread that has ended nobody comes back by himself. */
static enum wait_kind kind_of(const struct state *state, const struct state_tasklet *tasklet)
{
	bool gone = state_thread(state, tasklet->thread)->ended;

	switch ((enum state_where)tasklet->where) {
	case STATE_SENDING:
		return WAIT_TO_SEND;
	case STATE_RECEIVING:
		return WAIT_TO_RECEIVE;
	case STATE_CHAIN:
		return gone ? WAIT_ABSENT : WAIT_READY;
	case STATE_WAITING:
		return gone ? WAIT_ABSENT : WAIT_WORLD;
	case STATE_NEW:
		return gone ? WAIT_ABSENT : WAIT_PAUSED;
	case STATE_PAUSED:
		if (gone)
			return WAIT_ABSENT;
		return tasklet->run_depth ? WAIT_RUN : WAIT_PAUSED;
	case STATE_ENDED:
	case STATE_UNKNOWN:
		break;
	}
	return WAIT_ABSENT;
}

/* Between a block and the switch that follows, who waits still runs; and who is refused because nobody
 * could wake it would wait now. */
static void see_event(struct wait_scene *waits, const struct scene *scene)
{
	const struct event *event = scene->event;
	struct event_scheduler_deadlock deadlock;
	int32_t balance;

	if (!event || event->kind != EVENT_scheduler_deadlock)
		return;
	deadlock = event_unpack_scheduler_deadlock(event);
	if (!deadlock.channel || deadlock.tasklet > state_tasklets(scene->state) ||
	    state_tasklet(scene->state, deadlock.tasklet)->where != STATE_CHAIN)
		return;
	balance = state_channel(scene->state, deadlock.channel)->balance;
	waits->tasklet[deadlock.tasklet] = (struct wait_tasklet){
		balance > 0 ? WAIT_TO_SEND : WAIT_TO_RECEIVE, deadlock.channel};
}

static bool is_over(const struct state *state)
{
	for (uint32_t id = 1; id <= state_threads(state); id++)
		if (state_thread(state, id)->known && !state_thread(state, id)->ended)
			return false;
	return true;
}

/* A channel that somebody will use who has not been created yet is open: his creator, or the
 * creator's, is about. */
static void open_channels(struct wait_scene *waits, const struct state *state,
			  const struct wait_use *use, size_t uses, bool complete)
{
	memset(waits->open, !complete, (size_t)state_channels(state) + 1);
	for (size_t i = 0; i < uses; i++)
		if (use[i].channel <= state_channels(state) &&
		    state_tasklet(state, use[i].tasklet)->where == STATE_UNKNOWN)
			waits->open[use[i].channel] = 1;
}

int wait_scene_make(struct wait_scene *waits, const struct scene *scene,
		    const struct wait_users *users, bool complete, uint32_t max)
{
	const struct state *state = scene->state;
	struct wait_input input = {.tasklets = state_tasklets(state),
				   .channels = state_channels(state),
				   .over = is_over(state)};
	int result = -ENOMEM;

	input.use = wait_users_all(users, &input.uses);
	*waits = (struct wait_scene){.tasklet = calloc((size_t)input.tasklets + 1,
						       sizeof(*waits->tasklet)),
				     .open = malloc((size_t)input.channels + 1)};
	if (waits->tasklet && waits->open) {
		for (uint32_t id = 1; id <= input.tasklets; id++) {
			const struct state_tasklet *tasklet = state_tasklet(state, id);

			waits->tasklet[id] = (struct wait_tasklet){(uint8_t)kind_of(state, tasklet),
								   tasklet->channel};
		}
		see_event(waits, scene);
		open_channels(waits, state, input.use, input.uses, complete);
		input.tasklet = waits->tasklet;
		input.open = waits->open;
		result = wait_graph_create(&waits->graph, &input);
	}
	if (result == 0)
		result = wait_tree_make(&waits->tree, waits->graph, max);
	if (result < 0)
		wait_scene_term(waits);
	return result;
}

void wait_scene_term(struct wait_scene *waits)
{
	wait_tree_term(&waits->tree);
	wait_graph_destroy(waits->graph);
	free(waits->tasklet);
	free(waits->open);
	*waits = (struct wait_scene){0};
}

/* ---------------------------------------------------------------------------------------------
 * Words
 */

static size_t name_tasklet(char *out, size_t size, const void *context, uint32_t id)
{
	const struct scene *scene = context;

	return explain_tasklet(out, size, scene->state, scene->dictionary, id);
}

static size_t name_channel(char *out, size_t size, const void *context, uint32_t id)
{
	const struct scene *scene = context;

	return explain_channel(out, size, scene->state, scene->dictionary, id);
}

struct wait_names wait_scene_names(const struct scene *scene)
{
	return (struct wait_names){scene, name_tasklet, name_channel};
}

struct row_words {
	struct sentence said;
	const struct wait_scene *waits;
	const struct scene *scene;
	bool brief;
};

static void put_tasklet(struct row_words *words, uint32_t id)
{
	char label[WAITS_LABEL];

	if (words->brief)
		scene_tasklet_label(label, sizeof(label), words->scene, id);
	else
		name_tasklet(label, sizeof(label), words->scene, id);
	sentence_put(&words->said, "%s", label);
}

static void put_channel(struct row_words *words, uint32_t id)
{
	char label[WAITS_LABEL];

	if (words->brief)
		scene_channel_label(label, sizeof(label), words->scene, id);
	else
		name_channel(label, sizeof(label), words->scene, id);
	sentence_put(&words->said, "%s", label);
}

/* What it waits for. */
static void put_wait(struct row_words *words, uint32_t id)
{
	const struct wait_tasklet *tasklet = wait_graph_tasklet(words->waits->graph, id);

	switch ((enum wait_kind)tasklet->kind) {
	case WAIT_TO_SEND:
	case WAIT_TO_RECEIVE:
		sentence_put(&words->said, "%s%s on ", words->brief ? " to " : " waits to ",
			     tasklet->kind == WAIT_TO_SEND ? "send" : "receive");
		put_channel(words, tasklet->channel);
		break;
	case WAIT_WORLD:
		sentence_put(&words->said, words->brief ? " a time or descriptor"
							: " waits for a time or a descriptor");
		break;
	case WAIT_RUN:
		sentence_put(&words->said,
			     words->brief ? " in scheduler_run"
					  : " is in scheduler_run, until nothing else is runnable");
		break;
	case WAIT_PAUSED:
		sentence_put(&words->said,
			     words->brief ? " paused" : " is paused, until somebody inserts it");
		break;
	case WAIT_READY:
		sentence_put(&words->said,
			     scene_is_running(words->scene, id) ? " runs" : " is runnable");
		break;
	case WAIT_ABSENT:
		break;
	}
}

/* Since when, and where in the source. */
static void put_circumstances(struct row_words *words, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(words->scene->state, id);
	uint64_t now = state_time_ns(words->scene->state);
	bool runs = scene_is_running(words->scene, id);
	uint32_t place = tasklet->stopped_at;
	bool exact;
	char text[WAITS_LABEL];

	if (!runs && tasklet->since_ns && now > tasklet->since_ns) {
		explain_duration(text, sizeof(text), now - tasklet->since_ns);
		sentence_put(&words->said, words->brief ? ", %s" : ", for %s", text);
	}
	if (scene_tasklet(words->scene) == id)
		place = scene_place(words->scene, &exact);
	else if (runs)
		place = 0;
	if (words->brief || !place)
		return;
	explain_place(text, sizeof(text), words->scene->dictionary, place);
	sentence_put(&words->said, " (%s)", text);
}

/* Those beside the one it stands below. */
static void put_other_wakers(struct row_words *words, const struct wait_row *row)
{
	uint32_t waker[1 + WAITS_WAKERS],
		count = wait_graph_wakers(words->waits->graph, row->id, waker, 1 + WAITS_WAKERS);

	if (words->brief && count > 1)
		sentence_put(&words->said, " +%" PRIu32, count - 1);
	if (words->brief || count < 2)
		return;
	sentence_put(&words->said, "; %" PRIu32 " could wake it: ", count);
	for (uint32_t i = 0; i < count && i < 1 + WAITS_WAKERS; i++) {
		sentence_put(&words->said, i ? ", " : "");
		put_tasklet(words, waker[i]);
	}
	if (count > 1 + WAITS_WAKERS)
		sentence_put(&words->said, " ...");
}

size_t wait_scene_row(char *out, size_t size, const struct wait_scene *waits,
		      const struct scene *scene, const struct wait_row *row, bool brief)
{
	struct row_words words = {{out, size, 0}, waits, scene, brief};
	struct wait_names names = wait_scene_names(scene);

	if (size)
		*out = '\0';
	switch ((enum wait_row_kind)row->kind) {
	case WAIT_ROW_GROUP:
		sentence_put(&words.said, "%s: ",
			     wait_verdict_word(wait_graph_group(waits->graph, row->id).verdict));
		if (brief)
			words.said.length += wait_graph_brief(out + words.said.length,
							      size - words.said.length,
							      waits->graph, row->id);
		else
			words.said.length += wait_graph_sentence(out + words.said.length,
								 size - words.said.length,
								 waits->graph, row->id, &names);
		break;
	case WAIT_ROW_TASKLET:
		put_tasklet(&words, row->id);
		put_wait(&words, row->id);
		put_circumstances(&words, row->id);
		put_other_wakers(&words, row);
		break;
	case WAIT_ROW_MORE:
		sentence_put(&words.said, "and %" PRIu32 " more on ", row->more);
		put_channel(&words, row->id);
		break;
	case WAIT_ROW_READY:
		sentence_put(&words.said, "%" PRIu32 " others run or are runnable", row->more);
		break;
	}
	return words.said.length;
}
