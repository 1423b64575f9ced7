/* SPDX-License-Identifier: MIT */
/*
 * events_page.c - print greenroom-events.7, the manual page about the kinds of events, from the
 * catalogue. "make events-page" renews the page; a test compares.
 */
#include <stdio.h>
#include <string.h>

#include "event.h"

/* Text inside a line of mdoc, where a backslash would be an escape. */
static void put_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

/* A sentence to a line, which mdoc wants. A dot at the beginning would make it a command. */
static void put_lines(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (const char *end; (end = strstr(text, ". ")) != NULL; text = end + 2) {
		printf("%.*s\n", (int)(end - text) + 1, text);
	}
	put_text(text);
	putchar('\n');
}

static void put_kind(unsigned int number)
{
	const struct event_description *kind = event_describe(number);

	printf(".It Li %s Pq %u\n", kind->name, number);
	put_lines(kind->sentence);
	puts(".Bl -tag -width receiver_mm -compact");
	for (int i = 0; i < kind->fields; i++) {
		const struct event_field *field = &kind->field[i];

		printf(".It Va %s\n", field->name);
		put_text(field->meaning);
		printf("\n.Pq %s\n", event_type_name(field->type));
	}
	puts(".El");
}

/* All kinds of the category of kind `first`; nothing when that category has been told before. */
static void put_category(unsigned int first)
{
	const char *category = event_describe(first)->category;

	for (unsigned int i = 1; i < first; i++) {
		if (strcmp(event_describe(i)->category, category) == 0)
			return;
	}
	printf(".Ss %c%s\n.Bl -tag -width Ds\n", category[0] - 'a' + 'A', category + 1);
	for (unsigned int i = first; i < EVENT_KINDS; i++) {
		if (strcmp(event_describe(i)->category, category) == 0)
			put_kind(i);
	}
	puts(".El");
}

static void put_kinds(void)
{
	for (unsigned int i = 1; i < EVENT_KINDS; i++)
		put_category(i);
}

static const char *const meanings[] = {
#define TYPE(name, is_signed, meaning) [EVENT_TYPE_##name] = meaning,
	EVENT_TYPES(TYPE)
#undef TYPE
};

enum { TYPES = sizeof(meanings) / sizeof(meanings[0]), VALUES_MIN = -2, VALUES_MAX = 64 };

static void put_type(enum event_type type)
{
	printf(".It Cm %s\n", event_type_name(type));
	if (!event_word(type, 0) && !event_word(type, 1)) {
		put_lines(meanings[type]);
		return;
	}
	puts("one of:");
	puts(".Bl -tag -width SWITCH_SCHEDULE_ALL -compact");
	for (int value = VALUES_MIN; value < VALUES_MAX; value++) {
		const char *word = event_word(type, value);
		const char *symbol = event_symbol(type, value);

		if (!word)
			continue;
		printf(".It %d%s%s\n", value, symbol ? " Dv " : "", symbol ? symbol : "");
		put_lines(word);
	}
	puts(".El");
}

static void put_types(void)
{
	puts(".Bl -tag -width Ds");
	for (int i = 0; i < TYPES; i++)
		put_type((enum event_type)i);
	puts(".El");
}

int main(void)
{
	puts(".\\\" SPDX-License-Identifier: MIT\n"
	     ".\\\" Made by tests/cli/events_page.c from libtrace/event.def: make events-page\n"
	     ".Dd November 24, 2026\n"
	     ".Dt GREENROOM-EVENTS 7\n"
	     ".Os\n"
	     ".Sh NAME\n"
	     ".Nm greenroom-events\n"
	     ".Nd what a trace records\n"
	     ".Sh DESCRIPTION\n"
	     "A trace is a sequence of events, numbered from 1.\n"
	     "Each has a time in nanoseconds since the trace began, the thread in which it "
	     "happened, a\n"
	     "kind, and the fields of that kind.\n"
	     "Together the events say everything that changes in the chains of runnable tasklets "
	     "and "
	     "in\n"
	     "the channels, and nothing changes without one.\n"
	     ".Pp\n"
	     "In a trace each kind is a view of that name for\n"
	     ".Xr greenroom-sql 1 ,\n"
	     "with columns\n"
	     ".Va seq , time_ns , thread\n"
	     "and the fields.\n"
	     "In the sentences below a field in braces stands for its value.\n"
	     ".Sh KINDS");
	put_kinds();
	puts(".Sh TYPES\n"
	     "How the values of fields are to be read:");
	put_types();
	puts(".Sh SEE ALSO\n"
	     ".Xr greenroom 1 ,\n"
	     ".Xr greenroom-explain 1 ,\n"
	     ".Xr greenroom-sql 1 ,\n"
	     ".Xr greenroom 3");
	return 0;
}
