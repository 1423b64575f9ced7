/* SPDX-License-Identifier: MIT */
/*
 * dump_settle.c - read each tasklet as it was at one moment, while it may go on at any.
 *
 * All that belongs to a tasklet (its record, its slice, its frames) is read by one call of the system,
 * its generation first and last: see slice_publish in libtrace/slice.h. For that one has to know
 * beforehand where its slice and frames lie, which its record says; so there is a *plan*, made from what
 * was read the time before. What was read is taken if the generation stayed the same and the plan was
 * right; else the tasklet has its turn again, until the time is over. Of a tasklet in a thousand that
 * switch as fast as they can, a plan succeeds nearly always the second time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dump_plan.h"

enum {
	ENOUGH_NS = 10000000, /* then one in a hundred may be left */
	RETRY_NS = 100000000, /* then who has not been still is busy */
	/* All together may take so long: lists of a target that lies need not end. */
	LIMIT_NS = 2000000000,
	LIMIT_TASKLET_NS = 20000, /* more for each */
	STILL_NS = 500000,        /* who runs for so long is not about to stop */
	STILL_PASSES = 3,
	CORE_PASSES = 3,         /* nothing changes there: a plan, and its success */
	SCRATCH_BYTES = 4 << 20, /* for a call; more if a single tasklet needs it */
	FIXED_PIECES = 6,        /* of a tasklet without frames */
	AT_ONCE = 4              /* times that one is read again while the plan is fresh */
};

static uint64_t record_field(const struct settler *settler, const struct plan *plan,
			     enum layout_entry field)
{
	return target_layout_field(settler->layout, field, plan->at + RECORD_AT,
				   settler->record_bytes);
}

static const struct dump_thread *thread_of(const struct settler *settler,
					   const struct dump_tasklet *tasklet)
{
	return tasklet->thread == DUMP_NOWHERE ? NULL : &settler->dump->thread[tasklet->thread];
}

static uint32_t find_thread(struct settler *settler, uint64_t address)
{
	const struct dump *dump = settler->dump;

	for (size_t i = 0; i < dump->threads; i++) {
		size_t at = (settler->last_thread + i) % dump->threads;

		if (dump->thread[at].address == address) {
			settler->last_thread = at;
			return (uint32_t)at;
		}
	}
	return DUMP_NOWHERE;
}

/* ------------------------------------------------------------------------------ reading */

static void add_piece(struct settler *settler, uint64_t address, void *to, size_t bytes)
{
	if (bytes)
		settler->piece[settler->pieces++] = (struct target_piece){address, to, bytes};
}

/* The order is what all depends on. */
static void add_pieces(struct settler *settler, struct plan *plan)
{
	const struct target_layout *layout = settler->layout;
	const struct dump_thread *thread = thread_of(settler, plan->tasklet);
	uint64_t record = plan->tasklet->address;
	uint64_t generation = record + target_layout_offset(layout, LAYOUT_tasklet_generation);
	char *stack = plan->at + stack_at(settler);

	memset(plan->at, 0, stack_at(settler));
	add_piece(settler, generation, plan->at, sizeof(uint32_t));
	add_piece(settler, record, plan->at + RECORD_AT, settler->record_bytes);
	if (thread)
		add_piece(settler,
			  thread->address + target_layout_offset(layout, LAYOUT_thread_current),
			  plan->at + current_at(settler), sizeof(uintptr_t));
	add_piece(settler, plan->copy, stack, plan->copy_bytes);
	add_piece(settler, plan->place, stack + plan->copy_bytes, plan->place_bytes);
	for (size_t i = 0; i < plan->frames; i++)
		add_piece(settler, plan->frame[i],
			  plan->at + frames_at(settler, plan) + i * settler->frame_bytes,
			  settler->frame_bytes);
	add_piece(settler, generation, plan->at + last_at(settler, plan), sizeof(uint32_t));
}

static int reserve_scratch(struct settler *settler, size_t bytes)
{
	void *scratch;

	if (bytes <= settler->scratch_bytes)
		return 0;
	if (bytes < SCRATCH_BYTES)
		bytes = SCRATCH_BYTES;
	scratch = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (scratch == MAP_FAILED)
		return -ENOMEM;
	if (settler->scratch)
		munmap(settler->scratch, settler->scratch_bytes);
	settler->scratch = scratch;
	settler->scratch_bytes = bytes;
	return 0;
}

/* Reads as many tasklets, from `first` to before `limit`, as one call can take; sets *end to the one after the last.
 * Where a piece could not be read its tasklet is read no further, and the rest in another call. */
static int read_some(struct settler *settler, size_t first, size_t limit, size_t *end)
{
	size_t at = first, done = 0;

	if (reserve_scratch(settler, scratch_of(settler, &settler->plan[first])))
		return -ENOMEM;
	settler->pieces = settler->used = 0;
	for (; at < limit; at++) {
		struct plan *plan = &settler->plan[at];

		if (settler->pieces + plan->frames + FIXED_PIECES > TARGET_PIECES_MAX ||
		    settler->used + scratch_of(settler, plan) > settler->scratch_bytes)
			break;
		plan->at = settler->scratch + settler->used;
		settler->used += scratch_of(settler, plan);
		add_pieces(settler, plan);
	}
	*end = at;
	at = first;
	while (done < settler->pieces) {
		done += target_read_pieces(settler->dump->target, settler->piece + done,
					   settler->pieces - done);
		if (done == settler->pieces)
			break;
		/* Whose piece that was: go on behind it. */
		while (at + 1 < *end && settler->plan[at + 1].at <= (char *)settler->piece[done].to)
			at++;
		settler->plan[at].at = NULL;
		at++;
		while (done < settler->pieces &&
		       (at == *end || (char *)settler->piece[done].to < settler->plan[at].at))
			done++;
	}
	return 0;
}

/* ------------------------------------------------------------------------------ planning */

/* Where the rest of the stack of a tasklet that is out lies in place: above its copy, up to its base.
 * Main's goes on to the top of the thread's. */
static void plan_place(struct settler *settler, struct plan *plan, bool is_main, uint64_t base)
{
	const struct dump_thread *thread = thread_of(settler, plan->tasklet);
	uint64_t place = plan->low + plan->copy_bytes;

	plan->place_bytes = 0;
	plan->place = place;
	if (!thread || place < thread->stack_low || place > thread->stack_top)
		return;
	if (is_main || base > thread->stack_top)
		base = thread->stack_top;
	plan->place_bytes = base > place ? (size_t)(base - place) : 0;
	if (plan->place_bytes > DUMP_PLACE_BYTES)
		plan->place_bytes = DUMP_PLACE_BYTES;
}

/* From the record. Whether that was the plan. */
static bool plan_stack(struct settler *settler, struct plan *plan)
{
	const struct target_layout *layout = settler->layout;
	uint64_t line = target_layout_number(layout, LAYOUT_slice_line);
	struct plan old = *plan;
	bool is_main = record_field(settler, plan, LAYOUT_tasklet_is_main);

	plan->tasklet->thread = find_thread(settler,
					    record_field(settler, plan, LAYOUT_tasklet_thread));
	plan->sp = record_field(settler, plan, LAYOUT_tasklet_sp);
	plan->low = plan->sp & ~(line - 1);
	plan->copy = record_field(settler, plan, LAYOUT_tasklet_copy);
	plan->copy_bytes = plan->sp ? record_field(settler, plan, LAYOUT_tasklet_bytes) : 0;
	if (plan->copy_bytes > DUMP_COPY_BYTES)
		plan->copy_bytes = DUMP_COPY_BYTES;
	plan->place_bytes = 0;
	if (plan->sp)
		plan_place(settler, plan, is_main,
			   record_field(settler, plan, LAYOUT_tasklet_base));
	return plan->sp == old.sp && plan->copy == old.copy && plan->copy_bytes == old.copy_bytes &&
	       plan->place == old.place && plan->place_bytes == old.place_bytes;
}

/* Whether the frames that were read are all there are, one calling the other. */
static bool are_frames_right(const struct settler *settler, const struct plan *plan, size_t at)
{
	const char *frame = plan->at + at;
	uint64_t next = record_field(settler, plan, LAYOUT_tasklet_frame);

	for (size_t i = 0; i < plan->frames; i++, frame += settler->frame_bytes) {
		if (plan->frame[i] != next)
			return false;
		next = target_layout_field(settler->layout, LAYOUT_frame_caller, frame,
					   settler->frame_bytes);
	}
	return !next || plan->frames == DUMP_FRAMES_MAX;
}

/* Follows the frames as they are now. 0 or -ENOMEM. */
static int plan_frames(struct settler *settler, struct plan *plan)
{
	uint64_t next = record_field(settler, plan, LAYOUT_tasklet_frame);
	uint64_t found[DUMP_FRAMES_MAX], *frames;
	char raw[TARGET_LAYOUT_BYTES_MAX];
	size_t count = 0;

	for (; next && count < DUMP_FRAMES_MAX;
	     found[count++] = next, next = target_layout_field(settler->layout, LAYOUT_frame_caller,
							       raw, settler->frame_bytes))
		if (target_read(settler->dump->target, next, raw, settler->frame_bytes))
			break;
	frames = realloc(plan->frame, (count ? count : 1) * sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	memcpy(frames, found, count * sizeof(*frames));
	plan->frame = frames;
	plan->frames = count;
	return 0;
}

/* ------------------------------------------------------------------------------ judging */

static void take_state(const struct settler *settler, const struct plan *plan)
{
	const struct target_layout *layout = settler->layout;
	struct dump_tasklet *tasklet = plan->tasklet;
	int blocked = (int8_t)record_field(settler, plan, LAYOUT_tasklet_blocked);
	bool linked = record_field(settler, plan, LAYOUT_tasklet_next) != 0;
	bool started = record_field(settler, plan, LAYOUT_tasklet_started) != 0;

	tasklet->channel_address = blocked ? record_field(settler, plan, LAYOUT_tasklet_channel)
					   : 0;
	if (blocked && !tasklet->channel_address) /* it is being woken at this moment */
		blocked = 0;
	if (blocked == (int)target_layout_number(layout, LAYOUT_tasklet_waits))
		tasklet->state = DUMP_SLEEPING;
	else if (blocked)
		tasklet->state = blocked > 0 ? DUMP_SENDING : DUMP_RECEIVING;
	else if (tasklet->is_current)
		tasklet->state = DUMP_RUNNING;
	else if (linked)
		tasklet->state = started ? DUMP_RUNNABLE : DUMP_NEW;
	else
		tasklet->state = DUMP_PAUSED;
}

/* All but its stack. */
static void take_record(const struct settler *settler, const struct plan *plan)
{
	struct dump_tasklet *tasklet = plan->tasklet;
	uintptr_t current;

	memcpy(&current, plan->at + current_at(settler), sizeof(current));
	tasklet->is_current = current == tasklet->address;
	tasklet->is_main = record_field(settler, plan, LAYOUT_tasklet_is_main);
	tasklet->generation = (uint32_t)record_field(settler, plan, LAYOUT_tasklet_generation);
	tasklet->run = record_field(settler, plan, LAYOUT_tasklet_run);
	tasklet->saved_bytes = plan->copy_bytes;
	tasklet->bytes_in_place = tasklet->is_main ? 0 : plan->place_bytes;
	take_state(settler, plan);
}

static int take_frames(const struct settler *settler, const struct plan *plan, size_t at)
{
	const struct target_layout *layout = settler->layout;
	const char *frame = plan->at + at;

	for (size_t i = 0; i < plan->frames; i++, frame += settler->frame_bytes) {
		uint64_t step = target_layout_field(layout, LAYOUT_frame_step, frame,
						    settler->frame_bytes);
		uint64_t resume = target_layout_field(layout, LAYOUT_frame_resume, frame,
						      settler->frame_bytes);

		if (!step) /* it only stands below a nested one */
			continue;
		if (dump_add_call(plan->tasklet, (struct dump_call){.address = step,
								    .is_frame = true,
								    .resume = (uint32_t)resume}))
			return -ENOMEM;
		plan->tasklet->run = step;
	}
	return 0;
}

static int take_stack(const struct settler *settler, const struct plan *plan, size_t at)
{
	struct dump_tasklet *tasklet = plan->tasklet;

	tasklet->stack = plan->sp ? DUMP_STACK_SAVED : DUMP_STACK_NONE;
	tasklet->is_soft = !plan->sp && plan->frames;
	if (!plan->sp)
		return 0;
	tasklet->sp = plan->sp;
	tasklet->pc = settler->layout->resume;
	tasklet->low = plan->low;
	tasklet->bytes = plan->copy_bytes + plan->place_bytes;
	tasklet->memory = malloc(tasklet->bytes ? tasklet->bytes : 1);
	if (!tasklet->memory)
		return -ENOMEM;
	memcpy(tasklet->memory, plan->at + at, tasklet->bytes);
	return 0;
}

/* Whether it has been running, without a stop, for so long that it may be taken for one that runs. */
static bool runs_on(const struct settler *settler, struct plan *plan, uint32_t generation)
{
	if (!plan->tasklet->is_current)
		return false;
	if (!target_process(settler->dump->target))
		return true;
	if (!plan->runs_seen || plan->runs_generation != generation) {
		plan->runs_seen = 0;
		plan->runs_generation = generation;
		plan->runs_since = settler->now;
	}
	return ++plan->runs_seen >= STILL_PASSES && settler->now - plan->runs_since >= STILL_NS;
}

/* Some of its memory was not there. The next time its record alone is read; was it that which is not
 * there, the tasklet is not there either. */
static int forget_plan(struct plan *plan)
{
	if (!plan->is_plan)
		plan->tasklet->id = 0;
	plan->is_plan = false;
	plan->sp = plan->copy = plan->place = 0;
	plan->copy_bytes = plan->place_bytes = plan->frames = 0;
	return plan->tasklet->id == 0;
}

/* Looks at what was read: 1 if the tasklet is settled, 0 if it has to be read again, or -ENOMEM. */
static int judge(struct settler *settler, struct plan *plan)
{
	size_t stack = stack_at(settler), frames = frames_at(settler, plan);
	size_t last = last_at(settler, plan);
	struct dump_tasklet *tasklet = plan->tasklet;
	uint32_t generation, generation_after;
	bool right;

	if (!plan->at)
		return forget_plan(plan);
	if (record_field(settler, plan, LAYOUT_tasklet_id) != tasklet->id ||
	    !record_field(settler, plan, LAYOUT_tasklet_alive)) {
		tasklet->id = 0;
		return 1;
	}
	memcpy(&generation, plan->at, sizeof(generation));
	memcpy(&generation_after, plan->at + last, sizeof(generation));
	right = plan->is_plan && are_frames_right(settler, plan, frames);
	plan->is_plan = true;
	right = plan_stack(settler, plan) && right;
	take_record(settler, plan);
	if (generation == generation_after && tasklet->generation == generation) {
		if (generation & 1) {
			tasklet->stack = DUMP_STACK_RUNNING;
			if (runs_on(settler, plan, generation))
				return take_frames(settler, plan, frames) ? -ENOMEM : 1;
			tasklet->stack = DUMP_STACK_BUSY;
		} else if (right) {
			/* (The stack's bytes lie where the old plan had them, which was right.) */
			return take_stack(settler, plan, stack) ||
					       take_frames(settler, plan, frames)
				       ? -ENOMEM
				       : 1;
		}
	}
	return right ? 0 : plan_frames(settler, plan);
}

/* Whether it has taken so long that what is left is given up. */
static bool is_late(struct settler *settler)
{
	uint64_t limit = LIMIT_NS + (uint64_t)settler->dump->tasklets * LIMIT_TASKLET_NS;

	if (!settler->late && dump_clock() - settler->began > limit)
		settler->late = settler->dump->is_short = true;
	return settler->late;
}

/* Those of a pass that have to be read again are, each by itself: frames come and go so quickly that a
 * plan for them is good for no more than some microseconds. */
static int insist(struct settler *settler, size_t first, size_t end)
{
	for (size_t i = first; i < end && !is_late(settler); i++)
		for (int n = 0; n < AT_ONCE && !settler->plan[i].settled; n++) {
			size_t next;

			if (read_some(settler, i, i + 1, &next))
				return -ENOMEM;
			settler->plan[i].settled = judge(settler, &settler->plan[i]);
		}
	return 0;
}

/* One turn for everybody who is left. 0 or -ENOMEM. */
static int pass(struct settler *settler)
{
	size_t left = 0, end;

	settler->now = dump_clock();
	for (size_t first = 0; first < settler->plans && !is_late(settler); first = end) {
		if (read_some(settler, first, settler->plans, &end))
			return -ENOMEM;
		for (size_t i = first; i < end && !is_late(settler); i++)
			settler->plan[i].settled = judge(settler, &settler->plan[i]);
		if (insist(settler, first, end))
			return -ENOMEM;
	}
	for (size_t i = 0; i < settler->plans; i++) {
		struct plan plan = settler->plan[i];

		settler->plan[i].frame = NULL;
		if (plan.settled < 0)
			settler->failed = true;
		if (plan.settled)
			free(plan.frame);
		else
			settler->plan[left++] = plan;
	}
	settler->plans = left;
	return settler->failed ? -ENOMEM : 0;
}

static bool is_time_over(const struct settler *settler)
{
	uint64_t time = dump_clock() - settler->began;

	return time >= RETRY_NS ||
	       (time >= ENOUGH_NS && settler->plans * 100 <= settler->dump->tasklets);
}

int dump_settle(struct dump *dump, const struct target_layout *layout)
{
	struct settler settler = {
		.dump = dump,
		.layout = layout,
		.record_bytes = target_layout_bytes(layout, LAYOUT_tasklet),
		.frame_bytes = target_layout_bytes(layout, LAYOUT_frame),
		.began = dump_clock(),
	};
	bool is_live = target_process(dump->target) != 0;
	int result = 0;

	settler.plan = calloc(dump->tasklets ? dump->tasklets : 1, sizeof(*settler.plan));
	if (!settler.plan)
		return -ENOMEM;
	for (; settler.plans < dump->tasklets; settler.plans++)
		settler.plan[settler.plans].tasklet = &dump->tasklet[settler.plans];
	for (int passes = 1; !result && settler.plans; passes++) {
		result = pass(&settler);
		if (settler.late || (is_live ? is_time_over(&settler) : passes == CORE_PASSES))
			break;
	}
	for (size_t i = 0; i < settler.plans; i++)
		free(settler.plan[i].frame);
	if (settler.scratch)
		munmap(settler.scratch, settler.scratch_bytes);
	free(settler.plan);
	return result;
}
