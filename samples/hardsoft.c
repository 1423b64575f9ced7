/* SPDX-License-Identifier: MIT */
/*
 * hardsoft.c - one program twice: as functions, which are switched hard, and as frames, which are
 * switched softly. The output is the same; what happens to the stack is not.
 *
 *     hardsoft hard      the functions
 *     hardsoft soft      the frames
 *     hardsoft           one after the other
 *
 * A producer sends squares, a consumer receives them until the end is sent and sorts them; a
 * bystander takes turns with both until it is killed.
 *
 * Record both and look at the events around a switch: the functions' stack is copied out and back,
 * the frames leave nothing on the stack to copy. With one exception: qsort is a C function, and
 * while its comparison yields, qsort has to stay somewhere. Those switches are hard in both, and
 * frame_force events say why:
 *
 *     greenroom record ./hardsoft soft
 *     greenroom sql "SELECT frame_text, function_text FROM frame_force"
 */
#include <errno.h>
#include <greenroom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 3 };

static struct channel *squares;
static struct tasklet *bystander;

/* Orders larger numbers first, and is in no hurry. */
static int compare_slowly(const void *a, const void *b)
{
	tasklet_yield();
	return *(const int *)b - *(const int *)a;
}

static void print_sorted(const int values[COUNT])
{
	printf("sorted");
	for (int i = 0; i < COUNT; i++)
		printf(" %d", values[i]);
	printf("\n");
}

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
	channel_send_error(squares, -ENODATA); /* the end */
	return 0;
}

static int hard_consumer(void *unused)
{
	int values[COUNT];
	int count = 0;

	(void)unused;
	while (channel_iterate(squares, &values[count]) == 1)
		printf("got %d\n", values[count++]);
	qsort(values, COUNT, sizeof(int), compare_slowly);
	print_sorted(values);
	tasklet_kill(bystander);
	printf("done\n");
	return 0;
}

static void hard_goodbye(int *unused)
{
	(void)unused;
	printf("bystander: goodbye\n");
}

static int hard_bystander(void *unused)
{
	__attribute__((cleanup(hard_goodbye))) int guard = 0;

	(void)unused;
	while (!guard)
		tasklet_yield();
	return 0;
}

/* --------------------------------------------------- the same as frames: line by line, but that...
 *
 * - what must outlive a FRAME_ operation is a member of `self`, not a local variable;
 * - a call of another frame is a FRAME_CALL, and what it returned is in self->frame.result;
 * - so is the result of an operation, which cannot stand within an expression;
 * - one cleanup handler belongs to the whole frame;
 * - the C stack is empty whenever the tasklet waits, unless a C function waits: qsort.
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
	FRAME_SEND_ERROR(squares, -ENODATA);
	FRAME_END(0);
}

FRAME(soft_consumer, int values[COUNT]; int count;)
{
	FRAME_BEGIN();
	for (;;) {
		FRAME_ITERATE(squares, &self->values[self->count]);
		if (self->frame.result != 1)
			break;
		printf("got %d\n", self->values[self->count++]);
	}
	qsort(self->values, COUNT, sizeof(int), compare_slowly);
	print_sorted(self->values);
	FRAME_KILL(bystander);
	printf("done\n");
	FRAME_END(0);
}

static void soft_goodbye(struct frame *unused)
{
	(void)unused;
	printf("bystander: goodbye\n");
}

FRAME(soft_bystander, int unused;)
{
	FRAME_BEGIN();
	self->frame.cleanup = soft_goodbye;
	for (;;)
		FRAME_YIELD();
	FRAME_END(0);
}

/* ----------------------------------------------------------------------------------------- main */

int main(int argc, char **argv)
{
	bool hard = argc < 2 || strcmp(argv[1], "hard") == 0;
	bool soft = argc < 2 || strcmp(argv[1], "soft") == 0;

	channel_create(&squares, "squares", sizeof(int));
	if (hard) {
		printf("functions:\n");
		tasklet_create(NULL, "producer", hard_producer, NULL);
		tasklet_create(NULL, "consumer", hard_consumer, NULL);
		tasklet_create(&bystander, "bystander", hard_bystander, NULL);
		scheduler_run(NULL, NULL);
	}
	if (soft) {
		printf("frames:\n");
		tasklet_create_frame(NULL, "producer", frame_new(soft_producer));
		tasklet_create_frame(NULL, "consumer", frame_new(soft_consumer));
		tasklet_create_frame(&bystander, "bystander", frame_new(soft_bystander));
		scheduler_run(NULL, NULL);
	}
	return channel_destroy(squares) ? 1 : 0;
}
