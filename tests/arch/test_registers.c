/* SPDX-License-Identifier: MIT */
/*
 * test_registers.c - every register that a call has to keep is kept over a switch.
 *
 * Would fail if a processor's switch forgot to push or to pop any of them, whether compilers make
 * use of it or not; if what it calls pushed lay below the stack pointer that it passes on; if the
 * side stack or a new one began without the room that functions may write in their caller's frame.
 *
 * There is no runtime here: three stacks, what they have in place of slices, and the switch. So it
 * is also the first program that can run on a new processor.
 */
#include <alloca.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "arch/probe.h"
#include "compiler.h"
#include "tap.h"

enum {
	PROBERS = 3,
	ROUNDS = 1500,
	DEPTHS = 40,
	WORDS = 128,
	COPY_BYTES = 65536,
	SIDE_BYTES = 65536,
	GUARD_BYTES = 256, /* nobody's, at the upper end of a stack */
	GUARD = 0x5a
};

static char names[WORDS][8];
static unsigned int words;
static int lost[WORDS];

struct prober {
	_Alignas(16) unsigned long pattern[WORDS];
	_Alignas(16) unsigned long seen[WORDS];
	int number;
	int rounds;
	char *sp; /* NULL: has not begun */
	size_t bytes;
	char copy[COPY_BYTES];
};

/* The last one is main, which probes once: nothing that it has in registers is at stake. */
static struct prober probers[PROBERS + 1];
static struct prober *current = &probers[PROBERS];

static char *base; /* from there on the stack is a guard's, then main's */
static _Alignas(64) char side_stack[SIDE_BYTES + GUARD_BYTES];
static int side_damage, base_damage; /* guards that were found wrong */

static GREENROOM_RAW_STACK bool is_guard(const volatile char *from)
{
	for (size_t i = 0; i < GUARD_BYTES; i++)
		if (from[i] != GUARD)
			return false;
	return true;
}

static GREENROOM_RAW_STACK void begin(char *sp)
{
	base = (char *)(((uintptr_t)sp & ~(uintptr_t)63) - GUARD_BYTES);
	for (size_t i = 0; i < GUARD_BYTES; i++)
		base[i] = side_stack[SIDE_BYTES + i] = GUARD;
}

/* Called, so that exchange writes in its caller's frame what a function that calls may. */
static __attribute__((noinline)) GREENROOM_RAW_STACK void
copy_bytes(char *to, const volatile char *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		to[i] = from[i];
}

/* What slice.c does, in short. */
static GREENROOM_RAW_STACK char *exchange(void *request, char *sp)
{
	struct prober *prev = current, *next = request;

	if (!base)
		begin(sp);
	side_damage += !is_guard(side_stack + SIDE_BYTES);
	base_damage += !is_guard(base);
	prev->sp = sp;
	prev->bytes = sp < base ? (size_t)(base - sp) : 0;
	copy_bytes(prev->copy, sp, prev->bytes);
	current = next;
	if (!next->sp)
		return switch_forge(base);
	copy_bytes(next->sp, next->copy, next->bytes);
	return next->sp;
}

static struct probe_call call_to(struct prober *next)
{
	return (struct probe_call){next, side_stack + SIDE_BYTES, exchange};
}

/* A name is kept in seven letters. */
static void split_names(void)
{
	const char *name = probe_names;

	while (*name) {
		size_t length = strcspn(name, " ");
		size_t kept = length < sizeof(names[0]) ? length : sizeof(names[0]) - 1;

		memcpy(names[words++], name, kept);
		name += length;
		name += strspn(name, " ");
	}
}

/* No two patterns have a word in common, nor has a pattern one twice. */
static void fill(struct prober *prober, int round)
{
	unsigned int controls = words - PROBE_CONTROL_WORDS;
	int choice = (prober->number + round) % 4;

	for (unsigned int i = 0; i < controls; i++) {
		uint64_t value = (uint64_t)(round * (PROBERS + 1) + prober->number) * WORDS + i + 1;

		prober->pattern[i] = (unsigned long)(value * UINT64_C(0x9e3779b97f4a7c15) >> 13);
	}
	memcpy(&prober->pattern[controls], &probe_controls[choice * PROBE_CONTROL_WORDS],
	       PROBE_CONTROL_WORDS * sizeof(unsigned long));
	memset(prober->seen, 0, sizeof(prober->seen));
}

static void compare(const struct prober *prober)
{
	for (unsigned int i = 0; i < words; i++)
		lost[i] += prober->seen[i] != prober->pattern[i];
}

/* The one whose turn it is after the prober; main when that was the last round of the last. */
static struct prober *after(const struct prober *prober)
{
	int next = (prober->number + 1) % PROBERS;

	return probers[next].rounds < ROUNDS ? &probers[next] : &probers[PROBERS];
}

/* Nothing moves the red zones that AddressSanitizer would put into the frames. */
__attribute__((noinline)) static GREENROOM_RAW_STACK int probe_below(struct prober *prober,
								     int depth)
{
	volatile char *filling = alloca((size_t)depth * 24 + 1);
	struct probe_call call;

	filling[0] = (char)depth;
	if (depth > 0)
		return probe_below(prober, depth - 1) + filling[0] - (char)depth;
	call = call_to(after(prober));
	probe_registers(prober->pattern, prober->seen, &call);
	return filling[0];
}

/* What comes between popping and returning is not looked at here. */
int tasklet_arrive(void)
{
	return 0;
}

/* Where a stack begins that switch_forge made. */
GREENROOM_RAW_STACK void tasklet_enter(void)
{
	struct prober *prober = current;

	for (int round = 0; round < ROUNDS; round++) {
		fill(prober, round);
		probe_below(prober, round * 7 % DEPTHS);
		compare(prober);
		prober->rounds++;
	}
	switch_stack(after(prober), side_stack + SIDE_BYTES, exchange);
	__builtin_unreachable();
}

int main(void)
{
	struct probe_call call;

	split_names();
	if (words == 0)
		return tap_skip_all("there is no probe for this processor (docs/porting.md)");
	for (int i = 0; i <= PROBERS; i++)
		probers[i].number = i;
	call = call_to(&probers[0]);
	fill(current, 0);
	probe_registers(current->pattern, current->seen, &call);
	compare(current);
	for (int i = 0; i < PROBERS; i++)
		tap_is(probers[i].rounds, ROUNDS, "prober %d has gone all its rounds", i);
	tap_is(side_damage, 0, "what lies above the side stack is left alone");
	tap_is(base_damage, 0, "what lies above the base is left alone");
	for (unsigned int i = 0; i < words; i++)
		tap_is(lost[i], 0, "%s is kept", names[i]);
	return tap_end();
}
