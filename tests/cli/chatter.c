/* SPDX-License-Identifier: MIT */
/*
 * chatter.c - a program that is there to be killed: threads whose tasklets never stop talking.
 *
 *     chatter THREADS FILE     makes FILE; its 8 bytes are always the number of the last mark that the
 *                              first thread has made
 */
#include <fcntl.h>
#include <greenroom.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile uint64_t *made;

static int yield_for_ever(void *context)
{
	(void)context;
	while (tasklet_yield() == 0)
		;
	return 0;
}

static int mark_for_ever(void *context)
{
	(void)context;
	for (uint64_t number = 1; number; number++) {
		trace_mark("mark %llu", (unsigned long long)number);
		*made = number;
		for (int i = 0; i < 10; i++)
			tasklet_yield();
	}
	return 0;
}

static void *talk(void *context)
{
	tasklet_create(NULL, "left", yield_for_ever, NULL);
	tasklet_create(NULL, "right", context ? mark_for_ever : yield_for_ever, NULL);
	scheduler_run(NULL, NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	int file = argc == 3 ? open(argv[2], O_RDWR | O_CREAT, 0666) : -1;
	pthread_t thread;

	if (file < 0 || ftruncate(file, sizeof(*made)) < 0)
		return 2;
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (made == MAP_FAILED)
		return 2;
	for (int i = 1; i < atoi(argv[1]); i++)
		pthread_create(&thread, NULL, talk, NULL);
	talk(argv);
	return 0;
}
