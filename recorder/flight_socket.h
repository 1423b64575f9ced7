/* SPDX-License-Identifier: MIT */
/*
 * flight_socket.h - a flight recorder's ear: who asks for a copy of what it keeps (attach_wire.h).
 */
#ifndef GREENROOM_FLIGHT_SOCKET_H
#define GREENROOM_FLIGHT_SOCKET_H

#include "attach_socket.h"
#include "recording.h"

/* Begins to listen; without a socket nobody can ask, and nothing else changes. */
void flight_socket_open(struct attach_socket *listener);
void flight_socket_close(struct attach_socket *listener);

/* Serves those who have come; does not wait for any. To be called often. */
void flight_socket_serve(const struct attach_socket *listener, struct recording *recording);

#endif
