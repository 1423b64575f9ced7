/* SPDX-License-Identifier: MIT */
/*
 * suspended.c - tasklets that are out, in every way there is, for a debugger to look at: it stops in
 * look_at_us(). Afterwards all goes on and must end well.
 */
#include <errno.h>
#include <greenroom.h>
#include <stdlib.h>
#include <string.h>

static struct channel *news;

/* A switch below a function of libc. */
static int compare_slowly(const void *left, const void *right)
{
	tasklet_yield();
	return *(const int *)left - *(const int *)right;
}

static int sort_slowly(void *unused)
{
	int numbers[] = {3, 1, 2};

	(void)unused;
	qsort(numbers, 3, sizeof(int), compare_slowly);
	return numbers[0] != 1 || numbers[1] != 2 || numbers[2] != 3;
}

/* Has something of its own on each level, that has to be there still. */
__attribute__((noinline)) static int wait_below(int depth)
{
	volatile char own[64];
	int value = 0, error;

	memset((char *)own, depth, sizeof(own));
	if (depth)
		error = wait_below(depth - 1);
	else
		error = channel_receive(news, &value);
	for (size_t i = 0; i < sizeof(own); i++)
		if (own[i] != depth)
			return -EPROTO;
	return error;
}

static int wait_for_news(void *unused)
{
	(void)unused;
	return -wait_below(3); /* no tail call, which would leave nothing to see */
}

FRAME(soft_inner, int value;)
{
	FRAME_BEGIN();
	FRAME_RECEIVE(news, &self->value);
	FRAME_END(self->frame.result);
}

FRAME(soft_outer, int unused;)
{
	FRAME_BEGIN();
	FRAME_CALL(soft_inner, .value = 0);
	FRAME_END(self->frame.result);
}

static int never_starts(void *unused)
{
	return unused != NULL;
}

__attribute__((noinline)) void look_at_us(void)
{
	__asm__ volatile("");
}

int main(void)
{
	int value = 1;

	if (channel_create(&news, "news", sizeof(int)))
		return 1;
	tasklet_create(NULL, "sorter", sort_slowly, NULL);
	tasklet_create(NULL, "waiter", wait_for_news, NULL);
	tasklet_create_frame(NULL, "soft", frame_new(soft_outer));
	tasklet_yield();
	tasklet_create(NULL, "fresh", never_starts, NULL);
	look_at_us();
	if (channel_send(news, &value) || channel_send(news, &value))
		return 1;
	if (scheduler_run(NULL, NULL))
		return 1;
	return channel_destroy(news) != 0;
}
