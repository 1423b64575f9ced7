/* SPDX-License-Identifier: MIT */
/* record_options.h - the options that record and attach share. */
#ifndef GREENROOM_RECORD_OPTIONS_H
#define GREENROOM_RECORD_OPTIONS_H

#include <argp.h>

#include "record_run.h"

/* For a parser whose input is a struct record_options: it has to hand that on to its only child at
 * ARGP_KEY_INIT. */
extern const struct argp_child record_options_children[];

/* What holds without any option. */
struct record_options record_options_default(void);

/* Reads the argument of --max-size: bytes. Ends with an error of usage when it is none. */
uint64_t record_options_max_size(const char *word, struct argp_state *state);

#endif
