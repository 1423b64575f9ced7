/* SPDX-License-Identifier: MIT */
/*
 * event.h - the wire: what an event is, on its way from a hook to the reader's eye.
 *
 * Plain integers only: an event names tasklets and channels by their number, never by a pointer,
 * so that it means the same in another process and next year. The kinds and their fields come
 * from event.def.
 */
#ifndef GREENROOM_EVENT_H
#define GREENROOM_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_NONE,
#define FIELD(type, position, name, meaning)
#define EVENT(name, category, sentence, fields) EVENT_##name,
#include "event.def"
	EVENT_KINDS /* one more than the last kind */
};

/* How a field is read: TYPE(name, signed, what it is). */
#define EVENT_TYPES(TYPE)                                                                          \
	TYPE(tasklet, false, "number of a tasklet, 0: none")                                       \
	TYPE(channel, false, "number of a channel, 0: none")                                       \
	TYPE(name, false, "number of a string, 0: no name")                                        \
	TYPE(place, false, "number of a place in the source, 0: not known")                        \
	TYPE(address, false, "address in the traced process")                                      \
	TYPE(bytes, false, "bytes")                                                                \
	TYPE(number, false, "a plain number")                                                      \
	TYPE(count, true, "senders waiting, or receivers waiting if negative")                     \
	TYPE(error, true, "negative errno value, 0: none")                                         \
	TYPE(result, true, "what a function returned: negative for an error")                      \
	TYPE(flag, false, "0 or 1")                                                                \
	TYPE(direction, true, "+1 send, -1 receive")                                               \
	TYPE(preference, true, "-1 receiver, 0 neither, +1 sender")                                \
	TYPE(insert_cause, false, "see EVENT_INSERT_CAUSES")                                       \
	TYPE(remove_cause, false, "see EVENT_REMOVE_CAUSES")                                       \
	TYPE(switch_cause, false, "see EVENT_SWITCH_CAUSES")                                       \
	TYPE(switch_mode, false, "see EVENT_SWITCH_MODES")                                         \
	TYPE(end_cause, false, "see EVENT_END_CAUSES")                                             \
	TYPE(leave_cause, false, "see EVENT_LEAVE_CAUSES")                                         \
	TYPE(transfer_wake, false, "see EVENT_TRANSFER_WAKES")                                     \
	TYPE(run_reason, false, "see EVENT_RUN_REASONS")                                           \
	TYPE(force_cause, false, "see EVENT_FORCE_CAUSES")                                         \
	TYPE(text, false, "bytes of a text")                                                       \
	TYPE(budget, false, "see EVENT_BUDGETS")                                                   \
	TYPE(interrupt_fate, false, "see EVENT_INTERRUPT_FATES")                                   \
	TYPE(setting, false, "see EVENT_SETTINGS")                                                 \
	TYPE(nanoseconds, false, "nanoseconds")                                                    \
	TYPE(post_request, false, "see EVENT_POST_REQUESTS")                                       \
	TYPE(wait_aim, false, "see EVENT_WAIT_AIMS")                                               \
	TYPE(wait_end, false, "see EVENT_WAIT_ENDS")                                               \
	TYPE(found, false, "see EVENT_FOUND")                                                      \
	TYPE(condition, false, "see EVENT_CONDITIONS")                                             \
	TYPE(stack, false, "number of a call stack, 0: not known")

enum event_type {
#define TYPE(name, is_signed, meaning) EVENT_TYPE_##name,
	EVENT_TYPES(TYPE)
#undef TYPE
};

/* The enumerations, each WORD(NAME, "in words"). Append-only, like the kinds. */
#define EVENT_INSERT_CAUSES(WORD)                                                                  \
	WORD(INSERT_CREATED, "it was just created")                                                \
	WORD(INSERT_CALLED, "tasklet_insert was called")                                           \
	WORD(INSERT_RUN, "the actor wants to run it now")                                          \
	WORD(INSERT_THROWN, "an error was thrown into it")                                         \
	WORD(INSERT_REVIVED, "nothing else is runnable")                                           \
	WORD(INSERT_ERROR, "it has to take an error")                                              \
	WORD(INSERT_RELEASED, "an outer scheduler_run has returned")                               \
	WORD(INSERT_WOKEN, "another thread woke it")                                               \
	WORD(INSERT_INTERRUPT, "its watchdog ends the run")                                        \
	WORD(INSERT_DEADLOCK, "it cannot wait: nobody could ever wake it")                         \
	WORD(INSERT_AFTER, "another thread ran it; it stands after the one that runs")             \
	WORD(INSERT_FIRST, "another thread ran it while this one slept; it is the first")          \
	WORD(INSERT_READY, "what it waited for has come")

#define EVENT_REMOVE_CAUSES(WORD)                                                                  \
	WORD(REMOVE_CALLED, "tasklet_remove was called")                                           \
	WORD(REMOVE_PAUSED, "it paused itself")                                                    \
	WORD(REMOVE_SWITCHED, "it gave its place up with tasklet_switch")                          \
	WORD(REMOVE_INTERRUPTED, "a watchdog has stopped it")                                      \
	WORD(REMOVE_ABANDONED, "its thread has ended")

#define EVENT_SWITCH_CAUSES(WORD)                                                                  \
	WORD(SWITCH_YIELD, "it yielded")                                                           \
	WORD(SWITCH_PAUSE, "it paused itself")                                                     \
	WORD(SWITCH_BLOCK, "it waits in a channel")                                                \
	WORD(SWITCH_RUN, "it asked for the other to run")                                          \
	WORD(SWITCH_SWITCH, "it gave its place to the other")                                      \
	WORD(SWITCH_SCHEDULER, "it called scheduler_run")                                          \
	WORD(SWITCH_PREFERENCE, "the channel prefers the other")                                   \
	WORD(SWITCH_SCHEDULE_ALL, "the channel yields at every operation")                         \
	WORD(SWITCH_THROW, "it threw an error into the other")                                     \
	WORD(SWITCH_END, "it ended")                                                               \
	WORD(SWITCH_ERROR, "it ended with an error that the other has to take")                    \
	WORD(SWITCH_INTERRUPT, "the watchdog of the other stopped a tasklet")                      \
	WORD(SWITCH_WAIT, "it waits for a time or a descriptor")

/* Bit 0: prev was left hard (its slice may have been saved); bit 1: next is resumed hard. */
#define EVENT_SWITCH_MODES(WORD)                                                                   \
	WORD(MODE_SOFT_SOFT, "soft to soft")                                                       \
	WORD(MODE_HARD_SOFT, "hard to soft")                                                       \
	WORD(MODE_SOFT_HARD, "soft to hard")                                                       \
	WORD(MODE_HARD_HARD, "hard to hard")

#define EVENT_END_CAUSES(WORD)                                                                     \
	WORD(END_RETURNED, "its function returned")                                                \
	WORD(END_KILLED, "it was killed")                                                          \
	WORD(END_ERROR, "with an uncaught error")                                                  \
	WORD(END_HANDLED, "with an error that the error handler took")                             \
	WORD(END_NEVER_RAN, "it was killed before it ever ran")

#define EVENT_LEAVE_CAUSES(WORD)                                                                   \
	WORD(LEAVE_THROWN, "an error was thrown into it")                                          \
	WORD(LEAVE_ERROR, "it has to take the error of another")                                   \
	WORD(LEAVE_ENDED, "its tasklet has ended")                                                 \
	WORD(LEAVE_DEADLOCK, "it would have waited for ever")

/* Bit 0: the sender acted (else the receiver); above it, where the one who waited goes. */
#define EVENT_TRANSFER_WAKES(WORD)                                                                 \
	WORD(WAKE_END_BY_RECEIVER, "the receiver came; the sender goes to the end of the chain")   \
	WORD(WAKE_END_BY_SENDER, "the sender came; the receiver goes to the end of the chain")     \
	WORD(WAKE_AFTER_BY_RECEIVER, "the receiver came; the sender runs next")                    \
	WORD(WAKE_AFTER_BY_SENDER, "the sender came; the receiver runs next")                      \
	WORD(WAKE_THREAD_BY_RECEIVER, "the receiver came; the sender is woken in its own thread")  \
	WORD(WAKE_THREAD_BY_SENDER, "the sender came; the receiver is woken in its own thread")

#define EVENT_RUN_REASONS(WORD)                                                                    \
	WORD(REASON_EMPTY, "nothing is runnable any more")                                         \
	WORD(REASON_ERROR, "a tasklet ended with an uncaught error")                               \
	WORD(REASON_WOKEN, "it was made runnable by another tasklet")                              \
	WORD(REASON_INTERRUPTED, "a budget was used up")

#define EVENT_FORCE_CAUSES(WORD)                                                                   \
	WORD(FORCE_FUNCTION, "a C function stands on the stack")                                   \
	WORD(FORCE_NESTED, "its frames were run from a C function")                                \
	WORD(FORCE_SETTING, "GREENROOM_SWITCH=hard is set")                                        \
	WORD(FORCE_CLEANUP, "its cleanup handler waits")

#define EVENT_BUDGETS(WORD)                                                                        \
	WORD(BUDGET_TICKS, "the ticks are used up")                                                \
	WORD(BUDGET_TIME, "the time is used up")                                                   \
	WORD(BUDGET_EARLIER, "it could not do so earlier")

#define EVENT_INTERRUPT_FATES(WORD)                                                                \
	WORD(INTERRUPT_STOPPED, "it has to leave the chain")                                       \
	WORD(INTERRUPT_GAVE_WAY, "it gave way by itself and stays in the chain")                   \
	WORD(INTERRUPT_UNTIL_SWITCH, "not before it gives way by itself")                          \
	WORD(INTERRUPT_ATOMIC, "not while it is atomic")                                           \
	WORD(INTERRUPT_NESTED, "not while frames run from a C function in it")                     \
	WORD(INTERRUPT_CALLBACK, "not while a callback runs in it")                                \
	WORD(INTERRUPT_TRAP, "not while a switch trap is set")                                     \
	WORD(INTERRUPT_HANDED_ON, "not at a rendezvous, so it is up to the one who goes on")

#define EVENT_SETTINGS(WORD)                                                                       \
	WORD(SETTING_ATOMIC, "atomic")                                                             \
	WORD(SETTING_IGNORE_NESTING, "ignore_nesting")                                             \
	WORD(SETTING_BLOCK_TRAP, "block_trap")

#define EVENT_WAIT_AIMS(WORD)                                                                      \
	WORD(AIM_TIME, "for a time")                                                               \
	WORD(AIM_READ, "until it can read")                                                        \
	WORD(AIM_WRITE, "until it can write")                                                      \
	WORD(AIM_BOTH, "until it can read or write")                                               \
	WORD(AIM_OTHER, "for a condition of the descriptor")

#define EVENT_WAIT_ENDS(WORD)                                                                      \
	WORD(WAIT_TIME, "its time has come")                                                       \
	WORD(WAIT_DESCRIPTOR, "the descriptor is ready")                                           \
	WORD(WAIT_THROWN, "an error was thrown into it")                                           \
	WORD(WAIT_ERROR, "it has to take the error of another")                                    \
	WORD(WAIT_ENDED, "its thread has ended")

#define EVENT_POST_REQUESTS(WORD)                                                                  \
	WORD(POST_INSERT, "insert")                                                                \
	WORD(POST_RUN, "run")                                                                      \
	WORD(POST_THROW, "throw an error into")                                                    \
	WORD(POST_KILL, "kill")

#define EVENT_FOUND(WORD)                                                                          \
	WORD(FOUND_NEW, "it has no function")                                                      \
	WORD(FOUND_PAUSED, "it is paused")                                                         \
	WORD(FOUND_CHAIN, "it is in the chain")                                                    \
	WORD(FOUND_WAITING, "it waits for a time or a descriptor")                                 \
	WORD(FOUND_CHANNEL, "it waits in a channel")                                               \
	WORD(FOUND_SHARED, "it waits in a shared channel, or has just been met there")

/* Bit 0: closed; bit 1: every operation yields; bit 2: several threads may use it. */
#define EVENT_CONDITIONS(WORD)                                                                     \
	WORD(CONDITION_OPEN, "open")                                                               \
	WORD(CONDITION_CLOSED, "closed")                                                           \
	WORD(CONDITION_YIELDS, "open, every operation yields")                                     \
	WORD(CONDITION_CLOSED_YIELDS, "closed, every operation yields")                            \
	WORD(CONDITION_SHARED, "open, several threads may use it")                                 \
	WORD(CONDITION_SHARED_CLOSED, "closed, several threads may use it")                        \
	WORD(CONDITION_SHARED_YIELDS, "open, several threads may use it, every operation yields")  \
	WORD(CONDITION_SHARED_CLOSED_YIELDS,                                                       \
	     "closed, several threads may use it, every operation yields")

#define WORD(name, words) EVENT_##name,
enum event_insert_cause { EVENT_INSERT_CAUSES(WORD) };
enum event_remove_cause { EVENT_REMOVE_CAUSES(WORD) };
enum event_switch_cause { EVENT_SWITCH_CAUSES(WORD) };
enum event_switch_mode { EVENT_SWITCH_MODES(WORD) };
enum event_end_cause { EVENT_END_CAUSES(WORD) };
enum event_leave_cause { EVENT_LEAVE_CAUSES(WORD) };
enum event_transfer_wake { EVENT_TRANSFER_WAKES(WORD) };
enum event_run_reason { EVENT_RUN_REASONS(WORD) };
enum event_force_cause { EVENT_FORCE_CAUSES(WORD) };
enum event_budget { EVENT_BUDGETS(WORD) };
enum event_interrupt_fate { EVENT_INTERRUPT_FATES(WORD) };
enum event_setting { EVENT_SETTINGS(WORD) };
enum event_post_request { EVENT_POST_REQUESTS(WORD) };
enum event_wait_aim { EVENT_WAIT_AIMS(WORD) };
enum event_wait_end { EVENT_WAIT_ENDS(WORD) };
enum event_found { EVENT_FOUND(WORD) };
enum event_condition { EVENT_CONDITIONS(WORD) };
#undef WORD

/* Where in a record a field lies. */
enum event_position {
	EVENT_POSITION_SMALL,
	EVENT_POSITION_A,
	EVENT_POSITION_B,
	EVENT_POSITION_C,
	EVENT_POSITION_D,
	EVENT_POSITION_E,
	EVENT_POSITION_DE,
	EVENT_POSITION_BC
};

enum { EVENT_WORDS = 5, EVENT_TEXT_BYTES = 4 * EVENT_WORDS, EVENT_FIELDS_MAX = 6 };

/* An event in the ring: 32 bytes. */
struct event_slot {
	uint64_t stamp; /* in ticks of the segment's clock */
	uint16_t kind;
	uint16_t small;
	uint32_t word[EVENT_WORDS]; /* A to E */
};

/* An event in a trace. */
struct event {
	uint64_t seq;     /* its number in the trace, from 1 */
	uint64_t time_ns; /* since the trace began */
	uint32_t thread;  /* the thread's number in the trace, from 1 */
	uint16_t kind;
	uint16_t small;
	uint32_t word[EVENT_WORDS];
};

struct event_field {
	const char *name;
	const char *meaning;
	enum event_type type;
	enum event_position position;
};

struct event_description {
	const char *name;     /* "tasklet_switch" */
	const char *category; /* "switch" */
	const char *sentence; /* with {field} for the values */
	int fields;
	struct event_field field[EVENT_FIELDS_MAX];
};

/* The catalogue entry of a kind; NULL for a number that is no kind. */
const struct event_description *event_describe(unsigned int kind);

/* The kind with that name, or EVENT_NONE. */
enum event_kind event_kind_by_name(const char *name);

/* Whether the kind is a detail: of slices, of frames, of stacks, or the program's own words. All other kinds
 * make up the state of chains and channels; without them what follows could not be understood. */
bool event_is_detail(unsigned int kind);

/* Whether events of the kind only carry on what one before them began to say: they belong to that. */
bool event_is_continuation(unsigned int kind);

/* A set of kinds. */
enum { EVENT_SET_WORDS = 2 };

struct event_set {
	uint64_t word[EVENT_SET_WORDS];
};

_Static_assert(EVENT_KINDS <= EVENT_SET_WORDS * 64, "a set has a bit for each kind");

static inline bool event_set_has(const struct event_set *set, unsigned int kind)
{
	return (set->word[kind / 64] >> kind % 64 & 1) != 0;
}

static inline void event_set_put(struct event_set *set, unsigned int kind, bool is_in)
{
	uint64_t bit = UINT64_C(1) << kind % 64;

	if (is_in)
		set->word[kind / 64] |= bit;
	else
		set->word[kind / 64] &= ~bit;
}

/* The index of the field in the kind's description, or -1. */
int event_field_index(unsigned int kind, const char *name);

/* The value of a field, sign-extended where its type is signed. */
int64_t event_field_value(const struct event *event, const struct event_field *field);

const char *event_type_name(enum event_type type);
bool event_type_is_signed(enum event_type type);

/* What a value of an enumerated type means, in words; NULL when the type is not an enumeration or
 * the value not in it. Directions, preferences and flags count as enumerations. */
const char *event_word(enum event_type type, int64_t value);

/* The symbol of a value of an enumerated type ("SWITCH_YIELD"); NULL likewise. */
const char *event_symbol(enum event_type type, int64_t value);

/* A struct per kind with its fields by name, and the way from it to a slot and back:
 * event_pack_tasklet_switch((struct event_tasklet_switch){.prev = 1, .next = 2}). */
#define EVENT_C_SMALL int32_t
#define EVENT_C_A     uint32_t
#define EVENT_C_B     uint32_t
#define EVENT_C_C     uint32_t
#define EVENT_C_D     uint32_t
#define EVENT_C_E     uint32_t
#define EVENT_C_DE    uint64_t
#define EVENT_C_BC    uint64_t

#define FIELD(type, position, name, meaning) EVENT_C_##position name;
#define EVENT(name, category, sentence, fields)                                                    \
	struct event_##name {                                                                      \
		fields                                                                             \
	};
#include "event.def"

#define EVENT_PUT_SMALL(value) slot.small = (uint16_t)(value)
#define EVENT_PUT_A(value)     slot.word[0] = (uint32_t)(value)
#define EVENT_PUT_B(value)     slot.word[1] = (uint32_t)(value)
#define EVENT_PUT_C(value)     slot.word[2] = (uint32_t)(value)
#define EVENT_PUT_D(value)     slot.word[3] = (uint32_t)(value)
#define EVENT_PUT_E(value)     slot.word[4] = (uint32_t)(value)
#define EVENT_PUT_DE(value)                                                                        \
	(slot.word[3] = (uint32_t)(value), slot.word[4] = (uint32_t)((uint64_t)(value) >> 32))
#define EVENT_PUT_BC(value)                                                                        \
	(slot.word[1] = (uint32_t)(value), slot.word[2] = (uint32_t)((uint64_t)(value) >> 32))

#define FIELD(type, position, name, meaning) EVENT_PUT_##position(fields.name);
#define EVENT(kind_name, category, sentence, field_list)                                           \
	static inline struct event_slot event_pack_##kind_name(struct event_##kind_name fields)    \
	{                                                                                          \
		struct event_slot slot = {.kind = EVENT_##kind_name};                              \
		field_list return slot;                                                            \
	}
#include "event.def"

/* And from an event to the struct: event_unpack_tasklet_switch(&event).prev. SMALL is
 * sign-extended whatever its type; signed fields in D are to be cast to int32_t. */
#define EVENT_GET_SMALL ((int16_t)event->small)
#define EVENT_GET_A     event->word[0]
#define EVENT_GET_B     event->word[1]
#define EVENT_GET_C     event->word[2]
#define EVENT_GET_D     event->word[3]
#define EVENT_GET_E     event->word[4]
#define EVENT_GET_DE    ((uint64_t)event->word[4] << 32 | event->word[3])
#define EVENT_GET_BC    ((uint64_t)event->word[2] << 32 | event->word[1])

#define FIELD(type, position, name, meaning) .name = EVENT_GET_##position,
#define EVENT(kind_name, category, sentence, field_list)                                           \
	static inline struct event_##kind_name event_unpack_##kind_name(const struct event *event) \
	{                                                                                          \
		return (struct event_##kind_name){field_list};                                     \
	}
#include "event.def"

#endif
