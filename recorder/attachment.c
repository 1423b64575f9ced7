/* SPDX-License-Identifier: MIT */
/*
 * attachment.c - find the socket of a running program, make sure that it is that program's, and talk.
 *
 * Somebody else may have put a socket, or a link to one, where the program's would be: so it is the
 * system that is asked who listens there.
 */
#include "attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 10, ATTEMPTS = 3, PAUSE_MS = 50 };

/* Whose process it is; 0 or negative errno. */
static int find_user(struct attachment *attachment, struct error *error)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%d", (int)attachment->process);
	if (stat(path, &status) < 0)
		return error_set(error, -ESRCH, EXIT_IO, "%d: there is no such process",
				 (int)attachment->process);
	attachment->user = status.st_uid;
	if (geteuid() != 0 && attachment->user != geteuid())
		return error_set(error, -EPERM, EXIT_PERMISSION,
				 "%d: is not your process, and nobody but its owner and root may "
				 "look into it",
				 (int)attachment->process);
	return 0;
}

/* Looks a variable up in the environment with which the process was started. malloc'ed, or NULL. */
static char *find_variable(pid_t process, const char *name)
{
	char path[64], *found = NULL, *room = NULL;
	size_t bytes = strlen(name), length = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)process);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	while (!found && getdelim(&room, &length, 0, file) > 0) {
		if (strncmp(room, name, bytes) == 0 && room[bytes] == '=')
			found = strdup(room + bytes + 1);
	}
	free(room);
	fclose(file);
	return found;
}

/* Whether the one who listens is that process, of that user. */
static bool is_right(const struct attachment *attachment, int connection)
{
	struct ucred who;
	socklen_t bytes = sizeof(who);

	return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0 &&
	       who.pid == attachment->process && who.uid == attachment->user;
}

static bool connect_in(struct attachment *attachment, const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int connection;

	if (!attach_name(address.sun_path, folder, attachment->process))
		return false;
	connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connection < 0)
		return false;
	setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    is_right(attachment, connection)) {
		attachment->connection = connection;
		return true;
	}
	close(connection);
	return false;
}

/* Where the program may listen, as far as can be seen from outside. */
static bool connect_anywhere(struct attachment *attachment)
{
	char folder[ATTACH_NAME_MAX];
	char *theirs = find_variable(attachment->process, "XDG_RUNTIME_DIR");
	bool connected = theirs && connect_in(attachment, theirs);

	free(theirs);
	if (connected)
		return true;
	attach_folder(folder, attachment->user);
	if (connect_in(attachment, folder))
		return true;
	snprintf(folder, sizeof(folder), "/run/user/%u", (unsigned int)attachment->user);
	return connect_in(attachment, folder);
}

/* Why nobody answers. */
static int say_silent(pid_t process, struct error *error)
{
	char *setting = find_variable(process, ATTACH_ENVIRONMENT);
	bool forbidden = setting && strcmp(setting, "0") == 0;

	free(setting);
	if (forbidden)
		return error_set(error, -EACCES, EXIT_PERMISSION,
				 "%d: was started with %s=0, and lets nobody look into it",
				 (int)process, ATTACH_ENVIRONMENT);
	return error_set(error, -ECONNREFUSED, EXIT_IO,
			 "%d: does not use libgreenroom, or has not yet, or an older one",
			 (int)process);
}

int attachment_open(struct attachment *attachment, pid_t process, struct error *error)
{
	int result;

	*attachment = (struct attachment){.process = process, .connection = -1};
	result = find_user(attachment, error);
	if (result < 0)
		return result;
	return connect_anywhere(attachment) ? 0 : say_silent(process, error);
}

void attachment_close(struct attachment *attachment)
{
	if (attachment->connection >= 0)
		close(attachment->connection);
	attachment->connection = -1;
}

static bool send_request(int connection, struct attach_request *request, int descriptor)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS}};
	struct iovec part = {request, sizeof(*request)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (descriptor >= 0) {
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(descriptor));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
	}
	return sendmsg(connection, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*request);
}

/* A program whose socket has just been closed, by itself when it became a daemon, makes another: then the
 * connection is lost before there was an answer. */
static bool exchange(struct attachment *attachment, struct attach_request *request, int descriptor,
		     struct attach_reply *reply)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		ssize_t bytes;

		if (attempt > 0) {
			attachment_close(attachment);
			poll(NULL, 0, PAUSE_MS);
			if (!connect_anywhere(attachment))
				continue;
		}
		if (!send_request(attachment->connection, request, descriptor))
			continue;
		bytes = recv(attachment->connection, reply, sizeof(*reply), 0);
		if (bytes == (ssize_t)sizeof(*reply))
			return reply->magic == ATTACH_MAGIC;
		if (bytes > 0 || (bytes < 0 && errno != ECONNRESET))
			break;
	}
	return false;
}

static int ask(struct attachment *attachment, struct attach_request *request, int descriptor,
	       struct attach_reply *reply, struct error *error)
{
	int process = (int)attachment->process;

	request->magic = ATTACH_MAGIC;
	request->version = ATTACH_VERSION;
	if (!exchange(attachment, request, descriptor, reply))
		return error_set(error, -EIO, EXIT_IO, "%d: does not answer", process);
	switch (reply->result) {
	case 0:
		return 0;
	case -EBUSY:
		if (reply->recorder)
			return error_set(error, -EBUSY, EXIT_IO,
					 "%d: is being recorded already, by process %u", process,
					 reply->recorder);
		return error_set(error, -EBUSY, EXIT_IO, "%d: is being recorded already", process);
	case -EPROTO:
	case -ENOSYS:
		return error_set(error, reply->result, EXIT_IO,
				 "%d: uses a libgreenroom of another version", process);
	default:
		return error_set(error, reply->result < 0 ? reply->result : -EIO, EXIT_IO,
				 "%d: could not begin: %s", process, strerror(-reply->result));
	}
}

int attachment_ask(struct attachment *attachment, enum attach_want want, struct attach_reply *reply,
		   struct error *error)
{
	struct attach_request request = {.want = want};

	return ask(attachment, &request, -1, reply, error);
}

/* A description of the file of its own: the recorder's holds the lock. */
int attachment_trace(struct attachment *attachment, const char *path, struct error *error)
{
	struct attach_request request = {.want = ATTACH_TRACE};
	struct attach_reply reply;
	int descriptor, result;

	if (snprintf(request.path, sizeof(request.path), "%s", path) >= (int)sizeof(request.path))
		return error_set_file(error, -ENAMETOOLONG, path);
	descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (descriptor < 0)
		return error_set_file(error, -errno, path);
	/* The program trusts no file but its user's. */
	if (attachment->user != geteuid() && fchown(descriptor, attachment->user, (gid_t)-1) < 0)
		result = error_set_file(error, -errno, path);
	else
		result = ask(attachment, &request, descriptor, &reply, error);
	close(descriptor);
	return result;
}

/* What came of the request to a recorder. */
static int tell_flight(const struct attach_reply *reply, pid_t process, struct error *error)
{
	if (reply->result == 0)
		return 0;
	if (reply->result == -ENOSYS || reply->result == -EPROTO || !reply->text[0])
		return error_set(error, -EIO, EXIT_IO, "%d: its recorder is of another version",
				 (int)process);
	return error_set(error, -EIO, EXIT_IO, "%.*s", (int)sizeof(reply->text) - 1, reply->text);
}

/* The recorder is in a folder of its own. */
static int make_absolute(char out[PATH_MAX], const char *file, struct error *error)
{
	char folder[PATH_MAX] = "";

	if (file[0] != '/' && !getcwd(folder, sizeof(folder)))
		return error_set_file(error, -errno, file);
	if (snprintf(out, PATH_MAX, "%s%s%s", folder, file[0] == '/' ? "" : "/", file) >= PATH_MAX)
		return error_set_file(error, -ENAMETOOLONG, file);
	return 0;
}

int attachment_dump_flight(pid_t process, const char *file, struct error *error)
{
	struct attach_request request = {
		.want = ATTACH_FLIGHT, .magic = ATTACH_MAGIC, .version = ATTACH_VERSION};
	struct attachment program, recorder;
	struct attach_reply reply;
	int result = attachment_open(&program, process, error);

	if (result < 0)
		return result;
	result = attachment_ask(&program, ATTACH_ASK, &reply, error);
	attachment_close(&program);
	if (result < 0)
		return result;
	if (!reply.recorder)
		return error_set(error, -ENOENT, EXIT_IO, "%d: nobody records it", (int)process);
	if (attachment_open(&recorder, (pid_t)reply.recorder, NULL) < 0)
		return error_set(error, -ENOENT, EXIT_IO,
				 "%d: is recorded by process %u, which is no flight recorder",
				 (int)process, reply.recorder);
	result = make_absolute(request.path, file, error);
	if (result == 0)
		result = exchange(&recorder, &request, -1, &reply)
				 ? tell_flight(&reply, process, error)
				 : error_set(error, -EIO, EXIT_IO, "%u: does not answer",
					     reply.recorder);
	attachment_close(&recorder);
	return result;
}

void attachment_detach(struct attachment *attachment)
{
	shutdown(attachment->connection, SHUT_WR);
}

bool attachment_has_ended(const struct attachment *attachment)
{
	struct pollfd end = {.fd = attachment->connection, .events = POLLIN};
	char byte;

	if (poll(&end, 1, 0) <= 0 || !end.revents)
		return false;
	return recv(attachment->connection, &byte, 1, MSG_DONTWAIT) <= 0 && errno != EINTR;
}
