/* SPDX-License-Identifier: MIT */
/*
 * command_view.h - what the commands that show something on the screen have in common.
 */
#ifndef GREENROOM_COMMAND_VIEW_H
#define GREENROOM_COMMAND_VIEW_H

#include <argp.h>
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

/* The options that say how it looks, for tables of options: command_look_parse knows them. */
enum { LOOK_ASCII = 512, LOOK_NO_MOUSE, LOOK_SCREENSHOT, LOOK_SCRIPT, LOOK_SIZE, LOOK_THEME };

/* For a parser of options: takes one of those above; ARGP_ERR_UNKNOWN for any other key. */
error_t command_look_parse(struct command_look *look, int key, const char *word,
			   struct argp_state *state);

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
