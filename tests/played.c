/* SPDX-License-Identifier: MIT */
/* played.c - just enough of a recorder. Whatever fails here ends the test. */
#include "played.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PLAYED_PATIENCE_S = 60, PLAYED_NOTES_BYTES = 1 << 18 };

static void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

void played_begin(struct played *played, uint32_t ring_slots, enum segment_on_full on_full)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const char *folder = getenv("TMPDIR");

	*played = (struct played){.descriptor = -1};
	snprintf(played->path, sizeof(played->path), "%s/greenroom-test-XXXXXX",
		 folder && strlen(folder) < 30 ? folder : "/tmp");
	played->descriptor = mkostemp(played->path, O_CLOEXEC); /* 0600 */
	segment_layout_plan(&played->layout, ring_slots, PLAYED_NOTES_BYTES, UINT64_MAX);
	if (played->descriptor < 0 || fcntl(played->descriptor, F_OFD_SETLK, &lock) < 0 ||
	    ftruncate(played->descriptor, (off_t)played->layout.file_bytes) < 0)
		give_up("segment");
	played->segment = mmap(NULL, played->layout.file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			       played->descriptor, 0);
	if (played->segment == MAP_FAILED)
		give_up("mmap");
	segment_layout_write(&played->layout, played->segment);
	played->segment->settings.on_full = on_full;
}

void played_start(struct played *played, played_fn *program, void *context)
{
	fflush(stdout);
	played->program = fork();
	if (played->program < 0)
		give_up("fork");
	if (played->program == 0) {
		close(played->descriptor); /* the lock is the recorder's alone */
		setenv(SEGMENT_ENVIRONMENT, played->path, 1);
		exit(program(context));
	}
}

int played_wait(struct played *played)
{
	int status = 0;

	while (waitpid(played->program, &status, 0) < 0) {
		if (errno != EINTR)
			give_up("waitpid");
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void played_die(struct played *played)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	/* Closing is not enough: the mapping keeps the open file, and so its lock. */
	fcntl(played->descriptor, F_OFD_SETLK, &lock);
	close(played->descriptor);
	played->descriptor = -1;
}

void played_end(struct played *played)
{
	munmap(played->segment, played->layout.file_bytes);
	unlink(played->path);
	if (played->descriptor >= 0)
		close(played->descriptor);
}

struct event_slot *played_slots(const struct played *played, uint32_t ring)
{
	return (struct event_slot *)((char *)played->segment +
				     segment_layout_ring_offset(&played->layout, ring));
}

void played_consume(struct played *played, uint32_t ring, uint64_t tail)
{
	struct segment_ring *shared = &played->segment->ring[ring];

	atomic_store(&shared->tail, tail);
	atomic_fetch_add(&shared->tail_word, 1);
	syscall(SYS_futex, &shared->tail_word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static bool has_patience(time_t since)
{
	struct timespec pause = {.tv_nsec = 50000};

	nanosleep(&pause, NULL);
	return time(NULL) - since < PLAYED_PATIENCE_S;
}

bool played_await(const _Atomic uint64_t *word, uint64_t value)
{
	time_t since = time(NULL);

	while (atomic_load(word) < value) {
		if (!has_patience(since))
			return false;
	}
	return true;
}

bool played_await32(const _Atomic uint32_t *word, uint32_t value)
{
	time_t since = time(NULL);

	while (atomic_load(word) < value) {
		if (!has_patience(since))
			return false;
	}
	return true;
}
