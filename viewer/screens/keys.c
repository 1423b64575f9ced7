/* SPDX-License-Identifier: MIT */
/*
 * keys.c - the table of keys, and its readers.
 */
#include "keys.h"

#include <ctype.h>
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

};

enum { KEYS_NAMES = sizeof(keys_names) / sizeof(keys_names[0]), KEYS_COLUMN = 20 };

const struct key_binding *keys_binding(enum request request)
{
	return &keys_table[request < REQUESTS ? request : REQUEST_NONE];
}

/* "1" to "12" behind an F. */
static uint32_t keys_function(const char *digits, size_t length)
{
	uint32_t number = 0;

	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return KEYS_NONE;
		number = 10 * number + (uint32_t)(digits[i] - '0');
	}
	return number >= 1 && number <= 12 ? KEYS_F0 + number : (uint32_t)KEYS_NONE;
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
	if ((length == 2 || length == 3) && *name == 'F')
		return keys_function(name + 1, length - 1);
	if (length > 0) {
		uint32_t symbol = text_next(&end);

		if ((size_t)(end - name) == length && symbol > ' ')
			return symbol;
	}
	return KEYS_NONE;
}

char *keys_name(char out[static KEYS_NAME_MAX], enum request request)
{
	const char *name = keys_binding(request)->name;
	size_t length = 0;

	for (; name[length] != '\0' && length < KEYS_NAME_MAX - 1; length++)
		out[length] = name[length] == '_' ? '-'
						  : (char)tolower((unsigned char)name[length]);
	out[length] = '\0';
	return out;
}

enum request keys_request_by_name(const char *name, size_t length)
{
	char known[KEYS_NAME_MAX];

	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++) {
		keys_name(known, (enum request)request);
		if (strlen(known) == length && memcmp(known, name, length) == 0)
			return (enum request)request;
	}
	return REQUEST_NONE;
}

/* The next name of a list: where it begins, its length in *length; NULL at the end. */
static const char *keys_next(const char *list, size_t *length)
{
	list += strspn(list, " ");
	*length = strcspn(list, " ");
	return *length ? list : NULL;
}

int keys_index(const struct keys *keys, enum request request, uint32_t key)
{
	const char *name = keys->bound[request];
	size_t length;

	for (int i = 0; (name = keys_next(name, &length)) != NULL; i++, name += length)
		if (keys_by_name(name, length) == key)
			return i;
	return -1;
}

enum request keys_request(const struct keys *keys, uint32_t key)
{
	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++)
		if (keys_index(keys, (enum request)request, key) >= 0)
			return (enum request)request;
	return REQUEST_NONE;
}

char *keys_shown(char out[static KEYS_SHOWN_MAX], const struct keys *keys, enum request request)
{
	size_t length;
	const char *name = keys_next(keys->bound[request], &length);

	out[0] = '\0';
	if (!name)
		return out;
	for (int i = 0; i < KEYS_NAMES; i++)
		if (keys_names[i].sign && strlen(keys_names[i].name) == length &&
		    memcmp(keys_names[i].name, name, length) == 0) {
			snprintf(out, KEYS_SHOWN_MAX, "%s", keys_names[i].sign);
			return out;
		}
	snprintf(out, KEYS_SHOWN_MAX, "%.*s", (int)length, name);
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

static void keys_print_file(FILE *out, const struct keys *keys)
{
	char name[KEYS_NAME_MAX];

	for (int request = REQUEST_NONE + 1; request < REQUESTS; request++)
		fprintf(out, "# %s\n%s %s\n", keys_binding((enum request)request)->help,
			keys_name(name, (enum request)request), keys->bound[request]);
}

void keys_print(FILE *out, const struct keys *keys, enum keys_format format)
{
	bool mdoc = format == KEYS_MAN;
	const char *section = "";

	if (format == KEYS_FILE) {
		keys_print_file(out, keys);
		return;
	}

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
		keys_print_keys(out, keys->bound[request], mdoc);
		fprintf(out, "%s%s\n", binding->help, mdoc ? "." : "");
	}
	if (mdoc)
		fprintf(out, ".El\n");
}
