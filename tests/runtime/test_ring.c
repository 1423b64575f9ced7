/* SPDX-License-Identifier: MIT */
/* test_ring.c - a thread's ring: order, wrapping, full, waiting, dropping, changing hands. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "played.h"
#include "tap.h"
#include "trace.h"

enum { SLOTS = SEGMENT_RING_SLOTS_MIN };

static struct trace_ring *ring; /* of the program's first thread */

static void emit(struct trace_ring *to, uint32_t number)
{
	trace_emit(to, event_pack_tasklet_end((struct event_tasklet_end){
			       .tasklet = number, .heir = ~number, .cause = 3, .error = 7}));
}

static int emit_many(void *context)
{
	uint32_t count = *(uint32_t *)context;

	if (!trace_thread_attach(&ring))
		return 2;
	for (uint32_t i = 0; i < count && trace_wanted(ring); i++)
		emit(ring, i);
	return ring ? 0 : 3;
}

static bool is_event(const struct event_slot *slot, uint32_t number)
{
	return slot->kind == EVENT_tasklet_end && slot->small == 3 && slot->word[0] == number &&
	       slot->word[1] == ~number && slot->word[3] == 7;
}

static void test_plain(void)
{
	struct played played;
	uint32_t count = 10;
	bool good = true, ordered = true;
	const struct event_slot *slots;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_many, &count);
	tap_is(played_wait(&played), 0, "a program that emits a few events ends well");
	tap_is(atomic_load(&played.segment->ring[0].head), count, "all of them are published");
	slots = played_slots(&played, 0);
	for (uint32_t i = 0; i < count; i++) {
		good = good && is_event(&slots[i], i);
		ordered = ordered && (i == 0 || slots[i].stamp >= slots[i - 1].stamp);
	}
	tap_ok(good, "with all their fields");
	tap_ok(ordered && slots[0].stamp >= played.segment->clock.stamp_base,
	       "and stamps that do not go back");
	tap_is(atomic_load(&played.segment->pid), played.program, "the program is named");
	tap_is(atomic_load(&played.segment->finished), 1, "and has ended in order");
	tap_is(atomic_load(&played.segment->ring[0].state), SEGMENT_RING_ENDED, "and its ring");
	tap_is(played.segment->ring[0].os_thread, played.program, "the thread is named");
	played_end(&played);
}

/* Consumes until the program ends, in bites of all sizes. Whether every event came, in order. */
static bool consume_all(struct played *played, uint32_t index, uint64_t count)
{
	struct segment_ring *shared = &played->segment->ring[index];
	const struct event_slot *slots = played_slots(played, index);
	uint64_t tail = 0;

	while (tail < count) {
		uint64_t bite = 1 + tail % 97;

		if (bite > count - tail)
			bite = count - tail;
		if (!played_await(&shared->head, tail + bite) ||
		    atomic_load(&shared->head) - tail > SLOTS)
			return false;
		for (; bite > 0; bite--, tail++) {
			if (!is_event(&slots[tail % SLOTS], (uint32_t)tail))
				return false;
		}
		played_consume(played, index, tail);
	}
	return true;
}

static void test_wrap(void)
{
	struct played played;
	uint32_t count = 100000;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_many, &count);
	tap_ok(consume_all(&played, 0, count), "%u events come through a ring of %d", count, SLOTS);
	tap_is(played_wait(&played), 0, "and the program ends well");
	tap_is(atomic_load(&played.segment->ring[0].dropped), 0, "with none dropped");
	played_end(&played);
}

static void test_wait(void)
{
	struct played played;
	uint32_t count = SLOTS + 1;
	struct segment_ring *shared;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	shared = &played.segment->ring[0];
	played_start(&played, emit_many, &count);
	tap_ok(played_await32(&shared->waiting, 1), "a program waits when its ring is full");
	tap_is(atomic_load(&shared->head), SLOTS, "having overwritten nothing");
	tap_ok(atomic_load(&played.segment->bell) > 0, "and having rung the bell");
	played_consume(&played, 0, 1);
	tap_is(played_wait(&played), 0, "it goes on when there is room");
	tap_is(atomic_load(&shared->head), SLOTS + 1, "and writes what it had to write");
	tap_is(atomic_load(&shared->waiting), 0, "and waits no more");
	played_end(&played);
}

static void test_drop(void)
{
	struct played played;
	uint32_t count = SLOTS + 72;

	played_begin(&played, SLOTS, SEGMENT_DROP);
	played_start(&played, emit_many, &count);
	tap_is(played_wait(&played), 0, "a program that may drop events never waits");
	tap_is(atomic_load(&played.segment->ring[0].head), SLOTS, "its ring is full");
	tap_is(atomic_load(&played.segment->ring[0].dropped), 72, "and it counted what it dropped");
	played_end(&played);
}

/* Emits until tracing is off; 3 says that it turned off, which is what should happen. */
static void test_dead_recorder(enum segment_on_full on_full, const char *name)
{
	struct played played;
	uint32_t count = 10000000;
	struct segment_ring *shared;

	played_begin(&played, SLOTS, on_full);
	shared = &played.segment->ring[0];
	played_start(&played, emit_many, &count);
	played_await(&shared->head, SLOTS);
	played_die(&played);
	tap_is(played_wait(&played), 3, "%s: without a recorder tracing turns itself off", name);
	tap_is(atomic_load(&shared->head), SLOTS, "%s: and nothing is overwritten", name);
	played_end(&played);
}

static void test_stop(void)
{
	struct played played;
	uint32_t count = SLOTS + 1;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_many, &count);
	played_await32(&played.segment->ring[0].waiting, 1);
	atomic_store(&played.segment->stop, 1);
	tap_is(played_wait(&played), 3, "a recorder that says stop is heard by one who waits");
	played_end(&played);
}

static void test_hostile_tail(void)
{
	struct played played;
	uint32_t count = SLOTS + 1;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_many, &count);
	played_await32(&played.segment->ring[0].waiting, 1);
	played_consume(&played, 0, UINT64_MAX / 2);
	tap_is(played_wait(&played), 3, "a tail that cannot be turns tracing off");
	played_end(&played);
}

static void *emit_in_thread(void *context)
{
	struct trace_ring *own;
	uint32_t count = *(uint32_t *)context;

	if (!trace_thread_attach(&own))
		return context;
	for (uint32_t i = 0; i < count && trace_wanted(own); i++)
		emit(own, i);
	trace_thread_detach(own);
	return own; /* NULL: given back */
}

static int emit_in_two(void *context)
{
	pthread_t thread;
	void *first, *second;

	if (pthread_create(&thread, NULL, emit_in_thread, context) != 0)
		return 2;
	first = emit_in_thread(context);
	pthread_join(thread, &second);
	return first || second;
}

static void *consume_second(void *context)
{
	return consume_all(context, 1, 50000) ? context : NULL;
}

static void test_two_threads(void)
{
	struct played played;
	uint32_t count = 50000;
	pthread_t thread;
	bool first;
	void *second;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_in_two, &count);
	played_await32(&played.segment->rings_used, 2);
	pthread_create(&thread, NULL, consume_second, &played);
	first = consume_all(&played, 0, count);
	pthread_join(thread, &second);
	tap_ok(first && second, "two threads write into rings of their own");
	tap_is(played_wait(&played), 0, "and give them back");
	played_end(&played);
}

/* One thread after the other; the second may have the ring of the first only if that is empty. */
static int emit_one_after_another(void *context)
{
	struct played *played = context;
	uint32_t count = 5;
	pthread_t thread;

	emit_in_thread(&count);
	played_await(&played->segment->ring[0].tail, 5);
	for (int i = 0; i < 2; i++) { /* the second time it is not empty */
		if (pthread_create(&thread, NULL, emit_in_thread, &count) != 0)
			return 2;
		pthread_join(thread, NULL);
	}
	return 0;
}

static void test_changing_hands(void)
{
	struct played played;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played_start(&played, emit_one_after_another, &played);
	played_await(&played.segment->ring[0].head, 5);
	played_consume(&played, 0, 5);
	tap_is(played_wait(&played), 0, "threads come and go");
	tap_is(atomic_load(&played.segment->ring[0].generation), 2, "an empty ring is used again");
	tap_is(atomic_load(&played.segment->ring[0].head), 10, "from where it was");
	tap_is(atomic_load(&played.segment->ring[1].head), 5, "one that is not empty is not");
	tap_is(atomic_load(&played.segment->rings_used), 2, "so two are used");
	played_end(&played);
}

static void test_no_ring_left(void)
{
	struct played played;
	uint32_t count = 5;

	played_begin(&played, SLOTS, SEGMENT_WAIT);
	played.segment->rings_max = 1;
	played_start(&played, emit_in_two, &count);
	played_wait(&played);
	tap_is(atomic_load(&played.segment->rings_used) +
		       atomic_load(&played.segment->rings_refused),
	       2, "a thread without a ring is counted");
	played_end(&played);
}

int main(void)
{
#ifdef GREENROOM_NO_HOOKS
	return tap_skip_all("built without hooks");
#endif
	test_plain();
	test_wrap();
	test_wait();
	test_drop();
	test_dead_recorder(SEGMENT_WAIT, "waiting");
	test_dead_recorder(SEGMENT_DROP, "dropping");
	test_stop();
	test_hostile_tail();
	test_two_threads();
	test_changing_hands();
	test_no_ring_left();
	return tap_end();
}
