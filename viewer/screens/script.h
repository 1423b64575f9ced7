/* SPDX-License-Identifier: MIT */
/*
 * script.h - playing keys from a file, for tests, demonstrations and pictures.
 *
 * A line of a script is one of
 *
 *     # words               a comment (a # and a blank)
 *     :screenshot FILE      writes the screen as text
 *     :size 80x24           gives the screen another size
 *     :anything else        what a person types after ':', then Enter
 *     /words                what a person types after '/', then Enter
 *     Right n Down*3 Tick   names of keys; *3 presses one three times; Tick lets half a second pass
 *     Click@12,40           the mouse in row 12, column 40; also WheelUp@, WheelDown@
 */
#ifndef GREENROOM_SCRIPT_H
#define GREENROOM_SCRIPT_H

#include "error.h"
#include "view.h"

enum { SCRIPT_SIZE_MAX = 1000 };

struct script {
	struct view *view;
	int rows, columns;
};

/* "80x24": columns and rows. 0 or -EINVAL. */
int script_parse_size(const char *words, int *rows, int *columns);

/* Does what one line says: 1 to go on, 0 when it quits, negative errno with the error saying why. */
int script_do(struct script *script, const char *line, struct error *error);

/* Plays a whole file ("-": stdin); 0, or negative errno with the error saying which line is wrong
 * and why. Ends at its end, or when it quits. */
int script_play(struct script *script, const char *path, struct error *error);

/* Writes the screen as it is now. */
int script_screenshot(struct script *script, const char *path, struct error *error);

/* Whether words are names of keys, as in a line of a script; and pressing them. */
bool script_is_keys(const char *words);
int script_press(struct script *script, const char *words, struct error *error);

#endif
