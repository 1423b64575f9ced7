/* SPDX-License-Identifier: MIT */
/* sentence.c - a sentence that is put together piece by piece. */
#include "sentence.h"

#include <stdarg.h>
#include <stdio.h>

void sentence_put(struct sentence *sentence, const char *format, ...)
{
	va_list arguments;
	int length;

	if (sentence->length + 1 >= sentence->size)
		return;
	va_start(arguments, format);
	length = vsnprintf(sentence->out + sentence->length, sentence->size - sentence->length,
			   format, arguments);
	va_end(arguments);
	sentence->length += length > 0 ? (size_t)length : 0;
	if (sentence->length >= sentence->size)
		sentence->length = sentence->size - 1;
}
