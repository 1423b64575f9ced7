# SPDX-License-Identifier: MIT
#
# recorder: rings in, SQLite out. To add a file: one line, sorted, in one of the lists; headers too.
# Commands (cmd_*) belong to the program and are listed in viewer/local.mk.

if RECORDER
noinst_LTLIBRARIES += librecorder.la
endif

librecorder_la_SOURCES = \
	%D%/child.c \
	%D%/child.h \
	%D%/dictionary.c \
	%D%/dictionary.h \
	%D%/drain.c \
	%D%/drain.h \
	%D%/error.c \
	%D%/error.h \
	%D%/event_source.h \
	%D%/mapping_guard.c \
	%D%/mapping_guard.h \
	%D%/record_run.c \
	%D%/record_run.h \
	%D%/recorder.h \
	%D%/recording.c \
	%D%/recording.h \
	%D%/recording_names.c \
	%D%/recording_names.h \
	%D%/ring_reader.c \
	%D%/ring_reader.h \
	%D%/segment_file.c \
	%D%/segment_file.h \
	%D%/state.c \
	%D%/state.h \
	%D%/state_apply.c \
	%D%/state_apply.h \
	%D%/state_apply_channel.c \
	%D%/state_check.c \
	%D%/state_core.h \
	%D%/state_image.c \
	%D%/state_journal.c \
	%D%/state_journal.h \
	%D%/state_links.c \
	%D%/state_links.h \
	%D%/store.h \
	%D%/symbols.c \
	%D%/symbols.h \
	%D%/utf8.c \
	%D%/utf8.h
