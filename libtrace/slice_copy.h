/* SPDX-License-Identifier: MIT */
/*
 * slice_copy.h - the copy loop of slice.c for vectors of COPY_WIDTH bytes; included once a width,
 * so it has no guard.
 *
 * Copies whole lines, from the top down: the stores that were made last, at the stack pointer, have
 * then had time to leave the store buffer. memcpy would be slower: it changes to rep movsb at a few
 * KiB, and has tails to think of.
 */
#include <stddef.h>

#include "compiler.h"

#ifndef COPY_WIDTH
#define COPY_WIDTH 16
#endif

#define COPY_JOIN(name, width) name##width
#define COPY_NAME(name, width) COPY_JOIN(name, width)
#define COPY_VECTOR            COPY_NAME(copy_vector_, COPY_WIDTH)

typedef char COPY_VECTOR __attribute__((vector_size(COPY_WIDTH), may_alias));

static inline __attribute__((always_inline)) GREENROOM_RAW_STACK void
COPY_NAME(copy_lines_, COPY_WIDTH)(char *to, const char *from, size_t bytes)
{
	while (bytes >= 4 * COPY_WIDTH) {
		COPY_VECTOR a, b, c, d;

		bytes -= 4 * COPY_WIDTH;
		a = *(const COPY_VECTOR *)(from + bytes + 3 * COPY_WIDTH);
		b = *(const COPY_VECTOR *)(from + bytes + 2 * COPY_WIDTH);
		c = *(const COPY_VECTOR *)(from + bytes + COPY_WIDTH);
		d = *(const COPY_VECTOR *)(from + bytes);
		*(COPY_VECTOR *)(to + bytes + 3 * COPY_WIDTH) = a;
		*(COPY_VECTOR *)(to + bytes + 2 * COPY_WIDTH) = b;
		*(COPY_VECTOR *)(to + bytes + COPY_WIDTH) = c;
		*(COPY_VECTOR *)(to + bytes) = d;
	}
	while (bytes) {
		bytes -= COPY_WIDTH;
		*(COPY_VECTOR *)(to + bytes) = *(const COPY_VECTOR *)(from + bytes);
	}
}

#undef COPY_VECTOR
#undef COPY_NAME
#undef COPY_JOIN
#undef COPY_WIDTH
