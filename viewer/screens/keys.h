/* SPDX-License-Identifier: MIT */
/*
 * keys.h - keys by name, and what they ask for.
 *
 * A key is a code point, or one of the numbers above them for keys that write nothing. Whoever
 * reads keys (the terminal, a script, a pipe) speaks of them in these numbers.
 */
#ifndef GREENROOM_KEYS_H
#define GREENROOM_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

enum key {
	KEYS_NONE,
	KEYS_TAB = '\t',
	KEYS_ENTER = '\r',
	KEYS_ESC = 0x1b,
	KEYS_SPACE = ' ',
	KEYS_BACKSPACE = 0x7f,
	KEYS_LEFT = 0x110000, /* beyond the last code point */
	KEYS_RIGHT,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_PGUP,
	KEYS_PGDN,
	KEYS_BACKTAB,
	KEYS_DELETE,
	KEYS_RESIZE, /* the screen has another size */
	KEYS_MOUSE,  /* the mouse did something: struct keys_mouse says what */
	KEYS_TICK,   /* time went by: only in scripts */
	KEYS_F0,     /* F1 is KEYS_F0 + 1 */
	KEYS_F12 = KEYS_F0 + 12
};

#define KEYS_CTRL(letter) ((uint32_t)(letter)&0x1f)

enum request {
	REQUEST_NONE,
#define REQUEST(name, keys, bar, section, help) REQUEST_##name,
#include "keys.def"
	REQUESTS
};

struct key_binding {
	const char *name;    /* "SWITCH_NEXT" */
	const char *keys;    /* "Right l", unless somebody wants others */
	const char *bar;     /* "next" */
	const char *section; /* "Moving" */
	const char *help;
};

/* The entry of a request. */
const struct key_binding *keys_binding(enum request request);

/* "switch-next": how a request is called in files and commands. Returns `out`. */
enum { KEYS_NAME_MAX = 32 };
char *keys_name(char out[static KEYS_NAME_MAX], enum request request);
/* The request of that name, REQUEST_NONE. `length` bytes of `name` count. */
enum request keys_request_by_name(const char *name, size_t length);

/* Which keys ask for what: those of the table, changed as somebody likes. */
enum { KEYS_BOUND_MAX = 96 };
struct keys {
	char bound[REQUESTS][KEYS_BOUND_MAX]; /* names of keys, separated by blanks */
};

void keys_init(struct keys *keys);
/* Reads changes from a file: lines "switch-next n F5" (its keys from now on, which other requests
 * lose), "# comment". 0, or negative errno with a sentence; -ENOENT when there is no such file. */
int keys_load(struct keys *keys, const char *path, struct error *error);
/* Where a person's own file is: $XDG_CONFIG_HOME/greenroom/keys, or below ~/.config. False when
 * neither is known. */
bool keys_path(char *out, size_t size);

/* What a key asks for; REQUEST_NONE when it means nothing. */
enum request keys_request(const struct keys *keys, uint32_t key);
/* Which of a request's keys it is, from 0; -1: none. */
int keys_index(const struct keys *keys, enum request request, uint32_t key);

/* The key of that name ("Right", "Ctrl-L", "x"), KEYS_NONE for a word that is none. `length`
 * bytes of `name` count. */
uint32_t keys_by_name(const char *name, size_t length);

/* How the first key of a request is shown: "→" or "Right"; "" when it has none. Returns `out`. */
enum { KEYS_SHOWN_MAX = 16 };
char *keys_shown(char out[static KEYS_SHOWN_MAX], const struct keys *keys, enum request request);

/* All keys: with their help as a table of text or as the mdoc list of the man page, or as a file that
 * can be loaded. */
enum keys_format { KEYS_TEXT, KEYS_MAN, KEYS_FILE };
void keys_print(FILE *out, const struct keys *keys, enum keys_format format);

/* What the mouse did, and where: cells from 0. */
struct keys_mouse {
	enum { KEYS_CLICK, KEYS_WHEEL_UP, KEYS_WHEEL_DOWN } did;
	int row, column;
};

#endif
