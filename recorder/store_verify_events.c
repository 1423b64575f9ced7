/* SPDX-License-Identifier: MIT */
/*
 * store_verify_events.c - events held against what is made from them one by one: the state, the rows
 * of table `event`; and what they name.
 */
#include <errno.h>
#include <stdlib.h>

#include "store_verify_private.h"

/* ------------------------------------------------------------------------------------ keyframes */

/* Goes to the next row; numbers that cannot be are told and passed over. */
static int next_keyframe(struct verification *verification)
{
	uint64_t before = verification->keyframe_seq;
	int code;

	while ((code = sqlite3_step(verification->keyframe)) == SQLITE_ROW) {
		int64_t seq = sqlite3_column_int64(verification->keyframe, 0);

		if (seq > 0 && (uint64_t)seq > before) {
			verification->keyframe_seq = (uint64_t)seq;
			return 0;
		}
		verify_tell(verification, "a keyframe says it is of event %lld", (long long)seq);
	}
	verification->keyframe_seq = 0;
	if (code == SQLITE_DONE)
		return 0;
	verify_tell(verification, "after event %lld keyframes cannot be read: %s",
		    (long long)before, sqlite3_errmsg(verification->db));
	return 0;
}

/* Compares with the state the events have led to; where that is not known, takes it from there. */
static int compare_state(struct verification *verification, const void *image, size_t bytes)
{
	struct state *said;
	int result;

	if (!verification->follows) {
		result = state_load(verification->state, image, bytes);
		if (result == -EBADMSG)
			verify_tell(verification, "the keyframe of event %lld is no state",
				    (long long)verification->keyframe_seq);
		verification->follows = result == 0;
		return result == -ENOMEM ? result : 0;
	}
	said = state_create();
	result = said ? state_load(said, image, bytes) : -ENOMEM;
	/* There is more than one way to write a state down: images may be of an older version. */
	if (result == -EBADMSG ||
	    (result == 0 && state_hash(said) != state_hash(verification->state)))
		verify_tell(verification,
			    "the keyframe of event %lld is not the state that the events lead to",
			    (long long)verification->keyframe_seq);
	state_destroy(said);
	return result == -EBADMSG ? 0 : result;
}

/* The keyframe of the event that has just been applied. */
static int check_keyframe(struct verification *verification)
{
	sqlite3_stmt *row = verification->keyframe;
	void *image;
	size_t bytes;
	int result = store_keyframe_unpack(verification->keyframe_seq, sqlite3_column_blob(row, 1),
					   (size_t)sqlite3_column_bytes(row, 1), &image, &bytes);

	verification->out->keyframes++;
	if (result == -EBADMSG) {
		verify_tell(verification, "the keyframe of event %lld is damaged",
			    (long long)verification->keyframe_seq);
		result = 0;
	} else if (result == 0) {
		result = compare_state(verification, image, bytes);
		free(image);
	}
	return result == 0 ? next_keyframe(verification) : result;
}

/* Keyframes of events that are missing: nothing to compare them with. */
static int pass_keyframes(struct verification *verification, uint64_t seq)
{
	int result = 0;

	while (verification->keyframe_seq && verification->keyframe_seq < seq && result == 0)
		result = next_keyframe(verification);
	return result;
}

static int follow(struct verification *verification, const struct event *event)
{
	uint64_t oddities = state_oddities(verification->state);
	int result;

	if (verification->follows) {
		result = state_apply(verification->state, event);
		if (result < 0)
			return result;
		/* Where events were lost, others do not fit; and one is enough. */
		if (oddities == 0 && state_oddities(verification->state) > 0 &&
		    verification->complete && verification->out->lost == 0)
			verify_tell(verification, "event %lld does not fit those before it",
				    (long long)event->seq);
	}
	return event->seq == verification->keyframe_seq ? check_keyframe(verification) : 0;
}

/* ----------------------------------------------------------------------------------------- rows */

static bool same_row(sqlite3_stmt *row, const struct event *event)
{
	const uint64_t values[] = {event->seq,     event->time_ns, event->thread,  event->kind,
				   event->small,   event->word[0], event->word[1], event->word[2],
				   event->word[3], event->word[4]};

	for (int i = 0; i < (int)(sizeof(values) / sizeof(values[0])); i++) {
		if ((uint64_t)sqlite3_column_int64(row, i) != values[i])
			return false;
	}
	return true;
}

/* The next row of `event`; one difference makes all that follow worthless. */
static void compare_row(struct verification *verification, const struct event *event)
{
	if (verification->rows_differ_at == 0 &&
	    (sqlite3_step(verification->row) != SQLITE_ROW || !same_row(verification->row, event)))
		verification->rows_differ_at = event->seq;
}

/* ---------------------------------------------------------------------------------------- names */

/* What the fields of events name, but for tasklets and channels, which make themselves known. */
static int collect_names(struct verification *verification, const struct event *event)
{
	const struct event_description *description = event_describe(event->kind);
	int result = store_set_add(&verification->threads, event->thread);

	for (int i = 0; description && i < description->fields; i++) {
		const struct event_field *field = &description->field[i];
		uint32_t value = (uint32_t)event_field_value(event, field);

		if (field->type == EVENT_TYPE_name)
			result |= store_set_add(&verification->strings, value);
		else if (field->type == EVENT_TYPE_place)
			result |= store_set_add(&verification->places, value);
		else if (field->type == EVENT_TYPE_stack)
			result |= store_set_add(&verification->stacks, value);
	}
	return result;
}

/* ------------------------------------------------------------------------------------ all events */

int verify_events_begin(struct verification *verification)
{
	sqlite3 *db = verification->db;

	if (store_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'event'", 0)) {
		verification->row = store_prepare(db, "SELECT seq, time_ns, thread, kind, small, a,"
						      " b, c, d, e FROM event ORDER BY seq");
		if (!verification->row)
			return store_errno(db);
	}
	return next_keyframe(verification);
}

int verify_events(struct verification *verification, size_t count)
{
	const struct event *events = verification->events;
	int result = pass_keyframes(verification, events[0].seq);

	if (result == 0 && verification->complete)
		result = store_tally_events(verification->tally, events, count);
	for (size_t i = 0; i < count && result == 0; i++) {
		if (verification->row)
			compare_row(verification, &events[i]);
		result = collect_names(verification, &events[i]);
		if (result == 0)
			result = follow(verification, &events[i]);
	}
	return result;
}

int verify_events_end(struct verification *verification)
{
	if (verification->keyframe_seq)
		verify_tell(verification, "there is a keyframe of event %lld, which is not there",
			    (long long)verification->keyframe_seq);
	if (verification->row && verification->rows_differ_at == 0 && verification->complete &&
	    sqlite3_step(verification->row) != SQLITE_DONE)
		verification->rows_differ_at = verification->last + 1;
	if (verification->rows_differ_at && verification->complete)
		verify_tell(verification, "table event differs from the chunks from event %lld on",
			    (long long)verification->rows_differ_at);
	return 0;
}
