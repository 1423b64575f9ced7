/* SPDX-License-Identifier: MIT */
/*
 * stream.c - events as a program with many tasklets would fire them: see stream.h.
 */
#include "stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BURST_MAX = 8, NAMES = 40, PLACES = 60, STACK_TOP = 0x7ffe0000 };

struct stream_tasklet {
	uint32_t next;    /* in the chain or in the queue of a channel */
	uint32_t channel; /* the one it uses most */
	uint32_t bytes;   /* usual size of its slice */
	uint32_t saved;   /* size of the slice in the heap */
	bool started;
};

struct stream_queue {
	uint32_t first, last, count;
};

struct stream_channel {
	struct stream_queue queue;
	int32_t balance;
};

struct stream_thread {
	struct stream_queue chain; /* without the one that runs */
	uint32_t running;
	uint32_t made; /* tasklets and channels that exist */
	bool started;
};

struct stream {
	uint64_t random, seq, time_ns;
	uint32_t threads, tasklets, each; /* each: tasklets of a thread, its main included */
	struct stream_thread *thread;
	struct stream_tasklet *tasklet;
	struct stream_channel *channel;
	struct event burst[BURST_MAX];
	size_t burst_count, burst_used;
};

static uint64_t random_next(uint64_t *state)
{
	uint64_t value = *state += 0x9e3779b97f4a7c15u;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
	value = (value ^ value >> 27) * 0x94d049bb133111ebu;
	return value ^ value >> 31;
}

static uint32_t random_below(struct stream *stream, uint32_t limit)
{
	return (uint32_t)(random_next(&stream->random) >> 16) % limit;
}

struct stream *stream_create(uint32_t threads, uint32_t tasklets, uint64_t seed)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		abort();
	stream->random = seed;
	stream->threads = threads;
	stream->each = tasklets / threads + 2;
	stream->tasklets = stream->each * threads;
	stream->thread = calloc(threads + 1, sizeof(*stream->thread));
	stream->tasklet = calloc(stream->tasklets + 1, sizeof(*stream->tasklet));
	stream->channel = calloc(stream->tasklets + 1, sizeof(*stream->channel));
	if (!stream->thread || !stream->tasklet || !stream->channel)
		abort();
	return stream;
}

void stream_destroy(struct stream *stream)
{
	free(stream->thread);
	free(stream->tasklet);
	free(stream->channel);
	free(stream);
}

static void queue_append(struct stream *stream, struct stream_queue *queue, uint32_t tasklet)
{
	stream->tasklet[tasklet].next = 0;
	if (queue->count++)
		stream->tasklet[queue->last].next = tasklet;
	else
		queue->first = tasklet;
	queue->last = tasklet;
}

static uint32_t queue_take(struct stream *stream, struct stream_queue *queue)
{
	uint32_t tasklet = queue->first;

	queue->first = stream->tasklet[tasklet].next;
	queue->count--;
	return tasklet;
}

static void fire(struct stream *stream, uint32_t thread, struct event_slot slot)
{
	struct event *event = &stream->burst[stream->burst_count++];

	stream->time_ns += 15 + random_below(stream, 60) + (random_below(stream, 10) ? 0 : 400);
	event->seq = ++stream->seq;
	event->time_ns = stream->time_ns;
	event->thread = thread;
	event->kind = slot.kind;
	event->small = slot.small;
	memcpy(event->word, slot.word, sizeof(event->word));
}

static uint32_t place_of(uint32_t tasklet, uint32_t what)
{
	return 1 + (tasklet % 7 * 5 + what) % PLACES;
}

static void switch_to(struct stream *stream, uint32_t thread, uint32_t next, int cause,
		      uint32_t channel)
{
	struct stream_thread *in = &stream->thread[thread];
	struct stream_tasklet *prev = &stream->tasklet[in->running];
	uint64_t top = (uint64_t)0x7fff << 32 | (STACK_TOP - (thread << 20));

	prev->saved = random_below(stream, 5) ? prev->bytes : prev->bytes + 16;
	fire(stream, thread,
	     event_pack_tasklet_switch((struct event_tasklet_switch){
		     in->running, next, cause, EVENT_MODE_HARD_HARD, channel,
		     place_of(in->running, (uint32_t)cause)}));
	fire(stream, thread,
	     event_pack_slice_save(
		     (struct event_slice_save){in->running, prev->saved, 0, top - prev->saved}));
	if (stream->tasklet[next].started)
		fire(stream, thread,
		     event_pack_slice_restore(
			     (struct event_slice_restore){next, stream->tasklet[next].saved, 0,
							  top - stream->tasklet[next].saved}));
	else
		fire(stream, thread,
		     event_pack_tasklet_start(
			     (struct event_tasklet_start){next, place_of(next, 1), top}));
	stream->tasklet[next].started = true;
	in->running = next;
}

/* One more tasklet of the thread, with a channel of the same number. */
static void make_one(struct stream *stream, uint32_t thread)
{
	struct stream_thread *in = &stream->thread[thread];
	uint32_t main = (thread - 1) * stream->each + 1, made = main + in->made++;
	struct stream_tasklet *tasklet = &stream->tasklet[made];

	tasklet->bytes = 128 + 16 * random_below(stream, 60);
	tasklet->channel = main + in->made / 2 % stream->each;
	if (made == main) {
		in->running = main;
		in->started = tasklet->started = true;
		fire(stream, thread,
		     event_pack_thread_start((struct event_thread_start){main, 4000 + thread, 1}));
	} else {
		fire(stream, thread,
		     event_pack_tasklet_create((struct event_tasklet_create){
			     made, main, 2 + made % NAMES, place_of(made, 1), 7}));
		fire(stream, thread,
		     event_pack_tasklet_insert(
			     (struct event_tasklet_insert){.tasklet = made,
							   .actor = main,
							   .cause = EVENT_INSERT_CREATED,
							   .place = 7}));
		queue_append(stream, &in->chain, made);
	}
	fire(stream, thread,
	     event_pack_channel_create((struct event_channel_create){.channel = made,
								     .creator = main,
								     .name = 2 + made % NAMES,
								     .size = 8,
								     .place = 8}));
}

static void yield(struct stream *stream, uint32_t thread, int cause, uint32_t channel)
{
	struct stream_thread *in = &stream->thread[thread];
	uint32_t next = queue_take(stream, &in->chain);

	if (cause == EVENT_SWITCH_YIELD)
		queue_append(stream, &in->chain, in->running);
	switch_to(stream, thread, next, cause, channel);
}

static void transfer(struct stream *stream, uint32_t thread, uint32_t number, bool sends)
{
	struct stream_thread *in = &stream->thread[thread];
	struct stream_channel *channel = &stream->channel[number];
	uint32_t self = in->running, other = queue_take(stream, &channel->queue);

	channel->balance += sends ? 1 : -1;
	queue_append(stream, &in->chain, other);
	fire(stream, thread,
	     event_pack_channel_transfer((struct event_channel_transfer){
		     sends ? self : other, sends ? other : self, number,
		     sends ? EVENT_WAKE_END_BY_SENDER : EVENT_WAKE_END_BY_RECEIVER,
		     channel->balance, place_of(self, 3)}));
}

/* Nobody else is runnable: helps one out of its channel. */
static void rescue(struct stream *stream, uint32_t thread)
{
	uint32_t first = (thread - 1) * stream->each + 1;
	uint32_t number = random_below(stream, stream->each);

	while (stream->channel[first + number].balance == 0)
		number = (number + 1) % stream->each;
	transfer(stream, thread, first + number, stream->channel[first + number].balance < 0);
}

static void use_channel(struct stream *stream, uint32_t thread)
{
	struct stream_thread *in = &stream->thread[thread];
	uint32_t self = in->running, number = stream->tasklet[self].channel;
	struct stream_channel *channel;
	int32_t direction = self & 1 ? 1 : -1;

	if (random_below(stream, 8) == 0)
		number = (thread - 1) * stream->each + 1 + random_below(stream, stream->each);
	channel = &stream->channel[number];
	if (channel->balance * direction < 0) {
		transfer(stream, thread, number, direction > 0);
	} else if (in->chain.count) {
		channel->balance += direction;
		queue_append(stream, &channel->queue, self);
		fire(stream, thread,
		     event_pack_channel_block((struct event_channel_block){
			     self, channel->balance, number, direction, place_of(self, 3)}));
		yield(stream, thread, EVENT_SWITCH_BLOCK, number);
	} else {
		rescue(stream, thread);
	}
}

static void refill(struct stream *stream)
{
	uint32_t thread = 1 + random_below(stream, stream->threads);
	struct stream_thread *in = &stream->thread[thread];

	stream->burst_count = stream->burst_used = 0;
	if (!in->started || in->made < stream->each)
		make_one(stream, thread);
	else if (in->chain.count && random_below(stream, 5) == 0)
		yield(stream, thread, EVENT_SWITCH_YIELD, 0);
	else
		use_channel(stream, thread);
}

void stream_read(struct stream *stream, struct event *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		while (stream->burst_used == stream->burst_count)
			refill(stream);
		out[i] = stream->burst[stream->burst_used++];
	}
}

void stream_noise(struct event *out, size_t count, uint64_t first_seq, uint64_t seed)
{
	uint64_t time = 0;

	for (size_t i = 0; i < count; i++) {
		struct event *event = &out[i];

		time += random_next(&seed) >> (random_next(&seed) % 60 + 4);
		event->seq = first_seq + i;
		event->time_ns = time;
		event->thread = (uint32_t)random_next(&seed);
		event->kind = (uint16_t)random_next(&seed);
		event->small = (uint16_t)random_next(&seed);
		for (int word = 0; word < EVENT_WORDS; word++)
			event->word[word] = (uint32_t)random_next(&seed);
	}
}

bool stream_equal(const struct event *one, const struct event *other, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (one[i].seq != other[i].seq || one[i].time_ns != other[i].time_ns ||
		    one[i].thread != other[i].thread || one[i].kind != other[i].kind ||
		    one[i].small != other[i].small ||
		    memcmp(one[i].word, other[i].word, sizeof(one[i].word)) != 0)
			return false;
	}
	return true;
}
