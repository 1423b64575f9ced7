/* SPDX-License-Identifier: MIT */
/*
 * explain_text.c - names, numbers and units in words.
 */
#include "explain_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names longer than that are cut: a sentence has to stay one. */
enum { EXPLAIN_NAME_BYTES = 40 };

/* Bytes of `text` up to `max`, no character cut in two. */
static size_t whole_characters(const char *text, size_t max)
{
	size_t length = strnlen(text, max + 1);

	if (length <= max)
		return length;
	length = max;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

void explain_put(struct explain_text *text, const char *format, ...)
{
	char piece[EXPLAIN_MAX];
	va_list arguments;
	size_t room = text->size ? text->size - 1 - text->length : 0;
	size_t length;

	va_start(arguments, format);
	vsnprintf(piece, sizeof(piece), format, arguments);
	va_end(arguments);
	length = whole_characters(piece, room);
	memcpy(text->out + text->length, piece, length);
	text->length += length;
}

size_t explain_finish(struct explain_text *text)
{
	if (text->size)
		text->out[text->length] = '\0';
	return text->length;
}

static void put_name(struct explain_text *text, char letter, uint32_t id, const char *name)
{
	size_t length = whole_characters(name, EXPLAIN_NAME_BYTES);

	explain_put(text, "%c%" PRIu32, letter, id);
	if (name[0])
		explain_put(text, " \"%.*s%s\"", (int)length, name, name[length] ? ".." : "");
}

void explain_put_tasklet(struct explain_text *text, uint32_t id, bool brief)
{
	uint32_t name = state_tasklet(text->state, id)->name;

	if (!id)
		explain_put(text, "nobody");
	else
		put_name(text, 'T', id, brief ? "" : dictionary_string(text->dictionary, name));
}

void explain_put_channel(struct explain_text *text, uint32_t id, bool brief)
{
	uint32_t name = state_channel(text->state, id)->name;

	if (!id)
		explain_put(text, "no channel");
	else
		put_name(text, 'C', id, brief ? "" : dictionary_string(text->dictionary, name));
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void put_place(struct explain_text *text, uint32_t id)
{
	const struct dictionary_place *place = dictionary_place(text->dictionary, id);

	if (place->file[0] && place->line)
		explain_put(text, "%s:%" PRIu32, base_name(place->file), place->line);
	else if (place->function[0])
		explain_put(text, "%s", place->function);
	else if (place->address)
		explain_put(text, "0x%" PRIx64, place->address);
}

void explain_put_at(struct explain_text *text, uint32_t place)
{
	size_t length = text->length;

	explain_put(text, " (");
	put_place(text, place);
	if (text->length == length + 2)
		text->length = length;
	else
		explain_put(text, ")");
}

void explain_put_function(struct explain_text *text, uint32_t id)
{
	const struct dictionary_place *place = dictionary_place(text->dictionary, id);

	if (place->function[0])
		explain_put(text, "%s", place->function);
	else if (place->file[0] || place->address)
		put_place(text, id);
	else
		explain_put(text, "a function of unknown name");
}

void explain_put_number(struct explain_text *text, uint64_t number)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	for (int i = 0; i < length; i++)
		explain_put(text, "%s%c", i && (length - i) % 3 == 0 ? "," : "", digits[i]);
}

void explain_put_bytes(struct explain_text *text, uint64_t bytes)
{
	explain_put_number(text, bytes);
	explain_put(text, bytes == 1 ? " byte" : " bytes");
}

/* One decimal below 100, rounded; "999.96 us" is 1.0 ms. */
void explain_put_duration(struct explain_text *text, uint64_t ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	size_t unit = 0;
	uint64_t tenths;

	if (ns < 1000) {
		explain_put(text, "%" PRIu64 " ns", ns);
		return;
	}
	for (;; unit++) {
		tenths = ns / (units[unit].ns / 10);
		tenths += ns % (units[unit].ns / 10) >= units[unit].ns / 20;
		if (tenths < 10000 || unit == 2)
			break;
	}
	if (tenths < 1000) {
		explain_put(text, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
	} else {
		uint64_t whole = ns / units[unit].ns;

		explain_put_number(text, whole + (ns % units[unit].ns >= units[unit].ns / 2));
	}
	explain_put(text, " %s", units[unit].name);
}

/* The first and last four digits tell addresses of one stack apart. */
void explain_put_address(struct explain_text *text, uint64_t address)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%" PRIx64, address);

	if (length <= 9)
		explain_put(text, "0x%s", digits);
	else
		explain_put(text, "0x%.4s..%s", digits, digits + length - 4);
}

void explain_put_error(struct explain_text *text, int error)
{
	const char *symbol = error < 0 && error > -4096 ? strerrorname_np(-error) : NULL;
	const char *words = symbol ? strerrordesc_np(-error) : NULL;

	if (!error) {
		explain_put(text, "no error");
	} else if (!words) {
		explain_put(text, "error %d", error);
	} else {
		bool name = words[0] && isupper((unsigned char)words[1]);

		explain_put(text, "-%s (%c%s)", symbol,
			    name ? words[0] : tolower((unsigned char)words[0]), words + 1);
	}
}

/* ---------------------------------------------------------------------------------------------
 * The same for everybody
 */

size_t explain_tasklet(char *out, size_t size, const struct state *state,
		       const struct dictionary *dictionary, uint32_t id)
{
	struct explain_text text = {
		.out = out, .size = size, .state = state, .dictionary = dictionary};

	explain_put_tasklet(&text, id, false);
	return explain_finish(&text);
}

size_t explain_channel(char *out, size_t size, const struct state *state,
		       const struct dictionary *dictionary, uint32_t id)
{
	struct explain_text text = {
		.out = out, .size = size, .state = state, .dictionary = dictionary};

	explain_put_channel(&text, id, false);
	return explain_finish(&text);
}

size_t explain_place(char *out, size_t size, const struct dictionary *dictionary, uint32_t id)
{
	struct explain_text text = {.out = out, .size = size, .dictionary = dictionary};

	put_place(&text, id);
	return explain_finish(&text);
}

size_t explain_bytes(char *out, size_t size, uint64_t bytes)
{
	struct explain_text text = {.out = out, .size = size};

	explain_put_bytes(&text, bytes);
	return explain_finish(&text);
}

size_t explain_duration(char *out, size_t size, uint64_t ns)
{
	struct explain_text text = {.out = out, .size = size};

	explain_put_duration(&text, ns);
	return explain_finish(&text);
}

size_t explain_error(char *out, size_t size, int error)
{
	struct explain_text text = {.out = out, .size = size};

	explain_put_error(&text, error);
	return explain_finish(&text);
}

size_t explain_time(char *out, size_t size, uint64_t time_ns)
{
	static const struct {
		const char *unit;
		uint64_t ns;
		int digits;
	} units[] = {{"us", 1000, 3}, {"ms", 1000000, 6}, {"s", 1000000000, 9}};
	int unit = 0;

	while (unit < 2 && time_ns >= units[unit + 1].ns)
		unit++;
	snprintf(out, size, "+%" PRIu64 ".%0*" PRIu64 " %s", time_ns / units[unit].ns,
		 units[unit].digits, time_ns % units[unit].ns, units[unit].unit);
	return strlen(out);
}
