/* SPDX-License-Identifier: MIT */
/*
 * ring_reader.c - reading shared memory that somebody else writes.
 *
 * Each number is loaded once, into own memory, and checked there. The reader's tails are its own;
 * what stands in the segment is only a copy for the program.
 */
#include "ring_reader.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "mapping_guard.h"
#include "segment_layout.h"

struct ring_state {
	uint64_t tail;    /* slots consumed */
	uint64_t head;    /* slots published, as last read */
	uint64_t dropped; /* events, as last read */
	bool damaged;
};

struct ring_reader {
	struct segment *segment; /* the header: the only part mapped for writing */
	const char *body;        /* the whole file, read-only */
	struct segment_layout layout;
	struct segment_clock clock; /* copied when the program is ready */
	bool ready;
	const char *damage;
	uint32_t rings;
	bool drops;          /* SEGMENT_DROP */
	uint64_t opened_ns;  /* 0: nobody writes any more */
	uint64_t notes_read; /* bytes of the log */
	char *note_text;     /* of the note that was read last */
	uint32_t string_last, place_last, module_last, stack_last;
	struct ring_state ring[SEGMENT_RINGS_MAX];
};

static int map_segment(struct ring_reader *reader, int descriptor, uint64_t file_bytes, int sharing)
{
	void *header, *body;
	int result;

	if (file_bytes < sizeof(struct segment))
		return -EBADMSG;
	header = mmap(NULL, sizeof(struct segment), PROT_READ | PROT_WRITE, sharing, descriptor, 0);
	if (header == MAP_FAILED)
		return -errno;
	result = segment_layout_read(&reader->layout, header, file_bytes);
	body = result < 0 ? MAP_FAILED
			  : mmap(NULL, file_bytes, PROT_READ, MAP_SHARED, descriptor, 0);
	if (body == MAP_FAILED) {
		result = result < 0 ? result : -errno;
		munmap(header, sizeof(struct segment));
		return result;
	}
	reader->segment = header;
	reader->body = body;
	return 0;
}

static int open_shared(struct ring_reader **out, int descriptor, const char *name, int sharing,
		       struct error *error)
{
	struct ring_reader *reader = calloc(1, sizeof(*reader));
	struct stat status;
	int result;

	*out = NULL;
	if (reader)
		reader->note_text = malloc(UINT16_MAX);
	if (!reader || !reader->note_text) {
		free(reader);
		return error_set_file(error, -ENOMEM, name);
	}
	if (fstat(descriptor, &status) < 0)
		result = error_set_file(error, -errno, name);
	else if ((result = map_segment(reader, descriptor, (uint64_t)status.st_size, sharing)) ==
		 -EBADMSG)
		error_set(error, result, EXIT_BAD_TRACE, "%s: not a segment of greenroom", name);
	else if (result < 0)
		error_set_file(error, result, name);
	if (result < 0) {
		free(reader->note_text);
		free(reader);
		return result;
	}
	reader->drops = reader->segment->settings.on_full == SEGMENT_DROP;
	reader->opened_ns = sharing == MAP_SHARED ? clock_monotonic_ns() : 0;
	mapping_guard_add(reader->segment, sizeof(struct segment));
	mapping_guard_add(reader->body, reader->layout.file_bytes);
	*out = reader;
	return 0;
}

int ring_reader_open(struct ring_reader **out, int descriptor, const char *name,
		     struct error *error)
{
	return open_shared(out, descriptor, name, MAP_SHARED, error);
}

int ring_reader_open_left(struct ring_reader **out, int descriptor, const char *name,
			  struct error *error)
{
	return open_shared(out, descriptor, name, MAP_PRIVATE, error);
}

void ring_reader_close(struct ring_reader *reader)
{
	if (!reader)
		return;
	mapping_guard_remove(reader->segment);
	mapping_guard_remove(reader->body);
	munmap((void *)reader->body, reader->layout.file_bytes);
	munmap(reader->segment, sizeof(struct segment));
	free(reader->note_text);
	free(reader);
}

uint32_t ring_reader_process(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->pid);
}

bool ring_reader_is_ready(struct ring_reader *reader)
{
	if (!reader->ready &&
	    atomic_load_explicit(&reader->segment->ready, memory_order_acquire) != 0) {
		memcpy(&reader->clock, &reader->segment->clock, sizeof(reader->clock));
		reader->ready = true;
	}
	return reader->ready;
}

const struct segment_clock *ring_reader_clock(const struct ring_reader *reader)
{
	return &reader->clock;
}

bool ring_reader_has_finished(const struct ring_reader *reader)
{
	return atomic_load_explicit(&reader->segment->finished, memory_order_acquire) != 0;
}

uint32_t ring_reader_rings_max(const struct ring_reader *reader)
{
	return reader->layout.rings_max;
}

uint32_t ring_reader_rings(struct ring_reader *reader)
{
	uint32_t rings = atomic_load(&reader->segment->rings_used);

	if (rings > reader->layout.rings_max) {
		reader->damage = "more rings than there can be";
		rings = reader->layout.rings_max;
	}
	if (rings > reader->rings)
		reader->rings = rings;
	return reader->rings;
}

uint64_t ring_reader_head(struct ring_reader *reader, uint32_t ring)
{
	struct ring_state *state = &reader->ring[ring];
	uint64_t head;

	if (state->damaged)
		return state->head;
	head = atomic_load_explicit(&reader->segment->ring[ring].head, memory_order_acquire);
	if (head < state->head || head - state->tail > reader->layout.ring_slots) {
		state->damaged = true;
		reader->damage = "a ring's head that cannot be";
		return state->head;
	}
	state->head = head;
	return head;
}

uint64_t ring_reader_resume(struct ring_reader *reader, uint32_t ring, uint64_t tail,
			    bool writer_runs)
{
	struct ring_state *state = &reader->ring[ring];
	uint64_t slots = reader->layout.ring_slots;
	uint64_t head = atomic_load_explicit(&reader->segment->ring[ring].head,
					     memory_order_acquire);
	uint64_t consumed = atomic_load(&reader->segment->ring[ring].tail);
	uint64_t certain = 0;

	state->tail = state->head = tail;
	if (head < tail || consumed > head || head - consumed > slots) {
		state->damaged = true;
		reader->damage = "a ring's head that cannot be";
		return tail;
	}
	if (writer_runs)
		certain = consumed;
	else if (head >= slots) /* and slot `head` may have been begun, where there was room */
		certain = head - slots + (head - slots < consumed);
	if (certain > tail)
		state->tail = state->head = certain;
	return state->tail;
}

uint64_t ring_reader_tail(const struct ring_reader *reader, uint32_t ring)
{
	return reader->ring[ring].tail;
}

struct ring_view ring_reader_view(const struct ring_reader *reader, uint32_t ring)
{
	return (struct ring_view){
		(const void *)(reader->body + segment_layout_ring_offset(&reader->layout, ring)),
		reader->layout.ring_slots - 1};
}

void ring_reader_consume(struct ring_reader *reader, uint32_t ring, uint64_t tail)
{
	struct segment_ring *shared = &reader->segment->ring[ring];

	if (tail == reader->ring[ring].tail)
		return;
	reader->ring[ring].tail = tail;
	/* Sequentially consistent, as the writer's side of it (ring.c): either it sees the new tail
	 * or it is seen to be waiting. */
	atomic_store(&shared->tail, tail);
	atomic_store(&shared->tail_word, (uint32_t)tail);
	if (atomic_load(&shared->waiting) != 0)
		syscall(SYS_futex, &shared->tail_word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

uint32_t ring_reader_generation(const struct ring_reader *reader, uint32_t ring)
{
	return atomic_load(&reader->segment->ring[ring].generation);
}

uint32_t ring_reader_os_thread(const struct ring_reader *reader, uint32_t ring)
{
	return *(const volatile uint32_t *)&reader->segment->ring[ring].os_thread;
}

/* Dropping an event takes a nanosecond at least. */
static bool can_be_dropped(const struct ring_reader *reader, const struct ring_state *state,
			   uint64_t dropped)
{
	return dropped >= state->dropped && (dropped == 0 || reader->drops) &&
	       (reader->opened_ns == 0 || dropped <= clock_monotonic_ns() - reader->opened_ns);
}

uint64_t ring_reader_dropped(struct ring_reader *reader, uint32_t ring)
{
	struct ring_state *state = &reader->ring[ring];
	uint64_t dropped = atomic_load_explicit(&reader->segment->ring[ring].dropped,
						memory_order_relaxed);

	if (can_be_dropped(reader, state, dropped))
		state->dropped = dropped;
	else
		reader->damage = "a number of dropped events that cannot be";
	return state->dropped;
}

uint32_t ring_reader_rings_refused(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->rings_refused);
}

uint32_t ring_reader_notes_refused(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->notes_refused);
}

/* Whether the note has the number that is next, which becomes the last one given. */
static bool is_in_turn(struct ring_reader *reader, const struct segment_note *note)
{
	switch (note->kind) {
	case SEGMENT_NOTE_STRING:
		return note->id == ++reader->string_last;
	case SEGMENT_NOTE_SITE:
	case SEGMENT_NOTE_CODE:
		return note->id == ++reader->place_last;
	case SEGMENT_NOTE_MODULE:
		return note->id == ++reader->module_last;
	case SEGMENT_NOTE_STACK: /* after its caller's */
		return note->id == ++reader->stack_last && note->a < note->id;
	default:
		return false;
	}
}

static int damaged_log(struct ring_reader *reader, const char *what)
{
	reader->damage = what;
	reader->notes_read = UINT64_MAX;
	return -EBADMSG;
}

int ring_reader_next_note(struct ring_reader *reader, struct ring_note *out)
{
	uint64_t used = atomic_load_explicit(&reader->segment->notes_used, memory_order_acquire);
	const char *from;
	struct segment_note note;

	if (reader->notes_read == UINT64_MAX)
		return -EBADMSG;
	if (used == reader->notes_read)
		return 0;
	if (used < reader->notes_read || used > reader->layout.notes_bytes ||
	    used - reader->notes_read < sizeof(note))
		return damaged_log(reader, "a length of the note log that cannot be");
	from = reader->body + reader->layout.notes_offset + reader->notes_read;
	memcpy(&note, from, sizeof(note));
	__asm__ volatile("" : "+m"(note)); /* the copy is what counts */
	if (note.bytes % 8 != 0 || note.bytes < sizeof(note) ||
	    note.bytes - sizeof(note) < note.text_bytes || note.bytes > used - reader->notes_read)
		return damaged_log(reader, "a note's length that cannot be");
	if (!is_in_turn(reader, &note))
		return damaged_log(reader, "a note out of turn");
	memcpy(reader->note_text, from + sizeof(note), note.text_bytes);
	*out = (struct ring_note){
		.kind = note.kind,
		.id = note.id,
		.a = note.a,
		.b = note.b,
		.c = note.c,
		.address = note.address,
		.text = reader->note_text,
		.text_bytes = note.text_bytes,
	};
	reader->notes_read += note.bytes;
	return 1;
}

uint32_t ring_reader_segments_wanted(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->segments_wanted);
}

void ring_reader_segments_made(struct ring_reader *reader, uint32_t number)
{
	atomic_store(&reader->segment->segments_made, number);
	syscall(SYS_futex, &reader->segment->segments_made, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

uint32_t ring_reader_processes_refused(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->processes_refused);
}

bool ring_reader_child_is_due(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->children) != atomic_load(&reader->segment->forks);
}

uint32_t ring_reader_forked(const struct ring_reader *reader, uint32_t entry)
{
	return atomic_load(&reader->segment->forked[entry]);
}

void ring_reader_stop(struct ring_reader *reader)
{
	atomic_store(&reader->segment->stop, 1);
}

uint32_t ring_reader_bell(const struct ring_reader *reader)
{
	return atomic_load(&reader->segment->bell);
}

void ring_reader_sleep(struct ring_reader *reader, uint32_t bell, uint64_t nanoseconds)
{
	struct timespec timeout = {.tv_sec = (time_t)(nanoseconds / 1000000000),
				   .tv_nsec = (long)(nanoseconds % 1000000000)};

	syscall(SYS_futex, &reader->segment->bell, FUTEX_WAIT, bell, &timeout, NULL, 0);
}

const char *ring_reader_damage(const struct ring_reader *reader)
{
	if (mapping_guard_was_hit(reader->segment) || mapping_guard_was_hit(reader->body))
		return "the file became shorter";
	return reader->damage;
}
