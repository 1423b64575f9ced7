/* SPDX-License-Identifier: MIT */
/*
 * dump_unwind.c - from the stacks that were read to the calls in them, by libdwfl: for which each
 * tasklet is a thread that has a program counter, a stack pointer, and a piece of memory.
 */
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"

/* The stack pointer's number in DWARF, by the processor's ABI. */
enum {
#if defined __x86_64__
	STACK_POINTER = 7
#elif defined __i386__
	STACK_POINTER = 4
#elif defined __aarch64__
	STACK_POINTER = 31
#elif defined __arm__
	STACK_POINTER = 13
#elif defined __riscv
	STACK_POINTER = 2
#elif defined __powerpc__
	STACK_POINTER = 1
#elif defined __s390__
	STACK_POINTER = 15
#else
	STACK_POINTER = -1
#endif
};

struct unwinder {
	struct dump *dump;
	const struct target_layout *layout;
	struct dump_tasklet *tasklet; /* whose turn it is */
	struct dump_tasklet scratch;  /* of a thread in a core file: its calls */
	uint64_t sp;                  /* likewise */
	bool is_whole;                /* the tasklet's beginning has been reached */
	bool no_memory;
};

static pid_t next_thread(Dwfl *modules, void *context, void **thread)
{
	(void)modules, (void)context, (void)thread;
	return 0;
}

static bool get_thread(Dwfl *modules, pid_t number, void *context, void **thread)
{
	(void)modules, (void)number;
	*thread = context;
	return true;
}

/* Nothing but the stack is wanted; what lies elsewhere may have changed since. */
static bool read_memory(Dwfl *modules, Dwarf_Addr address, Dwarf_Word *word, void *context)
{
	const struct dump_tasklet *tasklet = (*(struct unwinder **)context)->tasklet;
	uint64_t offset = address - tasklet->low;
	uintptr_t value;

	(void)modules;
	if (offset >= tasklet->bytes || tasklet->bytes - offset < sizeof(value))
		return false;
	memcpy(&value, tasklet->memory + offset, sizeof(value));
	*word = value;
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
	const struct dump_tasklet *tasklet = (*(struct unwinder **)context)->tasklet;
	Dwarf_Word sp = tasklet->sp;

	dwfl_thread_state_register_pc(thread, tasklet->pc);
	return dwfl_thread_state_registers(thread, STACK_POINTER, 1, &sp);
}

static const Dwfl_Thread_Callbacks callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

enum { ENTRY_BYTES = 64 }; /* more than the code where a tasklet begins */

/* Where each tasklet begins: no news, nor is the function called from there. */
static bool is_entry(const struct unwinder *unwinder, uint64_t pc)
{
	return pc - unwinder->layout->entry < ENTRY_BYTES;
}

static int take_call(Dwfl_Frame *frame, void *context)
{
	struct unwinder *unwinder = context;
	struct dump_tasklet *tasklet = unwinder->tasklet;
	Dwarf_Addr pc;
	bool exact;

	if (!dwfl_frame_pc(frame, &pc, &exact))
		return DWARF_CB_ABORT;
	if (!tasklet->calls && !unwinder->sp) {
		Dwarf_Word sp;

		if (dwfl_frame_reg(frame, STACK_POINTER, &sp) == 0)
			unwinder->sp = sp;
	}
	if (pc == unwinder->layout->resume) /* the switch itself */
		return DWARF_CB_OK;
	if (is_entry(unwinder, pc)) {
		tasklet->calls -= tasklet->calls > 0;
		unwinder->is_whole = true;
		return DWARF_CB_ABORT;
	}
	if (tasklet->calls >= DUMP_CALLS_MAX) {
		tasklet->is_cut = true;
		return DWARF_CB_ABORT;
	}
	/* A return address belongs to the call before it. */
	if (dump_add_call(tasklet, (struct dump_call){.address = exact ? pc : pc - 1})) {
		unwinder->no_memory = true;
		return DWARF_CB_ABORT;
	}
	return DWARF_CB_OK;
}

/* Its frames come behind: what was called last comes first. */
static int unwind(struct unwinder *unwinder, struct dump_tasklet *tasklet)
{
	struct dump_call *frame = tasklet->call;
	size_t frames = tasklet->calls;
	int result;

	tasklet->call = NULL;
	tasklet->calls = tasklet->call_room = 0;
	unwinder->tasklet = tasklet;
	unwinder->sp = tasklet->sp;
	unwinder->is_whole = false;
	result = dwfl_getthread_frames(target_modules(unwinder->dump->target), 1, take_call,
				       unwinder);
	/* Where the tables end before the stack does it is an error to libdwfl. */
	if (result < 0 && !unwinder->no_memory && !unwinder->is_whole)
		tasklet->is_cut = true;
	for (size_t i = 0; i < frames && !unwinder->no_memory; i++)
		unwinder->no_memory = dump_add_call(tasklet, frame[i]) != 0;
	free(frame);
	return unwinder->no_memory ? -ENOMEM : 0;
}

/* ------------------------------------------------------------------------------ core files */

/* Gives the calls of a thread to the tasklet that ran on it. */
static void give_calls(struct unwinder *unwinder)
{
	struct dump *dump = unwinder->dump;
	struct dump_tasklet *scratch = &unwinder->scratch;

	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];
		const struct dump_thread *thread;

		if (tasklet->stack != DUMP_STACK_RUNNING || tasklet->thread == DUMP_NOWHERE)
			continue;
		thread = &dump->thread[tasklet->thread];
		if (unwinder->sp < thread->stack_low || unwinder->sp >= thread->stack_top)
			continue;
		for (size_t k = 0; k < tasklet->calls && !unwinder->no_memory; k++)
			unwinder->no_memory = dump_add_call(scratch, tasklet->call[k]) != 0;
		free(tasklet->call);
		tasklet->call = scratch->call;
		tasklet->calls = scratch->calls;
		tasklet->call_room = scratch->call_room;
		tasklet->is_cut = scratch->is_cut;
		tasklet->stack = DUMP_STACK_LIVE;
		scratch->call = NULL;
		return;
	}
}

static int unwind_thread(Dwfl_Thread *thread, void *context)
{
	struct unwinder *unwinder = context;

	unwinder->scratch = (struct dump_tasklet){0};
	unwinder->tasklet = &unwinder->scratch;
	unwinder->sp = 0;
	unwinder->is_whole = false;
	if (dwfl_thread_getframes(thread, take_call, unwinder) < 0 && !unwinder->is_whole)
		unwinder->scratch.is_cut = true;
	give_calls(unwinder);
	free(unwinder->scratch.call);
	return unwinder->no_memory ? DWARF_CB_ABORT : DWARF_CB_OK;
}

int dump_unwind(struct dump *dump, const struct target_layout *layout)
{
	struct unwinder unwinder = {.dump = dump, .layout = layout};
	Dwfl *modules = target_modules(dump->target);
	Dwfl *threads = target_core_threads(dump->target);
	void **slot = target_unwinder(dump->target);

	*slot = &unwinder;
	if (STACK_POINTER >= 0 && layout->resume &&
	    (dwfl_pid(modules) > 0 || dwfl_attach_state(modules, NULL, 1, &callbacks, slot)))
		for (size_t i = 0; i < dump->tasklets; i++)
			if (dump->tasklet[i].memory && dump->tasklet[i].bytes &&
			    unwind(&unwinder, &dump->tasklet[i]))
				return -ENOMEM;
	if (threads)
		dwfl_getthreads(threads, unwind_thread, &unwinder);
	return unwinder.no_memory ? -ENOMEM : 0;
}
