/* SPDX-License-Identifier: MIT */
/*
 * terminal_signals.c - signals while the terminal is taken over.
 *
 * The signals that the loop deals with are blocked except while it waits for a key: none can come
 * between looking at a flag and going to sleep. Handlers can own nothing, so what they touch is
 * static here, and nowhere else.
 */
#include "terminal_signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int signals_noted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCONT};
static const int signals_fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

enum {
	SIGNALS_NOTED = sizeof(signals_noted) / sizeof(signals_noted[0]),
	SIGNALS_FATAL = sizeof(signals_fatal) / sizeof(signals_fatal[0])
};

static volatile sig_atomic_t signals_ending, signals_stopping, signals_resized;

/* What gives the terminal back, prepared while nothing was wrong. */
static struct {
	int fd;
	struct termios usual;
	char bytes[512];
	size_t count;
	struct sigaction old_noted[SIGNALS_NOTED], old_fatal[SIGNALS_FATAL];
	sigset_t old_mask;
} signals_saved;

static void signals_note(int number)
{
	if (number == SIGWINCH || number == SIGCONT)
		signals_resized = 1;
	else if (number == SIGTSTP)
		signals_stopping = 1;
	else
		signals_ending = number;
}

static void signals_crash(int number)
{
	ssize_t ignored = write(signals_saved.fd, signals_saved.bytes, signals_saved.count);

	(void)ignored;
	tcsetattr(signals_saved.fd, TCSANOW, &signals_saved.usual);
	/* The handler was installed for one time: now the signal does what it does. */
	raise(number);
}

static sigset_t signals_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < SIGNALS_NOTED; i++)
		sigaddset(&set, signals_noted[i]);
	return set;
}

void terminal_signals_begin(int fd, const struct termios *usual, const char *restore, size_t bytes)
{
	struct sigaction note = {.sa_handler = signals_note};
	struct sigaction crash = {.sa_handler = signals_crash,
				  .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	sigset_t set = signals_set();

	signals_ending = signals_stopping = signals_resized = 0;
	signals_saved.fd = fd;
	signals_saved.usual = *usual;
	signals_saved.count = bytes < sizeof(signals_saved.bytes) ? bytes
								  : sizeof(signals_saved.bytes);
	memcpy(signals_saved.bytes, restore, signals_saved.count);
	sigprocmask(SIG_BLOCK, &set, &signals_saved.old_mask);
	for (int i = 0; i < SIGNALS_NOTED; i++)
		sigaction(signals_noted[i], &note, &signals_saved.old_noted[i]);
	for (int i = 0; i < SIGNALS_FATAL; i++)
		sigaction(signals_fatal[i], &crash, &signals_saved.old_fatal[i]);
}

void terminal_signals_end(void)
{
	for (int i = 0; i < SIGNALS_NOTED; i++)
		sigaction(signals_noted[i], &signals_saved.old_noted[i], NULL);
	for (int i = 0; i < SIGNALS_FATAL; i++)
		sigaction(signals_fatal[i], &signals_saved.old_fatal[i], NULL);
	sigprocmask(SIG_SETMASK, &signals_saved.old_mask, NULL);
}

int terminal_signals_ending(void)
{
	return signals_ending;
}

bool terminal_signals_stopping(void)
{
	bool stopping = signals_stopping;

	signals_stopping = 0;
	return stopping;
}

bool terminal_signals_resized(void)
{
	bool resized = signals_resized;

	signals_resized = 0;
	return resized;
}

bool terminal_signals_wait(int fd, int wait_ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	struct timespec wait = {.tv_sec = wait_ms / 1000,
				.tv_nsec = (long)(wait_ms % 1000) * 1000000};
	sigset_t set = signals_set();
	int ready = ppoll(&poll_fd, 1, wait_ms < 0 ? NULL : &wait, &signals_saved.old_mask);

	/* A terminal that is gone can be "read" for ever: that asks to end as well. */
	if (ready > 0 && (poll_fd.revents & (POLLHUP | POLLERR | POLLNVAL)))
		signals_ending = SIGHUP;
	/* ppoll lets no signal in when there is something to read at once. */
	sigprocmask(SIG_SETMASK, &signals_saved.old_mask, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return ready > 0 && (poll_fd.revents & POLLIN);
}

void terminal_signals_stop(void)
{
	struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaction(SIGTSTP, &usual, &ours);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* here it stops, and here it goes on */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &ours, NULL);
}

/* Keys that ask to end are meant for the program that runs now. */
int terminal_signals_run(char *const *arguments)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	int status = 0;
	pid_t child;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	child = fork();
	if (child == 0) {
		for (int i = 0; i < SIGNALS_NOTED; i++)
			sigaction(signals_noted[i], &signals_saved.old_noted[i], NULL);
		for (int i = 0; i < SIGNALS_FATAL; i++)
			sigaction(signals_fatal[i], &signals_saved.old_fatal[i], NULL);
		sigprocmask(SIG_SETMASK, &signals_saved.old_mask, NULL);
		execvp(arguments[0], arguments);
		_exit(127);
	}
	if (child < 0)
		status = -errno;
	else
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (child < 0)
		return status;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
