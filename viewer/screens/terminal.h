/* SPDX-License-Identifier: MIT */
/*
 * terminal.h - the terminal: on and off, keys in, a canvas out, and its restoration whatever
 * happens. The only file that knows curses.
 */
#ifndef GREENROOM_TERMINAL_H
#define GREENROOM_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "keys.h"
#include "model/canvas.h"
#include "theme.h"

struct terminal;

/* Takes the terminal over. 0, -ENOTTY when there is none, -ENODEV when its TERM is not known or
 * cannot move the cursor, -EBUSY when it is taken over already. One at a time: signals have to
 * find it. */
struct terminal_options {
	const struct theme *theme;
	bool ascii;
	bool mouse; /* clicks and the wheel are reported; the terminal's own selecting needs Shift then */
};

int terminal_open(struct terminal **out, const struct terminal_options *options);
void terminal_close(struct terminal *terminal);

void terminal_size(const struct terminal *terminal, int *rows, int *columns);

/* Shows a canvas of the terminal's size. `cursor` is a column of the last row, or -1. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas, int cursor);
/* Forgets what is on the screen, so that everything is drawn anew. */
void terminal_forget(struct terminal *terminal);

/* The next key (keys.h), KEYS_NONE when none came within the time (-1: no limit), KEYS_RESIZE when
 * the size has changed. */
uint32_t terminal_key(struct terminal *terminal, int wait_ms);

/* What the mouse did when the key was KEYS_MOUSE. */
struct keys_mouse terminal_mouse(const struct terminal *terminal);

/* Whether the program was asked to end (SIGINT, SIGTERM, SIGHUP); the number of the signal. */
int terminal_ending(const struct terminal *terminal);

/* Gives the terminal back, stops the program, and takes the terminal again when it goes on. */
void terminal_suspend(struct terminal *terminal);

/* Gives the terminal back, runs an editor on a line of a file, and takes the terminal again. The exit
 * status, or negative errno. */
int terminal_edit(struct terminal *terminal, const char *path, uint32_t line);

#endif
