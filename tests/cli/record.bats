#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# record.bats - greenroom record: exit codes, files made and left alone, deaths on either side.

bats_require_minimum_version 1.5.0

setup() {
	: "${abs_top_builddir:?run by make check}"
	greenroom=$abs_top_builddir/greenroom
	talker=$abs_top_builddir/tests/cli/talker
	family=$abs_top_builddir/tests/cli/family
	oddities=$abs_top_builddir/tests/cli/oddities
	cd "$BATS_TEST_TMPDIR" || exit 1
	[[ -x $greenroom && -x $talker ]] || skip "not built"
	command -v sqlite3 >/dev/null || skip "no sqlite3"
}

teardown() {
	[[ ! -e process ]] || kill -KILL "$(<process)" 2>/dev/null || true
	[[ -z ${mounted-} ]] || umount "$mounted"
}

# Whether the last run printed exactly one line on stderr that matches the pattern.
said() {
	[[ ${#stderr_lines[@]} -eq 1 && ${stderr_lines[0]} == "greenroom: "$1 ]] || {
		printf 'said: %s\n' "${stderr_lines[@]}"
		return 1
	}
}

# Whether that line is free of escapes.
said_plainly() {
	[[ ${stderr_lines[0]} != *$'\e'* ]]
}

# Records; what came of it is in status, stdout and stderr_lines.
record() {
	status=0
	"$greenroom" record "$@" >stdout 2>stderr || status=$?
	mapfile -t stderr_lines <stderr
}

# await COMMAND...: until it succeeds; a minute is never needed.
await() {
	local end=$((SECONDS + 60))
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.01
	done
}

sql() {
	sqlite3 "$@"
}

# Whether more than that many events can be read from the trace.
has_events() {
	[[ $(sql greenroom.db 'SELECT sum(events) FROM chunk_info') -gt $1 ]]
}

# Whether the process runs, and does not sleep.
is_running() {
	[[ $(cut -d' ' -f3 "/proc/$1/stat") == R ]]
}

@test "the program's exit code is record's" {
	record "$talker" 10 exit 0
	[[ $status -eq 0 ]]
	record "$talker" 10 exit 42
	[[ $status -eq 42 ]]
	[[ $(sql greenroom.db "SELECT value FROM meta WHERE name = 'exit_status'") == 42 ]]
}

@test "one line says what was recorded, and it is true" {
	record "$talker" 1000 exit 0
	said '*,*[0-9] events, 0 lost, * in greenroom.db (view: greenroom view greenroom.db)'
	[[ ! -s stdout ]]
	local counted=${stderr_lines[0]#greenroom: }
	counted=${counted%% *}
	[[ $(sql greenroom.db 'SELECT count(*) FROM event') == "${counted//,/}" ]]
	[[ $(sql greenroom.db 'SELECT sum(events) FROM chunk_info') == "${counted//,/}" ]]
}

@test "names, places, threads and circumstances are in the trace" {
	record "$talker" 10 threads 2
	[[ $(sql greenroom.db "SELECT count(*) FROM tasklet WHERE name = 'left'") == 3 ]]
	[[ $(sql greenroom.db "SELECT count(*) FROM place WHERE function = 'talk' AND file LIKE '%talker.c' AND line > 0") -ge 2 ]]
	[[ $(sql greenroom.db "SELECT count(*), count(DISTINCT os_thread) FROM thread") == '3|3' ]]
	[[ $(sql greenroom.db "SELECT value FROM meta WHERE name = 'program'") == "$talker 10 threads 2" ]]
	[[ $(sql greenroom.db "SELECT count(*) FROM module WHERE path LIKE '%talker'") == 1 ]]
}

@test "nothing is left beside the trace" {
	record "$talker" 10 exit 0
	[[ $(ls) == $'greenroom.db\nstderr\nstdout' ]]
}

@test "a program that a signal ends: 128 and its number, and the trace is whole" {
	record "$talker" 10 signal 9
	[[ $status -eq 137 ]]
	said '* events, 0 lost, *'
	[[ $(sql greenroom.db "SELECT value FROM meta WHERE name = 'ended_in_order'") == 0 ]]
	[[ $(sql greenroom.db "SELECT count(*) FROM event e JOIN kind k ON k.id = e.kind WHERE k.name = 'scheduler_leave'") == 1 ]]
	record "$talker" 10 signal 15
	[[ $status -eq 143 ]]
}

@test "a program that does not exist: 127, and nothing is touched" {
	record "$talker" 10 exit 0
	cp greenroom.db before
	record no-such-program-at-all
	[[ $status -eq 127 ]]
	said 'no-such-program-at-all: No such file or directory'
	record ./no-such-program
	[[ $status -eq 127 ]]
	cmp greenroom.db before
	[[ ! -e greenroom.db.old ]]
}

@test "a file that cannot be executed: 126" {
	echo text >plain
	record ./plain
	[[ $status -eq 126 ]]
	said './plain: Permission denied'
	record /
	[[ $status -eq 126 ]]
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	record ./script
	[[ $status -eq 127 ]]
	[[ ! -e greenroom.db && ! -e greenroom.db.segment ]]
}

@test "a program without tasklets: said so, its own exit code, no trace" {
	record sh -c 'exit 3'
	[[ $status -eq 3 ]]
	said 'sh: recorded nothing: the program did not use libgreenroom'
	[[ ! -e greenroom.db ]]
	record --strict true
	[[ $status -eq 74 ]]
}

@test "a run that records nothing leaves the older trace where it was" {
	record "$talker" 10 exit 0
	cp greenroom.db before
	record true
	cmp greenroom.db before
	[[ ! -e greenroom.db.old ]]
}

@test "an older trace becomes FILE.old" {
	record -o t.db "$talker" 10 exit 0
	cp t.db before
	record -o t.db "$talker" 20 exit 0
	cmp t.db.old before
	run ! cmp -s t.db before
}

@test "a file that is no trace is refused and left alone" {
	echo precious >t.db
	record -o t.db "$talker" 10 touch never
	[[ $status -eq 4 ]]
	said 't.db: *'
	[[ $(<t.db) == precious ]]
	[[ ! -e never && ! -e t.db.old && ! -e t.db.segment ]]
}

@test "a folder that does not exist: 74, and the program is not run" {
	record -o missing/t.db "$talker" 10 touch never
	[[ $status -eq 74 ]]
	said 'missing/t.db: No such file or directory'
	[[ ! -e never ]]
}

@test "wrong usage: 2" {
	record
	[[ $status -eq 2 ]]
	record --ring=much "$talker" 10 exit 0
	[[ $status -eq 2 ]]
	record --on-full=explode "$talker" 10 exit 0
	[[ $status -eq 2 ]]
	record --no-such-option "$talker" 10 exit 0
	[[ $status -eq 2 ]]
	record --help
	[[ $status -eq 0 ]]
	grep -q 'on-full' stdout
}

@test "options behind PROGRAM are the program's own" {
	record sh -c 'echo "$@"; exit 4' sh --strict -o x --help
	[[ $status -eq 4 && $(<stdout) == '--strict -o x --help' ]]
	record -- sh -c 'exit 5'
	[[ $status -eq 5 ]]
}

@test "with drop, what is lost is counted, and --strict says 5" {
	record --on-full=drop --ring=4K --strict "$talker" 300000 exit 0
	[[ $status -eq 5 ]]
	said '* events, *[1-9]* lost, *'
	local lost=${stderr_lines[0]#*events, }
	lost=${lost%% *}
	[[ $(sql greenroom.db 'SELECT sum(count) FROM loss') == "${lost//,/}" ]]
}

@test "with wait, nothing is lost through the smallest ring" {
	record --ring=4K "$talker" 100000 threads 2
	said '* events, 0 lost, *'
	[[ $(sql greenroom.db 'SELECT sum(switches) FROM tasklet WHERE NOT name = "main"') -ge 600000 ]]
}

# How many events of a kind there are.
count_of() {
	sql greenroom.db "SELECT count(*) FROM event e JOIN kind k ON k.id = e.kind WHERE k.name = '$1'"
}

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

@test "the trace can be read while the program runs" {
	"$greenroom" record "$talker" 100 touch process 2>stderr &
	await test -e process
	await has_events 100
	[[ -e greenroom.db.segment ]]
	[[ $(stat -c %a greenroom.db.segment) == 600 ]]
	rm process
	wait $!
	[[ ! -e greenroom.db.segment ]]
}

@test "kill -9 of the program: all it had published is in the trace" {
	"$greenroom" record "$talker" 1000 touch process 2>stderr &
	await test -e process
	kill -KILL "$(<process)"
	status=0
	wait $! || status=$?
	[[ $status -eq 137 ]]
	mapfile -t stderr_lines <stderr
	said '* events, 0 lost, *'
	[[ $(sql greenroom.db "SELECT count(*) FROM event e JOIN kind k ON k.id = e.kind WHERE k.name = 'scheduler_leave'") == 1 ]]
}

@test "kill -9 of the recorder: the program goes on, the trace opens, the next run clears up" {
	"$greenroom" record --ring=4K "$talker" 1000 pid process 2>stderr &
	await test -e process
	await has_events 16384
	kill -KILL $!
	wait $! || true
	local program
	program=$(<process)
	# It has filled its ring and waits; it must find out that nobody is there, and run again.
	await is_running "$program"
	kill -TERM "$program"
	has_events 16384
	[[ -e greenroom.db.segment ]]
	record "$talker" 10 exit 0
	[[ $status -eq 0 ]]
	said '* events, 0 lost, *'
	[[ ! -e greenroom.db.segment && -e greenroom.db.old ]]
}

@test "two recordings into one file: the second is refused, the first goes on" {
	"$greenroom" record "$talker" 100 touch process 2>stderr &
	local first=$!
	await test -e process
	status=0
	"$greenroom" record "$talker" 10 exit 0 2>second || status=$?
	[[ $status -eq 74 ]]
	grep -q 'another recording' second
	rm process
	wait $first
	mapfile -t stderr_lines <stderr
	said '* events, 0 lost, *'
}

@test "a file in the segment's way that is no segment is left alone" {
	echo precious >greenroom.db.segment
	record "$talker" 10 touch never
	[[ $status -eq 74 && $(<greenroom.db.segment) == precious && ! -e never ]]
}

@test "SIGTERM to the recorder ends the program, and the trace is completed" {
	"$greenroom" record "$talker" 1000 pid process 2>stderr &
	await test -e process
	kill -TERM $!
	status=0
	wait $! || status=$?
	[[ $status -eq 143 ]]
	[[ $(sql greenroom.db "SELECT value FROM meta WHERE name = 'state'") == complete ]]
}

@test "the program's environment is as it was, and has GREENROOM_SEGMENT" {
	env | grep -v '^_=' | sort >before
	DEBUGINFOD_URLS=http://127.0.0.1:1 record env
	diff before <(grep -v '^_=' stdout | sort) >changed || true
	grep -qx "> GREENROOM_SEGMENT=$PWD/greenroom.db.segment" changed
	grep -qx '> DEBUGINFOD_URLS=http://127.0.0.1:1' changed
	[[ $(grep -c '^[<>]' changed) -eq 2 ]]
}

@test "signals that were ignored stay ignored in the program" {
	(
		trap '' HUP PIPE
		record sh -c 'kill -HUP $$; kill -PIPE $$; exit 6'
		[[ $status -eq 6 ]]
	)
	record sh -c 'kill -PIPE $$; exit 6'
	[[ $status -eq 141 ]]
}

@test "a file size limit: what is committed stays, the program goes on" {
	ulimit -f 2000
	record --ring=64K "$talker" 2000000 threads 2
	[[ $status -eq 0 ]]
	said 'greenroom.db: * events before that are in the trace, *' # SQLite may call it an I/O error
	has_events 16384
	record --ring=64K --strict "$talker" 2000000 threads 2
	[[ $status -eq 74 ]]
}

@test "a full disk: what is committed stays, the program goes on" {
	mkdir disk
	mount -t tmpfs -o size=2M none disk 2>/dev/null || skip "needs the right to mount"
	mounted=$PWD/disk
	record -o disk/t.db --ring=64K "$talker" 2000000 threads 2
	[[ $status -eq 0 ]]
	said 'disk/t.db: No space left on device (*'
	[[ $(sql disk/t.db 'SELECT sum(events) FROM chunk_info') -gt 0 ]]
	[[ ! -e disk/t.db.segment ]]
}

@test "a program that is recorded already is not recorded again by a nested record" {
	record -o outer.db "$greenroom" record -o inner.db "$talker" 10 exit 7
	[[ $status -eq 7 ]]
	[[ -e inner.db && ! -e outer.db ]]
}

@test "a trace that is taken away meanwhile is not said to be there" {
	"$greenroom" record --strict "$talker" 100 touch process 2>stderr &
	await test -e process
	await has_events 100
	rm greenroom.db
	rm process
	status=0
	wait $! || status=$?
	[[ $status -eq 74 ]]
	[[ $(<stderr) == 'greenroom: greenroom.db: was taken away meanwhile, '* ]]
}

@test "names with escapes do not reach the terminal" {
	record -o $'a\e[31m\n.db' "$talker" 10 exit 0
	said '* events, 0 lost, *'
	said_plainly
	ln -s /bin/true $'b\e[31m'
	record $'./b\e[31m'
	said '*: recorded nothing: *'
	said_plainly
}

# Whether the trace holds so many processes and threads, and so many times two tasklets that came to
# their end; nothing is lost, and every event fits the others.
holds() {
	local processes=$1 threads=$2 talks=$3
	said '* events, 0 lost, *' || return 1
	! grep -q 'not recorded' stderr || return 1
	[[ $(sql greenroom.db "SELECT count(DISTINCT process), count(*) FROM thread") == "$processes|$threads" ]] || return 1
	[[ $(sql greenroom.db "SELECT count(*) FROM tasklet WHERE name IN ('left', 'right') AND switches = 101 AND end_cause = 'END_RETURNED' AND function = 'chat'") == $((2 * talks)) ]] || return 1
	[[ $("$oddities" greenroom.db) == 0 ]]
}

@test "forked processes are recorded, and theirs" {
	record "$family" fork 3
	holds 4 4 4
	[[ $(count_of process_fork) == 3 ]]
	record "$family" early 3
	holds 4 4 4
	record "$family" generations 3
	holds 4 4 4
	[[ $(sql greenroom.db "SELECT count(DISTINCT parent) FROM process_fork") == 3 ]]
	[[ $(ls) == $'greenroom.db\ngreenroom.db.old\nstderr\nstdout' ]]
}

@test "many processes at a time" {
	record --ring=16K "$family" fork 100
	holds 101 101 101
}

@test "a tasklet forks: the child goes on with the chain it took along" {
	record "$family" tasklet
	holds 2 2 1
	# The chain of the child: all three come to their end there too.
	[[ $(sql greenroom.db "SELECT count(*) FROM tasklet t WHERE name IN ('before', 'forks', 'after') AND end_cause = 'END_RETURNED'") == 6 ]]
	[[ $(sql greenroom.db "SELECT tasklets FROM process_fork") == 4 ]]
}

@test "what is executed in place of the program is recorded, and so is what it starts" {
	record "$family" exec
	holds 1 2 2
	record "$family" start
	holds 2 2 2
	record sh -c "'$family' talk; '$family' talk & '$family' talk; wait"
	holds 3 3 3
}

@test "children that use nothing of the library cost nothing" {
	record "$family" idle 20
	holds 1 1 1
	run ! grep -q process stderr
}

@test "threads by the hundred" {
	record --ring=16K "$family" threads 600
	holds 1 601 601
}

@test "a process that stays when the program has ended is recorded to its end" {
	"$greenroom" record "$family" stay here >stdout 2>stderr &
	await grep -q 'has ended; recording 1 more process' stderr
	rm here
	status=0
	wait $! || status=$?
	[[ $status -eq 3 && $(tail -n 1 stderr) == *' 0 lost, '* ]]
	[[ $(sql greenroom.db "SELECT count(DISTINCT process) FROM thread") == 2 ]]
	[[ $("$oddities" greenroom.db) == 0 ]]
}

@test "or to the end of the recording" {
	"$greenroom" record "$family" stay here >stdout 2>stderr &
	await grep -q 'has ended; recording 1 more process' stderr
	kill -INT $!
	status=0
	wait $! || status=$?
	rm here
	[[ $status -eq 3 && $(sql greenroom.db "SELECT value FROM meta WHERE name = 'state'") == complete ]]
	[[ $(ls) == $'greenroom.db\nstderr\nstdout' ]]
}
