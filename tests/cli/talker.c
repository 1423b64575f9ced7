/* SPDX-License-Identifier: MIT */
/*
 * talker.c - a program to record: tasklets that yield, and an end of the caller's choice.
 *
 *     talker YIELDS exit CODE     ends with that code
 *     talker YIELDS signal N      sends itself that signal
 *     talker YIELDS touch FILE    makes FILE, then ends when it is gone again
 *     talker YIELDS pid FILE      writes its process id to FILE, then goes on talking for ever
 *     talker YIELDS threads N     so many threads, each with its tasklets
 */
#include <greenroom.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long yields;

static int talk(void *context)
{
	(void)context;
	for (long i = 0; i < yields; i++)
		tasklet_yield();
	return 0;
}

static void *talk_together(void *context)
{
	trace_mark("%s begins", "talking");
	tasklet_create(NULL, "left", talk, NULL);
	tasklet_create(NULL, "right", talk, NULL);
	scheduler_run(NULL, NULL);
	return context;
}

static void write_process(const char *path)
{
	char name[4096];
	FILE *out;

	snprintf(name, sizeof(name), "%s.part", path); /* whoever sees the file sees all of it */
	out = fopen(name, "w");
	if (!out)
		exit(9);
	fprintf(out, "%d\n", (int)getpid());
	fclose(out);
	rename(name, path);
}

static void talk_in_threads(int count)
{
	pthread_t thread[256];

	for (int i = 0; i < count; i++)
		pthread_create(&thread[i], NULL, talk_together, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 8;
	yields = atol(argv[1]);
	talk_together(NULL);
	if (strcmp(argv[2], "signal") == 0)
		raise(atoi(argv[3]));
	if (strcmp(argv[2], "threads") == 0)
		talk_in_threads(atoi(argv[3]));
	if (strcmp(argv[2], "touch") == 0) {
		write_process(argv[3]);
		while (access(argv[3], F_OK) == 0)
			usleep(1000);
	}
	if (strcmp(argv[2], "pid") == 0) {
		write_process(argv[3]);
		for (;;)
			talk_together(NULL);
	}
	return strcmp(argv[2], "exit") == 0 ? atoi(argv[3]) : 0;
}
