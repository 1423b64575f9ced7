/* SPDX-License-Identifier: MIT */
/* stack_text.c - call stacks as names of functions. */
#include "stack_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "event_match.h"

int stack_places(uint32_t place[static STACK_FRAMES_MAX], const struct dictionary *dictionary,
		 uint32_t stack)
{
	int count = 0;

	while (stack && count < STACK_FRAMES_MAX) {
		struct dictionary_stack node = dictionary_stack(dictionary, stack);

		place[count++] = node.place;
		stack = node.caller; /* a smaller number: this ends */
	}
	return count;
}

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Whether it is a twin of the runtime, which knows its place. */
static bool is_twin(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && strcmp(name + length - 3, "_at") == 0 &&
	       (begins_with(name, "tasklet_") || begins_with(name, "channel_") ||
		begins_with(name, "scheduler_") || begins_with(name, "frame_"));
}

void stack_function(char out[static STACK_NAME_MAX], const struct dictionary *dictionary,
		    uint32_t place)
{
	const struct dictionary_place *of = dictionary_place(dictionary, place);

	if (place == 0)
		snprintf(out, STACK_NAME_MAX, "...");
	else if (!*of->function)
		snprintf(out, STACK_NAME_MAX, "0x%" PRIx64, of->address);
	else
		snprintf(out, STACK_NAME_MAX, "%.*s",
			 (int)strlen(of->function) - (is_twin(of->function) ? 3 : 0), of->function);
}

char *stack_text(char *out, size_t size, const struct dictionary *dictionary, uint32_t stack)
{
	uint32_t place[STACK_FRAMES_MAX];
	int count = stack_places(place, dictionary, stack);
	size_t length = 0;

	snprintf(out, size, "a place not known");
	for (int i = 0; i < count && length < size; i++) {
		char name[STACK_NAME_MAX];
		int added;

		stack_function(name, dictionary, place[i]);
		added = snprintf(out + length, size - length, "%s%s", i ? " < " : "", name);
		length += added > 0 ? (size_t)added : 0;
	}
	return out;
}

/* Who blocks stops a few events later. */
enum { EVENTS_AHEAD = 4 };

static bool begins_to_wait(unsigned int kind)
{
	return kind == EVENT_channel_block || kind == EVENT_tasklet_wait ||
	       kind == EVENT_scheduler_enter;
}

static uint32_t find_ahead(struct event_cache *cache, uint32_t tasklet, uint64_t seq)
{
	const struct event *event;

	if (event_cache_get(cache, seq, &event) <= 0 || !begins_to_wait(event->kind))
		return 0;
	for (uint64_t at = seq + 1; at <= seq + EVENTS_AHEAD; at++) {
		if (event_cache_get(cache, at, &event) > 0 && event->kind == EVENT_tasklet_stack &&
		    event_unpack_tasklet_stack(event).tasklet == tasklet)
			return event_unpack_tasklet_stack(event).stack;
	}
	return 0;
}

static bool says_where(const struct event *event, void *context)
{
	(void)context;
	return event->kind == EVENT_tasklet_stack || event->kind == EVENT_tasklet_switch ||
	       event->kind == EVENT_tasklet_end;
}

uint32_t stack_find(struct event_cache *cache, uint32_t tasklet, uint64_t seq)
{
	struct event_match match = {.query.tasklet = tasklet, .test = says_where};
	uint32_t ahead = tasklet ? find_ahead(cache, tasklet, seq) : 0;
	const struct event *event;

	if (ahead || !tasklet)
		return ahead;
	if (event_match_find(cache, &match, seq, -1, &event) <= 0)
		return 0;
	if (event->kind == EVENT_tasklet_switch &&
	    event_unpack_tasklet_switch(event).prev == tasklet &&
	    event_match_find(cache, &match, event->seq - 1, -1, &event) <= 0)
		return 0;
	if (event->kind != EVENT_tasklet_stack)
		return 0;
	return event_unpack_tasklet_stack(event).stack;
}
