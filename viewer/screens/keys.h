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
	const char *name;    /* "STEP" */
	const char *keys;    /* "Right l" */
	const char *bar;     /* "next" */
	const char *section; /* "Moving" */
	const char *help;
};

/* The entry of a request. */
const struct key_binding *keys_binding(enum request request);

/* What a key asks for; REQUEST_NONE when it means nothing. */
enum request keys_request(uint32_t key);

/* The key of that name ("Right", "Ctrl-L", "x"), KEYS_NONE for a word that is none. `length`
 * bytes of `name` count. */
uint32_t keys_by_name(const char *name, size_t length);

/* How the first key of a request is shown: "→" or "Right". Returns `out`. */
enum { KEYS_SHOWN_MAX = 16 };
char *keys_shown(char out[static KEYS_SHOWN_MAX], enum request request);

/* All keys with their help, as a table of text or as the mdoc list of the man page. */
void keys_print(FILE *out, bool mdoc);

#endif
