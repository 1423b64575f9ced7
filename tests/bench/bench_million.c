/* SPDX-License-Identifier: MIT */
/*
 * bench_million.c - a great many blocked tasklets: the memory of each, and the time to create them, to
 * pass a token through all of them, and to end them.
 *
 * All wait in one channel for as long as it takes; a token is as many messages as there are
 * tasklets, each of which takes one and waits again. They end with a token of 0. Memory is
 * what the process has more of, by the kernel's count, so that nothing is forgotten.
 *
 *     bench_million [TASKLETS]
 */
#include <greenroom.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static struct channel *channel;
static size_t tasklets, ended, passed;

static size_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long total, resident = 0;

	if (!file || fscanf(file, "%lu %lu", &total, &resident) != 2)
		abort();
	fclose(file);
	return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static int wait_hard(void *unused)
{
	uint64_t token;

	(void)unused;
	while (channel_receive(channel, &token) == 0 && token)
		passed++;
	ended++;
	return 0;
}

FRAME(wait_soft, uint64_t token;)
{
	FRAME_BEGIN();
	for (;;) {
		FRAME_RECEIVE(channel, &self->token);
		if (!self->token)
			break;
		passed++;
	}
	ended++;
	FRAME_END(0);
}

/* Each of those that wait gets `token`, the longest waiting first. */
static void send_to_all(uint64_t token)
{
	for (size_t i = 0; i < tasklets; i++)
		channel_send(channel, &token);
	scheduler_run(NULL, NULL);
}

static double seconds_since(uint64_t start)
{
	return (double)(bench_now_ns() - start) * 1e-9;
}

static void create_all(bool soft)
{
	for (size_t i = 0; i < tasklets; i++) {
		int error = soft ? tasklet_create_frame(NULL, NULL, frame_new(wait_soft))
				 : tasklet_create(NULL, NULL, wait_hard, NULL);

		if (error)
			abort();
	}
	scheduler_run(NULL, NULL);
}

/* In a process of its own, whose memory nobody has used before. */
static void measure(bool soft)
{
	size_t before, blocked, saved;
	double create, pass, end;
	uint64_t start;

	channel_create(&channel, "token", sizeof(uint64_t));
	before = resident_bytes();
	start = bench_now_ns();
	create_all(soft);
	create = seconds_since(start);
	blocked = resident_bytes();
	saved = soft ? 0 : tasklet_saved_bytes(channel_first(channel));
	start = bench_now_ns();
	send_to_all(1);
	pass = seconds_since(start);
	if (passed != tasklets || (size_t)-channel_balance(channel) != tasklets)
		abort();
	start = bench_now_ns();
	send_to_all(0);
	end = seconds_since(start);
	if (ended != tasklets)
		abort();
	printf("%s: %.0f bytes each, of them %zu saved; %.2f s to create and block, %.2f to pass a "
	       "token, %.2f to end\n",
	       soft ? "soft" : "hard", (double)(blocked - before) / (double)tasklets, saved, create,
	       pass, end);
}

int main(int argc, char **argv)
{
	tasklets = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	if (!tasklets) {
		fprintf(stderr, "bench_million: no number of tasklets: %s\n", argv[1]);
		return 2;
	}
	for (int soft = 0; soft < 2; soft++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			measure(soft);
			return 0;
		}
		if (child < 0 || waitpid(child, &status, 0) != child || status)
			return 1;
	}
	return 0;
}
