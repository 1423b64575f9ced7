/* SPDX-License-Identifier: MIT */
/*
 * test_agreement.c - what the events add up to is what the runtime has, after every operation.
 *
 * A program does random legal operations, and after each says in a mark what the runtime tells of
 * its chain and its queues. The events, applied to a state, must come to the same at every mark, and
 * none may be odd. Smaller programs show what the getters do not tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "greenroom.h"
#include "played.h"
#include "recorder/state.h"

enum { SLOTS = 1 << 17, TASKLETS = 16, CHANNELS = 3, OPERATIONS = 2000, TEXT_MAX = 1024 };

/* ------------------------------------------------------------------------------- the programs */

static struct tasklet *tasklets[TASKLETS];
static struct channel *channels[CHANNELS];
static uint64_t random_state;
static int operations;

static unsigned int any(unsigned int below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)(random_state >> 33) % below;
}

static struct tasklet *any_tasklet(void)
{
	return tasklets[any(TASKLETS)];
}

static struct channel *any_channel(void)
{
	return channels[any(CHANNELS)];
}

__attribute__((format(printf, 2, 3))) static void add_text(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, TEXT_MAX - used, format, arguments);
	va_end(arguments);
}

static void say_everything(void)
{
	char text[TEXT_MAX] = "";
	struct tasklet *tasklet = scheduler_current();

	for (size_t i = 0; i < scheduler_count(); i++, tasklet = tasklet_next(tasklet))
		add_text(text, "%d ", (int)tasklet_id(tasklet));
	for (int i = 0; i < CHANNELS; i++) {
		add_text(text, "| %d: ", channel_balance(channels[i]));
		for (tasklet = channel_first(channels[i]); tasklet; tasklet = tasklet_next(tasklet))
			add_text(text, "%d ", (int)tasklet_id(tasklet));
	}
	trace_mark("%s", text);
}

FRAME(walker, int left; int value;)
{
	FRAME_BEGIN();
	while (self->left-- > 0 && operations-- > 0) {
		if (any(3) == 0)
			FRAME_YIELD();
		if (any(4) == 0)
			FRAME_SEND(any_channel(), &self->value);
		if (any(4) == 0)
			FRAME_RECEIVE(any_channel(), &self->value);
		if (any(9) == 0)
			FRAME_PAUSE();
		if (any(9) == 0)
			FRAME_RUN(any_tasklet());
		if (any(5) == 0)
			FRAME_CHECK();
		if (any(5) == 0)
			FRAME_CALL(walker, .left = self->left - 1);
		say_everything();
	}
	FRAME_END(any(10) ? 0 : -5);
}

static int walk(void *unused);

/* A tasklet that has ended gets a new life, or gives its place to one made of frames. */
static void renew(struct tasklet **tasklet)
{
	if (tasklet_is_alive(*tasklet))
		return;
	if (any(3)) {
		tasklet_bind(*tasklet, walk, NULL);
		tasklet_insert(*tasklet);
		return;
	}
	tasklet_unref(*tasklet);
	tasklet_create_frame(tasklet, "frames", frame_new(walker, .left = 9));
	tasklet_ref(*tasklet);
}

static void change_channel(struct channel *channel)
{
	switch (any(5)) {
	case 0:
		channel_close(channel);
		break;
	case 1:
		channel_set_preference(channel, (enum channel_preference)((int)any(3) - 1));
		break;
	case 2:
		channel_set_schedule_all(channel, any(3) == 0);
		break;
	default:
		channel_open(channel);
	}
}

static void change_tasklet(struct tasklet *tasklet)
{
	switch (any(9)) {
	case 0:
		tasklet_run(tasklet);
		break;
	case 1:
		tasklet_switch(tasklet);
		break;
	case 2:
		tasklet_remove(tasklet);
		break;
	case 3:
		tasklet_kill(tasklet);
		break;
	case 4:
		tasklet_kill_pending(tasklet);
		break;
	case 5:
		tasklet_throw(tasklet, -7);
		break;
	case 6:
		tasklet_bind(tasklet, any(2) ? walk : NULL, NULL);
		break;
	default:
		tasklet_insert(tasklet);
	}
}

/* Sometimes with a watchdog; whom it stops goes on, or not. */
static void run_all(void)
{
	struct run_options options = {.flags = any(2 * RUN_IGNORE_NESTING), .ticks = any(20)};
	struct run_result result = {0};

	scheduler_run(&options, &result);
	if (result.interrupted && any(2))
		tasklet_insert(result.interrupted);
}

static void compute(void)
{
	if (any(4) == 0)
		tasklet_set_atomic(any(2) ? scheduler_current() : any_tasklet(), any(2));
	for (unsigned int left = any(9); left > 0; left--)
		tasklet_check();
	if (any(9) == 0)
		frame_run(frame_new(walker, .left = 3));
}

static void step(void)
{
	int value = 1;

	switch (any(13)) {
	case 0:
		change_channel(any_channel());
		break;
	case 1:
	case 2:
	case 3:
		change_tasklet(any_tasklet());
		break;
	case 4:
	case 5:
		renew(&tasklets[any(TASKLETS)]);
		break;
	case 6:
		channel_send(any_channel(), &value);
		break;
	case 7:
		channel_receive(any_channel(), &value);
		break;
	case 8:
		channel_send_error(any_channel(), -8);
		break;
	case 9:
		run_all();
		break;
	case 10:
		tasklet_pause();
		break;
	case 11:
		compute();
		break;
	default:
		tasklet_yield();
	}
	say_everything();
}

static void step_once_more(const int *unused)
{
	(void)unused;
	if (operations-- > 0)
		step();
}

static int walk(void *unused)
{
	__attribute__((cleanup(step_once_more))) int guard = 0;

	(void)unused, (void)guard;
	for (unsigned int left = any(30); left > 0 && operations-- > 0; left--)
		step();
	return any(6) ? 0 : -6;
}

static int walk_at_random(void *seed)
{
	random_state = *(uint64_t *)seed;
	operations = OPERATIONS;
	for (int i = 0; i < CHANNELS; i++)
		channel_create(&channels[i], "channel", sizeof(int));
	for (int i = 0; i < TASKLETS; i++)
		tasklet_new(&tasklets[i], "function");
	while (operations-- > 0)
		step();
	return 0;
}

static int run_inside(void *unused)
{
	(void)unused;
	scheduler_run(NULL, NULL);
	return 0;
}

/* Runs main, which waits in scheduler_run, while the callers inside wait too. */
static int wake_main(void *unused)
{
	(void)unused;
	tasklet_run(scheduler_main());
	return 0;
}

static int return_from_outside(void *unused)
{
	(void)unused;
	tasklet_create(NULL, "inner", run_inside, NULL);
	tasklet_create(NULL, "waker", wake_main, NULL);
	scheduler_run(NULL, NULL);
	tasklet_yield();
	tasklet_yield();
	return 0;
}

static void yield_hard(void)
{
	tasklet_yield();
}

FRAME(hard_once, int unused;)
{
	FRAME_BEGIN();
	yield_hard();
	FRAME_END(0);
}

FRAME(pauser, int unused;)
{
	FRAME_BEGIN();
	FRAME_PAUSE();
	FRAME_END(0);
}

/* Main is 1 and has run a frame, 2 has been switched hard once, 3 is paused with a frame, 4 had one
 * before it was bound, 5 has never run. */
static int use_frames(void *unused)
{
	(void)unused;
	frame_run(frame_new(hard_once));
	tasklet_create_frame(NULL, "hard", frame_new(hard_once));
	tasklet_create_frame(&tasklets[0], "paused", frame_new(pauser));
	tasklet_create_frame(&tasklets[1], "bound", frame_new(pauser));
	scheduler_run(NULL, NULL);
	tasklet_bind(tasklets[1], walk, NULL);
	tasklet_create_frame(NULL, "new", frame_new(pauser));
	return 0;
}

static int receive_and_yield(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		(channel_receive)(channels[0], NULL);
		(tasklet_yield)();
	}
	return 0;
}

/* In the plain forms, which know their place by the return address. */
static int send_three(void *unused)
{
	static const int values[3];

	(void)unused;
	channel_create(&channels[0], "channel", sizeof(int));
	tasklet_create(NULL, "receiver", receive_and_yield, NULL);
	(channel_send_sequence)(channels[0], values, 3);
	return 0;
}

/* ------------------------------------------------------------------------------- the recorder */

/* The state's own version of what say_everything says. */
static void tell_everything(const struct state *state, char *text)
{
	const struct state_thread *thread = state_thread(state, 1);
	uint32_t id = thread->first;

	text[0] = '\0';
	for (uint32_t i = 0; i < thread->count; i++, id = state_tasklet(state, id)->next)
		add_text(text, "%d ", (int)id);
	for (uint32_t channel = 1; channel <= CHANNELS; channel++) {
		add_text(text, "| %d: ", state_channel(state, channel)->balance);
		for (id = state_channel(state, channel)->first; id;
		     id = state_tasklet(state, id)->next)
			add_text(text, "%d ", (int)id);
	}
}

/* Applies the events; compares at marks. Returns how many marks there were. */
static int apply_all(const struct played *played, struct state *state)
{
	const struct event_slot *slot = played_slots(played, 0);
	uint64_t head = atomic_load(&played->segment->ring[0].head);
	char said[TEXT_MAX + EVENT_TEXT_BYTES], told[TEXT_MAX];
	size_t said_bytes = 0, whole = 0;
	int marks = 0;

	for (uint64_t i = 0; i < head; i++, slot++) {
		struct event event = {
			.seq = i + 1, .thread = 1, .kind = slot->kind, .small = slot->small};

		memcpy(event.word, slot->word, sizeof(event.word));
		assert_int_equal(state_apply(state, &event), 0);
		if (state_oddities(state))
			fail_msg("event %d (%s) is odd", (int)i + 1,
				 event_describe(event.kind)->name);
		if (event.kind == EVENT_trace_mark) {
			whole = event_unpack_trace_mark(&event).length;
			said_bytes = 0;
		}
		if (event.kind != EVENT_trace_text)
			continue;
		memcpy(said + said_bytes, event.word, EVENT_TEXT_BYTES);
		said_bytes += event.small;
		if (said_bytes != whole)
			continue;
		said[whole] = '\0';
		tell_everything(state, told);
		assert_string_equal(said, told);
		marks++;
	}
	return marks;
}

static int record(played_fn *program, void *context, struct state *state)
{
	struct played played;
	int marks;

	played_begin(&played, SLOTS, SEGMENT_DROP);
	played_start(&played, program, context);
	assert_int_equal(played_wait(&played), 0);
	assert_int_equal(atomic_load(&played.segment->ring[0].dropped), 0);
	if (atomic_load(&played.segment->rings_used) == 0)
		skip(); /* a runtime without hooks */
	marks = apply_all(&played, state);
	played_end(&played);
	return marks;
}

static void test_random_walks(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct state *state = state_create();

		assert_true(record(walk_at_random, &seed, state) > OPERATIONS / 2);
		assert_true(state_is_consistent(state));
		state_destroy(state);
	}
}

static void test_outer_run_returns_first(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	record(return_from_outside, NULL, state);
	assert_int_equal(state_thread(state, 1)->run_depth, 0);
	state_destroy(state);
}

static void test_frames_are_counted(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	record(use_frames, NULL, state);
	assert_int_equal(state_tasklet(state, 1)->frames, 0);
	assert_int_equal(state_tasklet(state, 2)->forced, 1);
	assert_int_equal(state_tasklet(state, 3)->frames, 1);
	assert_int_equal(state_tasklet(state, 4)->frames, 0);
	assert_int_equal(state_tasklet(state, 5)->frames, 1);
	state_destroy(state);
}

static void test_sequence_keeps_its_place(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	record(send_three, NULL, state);
	assert_int_not_equal(state_tasklet(state, 1)->stopped_at, 0);
	assert_int_not_equal(state_tasklet(state, 1)->stopped_at,
			     state_tasklet(state, 2)->stopped_at);
	state_destroy(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_walks),
		cmocka_unit_test(test_outer_run_returns_first),
		cmocka_unit_test(test_frames_are_counted),
		cmocka_unit_test(test_sequence_keeps_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
