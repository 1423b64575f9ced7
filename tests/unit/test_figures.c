/* SPDX-License-Identifier: MIT */
/*
 * test_figures.c - the pictures of a moment: the play at telling places, and states too large for
 * any canvas.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <locale.h>

#include "model/figure.h"
#include "unit/picture.h"
#include "unit/play.h"

struct stage {
	struct state *state;
	struct dictionary *dictionary;
	struct scene scene;
	struct event last;
	struct canvas canvas;
};

static void stage_begin(struct stage *stage, int rows, int columns)
{
	stage->state = state_create();
	stage->dictionary = play_dictionary();
	assert_non_null(stage->state);
	assert_non_null(stage->dictionary);
	stage->scene = (struct scene){.state = stage->state, .dictionary = stage->dictionary};
	assert_int_equal(canvas_init(&stage->canvas, rows, columns), 0);
}

static void stage_end(struct stage *stage)
{
	canvas_term(&stage->canvas);
	dictionary_destroy(stage->dictionary);
	state_destroy(stage->state);
}

static void stage_apply(struct stage *stage, const struct event *event)
{
	stage->last = *event;
	stage->scene.event = &stage->last;
	assert_int_equal(state_apply(stage->state, event), 0);
}

/* The play up to the n-th event of a kind. */
static void stage_play(struct stage *stage, enum event_kind kind, int n)
{
	uint64_t last = play_find(kind, n);
	size_t count;
	const struct event *events = play_events(&count);

	assert_int_not_equal(last, 0);
	state_clear(stage->state);
	canvas_clear(&stage->canvas);
	for (size_t i = 0; i < last; i++)
		stage_apply(stage, &events[i]);
}

/* A packed event of thread 1, applied. */
static void stage_add(struct stage *stage, struct event_slot slot)
{
	struct event event = {
		.seq = state_seq(stage->state) + 1,
		.time_ns = state_time_ns(stage->state) + 10,
		.thread = 1,
		.kind = slot.kind,
		.small = slot.small,
	};

	memcpy(event.word, slot.word, sizeof(event.word));
	stage_apply(stage, &event);
}

/* main, and tasklets 2 to `last` in its chain. */
static void stage_crowd(struct stage *stage, uint32_t last)
{
	stage_add(stage, event_pack_thread_start((struct event_thread_start){.main = 1}));
	for (uint32_t id = 2; id <= last; id++) {
		stage_add(stage, event_pack_tasklet_create((struct event_tasklet_create){
					 .tasklet = id, .creator = 1, .function = 1}));
		stage_add(stage, event_pack_tasklet_insert(
					 (struct event_tasklet_insert){.tasklet = id, .actor = 1}));
	}
}

/* The play fits together: or the pictures show nonsense. */
static void test_the_play_is_sound(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 1, 1);
	stage_play(&stage, EVENT_thread_end, 1);
	assert_int_equal(state_oddities(stage.state), 0);
	assert_int_equal(state_tasklet(stage.state, PLAY_CONSUMER)->where, STATE_RECEIVING);
	stage_end(&stage);
}

static void test_ring(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 7, 26);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "No thread uses tasklets\nyet.\n");
	/* The one whom the event puts into the chain is marked. */
	stage_play(&stage, EVENT_tasklet_insert, 3);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭───── ▶ T1 main ─────→╮\n"
				      "• T4 logger    T2 producer\n"
				      " │             T3 consumer\n"
				      " ╰←─────────────────────╯\n");
	/* Whoever waits has left the ring. */
	stage_play(&stage, EVENT_tasklet_start, 3);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭──── ▶ T4 logger ────→╮\n"
				      " │             T2 producer\n"
				      " ╰←─────────────────────╯\n"
				      "\n"
				      "\n"
				      "in run: T1 main\n"
				      "waiting: T3 consumer←C1\n");
	/* It has left the chain, and runs until the switch. */
	stage_play(&stage, EVENT_channel_block, 1);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭──── T3 consumer ────→╮\n"
				      " │               T4 logger\n"
				      " ╰←─────────────────────╯\n"
				      "\n"
				      "leaves: T2 producer\n"
				      "in run: T1 main\n"
				      "waiting: T2 producer→C1\n");
	stage_end(&stage);
}

static void test_ring_of_many(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 7, 40);
	stage_crowd(&stage, 8);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭────────────── ▶ T1 ───────────────→╮\n"
				      "• T8                                  T2\n"
				      "T7                                    T3\n"
				      "T6                                    T4\n"
				      " │                                    T5\n"
				      " ╰←───────────────────────────────────╯\n");
	stage_end(&stage);
	stage_begin(&stage, 7, 40);
	stage_crowd(&stage, 104);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭────────────── ▶ T1 ───────────────→╮\n"
				      "• T104                                T2\n"
				      "T103                                  T3\n"
				      "T102                                  T4\n"
				      "T101                                  T5\n"
				      "T100                                  T6\n"
				      " ╰←─────────── … 93 more ─────────────╯\n");
	canvas_clear(&stage.canvas);
	for (uint32_t id = 3; id < 104; id++)
		stage_add(&stage, event_pack_tasklet_remove((
					  struct event_tasklet_remove){.tasklet = id, .actor = 1}));
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, " ╭────────────── ▶ T1 ───────────────→╮\n"
				      "T104                                  T2\n"
				      " ╰←───────────────────────────────────╯\n"
				      "\n"
				      "\n"
				      "\n"
				      "paused: T3 T4 T5 T6 T7 T8 T9 … 94 more\n");
	stage_end(&stage);
	stage_begin(&stage, 2, 40);
	stage_crowd(&stage, 104);
	figure_chain(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "▶ T1, T2, T3, T4, T5, T6, T7 … 97 more\n");
	stage_end(&stage);
}

static void test_stack(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 9, 30);
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "No tasklet has used the C\n"
				      "stack yet.\n");
	stage_play(&stage, EVENT_tasklet_start, 1);
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "7ffc1234e780 ── base ─────────\n"
				      "████ T2 producer\n"
				      "████ runs\n"
				      "████\n"
				      "████\n"
				      "████\n"
				      "(depth not known yet)\n"
				      "heap ─────────────────────────\n"
				      "  T1 main         208 B ..e6b0\n");
	stage_play(&stage, EVENT_slice_save, 2);
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "7ffc1234e780 ── base ─────────\n"
				      "▓▓▓▓ T2 producer\n"
				      "▓▓▓▓ 480 B → heap\n"
				      "▓▓▓▓\n"
				      "▓▓▓▓\n"
				      "7ffc1234e5a0 ── sp ───────────\n"
				      "heap ─────────────────────────\n"
				      "→ T2 producer     480 B ..e5a0\n"
				      "  T1 main         208 B ..e6b0\n");
	stage_play(&stage, EVENT_slice_restore, 1);
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "7ffc1234e780 ── base ─────────\n"
				      "▓▓▓▓ T2 producer\n"
				      "▓▓▓▓ 480 B ← heap\n"
				      "▓▓▓▓\n"
				      "7ffc1234e5a0 ── sp ───────────\n"
				      "heap ─────────────────────────\n"
				      "  T1 main         208 B ..e6b0\n"
				      "  T3 consumer     352 B ..e620\n"
				      "  T4 logger     1,248 B ..e2a0\n");
	stage_play(&stage, EVENT_trace_mark, 1);
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "7ffc1234e780 ── base ─────────\n"
				      "████ T2 producer\n"
				      "████ 480 B runs\n"
				      "████\n"
				      "7ffc1234e5a0 ── last sp ──────\n"
				      "heap ─────────────────────────\n"
				      "  T1 main         208 B ..e6b0\n"
				      "  T3 consumer     352 B ..e620\n"
				      "  T4 logger     1,248 B ..e2a0\n");
	stage_end(&stage);
}

/* What the next tasklet cannot overwrite is not copied: it stays in the picture of the stack. */
static void test_stack_left_in_place(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 9, 76);
	stage_crowd(&stage, 2);
	stage_add(&stage,
		  event_pack_tasklet_switch((struct event_tasklet_switch){.prev = 1, .next = 2}));
	stage_add(&stage,
		  event_pack_slice_save((struct event_slice_save){
			  .tasklet = 1, .bytes = 256, .kept = 640, .address = PLAY_BASE - 896}));
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(
		&stage.canvas,
		"7ffc1234e780 ── base ────────────────  heap ────────────────────────────────\n"
		"░░░░ T1                                → T1                     256 B ..e400\n"
		"░░░░ 640 B stays\n"
		"░░░░\n"
		"7ffc1234e500 ────────────────────────\n"
		"▓▓▓▓ T1\n"
		"▓▓▓▓ 256 B → heap\n"
		"7ffc1234e400 ── sp ──────────────────\n");
	canvas_clear(&stage.canvas);
	stage_add(&stage, event_pack_tasklet_start((struct event_tasklet_start){
				  .tasklet = 2, .base = PLAY_BASE - 640}));
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(
		&stage.canvas,
		"7ffc1234e780 ── base ────────────────  heap ────────────────────────────────\n"
		"░░░░ T1                                  T1                     256 B ..e400\n"
		"░░░░ 640 B stays\n"
		"░░░░\n"
		"7ffc1234e500 ────────────────────────\n"
		"████ T2\n"
		"████ runs\n"
		"(depth not known yet)\n");
	canvas_clear(&stage.canvas);
	stage_add(&stage,
		  event_pack_tasklet_switch((struct event_tasklet_switch){.prev = 2, .next = 3}));
	stage_add(&stage, event_pack_slice_save((struct event_slice_save){
				  .tasklet = 2, .kept = 320, .address = PLAY_BASE - 960}));
	figure_stack(&stage.canvas, &stage.scene, 1);
	assert_picture(
		&stage.canvas,
		"7ffc1234e780 ── base ────────────────  heap ────────────────────────────────\n"
		"░░░░ T1                                  T1                     256 B ..e400\n"
		"░░░░ 640 B stays\n"
		"░░░░\n"
		"7ffc1234e500 ────────────────────────\n"
		"░░░░ T2\n"
		"░░░░ 320 B stays\n"
		"7ffc1234e3c0 ── sp ──────────────────\n");
	stage_end(&stage);
}

static void test_channels(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 5, 36);
	figure_channels(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "no channels yet\n");
	stage_play(&stage, EVENT_channel_block, 3);
	figure_channels(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "  C1 jobs         −2 [−1] 0  +1  +2\n"
				      "  receiver waits: T3 consumer\n"
				      "• C2 done         −2 [−1] 0  +1  +2\n"
				      "  receiver waits: T4 logger\n");
	stage_end(&stage);
	stage_begin(&stage, 3, 80);
	stage_play(&stage, EVENT_channel_block, 3);
	figure_channels(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas,
		       "  C1 jobs        −2 ─[−1]─ 0 ─ +1 ─ +2   receiver waits: T3 consumer\n"
		       "• C2 done        −2 ─[−1]─ 0 ─ +1 ─ +2   receiver waits: T4 logger\n");
	stage_end(&stage);
}

/* Tasklet `id` of a crowd waits in a channel. */
static void stage_block(struct stage *stage, uint32_t id, uint32_t channel, int balance)
{
	stage_add(stage, event_pack_channel_block((struct event_channel_block){
				 .tasklet = id,
				 .channel = channel,
				 .direction = balance < 0 ? -1 : 1,
				 .balance = (uint32_t)balance,
			 }));
}

static void test_long_queues(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 6, 40);
	stage_crowd(&stage, 40);
	for (uint32_t id = 1; id <= 2; id++)
		stage_add(&stage, event_pack_channel_create((struct event_channel_create){
					  .channel = id, .creator = 1}));
	for (int id = 2; id < 5; id++)
		stage_block(&stage, (uint32_t)id, 2, id - 1);
	for (int id = 5; id <= 40; id++)
		stage_block(&stage, (uint32_t)id, 1, 4 - id);
	assert_int_equal(state_oddities(stage.state), 0);
	figure_channels(&stage.canvas, &stage.scene, 1);
	assert_picture(&stage.canvas, "• C1             [−36] ─ … ─ 0\n"
				      "  receivers wait: T5, T6, T7, … 33 more\n"
				      "  C2             0 ─ … ─ [+3]\n"
				      "  senders wait: T2, T3, T4\n");
	stage_end(&stage);
}

static void tasklets_check(int columns, const char *picture)
{
	struct stage stage;

	stage_begin(&stage, 5, columns);
	stage_play(&stage, EVENT_slice_restore, 1);
	figure_tasklets(&stage.canvas, &stage.scene, 1, PLAY_PRODUCER);
	assert_picture(&stage.canvas, picture);
	stage_end(&stage);
}

static void test_tasklets(void **state)
{
	(void)state;
	tasklets_check(20, "  tasklet  state\n"
			   "  T1 main  in run\n"
			   "▶>T2 prod… running\n"
			   "  T3 cons… receiving\n"
			   "  T4 logg… receiving\n");
	tasklets_check(40, "  tasklet             state      in heap\n"
			   "  T1 main             in run       208 B\n"
			   "▶>T2 producer         running          –\n"
			   "  T3 consumer         receiving    352 B\n"
			   "  T4 logger           receiving  1,248 B\n");
	tasklets_check(60, "  tasklet       state     waits in  in heap stopped at\n"
			   "  T1 main       in run    –           208 B play.c:48\n"
			   "▶>T2 producer   running   –               – play.c:14\n"
			   "  T3 consumer   receiving C1 jobs     352 B play.c:27\n"
			   "  T4 logger     receiving C2 done   1,248 B play.c:36\n");
	tasklets_check(100, "  tasklet                   state     waits in  in heap     left "
			    "switches    copied stopped at\n"
			    "  T1 main                   in run    –           208 B        –      "
			    "  0     208 B play.c:48\n"
			    "▶>T2 producer               running   –               –        –      "
			    "  2     480 B play.c:14\n"
			    "  T3 consumer               receiving C1 jobs     352 B        –      "
			    "  1     352 B play.c:27\n"
			    "  T4 logger                 receiving C2 done   1,248 B        –      "
			    "  1   1,248 B play.c:36\n");
}

/* A table of a hundred thousand looks at what it shows. */
static void test_table_of_many(void **state)
{
	struct stage stage;

	(void)state;
	stage_begin(&stage, 3, 30);
	stage_crowd(&stage, 100000);
	figure_tasklets(&stage.canvas, &stage.scene, 99999, 0);
	assert_picture(&stage.canvas, "  tasklet            state\n"
				      "  T99999             runnable\n"
				      "• T100000            runnable\n");
	stage_end(&stage);
}

/* Every figure at every small size: nothing but what is on the canvas is touched. */
static void test_every_size(void **state)
{
	(void)state;
	for (int rows = 0; rows < 9; rows++) {
		for (int columns = 0; columns < 50; columns += 1 + columns / 12) {
			struct stage stage;

			stage_begin(&stage, rows, columns);
			stage_play(&stage, EVENT_slice_save, 5);
			figure_chain(&stage.canvas, &stage.scene, 1);
			figure_stack(&stage.canvas, &stage.scene, 1);
			figure_channels(&stage.canvas, &stage.scene, 1);
			figure_tasklets(&stage.canvas, &stage.scene, 1, 1);
			stage_end(&stage);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_play_is_sound),   cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_of_many),        cmocka_unit_test(test_stack),
		cmocka_unit_test(test_stack_left_in_place), cmocka_unit_test(test_channels),
		cmocka_unit_test(test_long_queues),         cmocka_unit_test(test_tasklets),
		cmocka_unit_test(test_table_of_many),       cmocka_unit_test(test_every_size),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
