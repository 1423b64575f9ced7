/* SPDX-License-Identifier: MIT */
/*
 * hardsoft.c - one program twice: as functions, which are switched hard, and as frames, which are
 * switched softly. The output is the same; what happens to the stack is not.
 *
 *     hardsoft hard      the functions
 *     hardsoft soft      the frames
 *     hardsoft           one after the other
 *
 * Record both and look at the events around a switch: the functions' stack is copied out and back,
 * the frames leave nothing on the stack to copy.
 */
#include <greenroom.h>
#include <stdio.h>
#include <string.h>

enum { COUNT = 3 };

static struct channel *squares;

/* ------------------------------------------------------------------------------------- functions */

static int square(int number)
{
	tasklet_yield(); /* as if it took a while */
	return number * number;
}

static int hard_producer(void *unused)
{
	(void)unused;
	for (int i = 1; i <= COUNT; i++) {
		int value = square(i);

		channel_send(squares, &value);
	}
	return 0;
}

static int hard_consumer(void *unused)
{
	int value;

	(void)unused;
	for (int i = 1; i <= COUNT; i++) {
		channel_receive(squares, &value);
		printf("got %d\n", value);
	}
	return 0;
}

/* --------------------------------------------------- the same as frames: line by line, but that...
 *
 * - what must outlive a FRAME_ operation is a member of `self`, not a local variable;
 * - a call of another frame is a FRAME_CALL, and what it returned is in self->frame.result;
 * - the C stack is empty whenever the tasklet waits.
 */

FRAME(soft_square, int number;)
{
	FRAME_BEGIN();
	FRAME_YIELD();
	FRAME_END(self->number * self->number);
}

FRAME(soft_producer, int i; int value;)
{
	FRAME_BEGIN();
	for (self->i = 1; self->i <= COUNT; self->i++) {
		FRAME_CALL(soft_square, .number = self->i);
		self->value = self->frame.result;
		FRAME_SEND(squares, &self->value);
	}
	FRAME_END(0);
}

FRAME(soft_consumer, int i; int value;)
{
	FRAME_BEGIN();
	for (self->i = 1; self->i <= COUNT; self->i++) {
		FRAME_RECEIVE(squares, &self->value);
		printf("got %d\n", self->value);
	}
	FRAME_END(0);
}

int main(int argc, char **argv)
{
	bool hard = argc < 2 || strcmp(argv[1], "hard") == 0;
	bool soft = argc < 2 || strcmp(argv[1], "soft") == 0;

	channel_create(&squares, "squares", sizeof(int));
	if (hard) {
		printf("functions:\n");
		tasklet_create(NULL, "producer", hard_producer, NULL);
		tasklet_create(NULL, "consumer", hard_consumer, NULL);
		scheduler_run(NULL, NULL);
	}
	if (soft) {
		printf("frames:\n");
		tasklet_create_frame(NULL, "producer", frame_new(soft_producer));
		tasklet_create_frame(NULL, "consumer", frame_new(soft_consumer));
		scheduler_run(NULL, NULL);
	}
	return channel_destroy(squares) ? 1 : 0;
}
