/* SPDX-License-Identifier: MIT */
/* target.c - what a process and a core file have in common, for somebody who looks into them. */
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target_private.h"

struct target *target_allocate(void)
{
	struct target *target = calloc(1, sizeof(*target));

	/* Looking must not end with a download. */
	unsetenv("DEBUGINFOD_URLS");
	if (target)
		target->core = -1;
	return target;
}

void target_close(struct target *target)
{
	if (!target)
		return;
	if (target->core_threads)
		dwfl_end(target->core_threads);
	if (target->modules)
		dwfl_end(target->modules);
	elf_end(target->elf);
	if (target->core >= 0)
		close(target->core);
	free(target->segment);
	free(target);
}

pid_t target_process(const struct target *target)
{
	return target->process;
}

const char *target_title(const struct target *target)
{
	return target->title;
}

void **target_unwinder(struct target *target)
{
	return &target->unwinder;
}

Dwfl *target_modules(const struct target *target)
{
	return target->modules;
}

size_t target_read_pieces(struct target *target, const struct target_piece *piece, size_t count)
{
	return target->process ? target_process_read_pieces(target, piece, count)
			       : target_core_read_pieces(target, piece, count);
}

int target_read(struct target *target, uint64_t address, void *to, size_t bytes)
{
	struct target_piece piece = {address, to, bytes};

	errno = EFAULT;
	if (target_read_pieces(target, &piece, 1) == 1)
		return 0;
	return errno == ESRCH ? -ESRCH : -EFAULT;
}

void target_read_text(struct target *target, uint64_t address, char *to, size_t size)
{
	size_t done = 0;

	while (done < size - 1) {
		size_t page = TARGET_PAGE - (size_t)((address + done) % TARGET_PAGE);
		size_t bytes = size - 1 - done < page ? size - 1 - done : page;

		if (target_read(target, address + done, to + done, bytes))
			break;
		if (memchr(to + done, '\0', bytes))
			return;
		done += bytes;
	}
	to[done] = '\0';
}
