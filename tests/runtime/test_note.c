/* SPDX-License-Identifier: MIT */
/* test_note.c - names and places: each gets one number, and one note that says what it is. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "greenroom.h"
#include "played.h"
#include "tap.h"
#include "trace.h"

enum { NAMES = 3000 };

static struct trace_ring *ring;

static int name_things(void *context)
{
	struct greenroom_site site = {"a.c", "run", 12, 0};
	struct greenroom_site same_line = {"a.c", "run", 12, 0};
	char text[16];
	uint32_t first, function;

	(void)context;
	trace_thread_attach(&ring);
	if (trace_name(NULL) != 0 || trace_name("") != 0)
		return 10;
	first = trace_name("jobs");
	if (first != 1 || trace_name("jobs") != first || trace_name("job") == first)
		return 11;
	if (trace_place(&site, NULL) != 1 || site.id != 1 || trace_place(&site, NULL) != 1)
		return 12;
	if (trace_place(&same_line, NULL) != 2) /* each site is a place of its own */
		return 13;
	function = trace_function((void *)name_things);
	if (function != 3 || trace_function((void *)name_things) != 3)
		return 14;
	if (trace_place(NULL, (void *)name_things) != 4 || trace_place(NULL, NULL) != 0)
		return 15;
	for (int round = 0; round < 2; round++) { /* the table grows, and finds all again */
		for (uint32_t i = 0; i < NAMES; i++) {
			snprintf(text, sizeof(text), "name-%u", i);
			if (trace_name(text) != i + 5) /* jobs, job, a.c, run */
				return 16;
		}
	}
	return 0;
}

/* The notes of a kind, and the last of them. */
static int count_notes(const struct played *played, uint16_t kind, struct segment_note *last,
		       char text[64])
{
	const char *log = (const char *)played->segment + played->layout.notes_offset;
	uint64_t used = atomic_load(&played->segment->notes_used);
	int count = 0;

	for (uint64_t at = 0; at < used;) {
		const struct segment_note *note = (const struct segment_note *)(log + at);

		if (note->bytes < sizeof(*note))
			return -1;
		if (note->kind == kind) {
			*last = *note;
			snprintf(text, 64, "%.*s", note->text_bytes, note->text);
			count++;
		}
		at += note->bytes;
	}
	return count;
}

static void test_numbers(void)
{
	struct played played;
	struct segment_note note;
	char text[64];

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, name_things, NULL);
	tap_is(played_wait(&played), 0, "each name and place has one number");
	tap_is(count_notes(&played, SEGMENT_NOTE_STRING, &note, text), NAMES + 4,
	       "and each string one note");
	snprintf(text + 32, 32, "name-%d", NAMES - 1);
	tap_is_text(text, text + 32, "that holds it");
	tap_is(note.id, NAMES + 4, "and its number");
	tap_is(count_notes(&played, SEGMENT_NOTE_SITE, &note, text), 2, "each site has a note");
	tap_is(note.id, 2, "with its number");
	tap_is(note.a, 3, "its file");
	tap_is(note.b, 4, "its function");
	tap_is(note.c, 12, "and its line");
	tap_is(count_notes(&played, SEGMENT_NOTE_CODE, &note, text), 2, "each address has a note");
	tap_ok(note.address == (uint64_t)(uintptr_t)name_things && note.c == 0,
	       "with the address, and what it is");
	tap_ok(note.a > 0, "and the module that holds it");
	tap_ok(count_notes(&played, SEGMENT_NOTE_MODULE, &note, text) > 0, "modules are listed");
	tap_is(atomic_load(&played.segment->notes_refused), 0, "there was room for all");
	played_end(&played);
}

/* Names things until there is no room, then a shorter one, for which there might be. */
static int fill_log(void *context)
{
	char text[1041]; /* leaves more room at the end than a short name needs */
	uint32_t number, last = 0;

	(void)context;
	trace_thread_attach(&ring);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 100000; i++) {
		snprintf(text, 8, "%07d", i);
		text[7] = 'x';
		number = trace_name(text);
		if (number == 0)
			return trace_name("short") == 0 && trace_name("0000000") == 0 && ring ? 0
											      : 1;
		if (number != ++last)
			return 2;
	}
	return 3;
}

static void test_full_log(void)
{
	struct played played;
	struct segment_note note;
	char text[64];
	int count;

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, fill_log, NULL);
	tap_is(played_wait(&played), 0, "when the log is full there are no more numbers");
	tap_ok(atomic_load(&played.segment->notes_used) <= played.layout.notes_bytes,
	       "it has not been overrun");
	tap_ok(atomic_load(&played.segment->notes_refused) > 0, "what had no room is counted");
	count = count_notes(&played, SEGMENT_NOTE_STRING, &note, text);
	tap_ok(count > 0 && (uint32_t)count == note.id, "numbers have no gaps");
	played_end(&played);
}

static struct greenroom_site shared[500];

static void *visit_all(void *context)
{
	(void)context;
	for (int i = 0; i < 500; i++) {
		if (trace_place(&shared[i], NULL) != __atomic_load_n(&shared[i].id, 0))
			return shared;
		if (trace_place(NULL, (char *)0x1000 + i) == 0)
			return shared;
	}
	return NULL;
}

static int visit_together(void *context)
{
	pthread_t thread[4];
	void *result;
	int bad = 0;

	trace_thread_attach(&ring);
	for (int i = 0; i < 500; i++)
		shared[i] = (struct greenroom_site){"b.c", "walk", i, 0};
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, visit_all, context);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &result);
		bad += result != NULL;
	}
	return bad;
}

static void test_together(void)
{
	struct played played;
	struct segment_note note;
	char text[64];

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, visit_together, NULL);
	tap_is(played_wait(&played), 0, "four threads see the same numbers");
	tap_is(count_notes(&played, SEGMENT_NOTE_SITE, &note, text), 500, "one note a site");
	tap_is(count_notes(&played, SEGMENT_NOTE_CODE, &note, text), 500, "one note an address");
	tap_is(count_notes(&played, SEGMENT_NOTE_STRING, &note, text), 2, "one note a string");
	played_end(&played);
}

int main(void)
{
#ifdef GREENROOM_NO_HOOKS
	return tap_skip_all("built without hooks");
#endif
	test_numbers();
	test_full_log();
	test_together();
	return tap_end();
}
