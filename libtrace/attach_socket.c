/* SPDX-License-Identifier: MIT */
/*
 * attach_socket.c - the socket on which a program listens, or a flight recorder, and who may come there.
 *
 * The folder must be the user's and nobody else may write into it, so nobody can put anything in the
 * socket's place. What stands there all the same, under this process's number, is of a process that
 * has ended.
 */
#include "attach_socket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	DESCRIPTOR_MIN = 100, /* out of the way of programs that count on low numbers */
	PATIENCE_MS = 1000    /* with somebody who has come and says nothing */
};

/* Whether a folder is there, and this user's alone to write into. */
static bool is_own_folder(const char *folder)
{
	struct stat status;

	return lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
	       status.st_uid == geteuid() && (status.st_mode & 022) == 0;
}

/* The folder in which to listen. */
static bool find_folder(char out[ATTACH_NAME_MAX])
{
	const char *runtime = secure_getenv("XDG_RUNTIME_DIR");
	char name[ATTACH_NAME_MAX];

	if (runtime && runtime[0] == '/' && attach_name(name, runtime, getpid()) &&
	    is_own_folder(runtime)) {
		snprintf(out, ATTACH_NAME_MAX, "%s", runtime);
		return true;
	}
	attach_folder(out, geteuid());
	if (mkdir(out, 0700) < 0 && errno != EEXIST)
		return false;
	return is_own_folder(out);
}

/* Takes away the sockets of processes that are no more. */
static void sweep(const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		int process, end = 0;

		if (sscanf(entry->d_name, "greenroom-%d.sock%n", &process, &end) == 1 && end > 0 &&
		    entry->d_name[end] == '\0' && process > 0 && kill(process, 0) < 0 &&
		    errno == ESRCH)
			unlinkat(dirfd(directory), entry->d_name, 0);
	}
	if (directory)
		closedir(directory);
}

static int move_high(int descriptor)
{
	int high = fcntl(descriptor, F_DUPFD_CLOEXEC, DESCRIPTOR_MIN);

	if (high < 0)
		return descriptor;
	close(descriptor);
	return high;
}

int attach_socket_open(struct attach_socket *out)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char folder[ATTACH_NAME_MAX];
	struct stat status;
	int descriptor;

	*out = (struct attach_socket){.descriptor = -1};
	if (!find_folder(folder) || !attach_name(address.sun_path, folder, getpid()))
		return -EACCES;
	sweep(folder);
	descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor < 0)
		return -errno;
	descriptor = move_high(descriptor);
	unlink(address.sun_path);
	/* Before bind: so it is never there with another mode. */
	if (fchmod(descriptor, 0600) < 0 || fstat(descriptor, &status) < 0 ||
	    bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(descriptor, 8) < 0) {
		int error = -errno;

		close(descriptor);
		return error;
	}
	out->descriptor = descriptor;
	out->device = status.st_dev;
	out->inode = status.st_ino;
	memcpy(out->name, address.sun_path, sizeof(out->name));
	return 0;
}

static bool is_file(int descriptor, dev_t device, ino_t inode)
{
	struct stat status;

	return descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_dev == device &&
	       status.st_ino == inode;
}

bool attach_socket_is_ours(const struct attach_socket *listener)
{
	return is_file(listener->descriptor, listener->device, listener->inode);
}

void attach_socket_close(struct attach_socket *listener, bool unlinks)
{
	if (unlinks && listener->name[0])
		unlink(listener->name);
	if (attach_socket_is_ours(listener))
		close(listener->descriptor);
	*listener = (struct attach_socket){.descriptor = -1};
}

int attach_socket_accept(const struct attach_socket *listener, struct attach_socket *out,
			 pid_t *peer)
{
	struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
	int connection = accept4(listener->descriptor, NULL, NULL, SOCK_CLOEXEC);
	struct ucred who;
	struct stat status;
	socklen_t bytes = sizeof(who);

	if (connection < 0)
		return -errno;
	connection = move_high(connection);
	if (fstat(connection, &status) < 0 ||
	    getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &bytes) < 0 ||
	    (who.uid != geteuid() && who.uid != 0)) {
		close(connection);
		return -EPERM;
	}
	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	*out = (struct attach_socket){
		.descriptor = connection, .device = status.st_dev, .inode = status.st_ino};
	*peer = who.pid;
	return 0;
}

int attach_alarm_open(struct attach_alarm *out)
{
	struct stat status;

	*out = (struct attach_alarm){.ends = {-1, -1}};
	if (pipe2(out->ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	for (int i = 0; i < 2; i++)
		out->ends[i] = move_high(out->ends[i]);
	if (fstat(out->ends[0], &status) < 0)
		return -errno;
	out->device = status.st_dev;
	out->inode = status.st_ino;
	return 0;
}

bool attach_alarm_is_ours(const struct attach_alarm *alarm)
{
	return is_file(alarm->ends[0], alarm->device, alarm->inode) &&
	       is_file(alarm->ends[1], alarm->device, alarm->inode);
}

void attach_alarm_ring(const struct attach_alarm *alarm)
{
	if (is_file(alarm->ends[1], alarm->device, alarm->inode) &&
	    write(alarm->ends[1], "", 1) < 0)
		return; /* it is full: it rings already */
}

void attach_alarm_silence(const struct attach_alarm *alarm)
{
	char rings[64];

	while (is_file(alarm->ends[0], alarm->device, alarm->inode) &&
	       read(alarm->ends[0], rings, sizeof(rings)) == sizeof(rings))
		;
}

void attach_alarm_close(struct attach_alarm *alarm)
{
	for (int i = 0; i < 2; i++) {
		if (is_file(alarm->ends[i], alarm->device, alarm->inode))
			close(alarm->ends[i]);
		alarm->ends[i] = -1;
	}
}

/* Closes all descriptors of a message but the first, which is returned; -1: there is none. */
static int take_descriptor(struct msghdr *message)
{
	int taken = -1;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < count; i++) {
			int descriptor;

			memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
			if (taken < 0)
				taken = descriptor;
			else
				close(descriptor);
		}
	}
	return taken;
}

bool attach_socket_receive(int connection, struct attach_request *request, int *descriptor)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct iovec part = {request, sizeof(*request)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t bytes;

	do
		bytes = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	while (bytes < 0 && errno == EINTR);
	*descriptor = bytes >= 0 ? take_descriptor(&message) : -1;
	if (bytes == (ssize_t)sizeof(*request) && request->magic == ATTACH_MAGIC &&
	    request->path[PATH_MAX - 1] == '\0')
		return true;
	if (*descriptor >= 0)
		close(*descriptor);
	return false;
}
