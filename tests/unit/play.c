/* SPDX-License-Identifier: MIT */
/*
 * play.c - the script of the play.
 */
#include "play.h"

#include <string.h>

enum play_name { NAME_MAIN = 1, NAME_PRODUCER, NAME_CONSUMER, NAME_LOGGER, NAME_JOBS, NAME_DONE };

enum play_spot {
	SPOT_PRODUCER = 1,
	SPOT_CONSUMER,
	SPOT_LOGGER,
	SPOT_SEND,
	SPOT_RECEIVE,
	SPOT_LOG,
	SPOT_MARK,
	SPOT_SIGNAL,
	SPOT_CREATE,
	SPOT_RUN
};

static const char *const play_strings[] = {
	[NAME_MAIN] = "main",     [NAME_PRODUCER] = "producer", [NAME_CONSUMER] = "consumer",
	[NAME_LOGGER] = "logger", [NAME_JOBS] = "jobs",         [NAME_DONE] = "done",
};

static const struct dictionary_place play_places[] = {
	[SPOT_PRODUCER] = {"producer", PLAY_FILE, 9, 0x401200},
	[SPOT_CONSUMER] = {"consumer", PLAY_FILE, 23, 0x401280},
	[SPOT_LOGGER] = {"logger", PLAY_FILE, 34, 0x401300},
	[SPOT_SEND] = {"producer", PLAY_FILE, 14, 0},
	[SPOT_RECEIVE] = {"consumer", PLAY_FILE, 27, 0},
	[SPOT_LOG] = {"logger", PLAY_FILE, 36, 0},
	[SPOT_MARK] = {"producer", PLAY_FILE, 13, 0},
	[SPOT_SIGNAL] = {"producer", PLAY_FILE, 16, 0},
	[SPOT_CREATE] = {"main", PLAY_FILE, 45, 0},
	[SPOT_RUN] = {"main", PLAY_FILE, 48, 0},
};

enum {
	PLAY_STRINGS = sizeof(play_strings) / sizeof(play_strings[0]),
	PLAY_PLACES = sizeof(play_places) / sizeof(play_places[0]),
	PLAY_EVENTS = 64
};

static struct {
	struct event event[PLAY_EVENTS];
	size_t count;
} play;

static void add(struct event_slot slot)
{
	struct event *event = &play.event[play.count++];

	*event = (struct event){
		.seq = play.count,
		.time_ns = 1000 + play.count * 700,
		.thread = 1,
		.kind = slot.kind,
		.small = slot.small,
	};
	memcpy(event->word, slot.word, sizeof(event->word));
}

static void tasklet(uint32_t id, uint32_t name, uint32_t function)
{
	add(event_pack_tasklet_create((struct event_tasklet_create){
		.tasklet = id,
		.creator = PLAY_MAIN,
		.name = name,
		.function = function,
		.place = SPOT_CREATE,
	}));
	add(event_pack_tasklet_insert((struct event_tasklet_insert){
		.tasklet = id,
		.actor = PLAY_MAIN,
		.cause = EVENT_INSERT_CREATED,
		.place = SPOT_CREATE,
	}));
}

static void channel(uint32_t id, uint32_t name, uint32_t size)
{
	add(event_pack_channel_create((struct event_channel_create){
		.channel = id,
		.creator = PLAY_MAIN,
		.name = name,
		.size = size,
		.place = SPOT_CREATE,
	}));
}

static void leave(uint32_t prev, uint32_t next, enum event_switch_cause cause, uint32_t in,
		  uint32_t place)
{
	add(event_pack_tasklet_switch((struct event_tasklet_switch){
		.prev = prev,
		.next = next,
		.cause = cause,
		.mode = EVENT_MODE_HARD_HARD,
		.channel = in,
		.place = place,
	}));
}

static void save(uint32_t id, uint32_t bytes, uint32_t kept)
{
	add(event_pack_slice_save((struct event_slice_save){
		.tasklet = id,
		.bytes = bytes,
		.kept = kept,
		.address = PLAY_BASE - bytes - kept,
	}));
}

static void restore(uint32_t id, uint32_t bytes, uint32_t kept)
{
	add(event_pack_slice_restore((struct event_slice_restore){
		.tasklet = id,
		.bytes = bytes,
		.kept = kept,
		.address = PLAY_BASE - bytes - kept,
	}));
}

static void start(uint32_t id, uint32_t function)
{
	add(event_pack_tasklet_start((struct event_tasklet_start){
		.tasklet = id,
		.function = function,
		.base = PLAY_BASE,
	}));
}

static void wait(uint32_t id, uint32_t in, int direction, uint32_t place)
{
	add(event_pack_channel_block((struct event_channel_block){
		.tasklet = id,
		.balance = (uint32_t)direction,
		.channel = in,
		.direction = direction,
		.place = place,
	}));
}

static void hand(uint32_t receiver, uint32_t in, enum event_transfer_wake wake, uint32_t place)
{
	add(event_pack_channel_transfer((struct event_channel_transfer){
		.sender = PLAY_PRODUCER,
		.receiver = receiver,
		.channel = in,
		.wake = wake,
		.place = place,
	}));
}

static void end(uint32_t id)
{
	add(event_pack_tasklet_end((struct event_tasklet_end){
		.tasklet = id,
		.cause = EVENT_END_RETURNED,
	}));
}

static void say(const char *text)
{
	struct event_slot piece = {.kind = EVENT_trace_text, .small = (uint16_t)strlen(text)};

	add(event_pack_trace_mark((struct event_trace_mark){
		.tasklet = PLAY_PRODUCER,
		.length = (uint32_t)strlen(text),
		.place = SPOT_MARK,
	}));
	memcpy(piece.word, text, strlen(text));
	add(piece);
}

/* Everything is set up, and main lets the others run. */
static void first_act(void)
{
	add(event_pack_thread_start((struct event_thread_start){
		.main = PLAY_MAIN,
		.os_thread = 4711,
		.name = NAME_MAIN,
	}));
	channel(PLAY_JOBS, NAME_JOBS, 8);
	channel(PLAY_DONE, NAME_DONE, 0);
	tasklet(PLAY_PRODUCER, NAME_PRODUCER, SPOT_PRODUCER);
	tasklet(PLAY_CONSUMER, NAME_CONSUMER, SPOT_CONSUMER);
	tasklet(PLAY_LOGGER, NAME_LOGGER, SPOT_LOGGER);
	add(event_pack_scheduler_enter((struct event_scheduler_enter){
		.tasklet = PLAY_MAIN,
		.depth = 1,
		.place = SPOT_RUN,
	}));
	leave(PLAY_MAIN, PLAY_PRODUCER, EVENT_SWITCH_SCHEDULER, 0, SPOT_RUN);
	save(PLAY_MAIN, 208, 0);
	start(PLAY_PRODUCER, SPOT_PRODUCER);
}

/* The first job: the producer is there before the consumer. */
static void second_act(void)
{
	wait(PLAY_PRODUCER, PLAY_JOBS, 1, SPOT_SEND);
	leave(PLAY_PRODUCER, PLAY_CONSUMER, EVENT_SWITCH_BLOCK, PLAY_JOBS, SPOT_SEND);
	save(PLAY_PRODUCER, 480, 0);
	start(PLAY_CONSUMER, SPOT_CONSUMER);
	hand(PLAY_CONSUMER, PLAY_JOBS, EVENT_WAKE_END_BY_RECEIVER, SPOT_RECEIVE);
	wait(PLAY_CONSUMER, PLAY_JOBS, -1, SPOT_RECEIVE);
	leave(PLAY_CONSUMER, PLAY_LOGGER, EVENT_SWITCH_BLOCK, PLAY_JOBS, SPOT_RECEIVE);
	save(PLAY_CONSUMER, 352, 0);
	start(PLAY_LOGGER, SPOT_LOGGER);
	wait(PLAY_LOGGER, PLAY_DONE, -1, SPOT_LOG);
	leave(PLAY_LOGGER, PLAY_PRODUCER, EVENT_SWITCH_BLOCK, PLAY_DONE, SPOT_LOG);
	save(PLAY_LOGGER, 1248, 0);
	restore(PLAY_PRODUCER, 480, 0);
}

/* The second job goes at once to the consumer, who waits for it. */
static void third_act(void)
{
	say("made job 2");
	hand(PLAY_CONSUMER, PLAY_JOBS, EVENT_WAKE_AFTER_BY_SENDER, SPOT_SEND);
	leave(PLAY_PRODUCER, PLAY_CONSUMER, EVENT_SWITCH_PREFERENCE, PLAY_JOBS, SPOT_SEND);
	save(PLAY_PRODUCER, 480, 0);
	restore(PLAY_CONSUMER, 352, 0);
	wait(PLAY_CONSUMER, PLAY_JOBS, -1, SPOT_RECEIVE);
	leave(PLAY_CONSUMER, PLAY_PRODUCER, EVENT_SWITCH_BLOCK, PLAY_JOBS, SPOT_RECEIVE);
	save(PLAY_CONSUMER, 352, 0);
	restore(PLAY_PRODUCER, 480, 0);
}

/* Producer and logger end; nobody ever sends to the consumer again. */
static void last_act(void)
{
	hand(PLAY_LOGGER, PLAY_DONE, EVENT_WAKE_AFTER_BY_SENDER, SPOT_SIGNAL);
	leave(PLAY_PRODUCER, PLAY_LOGGER, EVENT_SWITCH_PREFERENCE, PLAY_DONE, SPOT_SIGNAL);
	save(PLAY_PRODUCER, 464, 0);
	restore(PLAY_LOGGER, 1248, 0);
	end(PLAY_LOGGER);
	leave(PLAY_LOGGER, PLAY_PRODUCER, EVENT_SWITCH_END, 0, 0);
	restore(PLAY_PRODUCER, 464, 0);
	end(PLAY_PRODUCER);
	add(event_pack_tasklet_insert((struct event_tasklet_insert){
		.tasklet = PLAY_MAIN,
		.cause = EVENT_INSERT_REVIVED,
	}));
	leave(PLAY_PRODUCER, PLAY_MAIN, EVENT_SWITCH_END, 0, 0);
	restore(PLAY_MAIN, 208, 0);
	add(event_pack_scheduler_leave((struct event_scheduler_leave){
		.tasklet = PLAY_MAIN,
		.reason = EVENT_REASON_EMPTY,
	}));
	add(event_pack_thread_end((struct event_thread_end){.main = PLAY_MAIN, .left = 1}));
}

const struct event *play_events(size_t *count)
{
	if (play.count == 0) {
		first_act();
		second_act();
		third_act();
		last_act();
	}
	*count = play.count;
	return play.event;
}

const char *play_string(uint32_t number)
{
	return number < PLAY_STRINGS ? play_strings[number] : NULL;
}

const struct dictionary_place *play_place(uint32_t number)
{
	return number > 0 && number < PLAY_PLACES ? &play_places[number] : NULL;
}

struct dictionary *play_dictionary(void)
{
	struct dictionary *dictionary = dictionary_create();

	if (!dictionary)
		return NULL;
	for (uint32_t i = 1; play_string(i); i++)
		dictionary_set_string(dictionary, i, play_string(i), strlen(play_string(i)));
	for (uint32_t i = 1; play_place(i); i++)
		dictionary_set_place(dictionary, i, play_place(i));
	return dictionary;
}

uint64_t play_find(enum event_kind kind, int n)
{
	size_t count;
	const struct event *events = play_events(&count);

	for (size_t i = 0; i < count; i++)
		if (events[i].kind == kind && --n == 0)
			return events[i].seq;
	return 0;
}
