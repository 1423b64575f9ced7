/* SPDX-License-Identifier: MIT */
/*
 * planted.c - a program full of switches, with one fault that its argument names, or none. What a
 * checker says about it is looked at by test_checkers.sh.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 30, MESSAGES = 500 };

/* ---------------------------------------------------------------------- nothing wrong with these */

/* Red zones at every depth, and a switch at the deepest. */
__attribute__((noinline)) static int descend(int depth)
{
	volatile char small[100];
	char large[300];

	memset(large, depth, sizeof(large));
	small[0] = (char)depth;
	if (depth)
		return descend(depth - 1) + small[0] + large[5];
	tasklet_yield();
	return small[0];
}

static int wander(void *unused)
{
	for (int i = 0; i < ROUNDS; i++)
		descend(i * 5 % 7);
	return unused != NULL;
}

/* Leaves frames without returning from them. */
static int jump(void *unused)
{
	jmp_buf there;

	for (volatile int i = 0; i < ROUNDS; i++) {
		if (setjmp(there) == 0) {
			descend(3);
			longjmp(there, 1);
		}
		tasklet_yield();
	}
	return unused != NULL;
}

static void yield_in_cleanup(const int *depth)
{
	descend(*depth);
}

__attribute__((noinline)) static int pause_below(int depth)
{
	__attribute__((cleanup(yield_in_cleanup))) int guard = depth;
	volatile char large[200];

	large[0] = (char)depth;
	if (depth)
		return pause_below(depth - 1) + large[0] + guard;
	return tasklet_pause();
}

static int wait_to_be_killed(void *unused)
{
	(void)unused;
	return pause_below(4);
}

static int kill_it(void *tasklet)
{
	descend(2);
	return tasklet_kill(tasklet);
}

FRAME(stroller, int left;)
{
	FRAME_BEGIN();
	while (self->left-- > 0) {
		FRAME_YIELD();
		descend(self->left % 3);
	}
	FRAME_END(0);
}

static void start_the_innocent(void)
{
	struct tasklet *killed;

	for (int i = 0; i < 3; i++) {
		tasklet_create(NULL, "wanderer", wander, NULL);
		tasklet_create(NULL, "jumper", jump, NULL);
		tasklet_create_frame(NULL, "stroller", frame_new(stroller, .left = ROUNDS));
	}
	tasklet_create(&killed, "killed", wait_to_be_killed, NULL);
	tasklet_create(NULL, "killer", kill_it, killed);
}

/* ------------------------------------------------------------------------- the faults */

__attribute__((noinline)) static void write_at(volatile char *where)
{
	*where = 1;
}

static int overflow_stack(void *unused)
{
	char small[16];

	(void)unused;
	descend(2);
	write_at(small + 16);
	return 0;
}

static char *volatile left_behind;

__attribute__((noinline)) static void leave_address(void)
{
	char local[16];

	left_behind = local;
}

static int use_after_return(void *unused)
{
	(void)unused;
	leave_address();
	tasklet_yield();
	write_at(left_behind + 3);
	return 0;
}

static int use_after_free(void *unused)
{
	char *memory = malloc(16);

	(void)unused;
	descend(1);
	left_behind = memory;
	free(memory);
	tasklet_yield();
	write_at(left_behind + 3);
	return 0;
}

static int leak(void *unused)
{
	(void)unused;
	left_behind = malloc(123);
	descend(1);
	left_behind = NULL;
	return 0;
}

static int overflow_integer(void *unused)
{
	volatile int large = 0x7fffffff;

	(void)unused;
	descend(1);
	large += 1;
	return large == 0;
}

static int use_uninitialised(void *unused)
{
	int *memory = malloc(sizeof(int) * 4);

	(void)unused;
	descend(1);
	if (memory[2] == 77)
		puts("by chance");
	free(memory);
	return 0;
}

/* --------------------------------------------------------------------------- two threads */

static int counter;
static struct channel *channel;

static int count(void *unused)
{
	for (int i = 0; i < MESSAGES; i++) {
		counter++;
		descend(i % 3);
	}
	return unused != NULL;
}

/* What lies in the memory belongs to whoever has got its address. */
static int send_memory(void *unused)
{
	for (int i = 0; i < MESSAGES; i++) {
		int *memory = malloc(sizeof(*memory));

		*memory = i;
		if (channel_send(channel, &memory))
			return -EIO;
	}
	return unused != NULL;
}

static int receive_memory(void *unused)
{
	for (int i = 0; i < MESSAGES; i++) {
		int *memory, got;

		if (channel_receive(channel, &memory))
			return -EIO;
		got = *memory;
		free(memory);
		if (got != i)
			return -EPROTO;
	}
	return unused != NULL;
}

/* Until the planted one has ended: who waits for the other thread is waited for, unless the last
 * that could run here ends. */
static int run_all(tasklet_fn *planted)
{
	struct run_options options = {.flags = RUN_THREAD_BLOCK};
	struct tasklet *tasklet;
	int error;

	start_the_innocent();
	error = tasklet_create(&tasklet, "planted", planted, NULL);
	if (error)
		return error;
	tasklet_ref(tasklet);
	while (!error && tasklet_is_alive(tasklet))
		error = scheduler_run(&options, NULL);
	tasklet_unref(tasklet);
	return error;
}

/* Nobody is to wait in the channel before both threads count. */
static pthread_barrier_t both_attached;

static void *run_in_thread(void *run)
{
	scheduler_current();
	pthread_barrier_wait(&both_attached);
	return (void *)(intptr_t)run_all(*(tasklet_fn **)run);
}

/* One in this thread, one in another. */
static int run_both(tasklet_fn *here, tasklet_fn *there)
{
	void *result = NULL;
	pthread_t thread;

	pthread_barrier_init(&both_attached, NULL, 2);
	if (pthread_create(&thread, NULL, run_in_thread, &there))
		return -EAGAIN;
	pthread_barrier_wait(&both_attached);
	if (run_all(here))
		return -EIO;
	pthread_join(thread, &result);
	return (int)(intptr_t)result;
}

/* ------------------------------------------------------------------------------------- main */

static const struct {
	const char *name;
	tasklet_fn *run, *there;
} faults[] = {
	{"none", wander, NULL},
	{"stack-overflow", overflow_stack, NULL},
	{"use-after-return", use_after_return, NULL},
	{"use-after-free", use_after_free, NULL},
	{"leak", leak, NULL},
	{"integer-overflow", overflow_integer, NULL},
	{"uninitialised", use_uninitialised, NULL},
	{"race", count, count},
	{"no-race", send_memory, receive_memory},
};

static int play(const char *name)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (strcmp(name, faults[i].name) != 0)
			continue;
		return faults[i].there ? run_both(faults[i].run, faults[i].there)
				       : run_all(faults[i].run);
	}
	return -EINVAL;
}

int main(int argc, char **argv)
{
	int result;

	if (channel_create_with(&channel, "memory", sizeof(int *), CHANNEL_SHARED))
		return 1;
	result = play(argc == 2 ? argv[1] : "none");
	channel_destroy(channel);
	printf("done: %d\n", result);
	return result != 0;
}
