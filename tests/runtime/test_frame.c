/* SPDX-License-Identifier: MIT */
/*
 * test_frame.c - tasklets made of frames: they wait, call, return, are killed and thrown at like those
 * made of functions, in the same order, softly where they can and hard where they must.
 */
#include <errno.h>
#include <greenroom.h>
#include <malloc.h>
#include <stdlib.h>

#include "plays.h"
#include "tap.h"

/* ------------------------------------------------------------------------- the four combinations */

FRAME(soft_sender, int count; int i;)
{
	FRAME_BEGIN();
	for (self->i = 1; self->i <= self->count; self->i++) {
		say("s%d", self->i);
		FRAME_SEND(channel, &self->i);
	}
	FRAME_END(0);
}

FRAME(soft_receiver, int count; int value; const char *name;)
{
	FRAME_BEGIN();
	while (self->count--) {
		FRAME_RECEIVE(channel, &self->value);
		say("%s%d", self->name, self->value);
	}
	FRAME_END(0);
}

static int hard_sender(void *argument)
{
	int count = *(int *)argument;

	for (int i = 1; i <= count; i++) {
		say("s%d", i);
		channel_send(channel, &i);
	}
	return 0;
}

static int hard_receiver(void *argument)
{
	int count = *(int *)argument, value = 0;

	while (count--) {
		channel_receive(channel, &value);
		say("r%d", value);
	}
	return 0;
}

static void pair(bool soft_first, bool soft_second, bool sender_first)
{
	int three = 3;

	for (int i = 0; i < 2; i++) {
		bool sends = sender_first == (i == 0);
		bool soft = i ? soft_second : soft_first;

		if (sends && soft)
			tasklet_create_frame(NULL, "sender", frame_new(soft_sender, .count = 3));
		else if (sends)
			tasklet_create(NULL, "sender", hard_sender, &three);
		else if (soft)
			tasklet_create_frame(NULL, "receiver",
					     frame_new(soft_receiver, .count = 3, .name = "r"));
		else
			tasklet_create(NULL, "receiver", hard_receiver, &three);
	}
	scheduler_run(NULL, NULL);
}

static void play_pairs(void)
{
	for (int i = 0; i < 8; i++) {
		pair(i & 1, i & 2, i & 4);
		say("|");
	}
}

/* ------------------------------------------------------------------------------ calls and results */

FRAME(sum_below, int n; int sum; struct channel * unused;)
{
	FRAME_BEGIN();
	if (self->n == 0)
		FRAME_RETURN(0);
	FRAME_YIELD();
	FRAME_CALL(sum_below, .n = self->n - 1);
	self->sum = self->frame.result + self->n;
	FRAME_END(self->sum);
}

FRAME(caller, int n;)
{
	FRAME_BEGIN();
	FRAME_CALL(sum_below, .n = self->n);
	say("sum(%d)=%d", self->n, self->frame.result);
	FRAME_END(0);
}

static void play_calls(void)
{
	tasklet_create_frame(NULL, "a", frame_new(caller, .n = 10));
	tasklet_create_frame(NULL, "b", frame_new(caller, .n = 20));
	scheduler_run(NULL, NULL);
	say("nested=%d", frame_run(frame_new(sum_below, .n = 4)));
}

/* -------------------------------------------------------------------------- C functions between */

static int compare_and_yield(const void *a, const void *b)
{
	tasklet_yield();
	return *(const int *)a - *(const int *)b;
}

FRAME(sorter, int values[4]; const char *name;)
{
	FRAME_BEGIN();
	for (int i = 0; i < 4; i++)
		self->values[i] = 4 - i;
	FRAME_YIELD();
	qsort(self->values, 4, sizeof(int), compare_and_yield);
	say("%s:%d%d%d%d", self->name, self->values[0], self->values[1], self->values[2],
	    self->values[3]);
	FRAME_YIELD();
	say("%s.", self->name);
	FRAME_END(0);
}

static void play_sort(void)
{
	tasklet_create_frame(NULL, "a", frame_new(sorter, .name = "a"));
	tasklet_create_frame(NULL, "b", frame_new(sorter, .name = "b"));
	scheduler_run(NULL, NULL);
}

/* ----------------------------------------------------------------------- errors, kills, cleanup */

static void cleaned(struct frame *self)
{
	(void)self;
	say("cleanup");
}

FRAME(inner_waiter, int value;)
{
	FRAME_BEGIN();
	self->frame.cleanup = cleaned;
	self->value = 77;
	FRAME_RECEIVE(channel, &self->value);
	say("error%d,value%d", self->frame.result, self->value);
	FRAME_END(self->frame.result);
}

FRAME(outer_waiter, int unused;)
{
	FRAME_BEGIN();
	self->frame.cleanup = cleaned;
	FRAME_CALL(inner_waiter);
	say("inner%d", self->frame.result);
	FRAME_END(self->frame.result);
}

static void play_errors(void)
{
	struct tasklet *tasklet;
	struct run_result result;

	tasklet_create_frame(&tasklet, "killed", frame_new(outer_waiter));
	scheduler_run(NULL, NULL);
	say("balance%d", channel_balance(channel));
	say("kill%d", tasklet_kill(tasklet));
	say("balance%d", channel_balance(channel));

	tasklet_create_frame(&tasklet, "thrown", frame_new(outer_waiter));
	scheduler_run(NULL, NULL);
	say("throw%d", tasklet_throw(tasklet, -EIO));

	tasklet_create_frame(&tasklet, "failing", frame_new(outer_waiter));
	scheduler_run(NULL, NULL);
	tasklet_throw_pending(tasklet, -EPROTO);
	say("run%d", scheduler_run(NULL, &result));
	say("reason%d", result.reason);

	tasklet_create_frame(&tasklet, "never", frame_new(outer_waiter));
	say("kill%d", tasklet_kill(tasklet));
	say("deadlock%d", channel_receive(channel, NULL));
}

/* ------------------------------------------------------------ a cleanup handler that is killed */

static void wait_in_cleanup(struct frame *self)
{
	(void)self;
	say("waits");
	tasklet_pause();
	say("not reached");
}

/* Too large for the pieces that the runtime keeps: its memory comes and goes with each. */
FRAME(slow_to_end, char large[5000];)
{
	FRAME_BEGIN();
	self->frame.cleanup = wait_in_cleanup;
	FRAME_END(0);
}

static size_t kill_in_cleanup(void)
{
	struct tasklet *tasklet;

	tasklet_create_frame(&tasklet, "slow", frame_new(slow_to_end));
	tasklet_yield();
	tasklet_kill(tasklet);
	return mallinfo2().uordblks;
}

/* Where a sanitizer has its own malloc, that one tells of the leak. */
static void play_killed_cleanup(void)
{
	size_t used = kill_in_cleanup();

	for (int i = 0; i < 3; i++)
		say("%d", kill_in_cleanup() < used + sizeof(struct slow_to_end));
}

/* ------------------------------------------------------------- where a frame's stack may stand */

__attribute__((noinline)) static void yield_below(int bytes)
{
	volatile char *kept = __builtin_alloca((size_t)bytes);

	kept[0] = kept[bytes - 1] = 5;
	tasklet_yield();
	say("kept%d", kept[0] + kept[bytes - 1]);
}

FRAME(now_and_then_hard, int depth;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(channel, &self->depth);
	yield_below(self->depth);
	FRAME_RECEIVE(channel, &self->depth);
	yield_below(self->depth);
	FRAME_END(0);
}

/* Main switches from far below, and then from here: the stacks of the others start higher up. */
__attribute__((noinline)) static void send_from_below(int bytes, int depth)
{
	volatile char *kept = __builtin_alloca((size_t)bytes);

	kept[0] = kept[bytes - 1] = 3;
	channel_send(channel, &depth);
	tasklet_yield();
	say("sent%d", kept[0] + kept[bytes - 1]);
}

static void play_bases(void)
{
	tasklet_create_frame(NULL, "soft", frame_new(now_and_then_hard));
	tasklet_yield();
	send_from_below(65536, 4096);
	send_from_below(64, 50000);
}

/* ---------------------------------------------------------------- frames run from a callback */

FRAME(yielder, int unused;)
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(self->frame.result);
}

static void run_frame(const struct channel_call *call, void *context)
{
	(void)context;
	if (call->will_block)
		say("in_callback%d", frame_run(frame_new(yielder)));
}

static void play_callback(void)
{
	int value = 7;

	tasklet_create_frame(NULL, "soft", frame_new(soft_receiver, .count = 1, .name = "r"));
	scheduler_set_channel_callback(run_frame, NULL);
	tasklet_yield();
	channel_send(channel, &value);
	scheduler_set_channel_callback(NULL, NULL);
}

static const struct play plays[] = {
	{"soft and hard senders and receivers meet", play_pairs,
	 "s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | "
	 "s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | s1 r1 s2 r2 s3 r3 | "},
	{"frames call frames and get their results", play_calls,
	 "sum(10)=55 sum(20)=210 nested=10 "},
	{"a C function that blocks under a frame", play_sort, "a:1234 b:1234 a. b. "},
	{"errors and kills reach frames, cleanup runs", play_errors,
	 "balance-1 cleanup cleanup kill0 balance0 "
	 "error-5,value77 cleanup inner-5 cleanup throw-5 "
	 "error-71,value77 cleanup inner-71 cleanup run-71 reason1 kill0 deadlock-35 "},
	{"a cleanup handler that is killed leaves no frame behind", play_killed_cleanup,
	 "waits waits 1 waits 1 waits 1 "},
	{"frames wait under C functions from wherever main comes", play_bases,
	 "kept10 sent6 kept10 sent6 "},
	{"a callback of a frame's operation runs frames", play_callback, "in_callback-16 r7 "},
};

int main(void)
{
	plays_run(plays, sizeof(plays) / sizeof(plays[0]));
	return tap_end();
}
