/* SPDX-License-Identifier: MIT */
/* cmd_verify.c - greenroom verify: is a trace whole, and what can be had of one that is not. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include "command.h"
#include "error.h"
#include "output.h"
#include "progress.h"
#include "recorder.h"
#include "recover.h"
#include "segment_file.h"
#include "store_verify.h"

struct verify_arguments {
	const char *path;
	const char *recover;
};

enum { OPTION_RECOVER = 256 };

static const struct argp_option verify_options[] = {
	{"recover", OPTION_RECOVER, "OUT", 0,
	 "Write everything that can be read to the new trace OUT, together with what a killed "
	 "recorder has left in FILE.segment",
	 0},
	{0},
};

static error_t parse_verify(int key, char *argument, struct argp_state *state)
{
	struct verify_arguments *arguments = state->input;

	switch (key) {
	case OPTION_RECOVER:
		arguments->recover = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one trace, please");
		arguments->path = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp verify_argp = {
	.options = verify_options,
	.parser = parse_verify,
	.args_doc = "[FILE]",
	.doc = "Reads all of the trace FILE (default: greenroom.db), and says in a line each what "
	       "is "
	       "wrong with it.",
};

/* -------------------------------------------------------------------------------------- checking */

struct talk {
	const char *path;
	struct progress progress;
};

static void tell_finding(void *context, const char *finding)
{
	struct talk *talk = context;

	progress_end(&talk->progress);
	output_clean(stdout, talk->path);
	fputs(": ", stdout);
	output_clean(stdout, finding);
	putchar('\n');
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	struct talk *talk = context;

	talk->progress.total = total;
	progress_show(&talk->progress, done);
}

static void print_counts(const struct store_verified *verified)
{
	char events[OUTPUT_NUMBER_MAX], chunks[OUTPUT_NUMBER_MAX], keyframes[OUTPUT_NUMBER_MAX];
	char lost[OUTPUT_NUMBER_MAX];

	printf("%s events in %s chunks, %s keyframes, %s lost while recording",
	       output_number(events, verified->events), output_number(chunks, verified->chunks),
	       output_number(keyframes, verified->keyframes), output_number(lost, verified->lost));
}

/* Why the recording has not ended: still under way, or never to end. */
static void tell_state(struct talk *talk, struct store_verified *verified)
{
	struct segment_file segment;
	int left = segment_file_adopt(&segment, talk->path, NULL);

	if (left == -EBUSY) {
		tell_finding(talk, "it is being recorded: this is how far it has come");
		return;
	}
	verified->findings++;
	tell_finding(talk, "its recorder was killed: --recover completes it");
	if (left == 1)
		segment_file_release(&segment);
}

static int check(const char *path)
{
	struct talk talk = {.path = path, .progress = {.verb = "verifying", .unit = "events"}};
	const struct store_verify_options options = {tell_finding, show_progress, &talk};
	struct store_verified verified;
	struct error error;
	int result = store_verify(path, &options, &verified, &error);

	progress_end(&talk.progress);
	if (result < 0)
		return command_fail(&error);
	if (!verified.ended)
		tell_state(&talk, &verified);
	output_clean(stdout, path);
	fputs(": ", stdout);
	print_counts(&verified);
	puts(verified.findings ? "" : ": whole");
	return verified.findings ? EXIT_BAD_TRACE : EXIT_GOOD;
}

/* ------------------------------------------------------------------------------------ recovering */

static int recover(const char *path, const char *out)
{
	struct talk talk = {.path = path, .progress = {.verb = "recovering", .unit = "events"}};
	char events[OUTPUT_NUMBER_MAX], lost[OUTPUT_NUMBER_MAX];
	struct recovered recovered;
	struct error error;
	int result = recover_trace(path, out, show_progress, &talk, &recovered, &error);

	progress_end(&talk.progress);
	if (result < 0)
		return command_fail(&error);
	output_clean(stdout, out);
	printf(": %s events, %s lost%s", output_number(events, recovered.events),
	       output_number(lost, recovered.lost),
	       recovered.segment ? ", with those of the segment that was left behind" : "");
	if (recovered.damage)
		printf(" (it was damaged: %s)", recovered.damage);
	putchar('\n');
	return EXIT_GOOD;
}

int cmd_verify(int argc, char **argv)
{
	struct verify_arguments arguments = {.path = "greenroom.db"};

	argp_parse(&verify_argp, argc, argv, 0, NULL, &arguments);
	return arguments.recover ? recover(arguments.path, arguments.recover)
				 : check(arguments.path);
}
