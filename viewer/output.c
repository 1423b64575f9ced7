/* SPDX-License-Identifier: MIT */
/*
 * output.c - manners towards stdout.
 */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "error.h"

/* ---------------------------------------------------------------------------------------------
 * The end of stdout
 */

/* Full disks show only when the last buffer goes out, and argp ends the program itself after
 * --help: so this runs at exit. A stdout that was closed from the start, or by the end of the pager,
 * fails with EBADF: no matter, unless something was still to be written. */
static void close_stdout(void)
{
	bool failed = ferror(stdout) != 0;
	int error = failed ? errno : 0;

	if (fflush(stdout) != 0) {
		failed = true;
		error = errno;
	}
	if (fclose(stdout) != 0 && errno != EBADF) {
		failed = true;
		error = errno;
	}
	if (!failed || error == EPIPE)
		return;
	fprintf(stderr, "greenroom: cannot write to standard output%s%s\n", error ? ": " : "",
		error ? strerror(error) : "");
	_exit(EXIT_IO);
}

void output_begin(void)
{
	atexit(close_stdout);
}

bool output_is_broken(void)
{
	return ferror(stdout) != 0;
}

/* ---------------------------------------------------------------------------------------------
 * Text
 */

int output_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	int width = columns ? atoi(columns) : 0;

	if (width > 0)
		return width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

char *output_number(char out[static OUTPUT_NUMBER_MAX], uint64_t number)
{
	char digits[OUTPUT_NUMBER_MAX];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	char *end = out;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*end++ = ',';
		*end++ = digits[i];
	}
	*end = '\0';
	return out;
}

int output_text_width(const char *text)
{
	mbstate_t state = {0};
	int width = 0;

	while (*text) {
		wchar_t character;
		size_t bytes = mbrtowc(&character, text, MB_CUR_MAX, &state);
		int columns;

		if (bytes == (size_t)-1 || bytes == (size_t)-2) {
			memset(&state, 0, sizeof(state));
			bytes = 1;
			columns = 1;
		} else {
			columns = iswcntrl((wint_t)character) ? 1 : wcwidth(character);
		}
		width += columns > 0 ? columns : 0;
		text += bytes;
	}
	return width;
}

void output_clean(FILE *out, const char *text)
{
	mbstate_t state = {0};

	while (*text) {
		wchar_t character;
		size_t bytes = mbrtowc(&character, text, MB_CUR_MAX, &state);

		if (bytes == (size_t)-1 || bytes == (size_t)-2) {
			memset(&state, 0, sizeof(state));
			bytes = 1;
			fputc('?', out);
		} else if (character > 0x10ffff) { /* the C library reads more than there is */
			fputc('?', out);
		} else if (iswcntrl((wint_t)character)) {
			fputc(character == '\n' || character == '\t' ? ' ' : '?', out);
		} else {
			fwrite(text, 1, bytes, out);
		}
		text += bytes;
	}
}
