/* SPDX-License-Identifier: MIT */
/*
 * segment.c - the program's side of a segment: find it, distrust it, claim it, map it, let it go.
 *
 * The file is somebody else's: it must be a plain file of this user that nobody else may open, and
 * its header must describe a layout that fits it. After the claim the layout is taken from own
 * memory only.
 */
#include "segment_writer.h"

#ifndef GREENROOM_NO_HOOKS

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "compiler.h"
#include "note.h"
#include "segment_layout.h"

enum {
	SEGMENT_DESCRIPTOR_MIN = 100, /* out of the way of programs that count on low numbers */
	SEGMENT_WAIT_NS = 50000000,   /* for the recorder to make a segment: a look, */
	SEGMENT_WAITS_MAX = 100       /* and how many */
};

/* The one that the process writes into, or whose place the child after a fork has to fill. */
static struct segment_writer *_Atomic present;
static atomic_bool due;

bool segment_is_on(const struct segment_writer *writer)
{
	return writer && atomic_load_explicit(&writer->on, memory_order_acquire);
}

void segment_turn_off(struct segment_writer *writer)
{
	atomic_store_explicit(&writer->on, false, memory_order_release);
}

bool segment_is_stopped(const struct segment_writer *writer)
{
	return !segment_is_on(writer) ||
	       atomic_load_explicit(&writer->header->stop, memory_order_relaxed) != 0;
}

static bool is_our_file(const struct segment_writer *writer, int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && status.st_dev == writer->device &&
	       status.st_ino == writer->inode;
}

/* A descriptor of the file. Programs that become daemons close every descriptor they find, ours
 * too, and open others under its number. */
static int find_descriptor(struct segment_writer *writer)
{
	int descriptor = writer->descriptor;

	if (descriptor >= 0 && is_our_file(writer, descriptor))
		return descriptor;
	descriptor = open(writer->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor >= 0 && !is_our_file(writer, descriptor)) {
		close(descriptor);
		descriptor = -1;
	}
	writer->descriptor = descriptor;
	return descriptor;
}

bool segment_recorder_lives(struct segment_writer *writer)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int descriptor = find_descriptor(writer);

	return descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &lock) == 0 &&
	       lock.l_type != F_UNLCK;
}

void segment_ring_bell(struct segment_writer *writer)
{
	atomic_fetch_add(&writer->first->bell, 1);
	syscall(SYS_futex, &writer->first->bell, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool segment_reserve(struct segment_writer *writer, uint64_t offset, uint64_t bytes)
{
	int descriptor = find_descriptor(writer);

	return descriptor >= 0 && posix_fallocate(descriptor, (off_t)offset, (off_t)bytes) == 0;
}

struct event_slot *segment_map_ring(struct segment_writer *writer, uint32_t ring)
{
	uint64_t offset = segment_layout_ring_offset(&writer->layout, ring);
	size_t bytes = segment_layout_ring_bytes(&writer->layout);
	char *memory;

	if (!segment_reserve(writer, offset, bytes))
		return NULL;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, writer->descriptor,
		      (off_t)offset);
	if (memory == MAP_FAILED)
		return NULL;
		/* The first touch of a page costs as much as a thousand events. */
#ifdef MADV_POPULATE_WRITE
	if (madvise(memory, bytes, MADV_POPULATE_WRITE) == 0)
		return (struct event_slot *)memory;
#endif
	for (size_t at = 0; at < bytes; at += 4096)
		*(volatile char *)&memory[at] = 0;
	return (struct event_slot *)memory;
}

void segment_finish(struct segment_writer *writer)
{
	atomic_store_explicit(&writer->header->finished, 1, memory_order_release);
}

static bool map_header(struct segment_writer *writer, int descriptor, uint64_t file_bytes)
{
	void *memory;
	bool good;

	if (file_bytes < sizeof(struct segment))
		return false;
	memory = mmap(NULL, sizeof(struct segment), PROT_READ, MAP_SHARED, descriptor, 0);
	if (memory == MAP_FAILED)
		return false;
	good = segment_layout_read(&writer->layout, memory, file_bytes) == 0;
	munmap(memory, sizeof(struct segment));
	if (!good)
		return false;
	/* The recorder has reserved the header's pages, note.c reserves the log's as it grows. */
	memory = mmap(NULL, writer->layout.notes_offset + writer->layout.notes_bytes,
		      PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	if (memory == MAP_FAILED)
		return false;
	writer->header = memory;
	return true;
}

/* Distrusts the file behind a descriptor, which becomes the writer's. */
static bool take_file(struct segment_writer *writer, int descriptor, uint64_t *file_bytes)
{
	int high;
	struct stat status;

	if (descriptor < 0)
		return false;
	if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
	    status.st_uid != geteuid() || (status.st_mode & 077) != 0 || status.st_size <= 0) {
		close(descriptor);
		return false;
	}
	high = fcntl(descriptor, F_DUPFD_CLOEXEC, SEGMENT_DESCRIPTOR_MIN);
	if (high >= 0) {
		close(descriptor);
		descriptor = high;
	}
	writer->descriptor = descriptor;
	writer->device = status.st_dev;
	writer->inode = status.st_ino;
	*file_bytes = (uint64_t)status.st_size;
	return true;
}

/* Whether the segment is nobody's, and ours from now on. */
static bool claim(struct segment *header)
{
	uint32_t nobody = 0;

	if (atomic_load(&header->stop) != 0 ||
	    !atomic_compare_exchange_strong(&header->pid, &nobody, (uint32_t)getpid()))
		return false;
	if (header->trace_clock.multiplier != 0)
		header->clock = header->trace_clock;
	else
		clock_calibrate(&header->clock, clock_counter_usable());
	return true;
}

static void unmap(struct segment_writer *writer)
{
	if (writer->header)
		munmap(writer->header, writer->layout.notes_offset + writer->layout.notes_bytes);
	writer->header = NULL;
}

static void close_file(struct segment_writer *writer)
{
	int descriptor = writer->descriptor;

	if (descriptor >= 0 && is_our_file(writer, descriptor))
		close(descriptor);
	writer->descriptor = -1;
	free(writer->path);
	writer->path = NULL;
}

/* Maps the segment behind a descriptor, which becomes the writer's with the path, if a recorder
 * listens there. */
static bool map_file(struct segment_writer *writer, int descriptor, char *path)
{
	uint64_t file_bytes;

	writer->path = path;
	writer->descriptor = -1;
	if (path && take_file(writer, descriptor, &file_bytes) &&
	    map_header(writer, writer->descriptor, file_bytes) && segment_recorder_lives(writer))
		return true;
	unmap(writer);
	close_file(writer);
	return false;
}

/* O_NONBLOCK: should it be a fifo. */
static bool map_path(struct segment_writer *writer, char *path)
{
	if (!path)
		return false;
	return map_file(writer, open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK),
			path);
}

/* Waits until the recorder has made the segment with that number. */
static bool await_segment(struct segment_writer *writer, uint32_t number)
{
	_Atomic uint32_t *made = &writer->first->segments_made;

	segment_ring_bell(writer);
	for (int waits = 0; waits < SEGMENT_WAITS_MAX; waits++) {
		uint32_t seen = atomic_load(made);
		struct timespec timeout = {.tv_nsec = SEGMENT_WAIT_NS};

		if ((int32_t)(seen - number) >= 0)
			return true;
		if (atomic_load(&writer->first->stop) != 0)
			return false;
		syscall(SYS_futex, made, FUTEX_WAIT, seen, &timeout, NULL, 0);
	}
	return false;
}

/* Gets a segment that nobody else has. */
static bool join(struct segment_writer *writer)
{
	uint32_t number = atomic_fetch_add(&writer->first->segments_wanted, 1) + 1;
	char *path;

	if (await_segment(writer, number) &&
	    asprintf(&path, "%s.%u", writer->first_path, number) >= 0 && map_path(writer, path) &&
	    claim(writer->header))
		return true;
	atomic_fetch_add(&writer->first->processes_refused, 1);
	return false;
}

/* What is mapped and open is the first segment, and another process has it. */
static bool join_first(struct segment_writer *writer)
{
	writer->first = mmap(NULL, sizeof(struct segment), PROT_READ | PROT_WRITE, MAP_SHARED,
			     writer->descriptor, 0);
	unmap(writer);
	close_file(writer);
	return writer->first != MAP_FAILED && join(writer);
}

static struct segment_writer *allocate(const char *path)
{
	struct segment_writer *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return NULL;
	writer->descriptor = -1;
	writer->first_path = strdup(path);
	if (writer->first_path)
		return writer;
	free(writer);
	return NULL;
}

void segment_forget_present(struct segment_writer *writer)
{
	if (atomic_load(&present) == writer)
		atomic_store(&present, NULL);
}

void segment_close(struct segment_writer *writer)
{
	if (!writer)
		return;
	segment_forget_present(writer);
	if (writer->first && writer->first != MAP_FAILED && writer->first != writer->header)
		munmap(writer->first, sizeof(struct segment));
	unmap(writer);
	close_file(writer);
	free(writer->first_path);
	free(writer);
}

struct segment_writer *segment_open(void)
{
	int saved_errno = errno;
	const char *path = secure_getenv(SEGMENT_ENVIRONMENT);
	struct segment_writer *writer = path && path[0] == '/' ? allocate(path) : NULL;
	bool good = writer && map_path(writer, strdup(path));

	if (good) {
		writer->first = writer->header;
		good = claim(writer->header) ||
		       (atomic_load(&writer->header->stop) == 0 && join_first(writer));
	}
	if (!good) {
		segment_close(writer);
		writer = NULL;
	}
	errno = saved_errno;
	return writer;
}

struct segment_writer *segment_open_descriptor(int descriptor, const char *path)
{
	struct segment_writer *writer = allocate(path);

	if (!writer) {
		close(descriptor);
		return NULL;
	}
	if (map_file(writer, descriptor, strdup(path)) && claim(writer->header)) {
		writer->first = writer->header;
		return writer;
	}
	segment_close(writer);
	return NULL;
}

void segment_begin(struct segment_writer *writer)
{
	atomic_store_explicit(&writer->header->ready, 1, memory_order_release);
	atomic_store_explicit(&writer->on, true, memory_order_release);
	atomic_store_explicit(&present, writer, memory_order_release);
}

/* ------------------------------------------------------------------------------- after a fork */

static pthread_mutex_t due_lock = PTHREAD_MUTEX_INITIALIZER;

void segment_before_fork(void)
{
	struct segment_writer *writer = segment_present();

	if (segment_is_on(writer))
		atomic_fetch_add(&writer->first->forks, 1);
}

bool segment_after_fork_in_child(void)
{
	struct segment_writer *writer = segment_present();
	bool was_on = segment_is_on(writer);

	pthread_mutex_init(&due_lock, NULL);
	if (was_on)
		segment_turn_off(writer);
	atomic_store(&due, was_on || atomic_load(&due));
	if (due)
		atomic_store(&writer->first->forked[atomic_fetch_add(&writer->first->children, 1) %
						    SEGMENT_FORKED],
			     (uint32_t)getpid());
	return due;
}

static void open_due(struct segment_writer *writer)
{
	struct segment *parents = writer->header;
	struct segment_layout layout = writer->layout;

	close_file(writer);
	writer->header = NULL;
	if (atomic_load(&writer->first->stop) == 0 && join(writer) &&
	    note_inherit(writer, (const char *)parents + layout.notes_offset))
		segment_begin(writer);
	if (parents != writer->first)
		munmap(parents, layout.notes_offset + layout.notes_bytes);
}

struct segment_writer *segment_present(void)
{
	return atomic_load_explicit(&present, memory_order_acquire);
}

struct segment_writer *segment_get(void)
{
	struct segment_writer *writer = segment_present();
	int saved_errno = errno;

	if (likely(segment_is_on(writer)))
		return writer;
	if (!writer || !atomic_load_explicit(&due, memory_order_acquire))
		return NULL;
	pthread_mutex_lock(&due_lock);
	if (atomic_load(&due))
		open_due(writer);
	atomic_store_explicit(&due, false, memory_order_release);
	pthread_mutex_unlock(&due_lock);
	errno = saved_errno;
	return segment_is_on(writer) ? writer : NULL;
}

#endif
