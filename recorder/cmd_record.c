/* SPDX-License-Identifier: MIT */
/* cmd_record.c - greenroom record: its command line. */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "record_run.h"
#include "recorder.h"

enum { KEY_ON_FULL = 256, KEY_RING, KEY_DURABLE, KEY_STRICT };

static const struct argp_option option_table[] = {
	{"output", 'o', "FILE", 0, "Write the trace to FILE (default: greenroom.db)", 0},
	{"on-full", KEY_ON_FULL, "wait|drop", 0,
	 "When events come faster than they can be written: let the program wait, so that nothing "
	 "is lost (the default), or drop events and count them",
	 0},
	{"ring", KEY_RING, "SIZE", 0,
	 "Bytes of the buffer of each thread, with K, M or G (default: 4M)", 0},
	{"durable", KEY_DURABLE, NULL, 0,
	 "Make each commit survive a crash of the whole machine (slower)", 0},
	{"strict", KEY_STRICT, NULL, 0,
	 "Exit with 74 when the recording went wrong or recorded nothing, and with 5 when events "
	 "were lost, in place of the program's own exit code",
	 0},
	{0}};

static const char arguments[] = "PROGRAM [ARGUMENT...]";
static const char description[] =
	"Runs PROGRAM and writes what its tasklets do to a trace."
	"\vAn older trace is kept as FILE.old; a file that is no trace is never touched. While the "
	"program runs, FILE can be read already, and FILE.segment holds what is under way.\n\n"
	"The exit code is the program's own: 128 and the number of the signal when a signal ended "
	"it, 127 when there is no such program, 126 when it cannot be executed.";

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

static error_t parse_option(int key, char *word, struct argp_state *state)
{
	struct record_options *options = state->input;

	switch (key) {
	case 'o':
		options->file = word;
		break;
	case KEY_ON_FULL:
		if (strcmp(word, "wait") == 0)
			options->on_full = SEGMENT_WAIT;
		else if (strcmp(word, "drop") == 0)
			options->on_full = SEGMENT_DROP;
		else
			argp_error(state, "--on-full: '%s' is neither wait nor drop", word);
		break;
	case KEY_RING:
		options->ring_bytes = read_size(word);
		if (options->ring_bytes == 0)
			argp_error(state, "--ring: '%s' is no size (try 1M)", word);
		break;
	case KEY_DURABLE:
		options->durable = true;
		break;
	case KEY_STRICT:
		options->strict = true;
		break;
	case ARGP_KEY_ARG: /* the program: all that follows is its own */
		options->program = &state->argv[state->next - 1];
		state->next = state->argc;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program?");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int cmd_record(int argc, char **argv)
{
	static const struct argp parser = {option_table, parse_option, arguments, description,
					   NULL,         NULL,         NULL};
	struct record_options options = {
		.file = "greenroom.db",
		.on_full = SEGMENT_WAIT,
		.ring_bytes = SEGMENT_RING_SLOTS_DEFAULT * sizeof(struct event_slot),
	};

	/* In order: what stands behind PROGRAM belongs to it. */
	if (argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, &options) != 0)
		return EXIT_USAGE;
	return record_run(&options);
}
