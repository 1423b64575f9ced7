/* SPDX-License-Identifier: MIT */
/* record_options.c - the options that record and attach share. */
#include "record_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "event_choice.h"

enum {
	KEY_ON_FULL = 256,
	KEY_RING,
	KEY_KEEP,
	KEY_EVENTS,
	KEY_SAMPLE,
	KEY_SLICES,
	KEY_STACKS,
	KEY_STACKS_AT,
	KEY_MAX_SIZE,
	KEY_DURABLE,
	KEY_STRICT
};

enum {
	MAX_SIZE_LEAST = 1 << 20,
	KEEP_DEFAULT = 1 << 20,
	KEEP_MAX = 1 << 28,
	SLICES_DEFAULT = 1 << 10,
	SLICES_MAX = 1 << 20,
	STACKS_DEFAULT = 64,
	STACKS_MAX = 256
};

static const struct argp_option option_table[] = {
	{"output", 'o', "FILE", 0, "Write the trace to FILE (default: greenroom.db)", 0},
	{"on-full", KEY_ON_FULL, "wait|drop|flight", 0,
	 "When events come faster than they can be written: let the program wait, so that nothing "
	 "is lost (the default), or drop events and count them; or, like a flight recorder, keep "
	 "the "
	 "newest events in memory and write them at the end, at a deadlock, or when SIGUSR2 is "
	 "sent "
	 "to the recorder",
	 0},
	{"ring", KEY_RING, "SIZE", 0,
	 "Bytes of the buffer of each thread, with K, M or G (default: 4M)", 0},
	{"keep", KEY_KEEP, "N", 0,
	 "With flight: how many events are kept, with K, M or G (default: 1M)", 0},
	{"events", KEY_EVENTS, "LIST", 0,
	 "Record only these categories and kinds of event, and with a minus before the first all "
	 "but "
	 "these: details, that is slice, frame, stack, mark; all others are always recorded, since "
	 "the "
	 "state "
	 "is made of them (default: all)",
	 0},
	{"sample", KEY_SAMPLE, "N", 0,
	 "Record details of every Nth tasklet only: those whose number is a multiple of N", 0},
	{"slices", KEY_SLICES, "BYTES", OPTION_ARG_OPTIONAL,
	 "Record what is copied too: of each copy of a stack the newest BYTES, with K or M "
	 "(default: "
	 "1K, at most 1M); the trace then holds memory of the program",
	 0},
	{"stacks", KEY_STACKS, "DEPTH", OPTION_ARG_OPTIONAL,
	 "Record the call stack of each tasklet that leaves the chain, to wait or to pause: the "
	 "innermost DEPTH functions (default: 64, at most 256)",
	 0},
	{"stacks-at", KEY_STACKS_AT, "wait|switch", 0,
	 "With --stacks: at these switches only (the default), or at every one", 0},
	{"max-size", KEY_MAX_SIZE, "SIZE", 0,
	 "Stop recording when the trace has become that large; the program goes on", 0},
	{"durable", KEY_DURABLE, NULL, 0,
	 "Make each commit survive a crash of the whole machine (slower)", 0},
	{"strict", KEY_STRICT, NULL, 0,
	 "Exit with 74 when the recording went wrong or recorded nothing, and with 5 when events "
	 "were lost, in place of the program's own exit code",
	 0},
	{0}};

/* A size as people write it; 0 when it is none. */
static uint64_t read_size(const char *word)
{
	static const char units[] = "KMG";
	char *end;
	const char *unit;
	unsigned long long value;

	if (*word < '0' || *word > '9')
		return 0;
	errno = 0;
	value = strtoull(word, &end, 10);
	unit = *end ? strchr(units, *end & ~0x20) : NULL;
	if (errno != 0 || (*end && (!unit || end[1])))
		return 0;
	for (int i = unit ? (int)(unit - units) + 1 : 0; i > 0; i--) {
		if (value > UINT64_MAX >> 10)
			return 0;
		value <<= 10;
	}
	return value;
}

uint64_t record_options_max_size(const char *word, struct argp_state *state)
{
	uint64_t bytes = read_size(word);

	if (bytes < MAX_SIZE_LEAST)
		argp_error(state, "--max-size: '%s' is no size of at least 1M", word);
	return bytes;
}

static void set_on_full(struct record_options *options, const char *word, struct argp_state *state)
{
	options->flight = strcmp(word, "flight") == 0;
	if (strcmp(word, "wait") == 0)
		options->settings.on_full = SEGMENT_WAIT;
	else if (strcmp(word, "drop") == 0 || options->flight)
		options->settings.on_full = SEGMENT_DROP;
	else
		argp_error(state, "--on-full: '%s' is none of wait, drop and flight", word);
}

/* A whole number; 0 when it is none. */
static uint32_t read_number(const char *word)
{
	char *end;
	unsigned long value;

	if (*word < '0' || *word > '9')
		return 0;
	errno = 0;
	value = strtoul(word, &end, 10);
	return errno != 0 || *end || value > UINT32_MAX ? 0 : (uint32_t)value;
}

static void set_events(struct record_options *options, char *word, struct argp_state *state)
{
	const char *unknown;

	options->events = word;
	if (event_choice_parse(word, &options->settings.wanted, &unknown) < 0)
		argp_error(state, "--events: '%.*s' is no kind of event (see greenroom-events(7))",
			   (int)strcspn(unknown, ","), unknown);
}

static void set_slices(struct record_options *options, const char *word, struct argp_state *state)
{
	uint64_t bytes = word ? read_size(word) : SLICES_DEFAULT;

	if (bytes == 0 || bytes > SLICES_MAX)
		argp_error(state, "--slices: '%s' is no number of bytes up to 1M (try 4K)", word);
	options->settings.slice_bytes = (uint32_t)bytes;
}

static void set_stacks_at(struct record_options *options, const char *word,
			  struct argp_state *state)
{
	options->settings.stack_every = strcmp(word, "switch") == 0;
	if (!options->settings.stack_every && strcmp(word, "wait") != 0)
		argp_error(state, "--stacks-at: '%s' is neither wait nor switch", word);
	if (!options->settings.stack_depth)
		options->settings.stack_depth = STACKS_DEFAULT;
}

/* At the end of the options: what was asked for by an option of its own is chosen too. */
static void set_asked(struct segment_settings *settings)
{
	if (settings->stack_depth)
		event_set_put(&settings->wanted, EVENT_tasklet_stack, true);
	if (!settings->slice_bytes)
		return;
	event_set_put(&settings->wanted, EVENT_slice_save, true);
	event_set_put(&settings->wanted, EVENT_slice_restore, true);
	event_set_put(&settings->wanted, EVENT_slice_words, true);
}

/* At the end of the options: what of the choice is recorded of some tasklets only. */
static void set_sampled(struct segment_settings *settings)
{
	if (!settings->sample)
		return;
	settings->sampled = settings->wanted;
	settings->wanted = event_choice_least();
}

static error_t parse_option(int key, char *word, struct argp_state *state)
{
	struct record_options *options = state->input;

	switch (key) {
	case 'o':
		options->file = word;
		break;
	case KEY_ON_FULL:
		set_on_full(options, word, state);
		break;
	case KEY_RING:
		options->ring_bytes = read_size(word);
		if (options->ring_bytes == 0)
			argp_error(state, "--ring: '%s' is no size (try 1M)", word);
		break;
	case KEY_KEEP:
		options->keep = read_size(word);
		if (options->keep == 0 || options->keep > KEEP_MAX)
			argp_error(state, "--keep: '%s' is no number of events (try 1M)", word);
		break;
	case KEY_EVENTS:
		set_events(options, word, state);
		break;
	case KEY_SAMPLE:
		options->settings.sample = read_number(word);
		if (options->settings.sample == 0)
			argp_error(state, "--sample: '%s' is no number above 0", word);
		break;
	case KEY_SLICES:
		set_slices(options, word, state);
		break;
	case KEY_STACKS:
		options->settings.stack_depth = word ? read_number(word) : STACKS_DEFAULT;
		if (options->settings.stack_depth == 0 ||
		    options->settings.stack_depth > STACKS_MAX)
			argp_error(state, "--stacks: '%s' is no number from 1 to 256", word);
		break;
	case KEY_STACKS_AT:
		set_stacks_at(options, word, state);
		break;
	case KEY_MAX_SIZE:
		options->max_bytes = record_options_max_size(word, state);
		break;
	case KEY_DURABLE:
		options->durable = true;
		break;
	case KEY_STRICT:
		options->strict = true;
		break;
	case ARGP_KEY_SUCCESS:
		set_asked(&options->settings);
		set_sampled(&options->settings);
		options->keep = !options->flight ? 0 : options->keep ? options->keep : KEEP_DEFAULT;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {option_table, parse_option, NULL, NULL, NULL, NULL, NULL};

const struct argp_child record_options_children[] = {{&parser, 0, NULL, 0}, {0}};

struct record_options record_options_default(void)
{
	return (struct record_options){
		.file = "greenroom.db",
		.settings = {.on_full = SEGMENT_WAIT, .wanted = event_choice_all()},
		.ring_bytes = SEGMENT_RING_SLOTS_DEFAULT * sizeof(struct event_slot),
	};
}
