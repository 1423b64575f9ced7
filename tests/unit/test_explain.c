/* SPDX-License-Identifier: MIT */
/*
 * test_explain.c - every sentence is true: the numbers in it are those that a naive model counts.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "generator.h"
#include "model/explain.h"
#include "naive.h"

static struct dictionary *dictionary;

static int set_up(void **unused)
{
	(void)unused;
	dictionary = generator_dictionary();
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	dictionary_destroy(dictionary);
	return 0;
}

/* ---------------------------------------------------------------------------------------------
 * Names and units
 */

static const char *bytes(uint64_t number)
{
	static char out[64];

	explain_bytes(out, sizeof(out), number);
	return out;
}

static const char *duration(uint64_t ns)
{
	static char out[64];

	explain_duration(out, sizeof(out), ns);
	return out;
}

static const char *error_words(int error)
{
	static char out[128];

	explain_error(out, sizeof(out), error);
	return out;
}

static void numbers_have_units(void **unused)
{
	(void)unused;
	assert_string_equal(bytes(0), "0 bytes");
	assert_string_equal(bytes(1), "1 byte");
	assert_string_equal(bytes(999), "999 bytes");
	assert_string_equal(bytes(1248), "1,248 bytes");
	assert_string_equal(bytes(UINT64_MAX), "18,446,744,073,709,551,615 bytes");
	assert_string_equal(duration(0), "0 ns");
	assert_string_equal(duration(999), "999 ns");
	assert_string_equal(duration(1000), "1.0 us");
	assert_string_equal(duration(1050), "1.1 us");
	assert_string_equal(duration(99949), "99.9 us");
	assert_string_equal(duration(99950), "100 us");
	assert_string_equal(duration(999949), "1,000 us");
	assert_string_equal(duration(999950), "1.0 ms");
	assert_string_equal(duration(3200000), "3.2 ms");
	assert_string_equal(duration(UINT64_C(1234000000000)), "1,234 s");
	assert_string_equal(duration(UINT64_MAX), "18,446,744,074 s");
	assert_string_equal(error_words(0), "no error");
	assert_string_equal(error_words(-EPIPE), "-EPIPE (broken pipe)");
	assert_string_equal(error_words(-EIO), "-EIO (input/output error)");
	assert_string_equal(error_words(-4711), "error -4711");
	assert_string_equal(error_words(17), "error 17");
	assert_string_equal(error_words(INT32_MIN), "error -2147483648");
}

static void places_are_named_as_well_as_can_be(void **unused)
{
	struct dictionary *places = dictionary_create();
	struct dictionary_place place = {.function = "f", .file = "/a/b/c.c", .line = 7};
	char out[64];

	(void)unused;
	dictionary_set_place(places, 1, &place);
	place = (struct dictionary_place){.function = "g", .file = "", .address = 0x1234};
	dictionary_set_place(places, 2, &place);
	place = (struct dictionary_place){.function = "", .file = "", .address = 0x1234};
	dictionary_set_place(places, 3, &place);
	explain_place(out, sizeof(out), places, 1);
	assert_string_equal(out, "c.c:7");
	explain_place(out, sizeof(out), places, 2);
	assert_string_equal(out, "g");
	explain_place(out, sizeof(out), places, 3);
	assert_string_equal(out, "0x1234");
	explain_place(out, sizeof(out), places, 0);
	assert_string_equal(out, "");
	dictionary_destroy(places);
}

static void names_are_cut_between_characters(void **unused)
{
	struct dictionary *names = dictionary_create();
	struct state *state = state_create();
	struct event event = {.seq = 1, .thread = 1, .kind = EVENT_thread_start, .word = {1, 1, 1}};
	char name[200] = "", out[200];

	(void)unused;
	for (int i = 0; i < 50; i++)
		strcat(name, "é");
	dictionary_set_string(names, 1, name, strlen(name));
	state_apply(state, &event);
	explain_tasklet(out, sizeof(out), state, names, 1);
	assert_string_equal(out, "T1 \"éééééééééééééééééééé..\"");
	for (size_t size = 1; size < 20; size++) {
		size_t length = explain_tasklet(out, size, state, names, 1);

		assert_int_equal(strlen(out), length);
		assert_true(length < size);
		assert_true(length == 0 || (out[length - 1] & 0xff) != 0xc3);
	}
	explain_tasklet(out, sizeof(out), state, names, 0);
	assert_string_equal(out, "nobody");
	explain_tasklet(out, sizeof(out), state, names, 77);
	assert_string_equal(out, "T77");
	dictionary_destroy(names);
	state_destroy(state);
}

/* ---------------------------------------------------------------------------------------------
 * Whole sentences, word for word
 */

static void check_sentence(struct state *state, struct event event, const char *sentence)
{
	char out[EXPLAIN_MAX];

	event.seq = state_seq(state) + 1;
	event.time_ns = event.seq * 1500;
	event.thread = 1;
	state_apply(state, &event);
	explain_event(out, sizeof(out), state, dictionary, &event,
		      event.kind == EVENT_trace_mark ? "hello\x1b[0m" : NULL);
	assert_string_equal(out, sentence);
}

#define SAY(kind_name, sentence, ...)                                                              \
	do {                                                                                       \
		struct event_slot slot =                                                           \
			event_pack_##kind_name((struct event_##kind_name){__VA_ARGS__});           \
		struct event event = {.kind = slot.kind, .small = slot.small};                     \
		memcpy(event.word, slot.word, sizeof(event.word));                                 \
		check_sentence(state, event, sentence);                                            \
	} while (0)

static void sentences_read_well(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	SAY(thread_start,
	    "Thread 1 began to use tasklets; T1 \"name1\" is its main tasklet and runs.", .main = 1,
	    .name = 1);
	SAY(channel_create,
	    "T1 \"name1\" created C1 \"name3\" for values of 8 bytes. (made_up.c:101)",
	    .channel = 1, .creator = 1, .name = 3, .size = 8, .place = 1);
	SAY(tasklet_create,
	    "T1 \"name1\" created T2 \"name2\", which will run function2. (made_up.c:101)",
	    .tasklet = 2, .creator = 1, .name = 2, .function = 2, .place = 1);
	SAY(tasklet_insert,
	    "T1 \"name1\" put T2 \"name2\" at the end of the chain, because it was just created; "
	    "2 tasklets are runnable now. (made_up.c:101)",
	    .tasklet = 2, .actor = 1, .cause = EVENT_INSERT_CREATED, .place = 1);
	SAY(channel_block,
	    "T1 \"name1\" found nobody to send on C1 \"name3\", so it left the chain and waits; "
	    "balance 0 -> -1 (1 receiver waits). (made_up.c:102)",
	    .tasklet = 1, .balance = (uint32_t)-1, .channel = 1, .direction = -1, .place = 2);
	SAY(tasklet_switch,
	    "T1 \"name1\" stopped and T2 \"name2\" went on, because T1 waits on C1 \"name3\" and "
	    "T2 "
	    "was next in the chain. (made_up.c:102)",
	    .prev = 1, .next = 2, .cause = EVENT_SWITCH_BLOCK, .channel = 1, .place = 2);
	SAY(slice_save,
	    "To make room, 1,248 bytes of the stack of T1 \"name1\" (0x7ffe..e2a0 to 0x7ffe..e780) "
	    "were copied to the heap; the 64 bytes above them stayed in place. (made_up.c:102)",
	    .tasklet = 1, .bytes = 1248, .kept = 64, .address = UINT64_C(0x7ffe0001e2a0));
	SAY(channel_transfer,
	    "T2 \"name2\" handed a value to T1 \"name1\" through C1 \"name3\", because T1 had been "
	    "waiting for 4.5 us; balance -1 -> 0, T1 runs next. (made_up.c:103)",
	    .sender = 2, .receiver = 1, .channel = 1, .wake = EVENT_WAKE_AFTER_BY_SENDER,
	    .place = 3);
	SAY(tasklet_switch,
	    "T1 \"name1\" took over from T2 \"name2\" at once, because it was waiting on C1 "
	    "\"name3\" and C1 prefers the receiver; T2 stays in the chain. (made_up.c:103)",
	    .prev = 2, .next = 1, .cause = EVENT_SWITCH_PREFERENCE, .channel = 1, .place = 3);
	SAY(trace_mark, "T1 \"name1\" says: hello\uFFFD[0m (made_up.c:104)", .tasklet = 1,
	    .length = 9, .place = 4);
	SAY(channel_refuse,
	    "T1 \"name1\" could not send on C1 \"name3\" and got -EPIPE (broken pipe), because C1 "
	    "is closed and it would have had to wait. (made_up.c:104)",
	    .tasklet = 1, .channel = 1, .direction = 1, .error = (uint32_t)-EPIPE, .place = 4);
	SAY(tasklet_throw,
	    "T1 \"name1\" threw -ECANCELED (operation canceled) into T2 \"name2\", which gets it "
	    "when its turn comes.",
	    .target = 2, .actor = 1, .pending = 1, .error = (uint32_t)-ECANCELED);
	SAY(slice_save,
	    "To make room, 96 bytes of the stack of T1 \"name1\", who had left them in place "
	    "(0x7ffe..e800 to 0x7ffe..e860) were copied to the heap. (made_up.c:102)",
	    .tasklet = 1, .bytes = 96, .address = UINT64_C(0x7ffe0001e800));
	SAY(slice_save,
	    "Nothing of the stack of T2 \"name2\" was copied: all its 64 bytes stayed in place, "
	    "above what the next one can overwrite. (made_up.c:103)",
	    .tasklet = 2, .kept = 64, .address = UINT64_C(0x7ffe0001e2a0));
	SAY(slice_restore,
	    "T2 \"name2\" came back, and nothing had to be copied: all its 64 bytes had stayed in "
	    "place. (made_up.c:103)",
	    .tasklet = 2, .kept = 64, .address = UINT64_C(0x7ffe0001e2a0));
	SAY(slice_restore,
	    "T2 \"name2\" came back: 96 bytes were copied to 0x7ffe..e2a0, where they came from, "
	    "so "
	    "its variables have the same addresses as before; the 64 bytes above them had stayed "
	    "in "
	    "place. (made_up.c:103)",
	    .tasklet = 2, .bytes = 96, .kept = 64, .address = UINT64_C(0x7ffe0001e2a0));
	SAY(tasklet_end,
	    "T2 \"name2\" ended with the uncaught error -EIO (input/output error), so T1 \"name1\" "
	    "has to take it.",
	    .tasklet = 2, .heir = 1, .cause = EVENT_END_ERROR, .error = (uint32_t)-EIO);
	assert_int_equal(state_oddities(state), 0);
	state_destroy(state);
}

/* A limit is named only where there is one; what waits already has so much of it left. */
static void limits_of_waiting_are_told(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	SAY(snapshot_wait,
	    "T1 was waiting until it can read from descriptor 6, but no longer than 1.5 us more.",
	    .tasklet = 1, .descriptor = 6, .aim = EVENT_AIM_READ, .time = 1500);
	SAY(snapshot_wait, "T1 was waiting until it is woken.", .tasklet = 1,
	    .descriptor = (uint32_t)-1);
	SAY(snapshot_wait, "T1 was waiting for 1.5 us more.", .tasklet = 1,
	    .descriptor = (uint32_t)-1, .time = 1500);
	state_destroy(state);
}

static void nobody_is_called_next_who_was_not(void **unused)
{
	struct state *state = state_create();

	(void)unused;
	SAY(thread_start, "Thread 1 began to use tasklets; T1 is its main tasklet and runs.",
	    .main = 1);
	for (uint32_t id = 2; id <= 3; id++) {
		struct event event = {
			.thread = 1, .kind = EVENT_tasklet_create, .word = {id, 1, 0, 1}};

		event.seq = state_seq(state) + 1;
		state_apply(state, &event);
		event = (struct event){.thread = 1, .kind = EVENT_tasklet_insert, .word = {id, 1}};
		event.seq = state_seq(state) + 1;
		state_apply(state, &event);
	}
	SAY(tasklet_switch, "T1 stopped and T3 went on, because T1 yielded.", .prev = 1, .next = 3,
	    .cause = EVENT_SWITCH_YIELD);
	SAY(tasklet_switch,
	    "T3 stopped and T1 went on, because T3 yielded and T1 was next in the chain.",
	    .prev = 3, .next = 1, .cause = EVENT_SWITCH_YIELD);
	state_destroy(state);
}

/* ---------------------------------------------------------------------------------------------
 * The numbers in the sentences of a long story
 */

/* The sentence with the numbers that the naive model counts, or "" where it has no opinion. */
static void expected_part(char *out, size_t size, const struct naive *naive,
			  const struct naive *before, const struct event *event)
{
	uint32_t channel = event->word[2];
	int old_balance = naive_balance(before, channel % NAIVE_CHANNELS);
	int balance = naive_balance(naive, channel % NAIVE_CHANNELS);
	int runnable = naive->chain[event->thread].count;
	uint32_t waiter;

	out[0] = '\0';
	switch (event->kind) {
	case EVENT_tasklet_insert:
	case EVENT_scheduler_enter:
		if (runnable == 1)
			snprintf(out, size, "; 1 tasklet is runnable now.");
		else
			snprintf(out, size, "; %d tasklets are runnable now.", runnable);
		break;
	case EVENT_channel_block:
		snprintf(out, size, "; balance %s%d -> %s%d (%d %s%s wait%s).",
			 old_balance > 0 ? "+" : "", old_balance, balance > 0 ? "+" : "", balance,
			 abs(balance), balance > 0 ? "sender" : "receiver",
			 abs(balance) > 1 ? "s" : "", abs(balance) > 1 ? "" : "s");
		break;
	case EVENT_channel_transfer:
		waiter = event->small & 1 ? event->word[1] : event->word[0];
		explain_duration(out, size, event->time_ns - before->tasklet[waiter].since_ns);
		snprintf(out + strlen(out), size - strlen(out), "; balance %s%d -> %s%d, T%u ",
			 old_balance > 0 ? "+" : "", old_balance, balance > 0 ? "+" : "", balance,
			 waiter);
		break;
	case EVENT_channel_leave:
		if (balance)
			snprintf(out, size, "; balance %s%d -> %s%d (", old_balance > 0 ? "+" : "",
				 old_balance, balance > 0 ? "+" : "", balance);
		else
			snprintf(out, size, "; balance 0 now (nobody waits).");
		break;
	case EVENT_slice_save:
		explain_bytes(out, size, naive->tasklet[event->word[0]].saved);
		break;
	case EVENT_slice_restore:
		explain_bytes(out, size, before->tasklet[event->word[0]].saved);
		break;
	default:
		break;
	}
}

/* Whoever was directly after the one that stopped, or first if that one had left, was next. */
static bool was_next(const struct naive *before, const struct event *event)
{
	const struct naive_row *chain = &before->chain[event->thread];
	int place = chain->count && chain->id[0] == event->word[0] && chain->count > 1 ? 1 : 0;

	return chain->count && chain->id[place] == event->word[1];
}

static void check_shape(const char *sentence)
{
	size_t length = strlen(sentence);
	int words = 1;

	assert_true(length > 10 && length < 400);
	assert_null(strchr(sentence, '{'));
	assert_null(strchr(sentence, '}'));
	assert_true(sentence[length - 1] == '.' || sentence[length - 1] == ')');
	assert_null(strstr(sentence, "  "));
	for (const char *at = sentence; *at; at++)
		words += *at == ' ';
	assert_true(words <= 36);
}

static void the_numbers_are_true(void **unused)
{
	enum { EVENTS = 20000 };
	static const struct generator_options programs[] = {
		{.seed = 21, .threads = 1, .tasklets = 10, .channels = 2},
		{.seed = 22, .threads = 3, .tasklets = 6, .channels = 2},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct event *events = generator_events(&programs[i], EVENTS);
		struct naive *naive = naive_create(), *before = naive_create();
		struct state *state = state_create();
		int checked = 0;

		for (int n = 0; n < EVENTS; n++) {
			const struct event *event = &events[n];
			char sentence[EXPLAIN_MAX], part[128];

			*before = *naive;
			assert_true(naive_apply(naive, event));
			state_apply(state, event);
			explain_event(sentence, sizeof(sentence), state, dictionary, event, NULL);
			check_shape(sentence);
			expected_part(part, sizeof(part), naive, before, event);
			if (!strstr(sentence, part))
				fail_msg("'%s' lacks '%s'", sentence, part);
			checked += part[0] != '\0';
			if (event->kind == EVENT_tasklet_switch &&
			    strstr(sentence, "was next in the chain"))
				assert_true(was_next(before, event));
			if (event->kind == EVENT_tasklet_switch &&
			    event->small == EVENT_SWITCH_YIELD)
				assert_non_null(strstr(sentence, "was next in the chain"));
			assert_true(explain_why(sentence, sizeof(sentence), state, dictionary,
						event) > 20);
			assert_null(strchr(sentence, '{'));
		}
		assert_true(checked > EVENTS / 4);
		state_destroy(state);
		free(before);
		free(naive);
		free(events);
	}
}

static void chains_and_queues_are_told_in_order(void **unused)
{
	enum { EVENTS = 3000 };
	const struct generator_options program = {
		.seed = 23, .threads = 1, .tasklets = 8, .channels = 2};
	struct event *events = generator_events(&program, EVENTS);
	struct naive *naive = naive_create();
	struct state *state = state_create();

	(void)unused;
	for (int n = 0; n < EVENTS; n++) {
		char out[EXPLAIN_MAX], *at = out;
		const struct naive_row *chain = &naive->chain[1];

		naive_apply(naive, &events[n]);
		state_apply(state, &events[n]);
		explain_chain(out, sizeof(out), state, dictionary, 1);
		for (int i = 0; i < chain->count; i++) {
			char member[32];

			snprintf(member, sizeof(member), "T%u", chain->id[i]);
			at = strstr(at, member);
			assert_non_null(at);
		}
		for (uint32_t id = 1; id <= naive->channels; id++) {
			char balance[32];

			snprintf(balance, sizeof(balance),
				 naive_balance(naive, id) > 0 ? " +%d" : " %d",
				 naive_balance(naive, id));
			explain_queue(out, sizeof(out), state, dictionary, id);
			assert_non_null(strstr(out, balance));
		}
	}
	state_destroy(state);
	free(naive);
	free(events);
}

/* Events that mean nothing are told too, in any room there is. */
static void nonsense_is_told_without_harm(void **unused)
{
	struct state *state = state_create();
	uint64_t seed = 9;

	(void)unused;
	for (int n = 0; n < 20000; n++) {
		struct event event = {.seq = (uint64_t)n + 1};
		char out[EXPLAIN_MAX];
		size_t size = generator_random(&seed, n % 2 ? 300 : EXPLAIN_MAX + 1);

		event.kind = (uint16_t)generator_random(&seed, EVENT_KINDS + 3);
		event.small = (uint16_t)generator_random(&seed, n % 3 ? 12 : 65536);
		event.thread = generator_random(&seed, 4);
		for (int i = 0; i < EVENT_WORDS; i++)
			event.word[i] = generator_random(&seed, n % 5 ? 50 : UINT32_MAX);
		if (n % 2)
			state_apply(state, &event);
		memset(out, 'x', sizeof(out));
		if (size) {
			size_t length = explain_event(out, size, state, dictionary, &event, NULL);

			assert_int_equal(length, strlen(out));
			assert_true(strlen(out) < size);
			explain_why(out, size, state, dictionary, &event);
			assert_true(strlen(out) < size);
		} else {
			explain_event(out, size, state, dictionary, &event, NULL);
			assert_int_equal(out[0], 'x');
		}
	}
	state_destroy(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_units),
		cmocka_unit_test(places_are_named_as_well_as_can_be),
		cmocka_unit_test(names_are_cut_between_characters),
		cmocka_unit_test(sentences_read_well),
		cmocka_unit_test(limits_of_waiting_are_told),
		cmocka_unit_test(nobody_is_called_next_who_was_not),
		cmocka_unit_test(the_numbers_are_true),
		cmocka_unit_test(chains_and_queues_are_told_in_order),
		cmocka_unit_test(nonsense_is_told_without_harm),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
