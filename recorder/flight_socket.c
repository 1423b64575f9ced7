/* SPDX-License-Identifier: MIT */
/* flight_socket.c - a flight recorder's ear: who asks for a copy of what it keeps. */
#include "flight_socket.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

void flight_socket_open(struct attach_socket *listener)
{
	if (attach_socket_open(listener) < 0)
		listener->descriptor = -1;
}

void flight_socket_close(struct attach_socket *listener)
{
	if (listener->descriptor >= 0)
		attach_socket_close(listener, true);
}

static void answer(int connection, const struct attach_request *request,
		   struct recording *recording)
{
	struct attach_reply reply = {.magic = ATTACH_MAGIC, .version = ATTACH_VERSION};
	struct error error = {.text = ""};

	if (request->version != ATTACH_VERSION)
		reply.result = -EPROTO;
	else if (request->want != ATTACH_FLIGHT || request->path[0] != '/')
		reply.result = -ENOSYS;
	else
		reply.result = recording_copy_window(recording, request->path, &error);
	snprintf(reply.text, sizeof(reply.text), "%s", error.text);
	(void)!send(connection, &reply, sizeof(reply), MSG_NOSIGNAL);
}

void flight_socket_serve(const struct attach_socket *listener, struct recording *recording)
{
	struct attach_request request;
	struct attach_socket connection;
	pid_t peer;
	int descriptor;

	while (listener->descriptor >= 0 &&
	       attach_socket_accept(listener, &connection, &peer) == 0) {
		if (attach_socket_receive(connection.descriptor, &request, &descriptor)) {
			answer(connection.descriptor, &request, recording);
			if (descriptor >= 0)
				close(descriptor);
		}
		close(connection.descriptor);
	}
}
