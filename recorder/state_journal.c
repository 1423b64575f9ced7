/* SPDX-License-Identifier: MIT */
/*
 * state_journal.c - the words that the last events overwrote, so that they can be put back.
 *
 * Before an entry is written to for the first time in an event, all its words are kept; at the
 * end of the event those that are still the same are dropped. So the journal knows nothing of what
 * events mean and can't be wrong about them, and holds only words that really changed: about a
 * dozen an event, 16 bytes each, in a ring that grows to what the asked-for depth needs.
 */
#include "state_journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state_core.h"

struct journal_word {
	uint64_t place; /* array in the upper 8 bits, below it the word's number in the array */
	uint64_t old;
};

enum { JOURNAL_ARRAY_SHIFT = 56, JOURNAL_WORDS_FIRST = 1024 };

struct state_journal {
	uint64_t *start;           /* ring: number of the first word of each event */
	size_t depth;              /* events it may hold */
	size_t events;             /* events it holds */
	uint64_t newest;           /* events ever begun; the newest is at (newest - 1) % depth */
	uint64_t stamp;            /* of the present event; never used twice */
	struct journal_word *word; /* ring */
	size_t capacity;           /* a power of two */
	uint64_t begin, end;       /* words in it, by number */
	bool out_of_memory;
};

struct state_journal *state_journal_create(size_t events)
{
	struct state_journal *journal = calloc(1, sizeof(*journal));

	if (!journal)
		return NULL;
	journal->depth = events;
	journal->capacity = JOURNAL_WORDS_FIRST;
	journal->start = calloc(events, sizeof(*journal->start));
	journal->word = calloc(journal->capacity, sizeof(*journal->word));
	if (!journal->start || !journal->word) {
		state_journal_destroy(journal);
		return NULL;
	}
	return journal;
}

void state_journal_destroy(struct state_journal *journal)
{
	if (!journal)
		return;
	free(journal->start);
	free(journal->word);
	free(journal);
}

void state_journal_empty(struct state_journal *journal)
{
	journal->events = 0;
	journal->begin = journal->end;
}

size_t state_journal_events(const struct state_journal *journal)
{
	return journal->events;
}

static struct journal_word *journal_at(struct state_journal *journal, uint64_t number)
{
	return &journal->word[number & (journal->capacity - 1)];
}

static uint64_t *journal_start(struct state_journal *journal, uint64_t event)
{
	return &journal->start[event % journal->depth];
}

static bool journal_grow(struct state_journal *journal)
{
	size_t capacity = 2 * journal->capacity;
	struct journal_word *word = malloc(capacity * sizeof(*word));

	if (!word)
		return false;
	for (uint64_t number = journal->begin; number < journal->end; number++)
		word[number & (capacity - 1)] = *journal_at(journal, number);
	free(journal->word);
	journal->word = word;
	journal->capacity = capacity;
	return true;
}

void state_journal_begin(struct state *state)
{
	struct state_journal *journal = state->journal;

	if (journal->events == journal->depth) {
		journal->events--;
		journal->begin = journal->events ? *journal_start(journal,
								  journal->newest - journal->events)
						 : journal->end;
	}
	*journal_start(journal, journal->newest) = journal->end;
	journal->newest++;
	journal->events++;
	journal->stamp++;
	state_journal_keep(state, STATE_ARRAY_HEAD, 0);
}

void state_journal_keep(struct state *state, enum state_array array, uint32_t id)
{
	struct state_journal *journal = state->journal;
	size_t words = state_array_entry(array) / sizeof(uint64_t);
	const char *entry = state_array_base(state, array) + id * state_array_entry(array);
	uint64_t place = (uint64_t)array << JOURNAL_ARRAY_SHIFT | (uint64_t)id * words;

	if (array != STATE_ARRAY_HEAD) {
		if (state->kept_at[array][id] == journal->stamp)
			return;
		state->kept_at[array][id] = journal->stamp;
	}
	for (size_t i = 0; i < words; i++) {
		struct journal_word *word;

		if (journal->end - journal->begin == journal->capacity && !journal_grow(journal)) {
			journal->out_of_memory = true;
			return;
		}
		word = journal_at(journal, journal->end++);
		word->place = place + i;
		memcpy(&word->old, entry + i * sizeof(word->old), sizeof(word->old));
	}
}

static char *journal_place(struct state *state, uint64_t place)
{
	enum state_array array = (enum state_array)(place >> JOURNAL_ARRAY_SHIFT);
	uint64_t number = place & ((UINT64_C(1) << JOURNAL_ARRAY_SHIFT) - 1);

	return state_array_base(state, array) + number * sizeof(uint64_t);
}

int state_journal_end(struct state *state)
{
	struct state_journal *journal = state->journal;
	uint64_t kept = *journal_start(journal, journal->newest - 1);

	for (uint64_t number = kept; number < journal->end; number++) {
		struct journal_word *word = journal_at(journal, number);

		if (memcmp(journal_place(state, word->place), &word->old, sizeof(word->old)) != 0)
			*journal_at(journal, kept++) = *word;
	}
	journal->end = kept;
	return journal->out_of_memory ? -ENOMEM : 0;
}

bool state_journal_undo(struct state *state)
{
	struct state_journal *journal = state->journal;
	uint64_t first;

	if (!journal->events)
		return false;
	journal->newest--;
	journal->events--;
	first = *journal_start(journal, journal->newest);
	for (; journal->end > first; journal->end--) {
		struct journal_word *word = journal_at(journal, journal->end - 1);

		memcpy(journal_place(state, word->place), &word->old, sizeof(word->old));
	}
	return true;
}
