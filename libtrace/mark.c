/* SPDX-License-Identifier: MIT */
/* mark.c - trace_mark: the program's own words in the trace. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "compiler.h"
#include "greenroom.h"
#include "thread.h"
#include "trace.h"

#undef trace_mark

enum { MARK_TEXT_MAX = 1024 }; /* on the stack of whoever calls: longer texts are cut */

#ifndef GREENROOM_NO_HOOKS
static void write_mark(struct greenroom_site *site, const void *return_address, const char *format,
		       va_list arguments)
{
	char text[MARK_TEXT_MAX];
	int saved_errno = errno;
	uint32_t tasklet;
	struct trace_ring *ring = runtime_ring(&tasklet);
	struct event_trace_mark mark;
	uint64_t stamp;
	int length;

	if (!trace_wanted(ring) || !trace_takes(ring, EVENT_trace_mark))
		return;
	length = vsnprintf(text, sizeof(text), format, arguments);
	if (length < 0)
		length = 0;
	if (length >= MARK_TEXT_MAX)
		length = MARK_TEXT_MAX - 1;
	mark = (struct event_trace_mark){
		.tasklet = tasklet,
		.length = (uint32_t)length,
		.place = trace_place(site, return_address),
	};
	stamp = trace_stamp(ring);
	trace_emit_at(ring, stamp, event_pack_trace_mark(mark));
	trace_emit_text(ring, stamp, text, (size_t)length);
	errno = saved_errno;
}
#else
static void write_mark(struct greenroom_site *site, const void *return_address, const char *format,
		       va_list arguments)
{
	(void)site;
	(void)return_address;
	(void)format;
	(void)arguments;
}
#endif

GREENROOM_API void trace_mark_at(struct greenroom_site *site, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_mark(site, NULL, format, arguments);
	va_end(arguments);
}

GREENROOM_API void trace_mark(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_mark(NULL, __builtin_return_address(0), format, arguments);
	va_end(arguments);
}

GREENROOM_API bool trace_is_on(void)
{
	uint32_t tasklet;

	return runtime_ring(&tasklet) != NULL;
}
