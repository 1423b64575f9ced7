/* SPDX-License-Identifier: MIT */
/* segment_file.c - making a segment's file, and clearing one away that was left behind. */
#include "segment_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT_WARM_STEP = 1 << 16, SEGMENT_WARM_MAX = 1 << 24 };

/* The absolute path of FILE.segment: the program may change its directory before it opens it. */
static int make_path(const char *trace_path, uint32_t number, char **out, struct error *error)
{
	char suffix[16] = "";

	char *for_folder = strdup(trace_path), *for_name = strdup(trace_path);
	char *folder = for_folder ? realpath(dirname(for_folder), NULL) : NULL;
	int result = -errno;

	*out = NULL;
	if (number > 0)
		snprintf(suffix, sizeof(suffix), ".%u", number);
	if (!for_folder || !for_name)
		result = error_set_file(error, -ENOMEM, trace_path);
	else if (!folder)
		error_set_file(error, result, trace_path);
	else if (asprintf(out, "%s/%s.segment%s", strcmp(folder, "/") == 0 ? "" : folder,
			  basename(for_name), suffix) < 0)
		result = error_set_file(error, -ENOMEM, trace_path);
	else
		result = 0;
	free(for_folder);
	free(for_name);
	free(folder);
	return result;
}

static int lock_file(int descriptor)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(descriptor, F_OFD_SETLK, &lock) == 0 ? 0 : -errno;
}

static int is_segment(int descriptor)
{
	struct stat status;
	uint64_t magic = 0;

	return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
	       pread(descriptor, &magic, sizeof(magic), 0) == sizeof(magic) &&
	       magic == SEGMENT_MAGIC;
}

/* Removes a segment that nobody holds. Nothing there: 0. */
static int clear_way(const char *path, struct error *error)
{
	int descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	int result = 0;

	if (descriptor < 0)
		return errno == ENOENT ? 0 : error_set_file(error, -errno, path);
	if (!is_segment(descriptor))
		result = error_set(error, -EEXIST, EXIT_IO,
				   "%s: is in the way, and not a segment of greenroom", path);
	else if (lock_file(descriptor) < 0)
		result = error_set(error, -EBUSY, EXIT_IO, "%s: another recording is using it",
				   path);
	else if (unlink(path) < 0 && errno != ENOENT)
		result = error_set_file(error, -errno, path);
	close(descriptor);
	return result;
}

static int write_header(int descriptor, const struct segment_layout *layout,
			const struct segment_settings *settings, const struct segment_clock *clock)
{
	struct segment *segment;
	int result;

	if (ftruncate(descriptor, (off_t)layout->file_bytes) < 0)
		return -errno;
	/* The header's pages are written to by both sides: they must have room on the disk. */
	result = posix_fallocate(descriptor, 0, (off_t)layout->notes_offset);
	if (result != 0)
		return -result;
	segment = mmap(NULL, sizeof(*segment), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	if (segment == MAP_FAILED)
		return -errno;
	segment_layout_write(layout, segment);
	segment->settings = *settings;
	segment->recorder = (uint32_t)getpid();
	if (clock)
		segment->trace_clock = *clock;
	munmap(segment, sizeof(*segment));
	return 0;
}

/* Brings the pages of the first ring into memory, so that the program need not: its first touch of a
 * page would cost as much as a thousand events. That there is no room is the program's to see, when
 * it takes the ring. */
static void warm_first_ring(int descriptor, const struct segment_layout *layout)
{
	static const char zeros[SEGMENT_WARM_STEP];
	uint64_t bytes = segment_layout_ring_bytes(layout);

	for (uint64_t at = 0; at < bytes && at < SEGMENT_WARM_MAX; at += sizeof(zeros)) {
		size_t step = bytes - at < sizeof(zeros) ? (size_t)(bytes - at) : sizeof(zeros);

		if (pwrite(descriptor, zeros, step, (off_t)(layout->rings_offset + at)) < 0)
			return;
	}
}

int segment_file_create(struct segment_file *file, const char *trace_path, uint32_t number,
			const struct segment_layout *layout,
			const struct segment_settings *settings, const struct segment_clock *clock,
			struct error *error)
{
	int result;

	*file = (struct segment_file){.descriptor = -1};
	result = make_path(trace_path, number, &file->path, error);
	if (result < 0)
		return result;
	result = clear_way(file->path, error);
	if (result < 0)
		goto free_path;
	file->descriptor = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				0600);
	if (file->descriptor < 0) {
		result = error_set_file(error, -errno, trace_path);
		goto free_path;
	}
	result = lock_file(file->descriptor);
	if (result == 0 && fchmod(file->descriptor, 0600) < 0) /* whatever the umask says */
		result = -errno;
	if (result == 0)
		result = write_header(file->descriptor, layout, settings, clock);
	if (result == 0) {
		if (number == 0)
			warm_first_ring(file->descriptor, layout);
		return 0;
	}
	error_set_file(error, result, file->path);
	segment_file_remove(file);
	return result;
free_path:
	free(file->path);
	file->path = NULL;
	return result;
}

int segment_file_adopt(struct segment_file *file, const char *trace_path, struct error *error)
{
	int result;

	*file = (struct segment_file){.descriptor = -1};
	result = make_path(trace_path, 0, &file->path, error);
	if (result < 0)
		return result;
	file->descriptor = open(file->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file->descriptor < 0)
		result = errno == ENOENT ? 0 : error_set_file(error, -errno, file->path);
	else if (!is_segment(file->descriptor))
		result = 0;
	else if (lock_file(file->descriptor) < 0)
		result = error_set(error, -EBUSY, EXIT_IO, "%s: it is being recorded", trace_path);
	else
		return 1;
	segment_file_release(file);
	return result;
}

void segment_file_release(struct segment_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	free(file->path);
	*file = (struct segment_file){.descriptor = -1};
}

void segment_file_remove(struct segment_file *file)
{
	if (file->path)
		unlink(file->path);
	segment_file_release(file);
}
