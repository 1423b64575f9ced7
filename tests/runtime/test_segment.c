/* SPDX-License-Identifier: MIT */
/*
 * test_segment.c - the program's side of a segment that is not what it should be: tracing stays
 * off, and the program does not notice.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "played.h"
#include "tap.h"
#include "trace.h"

static struct trace_ring *ring;

static void emit(void)
{
	if (trace_wanted(ring))
		trace_emit(ring, event_pack_tasklet_start((struct event_tasklet_start){0}));
}

/* 1 when tracing is on, 0 when it is off and everything else still works. */
static int is_traced(void *context)
{
	(void)context;
	trace_thread_attach(&ring);
	emit();
	if (ring)
		return 1;
	return trace_name("name") == 0 && trace_function((void *)is_traced) == 0 ? 0 : 2;
}

typedef void spoil_fn(struct played *played);

static void spoil_nothing(struct played *played)
{
	(void)played;
}
static void spoil_magic(struct played *played)
{
	played->segment->magic ^= 1;
}
static void spoil_version(struct played *played)
{
	played->segment->version++;
}
static void spoil_header_bytes(struct played *played)
{
	played->segment->header_bytes -= 8;
}
static void spoil_slots_odd(struct played *played)
{
	played->segment->rings_max = 1;
	played->segment->ring_slots = SEGMENT_RING_SLOTS_MIN / 2 * 3;
}
static void spoil_slots_none(struct played *played)
{
	played->segment->ring_slots = 0;
}
static void spoil_slots_huge(struct played *played)
{
	played->segment->ring_slots = 1u << 31;
}
static void spoil_slots_more(struct played *played)
{
	played->segment->ring_slots *= 2;
}
static void spoil_rings_none(struct played *played)
{
	played->segment->rings_max = 0;
}
static void spoil_rings_more(struct played *played)
{
	played->segment->rings_max = SEGMENT_RINGS_MAX + 1;
}
static void spoil_notes_overflow(struct played *played)
{
	played->segment->notes_bytes = UINT64_MAX - played->segment->notes_offset + 1;
}
static void spoil_notes_in_header(struct played *played)
{
	played->segment->notes_offset = 0;
}
static void spoil_notes_in_rings(struct played *played)
{
	played->segment->notes_bytes += 65536;
}
static void spoil_rings_offset(struct played *played)
{
	played->segment->rings_offset = UINT64_MAX & ~UINT64_C(0xffff);
}
static void spoil_rings_unaligned(struct played *played)
{
	played->segment->rings_offset += 32;
}
static void spoil_file_bytes(struct played *played)
{
	played->segment->file_bytes += 65536;
}
static void spoil_stopped(struct played *played)
{
	atomic_store(&played->segment->stop, 1);
}
static void spoil_mode(struct played *played)
{
	fchmod(played->descriptor, 0640);
}
static void spoil_length(struct played *played)
{
	if (ftruncate(played->descriptor, 100) < 0)
		perror("ftruncate");
}
static void spoil_lock(struct played *played)
{
	played_die(played);
}

static const struct {
	const char *what;
	spoil_fn *spoil;
	int traced;
	bool layout; /* the header alone shows it */
} spoils[] = {
	{"one that is as it should be is used", spoil_nothing, 1, false},
	{"wrong magic", spoil_magic, 0, true},
	{"other version", spoil_version, 0, true},
	{"header of another size", spoil_header_bytes, 0, true},
	{"slots not a power of two", spoil_slots_odd, 0, true},
	{"no slots", spoil_slots_none, 0, true},
	{"too many slots", spoil_slots_huge, 0, true},
	{"more slots than the file has", spoil_slots_more, 0, true},
	{"no rings", spoil_rings_none, 0, true},
	{"too many rings", spoil_rings_more, 0, true},
	{"notes that end beyond all numbers", spoil_notes_overflow, 0, true},
	{"notes in the header", spoil_notes_in_header, 0, true},
	{"notes in the rings", spoil_notes_in_rings, 0, true},
	{"rings beyond the file", spoil_rings_offset, 0, true},
	{"rings not on a page", spoil_rings_unaligned, 0, true},
	{"file of another size", spoil_file_bytes, 0, true},
	{"stopped before it began", spoil_stopped, 0, false},
	{"readable for others", spoil_mode, 0, false},
	{"a short file", spoil_length, 0, false},
	{"nobody holds the lock", spoil_lock, 0, false},
};

static void test_spoiled(void)
{
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		struct segment_layout layout;
		struct played played;

		played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
		spoils[i].spoil(&played);
		if (spoils[i].layout)
			tap_ok(segment_layout_read(&layout, played.segment,
						   played.layout.file_bytes) < 0,
			       "layout: %s", spoils[i].what);
		played_start(&played, is_traced, NULL);
		tap_is(played_wait(&played), spoils[i].traced, "segment: %s", spoils[i].what);
		played_end(&played);
	}
}

/* The variable names something else. */
static int is_traced_at(void *path)
{
	setenv(SEGMENT_ENVIRONMENT, path, 1);
	return is_traced(NULL);
}

static void test_paths(void)
{
	struct played played;
	char link[100];

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	snprintf(link, sizeof(link), "%s.link", played.path);
	if (symlink(played.path, link) < 0)
		perror("symlink");
	played_start(&played, is_traced_at, link);
	tap_is(played_wait(&played), 0, "path: a symbolic link is not followed");
	unlink(link);
	if (mkfifo(link, 0600) < 0)
		perror("mkfifo");
	played_start(&played, is_traced_at, link);
	tap_is(played_wait(&played), 0, "path: a fifo is not waited for");
	unlink(link);
	played_start(&played, is_traced_at, link);
	tap_is(played_wait(&played), 0, "path: nothing there");
	played_start(&played, is_traced_at, strrchr(played.path, '/') + 1);
	tap_is(played_wait(&played), 0, "path: not absolute");
	played_start(&played, is_traced_at, "");
	tap_is(played_wait(&played), 0, "path: empty");
	tap_is(atomic_load(&played.segment->pid), 0, "and none of them claimed the segment");
	played_end(&played);
}

/* Forks while it is traced. The child writes into a segment of its own, where what has been named
 * before means the same; the parent goes on. */
static int fork_while_traced(void *context)
{
	const struct played *played = context;
	uint32_t name;
	int status;
	pid_t child;

	trace_thread_attach(&ring);
	emit();
	name = trace_name("both");
	child = fork();
	if (child == 0) {
		emit();
		exit(!ring || trace_name("both") != name || trace_name("child") != name + 1);
	}
	waitpid(child, &status, 0);
	emit();
	if (atomic_load(&played->segment->finished) != 0 ||
	    atomic_load(&played->segment->ring[0].state) != SEGMENT_RING_LIVE)
		return 2; /* the child has said goodbye in our name */
	return status == 0 && ring && trace_name("parent") == name + 1 ? 0 : 1;
}

/* Makes the segment that a second process has asked for. */
static void play_second(struct played *first, struct played *second)
{
	char before[sizeof(second->path)];

	played_begin(second, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	memcpy(before, second->path, sizeof(before));
	snprintf(second->path, sizeof(second->path), "%.70s.1", first->path);
	if (rename(before, second->path) < 0)
		perror("rename");
	second->segment->trace_clock = first->segment->clock;
	atomic_store(&first->segment->segments_made, 1);
}

static void test_fork(void)
{
	struct played played, second;

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, fork_while_traced, &played);
	tap_ok(played_await32(&played.segment->segments_wanted, 1),
	       "fork: the child asks for a segment");
	play_second(&played, &second);
	tap_is(played_wait(&played), 0,
	       "fork: both go on, and what has been named keeps its number");
	tap_is(atomic_load(&played.segment->ring[0].head), 2,
	       "fork: the child wrote nothing into the parent's ring");
	tap_is(atomic_load(&second.segment->ring[0].head), 1, "fork: but into its own");
	tap_ok(atomic_load(&second.segment->pid) != 0 &&
		       atomic_load(&second.segment->pid) != atomic_load(&played.segment->pid),
	       "fork: and gave its own name");
	tap_is(atomic_load(&second.segment->finished), 1, "fork: and ended in order");
	tap_is(second.segment->clock.stamp_base, played.segment->clock.stamp_base,
	       "fork: by the same clock");
	played_end(&second);
	played_end(&played);
}

static int fork_and_wait(void *context)
{
	int status;
	pid_t child;

	(void)context;
	trace_thread_attach(&ring);
	child = fork();
	if (child == 0)
		exit(ring != NULL);
	waitpid(child, &status, 0);
	return status;
}

static void test_silent_child(void)
{
	struct played played;

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, fork_and_wait, NULL);
	played_wait(&played);
	tap_is(atomic_load(&played.segment->segments_wanted), 0,
	       "fork: a child that has nothing to say asks for nothing");
	played_end(&played);
}

/* Closes all descriptors, as daemons do, opens others, and fills its ring. */
static int become_daemon(void *context)
{
	(void)context;
	trace_thread_attach(&ring);
	closefrom(3);
	for (int i = 0; i < 200; i++)
		open("/dev/null", O_RDONLY);
	for (int i = 0; i < SEGMENT_RING_SLOTS_MIN * 2; i++)
		emit();
	return ring ? 1 : 0;
}

static void test_daemon(void)
{
	struct played played;

	played_begin(&played, SEGMENT_RING_SLOTS_MIN, SEGMENT_WAIT);
	played_start(&played, become_daemon, NULL);
	played_await32(&played.segment->ring[0].waiting, 1);
	/* It rings the bell before each wait, and after each wait it checks the recorder's life. */
	tap_ok(played_await32(&played.segment->bell, atomic_load(&played.segment->bell) + 4),
	       "a program that has closed our descriptor still sees that the recorder lives");
	played_consume(&played, 0, SEGMENT_RING_SLOTS_MIN);
	tap_is(played_wait(&played), 1, "and goes on being traced");
	played_end(&played);
}

/* Long enough that a wrong rate shows. */
enum { CLOCK_NS = 20000000 };

static void test_clock(void)
{
	struct segment_clock clock;
	struct segment_clock strange = {.multiplier = UINT64_MAX, .shift = 200, .stamp_base = 5};

	for (int counter = 0; counter <= clock_counter_usable(); counter++) {
		uint64_t stamp, by_stamps, by_clock, took;

		clock_calibrate(&clock, counter);
		do {
			stamp = clock_stamp(clock.kind == SEGMENT_CLOCK_COUNTER);
			by_clock = clock_monotonic_ns() - clock.monotonic_base_ns;
		} while (by_clock < CLOCK_NS);
		by_stamps = clock_elapsed_ns(&clock, stamp);
		/* Time since the base, looked at one after the other: anything may come between. */
		tap_ok(by_stamps <= by_clock + CLOCK_NS / 20 && by_clock < by_stamps + 1000000000,
		       "clock %d: %llu ns by stamps, %llu ns by the clock", counter,
		       (unsigned long long)by_stamps, (unsigned long long)by_clock);
		took = clock_elapsed_ns(&clock, clock.stamp_base + clock_ticks(&clock, 1000000));
		tap_ok(took >= 999990 && took <= 1000000, "clock %d: a millisecond in ticks",
		       counter);
		tap_ok(clock_ticks(&clock, UINT64_MAX) <= INT64_MAX,
		       "clock %d: no more than can be counted", counter);
		tap_is(clock_elapsed_ns(&clock, clock.stamp_base - 1), 0,
		       "clock %d: nothing is before the base", counter);
	}
	tap_is(clock_elapsed_ns(&strange, UINT64_MAX), 0, "clock: any shift can be read");
	strange.shift = 1;
	tap_is(clock_elapsed_ns(&strange, UINT64_MAX), INT64_MAX, "clock: and any multiplier");
}

int main(void)
{
#ifdef GREENROOM_NO_HOOKS
	return tap_skip_all("built without hooks");
#endif
	test_spoiled();
	test_paths();
	test_fork();
	test_silent_child();
	test_daemon();
	test_clock();
	return tap_end();
}
