/* SPDX-License-Identifier: MIT */
/*
 * child.c - fork, exec, signals, wait.
 *
 * A program that cannot be executed says so through a pipe that a successful exec closes.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is passed on, and what must not stop the recorder. */
static const int passed_on[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
static const int ignored[] = {SIGPIPE, SIGXFSZ};

enum {
	PASSED_ON = sizeof(passed_on) / sizeof(passed_on[0]),
	IGNORED = sizeof(ignored) / sizeof(ignored[0])
};

static struct sigaction old_passed_on[PASSED_ON];
static struct sigaction old_ignored[IGNORED];
static struct sigaction old_child_end;
static volatile sig_atomic_t child_process; /* 0: none to pass anything on to */

static int child_output = -1;

static volatile sig_atomic_t end_is_wanted;
static volatile sig_atomic_t keeps_signal, signal_has_come;

static void pass_on(int signal_number, siginfo_t *info, void *context)
{
	int saved_errno = errno;

	(void)context;
	/* Positive: from the kernel, that is the terminal, which tells the program itself. */
	if (keeps_signal && signal_number == SIGUSR2)
		signal_has_come = 1;
	else if (child_process == 0)
		end_is_wanted = 1;
	else if (info->si_code <= 0)
		kill((pid_t)child_process, signal_number);
	errno = saved_errno;
}

void child_ignore_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (int i = 0; i < IGNORED; i++)
		sigaction(ignored[i], &ignore, &old_ignored[i]);
}

static void set_signals(void)
{
	struct sigaction pass = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction usual = {.sa_handler = SIG_DFL};

	for (int i = 0; i < PASSED_ON; i++) {
		sigaction(passed_on[i], &pass, &old_passed_on[i]);
		if (old_passed_on[i].sa_handler == SIG_IGN) /* as nohup has it */
			sigaction(passed_on[i], &old_passed_on[i], NULL);
	}
	/* Were it ignored, as some parents leave it, nobody could learn how the program ended. */
	sigaction(SIGCHLD, &usual, &old_child_end);
}

/* In the program-to-be: what the recorder found when it started. */
static void restore_signals(void)
{
	for (int i = 0; i < PASSED_ON; i++)
		sigaction(passed_on[i], &old_passed_on[i], NULL);
	for (int i = 0; i < IGNORED; i++)
		sigaction(ignored[i], &old_ignored[i], NULL);
	sigaction(SIGCHLD, &old_child_end, NULL);
}

static int look_at(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || access(path, X_OK) < 0)
		return -EACCES;
	return 0;
}

/* As execvp looks for it: a file that may not be executed is a better reason than none. */
static int look_in_path(const char *program)
{
	const char *at = getenv("PATH");
	int result = -ENOENT;

	if (!at)
		at = "/bin:/usr/bin";
	for (;;) {
		size_t length = strcspn(at, ":");
		char *path = NULL;
		int found = -ENOMEM;

		if (asprintf(&path, "%.*s%s%s", (int)length, at, length ? "/" : "", program) >= 0)
			found = look_at(path);
		free(path);
		if (found == 0)
			return 0;
		if (found == -EACCES)
			result = found;
		if (at[length] == '\0')
			return result;
		at += length + 1;
	}
}

int child_find(const char *program, struct error *error)
{
	int result;

	if (program[0] == '\0')
		result = -ENOENT;
	else
		result = strchr(program, '/') ? look_at(program) : look_in_path(program);
	return result < 0 ? error_set_file(error, result, program) : 0;
}

/* 0, or -1 with errno. */
static int redirect(void)
{
	int nothing;

	if (child_output < 0)
		return 0;
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0)
		return -1;
	if (dup2(nothing, STDIN_FILENO) < 0 || dup2(child_output, STDOUT_FILENO) < 0 ||
	    dup2(child_output, STDERR_FILENO) < 0)
		return -1;
	return 0;
}

/* Never returns. */
static void become(char **argv, const char *name, const char *value, int report)
{
	int problem;

	if (setenv(name, value, 1) == 0 && redirect() == 0)
		execvp(argv[0], argv);
	problem = errno;
	while (write(report, &problem, sizeof(problem)) < 0 && errno == EINTR)
		;
	_exit(CHILD_NOT_FOUND);
}

/* 0 when the exec succeeded, else its errno. */
static int read_report(int report)
{
	int problem = 0;
	ssize_t bytes;

	do {
		bytes = read(report, &problem, sizeof(problem));
	} while (bytes < 0 && errno == EINTR);
	return bytes == sizeof(problem) ? problem : 0;
}

/* Forks with all signals held back, so that none is lost between the fork and the moment when
 * there is a process to pass it on to. */
static pid_t start_process(char **argv, const char *name, const char *value, int report)
{
	sigset_t all, old;
	pid_t process;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	set_signals();
	process = fork();
	if (process == 0) {
		restore_signals();
		sigprocmask(SIG_SETMASK, &old, NULL);
		become(argv, name, value, report);
	}
	if (process > 0)
		child_process = process;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return process;
}

int child_start(struct child *child, char **argv, const char *name, const char *value,
		struct error *error)
{
	int ends[2];
	int problem;

	*child = (struct child){0};
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set_file(error, -errno, argv[0]);
	child->process = start_process(argv, name, value, ends[1]);
	problem = child->process < 0 ? errno : 0;
	close(ends[1]);
	if (child->process > 0) {
		problem = read_report(ends[0]);
		if (problem != 0)
			child_wait(child);
	}
	close(ends[0]);
	return problem == 0 ? 0 : error_set_file(error, -problem, argv[0]);
}

void child_catch_end(void)
{
	set_signals();
}

void child_set_output(int output)
{
	child_output = output;
}

void child_keep_signal(void)
{
	keeps_signal = 1;
}

bool child_signal_has_come(void)
{
	bool has_come = signal_has_come;

	signal_has_come = 0;
	return has_come;
}

bool child_end_is_wanted(void)
{
	return end_is_wanted;
}

static void note_end(struct child *child)
{
	child->ended = true;
	child_process = 0; /* its number may soon be another's */
}

bool child_has_ended(struct child *child)
{
	if (!child->ended && waitpid(child->process, &child->status, WNOHANG) == child->process)
		note_end(child);
	return child->ended;
}

void child_wait(struct child *child)
{
	while (!child->ended) {
		if (waitpid(child->process, &child->status, 0) == child->process)
			note_end(child);
		else if (errno != EINTR)
			break;
	}
}

int child_exit_code(const struct child *child)
{
	if (WIFSIGNALED(child->status))
		return CHILD_SIGNAL_BASE + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}

int child_start_code(int error)
{
	return error == -ENOENT ? CHILD_NOT_FOUND : CHILD_NOT_EXECUTABLE;
}
