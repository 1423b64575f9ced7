# SPDX-License-Identifier: MIT
#
# recorder: rings in, SQLite out. To add a file: one line, sorted, in one of the lists; headers too.
# Commands (cmd_*) belong to the program and are listed in viewer/local.mk.

if RECORDER
noinst_LTLIBRARIES += librecorder.la
endif

librecorder_la_SOURCES = \
	%D%/dictionary.c \
	%D%/dictionary.h \
	%D%/error.c \
	%D%/error.h \
	%D%/event_source.h \
	%D%/state.h \
	%D%/store.h \
	%D%/utf8.c \
	%D%/utf8.h
