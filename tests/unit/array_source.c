/* SPDX-License-Identifier: MIT */
/*
 * array_source.c - an event_source over an array in memory.
 */
#include "array_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static struct array_source *array_of(struct event_source *source)
{
	return (struct array_source *)source;
}

static void array_close(struct event_source *source)
{
	(void)source;
}

static void array_info(struct event_source *source, struct event_source_info *out)
{
	const struct array_source *array = array_of(source);

	*out = (struct event_source_info){.events = array->count, .title = "array", .program = ""};
	if (array->count)
		out->duration_ns = array->events[array->count - 1].time_ns;
}

static long array_read(struct event_source *source, uint64_t first, struct event *out, size_t max,
		       uint64_t *skip_to)
{
	struct array_source *array = array_of(source);
	uint64_t end = array->count + 1;

	array->reads++;
	if (array->fail)
		return array->fail;
	if (first == 0 || first >= end)
		return 0;
	for (int i = 0; i < ARRAY_HOLES; i++) {
		uint64_t hole = array->hole[i].first, last = array->hole[i].last;

		if (!hole)
			continue;
		if (first >= hole && first <= last) {
			*skip_to = last < array->count ? last + 1 : 0;
			return -EBADMSG;
		}
		if (hole > first && hole < end)
			end = hole;
	}
	if (max > end - first)
		max = end - first;
	if (array->read_max && max > array->read_max)
		max = array->read_max;
	memcpy(out, array->events + first - 1, max * sizeof(*out));
	return (long)max;
}

static int array_keyframe(struct event_source *source, uint64_t seq, uint64_t *keyframe_seq,
			  void **image, size_t *bytes)
{
	struct array_source *array = array_of(source);
	struct state *state;
	int result;

	array->keyframes++;
	if (seq > array->count)
		seq = array->count;
	if (!array->keyframe_every || seq < array->keyframe_every)
		return 0;
	*keyframe_seq = seq - seq % array->keyframe_every;
	state = state_create();
	for (uint64_t i = 0; i < *keyframe_seq; i++)
		state_apply(state, &array->events[i]);
	result = state_save(state, image, bytes);
	state_destroy(state);
	if (result == 0 && *keyframe_seq == array->bad_keyframe)
		(*bytes)--;
	return result < 0 ? result : 1;
}

static int array_seek_time(struct event_source *source, uint64_t time_ns, uint64_t *seq)
{
	const struct array_source *array = array_of(source);

	*seq = 0;
	while (*seq < array->count && array->events[*seq].time_ns <= time_ns)
		++*seq;
	return 0;
}

static long array_summaries(struct event_source *source, uint64_t first,
			    struct event_source_summary *out, size_t max)
{
	(void)source;
	(void)first;
	(void)out;
	(void)max;
	return 0;
}

static bool may_match(const struct event_source_query *query, const struct event *event)
{
	const struct event_description *description = event_describe(event->kind);
	bool tasklet = !query->tasklet, channel = !query->channel;

	for (int i = 0; i < description->fields; i++) {
		const struct event_field *field = &description->field[i];
		int64_t value = event_field_value(event, field);

		tasklet |= field->type == EVENT_TYPE_tasklet && value == query->tasklet;
		channel |= field->type == EVENT_TYPE_channel && value == query->channel;
	}
	return tasklet && channel && (!query->kind || query->kind == event->kind) &&
	       (!query->thread || query->thread == event->thread);
}

/* As coarse as chunks are: a stretch in which one event matches is a stretch to be read. */
static int array_narrow(struct event_source *source, const struct event_source_query *query,
			int direction, uint64_t *seq, uint64_t *until)
{
	struct array_source *array = array_of(source);
	uint64_t at = *seq;

	if (array->fail)
		return array->fail;
	if (!array->stretch) {
		*until = direction > 0 ? UINT64_MAX : 0;
		return 1;
	}
	for (; at >= 1 && at <= array->count; at += (uint64_t)(int64_t)direction) {
		uint64_t first = at - (at - 1) % array->stretch, last = first + array->stretch - 1;

		for (uint64_t n = first; n <= last && n <= array->count; n++) {
			if (!may_match(query, &array->events[n - 1]))
				continue;
			*seq = at;
			*until = direction > 0 ? last : first;
			return 1;
		}
		at = direction > 0 ? last : first;
	}
	return 0;
}

static const struct event_source_ops array_ops = {
	.close = array_close,
	.info = array_info,
	.read = array_read,
	.keyframe = array_keyframe,
	.seek_time = array_seek_time,
	.summaries = array_summaries,
	.narrow = array_narrow,
};

void array_source_init(struct array_source *array, const struct event *events, uint64_t count,
		       const struct dictionary *dictionary)
{
	memset(array, 0, sizeof(*array));
	array->source.ops = &array_ops;
	array->source.dictionary = dictionary;
	array->events = events;
	array->count = count;
}
