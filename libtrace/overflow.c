/* SPDX-License-Identifier: MIT */
/*
 * overflow.c - a tasklet that overflows the C stack is named, before SIGSEGV takes its course.
 *
 * The handler needs a stack of its own, since there is none left: that is the thread's side stack. A
 * signal that comes in the midst of a switch finds the stack pointer there, and lands below it, as
 * on any stack; at all other times nothing lies on it.
 */
#include "overflow.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tasklet.h"
#include "thread.h"

/* Below the stack lies nobody's memory: a guard page, or the gap that the kernel keeps. */
enum { GUARD_BYTES = 1 << 20, TOLERANCE_BYTES = 65536 };

/* Set once, with the handler that looks at it. */
static struct sigaction previous;
static pthread_once_t install_once = PTHREAD_ONCE_INIT;
static int install_error;

static bool is_overflow(const struct thread *thread, const siginfo_t *info)
{
	uintptr_t lowest = (uintptr_t)thread->stack.low - GUARD_BYTES;

	return info->si_code > 0 /* by the kernel */
	       && (uintptr_t)info->si_addr - lowest < GUARD_BYTES + TOLERANCE_BYTES;
}

/* Nothing here may allocate, or take a lock. */
static void say_overflow(const struct tasklet *tasklet)
{
	const char *words[] = {"greenroom: the C stack has overflowed in tasklet \"", tasklet->name,
			       "\"\n"};
	struct iovec line[3];
	ssize_t unused;

	for (int i = 0; i < 3; i++)
		line[i] = (struct iovec){(void *)(uintptr_t)words[i], strlen(words[i])};
	unused = writev(STDERR_FILENO, line, 3);
	(void)unused;
}

/* The fault comes again by itself when the handler returns, and ends the process. */
static void come_again(int signal, const siginfo_t *info)
{
	sigaction(signal, &previous, NULL);
	if (info->si_code <= 0)
		raise(signal);
}

static void handle_fault(int signal, siginfo_t *info, void *context)
{
	if (thread_record && is_overflow(thread_record, info))
		say_overflow(thread_record->current);
	if (previous.sa_flags & SA_SIGINFO)
		previous.sa_sigaction(signal, info, context);
	else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
		previous.sa_handler(signal);
	else
		come_again(signal, info);
}

static void install(void)
{
	struct sigaction action = {.sa_sigaction = handle_fault,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGSEGV, NULL, &previous) || sigaction(SIGSEGV, &action, NULL))
		install_error = -errno;
}

static char *side_of(const struct thread *thread)
{
	return thread->stack.side_top - SLICE_SIDE_BYTES;
}

GREENROOM_API int scheduler_report_overflow(void)
{
	struct thread *thread = thread_self();
	stack_t side = {.ss_size = SLICE_SIDE_BYTES};
	stack_t old;

	if (!thread)
		return -ENOMEM;
	if (sigaltstack(NULL, &old))
		return -errno;
	side.ss_sp = side_of(thread);
	if (!(old.ss_flags & SS_DISABLE) && old.ss_sp != side.ss_sp)
		return -EBUSY;
	pthread_once(&install_once, install);
	if (install_error)
		return install_error;
	return sigaltstack(&side, NULL) ? -errno : 0;
}

void overflow_forget(struct thread *thread)
{
	stack_t none = {.ss_flags = SS_DISABLE};
	stack_t old;

	if (sigaltstack(NULL, &old) == 0 && old.ss_sp == side_of(thread))
		sigaltstack(&none, NULL);
}
