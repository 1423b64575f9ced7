/* SPDX-License-Identifier: MIT */
/*
 * recording_position.c - "THREADS SKIPPED; AT DROPPED GENERATION THREAD; ..." and back: numbers in
 * decimal, a ring after each semicolon.
 */
#include "recording_position.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *put_number(char *to, uint64_t value)
{
	char digits[20];
	int count = 0;

	do
		digits[count++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

void recording_position_format(const struct recording_position *position, char *out)
{
	out = put_number(out, position->threads);
	*out++ = ' ';
	out = put_number(out, position->skipped);
	for (uint32_t i = 0; i < position->rings; i++) {
		const struct recording_place *ring = &position->ring[i];

		*out++ = ';';
		out = put_number(out, ring->at);
		*out++ = ' ';
		out = put_number(out, ring->dropped);
		*out++ = ' ';
		out = put_number(out, ring->generation);
		*out++ = ' ';
		out = put_number(out, ring->thread);
	}
	*out = '\0';
}

/* A number and the character behind it. */
static bool take_number(const char **text, uint64_t max, char after, uint64_t *out)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*out = strtoull(*text, &end, 10);
	if (errno != 0 || *out > max || *end != after)
		return false;
	*text = end + (after != '\0');
	return true;
}

static bool take_ring(const char **text, struct recording_place *out)
{
	uint64_t generation, thread;
	bool is_last = !strchr(*text, ';');

	if (!take_number(text, UINT64_MAX, ' ', &out->at) ||
	    !take_number(text, UINT64_MAX, ' ', &out->dropped) ||
	    !take_number(text, UINT32_MAX, ' ', &generation) ||
	    !take_number(text, UINT32_MAX, is_last ? '\0' : ';', &thread))
		return false;
	out->generation = (uint32_t)generation;
	out->thread = (uint32_t)thread;
	return true;
}

int recording_position_parse(struct recording_position *out, const char *text)
{
	uint64_t threads = 0;
	bool more = strchr(text, ';') != NULL;
	bool good;

	memset(out, 0, sizeof(*out));
	good = take_number(&text, UINT32_MAX, ' ', &threads) &&
	       take_number(&text, UINT64_MAX, more ? ';' : '\0', &out->skipped);
	out->threads = (uint32_t)threads;
	while (good && more) {
		struct recording_place *ring = &out->ring[out->rings];

		more = strchr(text, ';') != NULL;
		good = take_ring(&text, ring) && ring->thread <= out->threads;
		out->rings++;
		if (more && out->rings == SEGMENT_RINGS_MAX)
			good = false;
	}
	if (good)
		return 0;
	memset(out, 0, sizeof(*out));
	return -EBADMSG;
}
