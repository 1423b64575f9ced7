/* SPDX-License-Identifier: MIT */
/*
 * filter.c - reading a filter, and putting the answers of its terms together.
 */
#include "filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_term.h"

enum { FILTER_TERMS = 16 };

struct filter {
	char words[FILTER_WORDS_MAX];
	struct filter_term term[FILTER_TERMS];
	int terms;
};

static const struct {
	const char *text; /* longer ones first */
	enum filter_sign sign;
} signs[] = {{"<=", FILTER_AT_MOST}, {">=", FILTER_AT_LEAST}, {"<", FILTER_LESS},
	     {">", FILTER_MORE},     {":", FILTER_IS},        {"=", FILTER_IS},
	     {"~", FILTER_LIKE}};

enum { SIGNS = sizeof(signs) / sizeof(signs[0]) };

/* How long the key before a sign is; 0: there is no sign in the word, or no key before it. */
static size_t key_length(const char *word)
{
	size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz_");

	return length && word[length] && strchr(":=~<>", word[length]) ? length : 0;
}

/* A value: a word, or what stands between quotes. Returns what follows it, NULL when a quote is not
 * closed or the value too long. */
static const char *read_value(const char *at, char *out, size_t size)
{
	const char *end;

	if (*at == '"') {
		end = strchr(++at, '"');
		if (!end)
			return NULL;
	} else {
		end = at + strcspn(at, " ");
	}
	if ((size_t)(end - at) >= size)
		return NULL;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
	return end + (*end == '"');
}

static int term_compile_expression(struct filter_term *term, struct error *error)
{
	int code;

	if (term->sign != FILTER_LIKE)
		return 0;
	code = regcomp(&term->expression, term->text, REG_EXTENDED | REG_NOSUB | REG_ICASE);
	if (code != 0) {
		char reason[128];

		regerror(code, &term->expression, reason, sizeof(reason));
		return error_set(error, -EINVAL, EXIT_USAGE, "'%s' is no regular expression: %s",
				 term->text, reason);
	}
	term->compiled = true;
	return 0;
}

static int term_read_key(struct filter_term *term, const char **word, size_t length,
			 struct error *error)
{
	const char *sign = *word + length;

	if (length >= sizeof(term->name))
		length = sizeof(term->name) - 1;
	memcpy(term->name, *word, length);
	term->key = filter_key_find(term->name);
	if (!term->key)
		return error_set(
			error, -EINVAL, EXIT_USAGE,
			"'%s' cannot be asked for; there are name, place, text, kind, state, "
			"tasklet, chan, thread, touches, dur, time, seq and the fields of "
			"events",
			term->name);
	for (int i = 0; i < SIGNS; i++) {
		size_t bytes = strlen(signs[i].text);

		if (strncmp(sign, signs[i].text, bytes) != 0)
			continue;
		term->sign = signs[i].sign;
		*word = sign + bytes;
		return 0;
	}
	return -EINVAL;
}

/* One term; *words moves behind it. */
static int term_read(struct filter_term *term, const char **words, struct error *error)
{
	const char *at = *words;
	size_t length;
	int result = 0;

	if (*at == '!') {
		term->negated = true;
		at++;
	}
	length = key_length(at);
	term->key = filter_key_phrase();
	if (length > 0)
		result = term_read_key(term, &at, length, error);
	if (result < 0)
		return result;
	at = read_value(at, term->text, sizeof(term->text));
	if (!at || !term->text[0])
		return error_set(error, -EINVAL, EXIT_USAGE, "'%s' wants a value", *words);
	*words = at;
	if (!term->key->take(term))
		return error_set(error, -EINVAL, EXIT_USAGE, "'%s' wants %s, not '%s'", term->name,
				 term->key->expected, term->text);
	result = term_compile_expression(term, error);
	if (result == 0 && term->key->prepare)
		term->key->prepare(term);
	return result;
}

/* Whether any word of a text has a sign: then it is made of terms. */
static bool has_signs(const char *words)
{
	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		if (key_length(words + (*words == '!')) > 0)
			return true;
		words += strcspn(words, " ");
	}
	return false;
}

static int filter_read(struct filter *filter, const char *words, struct error *error)
{
	if (!has_signs(words)) {
		struct filter_term *term = &filter->term[filter->terms++];

		term->key = filter_key_phrase();
		snprintf(term->text, sizeof(term->text), "%s", words);
		return 0;
	}
	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		int result;

		if (filter->terms == FILTER_TERMS)
			return error_set(error, -EINVAL, EXIT_USAGE, "more than %d terms",
					 FILTER_TERMS);
		result = term_read(&filter->term[filter->terms++], &words, error);
		if (result < 0)
			return result;
	}
	return 0;
}

int filter_create(struct filter **out, const char *words, struct error *error)
{
	struct filter *filter;
	int result;

	*out = NULL;
	if (!*words || strlen(words) >= FILTER_WORDS_MAX)
		return error_set(error, -EINVAL, EXIT_USAGE,
				 *words ? "that is too long" : "there is nothing to look for");
	filter = calloc(1, sizeof(*filter));
	if (!filter)
		return error_set(error, -ENOMEM, EXIT_IO, "out of memory");
	strcpy(filter->words, words);
	result = filter_read(filter, words, error);
	if (result < 0) {
		filter_destroy(filter);
		return result;
	}
	*out = filter;
	return 0;
}

void filter_destroy(struct filter *filter)
{
	if (!filter)
		return;
	for (int i = 0; i < filter->terms; i++)
		if (filter->term[i].compiled)
			regfree(&filter->term[i].expression);
	free(filter);
}

const char *filter_words(const struct filter *filter)
{
	return filter->words;
}

bool filter_may_pass(const struct filter *filter, const struct event *event)
{
	for (int i = 0; i < filter->terms; i++) {
		const struct filter_term *term = &filter->term[i];

		if (term->key->event && term->key->event(term, event) == term->negated)
			return false;
	}
	return true;
}

bool filter_is_simple(const struct filter *filter)
{
	for (int i = 0; i < filter->terms; i++)
		if (!filter->term[i].key->event)
			return false;
	return true;
}

bool filter_passes(const struct filter *filter, struct replay *replay)
{
	const struct event *event = replay_event(replay);
	struct event here;
	struct scene scene;

	if (!event || !filter_may_pass(filter, event))
		return false;
	here = *event;
	scene = (struct scene){.state = replay_state(replay),
			       .dictionary = replay_source(replay)->dictionary,
			       .event = &here};
	for (int i = 0; i < filter->terms; i++) {
		const struct filter_term *term = &filter->term[i];

		if (term->key->moment && term->key->moment(term, replay, &scene) == term->negated)
			return false;
	}
	return true;
}

bool filter_is_for_tasklets(const struct filter *filter)
{
	for (int i = 0; i < filter->terms; i++)
		if (!filter->term[i].key->tasklet)
			return false;
	return true;
}

bool filter_passes_tasklet(const struct filter *filter, const struct scene *scene, uint32_t id)
{
	if (!filter_is_for_tasklets(filter))
		return true;
	for (int i = 0; i < filter->terms; i++) {
		const struct filter_term *term = &filter->term[i];

		if (term->key->tasklet(term, scene, id) == term->negated)
			return false;
	}
	return true;
}

struct event_source_query filter_query(const struct filter *filter)
{
	struct event_source_query query = {.thread = 0};

	for (int i = 0; i < filter->terms; i++) {
		const struct filter_term *term = &filter->term[i];

		if (term->negated || term->sign != FILTER_IS)
			continue;
		if (term->letter == 'T')
			query.tasklet = term->id;
		else if (term->letter == 'C')
			query.channel = term->id;
		else if (strcmp(term->key->name, "thread") == 0)
			query.thread = (uint32_t)term->number;
		else if (strcmp(term->key->name, "kind") == 0)
			query.kind = (uint16_t)event_kind_by_name(term->text);
	}
	return query;
}

long filter_phrase(const struct filter *filter, const char *text, size_t *length)
{
	for (int i = 0; i < filter->terms; i++) {
		const struct filter_term *term = &filter->term[i];
		const char *hit;

		if (term->key != filter_key_phrase() || term->negated)
			continue;
		hit = strcasestr(text, term->text);
		if (!hit)
			continue;
		*length = strlen(term->text);
		return hit - text;
	}
	return -1;
}
