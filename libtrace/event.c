/* SPDX-License-Identifier: MIT */
/*
 * event.c - the catalogue as tables: event.def and the enumerations of event.h, unfolded.
 *
 * Nothing here knows a single kind: what is added to event.def appears by itself.
 */
#include "event.h"

#include <string.h>

enum {
#define FIELD(type, position, name, meaning)    +1
#define EVENT(name, category, sentence, fields) EVENT_FIELDS_OF_##name = 0 fields,
#include "event.def"
};

#define FIELD(type, position, name, meaning)                                                       \
	{#name, meaning, EVENT_TYPE_##type, EVENT_POSITION_##position},
#define EVENT(name, category, sentence, fields)                                                    \
	[EVENT_##name] = {#name, category, sentence, EVENT_FIELDS_OF_##name, {fields}},
static const struct event_description descriptions[EVENT_KINDS] = {
#include "event.def"
};

struct type_description {
	const char *name;
	bool is_signed;
};

static const struct type_description types[] = {
#define TYPE(name, is_signed, meaning) [EVENT_TYPE_##name] = {#name, is_signed},
	EVENT_TYPES(TYPE)
#undef TYPE
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* The values of an enumerated type are `first`, first + 1, ... */
struct word {
	const char *symbol;
	const char *words;
};

struct enumeration {
	const struct word *word;
	int count;
	int first;
};

#define WORD(name, words) {#name, words},
static const struct word insert_causes[] = {EVENT_INSERT_CAUSES(WORD)};
static const struct word remove_causes[] = {EVENT_REMOVE_CAUSES(WORD)};
static const struct word switch_causes[] = {EVENT_SWITCH_CAUSES(WORD)};
static const struct word switch_modes[] = {EVENT_SWITCH_MODES(WORD)};
static const struct word end_causes[] = {EVENT_END_CAUSES(WORD)};
static const struct word leave_causes[] = {EVENT_LEAVE_CAUSES(WORD)};
static const struct word transfer_wakes[] = {EVENT_TRANSFER_WAKES(WORD)};
static const struct word run_reasons[] = {EVENT_RUN_REASONS(WORD)};
static const struct word force_causes[] = {EVENT_FORCE_CAUSES(WORD)};
static const struct word budgets[] = {EVENT_BUDGETS(WORD)};
static const struct word interrupt_fates[] = {EVENT_INTERRUPT_FATES(WORD)};
static const struct word settings[] = {EVENT_SETTINGS(WORD)};
static const struct word post_requests[] = {EVENT_POST_REQUESTS(WORD)};
static const struct word wait_aims[] = {EVENT_WAIT_AIMS(WORD)};
static const struct word wait_ends[] = {EVENT_WAIT_ENDS(WORD)};
static const struct word found[] = {EVENT_FOUND(WORD)};
static const struct word conditions[] = {EVENT_CONDITIONS(WORD)};
#undef WORD

static const struct word flags[] = {{"NO", "no"}, {"YES", "yes"}};
static const struct word directions[] = {{"RECEIVE", "receive"}, {NULL, NULL}, {"SEND", "send"}};
static const struct word preferences[] = {
	{"PREFER_RECEIVER", "the receiver"},
	{"PREFER_NONE", "neither"},
	{"PREFER_SENDER", "the sender"},
};

#define ENUMERATION(array, lowest)                                                                 \
	{                                                                                          \
		array, sizeof(array) / sizeof((array)[0]), lowest                                  \
	}
static const struct enumeration enumerations[TYPES] = {
	[EVENT_TYPE_flag] = ENUMERATION(flags, 0),
	[EVENT_TYPE_direction] = ENUMERATION(directions, -1),
	[EVENT_TYPE_preference] = ENUMERATION(preferences, -1),
	[EVENT_TYPE_insert_cause] = ENUMERATION(insert_causes, 0),
	[EVENT_TYPE_remove_cause] = ENUMERATION(remove_causes, 0),
	[EVENT_TYPE_switch_cause] = ENUMERATION(switch_causes, 0),
	[EVENT_TYPE_switch_mode] = ENUMERATION(switch_modes, 0),
	[EVENT_TYPE_end_cause] = ENUMERATION(end_causes, 0),
	[EVENT_TYPE_leave_cause] = ENUMERATION(leave_causes, 0),
	[EVENT_TYPE_transfer_wake] = ENUMERATION(transfer_wakes, 0),
	[EVENT_TYPE_run_reason] = ENUMERATION(run_reasons, 0),
	[EVENT_TYPE_force_cause] = ENUMERATION(force_causes, 0),
	[EVENT_TYPE_budget] = ENUMERATION(budgets, 0),
	[EVENT_TYPE_interrupt_fate] = ENUMERATION(interrupt_fates, 0),
	[EVENT_TYPE_setting] = ENUMERATION(settings, 0),
	[EVENT_TYPE_post_request] = ENUMERATION(post_requests, 0),
	[EVENT_TYPE_wait_aim] = ENUMERATION(wait_aims, 0),
	[EVENT_TYPE_wait_end] = ENUMERATION(wait_ends, 0),
	[EVENT_TYPE_found] = ENUMERATION(found, 0),
	[EVENT_TYPE_condition] = ENUMERATION(conditions, 0),
};
#undef ENUMERATION

const struct event_description *event_describe(unsigned int kind)
{
	if (kind == EVENT_NONE || kind >= EVENT_KINDS)
		return NULL;
	return &descriptions[kind];
}

enum event_kind event_kind_by_name(const char *name)
{
	for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		if (strcmp(descriptions[kind].name, name) == 0)
			return (enum event_kind)kind;
	}
	return EVENT_NONE;
}

bool event_is_detail(unsigned int kind)
{
	static const char *const categories[] = {"slice", "frame", "stack", "mark"};
	const struct event_description *description = event_describe(kind);

	for (size_t i = 0; description && i < sizeof(categories) / sizeof(categories[0]); i++) {
		if (strcmp(description->category, categories[i]) == 0)
			return true;
	}
	return false;
}

bool event_is_continuation(unsigned int kind)
{
	return kind == EVENT_trace_text || kind == EVENT_slice_words;
}

int event_field_index(unsigned int kind, const char *name)
{
	const struct event_description *description = event_describe(kind);

	if (!description)
		return -1;
	for (int i = 0; i < description->fields; i++) {
		if (strcmp(description->field[i].name, name) == 0)
			return i;
	}
	return -1;
}

int64_t event_field_value(const struct event *event, const struct event_field *field)
{
	bool is_signed = event_type_is_signed(field->type);
	uint32_t word;

	switch (field->position) {
	case EVENT_POSITION_SMALL:
		return is_signed ? (int16_t)event->small : (int64_t)event->small;
	case EVENT_POSITION_DE:
		return (int64_t)(event->word[3] | (uint64_t)event->word[4] << 32);
	case EVENT_POSITION_BC:
		return (int64_t)(event->word[1] | (uint64_t)event->word[2] << 32);
	default:
		word = event->word[field->position - EVENT_POSITION_A];
		return is_signed ? (int32_t)word : (int64_t)word;
	}
}

const char *event_type_name(enum event_type type)
{
	return (unsigned int)type < TYPES ? types[type].name : NULL;
}

bool event_type_is_signed(enum event_type type)
{
	return (unsigned int)type < TYPES && types[type].is_signed;
}

static const struct word *find_word(enum event_type type, int64_t value)
{
	const struct enumeration *enumeration;

	if ((unsigned int)type >= TYPES)
		return NULL;
	enumeration = &enumerations[type];
	if (value < enumeration->first || value - enumeration->first >= enumeration->count)
		return NULL;
	return &enumeration->word[value - enumeration->first];
}

const char *event_word(enum event_type type, int64_t value)
{
	const struct word *word = find_word(type, value);

	return word ? word->words : NULL;
}

const char *event_symbol(enum event_type type, int64_t value)
{
	const struct word *word = find_word(type, value);

	return word ? word->symbol : NULL;
}
