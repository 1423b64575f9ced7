/* SPDX-License-Identifier: MIT */
/*
 * glossary_page.c - print docs/glossary.md from the glossary. "make glossary-page" renews the page; a
 * test compares.
 */
#include <stdio.h>

#include "viewer/model/glossary.h"

int main(void)
{
	size_t count;
	const struct glossary_word *words = glossary_words(&count);

	puts("<!-- Made by tests/cli/glossary_page.c from viewer/model/glossary.def: make "
	     "glossary-page -->");
	puts("# Glossary\n");
	puts("One word for a thing, everywhere: in the code, on the screen, in the man pages.\n");
	puts("| word | what it means |\n| --- | --- |");
	for (size_t i = 0; i < count; i++)
		printf("| **%s** | %s |\n", words[i].word, words[i].definition);
	return 0;
}
