/* SPDX-License-Identifier: MIT */
/*
 * crowd.c - many tasklets at a glance.
 *
 * Each tasklet that has been counted knows its group, so that it can be taken out of it again. When
 * the replay moves, those that the events in between name are counted anew by the state that there
 * is now: it does not matter in which order, or how often.
 */
#include "crowd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event_cache.h"

enum {
	CROWD_FAR = 4096,    /* events; farther away it is quicker to count anew */
	CROWD_GROUPS = 4096, /* what does not fit is in the last, which stands for all others */
	CROWD_TABLE = 8192,  /* places of the hash table */
	CROWD_CALLERS = 64,  /* of scheduler_run that can be kept in mind */
	CROWD_BINS = 512     /* of the strip */
};

struct crowd_member {
	uint16_t group; /* its index and 1, 0: not counted */
	uint8_t condition;
};

struct crowd {
	enum crowd_by by;
	uint64_t position;
	bool begun;
	struct crowd_member *member;
	uint32_t room;    /* of members, allocated */
	uint32_t counted; /* tasklets 1 to this */
	uint32_t last;    /* tasklets there are */
	struct crowd_group group[CROWD_GROUPS];
	uint32_t groups;
	uint16_t table[CROWD_TABLE]; /* group and 1 */
	uint32_t condition[CROWD_CONDITIONS];
	uint32_t caller[CROWD_CALLERS]; /* who calls scheduler_run, 0: a free place */
	bool forgetful;                 /* they were too many */
	int bin_shift;                  /* a bin is 2^shift tasklets */
	uint32_t bin[CROWD_BINS][CROWD_CONDITIONS];
};

struct crowd *crowd_create(void)
{
	return calloc(1, sizeof(struct crowd));
}

void crowd_destroy(struct crowd *crowd)
{
	if (!crowd)
		return;
	free(crowd->member);
	free(crowd);
}

static void crowd_begin(struct crowd *crowd)
{
	if (crowd->member)
		memset(crowd->member, 0, crowd->room * sizeof(*crowd->member));
	crowd->begun = true;
	crowd->counted = 0;
	crowd->groups = 0;
	crowd->group[CROWD_GROUPS - 1] = (struct crowd_group){.count = 0};
	crowd->bin_shift = 0;
	crowd->forgetful = false;
	memset(crowd->caller, 0, sizeof(crowd->caller));
	while (crowd->last >> crowd->bin_shift >= CROWD_BINS)
		crowd->bin_shift++;
	memset(crowd->table, 0, sizeof(crowd->table));
	memset(crowd->condition, 0, sizeof(crowd->condition));
	memset(crowd->bin, 0, sizeof(crowd->bin));
}

void crowd_set_by(struct crowd *crowd, enum crowd_by by)
{
	crowd->by = by;
	crowd_begin(crowd);
}

enum crowd_by crowd_by(const struct crowd *crowd)
{
	return crowd->by;
}

enum crowd_condition crowd_condition_of(const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);

	switch ((enum state_where)tasklet->where) {
	case STATE_CHAIN:
		return scene_is_running(scene, id) ? CROWD_RUNNING : CROWD_RUNNABLE;
	case STATE_SENDING:
	case STATE_RECEIVING:
	case STATE_WAITING:
		return CROWD_WAITING;
	case STATE_PAUSED:
		return tasklet->run_depth ? CROWD_CALLING : CROWD_PAUSED;
	case STATE_ENDED:
		return CROWD_ENDED;
	default:
		return CROWD_NONE;
	}
}

const char *crowd_word(enum crowd_condition condition)
{
	static const char *const words[CROWD_CONDITIONS] = {
		[CROWD_NONE] = "new",          [CROWD_RUNNING] = "running",
		[CROWD_RUNNABLE] = "runnable", [CROWD_WAITING] = "waiting",
		[CROWD_PAUSED] = "paused",     [CROWD_CALLING] = "in run",
		[CROWD_ENDED] = "ended"};

	return words[condition < CROWD_CONDITIONS ? condition : CROWD_NONE];
}

/* The group of a key, made if there is none yet. */
static uint16_t crowd_find(struct crowd *crowd, const struct crowd_group *key, uint32_t id)
{
	uint32_t hash = key->name * 0x9e3779b1u ^ key->place * 0x85ebca6bu ^
			key->condition * 0xc2b2ae35u;

	for (uint32_t at = hash % CROWD_TABLE;; at = (at + 1) % CROWD_TABLE) {
		struct crowd_group *group;

		if (!crowd->table[at]) {
			if (crowd->groups == CROWD_GROUPS - 1)
				break;
			group = &crowd->group[crowd->groups++];
			*group = *key;
			group->count = 0;
			group->first = id;
			crowd->table[at] = (uint16_t)crowd->groups;
			return (uint16_t)crowd->groups;
		}
		group = &crowd->group[crowd->table[at] - 1];
		if (group->name == key->name && group->place == key->place &&
		    group->condition == key->condition)
			return crowd->table[at];
	}
	return CROWD_GROUPS;
}

static void crowd_add(struct crowd *crowd, uint32_t id, int sign)
{
	const struct crowd_member *member = &crowd->member[id];
	uint32_t bin = id >> crowd->bin_shift;

	crowd->group[member->group - 1].count += (uint32_t)sign;
	crowd->condition[member->condition] += (uint32_t)sign;
	crowd->bin[bin][member->condition] += (uint32_t)sign;
}

/* Keeps callers of scheduler_run in mind: events do not name all of those that stop being one. */
static void crowd_note_caller(struct crowd *crowd, uint32_t id, bool calls)
{
	int place = -1;

	for (int i = 0; i < CROWD_CALLERS; i++) {
		if (crowd->caller[i] == id) {
			crowd->caller[i] = calls ? id : 0;
			return;
		}
		if (!crowd->caller[i])
			place = i;
	}
	if (calls && place >= 0)
		crowd->caller[place] = id;
	else if (calls)
		crowd->forgetful = true;
}

/* Counts a tasklet as it is now. */
static void crowd_count_one(struct crowd *crowd, const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);
	struct crowd_group key = {.condition = (uint8_t)crowd_condition_of(scene, id)};
	struct crowd_member *member = &crowd->member[id];

	if (crowd->by == CROWD_NAME)
		key.name = tasklet->name;
	else if (crowd->by == CROWD_PLACE)
		key.place = tasklet->stopped_at ? tasklet->stopped_at : tasklet->function;
	if (member->group)
		crowd_add(crowd, id, -1);
	member->group = crowd_find(crowd, &key, id);
	if (member->condition == CROWD_CALLING || key.condition == CROWD_CALLING)
		crowd_note_caller(crowd, id, key.condition == CROWD_CALLING);
	member->condition = key.condition;
	crowd_add(crowd, id, 1);
	/* Whoever stands for a group must be in it. */
	if (crowd->group[member->group - 1].count == 1)
		crowd->group[member->group - 1].first = id;
}

static int crowd_make_room(struct crowd *crowd, uint32_t last)
{
	uint32_t room = crowd->room ? crowd->room : 64;
	struct crowd_member *member;

	if (last < crowd->room)
		return 0;
	while (room <= last)
		room *= 2;
	member = realloc(crowd->member, room * sizeof(*member));
	if (!member)
		return -ENOMEM;
	memset(member + crowd->room, 0, (room - crowd->room) * sizeof(*member));
	crowd->member = member;
	crowd->room = room;
	return 0;
}

static struct scene crowd_scene(const struct replay *replay)
{
	return (struct scene){.state = replay_state(replay),
			      .dictionary = replay_source(replay)->dictionary};
}

/* Those an event names: they may be in another condition now. */
static void crowd_touch(struct crowd *crowd, const struct scene *scene, const struct event *event)
{
	const struct event_description *description = event_describe(event->kind);

	for (int i = 0; description && i < description->fields; i++) {
		int64_t id;

		if (description->field[i].type != EVENT_TYPE_tasklet)
			continue;
		id = event_field_value(event, &description->field[i]);
		if (id > 0 && id <= crowd->counted)
			crowd_count_one(crowd, scene, (uint32_t)id);
	}
}

/* A call of scheduler_run, or a tasklet, has ended: the callers above it are none any more; or, going
 * back, are callers again. */
static void crowd_touch_callers(struct crowd *crowd, const struct scene *scene,
				const struct event *event)
{
	const struct state_thread *thread = state_thread(scene->state, event->thread);
	uint32_t id = thread->run_top;

	if (event->kind != EVENT_scheduler_leave && event->kind != EVENT_tasklet_end &&
	    event->kind != EVENT_scheduler_enter)
		return;
	for (int i = 0; i < CROWD_CALLERS; i++)
		if (crowd->caller[i] && crowd->caller[i] <= crowd->counted)
			crowd_count_one(crowd, scene, crowd->caller[i]);
	for (uint32_t i = 0; i < thread->run_depth && i < CROWD_CALLERS && id; i++) {
		if (id <= crowd->counted)
			crowd_count_one(crowd, scene, id);
		id = state_tasklet(scene->state, id)->run_below;
	}
}

int crowd_follow(struct crowd *crowd, struct replay *replay)
{
	uint64_t from = crowd->position, to = replay_position(replay);
	struct scene scene = crowd_scene(replay);
	uint32_t last = state_tasklets(scene.state);
	bool far = to > from + CROWD_FAR || from > to + CROWD_FAR;
	int result = crowd_make_room(crowd, last);

	crowd->position = to;
	crowd->last = last;
	if (result < 0)
		return result;
	/* Tasklets that are not there yet, or no bins for new ones: as if it had gone far. */
	if (!crowd->begun || far || crowd->forgetful || last < crowd->counted ||
	    last >> crowd->bin_shift >= CROWD_BINS) {
		crowd_begin(crowd);
		return 0;
	}
	for (uint64_t seq = from < to ? from + 1 : to + 1; seq <= (from < to ? to : from); seq++) {
		const struct event *event;

		if (event_cache_get(replay_events(replay), seq, &event) > 0) {
			struct event here = *event;

			crowd_touch(crowd, &scene, &here);
			crowd_touch_callers(crowd, &scene, &here);
		}
	}
	return 0;
}

bool crowd_go_on(struct crowd *crowd, struct replay *replay, uint32_t tasklets)
{
	struct scene scene = crowd_scene(replay);

	if (!crowd->begun)
		return false;
	while (crowd->counted < crowd->last && tasklets-- > 0)
		crowd_count_one(crowd, &scene, ++crowd->counted);
	return crowd->counted < crowd->last;
}

bool crowd_is_complete(const struct crowd *crowd)
{
	return crowd->begun && crowd->counted == crowd->last;
}

uint32_t crowd_count(const struct crowd *crowd, enum crowd_condition condition)
{
	return crowd->condition[condition];
}

uint32_t crowd_groups(const struct crowd *crowd, struct crowd_group *out, uint32_t max)
{
	uint32_t all = 0, kept = 0;

	for (uint32_t i = 0; i <= crowd->groups; i++) {
		/* Behind the others the one for what had no room. */
		const struct crowd_group *group =
			&crowd->group[i < crowd->groups ? i : CROWD_GROUPS - 1];
		uint32_t place = kept;

		if (group->count == 0)
			continue;
		all++;
		while (place > 0 && out[place - 1].count < group->count)
			place--;
		if (place == max)
			continue;
		kept += kept < max;
		memmove(out + place + 1, out + place, (kept - 1 - place) * sizeof(*out));
		out[place] = *group;
	}
	return all;
}

enum crowd_condition crowd_strip(const struct crowd *crowd, int part, int parts)
{
	uint32_t bins = (crowd->last >> crowd->bin_shift) + 1, sum[CROWD_CONDITIONS] = {0};
	uint32_t from = (uint32_t)part * bins / (uint32_t)parts;
	uint32_t to = (uint32_t)(part + 1) * bins / (uint32_t)parts;
	enum crowd_condition most = CROWD_ENDED;

	for (uint32_t bin = from; bin < (to > from ? to : from + 1) && bin < bins; bin++)
		for (int i = 0; i < CROWD_CONDITIONS; i++)
			sum[i] += crowd->bin[bin][i];
	/* One that runs is seen whoever is around it. */
	if (sum[CROWD_RUNNING])
		return CROWD_RUNNING;
	for (int i = CROWD_RUNNABLE; i < CROWD_ENDED; i++)
		if (sum[i] > (most == CROWD_ENDED ? 0 : sum[most]))
			most = (enum crowd_condition)i;
	return most;
}
