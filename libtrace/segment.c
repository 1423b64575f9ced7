/* SPDX-License-Identifier: MIT */
/*
 * segment.c - the program's side of the segment: find it, distrust it, claim it, map it.
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

static struct {
	atomic_bool on;
	struct segment *header; /* with the note log behind it */
	struct segment_layout layout;
	atomic_int descriptor;
	/* The file, to know it again should somebody have closed the descriptor. */
	dev_t device;
	ino_t inode;
	char *path;
	struct segment *first; /* the trace's first segment: ours, or only its header */
	char *first_path;
	atomic_bool due;
} writer;

bool segment_is_on(void)
{
	return atomic_load_explicit(&writer.on, memory_order_acquire);
}

void segment_turn_off(void)
{
	atomic_store_explicit(&writer.on, false, memory_order_release);
}

struct segment *segment_header(void)
{
	return writer.header;
}

const struct segment_layout *segment_layout(void)
{
	return &writer.layout;
}

bool segment_is_stopped(void)
{
	return !segment_is_on() ||
	       atomic_load_explicit(&writer.header->stop, memory_order_relaxed) != 0;
}

static bool is_our_file(int descriptor)
{
	struct stat status;

	return fstat(descriptor, &status) == 0 && status.st_dev == writer.device &&
	       status.st_ino == writer.inode;
}

/* A descriptor of the file. Programs that become daemons close every descriptor they find, ours
 * too, and open others under its number. */
static int find_descriptor(void)
{
	int descriptor = writer.descriptor;

	if (descriptor >= 0 && is_our_file(descriptor))
		return descriptor;
	descriptor = open(writer.path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor >= 0 && !is_our_file(descriptor)) {
		close(descriptor);
		descriptor = -1;
	}
	writer.descriptor = descriptor;
	return descriptor;
}

bool segment_recorder_lives(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int descriptor = find_descriptor();

	return descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &lock) == 0 &&
	       lock.l_type != F_UNLCK;
}

void segment_ring_bell(void)
{
	atomic_fetch_add(&writer.first->bell, 1);
	syscall(SYS_futex, &writer.first->bell, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool segment_reserve(uint64_t offset, uint64_t bytes)
{
	int descriptor = find_descriptor();

	return descriptor >= 0 && posix_fallocate(descriptor, (off_t)offset, (off_t)bytes) == 0;
}

struct event_slot *segment_map_ring(uint32_t ring)
{
	uint64_t offset = segment_layout_ring_offset(&writer.layout, ring);
	size_t bytes = segment_layout_ring_bytes(&writer.layout);
	char *memory;

	if (!segment_reserve(offset, bytes))
		return NULL;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, writer.descriptor,
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

void segment_finish(void)
{
	if (segment_is_on())
		atomic_store_explicit(&writer.header->finished, 1, memory_order_release);
}

static bool map_header(int descriptor, uint64_t file_bytes)
{
	void *memory;
	bool good;

	if (file_bytes < sizeof(struct segment))
		return false;
	memory = mmap(NULL, sizeof(struct segment), PROT_READ, MAP_SHARED, descriptor, 0);
	if (memory == MAP_FAILED)
		return false;
	good = segment_layout_read(&writer.layout, memory, file_bytes) == 0;
	munmap(memory, sizeof(struct segment));
	if (!good)
		return false;
	/* The recorder has reserved the header's pages, note.c reserves the log's as it grows. */
	memory = mmap(NULL, writer.layout.notes_offset + writer.layout.notes_bytes,
		      PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	if (memory == MAP_FAILED)
		return false;
	writer.header = memory;
	return true;
}

static bool open_file(const char *path, uint64_t *file_bytes)
{
	/* O_NONBLOCK: should it be a fifo. */
	int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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
	writer.descriptor = descriptor;
	writer.device = status.st_dev;
	writer.inode = status.st_ino;
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

static void unmap(void)
{
	if (writer.header)
		munmap(writer.header, writer.layout.notes_offset + writer.layout.notes_bytes);
	writer.header = NULL;
}

static void close_file(void)
{
	if (writer.descriptor >= 0)
		close(writer.descriptor);
	writer.descriptor = -1;
	free(writer.path);
	writer.path = NULL;
}

/* Opens and maps the segment at a path, which becomes the writer's, if a recorder listens there. */
static bool map_path(char *path)
{
	uint64_t file_bytes;

	writer.path = path;
	writer.descriptor = -1;
	if (path && open_file(path, &file_bytes) && map_header(writer.descriptor, file_bytes) &&
	    segment_recorder_lives())
		return true;
	unmap();
	close_file();
	return false;
}

static void begin(void)
{
	atomic_store_explicit(&writer.header->ready, 1, memory_order_release);
	atomic_store_explicit(&writer.on, true, memory_order_release);
}

/* Waits until the recorder has made the segment with that number. */
static bool await_segment(uint32_t number)
{
	_Atomic uint32_t *made = &writer.first->segments_made;

	segment_ring_bell();
	for (int waits = 0; waits < SEGMENT_WAITS_MAX; waits++) {
		uint32_t seen = atomic_load(made);
		struct timespec timeout = {.tv_nsec = SEGMENT_WAIT_NS};

		if ((int32_t)(seen - number) >= 0)
			return true;
		if (atomic_load(&writer.first->stop) != 0)
			return false;
		syscall(SYS_futex, made, FUTEX_WAIT, seen, &timeout, NULL, 0);
	}
	return false;
}

/* Gets a segment that nobody else has. */
static bool join(void)
{
	uint32_t number = atomic_fetch_add(&writer.first->segments_wanted, 1) + 1;
	char *path;

	if (await_segment(number) && asprintf(&path, "%s.%u", writer.first_path, number) >= 0 &&
	    map_path(path) && claim(writer.header))
		return true;
	atomic_fetch_add(&writer.first->processes_refused, 1);
	return false;
}

/* What is mapped and open is the first segment, and another process has it. */
static bool join_first(void)
{
	writer.first = mmap(NULL, sizeof(struct segment), PROT_READ | PROT_WRITE, MAP_SHARED,
			    writer.descriptor, 0);
	unmap();
	close_file();
	return writer.first != MAP_FAILED && join();
}

void segment_open_path(const char *path)
{
	writer.first_path = strdup(path);
	if (!writer.first_path || !map_path(strdup(path)))
		return;
	writer.first = writer.header;
	if (claim(writer.header) || (atomic_load(&writer.header->stop) == 0 && join_first()))
		begin();
	else
		unmap();
}

void segment_open(void)
{
	int saved_errno = errno;
	const char *path = secure_getenv(SEGMENT_ENVIRONMENT);

	if (path && path[0] == '/')
		segment_open_path(path);
	errno = saved_errno;
}

/* ------------------------------------------------------------------------------- after a fork */

static pthread_mutex_t due_lock = PTHREAD_MUTEX_INITIALIZER;

void segment_before_fork(void)
{
	if (segment_is_on())
		atomic_fetch_add(&writer.first->forks, 1);
}

bool segment_after_fork_in_child(void)
{
	pthread_mutex_init(&due_lock, NULL);
	if (segment_is_on())
		atomic_store(&writer.due, true);
	segment_turn_off();
	if (writer.due)
		atomic_store(&writer.first->forked[atomic_fetch_add(&writer.first->children, 1) %
						   SEGMENT_FORKED],
			     (uint32_t)getpid());
	return writer.due;
}

static void open_due(void)
{
	struct segment *parents = writer.header;
	struct segment_layout layout = writer.layout;

	close_file();
	writer.header = NULL;
	if (atomic_load(&writer.first->stop) == 0 && join() &&
	    note_inherit((const char *)parents + layout.notes_offset))
		begin();
	if (parents != writer.first)
		munmap(parents, layout.notes_offset + layout.notes_bytes);
}

bool segment_get(void)
{
	int saved_errno = errno;

	if (likely(segment_is_on()))
		return true;
	if (!atomic_load_explicit(&writer.due, memory_order_acquire))
		return false;
	pthread_mutex_lock(&due_lock);
	if (atomic_load(&writer.due))
		open_due();
	atomic_store_explicit(&writer.due, false, memory_order_release);
	pthread_mutex_unlock(&due_lock);
	errno = saved_errno;
	return segment_is_on();
}

#endif
