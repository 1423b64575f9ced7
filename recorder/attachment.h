/* SPDX-License-Identifier: MIT */
/*
 * attachment.h - the recorder's side of attaching to a running program (attach_wire.h).
 */
#ifndef GREENROOM_ATTACHMENT_H
#define GREENROOM_ATTACHMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "attach_wire.h"
#include "error.h"

struct attachment {
	pid_t process;
	uid_t user;     /* whose it is */
	int connection; /* -1: none */
};

/* Connects to a running program. 0 or negative errno: there is no such process, it is somebody else's,
 * it does not listen. */
int attachment_open(struct attachment *attachment, pid_t process, struct error *error);
void attachment_close(struct attachment *attachment);

/* Asks it for something, and waits for the reply. 0, or negative errno with the sentence. */
int attachment_ask(struct attachment *attachment, enum attach_want want, struct attach_reply *reply,
		   struct error *error);

/* Has it write into the segment that lies at `path`, an absolute one. */
int attachment_trace(struct attachment *attachment, const char *path, struct error *error);

/* Asks the flight recorder that records it to write what it keeps now to `file`. */
int attachment_dump_flight(pid_t process, const char *file, struct error *error);

/* Has it turn tracing off. It ends the connection when all its threads have. */
void attachment_detach(struct attachment *attachment);

/* Whether it has ended the connection, or ended itself. */
bool attachment_has_ended(const struct attachment *attachment);

#endif
