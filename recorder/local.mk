# SPDX-License-Identifier: MIT
#
# recorder: rings in, SQLite out. To add a file: one line, sorted, in one of the lists; headers too.
# Commands (cmd_*) belong to the program and are listed in viewer/local.mk.

if RECORDER
noinst_LTLIBRARIES += librecorder.la
endif

librecorder_la_SOURCES = \
	%D%/attachment.c \
	%D%/attachment.h \
	%D%/child.c \
	%D%/child.h \
	%D%/codec.c \
	%D%/codec.h \
	%D%/codec_predict.h \
	%D%/dictionary.c \
	%D%/dictionary.h \
	%D%/drain.c \
	%D%/drain.h \
	%D%/dump.c \
	%D%/dump.h \
	%D%/dump_find.c \
	%D%/dump_live.c \
	%D%/dump_name.c \
	%D%/dump_plan.h \
	%D%/dump_private.h \
	%D%/dump_settle.c \
	%D%/dump_unwind.c \
	%D%/dump_wait.c \
	%D%/error.c \
	%D%/error.h \
	%D%/event_choice.c \
	%D%/event_choice.h \
	%D%/event_source.h \
	%D%/event_writer.c \
	%D%/event_writer.h \
	%D%/flight.c \
	%D%/flight.h \
	%D%/flight_prologue.c \
	%D%/flight_prologue.h \
	%D%/flight_socket.c \
	%D%/flight_socket.h \
	%D%/mapping_guard.c \
	%D%/mapping_guard.h \
	%D%/numbering.c \
	%D%/numbering.h \
	%D%/processes.c \
	%D%/processes.h \
	%D%/record_options.c \
	%D%/record_options.h \
	%D%/record_report.c \
	%D%/record_report.h \
	%D%/record_run.c \
	%D%/record_run.h \
	%D%/recorder.h \
	%D%/recording.c \
	%D%/recording.h \
	%D%/recording_names.c \
	%D%/recording_names.h \
	%D%/recording_position.c \
	%D%/recording_position.h \
	%D%/recording_process.c \
	%D%/recording_process.h \
	%D%/recover.c \
	%D%/recover.h \
	%D%/ring_reader.c \
	%D%/ring_reader.h \
	%D%/segment_file.c \
	%D%/segment_file.h \
	%D%/state.c \
	%D%/state.h \
	%D%/state_apply.c \
	%D%/state_apply.h \
	%D%/state_apply_channel.c \
	%D%/state_apply_snapshot.c \
	%D%/state_check.c \
	%D%/state_core.h \
	%D%/state_image.c \
	%D%/state_journal.c \
	%D%/state_journal.h \
	%D%/state_links.c \
	%D%/state_links.h \
	%D%/store.h \
	%D%/store_connect.c \
	%D%/store_copy.c \
	%D%/store_event.c \
	%D%/store_event.h \
	%D%/store_event_plan.c \
	%D%/store_finish.c \
	%D%/store_keyframe.c \
	%D%/store_materialize.c \
	%D%/store_names.c \
	%D%/store_old.c \
	%D%/store_private.h \
	%D%/store_provide.c \
	%D%/store_reader.c \
	%D%/store_salvage.c \
	%D%/store_salvage.h \
	%D%/store_schema.c \
	%D%/store_set.c \
	%D%/store_set.h \
	%D%/store_source.c \
	%D%/store_sql.c \
	%D%/store_sqlite.c \
	%D%/store_summary.c \
	%D%/store_tally.c \
	%D%/store_tally.h \
	%D%/store_tally_write.c \
	%D%/store_verify.c \
	%D%/store_verify.h \
	%D%/store_verify_events.c \
	%D%/store_verify_private.h \
	%D%/store_verify_tables.c \
	%D%/store_views.c \
	%D%/store_write.c \
	%D%/store_writer.h \
	%D%/symbols.c \
	%D%/symbols.h \
	%D%/target.c \
	%D%/target.h \
	%D%/target_core.c \
	%D%/target_layout.c \
	%D%/target_layout.h \
	%D%/target_private.h \
	%D%/target_process.c \
	%D%/utf8.c \
	%D%/utf8.h

# The extension for SQLite's shell: what it needs of the store, compiled for the SQLite that loads it.
if RECORDER
extension_LTLIBRARIES = greenroom_sqlite.la
endif
extensiondir = $(libdir)/greenroom

greenroom_sqlite_la_CPPFLAGS = $(AM_CPPFLAGS) -DGREENROOM_SQLITE_EXTENSION
greenroom_sqlite_la_LDFLAGS = -module -avoid-version -shared $(AM_LDFLAGS)
greenroom_sqlite_la_LIBADD = libwire.la $(ZSTD_LIBS)
greenroom_sqlite_la_SOURCES = \
	%D%/codec.c \
	%D%/codec.h \
	%D%/codec_predict.h \
	%D%/error.c \
	%D%/error.h \
	%D%/store_event.c \
	%D%/store_event.h \
	%D%/store_event_plan.c \
	%D%/store_extension.c \
	%D%/store_materialize.c \
	%D%/store_private.h \
	%D%/store_provide.c \
	%D%/store_reader.c \
	%D%/store_schema.c \
	%D%/store_set.c \
	%D%/store_set.h \
	%D%/store_sqlite.c \
	%D%/store_summary.c \
	%D%/store_views.c \
	%D%/utf8.c \
	%D%/utf8.h

# The tables of a trace, as strings: readable as SQL, compiled in.
nodist_librecorder_la_SOURCES = %D%/schema_sql.h
BUILT_SOURCES += %D%/schema_sql.h
CLEANFILES += %D%/schema_sql.h
EXTRA_DIST += %D%/schema.sql %D%/schema_event.sql

%D%/schema_sql.h: %D%/schema.sql %D%/schema_event.sql
	$(AM_V_GEN)$(MKDIR_P) %D% && for name in schema schema_event; do \
		echo "static const char $${name}_sql[] =" && \
		$(SED) 's/[\\"]/\\&/g; s/.*/"&\\n"/' $(srcdir)/%D%/$$name.sql && \
		echo ';' || exit 1; \
	done > $@.new && mv $@.new $@
