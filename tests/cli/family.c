/* SPDX-License-Identifier: MIT */
/*
 * family.c - a program to record that becomes several processes. Each of them talks: two tasklets that
 * yield a hundred times.
 *
 *     family talk          one process
 *     family fork N        forks N children at a time; each talks and ends by _exit
 *     family early N       the same, before the library is used
 *     family generations N each child forks the next
 *     family tasklet       forks in a tasklet, with others in the chain; both sides go on
 *     family exec          talks, and becomes `family talk`
 *     family start         starts `family talk` as another process, and waits for it
 *     family stay FILE     forks a child that talks on until FILE is gone, and ends before it
 *     family threads N     N threads one after the other
 *     family idle N        forks N children that use nothing of the library
 */
#include <greenroom.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { YIELDS = 100, STAY_ROUNDS_MAX = 30000 };

extern char **environ;

static int chat(void *context)
{
	(void)context;
	for (int i = 0; i < YIELDS; i++)
		tasklet_yield();
	return 0;
}

static void *talk(void *context)
{
	tasklet_create(NULL, "left", chat, NULL);
	tasklet_create(NULL, "right", chat, NULL);
	scheduler_run(NULL, NULL);
	return context;
}

static void wait_for_all(void)
{
	while (wait(NULL) > 0)
		;
}

static void fork_many(int count)
{
	for (int i = 0; i < count; i++) {
		if (fork() == 0) {
			talk(NULL);
			_exit(0);
		}
	}
	wait_for_all();
}

static void fork_generations(int count)
{
	talk(NULL);
	if (count > 0 && fork() == 0) {
		fork_generations(count - 1);
		exit(0);
	}
	wait_for_all();
}

static int fork_here(void *context)
{
	(void)context;
	tasklet_yield();
	if (fork() == 0)
		trace_mark("in the child");
	for (int i = 0; i < YIELDS; i++)
		tasklet_yield();
	return 0;
}

static void fork_in_tasklet(void)
{
	tasklet_create(NULL, "before", chat, NULL);
	tasklet_create(NULL, "forks", fork_here, NULL);
	tasklet_create(NULL, "after", chat, NULL);
	scheduler_run(NULL, NULL);
	wait_for_all();
}

static void stay(const char *path)
{
	FILE *file = fopen(path, "w");

	if (file)
		fclose(file);
	if (fork() != 0)
		exit(3);
	for (int i = 0; i < STAY_ROUNDS_MAX && access(path, F_OK) == 0; i++) {
		talk(NULL);
		usleep(1000);
	}
}

static void talk_in_threads(int count)
{
	for (int i = 0; i < count; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, talk, NULL);
		pthread_join(thread, NULL);
	}
}

static void fork_idle(int count)
{
	for (int i = 0; i < count; i++) {
		if (fork() == 0)
			_exit(0);
	}
	wait_for_all();
}

static void start_other(char *self)
{
	char *words[] = {self, (char *)"talk", NULL};
	pid_t other;

	if (posix_spawn(&other, self, NULL, NULL, words, environ) == 0)
		waitpid(other, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 0;

	if (strcmp(what, "early") == 0) {
		fork_many(count);
		return talk(NULL) != NULL;
	}
	if (strcmp(what, "generations") == 0) {
		fork_generations(count);
		return 0;
	}
	talk(NULL);
	if (strcmp(what, "fork") == 0)
		fork_many(count);
	else if (strcmp(what, "tasklet") == 0)
		fork_in_tasklet();
	else if (strcmp(what, "exec") == 0)
		execl(argv[0], argv[0], "talk", (char *)NULL);
	else if (strcmp(what, "start") == 0)
		start_other(argv[0]);
	else if (strcmp(what, "stay") == 0)
		stay(argv[2]);
	else if (strcmp(what, "threads") == 0)
		talk_in_threads(count);
	else if (strcmp(what, "idle") == 0)
		fork_idle(count);
	return 0;
}
