/* SPDX-License-Identifier: MIT */
/*
 * explain.h - events in words: the catalogue's sentences, filled in with names, places and numbers,
 * and with what the state adds to them.
 */
#ifndef GREENROOM_EXPLAIN_H
#define GREENROOM_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

#include "dictionary.h"
#include "event.h"
#include "state.h"

enum { EXPLAIN_MAX = 1024 };

/* `T4 "producer"`, `C2 "jobs"`, "main" tasklets likewise; "nobody" for 0. Returns the length written
 * (at most size - 1), always zero-terminated. */
size_t explain_tasklet(char *out, size_t size, const struct state *state,
		       const struct dictionary *dictionary, uint32_t id);
size_t explain_channel(char *out, size_t size, const struct state *state,
		       const struct dictionary *dictionary, uint32_t id);
/* "pingpong.c:18" (base name), or "function" or "0x55d0..." when there is no file; "" for 0. */
size_t explain_place(char *out, size_t size, const struct dictionary *dictionary, uint32_t id);
/* "1,248 bytes", "3.2 ms", "-EPIPE (broken pipe)". */
size_t explain_bytes(char *out, size_t size, uint64_t bytes);
size_t explain_duration(char *out, size_t size, uint64_t ns);
size_t explain_error(char *out, size_t size, int error);
/* When: "+1.832417 ms": to the nanosecond, so that no two times look the same that are not. */
size_t explain_time(char *out, size_t size, uint64_t time_ns);

/* The short form: one true sentence for `event`, with the place in parentheses at its end. `state` is
 * the state just after the event. `text` is the text of a mark, when there is one (else NULL). */
size_t explain_event(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, const struct event *event,
		     const char *text);

/* Why: the rule behind the event and what to look at; one to three sentences. */
size_t explain_why(char *out, size_t size, const struct state *state,
		   const struct dictionary *dictionary, const struct event *event);

/* The chain of a thread from its first on, the one that runs marked: `T2 "ping"* > T1 "main"`. */
size_t explain_chain(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, uint32_t thread);
/* A channel and its queue: `C2 "jobs" +1, to send: T4 "producer"`. */
size_t explain_queue(char *out, size_t size, const struct state *state,
		     const struct dictionary *dictionary, uint32_t channel);

#endif
