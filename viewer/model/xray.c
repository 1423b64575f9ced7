/* SPDX-License-Identifier: MIT */
/*
 * xray.c - what the words of a slice look like.
 */
#include "xray.h"

#include <ctype.h>
#include <string.h>

enum {
	XRAY_SMALL = 1 << 20, /* numbers up to this are no addresses */
	XRAY_SMALL_UPPER = 1 << 12,
	XRAY_PAGE = 12, /* bits: no address lies in the first page */
	XRAY_SPACE = 47 /* bits of an address of a program */
};

/* The upper one is smaller than the upper half of an address that is not of an old, fixed layout. */
static bool is_pair(uint64_t value)
{
	return value >> 32 && value >> 32 < XRAY_SMALL_UPPER && (uint32_t)value <= UINT16_MAX;
}

/* Signs that can be printed, at least four, and after them nothing but zeros. Not six: where programs
 * and their heaps lie, any address may look so. */
static bool is_text(uint64_t value)
{
	char sign[XRAY_WORD];
	int length = 0;

	memcpy(sign, &value, sizeof(sign));
	while (length < XRAY_WORD && isascii(sign[length]) && isprint(sign[length]))
		length++;
	for (int i = length; i < XRAY_WORD; i++)
		if (sign[i])
			return false;
	return length >= 4 && length != 6;
}

struct xray_word xray_look(const struct slice_bytes *slice, uint64_t address, uint64_t base,
			   xray_is_code_fn *is_code, void *context)
{
	struct xray_word word = {.address = address, .kind = XRAY_NOT_RECORDED};
	uint64_t end = base ? base : slice->address + slice->bytes;

	if (!slice_bytes_get(slice, address, &word.value, sizeof(word.value)))
		return word;
	if (word.value == 0) {
		word.kind = XRAY_ZERO;
	} else if (word.value <= XRAY_SMALL || -word.value <= XRAY_SMALL) {
		word.kind = XRAY_NUMBER;
	} else if (word.value >= slice->address && word.value <= end) {
		word.kind = XRAY_STACK;
		word.distance = (int64_t)(word.value - address);
	} else if (is_text(word.value)) {
		word.kind = XRAY_TEXT;
	} else if (is_pair(word.value)) {
		word.kind = XRAY_PAIR;
	} else if (word.value >> XRAY_SPACE == 0 && word.value >> XRAY_PAGE) {
		word.kind = is_code(context, word.value) ? XRAY_CODE : XRAY_ADDRESS;
	} else {
		word.kind = XRAY_VALUE;
	}
	return word;
}
