/* SPDX-License-Identifier: MIT */
/*
 * folded.c - adding up by thread, name of the tasklet, and stack.
 *
 * A stack is told just before the switch with which its tasklet stops. What a tasklet waits for at the
 * end it has waited for until the end: that is where a deadlock shows.
 */
#include "folded.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "model/replay.h"
#include "model/stack_text.h"

/* Of a tasklet. */
struct stop {
	uint32_t stack; /* told, and its switch still to come, or in which it waits; 0: none */
	bool waits;     /* since then, and it counts */
	uint64_t since_ns;
	uint64_t runs_since_ns;
};

struct line {
	uint32_t thread, name, stack;
	uint64_t sum;
};

struct text {
	char *text;
	uint64_t sum;
};

struct folding {
	const struct folded_options *options;
	struct replay *replay;
	struct stop *stop; /* by the tasklet's number */
	uint32_t stops;
	void *lines; /* tsearch, as are */
	void *texts;
	bool failed; /* out of memory */
	bool any;    /* there are stacks */
	FILE *out;
};

static int compare_lines(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->stack > b->stack) - (a->stack < b->stack);
}

static int add(struct folding *folding, uint32_t tasklet, uint32_t stack, uint64_t value)
{
	const struct state_tasklet *of = state_tasklet(replay_state(folding->replay), tasklet);
	struct line *line = malloc(sizeof(*line)), **place;

	if (!line)
		return -ENOMEM;
	*line = (struct line){of->thread, of->name, stack, 0};
	place = tsearch(line, &folding->lines, compare_lines);
	if (!place || *place != line)
		free(line);
	if (!place)
		return -ENOMEM;
	(*place)->sum += value;
	return 0;
}

/* NULL when out of memory, or when the state knows no such tasklet either. */
static struct stop *stop_of(struct folding *folding, uint32_t tasklet)
{
	uint32_t known = state_tasklets(replay_state(folding->replay));
	struct stop *grown;

	if (tasklet < folding->stops)
		return &folding->stop[tasklet];
	if (tasklet > known)
		return NULL;
	grown = realloc(folding->stop, ((size_t)known * 2 + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	memset(grown + folding->stops, 0,
	       ((size_t)known * 2 + 1 - folding->stops) * sizeof(*grown));
	folding->stop = grown;
	folding->stops = known * 2 + 1;
	return &folding->stop[tasklet];
}

static int end_wait(struct folding *folding, uint32_t tasklet, struct stop *stop, uint64_t now_ns)
{
	int result = 0;

	if (stop->waits && folding->options->by == FOLDED_WAITING)
		result = add(folding, tasklet, stop->stack, now_ns - stop->since_ns);
	stop->waits = false;
	stop->stack = 0;
	return result;
}

/* Prev stops; the state is the one after the switch. */
static int begin_wait(struct folding *folding, uint32_t tasklet, struct stop *stop, uint64_t now_ns)
{
	const struct folded_options *options = folding->options;

	if (!stop->stack || (options->only && !filter_passes(options->only, folding->replay))) {
		stop->stack = 0;
		return 0;
	}
	if (options->by == FOLDED_COUNT)
		return add(folding, tasklet, stop->stack, 1);
	if (options->by == FOLDED_RUNNING)
		return add(folding, tasklet, stop->stack, now_ns - stop->runs_since_ns);
	stop->since_ns = now_ns;
	stop->waits = state_tasklet(replay_state(folding->replay), tasklet)->where != STATE_CHAIN;
	return 0;
}

static int apply_switch(struct folding *folding, const struct event *event)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);
	struct stop *stop = stop_of(folding, fields.prev);
	int result = stop ? begin_wait(folding, fields.prev, stop, event->time_ns) : 0;

	stop = stop_of(folding, fields.next);
	if (result < 0 || !stop)
		return result;
	stop->runs_since_ns = event->time_ns;
	return end_wait(folding, fields.next, stop, event->time_ns);
}

static int apply(struct folding *folding, const struct event *event)
{
	struct stop *stop;

	if (event->kind == EVENT_tasklet_switch)
		return apply_switch(folding, event);
	if (event->kind != EVENT_tasklet_stack)
		return 0;
	folding->any = true;
	stop = stop_of(folding, event_unpack_tasklet_stack(event).tasklet);
	if (stop)
		stop->stack = event_unpack_tasklet_stack(event).stack;
	return 0;
}

static int fold(struct folding *folding, struct progress *progress)
{
	struct event event = {0};
	int result;

	while ((result = replay_step(folding->replay)) > 0) {
		if (!replay_event(folding->replay))
			continue;
		event = *replay_event(folding->replay);
		if (event.seq % 4096 == 0)
			progress_show(progress, event.seq);
		result = apply(folding, &event);
		if (result < 0)
			break;
	}
	progress_end(progress);
	for (uint32_t i = 0; i < folding->stops && result >= 0; i++)
		result = end_wait(folding, i, &folding->stop[i], event.time_ns);
	return result < 0 ? result : 0;
}

/* Semicolons part the names. */
static void print_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(*name == ';' ? ':' : *name, out);
}

/* The line without its number; NULL when out of memory. */
static char *line_text(const struct folding *folding, const struct line *line)
{
	const struct dictionary *dictionary = replay_source(folding->replay)->dictionary;
	const char *name = dictionary_string(dictionary, line->name);
	uint32_t place[STACK_FRAMES_MAX];
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	fprintf(out, "thread %" PRIu32 ";", line->thread);
	print_name(out, *name ? name : "(no name)");
	for (int i = stack_places(place, dictionary, line->stack); i-- > 0;) {
		char function[STACK_NAME_MAX];

		stack_function(function, dictionary, place[i]);
		fputc(';', out);
		print_name(out, function);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(((const struct text *)left)->text, ((const struct text *)right)->text);
}

static void free_text(void *node)
{
	struct text *text = node;

	free(text->text);
	free(text);
}

/* Stacks that differ only in the lines of their functions become one. */
static void merge_line(const void *node, VISIT visit, void *context)
{
	struct folding *folding = context;
	const struct line *line = *(struct line *const *)node;
	struct text *text, **place;

	if (visit != postorder && visit != leaf)
		return;
	text = malloc(sizeof(*text));
	if (text)
		*text = (struct text){line_text(folding, line), 0};
	place = text && text->text ? tsearch(text, &folding->texts, compare_texts) : NULL;
	if (place)
		(*place)->sum += line->sum;
	else
		folding->failed = true;
	if (text && (!place || *place != text))
		free_text(text);
}

static void print_text(const void *node, VISIT visit, void *context)
{
	const struct folding *folding = context;
	const struct text *text = *(struct text *const *)node;
	uint64_t unit = folding->options->by == FOLDED_COUNT ? 1 : folding->options->unit;

	if ((visit == postorder || visit == leaf) && text->sum / unit > 0)
		fprintf(folding->out, "%s %" PRIu64 "\n", text->text, text->sum / unit);
}

static int print_lines(struct folding *folding)
{
	twalk_r(folding->lines, merge_line, folding);
	if (!folding->failed)
		twalk_r(folding->texts, print_text, folding);
	tdestroy(folding->texts, free_text);
	return folding->failed ? -ENOMEM : 0;
}

int folded_write(FILE *out, struct event_source *source, const struct folded_options *options,
		 struct progress *progress, struct error *error)
{
	struct folding folding = {.options = options, .out = out};
	struct event_source_info info;
	int result = replay_create(&folding.replay, source);

	source->ops->info(source, &info);
	progress->total = info.events;
	if (result == 0)
		result = fold(&folding, progress);
	if (result == 0 && !folding.any)
		result = error_set(error, -ENODATA, EXIT_BAD_TRACE,
				   "%s: holds no call stacks; record them: greenroom record "
				   "--stacks PROGRAM",
				   info.title);
	else if ((result = result < 0 ? result : print_lines(&folding)) < 0)
		error_set_file(error, result, info.title);
	tdestroy(folding.lines, free);
	replay_destroy(folding.replay);
	free(folding.stop);
	return result;
}
