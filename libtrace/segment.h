/* SPDX-License-Identifier: MIT */
/*
 * segment.h - the shared memory between a traced program and its recorder, byte by byte.
 *
 * A segment is a file that the recorder creates (0600, beside the trace), that the program maps,
 * and that outlives a crash of either. It holds
 *
 *     the header        who wrote it, the clock, the switches that each side may throw
 *     the ring table    one entry a thread: where its ring stands, and how far each side has got
 *     the note log      strings, places and modules: whatever an event names by a number
 *     the rings         event_slot by event_slot
 *
 * Each field has one writer, named beside it: P the program, R the recorder. Both sides treat what
 * the other one writes as hostile: offsets and sizes are taken from the header once, checked
 * against the file's size, and kept in own memory.
 *
 * There is a segment for each process of a trace. The first to come takes the one that the environment
 * names. Every other, be it forked, executed or started by one of them, adds 1 to `segments_wanted`
 * there, rings the bell there, waits until `segments_made` says that its own is made, and finds it
 * under the same name with the number behind it: the first asks for FILE.1. All bells ring in the
 * first segment.
 *
 * Numbers of strings, places, modules and stacks start at 1 and are given by the program, one by one in the
 * order of the log: a note out of turn is a damaged log.
 */
#ifndef GREENROOM_SEGMENT_H
#define GREENROOM_SEGMENT_H

#include <stdatomic.h>
#include <stdint.h>

#include "event.h"

/* The environment variable that names the segment's file (absolute path). */
#define SEGMENT_ENVIRONMENT "GREENROOM_SEGMENT"

#define SEGMENT_MAGIC UINT64_C(0x314745534d4f4f52) /* "ROOMSEG1" */

enum {
	SEGMENT_VERSION = 3,
	SEGMENT_RINGS_MAX = 256,
	SEGMENT_FORKED = 64,
	SEGMENT_LINE =
		64, /* bytes of a cache line: what two sides write lies on lines of its own */
	SEGMENT_RING_SLOTS_DEFAULT = 1 << 17, /* 4 MiB a thread */
	SEGMENT_NOTES_BYTES_DEFAULT = 1 << 26 /* the file is sparse: only what is used costs */
};

/* What the program does when a ring is full. */
enum segment_on_full {
	SEGMENT_WAIT, /* waits until there is room: nothing is lost */
	SEGMENT_DROP  /* drops the event and counts it */
};

/* What the recorder asks for. */
struct segment_settings {
	uint32_t on_full;        /* enum segment_on_full */
	uint32_t sample;         /* 0, or `sampled` are written of tasklets that are a multiple */
	struct event_set wanted; /* kinds that are written of every tasklet */
	struct event_set sampled;
	uint32_t slice_bytes; /* of each save so many of the newest bytes are told, 0: none */
	uint32_t stack_depth; /* call stacks are told, up to so many frames, 0: none */
	uint32_t stack_every; /* 1: at every switch, 0: when a tasklet leaves the chain */
};

enum segment_clock_kind {
	SEGMENT_CLOCK_NS,     /* stamps are nanoseconds of CLOCK_MONOTONIC */
	SEGMENT_CLOCK_COUNTER /* stamps are ticks of the processor's counter */
};

/* From a stamp to nanoseconds: (stamp - stamp_base) * multiplier / 2^shift (128-bit product). */
struct segment_clock {
	uint32_t kind;
	uint32_t shift;
	uint64_t multiplier;
	uint64_t stamp_base;
	uint64_t monotonic_base_ns; /* CLOCK_MONOTONIC at stamp_base */
	uint64_t realtime_base_ns;  /* CLOCK_REALTIME at stamp_base */
};

struct segment_ring {
	/* written by the program */
	_Alignas(SEGMENT_LINE) _Atomic uint64_t head; /* P: slots ever published */
	_Atomic uint64_t dropped; /* P: events dropped because the ring was full */
	_Atomic uint32_t state;   /* P: enum segment_ring_state */
	uint32_t os_thread;       /* P: gettid */
	_Atomic uint32_t waiting; /* P: 1 while it waits for room (futex on tail_word) */
	/* P: threads that have had this ring. A thread may take over the ring of one that has
	 * ended, but only when all its events have been consumed: unread events are always of the
	 * latest generation. */
	_Atomic uint32_t generation;
	/* written by the recorder */
	_Alignas(SEGMENT_LINE) _Atomic uint64_t tail; /* R: slots ever consumed */
	_Atomic uint32_t tail_word; /* R: changes with tail; the program's futex */
};

enum segment_ring_state { SEGMENT_RING_FREE, SEGMENT_RING_LIVE, SEGMENT_RING_ENDED };

struct segment {
	uint64_t magic;        /* R */
	uint32_t version;      /* R */
	uint32_t header_bytes; /* R: sizeof(struct segment) */
	uint32_t ring_slots;   /* R: slots in each ring, a power of two */
	uint32_t rings_max;    /* R: entries in the ring table */
	uint64_t notes_offset; /* R: from the start of the file */
	uint64_t notes_bytes;  /* R */
	uint64_t rings_offset; /* R: ring i starts at rings_offset + i * ring_slots * 32 */
	uint64_t file_bytes;   /* R: size of the whole file (sparse) */
	_Atomic uint32_t stop; /* R: 1: the program is to stop tracing */
	struct segment_settings settings; /* R */
	struct segment_clock
		trace_clock;            /* R: to be used, unless its multiplier is 0: the stamps of
					     all processes of a trace can be compared */
	uint32_t recorder;              /* R: the process that records */
	_Atomic uint32_t segments_made; /* R: in the first segment, see below; a futex */
	/* A new cache line for what the program writes. */
	_Alignas(SEGMENT_LINE) _Atomic uint32_t
		pid;                    /* P: 0 until a process has claimed the segment */
	_Atomic uint32_t ready;         /* P: 1 when clock and program fields are filled in */
	_Atomic uint32_t finished;      /* P: 1 when the process ended in order */
	_Atomic uint32_t rings_used;    /* P: entries ever used in the ring table */
	_Atomic uint32_t rings_refused; /* P: threads that found no free entry */
	_Atomic uint32_t notes_refused; /* P: notes for which there was no room */
	_Atomic uint64_t notes_used;    /* P: bytes of the note log that are published */
	_Atomic uint32_t bell; /* P: changes when a ring is half full or a thread waits for room;
				  the futex on which the recorder may sleep */
	struct segment_clock clock;         /* P */
	_Atomic uint32_t segments_wanted;   /* P: in the first segment, see above */
	_Atomic uint32_t processes_refused; /* P: in the first segment: got none */
	_Atomic uint32_t forks;             /* P: in the first segment: begun */
	_Atomic uint32_t children;          /* P: in the first segment: of forks, that have run */
	_Atomic uint32_t forked[SEGMENT_FORKED]; /* P: the last of them, entry n % SEGMENT_FORKED */
	struct segment_ring ring[SEGMENT_RINGS_MAX];
};

/* A note in the log, padded to 8 bytes. */
enum segment_note_kind {
	SEGMENT_NOTE_STRING =
		1,           /* id: the string's number; text: its bytes, without a final zero */
	SEGMENT_NOTE_SITE,   /* id: the place's number; a: string of the file, b: string of the
				    function, c: line */
	SEGMENT_NOTE_CODE,   /* id: the place's number; address; a: module, 0: not known; c: 1 if
				    it is the start of a function, 0 for a return address */
	SEGMENT_NOTE_MODULE, /* id: the module's number; address: what is added to the addresses in
				    its file; text: path */
	SEGMENT_NOTE_STACK /* id: the stack's number; a: the stack of its caller, a smaller number,
				    or 0; b: the place in its innermost function, 0: there is more
				    that was left out */
};

struct segment_note {
	uint32_t bytes; /* of the whole note, with its text and padding; a multiple of 8 */
	uint16_t kind;
	uint16_t text_bytes;
	uint32_t id;
	uint32_t a, b, c;
	uint64_t address;
	char text[];
};

_Static_assert(sizeof(struct event_slot) == 32, "an event slot is 32 bytes");
_Static_assert(sizeof(struct segment_note) == 32, "a note's head is 32 bytes");

#endif
