/* SPDX-License-Identifier: MIT */
/* record_report.h - what came of a recording, in one line. */
#ifndef GREENROOM_RECORD_REPORT_H
#define GREENROOM_RECORD_REPORT_H

#include <stdio.h>

#include "error.h"
#include "record_run.h"
#include "recording.h"

/* Says it on stderr. `status` is what recording_end returned, with its error. Returns what the exit code
 * is when the recording counts: 0 when it went well. */
int record_report(const struct record_options *options, const struct recording_result *result,
		  int status, const struct error *error);

/* A name from the command line, cleaned. */
void record_print_name(FILE *out, const char *name);

#endif
