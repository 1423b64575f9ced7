/* SPDX-License-Identifier: MIT */
/*
 * command_view.h - what the commands that show something on the screen have in common.
 */
#ifndef GREENROOM_COMMAND_VIEW_H
#define GREENROOM_COMMAND_VIEW_H

#include <stdbool.h>

#include "error.h"
#include "screens/theme.h"
#include "screens/view.h"

struct command_look {
	const char *script, *screenshot;
	const struct theme *theme; /* NULL: the usual one */
	int rows, columns;         /* for scripts */
	bool ascii, no_mouse;
};

/* The keys, with the person's own changes: 0, or negative errno with a sentence. */
int command_load_keys(struct keys *keys, struct error *error);

/* Whether the terminal cannot place text. */
bool command_terminal_is_dumb(void);

/* Plays the script, then writes the screenshot; returns the exit code. */
int command_play_script(struct view *view, const struct command_look *look);

/* Shows the view on the terminal until the person quits: an exit code, or, in *signal_number, the
 * signal that asked for the end. */
int command_show(struct view *view, const struct command_look *look, int *signal_number);

#endif
