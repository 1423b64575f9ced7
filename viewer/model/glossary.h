/* SPDX-License-Identifier: MIT */
/*
 * glossary.h - the words of greenroom, one definition each: for help, explain and the man page.
 */
#ifndef GREENROOM_GLOSSARY_H
#define GREENROOM_GLOSSARY_H

#include <stddef.h>

struct glossary_word {
	const char *word;
	const char *definition; /* whole sentences */
};

/* All of them, in alphabetical order. */
const struct glossary_word *glossary_words(size_t *count);

/* The entry of a word, upper and lower case alike, "channels" as good as "channel"; NULL when it is
 * not in the glossary. */
const struct glossary_word *glossary_find(const char *word);

/* The first word of the glossary in a text, the longest if several begin there: its entry, and where
 * it stands; NULL when there is none. */
const struct glossary_word *glossary_in(const char *text, const char **start, size_t *length);

#endif
