/* SPDX-License-Identifier: MIT */
/*
 * model.c - the rules of tasklets as a program: what happens to the chain, to the channels and to the
 * stack of scheduler_run callers, and nothing else.
 *
 * Tasklets are numbers. The chain is a list that begins with the current one; to switch is to turn
 * it. The rules are those of Stackless Python's scheduling.c and channelobject.c, told again without
 * a look at how libtrace does it.
 */
#include <errno.h>
#include <greenroom.h>

#include "list.h"
#include "program.h"

struct actor {
	bool alive, started, survives, block_trap;
	int blocked;  /* -1 receives, +1 sends */
	int channel;  /* in whose queue */
	int next;     /* operation of its script */
	bool waiting; /* in the one before that */
	int error;    /* what its pending call will return; or it sends */
	bool failed;  /* the error is one that a tasklet has ended with, or could not send */
	bool revived; /* nothing else was runnable */
	int value;    /* that it got, or sends */
};

struct meeting_place {
	struct list queue;
	int balance, preference;
	bool schedule_all, closing;
};

struct model {
	const struct program *program;
	struct log *log;
	struct list chain;
	struct list callers; /* of scheduler_run, the innermost last */
	int trap;
	struct actor actors[TASKLETS];
	struct meeting_place channels[CHANNELS];
};

/* What an operation that has stopped its tasklet returns: no result yet. */
enum { STOPPED = 1 << 20 };

/* ------------------------------------------------------------------------------- who goes on */

static bool is_linked(const struct model *model, int tasklet)
{
	return model->actors[tasklet].blocked || list_find(&model->chain, tasklet) >= 0;
}

static int watchdog(const struct model *model)
{
	return model->callers.count ? model->callers.items[model->callers.count - 1] : MAIN;
}

static void leave_channel(struct model *model, int tasklet)
{
	struct actor *actor = &model->actors[tasklet];
	struct meeting_place *channel = &model->channels[actor->channel];

	list_remove(&channel->queue, tasklet);
	channel->balance -= actor->blocked;
	actor->blocked = 0;
}

static void make_ready(struct model *model, int tasklet)
{
	if (model->actors[tasklet].blocked)
		leave_channel(model, tasklet);
	if (!is_linked(model, tasklet))
		list_append(&model->chain, tasklet);
}

/* Its pending call will return the error. */
static void give_error(struct model *model, int tasklet, int error, bool failed)
{
	model->actors[tasklet].error = error;
	model->actors[tasklet].failed = failed;
}

/* `next` is in the chain. */
static int go_on_with(struct model *model, int prev, int next)
{
	if (prev == next)
		return 0;
	log_switch(model->log, prev, next);
	list_turn_to(&model->chain, next);
	return STOPPED;
}

/* Whether the last runnable tasklet may leave the chain for a channel (or to pause). */
static bool is_deadlock(const struct model *model, int tasklet, bool for_channel)
{
	int heir = watchdog(model);

	if (model->chain.count > 1)
		return false;
	return heir == tasklet ? for_channel : model->actors[heir].blocked != 0;
}

/* The current tasklet has left the chain. */
static int leave(struct model *model, int tasklet, int error)
{
	if (model->chain.count == 0) {
		int heir = watchdog(model);

		if (error)
			give_error(model, heir, error, true);
		model->actors[heir].revived = true;
		list_append(&model->chain, heir);
	}
	return go_on_with(model, tasklet, model->chain.items[0]);
}

/* ------------------------------------------------------------------------ tasklet operations */

static int yield(struct model *model, int me)
{
	int next = model->chain.items[model->chain.count > 1];

	return model->trap && next != me ? -EPERM : go_on_with(model, me, next);
}

static int pause_now(struct model *model, int me)
{
	if (is_deadlock(model, me, false))
		return -EDEADLK;
	if (model->trap && (model->chain.count > 1 || watchdog(model) != me))
		return -EPERM;
	list_remove(&model->chain, me);
	return leave(model, me, 0);
}

static int run_or_switch(struct model *model, int me, int target, bool pauses)
{
	const struct actor *actor = &model->actors[target];

	if (target == me)
		return 0;
	if (actor->blocked || !actor->alive)
		return -EINVAL;
	if (model->trap)
		return -EPERM;
	make_ready(model, target);
	if (pauses)
		list_remove(&model->chain, me);
	return go_on_with(model, me, target);
}

static int insert(struct model *model, int target)
{
	const struct actor *actor = &model->actors[target];

	if (actor->blocked || !actor->alive)
		return -EINVAL;
	make_ready(model, target);
	return 0;
}

static int take_away(struct model *model, int me, int target)
{
	if (model->actors[target].blocked || target == me)
		return -EINVAL;
	if (is_linked(model, target))
		list_remove(&model->chain, target);
	return 0;
}

static int throw_error(struct model *model, int me, int target, int error, bool pending)
{
	struct actor *actor = &model->actors[target];

	if (target == me)
		return error;
	if (!actor->alive)
		return error == -ECANCELED ? 0 : -ESRCH;
	if (model->trap && !pending)
		return -EPERM;
	give_error(model, target, error, false);
	make_ready(model, target);
	return pending ? 0 : go_on_with(model, me, target);
}

/* Only one that has ended is given its script anew; what it has been told to do it still does. */
static int setup(struct model *model, int target)
{
	struct actor *actor = &model->actors[target];

	if (actor->alive)
		return -EBUSY;
	actor->alive = true;
	actor->next = actor->error = 0;
	list_append(&model->chain, target);
	return 0;
}

/* ------------------------------------------------------------------------ channel operations */

static int wait_in(struct model *model, int me, const struct operation *operation, int direction,
		   int error)
{
	struct actor *actor = &model->actors[me];
	struct meeting_place *channel = &model->channels[operation->object];

	if (actor->block_trap)
		return -EWOULDBLOCK;
	if (channel->closing)
		return -EPIPE;
	if (is_deadlock(model, me, true))
		return -EDEADLK;
	if (model->trap)
		return -EPERM;
	list_remove(&model->chain, me);
	list_append(&channel->queue, me);
	channel->balance += direction;
	actor->blocked = direction;
	actor->channel = operation->object;
	actor->value = operation->argument;
	actor->error = error;
	return leave(model, me, error);
}

static int meet(struct model *model, int me, const struct operation *operation, int direction,
		int error)
{
	struct meeting_place *channel = &model->channels[operation->object];
	struct actor *actor = &model->actors[me];
	int partner = channel->queue.items[0];
	struct actor *other = &model->actors[partner];
	bool switches = channel->schedule_all || channel->preference == -direction;

	if (switches && model->trap)
		return -EPERM;
	leave_channel(model, partner);
	if (direction > 0) {
		other->value = operation->argument;
		other->error = error;
	} else {
		actor->value = other->value;
		actor->error = other->error;
		other->error = 0;
	}
	if (switches && !channel->schedule_all)
		list_insert(&model->chain, 1, partner);
	else
		list_append(&model->chain, partner);
	if (switches)
		return go_on_with(model, me, model->chain.items[1]);
	error = actor->error;
	actor->error = 0;
	return error;
}

static int act(struct model *model, int me, const struct operation *operation, int direction,
	       int error)
{
	int waiting = -direction * model->channels[operation->object].balance;

	log_add(model->log, "%c%c%d%s ", tasklet_letter(me), direction > 0 ? '!' : '?',
		operation->object, waiting > 0 ? "" : "..");
	if (waiting > 0)
		return meet(model, me, operation, direction, error);
	return wait_in(model, me, operation, direction, error);
}

/* -------------------------------------------------------------------------------- the scheduler */

static int run_scheduler(struct model *model, int me)
{
	if (model->trap && model->chain.count > 1)
		return -EPERM;
	model->actors[me].revived = false;
	list_append(&model->callers, me);
	list_remove(&model->chain, me);
	return leave(model, me, 0);
}

/* The caller goes on: the inner ones have to, too. */
static void end_scheduler(struct model *model, int me)
{
	while (list_find(&model->callers, me) >= 0) {
		int popped = model->callers.items[--model->callers.count];

		if (!is_linked(model, popped))
			list_append(&model->chain, popped);
	}
}

static void end(struct model *model, int me, int error)
{
	struct actor *actor = &model->actors[me];
	int heir = watchdog(model);

	if (actor->started)
		log_add(model->log, "%c.cleanup ", tasklet_letter(me));
	actor->alive = actor->started = false;
	list_remove(&model->chain, me);
	if (error == -ECANCELED)
		error = 0;
	if (error)
		give_error(model, heir, error, true);
	else if (model->chain.count)
		heir = model->chain.items[0];
	else if (model->actors[heir].blocked)
		give_error(model, heir, -EDEADLK, false);
	else
		model->actors[heir].revived = true;
	make_ready(model, heir);
	go_on_with(model, me, heir);
}

/* ------------------------------------------------------------------------------- the operations */

/* Those that never switch. */
static int set(struct model *model, int me, const struct operation *operation)
{
	struct meeting_place *channel = &model->channels[operation->object];

	switch (operation->kind) {
	case OP_insert:
		return insert(model, operation->object);
	case OP_remove:
		return take_away(model, me, operation->object);
	case OP_setup:
		return setup(model, operation->object);
	case OP_close:
	case OP_open:
		channel->closing = operation->kind == OP_close;
		return 0;
	case OP_prefer:
		channel->preference = operation->argument;
		return 0;
	case OP_schedule_all:
		channel->schedule_all = operation->argument;
		return 0;
	case OP_survive:
		model->actors[me].survives = operation->argument;
		return 0;
	case OP_block_trap:
		model->actors[me].block_trap = operation->argument;
		return 0;
	default:
		model->trap += operation->argument;
		return 0;
	}
}

static int perform(struct model *model, int me, const struct operation *operation)
{
	const struct meeting_place *channel = &model->channels[operation->object];

	switch (operation->kind) {
	case OP_yield:
		return yield(model, me);
	case OP_pause:
		return pause_now(model, me);
	case OP_run:
	case OP_switch:
		return run_or_switch(model, me, operation->object, operation->kind == OP_switch);
	case OP_throw:
	case OP_throw_pending:
		return throw_error(model, me, operation->object, operation->argument,
				   operation->kind == OP_throw_pending);
	case OP_kill:
	case OP_kill_pending:
		return throw_error(model, me, operation->object, -ECANCELED,
				   operation->kind == OP_kill_pending);
	case OP_send:
		return act(model, me, operation, +1, 0);
	case OP_send_error:
		return act(model, me, operation, +1, operation->argument);
	case OP_receive:
		return act(model, me, operation, -1, 0);
	case OP_iterate:
		if (channel->closing && channel->balance <= 0)
			return -ENODATA;
		return act(model, me, operation, -1, 0);
	case OP_scheduler:
		return run_scheduler(model, me);
	default:
		return set(model, me, operation);
	}
}

/* What the call of the operation returns to the program. */
static int returned(const struct model *model, int me, const struct operation *operation,
		    int result)
{
	if (operation->kind == OP_iterate && result == -ENODATA)
		return 0;
	if ((operation->kind == OP_receive || operation->kind == OP_iterate) && !result)
		return model->actors[me].value;
	return result;
}

static int reason_of(const struct actor *actor, int error)
{
	if (error)
		return actor->failed ? RUN_ERROR : RUN_WOKEN;
	return actor->revived ? RUN_EMPTY : RUN_WOKEN;
}

/* An operation of the current tasklet is over: goes to the next one, or ends the tasklet. */
static void conclude(struct model *model, int me, const struct operation *operation, int result)
{
	struct actor *actor = &model->actors[me];

	actor->waiting = false;
	if (operation->kind == OP_scheduler)
		end_scheduler(model, me);
	if (result == -ECANCELED && me != MAIN && !actor->survives) {
		end(model, me, result);
		return;
	}
	if (operation->kind == OP_scheduler && result != -EPERM)
		log_reason(model->log, reason_of(actor, result));
	result = returned(model, me, operation, result);
	log_operation(model->log, me, operation, result);
	if (operation->strict && result < 0 && me != MAIN)
		end(model, me, result);
}

static int take_error(struct actor *actor)
{
	int error = actor->error;

	actor->error = 0;
	return error;
}

/* Lets the current tasklet do one thing. */
static void step(struct model *model)
{
	int me = model->chain.items[0];
	struct actor *actor = &model->actors[me];
	const struct script *script = &model->program->scripts[me];
	const struct operation *operation;

	if (!actor->started && actor->error) {
		end(model, me, take_error(actor));
	} else if (actor->waiting) {
		conclude(model, me, &script->operations[actor->next - 1], take_error(actor));
	} else if (actor->next == script->length) {
		end(model, me, 0);
	} else {
		int result;

		actor->started = true;
		operation = &script->operations[actor->next++];
		result = perform(model, me, operation);
		actor->waiting = result == STOPPED;
		if (result != STOPPED)
			conclude(model, me, operation, result);
	}
}

static void create_all(struct model *model)
{
	list_append(&model->chain, MAIN);
	model->actors[MAIN].alive = model->actors[MAIN].started = true;
	for (int i = 1; i < model->program->tasklets; i++) {
		model->actors[i].alive = true;
		if (!model->program->scripts[i].paused)
			list_append(&model->chain, i);
	}
	for (int i = 0; i < CHANNELS; i++)
		model->channels[i].preference = -1;
}

static bool is_over(const struct model *model)
{
	const struct actor *actor = &model->actors[MAIN];

	return model->chain.items[0] == MAIN && !actor->waiting &&
	       actor->next == model->program->scripts[MAIN].length;
}

void model_run(const struct program *program, struct log *log)
{
	struct model model = {.program = program, .log = log};

	create_all(&model);
	while (!is_over(&model))
		step(&model);
	log_add(log, "count=%d", model.chain.count);
	for (int i = 0; i < CHANNELS; i++)
		log_add(log, " balance=%d", model.channels[i].balance);
}
