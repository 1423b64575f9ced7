/* SPDX-License-Identifier: MIT */
/*
 * test_frame_operations.c - what frames do to each other and to channels beside sending and receiving:
 * switch, throw, kill, send sequences, iterate, run the scheduler; and how frames are bound to tasklets.
 */
#include <errno.h>
#include <greenroom.h>

#include "plays.h"
#include "tap.h"

static void cleaned(struct frame *self)
{
	(void)self;
	say("cleanup");
}

/* --------------------------------------------------------------- what one does to another */

static struct tasklet *victim, *partner;

/* Catches what is thrown at it, a kill too, until it is resumed without an error. */
FRAME(survivor, int unused;)
{
	FRAME_BEGIN();
	tasklet_set_cancel(scheduler_current(), TASKLET_CANCEL_RETURN);
	do {
		FRAME_PAUSE();
		say("caught%d", self->frame.result);
	} while (self->frame.result);
	FRAME_END(0);
}

FRAME(offender, int unused;)
{
	FRAME_BEGIN();
	FRAME_SWITCH(partner);
	say("switch%d", self->frame.result);
	FRAME_THROW(victim, -EIO);
	say("throw%d", self->frame.result);
	FRAME_KILL(victim);
	say("kill%d", self->frame.result);
	FRAME_RUN(victim);
	say("run%d", self->frame.result);
	FRAME_THROW(victim, -EIO);
	say("dead%d", self->frame.result);
	FRAME_THROW(scheduler_current(), -EPROTO);
	say("self%d", self->frame.result);
	self->frame.cleanup = cleaned;
	FRAME_KILL(scheduler_current());
	say("unreachable");
	FRAME_END(0);
}

static void play_offences(void)
{
	struct tasklet *actor;

	tasklet_create_frame(&victim, "victim", frame_new(survivor));
	tasklet_create_frame(&partner, "partner", frame_new(survivor));
	tasklet_yield();
	tasklet_ref(victim);
	tasklet_create_frame(&actor, "offender", frame_new(offender));
	tasklet_yield();
	say("state%d", tasklet_state(actor));
	tasklet_run(actor);
	say("state%d", tasklet_state(victim));
	tasklet_unref(victim);
}

/* ---------------------------------------------------------------------- loops over a channel */

FRAME(sequence_sender, int values[3]; size_t count;)
{
	FRAME_BEGIN();
	FRAME_SEND_SEQUENCE(channel, self->values, self->count);
	say("sent%d", self->frame.result);
	FRAME_END(0);
}

FRAME(iterator, int value;)
{
	FRAME_BEGIN();
	for (;;) {
		FRAME_ITERATE(channel, &self->value);
		if (self->frame.result != 1)
			break;
		say("item%d", self->value);
	}
	say("end%d", self->frame.result);
	FRAME_END(0);
}

static void create_sequence(struct tasklet **tasklet, size_t count)
{
	tasklet_create_frame(tasklet, "sender",
			     frame_new(sequence_sender, .values = {7, 8, 9}, .count = count));
}

/* All are received; the end is sent; the receiver gets an error; the sender does, at first, and in the
 * middle; the channel is closed. */
static void play_loops(void)
{
	struct tasklet *sender, *receiver;

	tasklet_create_frame(&receiver, "receiver", frame_new(iterator));
	create_sequence(NULL, 3);
	scheduler_run(NULL, NULL);
	channel_send_error(channel, -ENODATA);
	tasklet_create_frame(&receiver, "receiver", frame_new(iterator));
	create_sequence(NULL, 0);
	scheduler_run(NULL, NULL);
	tasklet_throw(receiver, -EIO);
	create_sequence(&sender, 3);
	scheduler_run(NULL, NULL);
	tasklet_throw(sender, -EIO);
	create_sequence(&sender, 3);
	channel_receive(channel, NULL);
	scheduler_run(NULL, NULL);
	tasklet_throw(sender, -EIO);
	channel_close(channel);
	tasklet_create_frame(NULL, "receiver", frame_new(iterator));
	scheduler_run(NULL, NULL);
}

/* ------------------------------------------------------------------------------ scheduler_run */

FRAME(scheduler_caller, struct run_result result;)
{
	FRAME_BEGIN();
	self->frame.cleanup = cleaned;
	FRAME_RUN_SCHEDULER(NULL, &self->result);
	say("run%d,reason%d", self->frame.result, self->result.reason);
	FRAME_END(0);
}

static int fail(void *unused)
{
	(void)unused;
	return -EIO;
}

/* It returns when nothing is runnable; with an error; because of a kill; and not at all. */
static void play_scheduler(void)
{
	struct run_options wrong = {.flags = 1u << 31};
	struct tasklet *caller;

	tasklet_create_frame(NULL, "caller", frame_new(scheduler_caller));
	tasklet_create_frame(NULL, "inner", frame_new(scheduler_caller));
	scheduler_run(NULL, NULL);
	tasklet_create_frame(NULL, "caller", frame_new(scheduler_caller));
	tasklet_create(NULL, "failing", fail, NULL);
	say("main%d", scheduler_run(NULL, NULL));
	tasklet_create_frame(&caller, "caller", frame_new(scheduler_caller));
	tasklet_ref(caller);
	tasklet_yield();
	say("bind%d", tasklet_bind(caller, fail, NULL));
	say("move%d", tasklet_bind_thread(caller, 0));
	say("kill%d", tasklet_kill(caller));
	say("state%d", tasklet_state(caller));
	say("main%d", scheduler_run(NULL, NULL));
	tasklet_unref(caller);
	say("refused%d", scheduler_run(&wrong, NULL));
	say("refused%d", frame_run(frame_scheduler(&wrong, NULL, NULL)));
}

/* ----------------------------------------------------------------------------- binding frames */

FRAME(waiter, int unused;)
{
	FRAME_BEGIN();
	self->frame.cleanup = cleaned;
	FRAME_RECEIVE(channel, NULL);
	say("error%d", self->frame.result);
	FRAME_END(self->frame.result);
}

static int plain(void *unused)
{
	(void)unused;
	say("plain");
	return 0;
}

static void play_bind(void)
{
	struct tasklet *tasklet;

	tasklet_new(&tasklet, "bound");
	say("bind%d", tasklet_bind_frame(tasklet, frame_new(waiter)));
	say("main%d", tasklet_bind_frame(scheduler_main(), frame_new(waiter)));
	say("none%d", tasklet_bind_frame(tasklet, NULL));
	tasklet_insert(tasklet);
	say("chained%d", tasklet_bind_frame(tasklet, frame_new(waiter)));
	scheduler_run(NULL, NULL);
	tasklet_throw(tasklet, -EIO);
	say("again%d", tasklet_bind_frame(tasklet, frame_new(survivor)));
	say("instead%d", tasklet_bind(tasklet, plain, NULL));
	tasklet_insert(tasklet);
	scheduler_run(NULL, NULL);
	say("after%d", tasklet_bind_frame(tasklet, frame_new(survivor)));
	tasklet_run(tasklet);
	say("state%d", tasklet_state(tasklet));
	tasklet_kill(tasklet);
	tasklet_run(tasklet);
	tasklet_unref(tasklet);
}

static const struct play plays[] = {
	{"frames switch, throw, kill and are killed", play_offences,
	 "caught0 state1 switch0 caught-5 throw0 caught-125 kill0 caught0 run0 dead-3 self-71 "
	 "cleanup state0 "},
	{"frames loop over channels", play_loops,
	 "item7 item8 item9 sent3 end0 sent0 end-5 sent-5 sent1 end0 "},
	{"frames run the scheduler", play_scheduler,
	 "run0,reason0 cleanup run0,reason0 cleanup run-5,reason1 cleanup main0 "
	 "bind-22 move-22 cleanup kill0 state0 main0 refused-22 refused-22 "},
	{"frames are bound to tasklets", play_bind,
	 "bind0 main-22 none-12 chained-22 error-5 cleanup again0 instead0 "
	 "plain after0 state1 caught-125 caught0 "},
};

int main(void)
{
	plays_run(plays, sizeof(plays) / sizeof(plays[0]));
	return tap_end();
}
