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
	%D%/model/activity.c \
	%D%/model/activity.h \
	%D%/model/activity_column.c \
	%D%/model/activity_table.c \
	%D%/model/activity_table.h \
	%D%/model/alarms.c \
	%D%/model/alarms.h \
	%D%/model/canvas.c \
	%D%/model/canvas.h \
	%D%/model/cause.c \
	%D%/model/cause.h \
	%D%/model/checkpoint.c \
	%D%/model/checkpoint.h \
	%D%/model/crowd.c \
	%D%/model/crowd.h \
	%D%/model/event_cache.c \
	%D%/model/event_cache.h \
	%D%/model/event_match.c \
	%D%/model/event_match.h \
	%D%/model/explain.c \
	%D%/model/explain.h \
	%D%/model/explain_channel.c \
	%D%/model/explain_fill.c \
	%D%/model/explain_state.c \
	%D%/model/explain_switch.c \
	%D%/model/explain_tasklet.c \
	%D%/model/explain_text.c \
	%D%/model/explain_text.h \
	%D%/model/explain_wait.c \
	%D%/model/explain_watchdog.c \
	%D%/model/explain_why.c \
	%D%/model/figure.h \
	%D%/model/figure_axis.c \
	%D%/model/figure_axis.h \
	%D%/model/figure_chain.c \
	%D%/model/figure_channels.c \
	%D%/model/figure_crowd.c \
	%D%/model/figure_frames.c \
	%D%/model/figure_lanes.c \
	%D%/model/figure_stack.c \
	%D%/model/figure_tasklets.c \
	%D%/model/figure_waits.c \
	%D%/model/filter.c \
	%D%/model/filter.h \
	%D%/model/filter_term.c \
	%D%/model/filter_term.h \
	%D%/model/finder.c \
	%D%/model/finder.h \
	%D%/model/gaps.c \
	%D%/model/gaps.h \
	%D%/model/frame_stack.c \
	%D%/model/frame_stack.h \
	%D%/model/glossary.c \
	%D%/model/glossary.def \
	%D%/model/glossary.h \
	%D%/model/glyph.c \
	%D%/model/glyph.def \
	%D%/model/glyph.h \
	%D%/model/lanes.c \
	%D%/model/lanes.h \
	%D%/model/lanes_choose.c \
	%D%/model/lanes_coarse.c \
	%D%/model/lanes_range.c \
	%D%/model/lanes_range.h \
	%D%/model/lanes_walk.c \
	%D%/model/lanes_walk.h \
	%D%/model/mark.c \
	%D%/model/mark.h \
	%D%/model/position.c \
	%D%/model/position.h \
	%D%/model/predict.c \
	%D%/model/predict.h \
	%D%/model/quantity.c \
	%D%/model/quantity.h \
	%D%/model/ranking.c \
	%D%/model/ranking.h \
	%D%/model/replay.c \
	%D%/model/replay.h \
	%D%/model/replay_find.c \
	%D%/model/role.h \
	%D%/model/roster.c \
	%D%/model/roster.h \
	%D%/model/scene.c \
	%D%/model/scene.h \
	%D%/model/sentence.c \
	%D%/model/sentence.h \
	%D%/model/slice_bytes.c \
	%D%/model/slice_bytes.h \
	%D%/model/stack_text.c \
	%D%/model/stack_text.h \
	%D%/model/survey.c \
	%D%/model/survey.h \
	%D%/model/wait_graph.c \
	%D%/model/wait_graph.h \
	%D%/model/wait_graph_core.h \
	%D%/model/wait_group.c \
	%D%/model/wait_scene.c \
	%D%/model/wait_scene.h \
	%D%/model/wait_tree.c \
	%D%/model/wait_tree.h \
	%D%/model/wait_users.c \
	%D%/model/wait_users.h \
	%D%/model/wait_words.c \
	%D%/model/xray.c \
	%D%/model/xray.h

libviewer_la_SOURCES = \
	%D%/export/folded.c \
	%D%/export/folded.h \
	%D%/plot/gnuplot.c \
	%D%/plot/gnuplot.h \
	%D%/plot/plot.h \
	%D%/plot/plot_stack_size.c \
	%D%/plot/plot_timeline.c \
	%D%/plot/timeline_data.c \
	%D%/plot/timeline_data.h \
	%D%/plot/timeline_lanes.c \
	%D%/plot/timeline_lanes.h \
	%D%/plot/timeline_numbers.c \
	%D%/plot/timeline_plot.h \
	%D%/screens/bookmarks.c \
	%D%/screens/bookmarks.h \
	%D%/screens/channels_pane.c \
	%D%/screens/events_pane.c \
	%D%/screens/frames_pane.c \
	%D%/screens/help.c \
	%D%/screens/help.h \
	%D%/screens/interactive.c \
	%D%/screens/interactive.h \
	%D%/screens/keys.c \
	%D%/screens/keys.def \
	%D%/screens/keys.h \
	%D%/screens/keys_file.c \
	%D%/screens/layout.c \
	%D%/screens/layout.h \
	%D%/screens/live.c \
	%D%/screens/live.h \
	%D%/screens/live_batch.c \
	%D%/screens/live_draw.c \
	%D%/screens/palette.c \
	%D%/screens/palette.h \
	%D%/screens/pane.c \
	%D%/screens/pane.h \
	%D%/screens/plain.c \
	%D%/screens/plain.h \
	%D%/screens/player.c \
	%D%/screens/player.h \
	%D%/screens/prompt.c \
	%D%/screens/prompt.h \
	%D%/screens/ring_pane.c \
	%D%/screens/screen.c \
	%D%/screens/screen.h \
	%D%/screens/script.c \
	%D%/screens/script.h \
	%D%/screens/search.c \
	%D%/screens/search.h \
	%D%/screens/source_file.c \
	%D%/screens/source_file.h \
	%D%/screens/source_pane.c \
	%D%/screens/stack_pane.c \
	%D%/screens/story_pane.c \
	%D%/screens/tasklets_pane.c \
	%D%/screens/terminal.c \
	%D%/screens/terminal.h \
	%D%/screens/terminal_signals.c \
	%D%/screens/terminal_signals.h \
	%D%/screens/theme.c \
	%D%/screens/theme.h \
	%D%/screens/time_bar.c \
	%D%/screens/time_bar.h \
	%D%/screens/timeline_pane.c \
	%D%/screens/view.c \
	%D%/screens/view.h \
	%D%/screens/view_command.c \
	%D%/screens/view_find.c \
	%D%/screens/view_mouse.c \
	%D%/screens/view_learn.c \
	%D%/screens/view_move.c \
	%D%/screens/view_request.c \
	%D%/screens/view_request.h \
	%D%/screens/waits_pane.c

if RECORDER
bin_PROGRAMS += greenroom
endif

greenroom_SOURCES = \
	%D%/cmd_dump.c \
	%D%/cmd_dump.h \
	%D%/cmd_dump_json.c \
	%D%/cmd_dump_text.c \
	%D%/cmd_dump_verdicts.c \
	%D%/cmd_explain.c \
	%D%/cmd_export.c \
	%D%/cmd_help.c \
	%D%/cmd_live.c \
	%D%/cmd_plot.c \
	%D%/cmd_sql.c \
	%D%/cmd_view.c \
	%D%/command.c \
	%D%/command.h \
	%D%/command_program.c \
	%D%/command_program.h \
	%D%/command_trace.c \
	%D%/command_trace.h \
	%D%/command_view.c \
	%D%/command_view.h \
	%D%/commands.def \
	%D%/commands.h \
	%D%/command_slice.c \
	%D%/command_slice.h \
	%D%/explain_waits.c \
	%D%/explain_waits.h \
	%D%/main.c \
	%D%/output.c \
	%D%/output.h \
	%D%/pager.c \
	%D%/pager.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/rows.c \
	%D%/rows.h \
	recorder/cmd_attach.c \
	recorder/cmd_record.c \
	recorder/cmd_verify.c

EXTRA_DIST += \
	%D%/completion.bash

# Where greenroom help finds its pages: installed, or in the source when it runs where it was built.
greenroom_CPPFLAGS = $(AM_CPPFLAGS) \
	-DGREENROOM_MAN_DIR='"$(mandir)"' \
	-DGREENROOM_SOURCE_DIR='"$(abs_top_srcdir)"'
greenroom_LDADD = libviewer.la libmodel.la librecorder.la libwire.la $(CURSES_LIBS) $(JANSSON_LIBS) $(RECORDER_LIBS)
