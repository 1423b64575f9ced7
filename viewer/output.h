/* SPDX-License-Identifier: MIT */
/*
 * output.h - manners towards stdout: errors are noticed, numbers can be read.
 *
 * stdout is data, stderr is talk.
 */
#ifndef GREENROOM_OUTPUT_H
#define GREENROOM_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Sees to it that data which could not be written is not taken for written: at exit one line on
 * stderr and EXIT_IO. A reader that went away (EPIPE) is no error. */
void output_begin(void);

/* Whether stdout cannot take any more: time to stop. */
bool output_is_broken(void);

/* Columns of the terminal behind stdout; COLUMNS, else 80 when it is none. */
int output_width(void);

/* "1,234,567". Returns `out`. */
enum { OUTPUT_NUMBER_MAX = 32 };
char *output_number(char out[static OUTPUT_NUMBER_MAX], uint64_t number);

/* Columns that UTF-8 text takes on a terminal, printed by output_clean. */
int output_text_width(const char *text);

/* Prints text from outside on one line: line breaks and tabs become blanks, other control characters
 * and broken UTF-8 '?'. */
void output_clean(FILE *out, const char *text);

#endif
