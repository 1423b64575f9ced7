/* SPDX-License-Identifier: MIT */
/*
 * filter_term.c - what the keys of a filter mean.
 */
#include "filter_term.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "crowd.h"
#include "explain.h"
#include "mark.h"
#include "quantity.h"

enum { FILTER_LABEL = 256 };

/* ---------------------------------------------------------------------------------------------
 * Values
 */

static bool take_text(struct filter_term *term)
{
	return term->sign == FILTER_IS || term->sign == FILTER_LIKE;
}

static bool take_number(struct filter_term *term)
{
	return term->sign != FILTER_LIKE && quantity_read(term->text, &term->number);
}

/* "7", "T7": `letter` says which is meant; 0: the text has to say. */
static bool take_id(struct filter_term *term, char letter)
{
	const char *digits = term->text;
	char *end;
	unsigned long id;

	if (isalpha((unsigned char)*digits)) {
		char written = (char)toupper((unsigned char)*digits++);

		if ((written != 'T' && written != 'C') || (letter && written != letter))
			return false;
		letter = written;
	}
	if (!letter || term->sign != FILTER_IS || !isdigit((unsigned char)*digits))
		return false;
	id = strtoul(digits, &end, 10);
	term->id = (uint32_t)id;
	term->letter = letter;
	return *end == '\0' && id > 0 && id <= UINT32_MAX;
}

static bool take_tasklet(struct filter_term *term)
{
	return take_id(term, 'T');
}

static bool take_channel(struct filter_term *term)
{
	return take_id(term, 'C');
}

static bool take_either(struct filter_term *term)
{
	return take_id(term, 0);
}

/* Of fields: a number, or a word for enumerations ("yield"). */
static bool take_any(struct filter_term *term)
{
	term->worded = !take_number(term);
	return !term->worded || take_text(term);
}

static bool is_text(const struct filter_term *term, const char *text)
{
	if (term->compiled)
		return regexec(&term->expression, text, 0, NULL, 0) == 0;
	return strcasecmp(text, term->text) == 0;
}

static bool is_number(const struct filter_term *term, double number)
{
	switch (term->sign) {
	case FILTER_LESS:
		return number < term->number;
	case FILTER_MORE:
		return number > term->number;
	case FILTER_AT_MOST:
		return number <= term->number;
	case FILTER_AT_LEAST:
		return number >= term->number;
	case FILTER_IS:
	case FILTER_LIKE:
		break;
	}
	return number == term->number;
}

/* The n-th number of a type that an event speaks of, 0: there are no more. */
static uint32_t spoken_of(const struct event *event, enum event_type type, int n)
{
	const struct event_description *description = event_describe(event->kind);

	for (int i = 0; description && i < description->fields; i++) {
		int64_t value;

		if (description->field[i].type != type)
			continue;
		value = event_field_value(event, &description->field[i]);
		if (value > 0 && n-- == 0)
			return (uint32_t)value;
	}
	return 0;
}

static bool speaks_of(const struct event *event, enum event_type type, uint32_t id)
{
	uint32_t found;

	for (int n = 0; (found = spoken_of(event, type, n)) != 0; n++)
		if (found == id)
			return true;
	return false;
}

/* ---------------------------------------------------------------------------------------------
 * What events alone can answer
 */

static bool event_object(const struct filter_term *term, const struct event *event)
{
	return speaks_of(event, term->letter == 'T' ? EVENT_TYPE_tasklet : EVENT_TYPE_channel,
			 term->id);
}

static bool event_thread(const struct filter_term *term, const struct event *event)
{
	return is_number(term, event->thread);
}

static bool event_seq(const struct filter_term *term, const struct event *event)
{
	return is_number(term, (double)event->seq);
}

static bool event_time(const struct filter_term *term, const struct event *event)
{
	return is_number(term, (double)event->time_ns);
}

static void prepare_kind(struct filter_term *term)
{
	for (unsigned int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		const struct event_description *description = event_describe(kind);
		const char *verb = strrchr(description->name, '_');

		term->of_kind[kind] = is_text(term, description->name) ||
				      is_text(term, description->category) ||
				      (verb && is_text(term, verb + 1));
	}
}

static bool event_kind(const struct filter_term *term, const struct event *event)
{
	return event->kind < EVENT_KINDS && term->of_kind[event->kind];
}

/* "SWITCH_YIELD" and "yield" are the same. */
static bool is_symbol(const struct filter_term *term, const char *symbol)
{
	const char *verb = strchr(symbol, '_');

	return is_text(term, symbol) || (verb && is_text(term, verb + 1));
}

static void prepare_field(struct filter_term *term)
{
	for (unsigned int kind = 0; kind < EVENT_KINDS; kind++)
		term->of_kind[kind] = (int8_t)event_field_index(kind, term->name);
}

static bool event_field(const struct filter_term *term, const struct event *event)
{
	int index = event->kind < EVENT_KINDS ? term->of_kind[event->kind] : -1;
	const struct event_field *field;
	const char *symbol;
	int64_t value;

	if (index < 0)
		return false;
	field = &event_describe(event->kind)->field[index];
	value = event_field_value(event, field);
	if (!term->worded)
		return is_number(term, (double)value);
	symbol = event_symbol(field->type, value);
	return symbol && is_symbol(term, symbol);
}

/* ---------------------------------------------------------------------------------------------
 * What needs the state at the event
 */

static bool tasklet_name(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	return is_text(term,
		       dictionary_string(scene->dictionary, state_tasklet(scene->state, id)->name));
}

static bool moment_name(const struct filter_term *term, struct replay *replay,
			const struct scene *scene)
{
	uint32_t id;

	(void)replay;
	for (int n = 0; (id = spoken_of(scene->event, EVENT_TYPE_tasklet, n)) != 0; n++)
		if (tasklet_name(term, scene, id))
			return true;
	for (int n = 0; (id = spoken_of(scene->event, EVENT_TYPE_channel, n)) != 0; n++)
		if (is_text(term, dictionary_string(scene->dictionary,
						    state_channel(scene->state, id)->name)))
			return true;
	return false;
}

static bool is_place(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	const struct dictionary_place *place = dictionary_place(scene->dictionary, id);
	char label[FILTER_LABEL];

	scene_place_label(label, sizeof(label), scene, id);
	return is_text(term, label) || is_text(term, place->function) || is_text(term, place->file);
}

static bool moment_place(const struct filter_term *term, struct replay *replay,
			 const struct scene *scene)
{
	bool exact;

	(void)replay;
	return is_place(term, scene, scene_place(scene, &exact));
}

static bool tasklet_place(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	const struct state_tasklet *tasklet = state_tasklet(scene->state, id);

	return is_place(term, scene, tasklet->stopped_at ? tasklet->stopped_at : tasklet->function);
}

static bool tasklet_state(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	enum state_where where = (enum state_where)state_tasklet(scene->state, id)->where;
	bool blocked = where == STATE_SENDING || where == STATE_RECEIVING || where == STATE_WAITING;

	return is_text(term, scene_condition(scene, id).word) ||
	       (blocked && is_text(term, "blocked")) ||
	       (where != STATE_ENDED && where != STATE_NEW && where != STATE_UNKNOWN &&
		is_text(term, "alive")) ||
	       (crowd_condition_of(scene, id) == CROWD_PAUSED && is_text(term, "limbo")) ||
	       (scene_is_starving(scene, id) && is_text(term, "runnable"));
}

static bool moment_state(const struct filter_term *term, struct replay *replay,
			 const struct scene *scene)
{
	uint32_t id;

	(void)replay;
	for (int n = 0; (id = spoken_of(scene->event, EVENT_TYPE_tasklet, n)) != 0; n++)
		if (tasklet_state(term, scene, id))
			return true;
	return false;
}

static bool tasklet_object(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	return term->letter == 'T' ? term->id == id
				   : state_tasklet(scene->state, id)->channel == term->id;
}

static bool tasklet_thread(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	return is_number(term, state_tasklet(scene->state, id)->thread);
}

static bool tasklet_duration(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	uint64_t now = state_time_ns(scene->state);
	uint64_t since = state_tasklet(scene->state, id)->since_ns;

	return is_number(term, (double)(now > since ? now - since : 0));
}

/* Since when its thread's tasklet had run is known only before the switch. */
static bool moment_run(const struct filter_term *term, struct replay *replay,
		       const struct event *event)
{
	uint64_t position = replay_position(replay), since;
	bool passes;

	if (replay_step_back(replay) < 0)
		return false;
	since = state_thread(replay_state(replay), event->thread)->since_ns;
	passes = is_number(term, (double)(event->time_ns > since ? event->time_ns - since : 0));
	replay_seek(replay, position);
	return passes;
}

static bool moment_duration(const struct filter_term *term, struct replay *replay,
			    const struct scene *scene)
{
	const struct event *event = scene->event;
	uint32_t waiter;

	switch (event->kind) {
	case EVENT_tasklet_switch:
		return moment_run(term, replay, event);
	case EVENT_channel_leave:
		waiter = event_unpack_channel_leave(event).tasklet;
		break;
	case EVENT_channel_transfer:
		waiter = event_unpack_channel_transfer(event).wake & 1
				 ? event_unpack_channel_transfer(event).receiver
				 : event_unpack_channel_transfer(event).sender;
		break;
	default:
		return false;
	}
	return is_number(term, (double)state_tasklet(scene->state, waiter)->waited_ns);
}

static bool moment_sentence(const struct filter_term *term, struct replay *replay,
			    const struct scene *scene)
{
	char sentence[EXPLAIN_MAX], text[MARK_TEXT_MAX];

	explain_event(sentence, sizeof(sentence), scene->state, scene->dictionary, scene->event,
		      mark_text(text, sizeof(text), replay, scene->event));
	return term->compiled ? is_text(term, sentence) : strcasestr(sentence, term->text) != NULL;
}

/* A phrase in what a table says of a tasklet. */
static bool tasklet_phrase(const struct filter_term *term, const struct scene *scene, uint32_t id)
{
	char label[FILTER_LABEL];

	scene_tasklet_label(label, sizeof(label), scene, id);
	return strcasestr(label, term->text) != NULL ||
	       strcasestr(scene_condition(scene, id).word, term->text) != NULL;
}

/* ---------------------------------------------------------------------------------------------
 * The keys
 */

/* Values: what to say of a wrong one, and how to take one. */
#define A_TEXT    .expected = "a text (: or =) or a regular expression (~)", .take = take_text
#define A_NUMBER  .expected = "a number", .take = take_number
#define A_TIME    .expected = "a time, like 1.5ms", .take = take_number
#define A_TASKLET .expected = "the number of a tasklet", .take = take_tasklet
#define A_CHANNEL .expected = "the number of a channel", .take = take_channel
#define AN_OBJECT .expected = "a tasklet (T7) or a channel (C2)", .take = take_either

static const struct filter_key keys[] = {
	{.name = "name", A_TEXT, .moment = moment_name, .tasklet = tasklet_name},
	{.name = "place", A_TEXT, .moment = moment_place, .tasklet = tasklet_place},
	{.name = "text", A_TEXT, .moment = moment_sentence},
	{.name = "kind", A_TEXT, .prepare = prepare_kind, .event = event_kind},
	{.name = "state", A_TEXT, .moment = moment_state, .tasklet = tasklet_state},
	{.name = "tasklet", A_TASKLET, .event = event_object, .tasklet = tasklet_object},
	{.name = "chan", A_CHANNEL, .event = event_object, .tasklet = tasklet_object},
	{.name = "channel", A_CHANNEL, .event = event_object, .tasklet = tasklet_object},
	{.name = "touches", AN_OBJECT, .event = event_object, .tasklet = tasklet_object},
	{.name = "thread", A_NUMBER, .event = event_thread, .tasklet = tasklet_thread},
	{.name = "seq", A_NUMBER, .event = event_seq},
	{.name = "time", A_TIME, .event = event_time},
	{.name = "dur", A_TIME, .moment = moment_duration, .tasklet = tasklet_duration},
};

static const struct filter_key field_key = {.name = "",
					    .expected = "a number or a word",
					    .take = take_any,
					    .prepare = prepare_field,
					    .event = event_field};

static const struct filter_key phrase_key = {
	.name = "phrase", A_TEXT, .moment = moment_sentence, .tasklet = tasklet_phrase};

static bool is_field(const char *name)
{
	for (unsigned int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++)
		if (event_field_index(kind, name) >= 0)
			return true;
	return false;
}

const struct filter_key *filter_key_find(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return is_field(name) ? &field_key : NULL;
}

const struct filter_key *filter_key_phrase(void)
{
	return &phrase_key;
}
