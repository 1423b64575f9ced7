/* SPDX-License-Identifier: MIT */
/*
 * corpus.c - a fuzzer's function, called with each file that is kept for it, and with the same after
 * small accidents. That it returns is the test.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "tap.h"

enum { INPUT_MAX = 1 << 20, ACCIDENTS = 50 };

static uint64_t lot = 88172645463325252u;

static size_t draw(size_t below)
{
	lot ^= lot << 13;
	lot ^= lot >> 7;
	lot ^= lot << 17;
	return (size_t)(lot % below);
}

/* In a block of exactly that size, so that checkers see a step beyond. */
static void try(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		abort();
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void try_with_accidents(const uint8_t *data, size_t size)
{
	static uint8_t changed[INPUT_MAX];

	try(data, size);
	for (int i = 0; i < ACCIDENTS && size > 0; i++) {
		memcpy(changed, data, size);
		for (size_t flips = 1 + draw(4); flips > 0; flips--)
			changed[draw(size)] ^= (uint8_t)(1u << draw(8));
		if (draw(4) == 0)
			changed[draw(size)] = (uint8_t)draw(256);
		try(changed, draw(5) ? size : draw(size));
	}
}

int main(int argc, char **argv)
{
	static uint8_t data[INPUT_MAX];
	const char *name = strrchr(argv[0], '_'), *source = getenv("abs_top_srcdir");
	char folder[4096], path[4096 + 256];
	struct dirent **entries;
	int count;

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
		 name ? name + 1 : "");
	count = scandir(argc > 1 ? argv[1] : folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", argc > 1 ? argv[1] : folder,
			 entries[i]->d_name);
		file = entries[i]->d_name[0] == '.' ? NULL : fopen(path, "r");
		if (file) {
			try_with_accidents(data, fread(data, 1, sizeof(data), file));
			fclose(file);
			tap_ok(1, "%s", entries[i]->d_name);
		}
		free(entries[i]);
	}
	if (count > 0)
		free(entries);
	tap_ok(count > 2, "there are inputs in %s", folder);
	return tap_end();
}
