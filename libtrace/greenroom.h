/* SPDX-License-Identifier: MIT */
/*
 * greenroom.h - tasklets, channels and their scheduler: the whole public interface.
 *
 * A tasklet is a function call that can be put aside and taken up again. The tasklets of a thread
 * share that thread's C stack: one that stops while C functions are active is *hard switched*, its
 * slice of the stack is copied to the heap and later copied back to the same addresses. Runnable
 * tasklets stand in the thread's circular *chain*; one of them is *current*; the thread's first
 * one, the one that was there before any was created, is *main*. *Channels* pass values from
 * tasklet to tasklet by rendezvous: there is no buffer, the first to come waits for the other.
 *
 * Errors. Functions return 0 or a negative errno value; errno itself is not used, since it belongs
 * to the thread and another tasklet may have run between a call and a look at it. Unless a comment
 * says otherwise an error leaves everything as it was.
 *
 *     -EINVAL     the call makes no sense for this object (the comment says when)
 *     -ENOMEM     out of memory
 *     -EDEADLK    the last runnable tasklet of the thread would wait for ever
 *     -EPIPE      the operation would block and the channel is closed
 *     -EWOULDBLOCK the operation would block and tasklet_set_block_trap forbids it
 *     -EPERM      the operation would switch and scheduler_switch_trap forbids it
 *     -ECANCELED  the tasklet has been killed
 *     -EXDEV      wrong thread
 *     -ESRCH      the tasklet is not alive, or its thread has ended
 *     -ETIMEDOUT  the time is over
 *     -EBUSY      called from within a callback of the runtime
 *
 * Threads. Every thread has a scheduler of its own, attached at its first use of the runtime.
 * Functions act on tasklets and channels of the calling thread unless they say "any thread".
 *
 * Signals. A signal handler may not call the runtime, which it may have interrupted. Calls that
 * would switch are refused with -EINVAL where that can be seen: on an alternate signal stack.
 *
 * Ownership. A `struct tasklet *` is borrowed and valid until the tasklet ends; tasklet_ref keeps
 * the handle (not the tasklet's life) for longer. Ids are never used again.
 *
 * Killing unwinds the tasklet's stack by forced unwinding, so that cleanup handlers run: compile
 * with -fexceptions (`pkg-config --cflags greenroom` says so).
 */
#ifndef GREENROOM_H
#define GREENROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tasklet;
struct channel;

/* A place in the program's source, known at compile time: where a tasklet stopped, without any
 * debugging information. Made by GREENROOM_SITE; never freed. */
struct greenroom_site {
	const char *file;
	const char *function;
	int line;
	uint32_t id; /* the trace's number for this place; owned by the runtime, starts as 0 */
};

/* Every function `NAME(...)` below that has a twin `NAME_at(..., site)` is also a macro that
 * passes the place of the call. Without the macro (a call through a pointer, `(NAME)(...)`, or
 * with GREENROOM_NO_SITES defined) the return address says where. */
#define GREENROOM_SITE                                                                             \
	(__extension__({                                                                           \
		static struct greenroom_site greenroom_here = {__FILE__, __func__, __LINE__, 0};   \
		&greenroom_here;                                                                   \
	}))

/* ---------------------------------------------------------------------------------------------
 * Tasklets
 */

/* What a tasklet runs. Returns 0, or a negative errno value: an *uncaught error*, which ends the
 * innermost scheduler_run of the thread at once (or goes to main's pending call). -ECANCELED ends
 * silently; a positive value counts as -EINVAL. */
typedef int tasklet_fn(void *argument);

enum tasklet_state {
	TASKLET_NEW,       /* has no function, or has ended and may be bound again */
	TASKLET_PAUSED,    /* alive, in no chain and no channel: somebody must insert it */
	TASKLET_RUNNABLE,  /* in the chain */
	TASKLET_CURRENT,   /* in the chain, and running */
	TASKLET_SENDING,   /* blocked in a channel, with a value */
	TASKLET_RECEIVING, /* blocked in a channel, waiting for a value */
	TASKLET_WAITING    /* for a time or a descriptor */
};

/* Creates a tasklet that will call run(argument) and puts it at the end of the chain. `name` is
 * copied (NULL: none). The runtime owns the tasklet; it is freed when it has ended. `out` may be
 * NULL. Errors: -ENOMEM. Stackless: tasklet(run)(argument). */
int tasklet_create(struct tasklet **out, const char *name, tasklet_fn *run, void *argument);

/* Creates a tasklet without a function, in no chain. The caller holds one reference to it, to be
 * given back by tasklet_unref. Errors: -ENOMEM. */
int tasklet_new(struct tasklet **out, const char *name);

/* Gives a tasklet the function to run: it becomes alive and paused. With run NULL the tasklet
 * loses its function. One that has frames, started or not, loses those, and their cleanup handlers
 * do not run. Errors: -EINVAL for the current tasklet, main, a tasklet in the chain or in a
 * channel, one that has started, not ended, and left bytes on the C stack. Stackless: bind(run,
 * argument). */
int tasklet_bind(struct tasklet *tasklet, tasklet_fn *run, void *argument);

/* Puts a paused tasklet at the end of its chain; in the chain already: nothing. Any thread: the
 * tasklet's own is woken. Errors: -EINVAL when it is blocked or not alive, -ESRCH when its thread has
 * ended. */
int tasklet_insert(struct tasklet *tasklet);

/* Takes a runnable tasklet out of the chain: it is paused; paused already: nothing. Errors:
 * -EINVAL for a blocked tasklet and for the current one (see tasklet_pause), -EBUSY. */
int tasklet_remove(struct tasklet *tasklet);

/* Switches to `tasklet` now. A paused one is first inserted directly before the caller, who stays
 * in the chain; one already in the chain keeps its place, and those between are passed over.
 * Returns what the caller's pending call returns: 0 or an error thrown into it. Any thread: a tasklet
 * of another one is put behind the one that runs there, or first if that thread sleeps, and the caller
 * goes on. Errors: -EINVAL when blocked or not alive, -EPERM, -ESRCH when its thread has ended. */
int tasklet_run(struct tasklet *tasklet);

/* Like tasklet_run, but the caller leaves the chain: it is paused. On itself: nothing. */
int tasklet_switch(struct tasklet *tasklet);

/* Lets the next tasklet of the chain run; returns when the chain has come round. Returns 0 or the
 * error thrown into the caller meanwhile. Stackless: schedule(). */
int tasklet_yield(void);

/* Leaves the chain and lets the next tasklet run; returns when somebody has inserted the caller
 * again. The last runnable tasklet gives way to the innermost caller of scheduler_run, or to main;
 * is it that one itself, it goes on at once. Errors: -EDEADLK when that one waits in a channel.
 * Stackless: schedule_remove(). */
int tasklet_pause(void);

/* Like yield and pause, but *value is put where others can see and change it while the caller is out;
 * what is there when it goes on is in *value then, after an error too. Stackless: schedule(value). */
int tasklet_yield_value(void **value);
int tasklet_pause_value(void **value);

/* What a tasklet has put out, or was given, and has not taken back yet: NULL at first. It means
 * nothing to the runtime. */
void *tasklet_value(const struct tasklet *tasklet);
void tasklet_set_value(struct tasklet *tasklet, void *value);
/* Takes back what the caller has put out, or was given. */
void *tasklet_fetch_value(void);

/* Throws `error` (negative errno) into a tasklet: the call in which it waits returns that error,
 * and it runs at once (tasklet_throw), or when its turn comes (tasklet_throw_pending; a second one
 * replaces the first). A blocked target leaves its channel. One that never started ends without
 * running. On the current tasklet: returns `error` to the caller itself. Errors: -EINVAL for an
 * error that is not negative, then -ESRCH for a tasklet that is not alive (0 if the error is
 * -ECANCELED: it is what that wants), -EBUSY for a throw at once, or into the current tasklet. Any
 * thread: one of another thread gets the error when its turn comes, and the caller goes on. */
int tasklet_throw(struct tasklet *tasklet, int error);
int tasklet_throw_pending(struct tasklet *tasklet, int error);

/* Ends a tasklet: a throw of -ECANCELED that, once the target runs, unwinds the target's stack and
 * runs its cleanup handlers (unless tasklet_set_cancel asked for the error to be returned). Main is
 * never unwound: its call returns -ECANCELED, and so does a call in a cleanup handler of a tasklet
 * that is being unwound. Not alive: nothing. On the current tasklet: does not return, or returns
 * -ECANCELED. */
int tasklet_kill(struct tasklet *tasklet);
int tasklet_kill_pending(struct tasklet *tasklet);

enum tasklet_cancel {
	TASKLET_CANCEL_UNWIND, /* the default: a kill unwinds the stack */
	TASKLET_CANCEL_RETURN  /* the pending call returns -ECANCELED; the tasklet may live on */
};
/* Chooses what a kill does to the tasklet; returns the old choice. */
enum tasklet_cancel tasklet_set_cancel(struct tasklet *tasklet, enum tasklet_cancel cancel);

/* A checkpoint, for code that computes for long: the place where a watchdog (struct run_options) can
 * stop it. Counts as one tick. Is the budget used up, the caller leaves the chain, scheduler_run
 * returns, and the checkpoint does so when somebody has inserted the caller again. What other threads
 * want is done here, too: they can throw an error into a loop, or kill it. Costs a look at three flags
 * where there is nothing to do. Returns 0, or the error thrown into the caller meanwhile. */
int tasklet_check(void);

/* Whether a watchdog may stop the tasklet: an atomic one is never stopped, and what was put off
 * happens when it stops being atomic (in the call of tasklet_set_atomic, if it is current; an error
 * thrown into it there is returned by its next tasklet_check). It still gives way by itself. A
 * tasklet that ignores nesting may be stopped in frame_run too. New tasklets are neither. Both return
 * the old setting. */
bool tasklet_set_atomic(struct tasklet *tasklet, bool atomic);
bool tasklet_set_ignore_nesting(struct tasklet *tasklet, bool ignore_nesting);
bool tasklet_is_atomic(const struct tasklet *tasklet);
bool tasklet_ignores_nesting(const struct tasklet *tasklet);

/* Makes operations that would block fail with -EWOULDBLOCK in this tasklet; returns the old
 * setting. */
bool tasklet_set_block_trap(struct tasklet *tasklet, bool trap);

/* Leaves the chain for at least that many nanoseconds (0: like tasklet_yield). The thread sleeps when
 * nothing is runnable; scheduler_run goes on while one of its tasklets waits in this way. Returns 0 or
 * the error thrown into the caller meanwhile. Errors: -EWOULDBLOCK (block trap), -EPERM, -ENOMEM. */
int tasklet_sleep(uint64_t nanoseconds);

/* Leaves the chain until a descriptor is ready: `events` are POLLIN, POLLOUT, POLLPRI, POLLRDHUP of
 * <poll.h>; for at most `timeout` nanoseconds, or TASKLET_FOREVER. Returns the events that have come,
 * POLLERR and POLLHUP among them, positive; 0 does not occur. A regular file is always ready. Several
 * tasklets may wait for one descriptor. A descriptor must not be closed while one waits for it: nothing
 * would wake it. Errors: -ETIMEDOUT; the error thrown into the caller; -EBADF, -EINVAL for other
 * events, those of tasklet_sleep, and those of epoll_create1 and eventfd. */
int tasklet_wait_fd(int descriptor, unsigned int events, uint64_t timeout);

#define TASKLET_FOREVER UINT64_MAX

/* A pointer that travels with the tasklet and means nothing to the runtime (NULL at first). */
void *tasklet_data(const struct tasklet *tasklet);
void tasklet_set_data(struct tasklet *tasklet, void *data);

enum tasklet_state tasklet_state(const struct tasklet *tasklet);
bool tasklet_is_alive(const struct tasklet *tasklet);
bool tasklet_is_main(const struct tasklet *tasklet);
uint64_t tasklet_id(const struct tasklet *tasklet);
const char *tasklet_name(const struct tasklet *tasklet); /* "" when it has none */

/* The next tasklet in the chain, or in the channel's queue (NULL after its last); NULL when in
 * neither. */
struct tasklet *tasklet_next(const struct tasklet *tasklet);

/* The stack bytes last saved for this tasklet, 0 when it has never been hard switched; where overlap
 * only is the policy, those saved until now. */
size_t tasklet_saved_bytes(const struct tasklet *tasklet);

/* Keep a handle valid beyond the tasklet's end; unref with the last reference frees it. */
struct tasklet *tasklet_ref(struct tasklet *tasklet);
void tasklet_unref(struct tasklet *tasklet);

/* ---------------------------------------------------------------------------------------------
 * Channels
 */

enum channel_preference {
	CHANNEL_PREFER_RECEIVER = -1, /* the default: a send to a waiting receiver switches to it */
	CHANNEL_PREFER_NONE = 0,      /* the caller always goes on */
	CHANNEL_PREFER_SENDER = 1     /* a receive from a waiting sender switches to it */
};

/* Creates a channel for values of `size` bytes each (0: a pure signal). `name` is copied. The
 * caller owns it. It is for the calling thread's tasklets alone, and costs no lock. Errors: -ENOMEM;
 * -EINVAL for more than a gibibyte. */
int channel_create(struct channel **out, const char *name, size_t size);

enum channel_flag {
	/* Tasklets of any thread may meet here. One that meets a tasklet of another thread always
	 * goes on, whatever the preference and schedule_all say; the other one goes to the end of
	 * its own thread's chain. All that is said of channels below then holds for any thread. */
	CHANNEL_SHARED = 1
};

/* The same, with flags. -EINVAL also for a flag that does not exist. */
int channel_create_with(struct channel **out, const char *name, size_t size, unsigned int flags);

/* Frees a channel. NULL: nothing. Errors: -EBUSY when tasklets wait in it, and in a callback. */
int channel_destroy(struct channel *channel);

/* Sends the value at `value` (not read for size 0). The value is copied before anything else runs.
 * A receiver waits: it gets the value, and the preference says who goes on. Nobody waits: the
 * caller leaves the chain and waits in the channel's queue. Returns 0, the error thrown into the
 * caller while it waited, -EDEADLK, -EPIPE, -EWOULDBLOCK, -EPERM, -ENOMEM, -EXDEV; -EINVAL without a
 * value. */
int channel_send(struct channel *channel, const void *value);

/* Receives a value into `value` (may be NULL: the value is dropped). On error `value` is
 * untouched; the error may also be one that the sender sent instead of a value. */
int channel_receive(struct channel *channel, void *value);

/* Sends an error (negative errno, else -EINVAL) in place of a value: the receiver's call returns it. */
int channel_send_error(struct channel *channel, int error);

/* Sends `count` values that lie one after the other; returns how many were sent, or an error if
 * the first one failed. */
ptrdiff_t channel_send_sequence(struct channel *channel, const void *values, size_t count);

/* Receives the next value of a loop over the channel: 1 with a value, 0 when the channel is closing
 * and no sender waits, or when the end was sent by channel_send_error(channel, -ENODATA). */
int channel_iterate(struct channel *channel, void *value);

/* After close, operations that would block fail with -EPIPE; those that find a partner still work,
 * and waiting tasklets go on waiting. open undoes close. Errors: -EXDEV. */
int channel_close(struct channel *channel);
int channel_open(struct channel *channel);
bool channel_is_closing(const struct channel *channel); /* close was called */
bool channel_is_closed(const struct channel *channel);  /* closing, and nobody waits */

/* Senders waiting (positive) or receivers waiting (negative); never both. */
int channel_balance(const struct channel *channel);
/* The tasklet that has waited longest, or NULL. */
struct tasklet *channel_first(const struct channel *channel);

enum channel_preference channel_preference(const struct channel *channel);
/* Only the setting at the moment of the match counts. Errors: -EXDEV. */
int channel_set_preference(struct channel *channel, enum channel_preference preference);
/* Every completed operation makes the partner runnable and yields; overrides the preference. Errors:
 * -EXDEV. */
int channel_set_schedule_all(struct channel *channel, bool schedule_all);

uint64_t channel_id(const struct channel *channel);
const char *channel_name(const struct channel *channel);
size_t channel_size(const struct channel *channel);

/* ---------------------------------------------------------------------------------------------
 * Scheduler
 */

enum run_reason {
	RUN_EMPTY,      /* nothing is runnable any more */
	RUN_ERROR,      /* a tasklet ended with an uncaught error */
	RUN_WOKEN,      /* somebody inserted, ran or threw into the caller */
	RUN_INTERRUPTED /* a budget was used up */
};

struct run_result {
	enum run_reason reason;
	uint64_t
		tasklet; /* id of the tasklet that ended with the error, or was interrupted; else 0 */
	int error;       /* that error, or the one thrown into the caller, else 0 */
	/* Who was stopped, and is paused now: to be inserted again, killed, or left. Borrowed. NULL:
	 * nobody. */
	struct tasklet *interrupted;
};

enum run_flag {
	RUN_TOTAL = 1,          /* the budget is for the whole run, not for one turn of a tasklet */
	RUN_SOFT = 2,           /* wait until a tasklet gives way by itself; nobody is paused */
	RUN_IGNORE_NESTING = 4, /* tasklets may be stopped in frame_run too */
	/* The last runnable tasklet that stops puts the thread to sleep while another thread may
	 * still wake one, in place of ending the run. (When the last one ends, the run ends.) */
	RUN_THREAD_BLOCK = 8
};

/* With a budget scheduler_run is a *watchdog*: it stops a tasklet that goes on for longer. The first
 * tick, or look at the clock, beyond a budget counts. A tick is a tasklet_check, a switch, a yield
 * even if nobody else is runnable, the call of a frame or its return; these are the places where the
 * clock is looked at, too. Only one watchdog of a thread is active, the outermost; within it the
 * budgets of others are ignored. docs/watchdog.md tells all. */
struct run_options {
	unsigned int flags;   /* of enum run_flag; without a budget only RUN_THREAD_BLOCK matters */
	uint64_t ticks;       /* budget; 0: none */
	uint64_t nanoseconds; /* budget; 0: none */
};

/* Leaves the chain and runs the thread's tasklets until none is runnable. May be called from any
 * tasklet; the innermost caller is woken first. `options` and `result` may be NULL. Returns 0, or
 * the error that `result` describes; -EPERM (switch trap) and -EINVAL (unknown flag) say that nothing
 * ran. */
int scheduler_run(const struct run_options *options, struct run_result *result);

struct tasklet *scheduler_current(void); /* attaches the thread; NULL when out of memory */
struct tasklet *scheduler_main(void);
/* Tasklets in the chain of this thread. */
size_t scheduler_count(void);

/* Asks for one line on stderr that names the tasklet when this thread's C stack overflows, before the
 * SIGSEGV does what it would have done. (Calls of the runtime refuse with -ENOMEM when less than
 * 16 KiB are left: the line tells of a stack that is used up between them.) Installs a handler for
 * SIGSEGV, which hands everything on to the one that was there, and gives the thread an alternate
 * signal stack. Errors: -EBUSY when it has one, -ENOMEM. */
int scheduler_report_overflow(void);

/* Adds `change` to the switch trap: while it is not 0, every switch in this thread fails with
 * -EPERM. Returns the old level. */
int scheduler_switch_trap(int change);

/* What is copied of a tasklet's C stack when it stops. */
enum scheduler_slices {
	SLICES_WHOLE,  /* the default: all of it, every time, as Stackless does */
	SLICES_OVERLAP /* what the next one may overwrite, as greenlet does: one that was started on
			* top of another cannot overwrite that one */
};

/* Chooses for this thread. Otherwise GREENROOM_SLICES does: "whole" or "overlap". Errors: -EINVAL
 * for another value, -EBUSY in a callback, and while a tasklet besides main has started on the C
 * stack and not ended. */
int scheduler_set_slices(enum scheduler_slices slices);

/* Called for uncaught errors instead of handing them to the innermost scheduler_run, while the
 * failed tasklet is still current. Returns 0 when the error is dealt with, or the error to hand
 * on. Returns the old handler. */
typedef int scheduler_error_fn(struct tasklet *tasklet, int error, void *context);
scheduler_error_fn *scheduler_set_error_handler(scheduler_error_fn *handler, void *context);

/* Called before every real switch of this thread: `prev` is still current. It must not switch. */
typedef void scheduler_switch_fn(struct tasklet *prev, struct tasklet *next, void *context);
scheduler_switch_fn *scheduler_set_switch_callback(scheduler_switch_fn *callback, void *context);

/* Called at every channel operation of this thread, before anything changes. It must not operate on
 * a channel: that fails with -EBUSY. */
struct channel_call {
	struct channel *channel;
	struct tasklet *tasklet; /* the one that calls */
	const void *value;       /* being sent; NULL for a receive, an error or a pure signal */
	bool sending;
	bool will_block; /* no partner is waiting */
};
typedef void scheduler_channel_fn(const struct channel_call *call, void *context);
scheduler_channel_fn *scheduler_set_channel_callback(scheduler_channel_fn *callback, void *context);

/* ---------------------------------------------------------------------------------------------
 * Threads
 *
 * A thread with nothing to run sleeps while other threads are awake; what they do for one of its
 * tasklets (meet it in a shared channel, insert it, throw into it) wakes it. When all threads that
 * are attached would sleep, the one that comes last gets -EDEADLK instead. So a thread that others will
 * wait for should be attached before they do: it is after its first call, scheduler_current() for one.
 *
 * At a thread's end its tasklets that stand on its stack are killed; the others stop, and are not
 * alive any more until another thread takes them over.
 */

uint64_t scheduler_thread(void);                        /* the calling thread's number, from 1 */
uint64_t tasklet_thread(const struct tasklet *tasklet); /* any thread; 0: it has ended */

/* Gives a tasklet to another thread, or takes over one of a thread that has ended; `thread` 0: to the
 * calling one. It must have no C stack of its own (not started, or written as frames) and not be
 * runnable; it may wait in a shared channel. Errors: -EXDEV for a tasklet of another thread that has
 * not ended, and for one that waits in a channel that is not shared; -EINVAL when it is runnable or
 * has a stack, and for main; -ESRCH when there is no such thread. Stackless: bind_thread. */
int tasklet_bind_thread(struct tasklet *tasklet, uint64_t thread);

struct thread_info {
	uint64_t main; /* id of its main tasklet */
	size_t count;  /* tasklets in its chain; of another thread only exact while it sleeps */
	bool asleep;   /* it sleeps until another thread has something for it */
};
/* Any thread. -ESRCH: no such thread. */
int scheduler_thread_info(uint64_t thread, struct thread_info *out);

/* ---------------------------------------------------------------------------------------------
 * Trace
 */

/* Writes the program's own words into the trace, printf style; free when tracing is off. */
void trace_mark(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Whether events of this thread are being recorded. */
bool trace_is_on(void);

#ifdef __cplusplus
}
#endif

/* Tasklets written as frames, and the twins that know their place. */
#include "greenroom_frame.h"
#include "greenroom_place.h"

#endif
