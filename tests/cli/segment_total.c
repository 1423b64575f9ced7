/* SPDX-License-Identifier: MIT */
/*
 * segment_total.c - how many events a segment says its program has fired, published or dropped:
 *
 *     segment_total FILE
 *
 * Reads the header as it lies in the file, with none of the recorder's code.
 */
#include <stdio.h>

#include "segment.h"

int main(int argc, char **argv)
{
	static struct segment segment;
	FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
	unsigned long long total = 0;

	if (!file || fread(&segment, sizeof(segment), 1, file) != 1 ||
	    segment.magic != SEGMENT_MAGIC)
		return 1;
	for (uint32_t i = 0; i < segment.rings_used && i < SEGMENT_RINGS_MAX; i++)
		total += segment.ring[i].head + segment.ring[i].dropped;
	printf("%llu\n", total);
	return fclose(file);
}
