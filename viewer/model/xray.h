/* SPDX-License-Identifier: MIT */
/*
 * xray.h - what the words of a slice look like: code, an address in the stack itself, a number, text.
 *
 * A word does not say what it is. What is told here is what its value allows; a word that a function
 * left there and nobody needs any more looks like any other.
 */
#ifndef GREENROOM_XRAY_H
#define GREENROOM_XRAY_H

#include "slice_bytes.h"

enum { XRAY_WORD = 8 };

enum xray_kind {
	XRAY_NOT_RECORDED, /* the trace does not hold it */
	XRAY_ZERO,
	XRAY_NUMBER,  /* small, or small and negative */
	XRAY_STACK,   /* an address in the tasklet's own stack */
	XRAY_CODE,    /* an address in a function: mostly where a call returns to */
	XRAY_PAIR,    /* two small numbers of 4 bytes */
	XRAY_TEXT,    /* eight signs, or fewer and zeros */
	XRAY_ADDRESS, /* as large as addresses of the program are: heap, data, another stack */
	XRAY_VALUE    /* anything else */
};

struct xray_word {
	uint64_t address, value;
	enum xray_kind kind;
	int64_t distance; /* XRAY_STACK: bytes from here to there */
};

/* Whether an address lies in a function of the program. */
typedef bool xray_is_code_fn(void *context, uint64_t address);

/* The word at an address of the slice; `base` is the highest address of the tasklet's stack, 0: not
 * known. */
struct xray_word xray_look(const struct slice_bytes *slice, uint64_t address, uint64_t base,
			   xray_is_code_fn *is_code, void *context);

#endif
