/* SPDX-License-Identifier: MIT */
/*
 * test_registers.c - every register that a call has to keep is kept over a switch.
 *
 * Would fail if the switch forgot to push or to pop any of them, whether compilers make use of it
 * or not; or if the copy of the stack lost them.
 */
#include <alloca.h>
#include <greenroom.h>
#include <stdint.h>
#include <string.h>

#include "arch/probe.h"
#include "tap.h"

enum { TASKLETS = 3, ROUNDS = 1500, DEPTHS = 40, WORDS = 128 };

static char names[WORDS][8];
static unsigned int words;
static int lost[WORDS];

struct prober {
	_Alignas(16) unsigned long pattern[WORDS];
	_Alignas(16) unsigned long seen[WORDS];
	int number;
	int rounds;
};

static struct prober probers[TASKLETS];

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
		uint64_t value = (uint64_t)(round * TASKLETS + prober->number) * WORDS + i + 1;

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

static void yield(void *unused)
{
	(void)unused;
	tasklet_yield();
}

__attribute__((noinline)) static int probe_below(struct prober *prober, int depth)
{
	volatile char *filling = alloca((size_t)depth * 24 + 1);

	filling[0] = (char)depth;
	if (depth > 0)
		return probe_below(prober, depth - 1) + filling[0] - (char)depth;
	probe_registers(prober->pattern, prober->seen, yield, NULL);
	return filling[0];
}

static int probe(void *argument)
{
	struct prober *prober = argument;

	for (int round = 0; round < ROUNDS; round++) {
		fill(prober, round);
		probe_below(prober, round * 7 % DEPTHS);
		compare(prober);
		prober->rounds++;
	}
	return 0;
}

int main(void)
{
	split_names();
	if (words == 0)
		return tap_skip_all("there is no probe for this processor (docs/porting.md)");
	for (int i = 0; i < TASKLETS; i++) {
		probers[i].number = i;
		tasklet_create(NULL, NULL, probe, &probers[i]);
	}
	scheduler_run(NULL, NULL);
	for (int i = 0; i < TASKLETS; i++)
		tap_is(probers[i].rounds, ROUNDS, "tasklet %d has gone all its rounds", i);
	for (unsigned int i = 0; i < words; i++)
		tap_is(lost[i], 0, "%s is kept", names[i]);
	return tap_end();
}
