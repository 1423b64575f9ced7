/* SPDX-License-Identifier: MIT */
/*
 * pager.c - a pager on the other end of stdout.
 */
#include "pager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager; /* 0: none */

static void run_pager(const char *command, const int ends[2])
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	/* Quit if it fits on one screen, keep colours, leave the text on the screen. */
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The pager ends only when nobody can write to it any more. */
static void wait_for_pager(void)
{
	fflush(stdout);
	close(STDOUT_FILENO);
	waitpid(pager, NULL, 0);
}

void pager_begin(void)
{
	const char *command = getenv("PAGER");
	int ends[2];

	if (!command)
		command = "if command -v less >/dev/null; then exec less; else exec more; fi";
	if (pager || !isatty(STDOUT_FILENO) || !*command || strcmp(command, "cat") == 0)
		return;
	if (pipe(ends) != 0)
		return;
	fflush(stdout);
	pager = fork();
	if (pager == 0)
		run_pager(command, ends);
	if (pager > 0) {
		dup2(ends[1], STDOUT_FILENO);
		/* An interrupt is for the pager: who ended now would leave it without a parent, and
		 * fighting with the shell for the terminal. */
		signal(SIGINT, SIG_IGN);
		atexit(wait_for_pager);
	} else {
		pager = 0;
	}
	close(ends[0]);
	close(ends[1]);
}
