/* SPDX-License-Identifier: MIT */
/*
 * prompt.h - a line that the user types: a position to go to, words to find.
 */
#ifndef GREENROOM_PROMPT_H
#define GREENROOM_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/canvas.h"

struct prompt {
	char label; /* ':' or '/'; 0: nobody types */
	char text[256];
	size_t length, cursor; /* bytes */
};

enum prompt_result {
	PROMPT_EDITING, /* goes on; the text has not changed */
	PROMPT_CHANGED,
	PROMPT_DONE,     /* Enter */
	PROMPT_CANCELLED /* Esc, or Backspace on an empty line */
};

void prompt_open(struct prompt *prompt, char label);
/* Puts a text into the line, the cursor behind it. */
void prompt_set(struct prompt *prompt, const char *text);
enum prompt_result prompt_key(struct prompt *prompt, uint32_t key);

/* Draws the line into a row; returns the column of the cursor. */
int prompt_draw(const struct prompt *prompt, struct canvas *canvas, int row);

#endif
