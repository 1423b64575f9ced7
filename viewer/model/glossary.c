/* SPDX-License-Identifier: MIT */
/*
 * glossary.c - looking words up.
 */
#include "glossary.h"

#include <string.h>
#include <strings.h>

static const struct glossary_word words[] = {
#define GLOSSARY(word, definition) {word, definition},
#include "glossary.def"
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

const struct glossary_word *glossary_words(size_t *count)
{
	*count = WORDS;
	return words;
}

const struct glossary_word *glossary_find(const char *word)
{
	for (size_t i = 0; i < WORDS; i++) {
		size_t length = strlen(words[i].word);

		if (strncasecmp(word, words[i].word, length) == 0 &&
		    (word[length] == '\0' || strcasecmp(word + length, "s") == 0))
			return &words[i];
	}
	return NULL;
}
