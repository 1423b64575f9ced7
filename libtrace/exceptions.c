/* SPDX-License-Identifier: MIT */
/* exceptions.c - the C++ exceptions that a tasklet is handling. */
#include "exceptions.h"

#include <stddef.h>

/* Of the C++ runtime, if there is one. */
extern struct exceptions *__cxa_get_globals(void) __attribute__((weak));

bool exceptions_are_kept(void)
{
	return __cxa_get_globals != NULL;
}

void exceptions_exchange(struct exceptions *prev, const struct exceptions *next)
{
	struct exceptions *own = __cxa_get_globals();

	*prev = *own;
	*own = *next;
}
