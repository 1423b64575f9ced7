/* SPDX-License-Identifier: MIT */
/* stack_text.c - call stacks as names of functions. */
#include "stack_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
