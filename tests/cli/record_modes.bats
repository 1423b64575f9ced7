#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# record_modes.bats - greenroom record: what is recorded and kept of what happens.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what record.bash sets and reads
bats_require_minimum_version 1.5.0
load record

@test "details that are not wanted are not recorded, and the state is all the same" {
	record "$talker" 100 exit 0
	[[ $(count_of slice_save) -gt 0 && $(count_of trace_mark) == 1 && $(count_of trace_text) == 1 ]]
	local switches
	switches=$(count_of tasklet_switch)
	record --events=none "$talker" 100 exit 0
	said '* events, 0 lost, *'
	[[ $(count_of slice_save) == 0 && $(count_of trace_mark) == 0 && $(count_of trace_text) == 0 ]]
	[[ $(count_of tasklet_switch) == "$switches" ]]
	record --events=slice_restore,mark "$talker" 100 exit 0
	[[ $(count_of slice_save) == 0 && $(count_of slice_restore) -gt 0 && $(count_of trace_text) == 1 ]]
	record --events=-slice,-trace_text "$talker" 100 exit 0
	[[ $(count_of slice_save) == 0 && $(count_of trace_mark) == 1 && $(count_of trace_text) == 1 ]]
	record --events=slice,nonsense "$talker" 100 exit 0
	[[ $status -eq 2 && ${stderr_lines[0]} == *"'nonsense' is no kind of event"* ]]
}

@test "details of some tasklets only" {
	record --sample=2 "$talker" 100 exit 0
	[[ $(sql greenroom.db "SELECT group_concat(DISTINCT tasklet) FROM slice_save") == 2 ]]
	[[ $(count_of trace_text) == 0 ]] # main's, and it has number 1
	record --sample=0 "$talker" 100 exit 0
	[[ $status -eq 2 ]]
}

@test "what is copied is recorded when that is asked for" {
	record "$talker" 100 exit 0
	[[ $(count_of slice_words) == 0 ]]
	record --slices=48 "$talker" 100 exit 0
	[[ $(count_of slice_words) -gt 0 ]]
	[[ $(sql greenroom.db "SELECT count(*) FROM slice_save WHERE bytes >= 128") -gt 0 ]]
	[[ $(count_of slice_words) -le $((3 * $(count_of slice_save))) ]]
	record --events=none --slices "$talker" 100 exit 0
	[[ $(count_of slice_words) -gt $(count_of slice_save) && $(count_of frame_call) == 0 ]]
	run -0 "$greenroom" explain
	[[ $output == *'were copied to the heap'* && $output != *'(piece '* ]]
	for wrong in 0 2M none; do
		record "--slices=$wrong" "$talker" 10 exit 0
		[[ $status -eq 2 && ${stderr_lines[0]} == *"--slices: '$wrong' is no number of bytes"* ]]
	done
}

# The functions of the deepest stack of a tasklet, outermost first.
stack_of() {
	sql greenroom.db "WITH RECURSIVE frame(id, names) AS (
			SELECT max(stack), '' FROM tasklet_stack WHERE tasklet = $1
			UNION ALL
			SELECT caller, ';' || coalesce(function, '...') || names FROM frame
			JOIN stack USING (id) LEFT JOIN place ON place.id = stack.place)
		SELECT names FROM frame WHERE id = 0"
}

@test "call stacks are recorded when that is asked for" {
	record "$talker" 100 exit 0
	[[ $(count_of tasklet_stack) == 0 ]]
	record --stacks "$talker" 100 exit 0
	[[ $(count_of tasklet_stack) -gt 0 ]]
	[[ $(sql greenroom.db "SELECT count(*) FROM tasklet_stack AS s JOIN tasklet_switch AS w
		ON w.seq = s.seq + 1 AND w.prev = s.tasklet
		WHERE w.cause IN ('SWITCH_BLOCK', 'SWITCH_SCHEDULER')") == $(count_of tasklet_stack) ]]
	[[ $(stack_of 1) == ';main;'* && $(stack_of 1) == *';scheduler_run_at' ]]
	[[ $(stack_of 1) != *libc_start* ]]
	run -0 "$greenroom" verify greenroom.db
	record --stacks=2 --stacks-at=switch "$talker" 100 exit 0
	[[ $(stack_of 1) == ';...;'* && $(stack_of 2) == ';talk' ]]
	for wrong in --stacks=0 --stacks=257 --stacks=few --stacks-at=noon; do
		record "$wrong" "$talker" 10 exit 0
		[[ $status -eq 2 && ${stderr_lines[0]} == *"'${wrong#*=}' is "* ]]
	done
}

@test "a trace does not become larger than it may" {
	record --max-size=2M --strict "$talker" 2000000 exit 0
	[[ $status -eq 5 ]]
	said '* events, * lost, * it is full: nothing after that was recorded'
	[[ $(stat -c %s greenroom.db) -le 2200000 ]]
	[[ $(stat -c %s greenroom.db) -ge 1900000 ]]
	record --max-size=1K "$talker" 10 exit 0
	[[ $status -eq 2 ]]
}

# Whether the trace is a window: the newest events, and before them what leads to their state. Where
# events were dropped on the way some may not fit.
is_window() {
	local events
	events=$(sql greenroom.db 'SELECT sum(events) FROM chunk_info')
	[[ $events -ge 49152 && $events -le 100000 ]] || return 1
	[[ $(sql greenroom.db "SELECT value FROM meta WHERE name = 'forgotten'") -gt 0 ]] || return 1
	grep -q ' lost, .*; the newest of ' stderr || return 1
	! grep -q ' 0 lost' stderr || [[ $("$oddities" greenroom.db) == 0 ]]
}

@test "a flight recorder keeps the newest, and a state to begin with" {
	record --on-full=flight --keep=64K --ring=64M "$talker" 200000 exit 0
	[[ $status -eq 0 ]]
	is_window
	[[ $(count_of tasklet_end) == 2 && $(count_of thread_start) == 1 ]]
	record --on-full=flight --keep=64K --ring=64M "$talker" 200000 signal 9
	[[ $status -eq 137 ]]
	is_window
	[[ $(count_of scheduler_leave) == 1 ]]
	record --on-full=flight "$talker" 100 threads 3
	said '* events, 0 lost, *'
	[[ $(count_of thread_start) == 4 && $("$oddities" greenroom.db) == 0 ]]
}

@test "a flight recorder writes when it is asked to" {
	"$greenroom" record --on-full=flight --keep=64K --ring=64M "$talker" 200000 pid process 2>stderr &
	await test -e process
	kill -USR2 $!
	# The program is not told, and goes on.
	await grep -q 'kept until the program ends' stderr
	is_running "$(<process)"
	kill -TERM "$(<process)"
	wait $! || true
	grep -q 'recording ended at SIGUSR2' stderr
	is_window
}

@test "a flight recorder writes at a deadlock" {
	record --on-full=flight "$abs_top_builddir/samples/deadlock"
	grep -q 'recording ended at a deadlock' stderr
	[[ $(count_of scheduler_deadlock) == 1 && $("$oddities" greenroom.db) == 0 ]]
}
