/* SPDX-License-Identifier: MIT */
/*
 * oracle.h - what the oracle's scenarios are written with.
 *
 * A scenario is a small program that was run by Stackless Python; expected/ holds what that
 * printed. Here the same operations are written in C, in the same order, and must print the same
 * lines but for the words in errors.def:
 *
 *     S prev > next            a switch is about to happen
 *     C chan task dir will     a channel operation; dir: send, recv; will: block, go (a partner
 *                              is waiting)
 *     who: text                something that tasklet `who` says
 *     # text                   a remark of the scenario itself
 *
 * Python says None, True and False; so do the scenarios. A Python `raise` out of a function is
 * `return error`, an `except` looks at what a call returned, a `finally` is a cleanup handler.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <greenroom.h>

/* Prints a line. */
void line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line of the running tasklet. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what came out of a call: "returned None" for 0, else "raised -ECODE". The second form is
 * for calls that return something else in Python. */
void attempt(int result);
void attempt_returning(int result, const char *returned);

/* The name of a tasklet: "-" for NULL, "main" for main. */
const char *name_of(const struct tasklet *tasklet);

/* The chain, from the running tasklet on: "[A B main]". The texts of these three live until eight
 * more have been asked for. */
const char *queue(void);
/* The tasklets that wait in a channel, the first first. */
const char *waiters(const struct channel *channel);
/* All that can be said about the state of a tasklet. */
const char *states(const struct tasklet *tasklet);

const char *python_bool(bool value);

/* The code that takes the place of an exception, negative; the code's name with its minus sign;
 * and the exception's type and text. */
int exception(const char *type, const char *text);
const char *error_name(int error);
const char *exception_type(int error);
const char *exception_text(int error);

/* A tasklet without anything to run. Its handle outlives it. */
struct tasklet *unbound(const char *name);

/* A channel for values of `size` bytes. */
struct channel *new_channel(const char *name, size_t size);
struct channel *new_channel_preferring(const char *name, size_t size, enum channel_preference who);

/* Send and receive a number where no error can come of it. */
void send_number(struct channel *to, int value);
int receive_number(struct channel *from);

/* The callbacks that print the lines S and C; install them, take them away. */
void print_switch(struct tasklet *prev, struct tasklet *next, void *context);
void print_operation(const struct channel_call *call, void *context);
void trace_begin(void);
extern bool trace_is_wanted; /* it has begun in some thread */
void trace_end(void);

/* ------------------------------------------------------------------------------- threads.c */

/* From here on each thread's lines are kept apart, until thread_logs_print prints them one thread after
 * the other. */
void thread_logs_begin(void);
void thread_logs_print(void);
/* A line for the calling thread: true; false when lines are printed as they come. */
bool thread_log_add(const char *text);
/* "main", "main2", ... of the main tasklets, by when their threads came. */
const char *thread_main_name(const struct tasklet *main);

/* Starts a thread, whose main tasklet exists when this returns, and traces it if the calling thread is
 * traced. thread_join waits for its end. */
void thread_start(void (*run)(void));
void thread_join(void);
/* Waits until the started thread, or the first one, sleeps; until the channel has that balance. */
void wait_until_second_sleeps(void);
void wait_until_first_sleeps(void);
void wait_until_balance(const struct channel *channel, int balance);

struct channel *new_shared_channel(const char *name, size_t size);
/* scheduler_run that sleeps while another thread is awake. */
int run_blocking(void);
/* The value of what happened in another thread: set once, and waited for. */
void event_set(int which);
void event_wait(int which);

/* The last lines of most scenarios. */
void finish(void);

#endif
