# SPDX-License-Identifier: MIT
#
# libtrace: the runtime and its trace hooks. To add a file: one line, sorted, in one of the lists;
# headers and .def files too, so that a release holds them.
#
#   libwire.la        what writer and reader of a trace share: plain integers, no runtime
#   libruntime.la     the runtime, all names visible: what unit tests of its insides link to
#   libgreenroom.la   the same, closed by greenroom.map: what users and samples link to

noinst_LTLIBRARIES += libwire.la libruntime.la
include_HEADERS += $(greenroom_public_headers)

greenroom_public_headers = \
	%D%/greenroom.h \
	%D%/greenroom_frame.h \
	%D%/greenroom_place.h

libwire_la_SOURCES = \
	%D%/arch/clock_aarch64.h \
	%D%/arch/clock_generic.h \
	%D%/arch/clock_x86_64.h \
	%D%/attach_socket.c \
	%D%/attach_socket.h \
	%D%/attach_wire.c \
	%D%/attach_wire.h \
	%D%/clock.c \
	%D%/clock.h \
	%D%/event.c \
	%D%/event.def \
	%D%/event.h \
	%D%/layout.def \
	%D%/layout.h \
	%D%/segment.h \
	%D%/segment_layout.c \
	%D%/segment_layout.h

libruntime_la_SOURCES = \
	%D%/arch/switch.h \
	%D%/attach.c \
	%D%/attach.h \
	%D%/backtrace.c \
	%D%/backtrace.h \
	%D%/call_stack.c \
	%D%/call_stack.h \
	%D%/callback.c \
	%D%/chain.h \
	%D%/channel.c \
	%D%/channel.h \
	%D%/channel_list.c \
	%D%/channel_list.h \
	%D%/channel_object.c \
	%D%/channel_queue.c \
	%D%/checker.c \
	%D%/checker.h \
	%D%/compiler.h \
	%D%/exceptions.c \
	%D%/exceptions.h \
	%D%/frame.c \
	%D%/frame.h \
	%D%/frame_loop.c \
	%D%/frame_operation.c \
	%D%/frame_shortcut.c \
	%D%/idle.c \
	%D%/idle.h \
	%D%/inbox.c \
	%D%/inbox.h \
	%D%/layout.c \
	%D%/lock.h \
	%D%/mark.c \
	%D%/module.c \
	%D%/module.h \
	%D%/moved.c \
	%D%/moved.h \
	%D%/note.c \
	%D%/note.h \
	%D%/overflow.c \
	%D%/overflow.h \
	%D%/registry.c \
	%D%/registry.h \
	%D%/ring.c \
	%D%/ring.h \
	%D%/run.c \
	%D%/scheduler.c \
	%D%/scheduler.h \
	%D%/segment.c \
	%D%/segment_writer.h \
	%D%/setting.c \
	%D%/setting.h \
	%D%/slab.c \
	%D%/slab.h \
	%D%/slice.c \
	%D%/slice.h \
	%D%/slice_copy.inc \
	%D%/slice_exchange.c \
	%D%/slice_exchange.h \
	%D%/snapshot.c \
	%D%/snapshot.h \
	%D%/stack_note.c \
	%D%/stack_note.h \
	%D%/tasklet.c \
	%D%/tasklet.h \
	%D%/tasklet_control.c \
	%D%/tasklet_info.c \
	%D%/tasklet_remote.c \
	%D%/tasklet_remote.h \
	%D%/tasklet_setting.c \
	%D%/thread.c \
	%D%/thread.h \
	%D%/trace.c \
	%D%/trace.h \
	%D%/trace_control.c \
	%D%/trace_control.h \
	%D%/twins.c \
	%D%/unwind.c \
	%D%/unwind_rule.c \
	%D%/unwind_rule.h \
	%D%/value.c \
	%D%/timer.c \
	%D%/timer.h \
	%D%/wait.c \
	%D%/wait.h \
	%D%/watchdog.c \
	%D%/watchdog.h

libruntime_la_LIBADD = $(libruntime_la_DEPENDENCIES) $(SWITCH_LIBS)
libruntime_la_DEPENDENCIES = %D%/arch/switch_@switch_arch@.lo libwire.la

# Every processor's file is in a release, whichever processor makes it.
EXTRA_libruntime_la_SOURCES = \
	%D%/arch/switch_aarch64.S \
	%D%/arch/switch_arm.S \
	%D%/arch/switch_fallback.c \
	%D%/arch/switch_i386.S \
	%D%/arch/switch_ppc64le.S \
	%D%/arch/switch_riscv64.S \
	%D%/arch/switch_s390x.S \
	%D%/arch/switch_x86_64.S

lib_LTLIBRARIES += libgreenroom.la

# -version-info current:revision:age. Interfaces added: current and age + 1. Removed or changed:
# current + 1, age 0. Neither: revision + 1.
libgreenroom_la_SOURCES =
libgreenroom_la_LIBADD = libruntime.la
libgreenroom_la_LDFLAGS = \
	-version-info 0:0:0 -no-undefined -pthread \
	-Wl,--version-script=$(srcdir)/%D%/greenroom.map \
	$(SANITIZER_CFLAGS) $(COVERAGE_CFLAGS)
EXTRA_libgreenroom_la_DEPENDENCIES = %D%/greenroom.map
EXTRA_DIST += %D%/greenroom.map

# gdb loads it with the library, which it knows by the name of its file: after -version-info.
libgreenroom_debugger_script = libgreenroom.so.0.0.0-gdb.py
debugger_scriptdir = $(datadir)/gdb/auto-load$(libdir)
nodist_debugger_script_DATA = $(libgreenroom_debugger_script)
$(libgreenroom_debugger_script): %D%/greenroom-gdb.py
	$(AM_V_GEN)cp $(srcdir)/%D%/greenroom-gdb.py $@
CLEANFILES += $(libgreenroom_debugger_script)
EXTRA_DIST += %D%/greenroom-gdb.py
