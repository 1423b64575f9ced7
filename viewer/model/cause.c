/* SPDX-License-Identifier: MIT */
/*
 * cause.c - why something happened.
 */
#include "cause.h"

#include "event_match.h"

/* The last event before `event` that passes a test about a tasklet. */
static int cause_before(struct event_cache *cache, const struct event *event, uint16_t kind,
			uint32_t tasklet, bool (*test)(const struct event *event, void *context),
			uint64_t *seq)
{
	struct event_match match = {
		.query = {.kind = kind, .tasklet = tasklet}, .test = test, .context = &tasklet};
	const struct event *found;
	int result = event_match_find(cache, &match, event->seq - 1, -1, &found);

	if (result > 0)
		*seq = found->seq;
	return result;
}

static uint32_t of_context(const void *context)
{
	return *(const uint32_t *)context;
}

static bool is_thrown_into(const struct event *event, void *context)
{
	if (event->kind == EVENT_tasklet_throw)
		return event_unpack_tasklet_throw(event).target == of_context(context);
	return event->kind == EVENT_tasklet_end &&
	       event_unpack_tasklet_end(event).heir == of_context(context);
}

static bool is_its_creation(const struct event *event, void *context)
{
	if (event->kind == EVENT_tasklet_bind)
		return event_unpack_tasklet_bind(event).tasklet == of_context(context);
	return event->kind == EVENT_tasklet_create &&
	       event_unpack_tasklet_create(event).tasklet == of_context(context);
}

static bool is_its_end(const struct event *event, void *context)
{
	return event_unpack_tasklet_end(event).tasklet == of_context(context);
}

/* It came into the chain, or gave up its turn but stayed there. */
static bool is_made_runnable(const struct event *event, void *context)
{
	uint32_t tasklet = of_context(context);

	switch (event->kind) {
	case EVENT_tasklet_insert:
		return event_unpack_tasklet_insert(event).tasklet == tasklet;
	case EVENT_channel_transfer:
		return (event_unpack_channel_transfer(event).wake & 1
				? event_unpack_channel_transfer(event).receiver
				: event_unpack_channel_transfer(event).sender) == tasklet;
	case EVENT_tasklet_switch:
		return event_unpack_tasklet_switch(event).prev == tasklet;
	default:
		return false;
	}
}

static bool is_run(const struct event *event, void *context)
{
	(void)context;
	return event->kind == EVENT_tasklet_switch || event->kind == EVENT_thread_start;
}

/* Whoever did it ran: the switch that let it. */
static int cause_running(struct event_cache *cache, const struct event *event, uint64_t *seq)
{
	struct event_match match = {.query.thread = event->thread, .test = is_run};
	const struct event *found;
	int result = event_match_find(cache, &match, event->seq - 1, -1, &found);

	if (result > 0)
		*seq = found->seq;
	return result;
}

static int cause_of_switch(struct event_cache *cache, const struct event *event, uint64_t *seq)
{
	struct event_tasklet_switch fields = event_unpack_tasklet_switch(event);

	switch (fields.cause) {
	case EVENT_SWITCH_BLOCK:
		return cause_before(cache, event, EVENT_channel_block, fields.prev, NULL, seq);
	case EVENT_SWITCH_PREFERENCE:
	case EVENT_SWITCH_SCHEDULE_ALL:
		return cause_before(cache, event, EVENT_channel_transfer, fields.prev, NULL, seq);
	case EVENT_SWITCH_THROW:
		return cause_before(cache, event, EVENT_tasklet_throw, fields.next, is_thrown_into,
				    seq);
	case EVENT_SWITCH_END:
	case EVENT_SWITCH_ERROR:
		return cause_before(cache, event, EVENT_tasklet_end, fields.prev, is_its_end, seq);
	case EVENT_SWITCH_SCHEDULER:
		return cause_before(cache, event, EVENT_scheduler_enter, fields.prev, NULL, seq);
	case EVENT_SWITCH_PAUSE:
	case EVENT_SWITCH_SWITCH:
		return cause_before(cache, event, EVENT_tasklet_remove, fields.prev, NULL, seq);
	default:
		return cause_before(cache, event, 0, fields.next, is_made_runnable, seq);
	}
}

static int cause_of_insert(struct event_cache *cache, const struct event *event, uint64_t *seq)
{
	struct event_tasklet_insert fields = event_unpack_tasklet_insert(event);

	switch (fields.cause) {
	case EVENT_INSERT_CREATED:
		return cause_before(cache, event, 0, fields.tasklet, is_its_creation, seq);
	case EVENT_INSERT_THROWN:
	case EVENT_INSERT_ERROR:
		return cause_before(cache, event, 0, fields.tasklet, is_thrown_into, seq);
	default:
		return cause_running(cache, event, seq);
	}
}

static int cause_special(struct event_cache *cache, const struct event *event, uint64_t *seq)
{
	uint32_t tasklet;

	switch (event->kind) {
	case EVENT_tasklet_switch:
		return cause_of_switch(cache, event, seq);
	case EVENT_tasklet_insert:
		return cause_of_insert(cache, event, seq);
	case EVENT_channel_transfer:
		tasklet = event_unpack_channel_transfer(event).wake & 1
				  ? event_unpack_channel_transfer(event).receiver
				  : event_unpack_channel_transfer(event).sender;
		return cause_before(cache, event, EVENT_channel_block, tasklet, NULL, seq);
	case EVENT_channel_error:
		tasklet = event_unpack_channel_error(event).receiver;
		return cause_before(cache, event, EVENT_channel_transfer, tasklet, NULL, seq);
	case EVENT_channel_leave:
		tasklet = event_unpack_channel_leave(event).tasklet;
		return cause_before(cache, event, 0, tasklet, is_thrown_into, seq);
	case EVENT_tasklet_end:
		if (event_unpack_tasklet_end(event).cause == EVENT_END_RETURNED)
			return 0;
		tasklet = event_unpack_tasklet_end(event).tasklet;
		return cause_before(cache, event, EVENT_tasklet_throw, tasklet, is_thrown_into,
				    seq);
	case EVENT_trace_text:
		return cause_before(cache, event, EVENT_trace_mark, 0, NULL, seq);
	case EVENT_slice_words:
		tasklet = event_unpack_slice_words(event).tasklet;
		return cause_before(cache, event, EVENT_slice_save, tasklet, NULL, seq);
	default:
		return 0;
	}
}

int cause_find(struct event_cache *cache, const struct event *event, uint64_t *seq)
{
	struct event here = *event; /* it may lie in the cache */
	int result = cause_special(cache, &here, seq);

	if (result != 0 || here.kind == EVENT_thread_start)
		return result;
	return cause_running(cache, &here, seq);
}
