/* SPDX-License-Identifier: MIT */
/*
 * source_file.c - finding and reading source text.
 */
#include "source_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCE_BYTES_MAX = 8 << 20, SOURCE_TAB = 4, SOURCE_PATH_MAX = 4096 };

void source_file_init(struct source_file *file, const char *trace_path)
{
	const char *slash = trace_path ? strrchr(trace_path, '/') : NULL;

	*file = (struct source_file){0};
	if (slash)
		file->folder = strndup(trace_path, (size_t)(slash - trace_path));
}

static void source_file_forget(struct source_file *file)
{
	free(file->name);
	free(file->path);
	free(file->text);
	free(file->line);
	file->name = NULL;
	file->path = NULL;
	file->text = NULL;
	file->line = NULL;
	file->lines = 0;
}

void source_file_term(struct source_file *file)
{
	source_file_forget(file);
	free(file->folder);
	file->folder = NULL;
}

/* Reads a whole regular file; false when it is none, too large, or cannot be read. */
static bool source_read(struct source_file *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	size_t length = 0;

	if (fd < 0)
		return false;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size > SOURCE_BYTES_MAX ||
	    !(file->text = malloc((size_t)status.st_size + 1))) {
		close(fd);
		return false;
	}
	while (length < (size_t)status.st_size) {
		ssize_t count = read(fd, file->text + length, (size_t)status.st_size - length);

		if (count <= 0)
			break;
		length += (size_t)count;
	}
	close(fd);
	file->path = strdup(path);
	file->text[length] = '\0';
	file->modified_ns = (uint64_t)status.st_mtim.tv_sec * 1000000000u +
			    (uint64_t)status.st_mtim.tv_nsec;
	return true;
}

static bool source_read_below(struct source_file *file, const char *folder, const char *name)
{
	char path[SOURCE_PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);

	return length > 0 && (size_t)length < sizeof(path) && source_read(file, path);
}

static bool source_find(struct source_file *file, const char *name)
{
	if (source_read(file, name))
		return true;
	for (;;) {
		name += strspn(name, "/");
		if (*name == '\0')
			return false;
		if (source_read_below(file, ".", name) ||
		    (file->folder && source_read_below(file, file->folder, name)))
			return true;
		name += strcspn(name, "/");
	}
}

static void source_index(struct source_file *file)
{
	uint32_t count = 1;

	for (const char *at = file->text; (at = strchr(at, '\n')); at++)
		count++;
	file->line = calloc(count, sizeof(*file->line));
	if (!file->line)
		return;
	file->lines = 1;
	for (const char *at = file->text; (at = strchr(at, '\n'));)
		file->line[file->lines++] = (size_t)(++at - file->text);
	if (file->text[file->line[file->lines - 1]] == '\0')
		file->lines--;
}

bool source_file_load(struct source_file *file, const char *name)
{
	if (file->name && strcmp(file->name, name) == 0)
		return file->text != NULL;
	source_file_forget(file);
	file->name = strdup(name);
	if (!file->name || *name == '\0' || !source_find(file, name))
		return false;
	source_index(file);
	return true;
}

const char *source_file_line(const struct source_file *file, uint32_t number, char *out,
			     size_t size)
{
	const char *text;
	size_t length = 0;

	out[0] = '\0';
	if (!file->text || number == 0 || number > file->lines)
		return out;
	text = file->text + file->line[number - 1];
	for (; *text != '\0' && *text != '\n' && *text != '\r' && length + SOURCE_TAB < size;
	     text++) {
		if (*text != '\t') {
			out[length++] = *text;
			continue;
		}
		do
			out[length++] = ' ';
		while (length % SOURCE_TAB);
	}
	out[length] = '\0';
	return out;
}
