/* SPDX-License-Identifier: MIT */
/*
 * target_process.c - looking into a process that goes on running: process_vm_readv, and its modules as
 * /proc names them. No ptrace: nothing of it shows in the process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "target_private.h"

static char *debuginfo_path; /* NULL: libdw's default, /usr/lib/debug and beside the file */

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.debuginfo_path = &debuginfo_path,
};

/* The first number in a file of /proc/sys; 0: there is none. */
static int system_setting(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

/* Why the process may not be looked into. */
static int refuse(pid_t process, struct error *error)
{
	int scope = system_setting("/proc/sys/kernel/yama/ptrace_scope");
	struct stat status;
	char folder[32];

	snprintf(folder, sizeof(folder), "/proc/%d", (int)process);
	if (stat(folder, &status) == 0 && status.st_uid != geteuid())
		return error_set(
			error, -EPERM, EXIT_PERMISSION,
			"process %d belongs to another user: only that one and root may look "
			"into it",
			(int)process);
	if (scope)
		return error_set(error, -EPERM, EXIT_PERMISSION,
				 "process %d: this system lets only %s look into a process "
				 "(kernel.yama.ptrace_scope is %d)",
				 (int)process,
				 scope == 1   ? "its parents and root"
				 : scope == 2 ? "root"
					      : "nobody",
				 scope);
	return error_set(error, -EPERM, EXIT_PERMISSION,
			 "process %d: the system does not let this user look into it",
			 (int)process);
}

static int no_process(pid_t process, struct error *error)
{
	return error_set(error, -ESRCH, EXIT_IO, "there is no process %d", (int)process);
}

static void name_process(struct target *target)
{
	char path[32], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)target->process);
	file = fopen(path, "re");
	if (file) {
		if (fgets(name, sizeof(name), file))
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	snprintf(target->title, sizeof(target->title), "process %d%s%s%s", (int)target->process,
		 *name ? " (" : "", name, *name ? ")" : "");
}

static int report_modules(struct target *target, struct error *error)
{
	int result;

	target->modules = dwfl_begin(&callbacks);
	if (!target->modules)
		return error_set(error, -ENOMEM, EXIT_IO, "not enough memory");
	dwfl_report_begin(target->modules);
	result = dwfl_linux_proc_report(target->modules, target->process);
	dwfl_report_end(target->modules, NULL, NULL);
	if (result == ENOENT || result == ESRCH)
		return no_process(target->process, error);
	if (result == EACCES || result == EPERM)
		return refuse(target->process, error);
	if (result)
		return error_set(error, -EIO, EXIT_IO, "%s: %s", target->title,
				 result < 0 ? dwfl_errmsg(-1) : strerror(result));
	return 0;
}

static int try_to_read(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr start,
		       void *context)
{
	char byte;

	(void)module, (void)user, (void)name;
	errno = 0;
	target_read(context, start, &byte, 1);
	return errno == EPERM ? DWARF_CB_ABORT : DWARF_CB_OK;
}

int target_open_process(struct target **out, pid_t process, struct error *error)
{
	struct target *target = target_allocate();
	int result;

	if (!target)
		return error_set(error, -ENOMEM, EXIT_IO, "not enough memory");
	target->process = process;
	name_process(target);
	result = report_modules(target, error);
	/* Who may read the list of modules may not always read the memory. */
	if (!result && dwfl_getmodules(target->modules, try_to_read, target, 0) != 0)
		result = refuse(process, error);
	if (result) {
		target_close(target);
		return result;
	}
	*out = target;
	return 0;
}

/* How many whole pieces the first `done` bytes are. */
static size_t whole_pieces(const struct target_piece *piece, size_t count, size_t done)
{
	size_t whole = 0;

	while (whole < count && piece[whole].bytes <= done)
		done -= piece[whole++].bytes;
	return whole;
}

size_t target_process_read_pieces(const struct target *target, const struct target_piece *piece,
				  size_t count)
{
	struct iovec here[TARGET_PIECES_MAX], there[TARGET_PIECES_MAX];
	size_t read = 0;

	while (read < count) {
		size_t now = count - read < TARGET_PIECES_MAX ? count - read : TARGET_PIECES_MAX;
		size_t whole;
		ssize_t bytes;

		for (size_t i = 0; i < now; i++) {
			const struct target_piece *one = &piece[read + i];

			here[i] = (struct iovec){one->to, one->bytes};
			there[i] = (struct iovec){(void *)(uintptr_t)one->address, one->bytes};
		}
		bytes = process_vm_readv(target->process, here, now, there, now, 0);
		whole = bytes > 0 ? whole_pieces(&piece[read], now, (size_t)bytes) : 0;
		read += whole;
		if (whole < now)
			break;
	}
	return read;
}
