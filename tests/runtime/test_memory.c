/* SPDX-License-Identifier: MIT */
/*
 * test_memory.c - out of memory at any moment: a program that uses every public function is run again
 * and again, and each time another one of the runtime's allocations fails.
 *
 * The call in which that happens has to say -ENOMEM (or NULL), to leave everything as it was, and to
 * work when it is made once more; and at the end of the thread all memory has to be given back.
 * The runtime is linked in, and its allocations alone are wrapped (see tests/local.mk), so that
 * sanitizers keep theirs.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

#include "tap.h"

/* --------------------------------------------------------------------- allocations that can fail */

static long countdown; /* the allocation that makes it 0 fails */
static long alive;     /* pieces of memory that are not given back */
static bool failed;    /* one has failed since the last look */
static bool provided;  /* what fails now has been provided for */
static long covered;   /* how often that happened */
static bool watched;   /* the runtime's own functions are wrapped */

static bool fails(void)
{
	if (--countdown != 0)
		return false;
	failed = !provided;
	covered += provided;
	return true;
}

static void *count(void *memory)
{
	alive += memory != NULL;
	return memory;
}

#define DEFINE_ALLOCATOR(name, parameters, arguments)                                              \
	void *__real_##name parameters;                                                            \
	void *__wrap_##name parameters;                                                            \
	void *__wrap_##name parameters                                                             \
	{                                                                                          \
		return fails() ? NULL : count(__real_##name arguments);                            \
	}

DEFINE_ALLOCATOR(malloc, (size_t size), (size))
DEFINE_ALLOCATOR(calloc, (size_t number, size_t size), (number, size))
DEFINE_ALLOCATOR(aligned_alloc, (size_t alignment, size_t size), (alignment, size))
DEFINE_ALLOCATOR(strdup, (const char *text), (text))

/* In the midst of a switch nothing can be refused any more. */
struct slice_stack;
struct slice;
void __real_slice_take_room(struct slice_stack *stack, struct slice *slice, size_t bytes);
void __wrap_slice_take_room(struct slice_stack *stack, struct slice *slice, size_t bytes);
void __wrap_slice_take_room(struct slice_stack *stack, struct slice *slice, size_t bytes)
{
	watched = provided = true;
	__real_slice_take_room(stack, slice, bytes);
	provided = false;
}

/* Small pieces are cut from blocks, and seldom want memory themselves: they fail each time too. */
struct slab;
void *__real_slab_allocate(struct slab *slab, size_t size);
void *__wrap_slab_allocate(struct slab *slab, size_t size);
void *__wrap_slab_allocate(struct slab *slab, size_t size)
{
	bool before = provided;
	void *memory;

	/* A kill that finds no memory for its unwinding takes what its thread has in reserve. */
	provided = provided || size == sizeof(struct _Unwind_Exception);
	memory = fails() ? NULL : __real_slab_allocate(slab, size);
	provided = before;
	return memory;
}

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
	alive -= memory != NULL;
	__real_free(memory);
}

void *__real_mmap(void *where, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *where, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *where, size_t size, int protection, int flags, int file, off_t offset)
{
	return fails() ? MAP_FAILED
		       : count(__real_mmap(where, size, protection, flags, file, offset));
}

int __real_munmap(void *memory, size_t size);
int __wrap_munmap(void *memory, size_t size);
int __wrap_munmap(void *memory, size_t size)
{
	alive--;
	return __real_munmap(memory, size);
}

int __real_mprotect(void *memory, size_t size, int protection);
int __wrap_mprotect(void *memory, size_t size, int protection);
int __wrap_mprotect(void *memory, size_t size, int protection)
{
	if (fails()) {
		errno = ENOMEM;
		return -1;
	}
	return __real_mprotect(memory, size, protection);
}

int __real_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
	return fails() ? ENOMEM : __real_pthread_setspecific(key, value);
}

/* --------------------------------------------------------------------------- before and after */

enum { TASKLETS = 9, LARGE = 3000 };

static struct tasklet *tasklets[TASKLETS];
static size_t tasklet_count;
static struct channel *signals, *values;
static bool attached;
static char complaint[1024];
static int refusals;

struct large {
	char bytes[LARGE];
};

static void complain(const char *call, const char *what)
{
	if (!complaint[0])
		snprintf(complaint, sizeof(complaint), "%s: %s", call, what);
}

static size_t add_channel(char *text, size_t size, const struct channel *channel)
{
	const struct tasklet *first = channel ? channel_first(channel) : NULL;

	if (!channel)
		return 0;
	return (size_t)snprintf(text, size, "| %d %d %d ", channel_balance(channel),
				channel_is_closing(channel), first ? (int)tasklet_id(first) : 0);
}

/* Everything there is, as text. */
static void take_stock(char *text, size_t size)
{
	const struct tasklet *current;
	size_t used = 0;

	text[0] = '\0';
	if (!attached)
		return;
	current = scheduler_current();
	for (size_t i = 0; i < scheduler_count(); i++, current = tasklet_next(current))
		used += (size_t)snprintf(text + used, size - used, "%d ", (int)tasklet_id(current));
	for (size_t i = 0; i < tasklet_count; i++)
		used += (size_t)snprintf(text + used, size - used, "%d:%d:%d ", (int)i,
					 tasklet_state(tasklets[i]), tasklet_is_alive(tasklets[i]));
	used += add_channel(text + used, size - used, signals);
	add_channel(text + used, size - used, values);
}

static char before[512], after[512];

static void begin_try(void)
{
	if (failed)
		complain(before, "a call before went on without its memory");
	failed = false;
	take_stock(before, sizeof(before));
}

/* Whether the call has to be made again. */
static bool was_refused(const char *call, bool refused)
{
	if (!failed)
		return false;
	failed = false;
	refusals++;
	if (!refused)
		complain(call, "went on without its memory");
	take_stock(after, sizeof(after));
	if (strcmp(before, after) != 0)
		complain(call, after);
	return refused;
}

static void expect(const char *call, int result, int expected)
{
	char text[64];

	if (result == expected)
		return;
	snprintf(text, sizeof(text), "%d, expected %d", result, expected);
	complain(call, text);
}

/* Makes the call; again if it was refused for want of memory. Then its result has to be right. */
#define TRY(call, expected)                                                                        \
	do {                                                                                       \
		int result_;                                                                       \
		begin_try();                                                                       \
		result_ = (int)(call);                                                             \
		if (was_refused(#call, result_ == -ENOMEM))                                        \
			result_ = (int)(call);                                                     \
		expect(#call, result_, expected);                                                  \
	} while (0)

/* The same question for an operation of a frame. */
static bool frame_refused(const char *operation, const struct frame *frame)
{
	return was_refused(operation, frame->result == -ENOMEM);
}

/* ------------------------------------------------------------------------------- the program */

/* Keeps the handle, so that it can be looked at. */
static void keep(struct tasklet *tasklet)
{
	tasklets[tasklet_count++] = tasklet_ref(tasklet);
}

/* Deep enough that each such wait wants a larger buffer for the slice. */
static int yield_deep(int depth)
{
	volatile char below[2000];

	below[0] = (char)depth;
	if (depth)
		return yield_deep(depth - 1) + below[0] - depth;
	TRY(tasklet_yield(), 0);
	return below[0];
}

static int send_all(void *unused)
{
	struct large large = {.bytes = "large"};
	struct large two[2] = {{.bytes = "one"}, {.bytes = "two"}};

	(void)unused;
	TRY(yield_deep(1), 0);
	TRY(channel_send(signals, NULL), 0);
	TRY(channel_send(values, &large), 0);
	TRY(yield_deep(4), 0);
	TRY(channel_send_sequence(values, two, 2), 2);
	TRY(channel_send_error(values, -EIO), 0);
	return 0;
}

static int receive_all(void *unused)
{
	struct large large = {.bytes = ""};

	(void)unused;
	TRY(channel_receive(signals, NULL), 0);
	TRY(channel_receive(values, &large), 0);
	expect("value", strcmp(large.bytes, "large"), 0);
	TRY(channel_receive(values, &large), 0);
	TRY(channel_iterate(values, &large), 1);
	expect("value", strcmp(large.bytes, "two"), 0);
	TRY(channel_receive(values, &large), -EIO);
	return 0;
}

static int pause_and_wait(void *error)
{
	TRY(tasklet_pause(), 0);
	TRY(channel_receive(signals, NULL), *(int *)error);
	return 0;
}

static int run_inside(void *unused)
{
	(void)unused;
	TRY(scheduler_run(NULL, NULL), 0);
	return 0;
}

FRAME(leaf, char room[LARGE];)
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(7);
}

FRAME(worker, struct large large; struct tasklet * paused;)
{
	FRAME_BEGIN();
	begin_try();
	FRAME_CALL(leaf, .room = "");
	if (frame_refused("FRAME_CALL", &self->frame))
		FRAME_CALL(leaf, .room = "");
	expect("FRAME_CALL", self->frame.result, 7);
	begin_try();
	FRAME_RUN(self->paused);
	if (frame_refused("FRAME_RUN", &self->frame))
		FRAME_RUN(self->paused);
	begin_try();
	FRAME_SEND(values, &self->large);
	if (frame_refused("FRAME_SEND", &self->frame))
		FRAME_SEND(values, &self->large);
	expect("FRAME_SEND", self->frame.result, 0);
	begin_try();
	FRAME_RECEIVE(values, &self->large);
	if (frame_refused("FRAME_RECEIVE", &self->frame))
		FRAME_RECEIVE(values, &self->large);
	expect("FRAME_RECEIVE", self->frame.result, 0);
	yield_deep(2); /* hard */
	begin_try();
	FRAME_SEND_ERROR(values, -EPROTO);
	if (frame_refused("FRAME_SEND_ERROR", &self->frame))
		FRAME_SEND_ERROR(values, -EPROTO);
	begin_try();
	FRAME_PAUSE();
	if (frame_refused("FRAME_PAUSE", &self->frame))
		FRAME_PAUSE();
	FRAME_END(0);
}

static int start(void)
{
	return scheduler_current() ? 0 : -ENOMEM;
}

/* A frame that finds no memory is NULL, which is no memory for the tasklet. */
static int create_worker(struct tasklet **out, struct tasklet *paused)
{
	return tasklet_create_frame(out, "worker", frame_new(worker, .paused = paused));
}

static int create_and_destroy(void)
{
	struct frame *frame = frame_new(leaf, .room = "");

	return frame ? frame_destroy(frame) : -ENOMEM;
}

static void play_functions(void)
{
	struct tasklet *tasklet;

	TRY(tasklet_create(&tasklet, "sender", send_all, NULL), 0);
	keep(tasklet);
	TRY(tasklet_new(&tasklet, "receiver"), 0);
	tasklets[tasklet_count++] = tasklet;
	TRY(tasklet_bind(tasklet, receive_all, NULL), 0);
	TRY(tasklet_insert(tasklet), 0);
	TRY(tasklet_remove(tasklet), 0);
	TRY(tasklet_run(tasklet), 0);
	TRY(scheduler_run(NULL, NULL), 0);
}

static void play_control(void)
{
	static int errors[] = {0, -ENODATA, -ESTALE, 0};
	struct tasklet *waiting[4];

	for (int i = 0; i < 4; i++) {
		TRY(tasklet_create(&waiting[i], "waiting", pause_and_wait, &errors[i]), 0);
		keep(waiting[i]);
	}
	TRY(scheduler_run(NULL, NULL), 0);
	TRY(tasklet_switch(scheduler_current()), 0);
	for (int i = 0; i < 4; i++)
		TRY(tasklet_run(waiting[i]), 0);
	TRY(channel_send(signals, NULL), 0);
	TRY(tasklet_throw(waiting[1], errors[1]), 0);
	TRY(tasklet_throw_pending(waiting[2], errors[2]), 0);
	TRY(tasklet_yield(), 0);
	TRY(tasklet_kill(waiting[3]), 0);
	TRY(tasklet_create(&waiting[0], "killed", pause_and_wait, NULL), 0);
	TRY(tasklet_kill_pending(waiting[0]), 0);
	TRY(tasklet_create(NULL, "runs", run_inside, NULL), 0);
	TRY(scheduler_run(NULL, NULL), 0);
}

static void play_frames(void)
{
	struct large large = {.bytes = ""};
	struct tasklet *paused, *tasklet;
	static int error = -ECANCELED;

	TRY(tasklet_create(&paused, "paused", pause_and_wait, &error), 0);
	TRY(tasklet_run(paused), 0);
	TRY(create_worker(&tasklet, paused), 0);
	keep(tasklet);
	TRY(scheduler_run(NULL, NULL), 0);
	TRY(channel_receive(values, &large), 0);
	TRY(channel_send(values, &large), 0);
	TRY(channel_receive(values, &large), -EPROTO);
	TRY(tasklet_yield(), 0);
	TRY(tasklet_kill(tasklet), 0);
	TRY(tasklet_kill(paused), 0);
	TRY(frame_run(frame_new(leaf, .room = "")), 7);
	TRY(create_and_destroy(), 0);
}

static void *play(void *unused)
{
	TRY(start(), 0);
	attached = true;
	TRY(channel_create(&signals, "signals", 0), 0);
	TRY(channel_create(&values, "values", sizeof(struct large)), 0);
	play_functions();
	play_control();
	play_frames();
	TRY(channel_close(values), 0);
	TRY(channel_open(values), 0);
	expect("channel_destroy", channel_destroy(signals), 0);
	expect("channel_destroy", channel_destroy(values), 0);
	signals = values = NULL;
	while (tasklet_count)
		tasklet_unref(tasklets[--tasklet_count]);
	expect("scheduler_count", (int)scheduler_count(), 1);
	attached = false;
	return unused;
}

/* ------------------------------------------------------------------------------------- the runs */

/* In a thread of its own, whose runtime ends with it; the n-th allocation fails. */
static void play_with(long n)
{
	pthread_t thread;
	long before_thread = alive;

	countdown = n;
	failed = false;
	if (pthread_create(&thread, NULL, play, NULL))
		complain("pthread_create", "failed");
	else
		pthread_join(thread, NULL);
	if (alive != before_thread)
		complain("the end", "memory is left over");
}

int main(void)
{
	long allocations;

	play_with(0);
	allocations = -countdown;
	tap_is_text(complaint, "", "the program works when nothing fails");
	tap_ok(allocations > 20, "%ld allocations", allocations);
	if (!watched) {
		tap_skip(3, "link-time optimization binds calls before they can be wrapped");
		return tap_end();
	}
	for (long n = 1; n <= allocations && !complaint[0]; n++) {
		play_with(n);
		if (complaint[0])
			tap_note("allocation %ld", n);
	}
	tap_is_text(complaint, "", "each of them may fail");
	tap_is(refusals + covered, allocations,
	       "each time a call was refused, or had provided for it");
	tap_ok(covered > 0 && covered < allocations / 2, "%ld times it had", covered);
	return tap_end();
}
