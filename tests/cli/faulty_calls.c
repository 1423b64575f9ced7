/* SPDX-License-Identifier: MIT */
/*
 * faulty_calls.c - lets the recorder's n-th call of the system, or its n-th allocation, fail. To be
 * preloaded:
 *
 *     FAULTY_CALL=N FAULTY_KIND=call|memory LD_PRELOAD=faulty_calls.so greenroom record ...
 *
 * Only the process called greenroom is meant, not the program that it starts. With an N above the
 * number of calls nothing fails; FAULTY_COUNT names a file that says at the end how many there were.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern char *program_invocation_short_name;

static long fails_at, calls;
static bool in_memory;

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("FAULTY_CALL"), *kind = getenv("FAULTY_KIND");

	if (!number || strcmp(program_invocation_short_name, "greenroom") != 0)
		return;
	in_memory = kind && strcmp(kind, "memory") == 0;
	fails_at = atol(number);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("FAULTY_COUNT");
	long counted = calls;
	FILE *out;

	if (fails_at == 0 || !path)
		return;
	fails_at = 0;
	out = fopen(path, "w");
	if (!out)
		return;
	fprintf(out, "%ld\n", counted);
	fclose(out);
}

static bool fails(bool memory)
{
	return fails_at != 0 && memory == in_memory &&
	       __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) == fails_at;
}

/* The function itself, looked up once. */
#define REAL(name)                                                                                 \
	static __typeof__(name) *real;                                                             \
	if (!real)                                                                                 \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define FAIL(error, result)                                                                        \
	do {                                                                                       \
		errno = (error);                                                                   \
		return (result);                                                                   \
	} while (0)

#define REAL_OPEN(name)                                                                            \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list arguments;                                                                 \
		int mode;                                                                          \
		REAL(name);                                                                        \
		va_start(arguments, flags);                                                        \
		mode = va_arg(arguments, int);                                                     \
		va_end(arguments);                                                                 \
		if (fails(false))                                                                  \
			FAIL(EMFILE, -1);                                                          \
		return real(path, flags, mode);                                                    \
	}

REAL_OPEN(open)
REAL_OPEN(open64)

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset)
{
	REAL(mmap);
	if (fails(false))
		FAIL(ENOMEM, MAP_FAILED);
	return real(address, bytes, protection, flags, file, offset);
}

int ftruncate(int file, off_t bytes)
{
	REAL(ftruncate);
	if (fails(false))
		FAIL(EIO, -1);
	return real(file, bytes);
}

int posix_fallocate(int file, off_t offset, off_t bytes)
{
	REAL(posix_fallocate);
	return fails(false) ? ENOSPC : real(file, offset, bytes);
}

ssize_t write(int file, const void *data, size_t bytes)
{
	REAL(write);
	if (fails(false))
		FAIL(ENOSPC, -1);
	return real(file, data, bytes);
}

ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset)
{
	REAL(pwrite64);
	if (fails(false))
		FAIL(ENOSPC, -1);
	return real(file, data, bytes, offset);
}

ssize_t pread64(int file, void *data, size_t bytes, off64_t offset)
{
	REAL(pread64);
	if (fails(false))
		FAIL(EIO, -1);
	return real(file, data, bytes, offset);
}

int fsync(int file)
{
	REAL(fsync);
	if (fails(false))
		FAIL(EIO, -1);
	return real(file);
}

int fdatasync(int file)
{
	REAL(fdatasync);
	if (fails(false))
		FAIL(EIO, -1);
	return real(file);
}

int rename(const char *from, const char *to)
{
	REAL(rename);
	if (fails(false))
		FAIL(EACCES, -1);
	return real(from, to);
}

int unlink(const char *path)
{
	REAL(unlink);
	if (fails(false))
		FAIL(EACCES, -1);
	return real(path);
}

int pipe2(int ends[2], int flags)
{
	REAL(pipe2);
	if (fails(false))
		FAIL(EMFILE, -1);
	return real(ends, flags);
}

pid_t fork(void)
{
	REAL(fork);
	if (fails(false))
		FAIL(EAGAIN, -1);
	return real();
}

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);

void *malloc(size_t bytes)
{
	if (fails(true))
		FAIL(ENOMEM, NULL);
	return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
	if (fails(true))
		FAIL(ENOMEM, NULL);
	return __libc_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes)
{
	if (fails(true))
		FAIL(ENOMEM, NULL);
	return __libc_realloc(memory, bytes);
}
