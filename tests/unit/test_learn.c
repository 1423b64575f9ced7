/* SPDX-License-Identifier: MIT */
/*
 * test_learn.c - what somebody asks who wants to understand: why, what does the word mean, who runs
 * next.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "generator.h"
#include "model/cause.h"
#include "model/glossary.h"
#include "model/predict.h"
#include "model/replay.h"
#include "play.h"

enum { EVENTS = 20000 };

static const struct {
	uint64_t event, cause;
} causes[] = {
	{1, 0},   {2, 1},   {5, 4},   {9, 8},   {10, 1},  {11, 10}, {12, 11}, {13, 11}, {14, 11},
	{15, 14}, {18, 14}, {19, 15}, {20, 19}, {27, 24}, {28, 27}, {29, 19}, {30, 29}, {32, 30},
	{37, 23}, {38, 37}, {41, 38}, {42, 41}, {44, 42}, {46, 44}, {48, 46}, {49, 46},
};

static void an_event_has_its_cause(void **unused)
{
	struct array_source array;
	struct event_cache *cache;
	size_t count;
	const struct event *events = play_events(&count);

	(void)unused;
	array_source_init(&array, events, count, NULL);
	cache = event_cache_create(&array.source);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		uint64_t cause = 0;
		int result = cause_find(cache, &events[causes[i].event - 1], &cause);

		if (result != (causes[i].cause != 0) || cause != causes[i].cause)
			fail_msg("the cause of %u is %u, not %u", (unsigned int)causes[i].event,
				 (unsigned int)cause, (unsigned int)causes[i].cause);
	}
	event_cache_destroy(cache);
}

/* Whatever happens in a program: asking on and on ends at the beginning of a thread. */
static void every_why_leads_to_the_beginning(void **unused)
{
	struct generator_options options = {.seed = 3, .threads = 2, .tasklets = 12, .channels = 4};
	struct event *events = generator_events(&options, EVENTS);
	struct array_source array;
	struct event_cache *cache;

	(void)unused;
	array_source_init(&array, events, EVENTS, NULL);
	cache = event_cache_create(&array.source);
	for (uint64_t n = 1; n <= EVENTS; n += 7) {
		uint64_t at = n, cause;

		while (cause_find(cache, &events[at - 1], &cause) > 0) {
			assert_true(cause < at && cause > 0);
			at = cause;
		}
		assert_int_equal(events[at - 1].kind, EVENT_thread_start);
	}
	event_cache_destroy(cache);
	free(events);
}

static void a_question_has_one_right_answer(void **unused)
{
	struct generator_options options = {.seed = 5, .threads = 1, .tasklets = 9, .channels = 3};
	struct event *events = generator_events(&options, EVENTS);
	struct state *state = state_create();
	struct predict predict = {.on = true};
	unsigned int questions = 0;

	(void)unused;
	for (int n = 0; n < EVENTS; n++) {
		if (events[n].kind == EVENT_tasklet_switch &&
		    predict_ask(&predict, state, &events[n])) {
			int right = 0;

			questions++;
			assert_in_range(predict.choices, 2, PREDICT_CHOICES);
			for (int i = 0; i < predict.choices; i++) {
				if (i)
					assert_true(predict.choice[i - 1] < predict.choice[i]);
				if (predict.choice[i] == predict.answer)
					right = i + 1;
			}
			assert_true(predict_answer(&predict, right));
			assert_false(predict.asking);
			assert_false(predict_answer(&predict, 0));
		}
		state_apply(state, &events[n]);
	}
	assert_true(questions > 100);
	assert_int_equal(predict.right, questions);
	assert_int_equal(predict.asked, 2 * questions);
	state_destroy(state);
	free(events);
}

static void words_are_found_in_sentences(void **unused)
{
	static const struct {
		const char *text;
		const char *words[4];
	} sentences[] = {
		{"T1 left the chain; 2 Channels.", {"chain", "channel"}},
		{"A hard switch and two switches", {"hard switch", "switch"}},
		{"it was blocked", {"block"}},
		{"blockchain my_chain \"chain\" prefers", {NULL}},
		{"", {NULL}},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const char *at = sentences[i].text, *start;
		const struct glossary_word *word;
		size_t length;
		int n = 0;

		while ((word = glossary_in(at, &start, &length)) != NULL) {
			assert_non_null(sentences[i].words[n]);
			assert_string_equal(word->word, sentences[i].words[n]);
			assert_true(start >= at && length > 0);
			at = start + length;
			n++;
		}
		assert_null(sentences[i].words[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_has_its_cause),
		cmocka_unit_test(every_why_leads_to_the_beginning),
		cmocka_unit_test(a_question_has_one_right_answer),
		cmocka_unit_test(words_are_found_in_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
