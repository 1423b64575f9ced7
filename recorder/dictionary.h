/* SPDX-License-Identifier: MIT */
/*
 * dictionary.h - what the numbers in events stand for: strings, places and
 * call stacks.
 *
 * Filled while recording from the segment's note log, or when a trace is opened from its tables.
 * Entry 0 of both is "none". Text may come from a hostile file: it is valid UTF-8 without control
 * characters once it is in here (others are replaced on the way in).
 */
#ifndef GREENROOM_DICTIONARY_H
#define GREENROOM_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dictionary;

struct dictionary_place {
	const char *function; /* "" when not known; borrowed until the dictionary goes */
	const char *file;     /* "" when not known */
	uint32_t line;        /* 0 when not known */
	uint64_t address;     /* 0 for places that the program named itself */
};

/* A call stack: where its innermost function stands, and the stack of who has called it. */
struct dictionary_stack {
	uint32_t caller; /* a smaller number than its own, 0: nobody */
	uint32_t place;  /* 0: there were more, that are not in the trace */
};

struct dictionary *dictionary_create(void); /* NULL when out of memory */
void dictionary_destroy(struct dictionary *dictionary);

/* Texts are copied and cleaned. 0, -ENOMEM, or -EINVAL for a number that is 0, taken or absurd
 * (over 2^26). */
int dictionary_set_string(struct dictionary *dictionary, uint32_t id, const char *text,
			  size_t bytes);
int dictionary_set_place(struct dictionary *dictionary, uint32_t id,
			 const struct dictionary_place *place);
/* The same for a place of which more has become known. What was borrowed of the old one stays valid. */
int dictionary_renew_place(struct dictionary *dictionary, uint32_t id,
			   const struct dictionary_place *place);

/* "" for a number that is not known. */
const char *dictionary_string(const struct dictionary *dictionary, uint32_t id);
/* An empty place likewise; never NULL. */
const struct dictionary_place *dictionary_place(const struct dictionary *dictionary, uint32_t id);

/* As above; -EINVAL also for a caller that is not smaller. Nothing for a number that is not known. */
int dictionary_set_stack(struct dictionary *dictionary, uint32_t id, struct dictionary_stack stack);
struct dictionary_stack dictionary_stack(const struct dictionary *dictionary, uint32_t id);

/* Highest numbers in use. */
uint32_t dictionary_strings(const struct dictionary *dictionary);
uint32_t dictionary_places(const struct dictionary *dictionary);
uint32_t dictionary_stacks(const struct dictionary *dictionary);

#endif
