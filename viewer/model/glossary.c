/* SPDX-License-Identifier: MIT */
/*
 * glossary.c - looking words up.
 */
#include "glossary.h"

#include <ctype.h>
#include <stdbool.h>
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

/* Bytes of the text that are the word: "switches" and "blocked" are forms of it. 0: they are not. */
static size_t glossary_form(const char *text, const char *word)
{
	static const char *const endings[] = {"", "s", "es", "ed", "ted"};
	size_t length = strlen(word);

	if (strncasecmp(text, word, length) != 0)
		return 0;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t more = strlen(endings[i]);

		if (strncmp(text + length, endings[i], more) == 0 &&
		    !isalnum((unsigned char)text[length + more]) && text[length + more] != '_')
			return length + more;
	}
	return 0;
}

const struct glossary_word *glossary_in(const char *text, const char **start, size_t *length)
{
	bool inside = false;

	for (; *text; text++) {
		const struct glossary_word *found = NULL;

		*length = 0;
		for (size_t i = 0; i < WORDS && !inside; i++) {
			size_t form = glossary_form(text, words[i].word);

			if (form > *length) {
				found = &words[i];
				*length = form;
			}
		}
		if (found) {
			*start = text;
			return found;
		}
		inside = isalnum((unsigned char)*text) || *text == '_' || *text == '"';
	}
	return NULL;
}
