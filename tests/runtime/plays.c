/* SPDX-License-Identifier: MIT */
/* plays.c - small plays of tasklets for a test. */
#include "plays.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

struct channel *channel;
static char text[4096];

void say(const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, sizeof(text) - used, format, arguments);
	va_end(arguments);
	strncat(text, " ", sizeof(text) - strlen(text) - 1);
}

static void run(void (*play)(void))
{
	text[0] = 0;
	channel_create(&channel, "channel", sizeof(int));
	play();
	if (scheduler_count() != 1)
		say("somebody is left in the chain");
	channel_destroy(channel);
}

static void *run_in_thread(void *play)
{
	run(*(void (**)(void))play);
	return NULL;
}

/* A thread looks at the setting when it attaches. The main thread does not use the runtime: while it
 * waits for another it would count as awake, and nothing would be a deadlock. */
static void run_alone(void (*play)(void), const char *setting)
{
	pthread_t thread;

	setenv("GREENROOM_SWITCH", setting, 1);
	pthread_create(&thread, NULL, run_in_thread, &play);
	pthread_join(thread, NULL);
	unsetenv("GREENROOM_SWITCH");
}

void plays_run(const struct play *plays, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		run_alone(plays[i].play, "");
		tap_is_text(text, plays[i].expected, "%s", plays[i].name);
		run_alone(plays[i].play, "hard");
		tap_is_text(text, plays[i].expected, "%s, forced hard", plays[i].name);
	}
}
