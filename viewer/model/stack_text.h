/* SPDX-License-Identifier: MIT */
/*
 * stack_text.h - call stacks as names of functions (record --stacks).
 */
#ifndef GREENROOM_STACK_TEXT_H
#define GREENROOM_STACK_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "dictionary.h"
#include "event_cache.h"

enum { STACK_FRAMES_MAX = 512, STACK_NAME_MAX = 256 };

/* The places of a stack, innermost first; a place 0 stands for those that were left out. Returns how
 * many. */
int stack_places(uint32_t place[static STACK_FRAMES_MAX], const struct dictionary *dictionary,
		 uint32_t stack);

/* The function at a place of a stack: its name, else its address, "..." for place 0. What the program
 * calls channel_receive is channel_receive_at inside. */
void stack_function(char out[static STACK_NAME_MAX], const struct dictionary *dictionary,
		    uint32_t place);

/* "channel_receive < consume < main", as far as it fits. Returns `out`. */
char *stack_text(char *out, size_t size, const struct dictionary *dictionary, uint32_t stack);

/* The stack in which a tasklet stands at event `seq`, or stops right after it; 0 when it runs, or
 * nothing is known. */
uint32_t stack_find(struct event_cache *cache, uint32_t tasklet, uint64_t seq);

#endif
