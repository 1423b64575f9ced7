/* SPDX-License-Identifier: MIT */
/*
 * explain_text.h - writing sentences; only for the explain_*.c files.
 *
 * A sentence is put together from templates, texts with {names} in them. A name is a field of the
 * event's kind, in words; `name.id` is its short form (T4 in place of T4 "producer"). These work
 * with every kind:
 *
 *     {thread}        number of the event's thread
 *     {running}       who runs there
 *     {runnable}      how many stand in the chain there: "3 tasklets are", "1 tasklet is"
 *     {wants}         the channel's preference: "the receiver", "the sender", "neither"
 *     {waiting}       who waits in the channel: "2 senders wait", "nobody waits"
 *     {before}        the balance before the event, for kinds that say the one after it
 *     {waited}        how long the one who waited had waited, for channel_transfer
 *     {other}         the one who waited; {actor}: the one who came, likewise
 *     {passed}        who would have been next by the chain's order, for tasklet_switch
 *     {fate}          the error that `next` or `heir` gets, for tasklet_switch
 *     {top}           the first address behind the slice, for slice_save and slice_restore
 *     {transfers}     rendezvous that the channel has seen: "1 rendezvous", "12 rendezvous"
 */
#ifndef GREENROOM_EXPLAIN_TEXT_H
#define GREENROOM_EXPLAIN_TEXT_H

#include <stdbool.h>

#include "explain.h"

struct explain_text {
	char *out;
	size_t size, length;
	const struct state *state;
	const struct dictionary *dictionary;
	const struct event *event;
	const char *mark;
};

/* Zero-terminates; a character that does not fit whole is left out. Returns the length. */
size_t explain_finish(struct explain_text *text);

void explain_put(struct explain_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void explain_put_tasklet(struct explain_text *text, uint32_t id, bool brief);
void explain_put_channel(struct explain_text *text, uint32_t id, bool brief);
void explain_put_function(struct explain_text *text, uint32_t place);
void explain_put_number(struct explain_text *text, uint64_t number);
void explain_put_bytes(struct explain_text *text, uint64_t bytes);
void explain_put_duration(struct explain_text *text, uint64_t ns);
void explain_put_address(struct explain_text *text, uint64_t address);
void explain_put_error(struct explain_text *text, int error);

/* Appends a template with its names filled in. */
void explain_fill(struct explain_text *text, const char *template);
/* " (file.c:12)", or nothing when the place is not known. */
void explain_put_at(struct explain_text *text, uint32_t place);

/* A field of the event by name; 0 when its kind has none of that name. */
int64_t explain_field(const struct explain_text *text, const char *name);
/* Who acted in a channel_transfer, and who had waited. */
uint32_t explain_actor(const struct event *event);
uint32_t explain_waiter(const struct event *event);

/* The special sentences, by category; the event has the category's kind. */
void explain_thread(struct explain_text *text);
void explain_life(struct explain_text *text);
void explain_switch(struct explain_text *text);
void explain_slice(struct explain_text *text);
void explain_rendezvous(struct explain_text *text);
void explain_scheduler(struct explain_text *text);
void explain_watchdog(struct explain_text *text);
void explain_wait(struct explain_text *text);
void explain_mark(struct explain_text *text);

#endif
