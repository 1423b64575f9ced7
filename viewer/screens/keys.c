/* SPDX-License-Identifier: MIT */
/*
 * keys.c - the table of keys, and its readers.
 */
#include "keys.h"

#include <string.h>

#include "model/glyph.h"

static const struct key_binding keys_table[REQUESTS] = {
	[REQUEST_NONE] = {"", "", "", "", ""},
#define REQUEST(name, keys, bar, section, help)                                                    \
	[REQUEST_##name] = {#name, keys, bar, section, help},
#include "keys.def"
};

/* Names of the keys that write nothing of their own, and the sign some are shown with. */
static const struct {
	const char *name;
	uint32_t key;
	const char *sign;
} keys_names[] = {
	{"Left", KEYS_LEFT, "←"},      {"Right", KEYS_RIGHT, "→"},
	{"Up", KEYS_UP, "↑"},          {"Down", KEYS_DOWN, "↓"},
	{"Home", KEYS_HOME, NULL},     {"End", KEYS_END, NULL},
	{"PgUp", KEYS_PGUP, NULL},     {"PgDn", KEYS_PGDN, NULL},
	{"Tab", KEYS_TAB, NULL},       {"BackTab", KEYS_BACKTAB, NULL},
	{"Enter", KEYS_ENTER, NULL},   {"Esc", KEYS_ESC, NULL},
	{"Space", KEYS_SPACE, NULL},   {"Backspace", KEYS_BACKSPACE, NULL},
	{"Delete", KEYS_DELETE, NULL}, {"Tick", KEYS_TICK, NULL},
	{"F1", KEYS_F0 + 1, NULL},     {"F3", KEYS_F0 + 3, NULL},
};

enum { KEYS_NAMES = sizeof(keys_names) / sizeof(keys_names[0]), KEYS_COLUMN = 20 };

const struct key_binding *keys_binding(enum request request)
{
	return &keys_table[request < REQUESTS ? request : REQUEST_NONE];
}

uint32_t keys_by_name(const char *name, size_t length)
{
	const char *end = name;

	for (int i = 0; i < KEYS_NAMES; i++)
		if (strlen(keys_names[i].name) == length &&
		    memcmp(keys_names[i].name, name, length) == 0)
			return keys_names[i].key;
	if (length == 6 && memcmp(name, "Ctrl-", 5) == 0)
		return KEYS_CTRL(name[5]);
	if (length > 0) {
		uint32_t symbol = text_next(&end);

		if ((size_t)(end - name) == length && symbol > ' ')
			return symbol;
	}
	return KEYS_NONE;
}

/* Whether the key is one of a binding's. */
static bool keys_has(const char *keys, uint32_t key)
{
	while (*keys != '\0') {
		size_t length = strcspn(keys, " ");

		if (keys_by_name(keys, length) == key)
			return true;
		keys += length;
		keys += strspn(keys, " ");
	}
	return false;
}

enum request keys_request(uint32_t key)
{
	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++)
		if (keys_has(keys_table[request].keys, key))
			return (enum request)request;
	return REQUEST_NONE;
}

char *keys_shown(char out[static KEYS_SHOWN_MAX], enum request request)
{
	const char *keys = keys_binding(request)->keys;
	size_t length = strcspn(keys, " ");

	for (int i = 0; i < KEYS_NAMES; i++)
		if (keys_names[i].sign && strlen(keys_names[i].name) == length &&
		    memcmp(keys_names[i].name, keys, length) == 0) {
			snprintf(out, KEYS_SHOWN_MAX, "%s", keys_names[i].sign);
			return out;
		}
	snprintf(out, KEYS_SHOWN_MAX, "%.*s", (int)length, keys);
	return out;
}

/* "Right l" as mdoc or as text in a column of its own. */
static void keys_print_keys(FILE *out, const char *keys, bool mdoc)
{
	int length;

	if (!mdoc) {
		length = fprintf(out, "  %s", keys);
		fprintf(out, "%*s", length < KEYS_COLUMN ? KEYS_COLUMN - length : 1, "");
		return;
	}
	fprintf(out, ".It");
	for (const char *comma = ""; *keys != '\0'; comma = " ,") {
		length = (int)strcspn(keys, " ");
		if (*keys == '\\')
			fprintf(out, "%s Ic \\e", comma);
		else
			fprintf(out, "%s Ic \\&%.*s", comma, length, keys);
		keys += length;
		keys += strspn(keys, " ");
	}
	fprintf(out, "\n");
}

void keys_print(FILE *out, bool mdoc)
{
	const char *section = "";

	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++) {
		const struct key_binding *binding = &keys_table[request];

		if (strcmp(section, binding->section) != 0) {
			if (mdoc)
				fprintf(out, "%s.Ss %s\n.Bl -tag -width Backspace\n",
					*section ? ".El\n" : "", binding->section);
			else
				fprintf(out, "%s%s\n", *section ? "\n" : "", binding->section);
			section = binding->section;
		}
		keys_print_keys(out, binding->keys, mdoc);
		fprintf(out, "%s%s\n", binding->help, mdoc ? "." : "");
	}
	if (mdoc)
		fprintf(out, ".El\n");
}
