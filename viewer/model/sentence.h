/* SPDX-License-Identifier: MIT */
/*
 * sentence.h - a sentence that is put together piece by piece; what does not fit is cut.
 */
#ifndef GREENROOM_SENTENCE_H
#define GREENROOM_SENTENCE_H

#include <stddef.h>

struct sentence {
	char *out;
	size_t size, length;
};

void sentence_put(struct sentence *sentence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
