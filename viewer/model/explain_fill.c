/* SPDX-License-Identifier: MIT */
/*
 * explain_fill.c - templates: {names} become what they stand for.
 */
#include <inttypes.h>
#include <string.h>

#include "explain_text.h"
#include "stack_text.h"
#include "utf8.h"

enum { FILL_MARK_BYTES = 400 };

int64_t explain_field(const struct explain_text *text, const char *name)
{
	const struct event_description *description = event_describe(text->event->kind);
	int index = event_field_index(text->event->kind, name);

	return index < 0 ? 0 : event_field_value(text->event, &description->field[index]);
}

uint32_t explain_actor(const struct event *event)
{
	struct event_channel_transfer fields = event_unpack_channel_transfer(event);

	return fields.wake & 1 ? fields.sender : fields.receiver;
}

uint32_t explain_waiter(const struct event *event)
{
	struct event_channel_transfer fields = event_unpack_channel_transfer(event);

	return fields.wake & 1 ? fields.receiver : fields.sender;
}

static const struct state_thread *fill_thread(const struct explain_text *text)
{
	return state_thread(text->state, text->event->thread);
}

static const struct state_channel *fill_channel(const struct explain_text *text)
{
	return state_channel(text->state, (uint32_t)explain_field(text, "channel"));
}

static void put_count(struct explain_text *text, int64_t count)
{
	explain_put(text, count > 0 ? "+%" PRId64 : "%" PRId64, count);
}

/* ---------------------------------------------------------------------------------------------
 * Names that are no fields
 */

static void fill_thread_number(struct explain_text *text)
{
	explain_put(text, "%" PRIu32, text->event->thread);
}

static void fill_running(struct explain_text *text)
{
	explain_put_tasklet(text, fill_thread(text)->running, false);
}

static void fill_runnable(struct explain_text *text)
{
	uint32_t count = fill_thread(text)->count;

	if (!count)
		explain_put(text, "no tasklet");
	else
		explain_put_number(text, count);
	if (count)
		explain_put(text, count == 1 ? " tasklet" : " tasklets");
	explain_put(text, count > 1 ? " are" : " is");
}

static void fill_wants(struct explain_text *text)
{
	explain_put(text, "%s", event_word(EVENT_TYPE_preference, fill_channel(text)->preference));
}

static void fill_waiting(struct explain_text *text)
{
	int64_t balance = fill_channel(text)->balance;
	uint64_t count = (uint64_t)(balance < 0 ? -balance : balance);

	if (!count) {
		explain_put(text, "nobody waits");
		return;
	}
	explain_put_number(text, count);
	explain_put(text, balance < 0 ? " receiver" : " sender");
	explain_put(text, count == 1 ? " waits" : "s wait");
}

/* One sender or receiver came (block) or went (transfer); for channel_leave the sign of the balance
 * says who: at 0 it can't be told. */
static void fill_before(struct explain_text *text)
{
	int64_t balance = explain_field(text, "balance");

	switch (text->event->kind) {
	case EVENT_channel_block:
		balance -= explain_field(text, "direction");
		break;
	case EVENT_channel_transfer:
		balance += explain_field(text, "wake") & 1 ? -1 : 1;
		break;
	default:
		balance += balance < 0 ? -1 : 1;
	}
	put_count(text, balance);
}

static void fill_waited(struct explain_text *text)
{
	uint32_t waiter = explain_waiter(text->event);

	explain_put_duration(text, state_tasklet(text->state, waiter)->waited_ns);
}

static void fill_other(struct explain_text *text)
{
	explain_put_tasklet(text, explain_waiter(text->event), false);
}

static void fill_other_id(struct explain_text *text)
{
	explain_put_tasklet(text, explain_waiter(text->event), true);
}

static void fill_actor(struct explain_text *text)
{
	explain_put_tasklet(text, explain_actor(text->event), false);
}

static void fill_actor_id(struct explain_text *text)
{
	explain_put_tasklet(text, explain_actor(text->event), true);
}

static void fill_passed(struct explain_text *text)
{
	explain_put_tasklet(text, fill_thread(text)->expected, false);
}

static void fill_fate(struct explain_text *text)
{
	uint32_t id = (uint32_t)explain_field(text, "next");

	if (!id)
		id = (uint32_t)explain_field(text, "heir");
	explain_put_error(text, state_tasklet(text->state, id)->error);
}

static void fill_top(struct explain_text *text)
{
	explain_put_address(text, (uint64_t)explain_field(text, "address") +
					  (uint64_t)explain_field(text, "bytes"));
}

static void fill_transfers(struct explain_text *text)
{
	explain_put_number(text, fill_channel(text)->transfers);
	explain_put(text, " rendezvous");
}

static void fill_text(struct explain_text *text)
{
	char clean[UTF8_CLEAN_ROOM(FILL_MARK_BYTES)];

	utf8_clean(clean, text->mark, strnlen(text->mark, FILL_MARK_BYTES));
	explain_put(text, "%s", clean);
}

struct fill_name {
	const char *name;
	void (*put)(struct explain_text *text);
};

/* Fields of the same name come first. */
static const struct fill_name fill_names[] = {
	{"thread", fill_thread_number},
	{"running", fill_running},
	{"runnable", fill_runnable},
	{"wants", fill_wants},
	{"waiting", fill_waiting},
	{"before", fill_before},
	{"waited", fill_waited},
	{"actor", fill_actor},
	{"actor.id", fill_actor_id},
	{"other", fill_other},
	{"other.id", fill_other_id},
	{"passed", fill_passed},
	{"fate", fill_fate},
	{"top", fill_top},
	{"transfers", fill_transfers},
};

/* ---------------------------------------------------------------------------------------------
 * Names that are fields
 */

static void put_stack(struct explain_text *text, uint32_t stack)
{
	char names[STACK_NAME_MAX];

	explain_put(text, "%s", stack_text(names, sizeof(names), text->dictionary, stack));
}

static void fill_field(struct explain_text *text, const struct event_field *field, bool brief)
{
	int64_t value = event_field_value(text->event, field);
	const char *word = event_word(field->type, value);

	switch (field->type) {
	case EVENT_TYPE_tasklet:
		explain_put_tasklet(text, (uint32_t)value, brief);
		break;
	case EVENT_TYPE_channel:
		explain_put_channel(text, (uint32_t)value, brief);
		break;
	case EVENT_TYPE_name:
		explain_put(text, "\"%s\"", dictionary_string(text->dictionary, (uint32_t)value));
		break;
	case EVENT_TYPE_place:
		explain_put_function(text, (uint32_t)value);
		break;
	case EVENT_TYPE_stack:
		put_stack(text, (uint32_t)value);
		break;
	case EVENT_TYPE_address:
		explain_put_address(text, (uint64_t)value);
		break;
	case EVENT_TYPE_bytes:
		explain_put_bytes(text, (uint64_t)value);
		break;
	case EVENT_TYPE_count:
		put_count(text, value);
		break;
	case EVENT_TYPE_error:
		explain_put_error(text, (int)value);
		break;
	case EVENT_TYPE_nanoseconds:
		explain_put_duration(text, (uint64_t)value);
		break;
	case EVENT_TYPE_result:
		explain_put(text, "%d", (int)value);
		break;
	default:
		if (word)
			explain_put(text, "%s", word);
		else
			explain_put_number(text, (uint64_t)value);
	}
}

static void fill_special(struct explain_text *text, const char *name)
{
	for (size_t i = 0; i < sizeof(fill_names) / sizeof(fill_names[0]); i++)
		if (strcmp(fill_names[i].name, name) == 0)
			fill_names[i].put(text);
}

static void fill_name(struct explain_text *text, const char *name)
{
	const struct event_description *description = event_describe(text->event->kind);
	char field[32];
	char *dot;
	int index;

	strncpy(field, name, sizeof(field) - 1);
	field[sizeof(field) - 1] = '\0';
	dot = strchr(field, '.');
	if (dot)
		*dot = '\0';
	index = event_field_index(text->event->kind, field);
	if (text->mark && strcmp(name, "text") == 0)
		fill_text(text);
	else if (index >= 0)
		fill_field(text, &description->field[index], dot != NULL);
	else
		fill_special(text, name);
}

void explain_fill(struct explain_text *text, const char *template)
{
	while (*template) {
		size_t length = strcspn(template, "{");
		const char *end;
		char name[32];

		explain_put(text, "%.*s", (int)length, template);
		template += length;
		if (!*template)
			return;
		end = strchr(template, '}');
		if (!end || (size_t)(end - template) > sizeof(name))
			return;
		memcpy(name, template + 1, (size_t)(end - template - 1));
		name[end - template - 1] = '\0';
		fill_name(text, name);
		template = end + 1;
	}
}
