/* SPDX-License-Identifier: MIT */
/*
 * filter_term.h - a term of a filter; only for the filter*.c files.
 */
#ifndef GREENROOM_FILTER_TERM_H
#define GREENROOM_FILTER_TERM_H

#include <regex.h>

#include "filter.h"

enum filter_sign {
	FILTER_IS,
	FILTER_LIKE,
	FILTER_LESS,
	FILTER_MORE,
	FILTER_AT_MOST,
	FILTER_AT_LEAST
};

struct filter_term;

/* What a key means. Functions that are NULL: the key says nothing about such a thing. */
struct filter_key {
	const char *name;
	const char *expected; /* of the value: "a number", ... */
	/* Takes the value over from the term's text: whether it can be one. */
	bool (*take)(struct filter_term *term);
	/* Looks up once what is asked of many events, when the term has been read. NULL: nothing. */
	void (*prepare)(struct filter_term *term);
	bool (*event)(const struct filter_term *term, const struct event *event);
	bool (*moment)(const struct filter_term *term, struct replay *replay,
		       const struct scene *scene);
	bool (*tasklet)(const struct filter_term *term, const struct scene *scene, uint32_t id);
};

struct filter_term {
	const struct filter_key *key;
	enum filter_sign sign;
	bool negated;
	bool compiled; /* there is a regular expression */
	bool worded;   /* of a field: the value is a word, not a number */
	regex_t expression;
	char name[32]; /* the key, of a field */
	char text[FILTER_WORDS_MAX];
	double number;
	uint32_t id;
	char letter;                 /* 'T' or 'C' before the id, 0: none */
	int8_t of_kind[EVENT_KINDS]; /* of a field: its index in a kind, -1: it has none; of a kind:
					whether it passes */
};

/* The key of that name; for names of the catalogue's fields one that looks the field up. NULL: no
 * such thing. */
const struct filter_key *filter_key_find(const char *name);
/* What a word without a sign means. */
const struct filter_key *filter_key_phrase(void);

#endif
