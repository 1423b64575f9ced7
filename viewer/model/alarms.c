/* SPDX-License-Identifier: MIT */
/*
 * alarms.c - noticing, remembering, telling.
 */
#include "alarms.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "activity_table.h"

static const uint64_t greedy_ns = 100000000, limbo_ns = 2000000000;

/* What is known already: the same trouble of the same tasklet. */
static struct alarm *alarms_find(struct alarms *alarms, enum alarm_kind kind, uint32_t tasklet)
{
	for (int i = alarms->count - 1; i >= 0; i--)
		if (alarms->alarm[i].kind == kind && alarms->alarm[i].tasklet == tasklet)
			return &alarms->alarm[i];
	return NULL;
}

/* Has come up: a new one, or an old one again, which then is the newest. */
static struct alarm *alarms_raise(struct alarms *alarms, enum alarm_kind kind, uint32_t tasklet)
{
	struct alarm *old = alarms_find(alarms, kind, tasklet), raised = {.kind = kind};
	int place;

	if (old)
		raised = *old;
	else if (alarms->count == ALARMS)
		old = &alarms->alarm[0];
	else
		old = &alarms->alarm[alarms->count++];
	place = (int)(old - alarms->alarm);
	memmove(old, old + 1, (size_t)(alarms->count - 1 - place) * sizeof(*old));
	raised.tasklet = tasklet;
	raised.times++;
	alarms->seen++;
	alarms->alarm[alarms->count - 1] = raised;
	return &alarms->alarm[alarms->count - 1];
}

/* Something that lasts since `from_ns`: noticed now, or known and still so. */
static struct alarm *alarms_last(struct alarms *alarms, enum alarm_kind kind, uint32_t tasklet,
				 uint64_t from_ns, const struct scene *scene)
{
	struct alarm *alarm = alarms_find(alarms, kind, tasklet);

	if (!alarm || alarm->from_ns != from_ns) {
		alarm = alarms_raise(alarms, kind, tasklet);
		alarm->from_ns = from_ns;
		alarm->seq = state_seq(scene->state);
	}
	alarm->lasts = true;
	return alarm;
}

void alarms_event(struct alarms *alarms, const struct scene *scene, const struct event *event)
{
	struct event_scheduler_deadlock fields;
	struct alarm *alarm;

	if (event->kind != EVENT_scheduler_deadlock)
		return;
	fields = event_unpack_scheduler_deadlock(event);
	alarm = alarms_raise(alarms, ALARM_DEADLOCK, fields.tasklet);
	alarm->channel = fields.channel;
	alarm->from_ns = alarm->until_ns = event->time_ns;
	alarm->seq = state_seq(scene->state);
}

static void look_at_thread(struct alarms *alarms, const struct activity *activity,
			   const struct scene *scene, uint32_t id)
{
	uint32_t tasklet, chain = state_thread(scene->state, id)->count;
	uint64_t since_ns = activity_running_since(activity, id, &tasklet);
	uint64_t now_ns = activity_now_ns(activity);
	struct alarm *alarm;

	/* Alone it harms nobody. */
	if (!tasklet || chain < 2 || now_ns < since_ns + greedy_ns)
		return;
	alarm = alarms_last(alarms, ALARM_GREEDY, tasklet, since_ns, scene);
	alarm->thread = id;
	alarm->others = chain - 1;
	alarm->until_ns = now_ns;
}

static void look_at_tasklet(struct alarms *alarms, const struct activity *activity,
			    const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);
	uint64_t now_ns = activity_now_ns(activity);

	if (scene_is_starving(scene, id))
		alarms_last(alarms, ALARM_STARVING, id, tasklet->since_ns, scene)->until_ns =
			now_ns;
	else if (tasklet->where == STATE_PAUSED && !tasklet->run_depth &&
		 now_ns > tasklet->since_ns + limbo_ns)
		alarms_last(alarms, ALARM_LIMBO, id, tasklet->since_ns, scene)->until_ns = now_ns;
}

/* Whether what lasted does so yet. */
static bool alarm_lasts(const struct alarm *alarm, const struct activity *activity,
			const struct scene *scene)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, alarm->tasklet);
	uint32_t running;

	switch (alarm->kind) {
	case ALARM_GREEDY:
		return activity_running_since(activity, alarm->thread, &running) ==
			       alarm->from_ns &&
		       running == alarm->tasklet;
	case ALARM_STARVING:
		return tasklet->where == STATE_CHAIN && tasklet->since_ns == alarm->from_ns &&
		       !scene_is_running(scene, alarm->tasklet);
	case ALARM_LIMBO:
		return tasklet->where == STATE_PAUSED && tasklet->since_ns == alarm->from_ns;
	default:
		return false;
	}
}

void alarms_look(struct alarms *alarms, const struct activity *activity, const struct scene *scene,
		 uint32_t most)
{
	uint32_t alive;
	const uint32_t *list = activity_alive(activity, &alive);

	for (int i = 0; i < alarms->count; i++) {
		struct alarm *alarm = &alarms->alarm[i];

		if (!alarm->lasts)
			continue;
		alarm->lasts = alarm_lasts(alarm, activity, scene);
		if (alarm->lasts)
			alarm->until_ns = activity_now_ns(activity);
	}
	for (uint32_t id = 1; id <= activity_threads(activity); id++)
		look_at_thread(alarms, activity, scene, id);
	for (uint32_t looks = 0; looks < most && looks < alive; looks++) {
		if (alarms->next >= alive)
			alarms->next = 0;
		look_at_tasklet(alarms, activity, scene, list[alarms->next++]);
	}
}

/* ---------------------------------------------------------------------------------- sentences */

size_t alarm_sentence(char *out, size_t size, const struct alarm *alarm, const struct scene *scene)
{
	char who[128], where[160], how_long[16], others[16];
	const char *has = alarm->lasts ? "has" : "had";
	int length = 0;

	scene_tasklet_label(who, sizeof(who), scene, alarm->tasklet);
	activity_time_label(how_long, sizeof(how_long), alarm->until_ns - alarm->from_ns);
	activity_number_label(others, sizeof(others), alarm->others);
	switch (alarm->kind) {
	case ALARM_DEADLOCK:
		scene_channel_label(where, sizeof(where), scene, alarm->channel);
		length = snprintf(out, size,
				  "deadlock: %s wanted to wait%s%s, and was the last that could "
				  "run",
				  who, alarm->channel ? " in " : "", alarm->channel ? where : "");
		break;
	case ALARM_GREEDY:
		length = snprintf(out, size,
				  "greedy: %s %s run for %s without a switch; %s could have run",
				  who, has, how_long, others);
		break;
	case ALARM_STARVING:
		length = snprintf(out, size, "starving: %s %s been ready for %s without a turn",
				  who, has, how_long);
		break;
	default:
		length = snprintf(out, size, "limbo: %s %s been in no chain and no queue for %s",
				  who, has, how_long);
		break;
	}
	if (alarm->times > 1 && length > 0 && (size_t)length < size)
		snprintf(out + length, size - (size_t)length, " (%" PRIu32 " times by now)",
			 alarm->times);
	return strlen(out);
}

void figure_alarms(struct canvas *canvas, const struct alarms *alarms, const struct scene *scene,
		   int first, int selected)
{
	if (alarms->count == 0)
		canvas_text(canvas, 0, 2, canvas->columns - 2, ROLE_DIM,
			    "nothing to worry about so far");
	for (int row = 0; row < canvas->rows && first + row < alarms->count; row++) {
		const struct alarm *alarm = &alarms->alarm[alarms->count - 1 - first - row];
		char when[16], sentence[512];

		activity_time_label(when, sizeof(when), alarm->from_ns);
		alarm_sentence(sentence, sizeof(sentence), alarm, scene);
		canvas_text_right(canvas, row, 2, 8, ROLE_DIM, when);
		canvas_put(canvas, row, 0, alarm->lasts ? '!' : ' ', ROLE_WARNING);
		canvas_text(canvas, row, 11, canvas->columns - 11,
			    alarm->lasts ? ROLE_WARNING : ROLE_PLAIN, sentence);
		if (first + row + 1 == selected) {
			canvas_paint(canvas, row, 0, canvas->columns, ROLE_SELECTED);
			canvas_put(canvas, row, 1, '>', ROLE_SELECTED);
		}
	}
}
