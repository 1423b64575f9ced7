/* SPDX-License-Identifier: MIT */
/*
 * fuzz_ring.c - a segment whose program is a stranger. The input is a list of what that program does,
 * byte by byte, and of when the recorder looks: it scribbles over the header, the note log and the
 * rings, moves heads and counters, and makes the file shorter.
 *
 * The recorder may be killed, and another one go on from a position that the stranger has made up.
 *
 * What comes out of the drain must be events: of known kinds, in order, of threads that are known. And
 * the state that they lead to must be consistent.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "drain.h"
#include "fuzz/fuzz.h"
#include "numbering.h"
#include "ring_reader.h"
#include "segment_layout.h"
#include "state.h"

enum { NOTES_BYTES = 1 << 16, RINGS = 3, EVENTS = 300 };

struct input {
	const uint8_t *at, *end;
};

struct world {
	int descriptor;
	char *memory; /* the program's mapping of the segment */
	struct segment_layout layout;
	struct ring_reader *reader; /* NULL: not open */
	struct drain *drain;        /* NULL: it was never ready */
	bool twice;                 /* the drain has it as a second process too */
	struct numbering *numbering;
	struct state *state;
	uint64_t seq, time_ns;
};

static uint64_t take(struct input *input, size_t bytes)
{
	uint64_t value = 0;

	if ((size_t)(input->end - input->at) < bytes)
		bytes = (size_t)(input->end - input->at);
	memcpy(&value, input->at, bytes);
	input->at += bytes;
	return value;
}

static void expect(bool good)
{
	if (!good)
		abort();
}

static struct segment *header(struct world *world)
{
	return (struct segment *)world->memory;
}

static void make_segment(struct world *world)
{
	uint64_t limit = sizeof(struct segment) + NOTES_BYTES * 4;

	segment_layout_plan(&world->layout, SEGMENT_RING_SLOTS_MIN, NOTES_BYTES, limit);
	world->descriptor = memfd_create("segment", MFD_CLOEXEC);
	expect(world->descriptor >= 0);
	expect(ftruncate(world->descriptor, (off_t)world->layout.file_bytes) == 0);
	world->memory = mmap(NULL, world->layout.file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			     world->descriptor, 0);
	expect(world->memory != MAP_FAILED);
	segment_layout_write(&world->layout, header(world));
	header(world)->clock = (struct segment_clock){.multiplier = 1};
	atomic_store(&header(world)->pid, 1);
	atomic_store(&header(world)->ready, 1);
	atomic_store(&header(world)->rings_used, RINGS);
}

/* -------------------------------------------------------------------- what the program does */

static void scribble(struct world *world, struct input *input)
{
	uint64_t at = take(input, 3) % (world->layout.file_bytes - 8);
	size_t bytes = 1 + take(input, 1) % 8;
	uint64_t value = take(input, bytes);

	memcpy(world->memory + at, &value, bytes);
}

/* A field of the header or of a ring's entry, which scribbling would seldom hit. */
static void set_field(struct world *world, struct input *input)
{
	struct segment *segment = header(world);
	uint8_t which = (uint8_t)take(input, 1);
	struct segment_ring *ring = &segment->ring[which >> 4];
	uint64_t value = take(input, 8);

	switch (which & 15) {
	case 0:
		atomic_store(&ring->head, value);
		break;
	case 1:
		atomic_store(&ring->dropped, value);
		break;
	case 2:
		atomic_store(&ring->generation, (uint32_t)value);
		break;
	case 3:
		atomic_store(&ring->tail, value);
		break;
	case 4:
		atomic_store(&segment->rings_used, (uint32_t)value);
		break;
	case 5:
		atomic_store(&segment->notes_used, value);
		break;
	case 6:
		segment->clock.multiplier = value;
		break;
	case 7:
		segment->clock.shift = (uint32_t)value;
		break;
	case 8:
		segment->notes_offset = value;
		break;
	case 9:
		segment->ring_slots = (uint32_t)value;
		break;
	case 10:
		atomic_store(&segment->segments_wanted, (uint32_t)value);
		break;
	case 11:
		atomic_store(&segment->forked[value % SEGMENT_FORKED], (uint32_t)value);
		break;
	default:
		atomic_store(&ring->head, atomic_load(&ring->head) + value % 200);
		break;
	}
}

static void write_event(struct world *world, struct input *input)
{
	uint32_t number = (uint32_t)take(input, 1) % RINGS;
	struct segment_ring *ring = &header(world)->ring[number];
	uint64_t head = atomic_load(&ring->head);
	struct event_slot slot = {.stamp = take(input, 2), .kind = (uint16_t)take(input, 1)};
	char *slots = world->memory + segment_layout_ring_offset(&world->layout, number);

	for (int i = 0; i < EVENT_WORDS; i++)
		slot.word[i] = (uint32_t)take(input, 1);
	memcpy(slots + head % world->layout.ring_slots * sizeof(slot), &slot, sizeof(slot));
	atomic_store(&ring->head, head + 1);
}

static void write_note(struct world *world, struct input *input)
{
	uint64_t used = atomic_load(&header(world)->notes_used);
	struct segment_note note = {.kind = (uint16_t)take(input, 1),
				    .id = (uint32_t)take(input, 1)};

	if (used > world->layout.notes_bytes - 512)
		return;
	note.text_bytes = (uint16_t)take(input, 1);
	note.bytes = (uint32_t)(sizeof(note) + note.text_bytes + take(input, 1) % 16) & ~7u;
	note.a = (uint32_t)take(input, 1);
	memcpy(world->memory + world->layout.notes_offset + used, &note, sizeof(note));
	atomic_store(&header(world)->notes_used, used + note.bytes);
}

/* ------------------------------------------------------------------- what the recorder does */

static void open_reader(struct world *world)
{
	struct error error;

	if (world->reader ||
	    ring_reader_open(&world->reader, world->descriptor, "segment", &error) < 0)
		return;
	if (ring_reader_is_ready(world->reader))
		world->drain = drain_create(world->reader);
	world->time_ns = 0;
	/* Twice the same: two processes whose times are mixed. */
	world->twice = world->drain && drain_add(world->drain, 1, world->reader) == 0;
}

static void close_reader(struct world *world)
{
	drain_destroy(world->drain);
	ring_reader_close(world->reader);
	world->drain = NULL;
	world->reader = NULL;
	world->twice = false;
	world->seq = 0;
}

/* The recorder is killed; who finds its segment goes on where the trace says, which may say anything. */
static void resume(struct world *world, struct input *input)
{
	uint32_t threads = (uint32_t)take(input, 2);
	bool runs = take(input, 1) & 1;
	struct error error;

	close_reader(world);
	if (ring_reader_open_left(&world->reader, world->descriptor, "segment", &error) < 0 ||
	    !ring_reader_is_ready(world->reader))
		return;
	world->drain = drain_create(world->reader);
	expect(world->drain != NULL);
	drain_resume(world->drain, threads, 0, world->time_ns, runs);
	for (uint32_t i = 0; i < ring_reader_rings_max(world->reader); i++) {
		struct drain_position position = {.at = take(input, 1 + i % 8),
						  .generation = (uint32_t)take(input, 1)};

		position.thread = threads ? (uint32_t)take(input, 2) % (threads + 1) : 0;
		drain_resume_ring(world->drain, i, &position);
		expect(drain_position(world->drain, i).at == ring_reader_tail(world->reader, i));
	}
}

/* What a recorder asks besides. */
static void ask(struct world *world, struct input *input)
{
	struct ring_reader *reader = world->reader;

	if (!reader)
		return;
	ring_reader_segments_made(reader, ring_reader_segments_wanted(reader));
	ring_reader_processes_refused(reader);
	ring_reader_child_is_due(reader);
	ring_reader_forked(reader, (uint32_t)take(input, 1) % SEGMENT_FORKED);
	ring_reader_process(reader);
	ring_reader_has_finished(reader);
	ring_reader_rings_refused(reader);
	ring_reader_notes_refused(reader);
	ring_reader_sleep(reader, ring_reader_bell(reader) + 1, 0);
	ring_reader_damage(reader);
	ring_reader_stop(reader);
	if (world->twice)
		world->twice = !drain_remove(world->drain, 1);
}

static void read_notes(struct world *world)
{
	struct ring_note note;
	uint32_t strings = 0;

	while (ring_reader_next_note(world->reader, &note) == 1) {
		uint32_t sum = 0;

		for (size_t i = 0; i < note.text_bytes; i++)
			sum += (unsigned char)note.text[i];
		strings += sum != 0;
		numbering_give(world->numbering, 0, NUMBERING_STRINGS, note.id);
	}
	expect(strings <= NOTES_BYTES);
}

static void check_event(struct world *world, const struct event *event)
{
	expect(event->kind > EVENT_NONE && event->kind < EVENT_KINDS);
	expect(event->seq == world->seq + 1);
	expect(event->time_ns >= world->time_ns);
	expect(event->thread > 0 && event->thread <= drain_threads(world->drain));
	world->seq = event->seq;
	world->time_ns = event->time_ns;
}

static void pump(struct world *world, struct input *input)
{
	struct event events[EVENTS];
	uint8_t how = (uint8_t)take(input, 1);
	long count;

	if (!world->drain)
		return;
	drain_look(world->drain, how & 1);
	read_notes(world);
	count = drain_take(world->drain, events, 1 + how % (EVENTS - 1));
	expect(count >= 0);
	for (long i = 0; i < count; i++) {
		int process = drain_process_of_thread(world->drain, events[i].thread);

		check_event(world, &events[i]);
		numbering_translate(world->numbering, process & (how >> 7), &events[i], 1);
		expect(state_apply(world->state, &events[i]) == 0);
	}
	for (uint32_t i = 0; i < RINGS; i++)
		ring_reader_dropped(world->reader, i);
}

static void do_next(struct world *world, struct input *input)
{
	switch (take(input, 1) % 16) {
	case 0:
		scribble(world, input);
		break;
	case 1:
		set_field(world, input);
		break;
	case 2:
	case 3:
		write_event(world, input);
		break;
	case 4:
		write_note(world, input);
		break;
	case 5:
	case 6:
		open_reader(world);
		pump(world, input);
		break;
	case 7:
		open_reader(world);
		break;
	case 8:
		resume(world, input);
		break;
	case 9:
		ask(world, input);
		break;
	default: /* most often: something happens, and is seen */
		write_event(world, input);
		open_reader(world);
		pump(world, input);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = {.numbering = numbering_create(), .state = state_create()};
	struct input input = {data, data + size};

	expect(world.numbering && world.state);
	expect(numbering_add_process(world.numbering) == 1);
	make_segment(&world);
	header(&world)->settings.on_full = size % 2 ? SEGMENT_DROP : SEGMENT_WAIT;
	while (input.at < input.end)
		do_next(&world, &input);
	/* At last the file becomes shorter, under the feet of the one who reads it. */
	munmap(world.memory, world.layout.file_bytes);
	if (size % 4 == 0)
		expect(ftruncate(world.descriptor, 4096) == 0);
	input = (struct input){data, data + size};
	pump(&world, &input);
	pump(&world, &input);
	expect(state_is_consistent(world.state));
	close_reader(&world);
	close(world.descriptor);
	numbering_destroy(world.numbering);
	state_destroy(world.state);
	return 0;
}
