/* SPDX-License-Identifier: MIT */
/* utf8.c - reading UTF-8 strictly: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Length of the valid character at `text`, 0 if there is none; the character itself in *code. */
static size_t read_character(const unsigned char *text, size_t bytes, uint32_t *code)
{
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = text[0] < 0x80   ? 1
			: text[0] < 0xc0 ? 0
			: text[0] < 0xe0 ? 2
			: text[0] < 0xf0 ? 3
			: text[0] < 0xf8 ? 4
					 : 0;

	if (length == 0 || length > bytes)
		return 0;
	*code = length == 1 ? text[0] : text[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (text[i] & 0x3f);
	}
	if (*code < lowest[length] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return length;
}

static bool is_seen(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) /* C0, delete, C1 */
		return false;
	if (code >= 0x2028 && code <= 0x202e) /* line separators, direction */
		return false;
	return code < 0x2066 || code > 0x2069; /* direction */
}

size_t utf8_clean(char *out, const char *text, size_t bytes)
{
	const unsigned char *from = (const unsigned char *)text;
	char *to = out;

	while (bytes > 0) {
		uint32_t code = 0;
		size_t length = read_character(from, bytes, &code);

		if (length > 0 && is_seen(code)) {
			memcpy(to, from, length);
			to += length;
		} else {
			memcpy(to, replacement, 3);
			to += 3;
		}
		from += length > 0 ? length : 1;
		bytes -= length > 0 ? length : 1;
	}
	*to = '\0';
	return (size_t)(to - out);
}
