# SPDX-License-Identifier: MIT
#
# viewer: the program. To add a file: one line, sorted, in one of the lists; headers and .def files
# too, so that a release holds them.
#
#   libmodel.la    plain state and what can be said about it; draws nothing, opens nothing
#   libviewer.la   screens, text, export, plot: what shows the model
#   greenroom      main, and the commands of both viewer/ and recorder/

if RECORDER
noinst_LTLIBRARIES += libmodel.la libviewer.la
endif

libmodel_la_SOURCES = \
	%D%/model/explain.h \
	%D%/model/replay.h

libviewer_la_SOURCES =

EXTRA_PROGRAMS += greenroom

greenroom_SOURCES = \
	%D%/command.c \
	%D%/command.h \
	%D%/commands.def \
	%D%/commands.h \
	%D%/main.c \
	%D%/output.c \
	%D%/output.h \
	%D%/pager.c \
	%D%/pager.h \
	%D%/progress.c \
	%D%/progress.h

greenroom_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(CURSES_LIBS) $(RECORDER_LIBS)
