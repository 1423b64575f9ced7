/* SPDX-License-Identifier: MIT */
/* event_choice.c - a list of words becomes a set of kinds. */
#include "event_choice.h"

#include <errno.h>
#include <string.h>

struct event_set event_choice_all(void)
{
	struct event_set all;

	memset(&all, 0xff, sizeof(all));
	return all;
}

struct event_set event_choice_least(void)
{
	struct event_set least = event_choice_all();

	for (unsigned int kind = 0; kind < EVENT_KINDS; kind++)
		event_set_put(&least, kind, !event_is_detail(kind));
	return least;
}

static bool is_word(const char *word, size_t length, const char *other)
{
	return strlen(other) == length && memcmp(word, other, length) == 0;
}

/* Whether the word is the kind, its category, or all. */
static bool names_kind(const char *word, size_t length, unsigned int kind)
{
	const struct event_description *description = event_describe(kind);

	return is_word(word, length, "all") || is_word(word, length, description->name) ||
	       is_word(word, length, description->category);
}

static bool choose(struct event_set *set, const char *word, size_t length, bool is_in)
{
	bool known = is_word(word, length, "none");

	for (unsigned int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		if (!names_kind(word, length, kind))
			continue;
		known = true;
		if (event_is_detail(kind))
			event_set_put(set, kind, is_in);
	}
	return known;
}

int event_choice_parse(const char *list, struct event_set *out, const char **unknown)
{
	*out = *list == '-' ? event_choice_all() : event_choice_least();
	for (;;) {
		bool is_in = *list != '-';
		const char *word = list + !is_in;
		size_t length = strcspn(word, ",");

		if (!choose(out, word, length, is_in)) {
			*unknown = list;
			return -EINVAL;
		}
		if (word[length] == '\0')
			break;
		list = word + length + 1;
	}
	event_set_put(out, EVENT_trace_text, event_set_has(out, EVENT_trace_mark));
	return 0;
}
