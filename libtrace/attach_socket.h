/* SPDX-License-Identifier: MIT */
/*
 * attach_socket.h - the socket on which a program listens, or a flight recorder, and who may come there.
 */
#ifndef GREENROOM_ATTACH_SOCKET_H
#define GREENROOM_ATTACH_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

#include "attach_wire.h"

/* Descriptors, and what is behind them, to know it again: programs that become daemons close all
 * they find, and open others under their numbers. */
struct attach_socket {
	int descriptor; /* -1: none */
	dev_t device;
	ino_t inode;
	char name[ATTACH_NAME_MAX]; /* "": none */
};

/* A pipe that wakes the helper. */
struct attach_alarm {
	int ends[2]; /* to read and to write; -1: none */
	dev_t device;
	ino_t inode;
};

/* Opens it in a folder of the user's; clears away the sockets of processes that have ended. 0 or
 * negative errno. */
int attach_socket_open(struct attach_socket *out);

/* Whether it is still there. */
bool attach_socket_is_ours(const struct attach_socket *listener);

/* Closes it; `unlinks`: and takes its name away. */
void attach_socket_close(struct attach_socket *listener, bool unlinks);

/* Somebody who has come and may: 0, the connection and the process; else negative errno. */
int attach_socket_accept(const struct attach_socket *listener, struct attach_socket *connection,
			 pid_t *peer);

/* Receives a request, and a descriptor that comes with it, or -1. False when there is none in time. */
bool attach_socket_receive(int connection, struct attach_request *request, int *descriptor);

/* 0 or negative errno. */
int attach_alarm_open(struct attach_alarm *out);
bool attach_alarm_is_ours(const struct attach_alarm *alarm);
void attach_alarm_ring(const struct attach_alarm *alarm);
void attach_alarm_silence(const struct attach_alarm *alarm);
void attach_alarm_close(struct attach_alarm *alarm);

#endif
