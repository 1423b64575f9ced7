/* SPDX-License-Identifier: MIT */
/*
 * test_signal.c - stacks that are used up, and signal handlers that call the runtime.
 *
 * Would fail if a call went on with too little stack; if an overflow died without a word where one
 * was asked for, or with one for another fault; if a handler on an alternate stack could switch.
 */
#include <errno.h>
#include <greenroom.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

enum { STACK_BYTES = 262144, FRAME_BYTES = 4096, YIELDS = 200000 };

/* ----------------------------------------------------------------------- a program that dies */

struct death {
	int status; /* what waitpid says */
	char said[256];
};

/* An emulator has something to say of its own when its program dies. */
static void forget_emulator(char *said)
{
	char *line = strstr(said, "qemu: ");

	if (line)
		*line = '\0';
}

/* Runs a program in a process of its own, and reads its stderr. */
static struct death die_of(void (*program)(void))
{
	struct death death = {.status = -1};
	int ends[2];
	size_t used = 0;
	ssize_t got;
	pid_t child;

	if (pipe(ends))
		return death;
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		program();
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], death.said + used, sizeof(death.said) - 1 - used)) > 0)
		used += (size_t)got;
	close(ends[0]);
	waitpid(child, &death.status, 0);
	forget_emulator(death.said);
	return death;
}

__attribute__((noinline)) static int descend(int depth)
{
	volatile char frame[FRAME_BYTES];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : descend(depth + 1) + frame[0];
}

static int overflow(void *unused)
{
	(void)unused;
	return descend(0);
}

static void overflow_in_tasklet(void)
{
	tasklet_create(NULL, "digger", overflow, NULL);
	scheduler_run(NULL, NULL);
}

static void overflow_unasked(void)
{
	overflow_in_tasklet();
}

static void overflow_asked(void)
{
	if (scheduler_report_overflow() == 0)
		overflow_in_tasklet();
}

static void *overflow_thread(void *unused)
{
	overflow_asked();
	return unused;
}

static void overflow_in_thread(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	if (pthread_create(&thread, &attributes, overflow_thread, NULL) == 0)
		pthread_join(thread, NULL);
}

static void exit_with_seven(int signal)
{
	(void)signal;
	_exit(7);
}

static void overflow_with_handler(void)
{
	struct sigaction action = {.sa_handler = exit_with_seven, .sa_flags = SA_ONSTACK};

	sigaction(SIGSEGV, &action, NULL);
	overflow_asked();
}

static void fault_elsewhere(void)
{
	static volatile uintptr_t nowhere = 16;

	if (scheduler_report_overflow() == 0)
		*(volatile char *)nowhere = 1;
}

static void fault_by_hand(void)
{
	if (scheduler_report_overflow() == 0)
		raise(SIGSEGV);
}

static void check_death(const char *name, void (*program)(void), int status, const char *said)
{
	struct death death = die_of(program);

	tap_is(death.status, status, "%s", name);
	tap_is_text(death.said, said, "... and says so, or nothing");
}

static void test_overflow(void)
{
	static const char line[] = "greenroom: the C stack has overflowed in tasklet \"digger\"\n";
	static char other[65536];
	stack_t none = {.ss_flags = SS_DISABLE}, mine = {.ss_sp = other, .ss_size = sizeof(other)};
	stack_t had;

	sigaltstack(NULL, &had);
	if (!(had.ss_flags & SS_DISABLE)) {
		tap_skip(13, "a sanitizer has the alternate stack, and tells of overflows itself");
		return;
	}
	check_death("an overflow nobody asked about", overflow_unasked, SIGSEGV, "");
	check_death("one that is to be told", overflow_asked, SIGSEGV, line);
	check_death("in a thread with a small stack", overflow_in_thread, SIGSEGV, line);
	check_death("with a handler of the program's own", overflow_with_handler, 7 << 8, line);
	check_death("another fault", fault_elsewhere, SIGSEGV, "");
	check_death("one that was only sent", fault_by_hand, SIGSEGV, "");
	sigaltstack(&mine, NULL);
	tap_is(scheduler_report_overflow(), -EBUSY, "not on a stack that is somebody else's");
	sigaltstack(&none, NULL);
}

/* --------------------------------------------------------------------------- little stack left */

static int refused_with = -1, depth_reached;

/* Waits at every depth, until that is refused. */
__attribute__((noinline)) static int descend_and_yield(int depth)
{
	volatile char frame[FRAME_BYTES];
	int error = tasklet_yield();

	frame[0] = (char)depth;
	if (error) {
		refused_with = error;
		depth_reached = depth;
		return error;
	}
	return descend_and_yield(depth + 1) + frame[0] - (char)depth;
}

static int dig(void *unused)
{
	(void)unused;
	descend_and_yield(0);
	return tasklet_yield();
}

static void *run_digger(void *result)
{
	tasklet_create(NULL, "digger", dig, NULL);
	*(int *)result = scheduler_run(NULL, NULL);
	return NULL;
}

static void test_headroom(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int result = -1;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	if (pthread_create(&thread, &attributes, run_digger, &result)) {
		tap_skip(3, "no thread");
		return;
	}
	pthread_join(thread, NULL);
	tap_is(refused_with, -ENOMEM, "a call that finds too little stack is refused");
	tap_ok(depth_reached > 10, "... not before: at depth %d", depth_reached);
	tap_is(result, 0, "... and further up everything works again");
}

/* ------------------------------------------------------------------------------ in a handler */

static struct channel *channel;
static struct tasklet *paused, *runner;
static volatile sig_atomic_t calls, not_refused;

static void expect_refusal(int result)
{
	calls++;
	if (result != -EINVAL)
		not_refused++;
}

static void call_everything(int signal)
{
	char value = 1;

	(void)signal;
	expect_refusal(tasklet_yield());
	expect_refusal(tasklet_pause());
	expect_refusal(tasklet_run(paused));
	expect_refusal(tasklet_switch(paused));
	expect_refusal(tasklet_throw(paused, -EIO));
	expect_refusal(tasklet_kill(paused));
	expect_refusal(tasklet_kill(runner));
	expect_refusal(scheduler_run(NULL, NULL));
	expect_refusal(channel_send(channel, &value));
	expect_refusal(channel_receive(channel, &value));
}

static void only_yield(int signal)
{
	(void)signal;
	expect_refusal(tasklet_yield());
}

static int pause_once(void *unused)
{
	(void)unused;
	return tasklet_pause();
}

static int raise_in_tasklet(void *unused)
{
	(void)unused;
	raise(SIGUSR1);
	return 0;
}

static int yield_often(void *number)
{
	for (int i = 0; i < YIELDS; i++) {
		int error = tasklet_yield();

		if (error)
			return error;
		(*(int *)number)++;
	}
	return 0;
}

static void handle_with(int signal, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK | SA_RESTART};

	sigaction(signal, &action, NULL);
}

/* Between any two instructions, and so within a switch too. */
static void test_storm(void)
{
	struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
	int counts[3] = {0};

	calls = not_refused = 0;
	handle_with(SIGALRM, only_yield);
	for (int i = 0; i < 3; i++)
		tasklet_create(NULL, "yields", yield_often, &counts[i]);
	setitimer(ITIMER_REAL, &often, NULL);
	tap_is(scheduler_run(NULL, NULL), 0, "tasklets go on in a storm of signals");
	setitimer(ITIMER_REAL, &never, NULL);
	tap_ok(calls > 0, "%d signals came", (int)calls);
	tap_is(not_refused, 0, "... and none of them could switch");
	tap_is((long long)counts[0] + counts[1] + counts[2], 3LL * YIELDS, "no turn was lost");
}

static void test_handlers(void)
{
	stack_t none = {.ss_flags = SS_DISABLE}, stack = {.ss_size = 65536};
	stack_t had;

	sigaltstack(NULL, &had);
	stack.ss_sp = malloc(stack.ss_size);
	sigaltstack(&stack, NULL);
	channel_create(&channel, "channel", 1);
	tasklet_create(&paused, "paused", pause_once, NULL);
	scheduler_run(NULL, NULL);
	handle_with(SIGUSR1, call_everything);
	tasklet_create(&runner, "runner", raise_in_tasklet, NULL);
	tap_is(scheduler_run(NULL, NULL), 0, "a handler on an alternate stack calls the runtime");
	tap_is(calls, 10, "... with everything that may switch");
	tap_is(not_refused, 0, "... which is refused");
	tap_is(tasklet_state(paused), TASKLET_PAUSED, "... and changes nothing");
	tap_is((long long)scheduler_count(), 1, "... in the chain neither");
	test_storm();
	tap_is(tasklet_kill(paused), 0, "afterwards all is as before");
	channel_destroy(channel);
	sigaltstack(had.ss_flags & SS_DISABLE ? &none : &had, NULL);
	free(stack.ss_sp);
}

int main(void)
{
	test_overflow();
	test_headroom();
	test_handlers();
	return tap_end();
}
