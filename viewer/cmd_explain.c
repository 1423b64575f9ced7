/* SPDX-License-Identifier: MIT */
/*
 * cmd_explain.c - greenroom explain: each event of a trace in a sentence, or a word of the glossary.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "command_slice.h"
#include "command_trace.h"
#include "commands.h"
#include "explain_waits.h"
#include "model/cause.h"
#include "model/explain.h"
#include "model/filter.h"
#include "model/frame_stack.h"
#include "model/glossary.h"
#include "model/mark.h"
#include "model/position.h"
#include "model/replay.h"
#include "model/scene.h"
#include "output.h"
#include "pager.h"

struct explain_arguments {
	const char *argument; /* FILE or WORD */
	const char *from, *to;
	const char *tasklet, *channel; /* number or name */
	const char *words;             /* of the filter */
	const char *moment;            /* to look at who waits then */
	const char *slice;             /* whose, and when */
	struct filter *filter;
	bool why, state, waits;
};

enum {
	OPTION_FROM = 256,
	OPTION_TO,
	OPTION_TASKLET,
	OPTION_CHANNEL,
	OPTION_WHY,
	OPTION_STATE,
	OPTION_FILTER,
	OPTION_WAITS,
	OPTION_SLICE
};

static const struct argp_option explain_options[] = {
	{"from", OPTION_FROM, "POSITION", 0,
	 "Begin at an event (#1234), a time (1.5ms), a share (50%), a tasklet (T7, 'T7 first run') "
	 "or a channel (C2)",
	 0},
	{"to", OPTION_TO, "POSITION", 0, "End there", 0},
	{"tasklet", OPTION_TASKLET, "ID|NAME", 0, "Only events that speak of this tasklet", 0},
	{"channel", OPTION_CHANNEL, "ID|NAME", 0, "Only events that speak of this channel", 0},
	{"filter", OPTION_FILTER, "FILTER", 0,
	 "Only events that pass a filter: 'kind:switch dur>1ms', see greenroom-view(1)", 0},
	{"why", OPTION_WHY, NULL, 0, "Add the rule behind each event, and its cause", 0},
	{"state", OPTION_STATE, NULL, 0,
	 "Add the chain, the channels and the frames after each event", 0},
	{"waits", OPTION_WAITS, "POSITION", OPTION_ARG_OPTIONAL,
	 "Who waits for whom, there or where the program came to a deadlock, else at the end; who "
	 "can never run again makes it exit with 3",
	 0},
	{"slice", OPTION_SLICE, "TASKLET[@POSITION]", 0,
	 "What lay on the stack of this tasklet, word by word, when it was last copied to the "
	 "heap, "
	 "or at POSITION; needs record --slices",
	 0},
	{0},
};

static error_t parse_explain(int key, char *argument, struct argp_state *state)
{
	struct explain_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		return 0;
	case OPTION_FROM:
		arguments->from = argument;
		return 0;
	case OPTION_TO:
		arguments->to = argument;
		return 0;
	case OPTION_TASKLET:
		arguments->tasklet = argument;
		return 0;
	case OPTION_CHANNEL:
		arguments->channel = argument;
		return 0;
	case OPTION_FILTER:
		arguments->words = argument;
		return 0;
	case OPTION_WHY:
		arguments->why = true;
		return 0;
	case OPTION_STATE:
		arguments->state = true;
		return 0;
	case OPTION_WAITS:
		arguments->waits = true;
		arguments->moment = argument;
		return 0;
	case OPTION_SLICE:
		arguments->slice = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one trace or one word, please");
		arguments->argument = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp explain_argp = {
	.options = explain_options,
	.parser = parse_explain,
	.args_doc = "[FILE | WORD]",
	.doc = "Tells each event of the trace FILE (default: greenroom.db) in a sentence, or "
	       "what a WORD of the glossary means.",
};

/* ---------------------------------------------------------------------------------------------
 * Which events
 */

/* Whether `word` is the number or the name of something numbered `id`. */
static bool is_meant(const char *word, char letter, uint32_t id, const char *name)
{
	const char *digits = word[0] == letter ? word + 1 : word;
	char *end;

	if (id && strcmp(word, name) == 0)
		return true;
	return id && *digits >= '0' && *digits <= '9' && strtoull(digits, &end, 10) == id && !*end;
}

/* Whether a field of the type speaks of what `word` means. */
static bool event_speaks_of(const struct replay *replay, const struct event *event,
			    enum event_type type, const char *word)
{
	const struct event_description *description = event_describe(event->kind);
	const struct state *state = replay_state(replay);
	const struct dictionary *dictionary = replay_source(replay)->dictionary;

	for (int i = 0; description && i < description->fields; i++) {
		const struct event_field *field = &description->field[i];
		uint32_t id = (uint32_t)event_field_value(event, field);
		bool tasklet = type == EVENT_TYPE_tasklet;
		uint32_t name = tasklet ? state_tasklet(state, id)->name
					: state_channel(state, id)->name;

		if (field->type == type &&
		    is_meant(word, tasklet ? 'T' : 'C', id, dictionary_string(dictionary, name)))
			return true;
	}
	return false;
}

/* What carries on another event, as the text of a mark does, is told with that, or not at all. */
static bool is_wanted(const struct explain_arguments *arguments, struct replay *replay)
{
	const struct event *event = replay_event(replay);

	if (!event || event_is_continuation(event->kind))
		return false;
	if (arguments->filter && !filter_passes(arguments->filter, replay))
		return false;
	if (arguments->tasklet &&
	    !event_speaks_of(replay, event, EVENT_TYPE_tasklet, arguments->tasklet))
		return false;
	return !arguments->channel ||
	       event_speaks_of(replay, event, EVENT_TYPE_channel, arguments->channel);
}

/* ---------------------------------------------------------------------------------------------
 * Telling
 */

static void print_state(const struct replay *replay, uint32_t thread)
{
	const struct state *state = replay_state(replay);
	const struct dictionary *dictionary = replay_source(replay)->dictionary;
	char text[EXPLAIN_MAX];

	explain_chain(text, sizeof(text), state, dictionary, thread);
	printf("    chain of thread %" PRIu32 ": %s\n", thread, text);
	for (uint32_t id = 1; id <= state_channels(state); id++) {
		const struct state_channel *channel = state_channel(state, id);

		if (!channel->known || channel->destroyed)
			continue;
		explain_queue(text, sizeof(text), state, dictionary, id);
		printf("    %s\n", text);
	}
}

/* The frames of whoever the event is about, the top one first. */
static void print_frames(struct replay *replay)
{
	const struct state *state = replay_state(replay);
	const struct dictionary *dictionary = replay_source(replay)->dictionary;
	struct scene scene = {.state = state, .event = replay_event(replay)};
	uint32_t id = scene_tasklet(&scene);
	struct frame_stack stack;
	char text[EXPLAIN_MAX];

	if (frame_stack_read(&stack, replay_events(replay), state, id, replay_position(replay)) <
		    0 ||
	    stack.depth == 0)
		return;
	explain_tasklet(text, sizeof(text), state, dictionary, id);
	printf("    frames of %s: ", text);
	for (int i = 0; i < stack.count; i++) {
		const char *name = dictionary_place(dictionary, stack.frame[i].function)->function;

		printf("%s%s", i ? " < " : "", *name ? name : "?");
	}
	printf("%s\n", stack.depth > (uint32_t)stack.count ? " < ..." : "");
}

static void print_event(const struct explain_arguments *arguments, struct replay *replay)
{
	const struct event *event = replay_event(replay);
	const struct state *state = replay_state(replay);
	const struct dictionary *dictionary = replay_source(replay)->dictionary;
	char text[EXPLAIN_MAX], mark[MARK_TEXT_MAX];
	uint64_t cause;

	explain_time(text, sizeof(text), event->time_ns);
	printf("#%" PRIu64 " %s", event->seq, text);
	explain_event(text, sizeof(text), state, dictionary, event,
		      mark_text(mark, sizeof(mark), replay, event));
	printf("  %s\n", text);
	if (arguments->why && explain_why(text, sizeof(text), state, dictionary, event))
		printf("    why: %s\n", text);
	if (arguments->why && cause_find(replay_events(replay), event, &cause) > 0)
		printf("    the cause: #%" PRIu64 "\n", cause);
	if (arguments->state) {
		print_state(replay, event->thread);
		print_frames(replay);
	}
}

/* Events up to `last`, from the position on. Returns how many could not be read, or negative
 * errno. */
static int64_t print_events(const struct explain_arguments *arguments, struct replay *replay,
			    uint64_t last)
{
	int64_t unreadable = 0;
	bool told = false;

	while (replay_position(replay) < last && !output_is_broken()) {
		uint64_t before = replay_position(replay), now;
		int result = replay_step(replay);

		if (result < 0)
			return result;
		now = result ? replay_position(replay) : last + 1;
		if (now > before + 1) {
			uint64_t end = now - 1 < last ? now - 1 : last;

			printf("#%" PRIu64 " to #%" PRIu64
			       " cannot be read: the file is damaged.\n",
			       before + 1, end);
			unreadable += (int64_t)(end - before);
		}
		if (now > last)
			break;
		if (is_wanted(arguments, replay)) {
			print_event(arguments, replay);
			told = true;
		}
	}
	if (!told && arguments->filter)
		fprintf(stderr, "greenroom: no event there passes '%s'\n", arguments->words);
	else if (!told && (arguments->tasklet || arguments->channel))
		fprintf(stderr, "greenroom: no event there speaks of %s\n",
			arguments->tasklet ? arguments->tasklet : arguments->channel);
	return unreadable;
}

/* ---------------------------------------------------------------------------------------------
 * The command
 */

/* From the options: the first and the last event to tell. */
static int find_range(const struct explain_arguments *arguments, struct event_source *source,
		      uint64_t *first, uint64_t *last, struct error *error)
{
	int result = position_find(source, arguments->from ? arguments->from : "start", first,
				   error);

	if (result == 0)
		result = position_find(source, arguments->to ? arguments->to : "end", last, error);
	if (result < 0)
		return result;
	if (*first == 0)
		*first = 1;
	if (*first > *last && (arguments->from || arguments->to))
		return error_set(error, -EINVAL, EXIT_USAGE, "there is no event in that range");
	return 0;
}

static int explain_trace(const struct explain_arguments *arguments, struct event_source *source,
			 struct error *error)
{
	struct event_source_info info;
	struct replay *replay;
	uint64_t first, last;
	int64_t unreadable;
	int result = find_range(arguments, source, &first, &last, error);

	if (result < 0)
		return result;
	source->ops->info(source, &info);
	result = replay_create(&replay, source);
	if (result == 0) {
		result = replay_seek(replay, first - 1);
		pager_begin();
		unreadable = result < 0 ? result : print_events(arguments, replay, last);
		result = unreadable < 0 ? (int)unreadable : 0;
		if (unreadable > 0)
			error_set(error, result = -EBADMSG, EXIT_BAD_TRACE,
				  "%s: damaged: %" PRId64 " events cannot be read", info.title,
				  unreadable);
		replay_destroy(replay);
	}
	if (result < 0 && !error->text[0])
		error_set_file(error, result, info.title);
	return result;
}

/* A file of that name comes before a word. */
static const struct glossary_word *meant_word(const char *argument)
{
	return argument && access(argument, F_OK) != 0 ? glossary_find(argument) : NULL;
}

int cmd_explain(int argc, char **argv)
{
	struct explain_arguments arguments = {0};
	struct error error = {.code = EXIT_GOOD};
	const struct glossary_word *word;
	struct event_source *source;
	int result;

	argp_parse(&explain_argp, argc, argv, 0, NULL, &arguments);
	word = meant_word(arguments.argument);
	if (word) {
		printf("%s: %s\n", word->word, word->definition);
		return EXIT_GOOD;
	}
	if (arguments.words && filter_create(&arguments.filter, arguments.words, &error) < 0)
		return command_fail(&error);
	result = command_open_trace(&source, arguments.argument, &error);
	if (result == 0) {
		if (arguments.waits)
			result = explain_print_waits(source, arguments.moment, &error);
		else if (arguments.slice)
			result = command_print_slice(source, arguments.slice, &error);
		else
			result = explain_trace(&arguments, source, &error);
		event_source_close(source);
	}
	filter_destroy(arguments.filter);
	if (result < 0)
		return command_fail(&error);
	return arguments.waits && result > 0 ? EXIT_FINDINGS : EXIT_GOOD;
}
