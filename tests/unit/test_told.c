/* SPDX-License-Identifier: MIT */
/*
 * test_told.c - what single events say of small programs: the fields that no state is made of.
 *
 * Would fail if an event named the place of another call, or kept an error to itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "greenroom.h"
#include "played.h"

enum { SLOTS = 1 << 10 };

/* ------------------------------------------------------------------------------- the programs */

static struct channel *channel;

/* In the plain forms, which know their place by the return address. */
static int receive_once(void *unused)
{
	(void)unused;
	return (channel_receive)(channel, NULL);
}

static void create_in_callback(const struct channel_call *call, void *unused)
{
	struct tasklet *tasklet;

	(void)call, (void)unused;
	if ((tasklet_new)(&tasklet, "of the callback") == 0)
		tasklet_unref(tasklet);
}

static int send_with_callback(void *unused)
{
	int value = 0;

	(void)unused;
	channel_create(&channel, "channel", sizeof(int));
	tasklet_create(NULL, "receiver", receive_once, NULL);
	scheduler_set_channel_callback(create_in_callback, NULL);
	tasklet_yield();
	(channel_send)(channel, &value);
	return 0;
}

static int forgive(struct tasklet *tasklet, int error, void *unused)
{
	(void)tasklet, (void)unused;
	return error == -5 ? 0 : error;
}

static int end_with(void *error)
{
	return *(int *)error;
}

static int fail_twice(void *unused)
{
	int errors[] = {-5, -6};

	(void)unused;
	scheduler_set_error_handler(forgive, NULL);
	for (int i = 0; i < 2; i++) {
		tasklet_create(NULL, "failing", end_with, &errors[i]);
		scheduler_run(NULL, NULL);
	}
	return 0;
}

static int check_atomic(void *unused)
{
	(void)unused;
	tasklet_set_atomic(scheduler_current(), true);
	for (int i = 0; i < 9; i++)
		tasklet_check();
	tasklet_set_atomic(scheduler_current(), false);
	return 0;
}

/* Tasklet 2 is stopped, as late as it may be. */
static int watch(void *unused)
{
	struct run_options options = {.flags = RUN_TOTAL, .ticks = 3, .nanoseconds = 1ull << 40};

	(void)unused;
	tasklet_create(NULL, "atomic", check_atomic, NULL);
	return scheduler_run(&options, NULL);
}

static int offer(void *unused)
{
	void *value = (void *)(uintptr_t)7;

	(void)unused;
	return tasklet_yield_value(&value);
}

/* Main puts 8 in place of tasklet 2's 7. */
static int change_value(void *unused)
{
	struct tasklet *tasklet;

	(void)unused;
	tasklet_create(&tasklet, "offering", offer, NULL);
	tasklet_yield();
	tasklet_set_value(tasklet, (void *)(uintptr_t)8);
	return scheduler_run(NULL, NULL);
}

/* Tasklet 2 has these words on its stack while main runs. */
static const uint64_t words_on_stack[] = {0x1122334455667788, 0x99aabbccddeeff00,
					  0x0f1e2d3c4b5a6978};

static int keep_words(void *address)
{
	volatile uint64_t words[3];

	for (int i = 0; i < 3; i++)
		words[i] = words_on_stack[i];
	*(uint64_t *)address = (uintptr_t)words;
	tasklet_yield();
	return words[0] != words_on_stack[0];
}

/* Tells the address with a mark. */
static int copy_words(void *unused)
{
	uint64_t address = 0;

	(void)unused;
	tasklet_create(NULL, "with words", keep_words, &address);
	tasklet_yield();
	trace_mark("%llx", (unsigned long long)address);
	return scheduler_run(NULL, NULL);
}

/* ------------------------------------------------------------------------------- the recorder */

static struct event told[SLOTS];
static size_t told_count;

/* Runs a program, and keeps its events. */
static void record_slices(played_fn *program, uint32_t slice_bytes)
{
	struct played played;
	const struct event_slot *slot;

	played_begin(&played, SLOTS, SEGMENT_DROP);
	played.segment->settings.slice_bytes = slice_bytes;
	played_start(&played, program, NULL);
	assert_int_equal(played_wait(&played), 0);
	if (atomic_load(&played.segment->rings_used) == 0)
		skip(); /* a runtime without hooks */
	assert_int_equal(atomic_load(&played.segment->ring[0].dropped), 0);
	told_count = atomic_load(&played.segment->ring[0].head);
	slot = played_slots(&played, 0);
	for (size_t i = 0; i < told_count; i++, slot++) {
		told[i] = (struct event){.kind = slot->kind, .small = slot->small};
		memcpy(told[i].word, slot->word, sizeof(slot->word));
	}
	played_end(&played);
}

static void record(played_fn *program)
{
	record_slices(program, 0);
}

/* The event of that kind that has `before` others of it before it. */
static const struct event *find(enum event_kind kind, int before)
{
	for (size_t i = 0; i < told_count; i++)
		if (told[i].kind == kind && before-- == 0)
			return &told[i];
	fail_msg("no such %s", event_describe(kind)->name);
	return NULL;
}

static void test_callbacks_keep_the_place(void **unused)
{
	uint32_t of_callback, of_receive, of_send;

	(void)unused;
	record(send_with_callback);
	of_callback = event_unpack_tasklet_create(find(EVENT_tasklet_create, 1)).place;
	of_receive = event_unpack_channel_block(find(EVENT_channel_block, 0)).place;
	of_send = event_unpack_channel_transfer(find(EVENT_channel_transfer, 0)).place;
	assert_int_not_equal(of_callback, 0);
	assert_int_not_equal(of_receive, of_callback);
	assert_int_not_equal(of_send, of_callback);
	assert_int_not_equal(of_send, of_receive);
}

static void test_handled_errors_are_told(void **unused)
{
	struct event_tasklet_end end;

	(void)unused;
	record(fail_twice);
	end = event_unpack_tasklet_end(find(EVENT_tasklet_end, 0));
	assert_int_equal(end.cause, EVENT_END_HANDLED);
	assert_int_equal((int)end.error, -5);
	assert_int_equal(end.heir, 0);
	end = event_unpack_tasklet_end(find(EVENT_tasklet_end, 1));
	assert_int_equal(end.cause, EVENT_END_ERROR);
	assert_int_equal((int)end.error, -6);
}

static void assert_interrupt(int before, enum event_interrupt_fate fate, enum event_budget budget,
			     uint32_t ticks)
{
	struct event_watchdog_interrupt interrupt =
		event_unpack_watchdog_interrupt(find(EVENT_watchdog_interrupt, before));

	assert_int_equal(interrupt.tasklet, 2);
	assert_int_equal(interrupt.caller, 1);
	assert_int_equal(interrupt.fate, fate);
	assert_int_equal(interrupt.budget, budget);
	assert_int_equal(interrupt.ticks, ticks);
	assert_int_not_equal(interrupt.place, 0);
}

static void test_interrupts_are_told(void **unused)
{
	struct event_watchdog_start start;
	struct event_tasklet_set set;

	(void)unused;
	record(watch);
	start = event_unpack_watchdog_start(find(EVENT_watchdog_start, 0));
	assert_int_equal(start.caller, 1);
	assert_int_equal(start.ticks, 3);
	assert_int_equal(start.time, 1ull << 40);
	assert_int_equal(start.total, 1);
	assert_int_equal(start.soft, 0);
	set = event_unpack_tasklet_set(find(EVENT_tasklet_set, 0));
	assert_int_equal(set.tasklet, 2);
	assert_int_equal(set.setting, EVENT_SETTING_ATOMIC);
	assert_int_equal(set.value, 1);
	assert_int_equal(event_unpack_tasklet_set(find(EVENT_tasklet_set, 1)).value, 0);
	assert_interrupt(0, EVENT_INTERRUPT_ATOMIC, EVENT_BUDGET_TICKS, 4);
	assert_interrupt(1, EVENT_INTERRUPT_STOPPED, EVENT_BUDGET_EARLIER, 9);
	assert_int_equal(event_unpack_tasklet_remove(find(EVENT_tasklet_remove, 0)).cause,
			 EVENT_REMOVE_INTERRUPTED);
	assert_int_equal(event_unpack_scheduler_leave(find(EVENT_scheduler_leave, 0)).reason,
			 EVENT_REASON_INTERRUPTED);
}

static void test_values_are_told(void **unused)
{
	struct event_value_put put;
	struct event_value_take take;

	(void)unused;
	record(change_value);
	put = event_unpack_value_put(find(EVENT_value_put, 0));
	assert_int_equal(put.tasklet, 2);
	assert_int_equal(put.actor, 2);
	assert_int_equal(put.value, 7);
	put = event_unpack_value_put(find(EVENT_value_put, 1));
	assert_int_equal(put.tasklet, 2);
	assert_int_equal(put.actor, 1);
	assert_int_equal(put.value, 8);
	assert_int_not_equal(put.place, 0);
	take = event_unpack_value_take(find(EVENT_value_take, 0));
	assert_int_equal(take.tasklet, 2);
	assert_int_equal(take.value, 8);
}

/* How many pieces of the copy follow the first save of tasklet 2; `word` gets what lay at `address`. */
static int count_pieces(uint64_t address, uint64_t *word)
{
	const struct event *save = find(EVENT_slice_save, 0), *event = save + 1;
	uint64_t low;

	while (save->word[0] != 2)
		save++;
	low = event_unpack_slice_save(save).address;
	for (event = save + 1; event->kind == EVENT_slice_words; event++) {
		struct event_slice_words words = event_unpack_slice_words(event);
		uint64_t at = low + (uint64_t)words.piece * 16;

		assert_int_equal(words.tasklet, 2);
		if (at == (address & ~UINT64_C(15)))
			*word = address & 8 ? words.high : words.low;
	}
	return (int)(event - save - 1);
}

static void test_copies_are_told(void **unused)
{
	const struct event *text;
	char digits[EVENT_TEXT_BYTES + 1] = "";
	uint64_t address, word;

	(void)unused;
	record_slices(copy_words, 1024);
	text = find(EVENT_trace_text, 0);
	memcpy(digits, text->word, text->small);
	address = strtoull(digits, NULL, 16);
	for (int i = 0; i < 3; i++, address += 8) {
		word = 0;
		count_pieces(address, &word);
		assert_int_equal(word, words_on_stack[i]);
	}
	record_slices(copy_words, 32);
	assert_int_equal(count_pieces(0, &word), 2);
	record(copy_words);
	assert_int_equal(count_pieces(0, &word), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_callbacks_keep_the_place),
		cmocka_unit_test(test_handled_errors_are_told),
		cmocka_unit_test(test_interrupts_are_told),
		cmocka_unit_test(test_values_are_told),
		cmocka_unit_test(test_copies_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
