#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# record.bats - greenroom record: exit codes, files made and left alone, deaths on either side.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what record.bash sets and reads
bats_require_minimum_version 1.5.0

load record

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
