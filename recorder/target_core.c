/* SPDX-License-Identifier: MIT */
/*
 * target_core.c - looking into a core file. What a core file leaves out, since it is in the files of
 * the modules, is read from there.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target_private.h"

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.debuginfo_path = &debuginfo_path,
};

#if UINTPTR_MAX == UINT64_MAX
#define OWN_CLASS ELFCLASS64
#else
#define OWN_CLASS ELFCLASS32
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ORDER ELFDATA2LSB
#else
#define OWN_ORDER ELFDATA2MSB
#endif

static int open_file(struct target *target, const char *path, struct error *error)
{
	struct stat status;
	GElf_Ehdr header;

	target->core = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (target->core < 0 || fstat(target->core, &status))
		return error_set_file(error, -errno, path);
	elf_version(EV_CURRENT);
	if (S_ISREG(status.st_mode))
		target->elf = elf_begin(target->core, ELF_C_READ_MMAP, NULL);
	if (!target->elf || !gelf_getehdr(target->elf, &header) || header.e_type != ET_CORE)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: not a core file", path);
	if (header.e_ident[EI_CLASS] != OWN_CLASS || header.e_ident[EI_DATA] != OWN_ORDER)
		return error_set(error, -EBADMSG, EXIT_BAD_TRACE,
				 "%s: of another kind of processor than this greenroom", path);
	return 0;
}

static int by_address(const void *left, const void *right)
{
	const struct target_segment *one = left, *other = right;

	return (one->address > other->address) - (one->address < other->address);
}

static int list_segments(struct target *target)
{
	size_t headers, size;
	const char *file = elf_rawfile(target->elf, &size);

	if (!file || elf_getphdrnum(target->elf, &headers))
		return -EBADMSG;
	target->segment = calloc(headers ? headers : 1, sizeof(*target->segment));
	if (!target->segment)
		return -ENOMEM;
	for (size_t i = 0; i < headers; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(target->elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    header.p_offset >= size || header.p_filesz == 0)
			continue;
		if (header.p_filesz > size - header.p_offset) /* the file was cut off */
			header.p_filesz = size - header.p_offset;
		target->segment[target->segments++] = (struct target_segment){
			header.p_vaddr, header.p_filesz, file + header.p_offset};
	}
	qsort(target->segment, target->segments, sizeof(*target->segment), by_address);
	return 0;
}

static Dwfl *report_modules(struct target *target, const char *program)
{
	Dwfl *modules = dwfl_begin(&callbacks);

	if (!modules)
		return NULL;
	dwfl_report_begin(modules);
	if (dwfl_core_file_report(modules, target->elf, program) < 0) {
		dwfl_end(modules);
		return NULL;
	}
	dwfl_report_end(modules, NULL, NULL);
	return modules;
}

int target_open_core(struct target **out, const char *core, const char *program,
		     struct error *error)
{
	struct target *target = target_allocate();
	int result;

	if (!target)
		return error_set(error, -ENOMEM, EXIT_IO, "not enough memory");
	snprintf(target->title, sizeof(target->title), "%s", core);
	result = open_file(target, core, error);
	if (!result && program && access(program, R_OK))
		result = error_set_file(error, -errno, program);
	if (!result && list_segments(target))
		result = error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: damaged", core);
	if (!result) {
		target->modules = report_modules(target, program);
		target->core_threads = report_modules(target, program);
		if (!target->modules || !target->core_threads)
			result = error_set(error, -EBADMSG, EXIT_BAD_TRACE, "%s: %s", core,
					   dwfl_errmsg(-1));
	}
	if (!result && dwfl_core_file_attach(target->core_threads, target->elf) < 0) {
		dwfl_end(target->core_threads);
		target->core_threads = NULL;
	}
	if (result) {
		target_close(target);
		return result;
	}
	*out = target;
	return 0;
}

Dwfl *target_core_threads(struct target *target)
{
	return target->core_threads;
}

/* The segment that begins at or before an address; NULL: none does. */
static const struct target_segment *segment_before(const struct target *target, uint64_t address)
{
	size_t low = 0, high = target->segments;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (target->segment[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &target->segment[low - 1] : NULL;
}

/* Bytes of a module's file that the process had in its memory at the address; returns how many. */
static size_t read_from_module(const struct target *target, uint64_t address, char *to,
			       size_t bytes)
{
	Dwfl_Module *module = dwfl_addrmodule(target->modules, address);
	GElf_Addr bias;
	Elf *elf = module ? dwfl_module_getelf(module, &bias) : NULL;
	size_t headers, size;
	const char *file = elf ? elf_rawfile(elf, &size) : NULL;

	if (!file || elf_getphdrnum(elf, &headers))
		return 0;
	for (size_t i = 0; i < headers; i++) {
		GElf_Phdr header;
		uint64_t offset;

		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    address - bias < header.p_vaddr ||
		    address - bias - header.p_vaddr >= header.p_filesz)
			continue;
		offset = address - bias - header.p_vaddr;
		if (bytes > header.p_filesz - offset)
			bytes = header.p_filesz - offset;
		offset += header.p_offset;
		if (offset >= size || bytes > size - offset)
			return 0;
		memcpy(to, file + offset, bytes);
		return bytes;
	}
	return 0;
}

static bool read_piece(const struct target *target, const struct target_piece *piece)
{
	size_t done = 0;

	while (done < piece->bytes) {
		uint64_t address = piece->address + done;
		const struct target_segment *segment = segment_before(target, address);
		size_t bytes = piece->bytes - done;

		if (segment && address - segment->address < segment->bytes) {
			uint64_t offset = address - segment->address;

			if (bytes > segment->bytes - offset)
				bytes = segment->bytes - offset;
			memcpy((char *)piece->to + done, segment->data + offset, bytes);
		} else {
			bytes = read_from_module(target, address, (char *)piece->to + done, bytes);
		}
		if (!bytes)
			return false;
		done += bytes;
	}
	return true;
}

size_t target_core_read_pieces(struct target *target, const struct target_piece *piece,
			       size_t count)
{
	size_t read = 0;

	while (read < count && read_piece(target, &piece[read]))
		read++;
	return read;
}
