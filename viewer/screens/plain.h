/* SPDX-License-Identifier: MIT */
/*
 * plain.h - the viewer without a screen: a line in, a few sentences out, for screen readers, pipes
 * and terminals that can do no more.
 */
#ifndef GREENROOM_PLAIN_H
#define GREENROOM_PLAIN_H

#include <stdio.h>

#include "view.h"

/* Reads lines and answers each with the position, the sentence, the chain and the channels, until
 * the end of `in` or "q". A line is what a line of a script is (script.h); an empty one goes one
 * event forward. `prompt`: write "> " before reading. 0 or negative errno. */
int plain_run(struct view *view, FILE *in, FILE *out, bool prompt);

#endif
