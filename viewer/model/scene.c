/* SPDX-License-Identifier: MIT */
/*
 * scene.c - what all figures need to know of an event and the state after it.
 */
#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "glyph.h"

#define SCENE_STARVING_NS UINT64_C(50000000)

/* The n-th field of that type which is not 0. */
static uint32_t scene_field(const struct scene *scene, enum event_type type)
{
	const struct event_description *description;

	if (!scene->event)
		return 0;
	description = event_describe(scene->event->kind);
	for (int i = 0; description && i < description->fields; i++) {
		const struct event_field *field = &description->field[i];
		int64_t value;

		if (field->type != type)
			continue;
		value = event_field_value(scene->event, field);
		if (value != 0)
			return (uint32_t)value;
	}
	return 0;
}

static bool scene_touches(const struct scene *scene, enum event_type type, uint32_t id)
{
	const struct event_description *description;

	if (!scene->event || id == 0)
		return false;
	description = event_describe(scene->event->kind);
	for (int i = 0; description && i < description->fields; i++) {
		const struct event_field *field = &description->field[i];

		if (field->type == type && (uint32_t)event_field_value(scene->event, field) == id)
			return true;
	}
	return false;
}

uint32_t scene_thread(const struct scene *scene)
{
	if (scene->event && scene->event->thread <= state_threads(scene->state))
		return scene->event->thread;
	return state_threads(scene->state) > 0 ? 1 : 0;
}

uint32_t scene_tasklet(const struct scene *scene)
{
	return scene_field(scene, EVENT_TYPE_tasklet);
}

uint32_t scene_channel(const struct scene *scene)
{
	return scene_field(scene, EVENT_TYPE_channel);
}

bool scene_touches_tasklet(const struct scene *scene, uint32_t id)
{
	return scene_touches(scene, EVENT_TYPE_tasklet, id);
}

bool scene_touches_channel(const struct scene *scene, uint32_t id)
{
	return scene_touches(scene, EVENT_TYPE_channel, id);
}

uint32_t scene_place(const struct scene *scene, bool *exact)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, scene_tasklet(scene));
	int index = scene->event ? event_field_index(scene->event->kind, "place") : -1;

	*exact = true;
	if (index >= 0) {
		const struct event_field *field = &event_describe(scene->event->kind)->field[index];
		uint32_t place = (uint32_t)event_field_value(scene->event, field);

		if (place)
			return place;
	}
	*exact = false;
	return tasklet->stopped_at ? tasklet->stopped_at : tasklet->function;
}

bool scene_is_running(const struct scene *scene, uint32_t tasklet)
{
	uint32_t thread = state_tasklet(scene->state, tasklet)->thread;

	return tasklet != 0 && state_thread(scene->state, thread)->running == tasklet;
}

struct scene_condition scene_condition(const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);
	const struct state_thread *thread = state_thread(scene->state, tasklet->thread);

	if (tasklet->where == STATE_CHAIN && thread->running == id)
		return (struct scene_condition){"running", ROLE_CURRENT};
	switch ((enum state_where)tasklet->where) {
	case STATE_NEW:
		return (struct scene_condition){"new", ROLE_PAUSED};
	case STATE_PAUSED:
		if (tasklet->run_depth > 0)
			return (struct scene_condition){"in run", ROLE_PAUSED};
		/* Nobody will run it unless somebody thinks of it. */
		return (struct scene_condition){"paused", ROLE_WARNING};
	case STATE_CHAIN:
		if (scene_is_starving(scene, id))
			return (struct scene_condition){"starving", ROLE_WARNING};
		return (struct scene_condition){"runnable", ROLE_RUNNABLE};
	case STATE_SENDING:
		return (struct scene_condition){"sending", ROLE_BLOCKED};
	case STATE_RECEIVING:
		return (struct scene_condition){"receiving", ROLE_BLOCKED};
	case STATE_WAITING:
		return (struct scene_condition){"waiting", ROLE_BLOCKED};
	case STATE_ENDED:
		return (struct scene_condition){"ended", ROLE_ENDED};
	case STATE_UNKNOWN:
		break;
	}
	return (struct scene_condition){"unknown", ROLE_DIM};
}

bool scene_is_starving(const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);

	return tasklet->where == STATE_CHAIN && !scene_is_running(scene, id) &&
	       state_time_ns(scene->state) > tasklet->since_ns + SCENE_STARVING_NS;
}

/* What snprintf would have written is more than what is there. */
static size_t scene_length(int written, size_t size)
{
	if (written < 0 || size == 0)
		return 0;
	return (size_t)written < size ? (size_t)written : size - 1;
}

/* The same, of a text that may have been cut within a character: takes away the rest of it. */
static size_t scene_name_length(char *out, int written, size_t size)
{
	size_t length = scene_length(written, size);

	if (written < 0 || (size_t)written == length)
		return length;
	while (length > 0 && (out[length - 1] & 0xc0) == 0x80)
		length--;
	if (length > 0 && (out[length - 1] & 0xc0) == 0xc0)
		length--;
	if (size > 0)
		out[length] = '\0';
	return length;
}

static size_t scene_label(char *out, size_t size, char letter, uint32_t id, const char *name)
{
	if (id == 0)
		return scene_length(snprintf(out, size, "nobody"), size);
	return scene_name_length(
		out, snprintf(out, size, "%c%" PRIu32 "%s%s", letter, id, *name ? " " : "", name),
		size);
}

size_t scene_tasklet_label(char *out, size_t size, const struct scene *scene, uint32_t id)
{
	uint32_t name = state_tasklet(scene->state, id)->name;

	return scene_label(out, size, 'T', id, dictionary_string(scene->dictionary, name));
}

size_t scene_channel_label(char *out, size_t size, const struct scene *scene, uint32_t id)
{
	uint32_t name = state_channel(scene->state, id)->name;

	return scene_label(out, size, 'C', id, dictionary_string(scene->dictionary, name));
}

size_t scene_place_label(char *out, size_t size, const struct scene *scene, uint32_t id)
{
	const struct dictionary_place *place = dictionary_place(scene->dictionary, id);
	const char *slash = strrchr(place->file, '/');
	const char *file = slash ? slash + 1 : place->file;

	if (*file && place->line)
		return scene_name_length(out, snprintf(out, size, "%s:%" PRIu32, file, place->line),
					 size);
	if (*place->function)
		return scene_name_length(out, snprintf(out, size, "%s", place->function), size);
	if (place->address)
		return scene_length(snprintf(out, size, "0x%" PRIx64, place->address), size);
	return scene_length(snprintf(out, size, "%s", ""), size);
}

size_t scene_place_tail(char *out, size_t size, const struct scene *scene, uint32_t place,
			int columns)
{
	char label[256];
	const char *end = label;

	scene_place_label(label, sizeof(label), scene, place);
	if (text_width(label) <= columns)
		return scene_length(snprintf(out, size, "%s", label), size);
	while (text_width(end) > columns - 1)
		text_next(&end);
	return scene_length(snprintf(out, size, "…%s", end), size);
}

size_t scene_bytes_label(char *out, size_t size, uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	double value = (double)bytes / 1024;
	int unit = 0;

	if (bytes < 1000)
		return scene_length(snprintf(out, size, "%" PRIu64 " B", bytes), size);
	if (bytes < 10000)
		return scene_length(snprintf(out, size, "%" PRIu64 ",%03" PRIu64 " B", bytes / 1000,
					     bytes % 1000),
				    size);
	while (value >= 1000 && units[unit + 1] != '\0') {
		value /= 1024;
		unit++;
	}
	return scene_length(snprintf(out, size, value < 100 ? "%.1f %ciB" : "%.0f %ciB", value,
				     units[unit]),
			    size);
}
