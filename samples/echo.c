/* SPDX-License-Identifier: MIT */
/*
 * echo.c - a server that sends back what it gets, with a tasklet for each connection.
 *
 * Each of them is written as if it were alone: read, write, read again. Where a plain program would
 * block, and all others with it, it calls tasklet_wait_fd: the tasklet leaves the chain until its
 * descriptor is ready, and the thread sleeps only when nobody can go on.
 *
 *     echo [CONNECTIONS [MESSAGES]]   serves clients of its own, from a second thread that has a
 *                                     tasklet for each connection too (1000, 10)
 *     echo --port PORT                serves whoever comes to 127.0.0.1:PORT, until it is interrupted
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <greenroom.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 64, BACKLOG = 4096, CONNECTIONS = 1000, MESSAGES = 10 };

static struct sockaddr_in address; /* of the server */
static int connections = CONNECTIONS, messages = MESSAGES;

/* Over which the threads tell each other that they are there, and how it went. */
static struct channel *ready, *finished;

/* ------------------------------------------------------------- what both sides need */

static void *pointer_of(int descriptor)
{
	return (void *)(intptr_t)descriptor;
}

/* A tasklet's descriptor, closed in whatever way the tasklet ends. */
static void close_descriptor(const int *descriptor)
{
	close(*descriptor);
}
#define OWNED __attribute__((cleanup(close_descriptor)))

/* Like read and write, for a tasklet: returns the bytes, or a negative error. */
static ssize_t read_some(int descriptor, char *buffer, size_t size)
{
	for (;;) {
		ssize_t count = read(descriptor, buffer, size);
		int result;

		if (count >= 0 || errno != EAGAIN)
			return count >= 0 ? count : -errno;
		result = tasklet_wait_fd(descriptor, POLLIN, TASKLET_FOREVER);
		if (result < 0)
			return result;
	}
}

static int write_all(int descriptor, const char *buffer, size_t size)
{
	while (size > 0) {
		ssize_t count = send(descriptor, buffer, size, MSG_NOSIGNAL);
		int result;

		if (count > 0) {
			buffer += count;
			size -= (size_t)count;
			continue;
		}
		if (errno != EAGAIN)
			return -errno;
		result = tasklet_wait_fd(descriptor, POLLOUT, TASKLET_FOREVER);
		if (result < 0)
			return result;
	}
	return 0;
}

/* ------------------------------------------------------------- the server */

static int serve_connection(void *argument)
{
	OWNED int connection = (int)(intptr_t)argument;
	char buffer[4096];
	ssize_t count;

	while ((count = read_some(connection, buffer, sizeof(buffer))) > 0)
		if (write_all(connection, buffer, (size_t)count))
			break;
	return 0;
}

static int accept_connections(void *argument)
{
	OWNED int listener = (int)(intptr_t)argument;
	int result = 0;

	while (result >= 0) {
		int connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (connection < 0)
			result = tasklet_wait_fd(listener, POLLIN, TASKLET_FOREVER);
		else if (tasklet_create(NULL, "connection", serve_connection,
					pointer_of(connection)))
			close(connection);
	}
	return result;
}

static int listen_on(int port)
{
	int yes = 1;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(address);

	address = (struct sockaddr_in){.sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) ||
	    listen(listener, BACKLOG) ||
	    getsockname(listener, (struct sockaddr *)&address, &size)) {
		perror("echo");
		exit(1);
	}
	return listener;
}

/* ------------------------------------------------------------- the clients */

static int connect_to_server(void)
{
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return -errno;
	if (connect(descriptor, (struct sockaddr *)&address, sizeof(address)) &&
	    errno == EINPROGRESS)
		tasklet_wait_fd(descriptor, POLLOUT, TASKLET_FOREVER);
	return descriptor;
}

/* Counts the messages that came back as they were sent. */
static int be_client(void *count)
{
	OWNED int connection = connect_to_server();
	char sent[MESSAGE_BYTES] = "", got[MESSAGE_BYTES];

	for (int i = 0; i < messages; i++) {
		size_t have = 0;

		snprintf(sent, sizeof(sent), "message %d of connection %d", i, connection);
		if (write_all(connection, sent, sizeof(sent)))
			break;
		while (have < sizeof(got)) {
			ssize_t more = read_some(connection, got + have, sizeof(got) - have);

			if (more <= 0)
				return 0;
			have += (size_t)more;
		}
		*(int *)count += memcmp(sent, got, sizeof(sent)) == 0;
	}
	return 0;
}

static void *run_clients(void *unused)
{
	int count = 0;

	(void)unused;
	channel_send(ready, NULL);
	for (int i = 0; i < connections; i++)
		tasklet_create(NULL, "client", be_client, &count);
	scheduler_run(NULL, NULL);
	channel_send(finished, &count);
	return NULL;
}

/* ------------------------------------------------------------- the program */

/* A thousand connections have two thousand ends. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int serve_own_clients(void)
{
	pthread_t clients;
	int count = 0;

	channel_create_with(&ready, "ready", 0, CHANNEL_SHARED);
	channel_create_with(&finished, "finished", sizeof(count), CHANNEL_SHARED);
	if (pthread_create(&clients, NULL, run_clients, NULL)) {
		fprintf(stderr, "echo: no second thread\n");
		return 1;
	}
	channel_receive(ready, NULL);
	channel_receive(finished, &count); /* meanwhile the connections are served */
	pthread_join(clients, NULL);
	printf("%d connections, %d messages each: %d came back\n", connections, messages, count);
	return count != connections * messages;
}

int main(int argc, char **argv)
{
	bool is_server = argc == 3 && strcmp(argv[1], "--port") == 0;
	struct tasklet *acceptor;
	int result = 0;

	allow_descriptors();
	tasklet_create(&acceptor, "acceptor", accept_connections,
		       pointer_of(listen_on(is_server ? atoi(argv[2]) : 0)));
	if (is_server) {
		printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
		fflush(stdout);
		scheduler_run(NULL, NULL);
	} else {
		connections = argc > 1 ? atoi(argv[1]) : CONNECTIONS;
		messages = argc > 2 ? atoi(argv[2]) : MESSAGES;
		result = serve_own_clients();
	}
	tasklet_kill(acceptor);
	return result;
}
