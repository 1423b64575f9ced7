/* SPDX-License-Identifier: MIT */
/*
 * attach.c - the helper thread: it sleeps until a recorder comes, turns tracing on and off for it.
 *
 * It is there from the first use of the runtime on, with a small stack and all signals blocked, and
 * never uses the runtime itself. What it does it does under a lock, which a fork takes too; it holds
 * that while it waits for nobody. Whatever goes wrong, the program does not notice.
 */
#include "attach.h"

#ifndef GREENROOM_NO_HOOKS

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attach_socket.h"
#include "registry.h"
#include "trace_control.h"

enum { HELPER_STACK = 1 << 16 };

static struct {
	pthread_mutex_t lock; /* of all below */
	bool started;         /* there is a helper, or it has been seen that there can be none */
	bool runs;
	bool stops;
	pthread_t thread;
	struct attach_socket listener;
	struct attach_alarm alarm;
	struct attach_socket tracer; /* the connection of the one who records */
	pid_t recorder;              /* 0: nobody */
	bool ends; /* tracing for it has been turned off, and threads may still hold on */
} helper = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .listener = {.descriptor = -1},
	    .alarm = {.ends = {-1, -1}},
	    .tracer = {.descriptor = -1}};

void attach_wake(void)
{
	pthread_mutex_lock(&helper.lock);
	attach_alarm_ring(&helper.alarm);
	pthread_mutex_unlock(&helper.lock);
}

/* ---------------------------------------------------------------------------------- requests */

static void let_tracer_go(void)
{
	attach_socket_close(&helper.tracer, false);
	helper.recorder = 0;
	helper.ends = false;
}

/* Who records this process, other than by attaching. */
static pid_t other_recorder(void)
{
	struct segment_writer *segment = trace_recording();

	return segment && segment_recorder_lives(segment) ? (pid_t)segment->first->recorder : 0;
}

/* 0, or the error to reply. The descriptor is closed. */
static int begin_tracing(const struct attach_request *request, int descriptor)
{
	struct segment_writer *segment;

	if (descriptor < 0 || request->path[0] != '/')
		return -EBADMSG;
	segment = segment_open_descriptor(descriptor, request->path);
	return segment ? trace_turn_on(segment) : -EBADMSG;
}

/* Answers; whether the connection stays. */
static bool reply(const struct attach_socket *connection, pid_t peer,
		  const struct attach_request *request, int descriptor)
{
	struct attach_reply reply = {
		.magic = ATTACH_MAGIC, .version = ATTACH_VERSION, .threads = registry_count()};
	bool taken = false;

	if (helper.ends) /* threads hold on to an earlier recording: that bothers nobody */
		let_tracer_go();
	reply.recorder = (uint32_t)(helper.recorder ? helper.recorder : other_recorder());
	if (request->version != ATTACH_VERSION) {
		reply.result = -EPROTO;
	} else if (request->want == ATTACH_READ) {
#ifdef PR_SET_PTRACER
		prctl(PR_SET_PTRACER, peer, 0, 0, 0);
#endif
	} else if (request->want == ATTACH_TRACE) {
		if (reply.recorder || trace_recording()) {
			reply.result = -EBUSY;
		} else {
			reply.result = begin_tracing(request, descriptor);
			taken = reply.result == 0;
			descriptor = -1;
		}
	} else if (request->want != ATTACH_ASK) {
		reply.result = -ENOSYS;
	}
	if (descriptor >= 0)
		close(descriptor);
	if (taken) {
		helper.tracer = *connection;
		helper.recorder = peer;
	}
	(void)!send(connection->descriptor, &reply, sizeof(reply), MSG_NOSIGNAL);
	return taken;
}

static void serve_visitor(void)
{
	static struct attach_request request; /* the stack is small */
	struct attach_socket connection;
	pid_t peer;
	int descriptor;

	if (attach_socket_accept(&helper.listener, &connection, &peer) < 0)
		return;
	if (!attach_socket_receive(connection.descriptor, &request, &descriptor) ||
	    !reply(&connection, peer, &request, descriptor))
		close(connection.descriptor);
}

/* The recorder says nothing more: what comes from it is the end. */
static void serve_tracer(void)
{
	char rest[64];

	if (helper.ends || !helper.recorder)
		return;
	if (attach_socket_is_ours(&helper.tracer) &&
	    recv(helper.tracer.descriptor, rest, sizeof(rest), MSG_DONTWAIT) > 0)
		return;
	trace_turn_off();
	helper.ends = true;
}

/* -------------------------------------------------------------------------------- the thread */

/* Makes socket and alarm, or makes them anew when the program has closed them. Whether they are
 * there. Those who close all descriptors go upwards, and the end of the alarm wakes us: so the socket
 * comes first. */
static bool is_ready(void)
{
	if (!attach_socket_is_ours(&helper.listener)) {
		attach_socket_close(&helper.listener, false);
		if (attach_socket_open(&helper.listener) < 0)
			return false;
	}
	if (attach_alarm_is_ours(&helper.alarm))
		return true;
	attach_alarm_close(&helper.alarm);
	return attach_alarm_open(&helper.alarm) == 0;
}

/* One round, begun with the lock held. Whether to go on. */
static bool serve(void)
{
	struct pollfd wanted[3] = {{.fd = helper.alarm.ends[0], .events = POLLIN},
				   {.fd = helper.listener.descriptor, .events = POLLIN},
				   {.fd = helper.ends ? -1 : helper.tracer.descriptor,
				    .events = POLLIN}};
	int count;

	pthread_mutex_unlock(&helper.lock);
	count = poll(wanted, 3, -1);
	pthread_mutex_lock(&helper.lock);
	if (count < 0)
		return errno == EINTR;
	attach_alarm_silence(&helper.alarm);
	if (wanted[2].revents || !attach_socket_is_ours(&helper.tracer))
		serve_tracer();
	if (trace_settle() && helper.ends)
		let_tracer_go();
	if (wanted[1].revents && !helper.stops && is_ready())
		serve_visitor();
	return true;
}

static void *run(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&helper.lock);
	while (!helper.stops && is_ready() && serve())
		;
	attach_socket_close(&helper.listener, true);
	attach_alarm_close(&helper.alarm);
	pthread_mutex_unlock(&helper.lock);
	return NULL;
}

static bool is_wanted(void)
{
	const char *setting = getenv(ATTACH_ENVIRONMENT);

	return !setting || strcmp(setting, "0") != 0;
}

static bool create_thread(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	bool created;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	/* The program's thread-local variables lie there too, and may need more. */
	created = (pthread_attr_setstacksize(&attributes, HELPER_STACK) == 0 &&
		   pthread_create(&helper.thread, &attributes, run, NULL) == 0) ||
		  pthread_create(&helper.thread, NULL, run, NULL) == 0;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return created;
}

void attach_start(void)
{
	int saved_errno = errno;

	pthread_mutex_lock(&helper.lock);
	if (!helper.started && !helper.stops && is_wanted())
		helper.runs = create_thread();
	helper.started = true;
	pthread_mutex_unlock(&helper.lock);
	errno = saved_errno;
}

void attach_stop(void)
{
	bool runs;

	pthread_mutex_lock(&helper.lock);
	helper.stops = true;
	runs = helper.runs;
	helper.runs = false;
	attach_alarm_ring(&helper.alarm);
	pthread_mutex_unlock(&helper.lock);
	if (runs)
		pthread_join(helper.thread, NULL);
}

/* ------------------------------------------------------------------------------ around a fork */

void attach_before_fork(void)
{
	pthread_mutex_lock(&helper.lock);
}

void attach_after_fork(void)
{
	pthread_mutex_unlock(&helper.lock);
}

void attach_after_fork_in_child(void)
{
	pthread_mutex_init(&helper.lock, NULL);
	attach_socket_close(&helper.listener, false);
	attach_alarm_close(&helper.alarm);
	attach_socket_close(&helper.tracer, false);
	helper.recorder = 0;
	helper.started = helper.runs = helper.ends = false;
}

#endif
