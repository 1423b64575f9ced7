/* SPDX-License-Identifier: MIT */
/*
 * module.c - the list of loaded modules, as far as addresses have asked for it.
 *
 * A module that has been unloaded keeps its entry, so that what was recorded keeps its meaning; the
 * newest entry wins when another one was loaded at its place.
 */
#include "module.h"

#ifndef GREENROOM_NO_HOOKS

#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { MODULES_MAX = 512 };

struct module {
	uintptr_t start, end; /* from the first to the last byte that is loaded */
	uintptr_t base;
};

static struct {
	struct module module[MODULES_MAX];
	uint32_t count;
	unsigned long long loads, unloads; /* of the loader, when the list was last made */
	module_found_fn *found;
} modules;

static void find_extent(const struct dl_phdr_info *info, struct module *module)
{
	*module = (struct module){UINTPTR_MAX, 0, info->dlpi_addr};
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (start < module->start)
			module->start = start;
		if (start + header->p_memsz > module->end)
			module->end = start + header->p_memsz;
	}
}

static bool is_known(const struct module *module)
{
	for (uint32_t i = modules.count; i-- > 0;) {
		if (modules.module[i].start == module->start &&
		    modules.module[i].end == module->end)
			return true;
	}
	return false;
}

/* The loader calls the program itself "". */
static const char *find_path(const struct dl_phdr_info *info, char room[PATH_MAX])
{
	ssize_t length;

	if (info->dlpi_name && info->dlpi_name[0])
		return info->dlpi_name;
	length = readlink("/proc/self/exe", room, PATH_MAX - 1);
	room[length > 0 ? length : 0] = '\0';
	return room;
}

static int add_module(struct dl_phdr_info *info, size_t bytes, void *context)
{
	struct module module;
	char room[PATH_MAX];

	(void)bytes;
	(void)context;
	modules.loads = info->dlpi_adds;
	modules.unloads = info->dlpi_subs;
	find_extent(info, &module);
	if (module.end == 0 || is_known(&module) || modules.count == MODULES_MAX)
		return 0;
	modules.module[modules.count++] = module;
	modules.found(modules.count, module.base, find_path(info, room));
	return 0;
}

static int see_changes(struct dl_phdr_info *info, size_t bytes, void *changed)
{
	(void)bytes;
	*(bool *)changed = info->dlpi_adds != modules.loads || info->dlpi_subs != modules.unloads;
	return 1; /* the first module says it for all */
}

static uint32_t look_up(uintptr_t address)
{
	for (uint32_t i = modules.count; i-- > 0;) {
		if (address >= modules.module[i].start && address < modules.module[i].end)
			return i + 1;
	}
	return 0;
}

uint32_t module_find(uintptr_t address, module_found_fn *found)
{
	uint32_t id = look_up(address);
	bool changed = false;

	if (id != 0)
		return id;
	dl_iterate_phdr(see_changes, &changed);
	if (!changed)
		return 0;
	modules.found = found;
	dl_iterate_phdr(add_module, NULL);
	return look_up(address);
}

/* ------------------------------------------------------------------------------ two of a kind */

static struct module special[MODULE_C_LIBRARY + 1];
static pthread_once_t special_once = PTHREAD_ONCE_INIT;

static bool holds(const struct module *module, uintptr_t address)
{
	return address >= module->start && address < module->end;
}

static int see_special(struct dl_phdr_info *info, size_t bytes, void *is_first)
{
	struct module module;

	(void)bytes;
	find_extent(info, &module);
	if (!*(bool *)is_first && holds(&module, (uintptr_t)module_sort))
		special[MODULE_RUNTIME] = module;
	if (!*(bool *)is_first && holds(&module, (uintptr_t)qsort))
		special[MODULE_C_LIBRARY] = module;
	*(bool *)is_first = false; /* the program itself */
	return 0;
}

static void find_special(void)
{
	bool is_first = true;

	dl_iterate_phdr(see_special, &is_first);
}

enum module_sort module_sort(uintptr_t address)
{
	pthread_once(&special_once, find_special);
	for (int sort = MODULE_RUNTIME; sort <= MODULE_C_LIBRARY; sort++) {
		if (holds(&special[sort], address))
			return (enum module_sort)sort;
	}
	return MODULE_OTHER;
}

#endif
