/* SPDX-License-Identifier: MIT */
/*
 * test_filter.c - filters, and looking for what passes them.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "array_source.h"
#include "model/filter.h"
#include "model/finder.h"
#include "model/survey.h"
#include "play.h"

static struct array_source array;
static struct dictionary *dictionary;
static size_t events;

static int set_up(void **unused)
{
	const struct event *play = play_events(&events);

	(void)unused;
	dictionary = play_dictionary();
	array_source_init(&array, play, events, dictionary);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	dictionary_destroy(dictionary);
	return 0;
}

static const struct {
	const char *words;
	const char *passes; /* numbers of events */
} filters[] = {
	{"made job", " 27"},
	{"MADE job", " 27"},
	{"\"made job\" seq>1", " 27"},
	{"seq>46", " 47 48 49"},
	{"seq<=2", " 1 2"},
	{"seq:7", " 7"},
	{"!seq<48", " 48 49"},
	{"kind:tasklet_switch", " 11 15 20 24 30 34 38 42 46"},
	{"kind:block", " 14 19 23 33"},
	{"kind:channel seq<15", " 2 3 14"},
	{"kind~^slice_r", " 26 32 36 40 43 47"},
	{"tasklet:4 seq<20", " 8 9"},
	{"touches:T4 seq<21", " 8 9 20"},
	{"touches:c2 seq<24", " 3 23"},
	{"chan:C2 !kind:switch", " 3 23 37"},
	{"channel=2 kind:transfer", " 37"},
	{"thread:1 seq:1", " 1"},
	{"thread:2", ""},
	{"time<2us", " 1"},
	{"time>=35us", " 49"},
	{"bytes>1KiB", " 25 40"},
	{"bytes=480", " 16 26 31 36"},
	{"balance<0", " 19 23 33"},
	{"cause:yield", ""},
	{"cause:SWITCH_BLOCK", " 15 20 24 34"},
	{"cause:block", " 15 20 24 34"},
	{"name:logger seq<10", " 8 9"},
	{"name~^LOG seq<10", " 8 9"},
	{"name=done", " 3 23 24 37 38"},
	{"place:play.c:27", " 18 19 20 21 32 33 34 35"},
	{"place~^main$ seq<3", " 2"},
	{"state:ended", " 41 42 44 46 49"},
	{"state:blocked kind:switch", " 15 20 24 34"},
	{"state:sending", " 14 15 16"},
	{"text~says", " 27"},
	{"text~\"in [d]eed\"", ""},
	{"dur>3us", " 11 20 29 30 37"},
	{"dur<3us kind:transfer", " 18"},
	{"dur>9us", " 37"},
};

/* With a finder, in a direction. */
static void walk(struct filter *filter, int direction, char *out, size_t size)
{
	struct finder finder = {.filters = &filter,
				.count = 1,
				.direction = direction,
				.at = direction > 0 ? 0 : events + 1};
	enum finder_result result;
	struct replay *replay;
	uint64_t found[64];
	int count = 0;

	assert_int_equal(replay_create(&replay, &array.source), 0);
	while ((result = finder_go_on(&finder, replay, 3)) != FINDER_NOTHING)
		if (result == FINDER_FOUND)
			found[count++] = finder.at;
	replay_destroy(replay);
	*out = '\0';
	for (int i = 0; i < count; i++) {
		size_t length = strlen(out);

		snprintf(out + length, size - length, " %u",
			 (unsigned int)found[direction > 0 ? i : count - 1 - i]);
	}
}

static void filters_pass_what_they_say(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct filter *filter;
		struct error error;
		char found[256];

		if (filter_create(&filter, filters[i].words, &error) < 0)
			fail_msg("'%s': %s", filters[i].words, error.text);
		assert_string_equal(filter_words(filter), filters[i].words);
		for (int direction = -1; direction <= 1; direction += 2) {
			array.stretch = direction > 0 ? 8 : 0;
			walk(filter, direction, found, sizeof(found));
			if (strcmp(found, filters[i].passes) != 0)
				fail_msg("'%s' passes%s, not%s", filters[i].words, found,
					 filters[i].passes);
		}
		filter_destroy(filter);
	}
}

static void what_is_no_filter_is_told_so(void **unused)
{
	static const char *const wrong[] = {
		"",         "nonsense:1", "seq>",        "seq>many",  "seq~5",   "name<5",
		"name~\"(", "name~(",     "tasklet:C2",  "chan:T2",   "chan:0",  "touches:7",
		"dur>fast", "kind>3",     "bytes>1mile", "tasklet>3", "thread:",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter *filter;
		struct error error = {.text = ""};

		if (filter_create(&filter, wrong[i], &error) != -EINVAL)
			fail_msg("'%s' is taken for a filter", wrong[i]);
		assert_null(filter);
		assert_true(error.text[0] != '\0' && !strchr(error.text, '\n'));
	}
}

static void tasklets_pass_too(void **unused)
{
	static const struct {
		const char *words;
		const char *passes;
	} tasklets[] = {
		{"name~er$", " 2 3 4"},       {"state:blocked", " 4"},
		{"state:running", " 3"},      {"chan:2", " 4"},
		{"!state:blocked", " 1 2 3"}, {"prod", " 2"},
		{"dur>10us", " 1"},           {"dur>10us kind:switch", " 1 2 3 4"},
		{"place:play.c:36", " 4"},    {"state:alive tasklet:4", " 4"},
	};
	struct replay *replay;
	struct scene scene;

	(void)unused;
	assert_int_equal(replay_create(&replay, &array.source), 0);
	assert_int_equal(replay_seek(replay, 30), 1);
	scene = (struct scene){.state = replay_state(replay), .dictionary = dictionary};
	for (size_t i = 0; i < sizeof(tasklets) / sizeof(tasklets[0]); i++) {
		struct filter *filter;
		char found[64] = "";

		assert_int_equal(filter_create(&filter, tasklets[i].words, NULL), 0);
		for (uint32_t id = 1; id <= state_tasklets(scene.state); id++)
			if (filter_passes_tasklet(filter, &scene, id))
				sprintf(found + strlen(found), " %u", (unsigned int)id);
		if (strcmp(found, tasklets[i].passes) != 0)
			fail_msg("'%s' passes%s, not%s", tasklets[i].words, found,
				 tasklets[i].passes);
		filter_destroy(filter);
	}
	replay_destroy(replay);
}

/* T2 is put into the chain at once, T3 never; then the main tasklet runs for 60 ms. */
static void those_to_worry_about_are_found(void **unused)
{
	struct event_slot slots[] = {
		event_pack_thread_start((struct event_thread_start){.main = 1}),
		event_pack_tasklet_create(
			(struct event_tasklet_create){.tasklet = 2, .creator = 1, .function = 1}),
		event_pack_tasklet_insert((struct event_tasklet_insert){.tasklet = 2, .actor = 1}),
		event_pack_tasklet_create(
			(struct event_tasklet_create){.tasklet = 3, .creator = 1, .function = 1}),
		event_pack_trace_mark((struct event_trace_mark){.tasklet = 1}),
	};
	enum { COUNT = sizeof(slots) / sizeof(slots[0]) };
	static const struct {
		const char *words;
		uint64_t position;
		uint32_t id; /* the only one that passes, 0: none */
	} worries[] = {
		{"state:starving", 4, 0},     {"state:starving", COUNT, 2},
		{"state:runnable", COUNT, 2}, {"state:limbo", 3, 0},
		{"state:limbo", COUNT, 3},    {"state:paused", COUNT, 3},
	};
	struct event run[COUNT];
	struct array_source source;
	struct replay *replay;

	(void)unused;
	for (int i = 0; i < COUNT; i++) {
		run[i] = (struct event){.seq = (uint64_t)i + 1,
					.time_ns = i == COUNT - 1 ? 60000000 : (uint64_t)i,
					.thread = 1,
					.kind = slots[i].kind,
					.small = slots[i].small};
		memcpy(run[i].word, slots[i].word, sizeof(run[i].word));
	}
	array_source_init(&source, run, COUNT, dictionary);
	assert_int_equal(replay_create(&replay, &source.source), 0);
	for (size_t i = 0; i < sizeof(worries) / sizeof(worries[0]); i++) {
		struct scene scene = {.state = replay_state(replay), .dictionary = dictionary};
		struct filter *filter;

		assert_true(replay_seek(replay, worries[i].position) >= 0);
		assert_int_equal(filter_create(&filter, worries[i].words, NULL), 0);
		for (uint32_t id = 1; id <= state_tasklets(scene.state); id++)
			assert_int_equal(filter_passes_tasklet(filter, &scene, id),
					 id == worries[i].id);
		filter_destroy(filter);
	}
	replay_destroy(replay);
}

static void a_survey_finds_them_all(void **unused)
{
	struct survey survey = {.replay = NULL};
	struct filter *filter;

	(void)unused;
	assert_int_equal(filter_create(&filter, "kind:switch", NULL), 0);
	assert_int_equal(survey_begin(&survey, &array.source, &filter, 1), 0);
	for (int i = 0; survey.running; i++) {
		assert_in_range(i, 0, 10);
		survey_go_on(&survey, 5);
	}
	assert_int_equal(survey.found, 9);
	/* Event 11 of 49 lies in the eleventh part of 49, 46 in the 46th. */
	assert_false(survey_hits(&survey, 0, 10, 49));
	assert_true(survey_hits(&survey, 10, 11, 49));
	assert_false(survey_hits(&survey, 11, 14, 49));
	assert_true(survey_hits(&survey, 45, 46, 49));
	assert_false(survey_hits(&survey, 46, 49, 49));
	assert_int_equal(survey_percent(&survey), 100);
	assert_int_equal(survey_begin(&survey, &array.source, NULL, 0), 0);
	assert_false(survey.running || survey_hits(&survey, 0, 49, 49));
	survey_term(&survey);
	filter_destroy(filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_pass_what_they_say),
		cmocka_unit_test(what_is_no_filter_is_told_so),
		cmocka_unit_test(tasklets_pass_too),
		cmocka_unit_test(those_to_worry_about_are_found),
		cmocka_unit_test(a_survey_finds_them_all),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
