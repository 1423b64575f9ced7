/* SPDX-License-Identifier: MIT */
/* symbols.c - libdw, asked about single addresses of a process that may be gone. */
#include "symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct symbols {
	Dwfl *dwfl;
};

static char *debuginfo_path; /* NULL: libdw's default, /usr/lib/debug and beside the file */

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.debuginfo_path = &debuginfo_path,
};

struct symbols *symbols_create(void)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	symbols->dwfl = dwfl_begin(&callbacks);
	if (!symbols->dwfl) {
		free(symbols);
		return NULL;
	}
	return symbols;
}

void symbols_destroy(struct symbols *symbols)
{
	if (!symbols)
		return;
	dwfl_end(symbols->dwfl);
	free(symbols);
}

void symbols_add_module(struct symbols *symbols, uint64_t base, const char *path)
{
	/* The path comes from the program: it may be anything, a fifo too. */
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (descriptor < 0)
		return;
	/* A recording must not end with a download. Not done earlier: the program to be recorded
	 * has been started by now, with the environment it should have. */
	unsetenv("DEBUGINFOD_URLS");
	dwfl_report_begin_add(symbols->dwfl);
	if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode) ||
	    !dwfl_report_elf(symbols->dwfl, path, path, descriptor, base, true))
		close(descriptor); /* else it is libdw's */
	dwfl_report_end(symbols->dwfl, NULL, NULL);
}

/* The name of the innermost function around an address, the inlined ones counted. */
static const char *find_function(Dwfl_Module *module, Dwarf_Addr address)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias);
	Dwarf_Die *scopes = NULL;
	const char *name = NULL;
	int count = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;

	for (int i = 0; i < count && !name; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
			name = dwarf_diename(&scopes[i]);
	}
	free(scopes);
	return name ? name : dwfl_module_addrname(module, address);
}

struct dictionary_place symbols_find(struct symbols *symbols, uint64_t address, bool is_function)
{
	struct dictionary_place place = {"", "", 0, address};
	Dwarf_Addr where = is_function || address == 0 ? address : address - 1;
	Dwfl_Module *module = dwfl_addrmodule(symbols->dwfl, where);
	const char *function = module ? find_function(module, where) : NULL;
	Dwfl_Line *line = module ? dwfl_module_getsrc(module, where) : NULL;
	const char *file;
	int number = 0;

	if (function)
		place.function = function;
	file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
	if (file) {
		place.file = file;
		place.line = number > 0 ? (uint32_t)number : 0;
	}
	return place;
}
