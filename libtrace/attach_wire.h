/* SPDX-License-Identifier: MIT */
/*
 * attach_wire.h - how a recorder finds a running program, and what they say to each other.
 *
 * A program that uses the runtime listens on a socket named after its process (AF_UNIX,
 * SOCK_SEQPACKET: a packet is a message) in the first of these folders that is there and is the user's
 * alone:
 *
 *     $XDG_RUNTIME_DIR
 *     /tmp/greenroom-UID       made by the first program
 *
 * Both sides ask the system who the other is, and believe nobody but the program's user and root. The
 * recorder sends one request; with ATTACH_TRACE the segment's descriptor goes along. The program
 * answers with one reply. While it traces the connection stays: when the recorder shuts its side down,
 * or is gone, tracing is turned off; when all threads have let go of the segment, the program closes
 * its own.
 */
#ifndef GREENROOM_ATTACH_WIRE_H
#define GREENROOM_ATTACH_WIRE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The environment variable that keeps a program from listening when it is "0". */
#define ATTACH_ENVIRONMENT "GREENROOM_ATTACH"

#define ATTACH_MAGIC UINT64_C(0x3148434154544147) /* "GATTACH1" */

enum { ATTACH_VERSION = 1, ATTACH_NAME_MAX = 108 /* as sockaddr_un has it */ };

enum attach_want {
	ATTACH_ASK,   /* to know who records it, if anybody does */
	ATTACH_TRACE, /* that it writes into the segment */
	ATTACH_READ,  /* that the other may read its memory, for as long as it lives (Yama) */
	ATTACH_FLIGHT /* of a flight recorder, which listens likewise: a copy of what it keeps */
};

struct attach_request {
	uint64_t magic;
	uint32_t version;
	uint32_t want; /* enum attach_want */
	/* ATTACH_TRACE: of the segment's file; ATTACH_FLIGHT: of the trace to be; absolute */
	char path[PATH_MAX];
};

struct attach_reply {
	uint64_t magic;
	uint32_t version;
	int32_t result;    /* 0, or negative errno: -EBUSY: it is recorded already; -EPROTO: another
			      version; -EBADMSG: the segment is none, or not to be trusted */
	uint32_t recorder; /* the process that records it, 0: none or not known */
	uint32_t threads;  /* that use the runtime */
	char text[512];    /* a flight recorder's: what went wrong, in words */
};

/* The name of the socket of a process in a folder. False when it is too long. */
bool attach_name(char out[ATTACH_NAME_MAX], const char *folder, pid_t process);

/* The folder in /tmp for a user. */
void attach_folder(char out[ATTACH_NAME_MAX], uid_t user);

#endif
