/* SPDX-License-Identifier: MIT */
/* record_report.c - what came of a recording, in one line. */
#include "record_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utf8.h"

/* A number with commas: "182,331". */
static const char *group_digits(uint64_t value, char room[32])
{
	char *to = room + 31;
	int digits = 0;

	*to = '\0';
	do {
		if (digits > 0 && digits % 3 == 0)
			*--to = ',';
		*--to = (char)('0' + value % 10);
		digits++;
	} while ((value /= 10) != 0);
	return to;
}

/* A name from the command line. */
void record_print_name(FILE *out, const char *name)
{
	size_t bytes = strlen(name);
	char *clean = malloc(UTF8_CLEAN_ROOM(bytes));

	if (clean)
		utf8_clean(clean, name, bytes);
	fputs(clean ? clean : "?", out);
	free(clean);
}

static void print_size(FILE *out, const char *file)
{
	static const char *const units[] = {"bytes", "KB", "MB", "GB", "TB"};
	struct stat status;
	double size = stat(file, &status) == 0 ? (double)status.st_size : 0;
	int unit = 0;

	while (size >= 999.5 && unit < 4) {
		size /= 1000;
		unit++;
	}
	fprintf(out, "%.*f %s", unit >= 2 ? 1 : 0, size, units[unit]);
}

int record_report(const struct record_options *options, const struct recording_result *result,
		  int status, const struct error *error)
{
	const char *file = options->file;
	char events[32], lost[32];
	const char *events_text = group_digits(result->events, events);
	const char *lost_text = group_digits(result->lost, lost);

	if (status < 0) {
		fprintf(stderr,
			"greenroom: %s (%s events before that are in the trace, %s and all later "
			"ones are lost)\n",
			error->text, events_text, lost_text);
		return error->code;
	}
	fputs("greenroom: ", stderr);
	if (!result->used) {
		if (options->program)
			record_print_name(stderr, options->program[0]);
		else
			fprintf(stderr, "%d", (int)options->process);
		fputs(": recorded nothing: the program did not use libgreenroom\n", stderr);
		return EXIT_IO;
	}
	if (access(file, F_OK) < 0) {
		record_print_name(stderr, file);
		fprintf(stderr, ": was taken away meanwhile, and %s events with it\n", events_text);
		return EXIT_IO;
	}
	fprintf(stderr, "%s events, %s lost, ", events_text, lost_text);
	print_size(stderr, file);
	fputs(" in ", stderr);
	record_print_name(stderr, file);
	fputs(" (view: greenroom view ", stderr);
	record_print_name(stderr, file);
	fputs(")", stderr);
	if (result->refused > 0)
		fprintf(stderr, "; %" PRIu32 " more %s not recorded", result->refused,
			result->refused == 1 ? "process was" : "processes were");
	if (result->forgotten > 0)
		fprintf(stderr, "; the newest of %s",
			group_digits(result->forgotten + result->events, events));
	if (result->frozen)
		fprintf(stderr, "; recording ended at %s", result->frozen);
	if (result->full)
		fputs("; it is full: nothing after that was recorded", stderr);
	fprintf(stderr, "%s%s\n", result->damage ? "; the program's segment was damaged: " : "",
		result->damage ? result->damage : "");
	if (result->damage || result->refused > 0)
		return EXIT_IO;
	return result->lost > 0 || result->full ? EXIT_LOST : EXIT_GOOD;
}
