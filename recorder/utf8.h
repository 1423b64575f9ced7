/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - text from outside made safe to store and to show: valid UTF-8 without control
 * characters.
 */
#ifndef GREENROOM_UTF8_H
#define GREENROOM_UTF8_H

#include <stddef.h>

/* Bytes that the clean form of `bytes` bytes may need, with its final zero. */
#define UTF8_CLEAN_ROOM(bytes) (3 * (bytes) + 1)

/* Writes the clean form of a text to `out` and returns its length. Every byte that belongs to no
 * valid character, and every character that would do something to a terminal instead of being seen
 * (controls, line separators, changes of direction), becomes U+FFFD. */
size_t utf8_clean(char *out, const char *text, size_t bytes);

#endif
