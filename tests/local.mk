# SPDX-License-Identifier: MIT
#
# tests: everything that "make check" runs. All tests print TAP. To add one: one line, sorted, in
# one of the lists. tests/NAME.c is found by itself; it links to libgreenroom.la unless it says
# otherwise with tests_..._LDADD.
#
#   runtime_tests    plain C, no cmocka: they run for every processor, under EMULATOR too
#   unit_tests       cmocka: store, model, screens
#   command_tests    bats: the command line, screens
#   rule_tests       bash: the rules of the house
#   bench_programs   measured by "make bench", never by "make check"

runtime_tests = \
	%D%/arch/test_registers \
	%D%/oracle/oracle \
	%D%/runtime/test_backtrace \
	%D%/runtime/test_backtrace_plain \
	%D%/runtime/test_backtrace_pointer \
	%D%/runtime/test_backtrace_quick \
	%D%/runtime/test_check_remote \
	%D%/runtime/test_frame \
	%D%/runtime/test_frame_watchdog \
	%D%/runtime/test_frame_operations \
	%D%/runtime/test_handle \
	%D%/runtime/test_kill \
	%D%/runtime/test_many \
	%D%/runtime/test_memory \
	%D%/runtime/test_misuse \
	%D%/runtime/test_note \
	%D%/runtime/test_overlap \
	%D%/runtime/test_order \
	%D%/runtime/test_put_off \
	%D%/runtime/test_rendezvous \
	%D%/runtime/test_ring \
	%D%/runtime/test_rounding \
	%D%/runtime/test_run \
	%D%/runtime/test_shared \
	%D%/runtime/test_segment \
	%D%/runtime/test_signal \
	%D%/runtime/test_stack \
	%D%/runtime/test_thread \
	%D%/runtime/test_wait \
	%D%/runtime/test_value \
	%D%/semantics/test_semantics \
	%D%/runtime/test_watchdog

unit_tests = \
	%D%/screens/monkey \
	%D%/unit/test_activity \
	%D%/unit/test_agreement \
	%D%/unit/test_canvas \
	%D%/unit/test_child \
	%D%/unit/test_codec \
	%D%/unit/test_crowd \
	%D%/unit/test_drain \
	%D%/unit/test_dump \
	%D%/unit/test_event \
	%D%/unit/test_explain \
	%D%/unit/test_figures \
	%D%/unit/test_filter \
	%D%/unit/test_lanes \
	%D%/unit/test_learn \
	%D%/unit/test_numbering \
	%D%/unit/test_position \
	%D%/unit/test_recording_position \
	%D%/unit/test_replay \
	%D%/unit/test_ring_reader \
	%D%/unit/test_routes \
	%D%/unit/test_slice_bytes \
	%D%/unit/test_state \
	%D%/unit/test_store \
	%D%/unit/test_store_event \
	%D%/unit/test_store_faults \
	%D%/unit/test_store_open \
	%D%/unit/test_store_sql \
	%D%/unit/test_symbols \
	%D%/unit/test_text \
	%D%/unit/test_timeline \
	%D%/unit/test_told \
	%D%/unit/test_wait_graph \
	%D%/unit/test_xray

# What the command line is tried on.
command_test_programs = \
	%D%/cli/chatter \
	%D%/cli/company \
	%D%/cli/dumped \
	%D%/cli/forged \
	%D%/cli/events_page \
	%D%/cli/family \
	%D%/cli/glossary_page \
	%D%/cli/segment_total \
	%D%/cli/oddities \
	%D%/cli/talker \
	%D%/screens/make_trace \
	%D%/screens/puppet

command_tests = \
	%D%/cli/attach.bats \
	%D%/cli/dump.bats \
	%D%/cli/errors.bats \
	%D%/cli/explain.bats \
	%D%/cli/help_agrees.bats \
	%D%/cli/export.bats \
	%D%/cli/plot.bats \
	%D%/cli/record.bats \
	%D%/cli/record_faults.bats \
	%D%/cli/record_modes.bats \
	%D%/cli/record_processes.bats \
	%D%/cli/sql.bats \
	%D%/cli/verify.bats \
	%D%/cli/waits.bats \
	%D%/cli/xray.bats \
	%D%/oracle/forms.bats \
	%D%/samples/deep.bats \
	%D%/screens/habits.bats \
	%D%/screens/timeline.bats \
	%D%/screens/live.bats \
	%D%/screens/looks.bats \
	%D%/screens/view.bats

rule_tests = \
	%D%/rules/test_clang.sh \
	%D%/rules/test_format.sh \
	%D%/rules/test_headers.sh \
	%D%/rules/test_layers.sh \
	%D%/rules/test_lists.sh \
	%D%/rules/test_manuals.sh \
	%D%/rules/test_scripts.sh \
	%D%/rules/test_sizes.sh \
	%D%/rules/test_words.sh

# Programs compiled for a checker, with a library that is not.
checker_tests = \
	%D%/checkers/test_checkers.sh

# What a debugger sees.
debugger_programs = \
	%D%/gdb/suspended

debugger_tests = \
	%D%/gdb/test_gdb.sh

# Only where there is a C++ compiler.
cxx_tests = \
	%D%/runtime/test_exceptions_cxx \
	%D%/runtime/test_kill_cxx

# Some of them once more, under the other policy of copying.
policy_tests = \
	%D%/runtime/test_policies.sh

# What the samples print, on every processor.
sample_tests = \
	%D%/samples/test_samples.sh

# The rule that looks at what has been built, for every processor.
symbol_tests = \
	%D%/rules/test_symbols.sh

bench_programs = \
	%D%/bench/bench_backtrace \
	%D%/bench/bench_channel \
	%D%/bench/bench_depth \
	%D%/bench/bench_events \
	%D%/bench/bench_live \
	%D%/bench/bench_million \
	%D%/bench/bench_mix \
	%D%/bench/bench_pace \
	%D%/bench/bench_store \
	%D%/bench/bench_switch \
	%D%/bench/bench_threads \
	%D%/bench/bench_trace \
	%D%/bench/bench_view \
	%D%/bench/bench_writer \
	%D%/bench/bench_yield

# Beside coroutines of C++.
if HAVE_CXX
bench_programs += %D%/bench/bench_soft
endif

bench_scripts = \
	%D%/bench/bench_hooks.sh \
	%D%/bench/bench_attach.sh \
	%D%/bench/bench_live.sh \
	%D%/bench/bench_record.sh

# ------------------------------------------------------- links that differ from the default
# The smallest library that holds the subject, which proves the layers:
#
#   %C%_runtime_test_chain_LDADD = libruntime.la
#   %C%_unit_test_store_read_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
#   %C%_unit_test_replay_LDADD = libmodel.la libwire.la $(CMOCKA_LIBS)

%C%_bench_bench_channel_SOURCES = %D%/bench/bench_channel.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_threads_SOURCES = %D%/bench/bench_threads.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_depth_SOURCES = %D%/bench/bench_depth.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_events_SOURCES = %D%/bench/bench_events.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_soft_SOURCES = %D%/bench/bench_soft.c %D%/bench/bench_coroutine.cpp \
	%D%/bench/bench_coroutine.h %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_soft_CXXFLAGS = $(AM_CXXFLAGS) -std=gnu++20 -fno-exceptions -fno-rtti
%C%_bench_bench_soft_LINK = $(LINK)
%C%_bench_bench_mix_SOURCES = %D%/bench/bench_mix.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_million_SOURCES = %D%/bench/bench_million.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_store_SOURCES = %D%/bench/bench_store.c %D%/bench/bench.c %D%/bench/bench.h \
	%D%/unit/stream.c %D%/unit/stream.h
%C%_bench_bench_store_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_bench_bench_backtrace_SOURCES = %D%/bench/bench_backtrace.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_backtrace_LDADD = libruntime.la

%C%_bench_bench_switch_SOURCES = %D%/bench/bench_switch.c %D%/bench/bench.c %D%/bench/bench.h
%C%_bench_bench_switch_LDADD = libruntime.la
%C%_bench_bench_live_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(RECORDER_LIBS)
%C%_bench_bench_view_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(RECORDER_LIBS)
%C%_bench_bench_trace_SOURCES = %D%/bench/bench_trace.c %D%/unit/stream.c %D%/unit/stream.h
%C%_bench_bench_trace_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_bench_bench_writer_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_bench_bench_yield_SOURCES = %D%/bench/bench_yield.c %D%/bench/bench.c %D%/bench/bench.h

%C%_oracle_oracle_SOURCES = \
	%D%/oracle/budgets.c \
	%D%/oracle/chain.c \
	%D%/oracle/channels.c \
	%D%/oracle/crossings.c \
	%D%/oracle/crowds.c \
	%D%/oracle/driver.c \
	%D%/oracle/errors.c \
	%D%/oracle/errors.def \
	%D%/oracle/forms.h \
	%D%/oracle/oracle.c \
	%D%/oracle/oracle.h \
	%D%/oracle/programs.c \
	%D%/oracle/remote.c \
	%D%/oracle/run.c \
	%D%/oracle/scenarios.def \
	%D%/oracle/scenarios.h \
	%D%/oracle/streams.c \
	%D%/oracle/threads.c \
	%D%/oracle/throws.c \
	%D%/oracle/traps.c \
	%D%/tap.c \
	%D%/tap.h

%C%_runtime_test_frame_SOURCES = %D%/runtime/test_frame.c %D%/runtime/plays.c %D%/runtime/plays.h \
	%D%/tap.c %D%/tap.h
%C%_runtime_test_frame_operations_SOURCES = %D%/runtime/test_frame_operations.c \
	%D%/runtime/plays.c %D%/runtime/plays.h %D%/tap.c %D%/tap.h
%C%_runtime_test_wait_SOURCES = %D%/runtime/test_wait.c \
	%D%/runtime/plays.c %D%/runtime/plays.h %D%/tap.c %D%/tap.h
%C%_arch_test_registers_SOURCES = %D%/arch/test_registers.c %D%/arch/probe.h %D%/tap.c %D%/tap.h
%C%_arch_test_registers_LDADD = $(%C%_arch_test_registers_DEPENDENCIES) $(SWITCH_LIBS)
%C%_arch_test_registers_DEPENDENCIES = \
	%D%/arch/probe_@probe_arch@.$(OBJEXT) libtrace/arch/switch_@switch_arch@.lo
EXTRA_%C%_arch_test_registers_SOURCES = \
	%D%/arch/probe_aarch64.S \
	%D%/arch/probe_arm.S \
	%D%/arch/probe_i386.S \
	%D%/arch/probe_none.c \
	%D%/arch/probe_ppc64le.S \
	%D%/arch/probe_riscv64.S \
	%D%/arch/probe_s390x.S \
	%D%/arch/probe_x86_64.S

%C%_runtime_test_handle_SOURCES = %D%/runtime/test_handle.c %D%/tap.c %D%/tap.h
%C%_runtime_test_kill_SOURCES = %D%/runtime/test_kill.c %D%/tap.c %D%/tap.h
%C%_runtime_test_exceptions_cxx_SOURCES = %D%/runtime/test_exceptions_cxx.cpp %D%/tap.c %D%/tap.h
%C%_runtime_test_kill_cxx_SOURCES = %D%/runtime/test_kill_cxx.cpp %D%/tap.c %D%/tap.h
%C%_runtime_test_many_SOURCES = %D%/runtime/test_many.c %D%/tap.c %D%/tap.h
%C%_runtime_test_memory_SOURCES = %D%/runtime/test_memory.c %D%/tap.c %D%/tap.h
%C%_runtime_test_memory_LDADD = libruntime.la
%C%_runtime_test_memory_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=aligned_alloc -Wl,--wrap=strdup -Wl,--wrap=free \
	-Wl,--wrap=mmap -Wl,--wrap=munmap -Wl,--wrap=mprotect -Wl,--wrap=slab_allocate \
	-Wl,--wrap=slice_take_room \
	-Wl,--wrap=pthread_setspecific
%C%_runtime_test_misuse_SOURCES = %D%/runtime/test_misuse.c %D%/tap.c %D%/tap.h
%C%_runtime_test_note_SOURCES = %D%/runtime/test_note.c %D%/played.c %D%/played.h %D%/tap.c %D%/tap.h
%C%_runtime_test_note_LDADD = libruntime.la
%C%_runtime_test_check_remote_SOURCES = %D%/runtime/test_check_remote.c %D%/tap.c %D%/tap.h
%C%_runtime_test_frame_watchdog_SOURCES = %D%/runtime/test_frame_watchdog.c \
	%D%/runtime/noted.c %D%/runtime/noted.h %D%/tap.c %D%/tap.h
%C%_runtime_test_overlap_SOURCES = %D%/runtime/test_overlap.c %D%/tap.c %D%/tap.h
%C%_runtime_test_order_SOURCES = %D%/runtime/test_order.c %D%/runtime/noted.c \
	%D%/runtime/noted.h %D%/tap.c %D%/tap.h
%C%_runtime_test_put_off_SOURCES = %D%/runtime/test_put_off.c %D%/runtime/noted.c \
	%D%/runtime/noted.h %D%/tap.c %D%/tap.h
%C%_runtime_test_rendezvous_SOURCES = %D%/runtime/test_rendezvous.c %D%/runtime/noted.c \
	%D%/runtime/noted.h %D%/tap.c %D%/tap.h
%C%_runtime_test_ring_SOURCES = %D%/runtime/test_ring.c %D%/played.c %D%/played.h %D%/tap.c %D%/tap.h
%C%_runtime_test_ring_LDADD = libruntime.la
%C%_runtime_test_rounding_LDADD = libgreenroom.la -lm
%C%_runtime_test_rounding_SOURCES = %D%/runtime/test_rounding.c %D%/tap.c %D%/tap.h
%C%_runtime_test_run_SOURCES = %D%/runtime/test_run.c %D%/tap.c %D%/tap.h
%C%_runtime_test_shared_SOURCES = %D%/runtime/test_shared.c %D%/tap.c %D%/tap.h
%C%_runtime_test_segment_SOURCES = %D%/runtime/test_segment.c %D%/played.c %D%/played.h %D%/tap.c %D%/tap.h
%C%_runtime_test_segment_LDADD = libruntime.la
%C%_runtime_test_signal_SOURCES = %D%/runtime/test_signal.c %D%/tap.c %D%/tap.h
# The same functions, compiled in other ways.
backtrace_sources = %D%/runtime/test_backtrace.c %D%/tap.c %D%/tap.h
%C%_runtime_test_backtrace_SOURCES = $(backtrace_sources)
%C%_runtime_test_backtrace_LDADD = libruntime.la
%C%_runtime_test_backtrace_plain_SOURCES = $(backtrace_sources)
%C%_runtime_test_backtrace_plain_CFLAGS = $(AM_CFLAGS) -O0
%C%_runtime_test_backtrace_plain_LDADD = libruntime.la
%C%_runtime_test_backtrace_pointer_SOURCES = $(backtrace_sources)
%C%_runtime_test_backtrace_pointer_CFLAGS = $(AM_CFLAGS) -O1 -fno-omit-frame-pointer
%C%_runtime_test_backtrace_pointer_LDADD = libruntime.la
%C%_runtime_test_backtrace_quick_SOURCES = $(backtrace_sources)
%C%_runtime_test_backtrace_quick_CFLAGS = $(AM_CFLAGS) -O3 -fomit-frame-pointer
%C%_runtime_test_backtrace_quick_LDADD = libruntime.la

%C%_runtime_test_stack_SOURCES = %D%/runtime/test_stack.c %D%/tap.c %D%/tap.h
%C%_runtime_test_thread_SOURCES = %D%/runtime/test_thread.c %D%/tap.c %D%/tap.h
%C%_runtime_test_value_SOURCES = %D%/runtime/test_value.c %D%/tap.c %D%/tap.h
%C%_runtime_test_watchdog_SOURCES = %D%/runtime/test_watchdog.c %D%/runtime/noted.c \
	%D%/runtime/noted.h %D%/tap.c %D%/tap.h

%C%_semantics_test_semantics_SOURCES = %D%/semantics/test_semantics.c %D%/semantics/actor.c \
	%D%/semantics/list.h %D%/semantics/model.c %D%/semantics/program.c \
	%D%/semantics/program.h %D%/tap.c %D%/tap.h

%C%_cli_events_page_LDADD = libwire.la
%C%_cli_glossary_page_LDADD = libmodel.la

%C%_screens_monkey_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(RECORDER_LIBS)
# To be preloaded: -rpath makes a shared library of it.
%C%_cli_faulty_calls_la_SOURCES = %D%/cli/faulty_calls.c
%C%_cli_faulty_calls_la_CFLAGS = $(AM_CFLAGS) -fvisibility=default
%C%_cli_faulty_calls_la_LDFLAGS = -module -avoid-version -shared -rpath /nonexistent
%C%_cli_oddities_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_screens_make_trace_SOURCES = %D%/screens/make_trace.c %D%/unit/play.c %D%/unit/play.h \
	%D%/unit/stream.c %D%/unit/stream.h
%C%_screens_make_trace_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_unit_test_canvas_SOURCES = %D%/unit/test_canvas.c %D%/unit/picture.c %D%/unit/picture.h
%C%_unit_test_canvas_LDADD = libmodel.la $(CMOCKA_LIBS)
%C%_unit_test_figures_SOURCES = %D%/unit/test_figures.c %D%/unit/picture.c %D%/unit/picture.h \
	%D%/unit/play.c %D%/unit/play.h
%C%_unit_test_figures_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)

%C%_unit_test_agreement_SOURCES = %D%/unit/test_agreement.c %D%/played.c %D%/played.h
%C%_unit_test_agreement_LDADD = librecorder.la libruntime.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_child_LDADD = librecorder.la $(CMOCKA_LIBS)
%C%_unit_test_drain_SOURCES = %D%/unit/test_drain.c %D%/played.c %D%/played.h
%C%_unit_test_drain_LDADD = librecorder.la libwire.la $(CMOCKA_LIBS)
%C%_unit_test_dump_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_event_LDADD = libwire.la $(SQLITE_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_recording_position_LDADD = librecorder.la $(CMOCKA_LIBS)
%C%_unit_test_ring_reader_SOURCES = %D%/unit/test_ring_reader.c %D%/played.c %D%/played.h
%C%_unit_test_ring_reader_LDADD = librecorder.la libwire.la $(CMOCKA_LIBS)
%C%_unit_test_codec_SOURCES = %D%/unit/test_codec.c %D%/unit/stream.c %D%/unit/stream.h
%C%_unit_test_codec_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_store_SOURCES = %D%/unit/test_store.c %D%/unit/stream.c %D%/unit/stream.h \
	%D%/unit/trace_file.c %D%/unit/trace_file.h
%C%_unit_test_store_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_store_open_SOURCES = %D%/unit/test_store_open.c %D%/unit/stream.c %D%/unit/stream.h \
	%D%/unit/trace_file.c %D%/unit/trace_file.h
%C%_unit_test_store_open_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_store_sql_SOURCES = %D%/unit/test_store_sql.c %D%/unit/stream.c %D%/unit/stream.h \
	%D%/unit/trace_file.c %D%/unit/trace_file.h
%C%_unit_test_store_sql_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_store_event_SOURCES = %D%/unit/test_store_event.c %D%/unit/stream.c %D%/unit/stream.h \
	%D%/unit/trace_file.c %D%/unit/trace_file.h
%C%_unit_test_store_event_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_store_faults_SOURCES = %D%/unit/test_store_faults.c %D%/unit/stream.c %D%/unit/stream.h \
	%D%/unit/faulty_disk.c %D%/unit/faulty_disk.h \
	%D%/unit/trace_file.c %D%/unit/trace_file.h
%C%_unit_test_store_faults_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_symbols_LDADD = librecorder.la $(LIBDW_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_text_LDADD = librecorder.la $(CMOCKA_LIBS)

%C%_unit_test_explain_SOURCES = %D%/unit/test_explain.c %D%/unit/naive.c %D%/unit/naive.h \
	$(generator_sources)
%C%_unit_test_explain_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_filter_SOURCES = %D%/unit/test_filter.c %D%/unit/array_source.c %D%/unit/array_source.h \
	%D%/unit/play.c %D%/unit/play.h
%C%_unit_test_filter_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_activity_SOURCES = %D%/unit/test_activity.c %D%/unit/array_source.c \
	%D%/unit/array_source.h $(generator_sources)
%C%_unit_test_activity_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_crowd_SOURCES = %D%/unit/test_crowd.c %D%/unit/array_source.c %D%/unit/array_source.h \
	$(generator_sources)
%C%_unit_test_crowd_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_lanes_SOURCES = %D%/unit/test_lanes.c %D%/unit/array_source.c %D%/unit/array_source.h \
	$(generator_sources)
%C%_unit_test_lanes_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_learn_SOURCES = %D%/unit/test_learn.c %D%/unit/array_source.c %D%/unit/array_source.h \
	%D%/unit/play.c %D%/unit/play.h $(generator_sources)
%C%_unit_test_learn_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_numbering_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_position_SOURCES = %D%/unit/test_position.c %D%/unit/array_source.c %D%/unit/array_source.h
%C%_unit_test_position_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_replay_SOURCES = %D%/unit/test_replay.c %D%/unit/array_source.c %D%/unit/array_source.h \
	$(generator_sources)
%C%_unit_test_replay_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_routes_SOURCES = %D%/unit/test_routes.c $(generator_sources)
%C%_unit_test_routes_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_slice_bytes_SOURCES = %D%/unit/test_slice_bytes.c %D%/unit/array_source.c \
	%D%/unit/array_source.h
%C%_unit_test_slice_bytes_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)

%C%_unit_test_state_SOURCES = %D%/unit/test_state.c %D%/unit/naive.c %D%/unit/naive.h \
	$(generator_sources)
%C%_unit_test_state_LDADD = librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)

generator_sources = \
	%D%/unit/generator.c \
	%D%/unit/generator.h \
	%D%/unit/generator_channels.c \
	%D%/unit/generator_core.h \
	%D%/unit/generator_operations.c
%C%_unit_test_told_SOURCES = %D%/unit/test_told.c %D%/played.c %D%/played.h
%C%_unit_test_told_LDADD = libruntime.la $(CMOCKA_LIBS)
%C%_unit_test_wait_graph_LDADD = libmodel.la $(CMOCKA_LIBS)
%C%_unit_test_xray_LDADD = libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)
%C%_unit_test_timeline_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(RECORDER_LIBS) $(CMOCKA_LIBS)

# ------------------------------------------------------------------- what strangers send: fuzz/
# Each fuzz_NAME.c holds LLVMFuzzerTestOneInput (fuzz.h) and
# has the inputs that are worth keeping in corpus/NAME. To add one: a line in each list, and its sources.
#
#   make check   runs over the corpus, and over inputs like those in it (corpus.c)
#   make fuzz    runs libFuzzer on each for FUZZ_SECONDS, with ASan and UBSan; needs clang
#
# What a fuzzer finds lies in the build folder as crash-...; once it is put right the input goes into
# the corpus.

fuzz_names = \
	codec \
	ring \
	rows \
	trace

fuzz_tests = \
	%D%/fuzz/fuzz_codec \
	%D%/fuzz/fuzz_ring \
	%D%/fuzz/fuzz_rows \
	%D%/fuzz/fuzz_trace

fuzz_codec_sources = \
	%D%/fuzz/fuzz_codec.c \
	%D%/fuzz/fuzz.h
fuzz_ring_sources = \
	%D%/fuzz/fuzz_ring.c \
	%D%/fuzz/fuzz.h
small_trace_sources = \
	%D%/fuzz/small_trace.c \
	%D%/fuzz/small_trace.h \
	%D%/unit/stream.c \
	%D%/unit/stream.h
fuzz_rows_sources = \
	%D%/fuzz/fuzz_rows.c \
	%D%/fuzz/fuzz.h \
	$(small_trace_sources)
fuzz_trace_sources = \
	%D%/fuzz/fuzz_trace.c \
	%D%/fuzz/fuzz.h \
	$(small_trace_sources)

corpus_sources = %D%/fuzz/corpus.c %D%/tap.c %D%/tap.h

%C%_fuzz_fuzz_codec_SOURCES = $(fuzz_codec_sources) $(corpus_sources)
%C%_fuzz_fuzz_codec_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_fuzz_fuzz_ring_SOURCES = $(fuzz_ring_sources) $(corpus_sources)
%C%_fuzz_fuzz_ring_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_fuzz_fuzz_rows_SOURCES = $(fuzz_rows_sources) $(corpus_sources)
%C%_fuzz_fuzz_rows_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)
%C%_fuzz_fuzz_trace_SOURCES = $(fuzz_trace_sources) $(corpus_sources)
%C%_fuzz_fuzz_trace_LDADD = librecorder.la libwire.la $(RECORDER_LIBS)

if RECORDER
check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)
endif

EXTRA_DIST += %D%/fuzz/corpus %D%/fuzz/fuzz.sh

.PHONY: fuzz
fuzz: $(BUILT_SOURCES)
	$(AM_V_at)for name in $(fuzz_names); do \
		case $$name in \
		codec) sources='$(fuzz_codec_sources)' ;; \
		ring) sources='$(fuzz_ring_sources)' ;; \
		rows) sources='$(fuzz_rows_sources)' ;; \
		trace) sources='$(fuzz_trace_sources)' ;; \
		esac; \
		cd $(abs_builddir) && abs_top_srcdir='$(abs_top_srcdir)' CPPFLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS)' \
			LIBS='$(RECORDER_LIBS)' bash $(abs_srcdir)/%D%/fuzz/fuzz.sh "$$name" \
			$$sources $(librecorder_la_SOURCES) $(libwire_la_SOURCES) || exit 1; \
	done

# ------------------------------------------------------------------------------ how they run
check_PROGRAMS += $(runtime_tests)
TESTS += $(runtime_tests) $(policy_tests) $(sample_tests) $(symbol_tests)

if HAVE_CXX
check_PROGRAMS += $(cxx_tests)
TESTS += $(cxx_tests)
endif

if RECORDER
TESTS += $(rule_tests)
if !SANITIZER
check_PROGRAMS += $(debugger_programs)
TESTS += $(checker_tests) $(debugger_tests)
endif
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
if HAVE_BATS
check_PROGRAMS += $(command_test_programs)
check_LTLIBRARIES += %D%/cli/faulty_calls.la
TESTS += $(command_tests)
endif
endif

EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += \
	%D%/arch/mutate.sh \
	%D%/checkers/planted.c \
	%D%/cli/lib.bash \
	%D%/cli/record.bash \
	$(bench_scripts) \
	$(checker_tests) \
	$(command_tests) \
	$(debugger_tests) \
	$(policy_tests) \
	$(rule_tests) \
	$(sample_tests) \
	$(symbol_tests) \
	%D%/oracle/expected \
	%D%/rules/rules.bash \
	%D%/samples/deadlock.out \
	%D%/samples/echo.out \
	%D%/samples/hackysack.out \
	%D%/samples/hardsoft.out \
	%D%/samples/philosophers.out \
	%D%/samples/pingpong.out \
	%D%/samples/producer_consumer.out \
	%D%/samples/watchdog.out \
	%D%/screens/ascii.screen \
	%D%/screens/block.screen \
	%D%/screens/filter.screen \
	%D%/screens/gaps.screen \
	%D%/screens/help.screen \
	%D%/screens/hostile.screen \
	%D%/screens/large.screen \
	%D%/screens/palette.screen \
	%D%/screens/panes120x40.screen \
	%D%/screens/panes80x24.screen \
	%D%/screens/plain.screen \
	%D%/screens/play.c \
	%D%/screens/restore.screen \
	%D%/screens/save.screen \
	%D%/screens/screens.bash \
	%D%/screens/small.screen \
	%D%/screens/small_stack.screen \
	%D%/screens/start.screen \
	%D%/screens/timeline.screen \
	%D%/screens/waits.screen \
	%D%/screens/zoom.screen

TEST_EXTENSIONS = .bats .sh
TEST_SUITE_LOG = tests/test-suite.log
tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
# Scripts also say by their exit status what they have said in TAP: that would count twice. A
# program's status is news: it may crash when all is said.
LOG_DRIVER = $(tap_driver)
LOG_COMPILER = $(TEST_TIMEOUT) $(EMULATOR)
SH_LOG_DRIVER = $(tap_driver)
AM_SH_LOG_DRIVER_FLAGS = --ignore-exit
SH_LOG_COMPILER = $(TEST_TIMEOUT) bash
BATS_LOG_DRIVER = $(tap_driver)
AM_BATS_LOG_DRIVER_FLAGS = --ignore-exit
BATS_LOG_COMPILER = $(TEST_TIMEOUT) $(BATS)
AM_BATS_LOG_FLAGS = --tap

# One environment for every machine: what a test prints must not depend on who runs it.
AM_TESTS_ENVIRONMENT = \
	export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm-256color LINES=24 COLUMNS=80 PAGER=cat; \
	HOME='$(abs_top_builddir)/tests/home'; export HOME; $(MKDIR_P) "$$HOME"; \
	unset NO_COLOR CDPATH GREP_OPTIONS MANPATH GREENROOM_SEGMENT; \
	export CMOCKA_MESSAGE_OUTPUT=TAP; \
	export abs_top_builddir='$(abs_top_builddir)' abs_top_srcdir='$(abs_top_srcdir)'; \
	export GREENROOM_CPPFLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS)'; \
	export CC='$(CC)' CXX='$(CXX)' NM='$(NM)' EMULATOR='$(EMULATOR)'; \
	export PATH='$(abs_top_builddir)':"$$PATH";

clean-local:
	-rm -rf tests/home
