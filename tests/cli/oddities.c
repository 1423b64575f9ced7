/* SPDX-License-Identifier: MIT */
/*
 * oddities.c - how many events of a trace do not fit the state that the others lead to: 0 in every
 * trace in which nothing is missing.
 *
 *     oddities FILE
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "event_source.h"
#include "state.h"
#include "store.h"

enum { BITE = 4096 };

static int apply_all(struct event_source *source, struct state *state)
{
	static struct event events[BITE];
	uint64_t skip_to;
	long count;

	while ((count = source->ops->read(source, state_seq(state) + 1, events, BITE, &skip_to)) >
	       0) {
		for (long i = 0; i < count; i++) {
			uint64_t before = state_oddities(state);

			if (state_apply(state, &events[i]) < 0)
				return -1;
			if (state_oddities(state) != before)
				fprintf(stderr, "event %" PRIu64 " does not fit\n", events[i].seq);
		}
	}
	return (int)count;
}

int main(int argc, char **argv)
{
	struct event_source *source;
	struct state *state = state_create();
	struct error error;
	int result;

	if (argc != 2 || !state)
		return 2;
	if (store_open(&source, argv[1], &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		return 4;
	}
	result = apply_all(source, state);
	printf("%" PRIu64 "\n", state_oddities(state));
	event_source_close(source);
	state_destroy(state);
	return result < 0 ? 4 : 0;
}
