/* SPDX-License-Identifier: MIT */
/*
 * dump_name.c - from addresses to functions, files and lines, those inlined into each other apart. Each
 * address is asked for once: many tasklets wait in the same place.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"

enum { PLACES_MAX = 32 }; /* at one address */

/* Where a call is told of. */
struct reference {
	uint64_t address;
	bool is_frame;
	struct dump_place **place;
	size_t *places;
};

static int by_address(const void *left, const void *right)
{
	const struct reference *one = left, *other = right;

	if (one->address != other->address)
		return one->address > other->address ? 1 : -1;
	return one->is_frame - other->is_frame;
}

static const char *file_of_line(Dwfl_Module *module, uint64_t address, unsigned int *line)
{
	Dwfl_Line *found = dwfl_module_getsrc(module, address);
	int number = 0;
	const char *file = found ? dwfl_lineinfo(found, NULL, &number, NULL, NULL, NULL) : NULL;

	*line = file && number > 0 ? (unsigned int)number : 0;
	return file ? file : "";
}

/* Where the call stood that was inlined. */
static void go_to_call(Dwarf_Die *die, struct dump_place *place)
{
	Dwarf_Attribute attribute;
	Dwarf_Word number;
	Dwarf_Files *files;
	Dwarf_Die unit;

	place->file = "";
	place->line = 0;
	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute), &number) == 0)
		place->line = (unsigned int)number;
	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute), &number) == 0 &&
	    dwarf_diecu(die, &unit, NULL, NULL) && dwarf_getsrcfiles(&unit, &files, NULL) == 0) {
		const char *file = dwarf_filesrc(files, (size_t)number, NULL, NULL);

		place->file = file ? file : "";
	}
}

/* The functions around an address, the innermost first, by the debugging data. */
static size_t name_by_scopes(struct dump_place *out, Dwfl_Module *module, uint64_t address)
{
	struct dump_place place = {.function = "", .module = ""};
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias);
	Dwarf_Die *inner = NULL, *scopes = NULL;
	int count = unit ? dwarf_getscopes(unit, address - bias, &inner) : 0;
	size_t places = 0;

	/* The scopes that the code lies in, not those it was written in. */
	count = count > 0 ? dwarf_getscopes_die(&inner[0], &scopes) : 0;
	place.file = file_of_line(module, address, &place.line);
	for (int i = 0; i < count && places < PLACES_MAX; i++) {
		int tag = dwarf_tag(&scopes[i]);
		const char *name;

		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		name = dwarf_diename(&scopes[i]);
		place.function = name ? name : "";
		place.inlined = tag == DW_TAG_inlined_subroutine;
		out[places++] = place;
		if (!place.inlined)
			break;
		go_to_call(&scopes[i], &place);
	}
	free(inner);
	free(scopes);
	return places;
}

static const char *module_name(Dwfl_Module *module)
{
	const char *name = dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	const char *slash = name ? strrchr(name, '/') : NULL;

	return slash ? slash + 1 : name ? name : "";
}

static bool is_of_library(const struct dump_place *place)
{
	static const char library[] = "libgreenroom.so";

	return strncmp(place->module, library, strlen(library)) == 0;
}

/* How the library is made inside is of no interest. */
static size_t keep_outermost(struct dump_place *place, size_t places)
{
	if (places <= 1 || !is_of_library(place))
		return places;
	place[0] = place[places - 1];
	return 1;
}

static size_t name_address(struct dump_place *out, Dwfl *modules, uint64_t address)
{
	Dwfl_Module *module = dwfl_addrmodule(modules, address);
	size_t places = module ? name_by_scopes(out, module, address) : 0;
	const char *symbol;

	if (!places) {
		out[0] = (struct dump_place){.function = "", .file = "", .module = ""};
		symbol = module ? dwfl_module_addrname(module, address) : NULL;
		if (symbol)
			out[0].function = symbol;
		if (module)
			out[0].file = file_of_line(module, address, &out[0].line);
		places = 1;
	}
	for (size_t i = 0; i < places; i++)
		out[i].module = module ? module_name(module) : "";
	return keep_outermost(out, places);
}

/* Whether programs can call the function; so it is said of one that is not known. */
static bool is_exported(Dwfl *modules, uint64_t address)
{
	Dwfl_Module *module = dwfl_addrmodule(modules, address);
	GElf_Off offset;
	GElf_Sym symbol;

	if (!module || !dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL))
		return true;
	return GELF_ST_BIND(symbol.st_info) != STB_LOCAL &&
	       GELF_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT;
}

/* Leaves away how the library lets a tasklet wait, down to what the program has called of it. Where that
 * has given its place on the stack to a function of its own (by a tail call) the program comes first. */
static void drop_waiting(Dwfl *modules, struct dump_tasklet *tasklet)
{
	struct dump_call *call = tasklet->call;
	size_t drop = 0;

	if (tasklet->state == DUMP_RUNNING) /* it may have crashed there */
		return;
	/* A thread that sleeps is in a function of libc, called by the library. */
	if (tasklet->stack == DUMP_STACK_LIVE && tasklet->calls > 1 &&
	    !is_of_library(call[0].place) && is_of_library(call[1].place))
		drop = 1;
	while (drop < tasklet->calls && !call[drop].is_frame && is_of_library(call[drop].place))
		drop++;
	if (drop && is_of_library(call[drop - 1].place) &&
	    (drop == tasklet->calls || is_exported(modules, call[drop - 1].address)))
		drop--;
	for (size_t i = 0; i < drop; i++)
		free(call[i].place);
	tasklet->calls -= drop;
	memmove(call, call + drop, tasklet->calls * sizeof(*call));
}

/* What is known of a frame: its step function, and the line where it goes on. */
static void name_frame(struct dump_call *call)
{
	if (call->resume && call->places)
		call->place->line = call->resume;
}

static size_t count_calls(const struct dump *dump)
{
	size_t count = 0;

	for (size_t i = 0; i < dump->tasklets; i++)
		count += dump->tasklet[i].calls + 1;
	return count;
}

/* All addresses that want a name. The functions that tasklets run get theirs into `function`. */
static void list_references(struct dump *dump, struct reference *reference,
			    struct dump_place **function, size_t *functions)
{
	for (size_t i = 0; i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];

		for (size_t k = 0; k < tasklet->calls; k++) {
			struct dump_call *call = &tasklet->call[k];

			*reference++ = (struct reference){call->address, call->is_frame,
							  &call->place, &call->places};
		}
		*reference++ = (struct reference){tasklet->run, true, &function[i], &functions[i]};
	}
}

static int name_all(struct dump *dump, struct reference *reference, size_t count)
{
	Dwfl *modules = target_modules(dump->target);
	struct dump_place found[PLACES_MAX + 1];
	size_t places = 0;

	for (size_t i = 0; i < count; i++) {
		if (!i || by_address(&reference[i - 1], &reference[i]) != 0)
			places = name_address(found, modules, reference[i].address);
		/* Of a function itself the outermost is meant. */
		if (reference[i].is_frame && places > 1)
			found[0] = found[places - 1], places = 1;
		*reference[i].place = malloc(places * sizeof(*found));
		if (!*reference[i].place)
			return -ENOMEM;
		memcpy(*reference[i].place, found, places * sizeof(*found));
		*reference[i].places = places;
	}
	return 0;
}

int dump_name(struct dump *dump)
{
	size_t count = count_calls(dump);
	struct reference *reference = calloc(count + 1, sizeof(*reference));
	struct dump_place **function = calloc(dump->tasklets + 1, sizeof(struct dump_place *));
	size_t *functions = calloc(dump->tasklets + 1, sizeof(*functions));
	int result = reference && function && functions ? 0 : -ENOMEM;

	if (!result) {
		list_references(dump, reference, function, functions);
		qsort(reference, count, sizeof(*reference), by_address);
		result = name_all(dump, reference, count);
	}
	for (size_t i = 0; function && functions && i < dump->tasklets; i++) {
		struct dump_tasklet *tasklet = &dump->tasklet[i];

		if (functions[i])
			tasklet->function = function[i][0];
		free(function[i]);
		for (size_t k = 0; k < tasklet->calls; k++)
			if (tasklet->call[k].is_frame)
				name_frame(&tasklet->call[k]);
		if (!result)
			drop_waiting(target_modules(dump->target), tasklet);
	}
	free(functions);
	free(function);
	free(reference);
	return result;
}
