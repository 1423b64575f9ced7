/* SPDX-License-Identifier: MIT */
/* error.c - finished sentences for the user. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

int error_set(struct error *error, int result, enum exit_code code, const char *format, ...)
{
	char raw[sizeof(error->text)];
	char clean[UTF8_CLEAN_ROOM(sizeof(raw))];
	size_t length;
	va_list arguments;

	if (!error)
		return result;
	va_start(arguments, format);
	vsnprintf(raw, sizeof(raw), format, arguments);
	va_end(arguments);
	length = utf8_clean(clean, raw, strlen(raw));
	if (length >= sizeof(error->text)) { /* cut where a character begins */
		length = sizeof(error->text) - 1;
		while (length > 0 && (clean[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(error->text, clean, length);
	error->text[length] = '\0';
	error->code = code;
	return result;
}

static enum exit_code code_of(int result)
{
	switch (result) {
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return EXIT_PERMISSION;
	case -EBADMSG:
		return EXIT_BAD_TRACE;
	default:
		return EXIT_IO;
	}
}

int error_set_file(struct error *error, int result, const char *path)
{
	char reason[128] = "";
	/* The GNU form: returns the text, which may not be in `reason`. */
	const char *text = strerror_r(-result, reason, sizeof(reason));

	return error_set(error, result, code_of(result), "%s: %s", path, text);
}
