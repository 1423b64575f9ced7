#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# attach.bats - greenroom attach: a program that already runs is recorded, and let go again.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what lib.bash and record.bash set; each test by itself
load lib
load record

setup() {
	cli_setup
	company=$abs_top_builddir/tests/cli/company
	oddities=$abs_top_builddir/tests/cli/oddities
	[[ -x $company && -x $oddities ]] || skip "not built"
	# In a folder of its own, with a short name: names of sockets are.
	XDG_RUNTIME_DIR=$(mktemp -d /tmp/attach.XXXXXX)
	export XDG_RUNTIME_DIR
	unset GREENROOM_ATTACH
}

teardown() {
	[[ ! -e process ]] || kill -KILL "$(<process)" 2>/dev/null || true
	rm -rf "$XDG_RUNTIME_DIR"
}

# start MODE... - runs the company in the background; its number is in $process.
start() {
	rm -f ready
	"$company" "$@" >ready 3>&- &
	began
}

# The process has been started in the background: waits until it is ready, and can be attached to.
began() {
	process=$!
	echo "$process" >process
	await grep -qs ready ready
	[[ ${GREENROOM_ATTACH-} == 0 ]] || await listens
}

listens() {
	[[ -S $XDG_RUNTIME_DIR/greenroom-$process.sock || -S /tmp/greenroom-$EUID/greenroom-$process.sock ]]
}

# attach ARGUMENT... - to the company; what came of it is in status and said.
attach() {
	run_greenroom attach -o a.db "$@" "$process"
}

# Whether the trace is whole and every event fits to those before it.
is_good() {
	"$greenroom" verify "$1" >verified && [[ $("$oddities" "$1") == 0 ]]
}

# What the process has open, and how much of segments it has in its memory.
holds() {
	find "/proc/$process/fd" -lname '*.segment*' | wc -l
	grep -c segment "/proc/$process/maps" || true
}

runs() {
	kill -0 "$process"
}

@test "a program that runs is recorded for a while, and runs on" {
	start hard
	attach --for=0.2
	ends 0 'greenroom: * events, 0 lost, * in a.db (view: greenroom view a.db)'
	is_good a.db
	[[ $(sql a.db 'SELECT count(*) FROM "transfer"') -gt 100 ]]
	[[ $(sql a.db "SELECT value FROM meta WHERE name = 'attached'") == "$process" ]]
	[[ $(sql a.db "SELECT value FROM meta WHERE name = 'program'") == "$company hard" ]]
	runs
	[[ $(holds) == $'0\n0' ]]
	[[ ! -e a.db.segment ]]
}

@test "what is there comes first: tasklets, chain, queues, waits" {
	start asleep
	attach --for=0.1
	ends 0 '*'
	is_good a.db
	# They do nothing: all events are of the snapshot, and the sleep.
	[[ $(sql a.db "SELECT count(*) FROM event JOIN kind ON kind.id = event.kind
		WHERE kind.name NOT LIKE 'snapshot%' AND kind.name <> 'thread_sleep'") == 0 ]]
	[[ $(sql a.db 'SELECT group_concat(name) FROM (SELECT name FROM tasklet ORDER BY id)') == \
		main,sleeper,reader,first,second,paused,new ]]
	"$greenroom" explain a.db >told
	grep -q '"sleeper" was waiting .*for a time' told || grep -q '"sleeper" was waiting' told
	grep -q '"reader" was waiting' told
	[[ $(sql a.db "SELECT group_concat(aim, ' ') FROM (SELECT aim FROM snapshot_wait ORDER BY seq)") \
		== 'AIM_TIME AIM_READ' ]]
	grep -q '"first" was waiting to receive on C4 "empty"; balance -1' told
	grep -q '"second" was waiting to receive on C4 "empty"; balance -2' told
	grep -q '"paused".*it is paused' told
	grep -q '"new".*it has no function' told
	grep -q '"main" was waiting in scheduler_run' told
}

@test "frames are counted, functions named" {
	start soft
	attach --for=0.1
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db "SELECT function FROM tasklet WHERE name = 'soft producer'") == soft_producer* ]]
	[[ $(sql a.db 'SELECT max(frames) FROM snapshot_tasklet') == 1 ]]
}

@test "names and places are known again the second time" {
	start hard
	attach --for=0.1
	attach --for=0.1
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db "SELECT function FROM tasklet WHERE name = 'consumer'") == consume ]]
	[[ $(sql a.db "SELECT count(*) FROM place WHERE file LIKE '%company.c'") -gt 0 ]]
}

@test "a thread that computes is there, and tells more when it comes to it" {
	start busy
	attach --for=0.3
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db 'SELECT count(*) FROM snapshot_end') == 1 ]]
}

@test "a thread that is gone is there, and holds nobody up" {
	start gone hard
	attach --for=0.1
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db 'SELECT count(*) FROM snapshot_thread') == 2 ]]
	[[ $(sql a.db 'SELECT count(*) FROM snapshot_end') == 1 ]]
	[[ $(holds) == $'0\n0' ]]
}

@test "SIGTERM ends it" {
	start hard
	"$greenroom" attach -o a.db "$process" 2>stderr 3>&- &
	recorder=$!
	await has_events_in a.db 100
	kill -TERM "$recorder"
	wait "$recorder"
	is_good a.db
	runs
}

has_events_in() {
	[[ -e $1 && $(sql "$1" 'SELECT total(events) FROM chunk_info' 2>/dev/null) > $2 ]]
}

@test "the end of the program ends it" {
	start hard
	(
		await has_events_in a.db 100
		kill "$process"
	) 3>&- &
	attach
	ends 0 'greenroom: * events, 0 lost,*'
	is_good a.db
}

@test "one recorder at a time" {
	start hard
	"$greenroom" attach -o first.db "$process" 2>stderr 3>&- &
	first=$!
	await has_events_in first.db 100
	attach --for=0.1
	ends 74 "greenroom: $process: is being recorded already, by process $first"
	[[ ! -e a.db && ! -e a.db.segment ]]
	kill -TERM "$first"
	wait "$first"
	is_good first.db
	attach --for=0.1
	ends 0 '*'
}

@test "one that record has started is being recorded" {
	"$greenroom" record -o first.db "$company" hard >ready 2>stderr 3>&- &
	first=$!
	await grep -qs ready ready
	process=$(pgrep -P "$first" -x company)
	echo "$process" >process
	attach --for=0.1
	ends 74 "greenroom: $process: is being recorded already, by process $first"
	kill "$process"
	wait "$first" || true
}

@test "no such process, and one that does not use the library" {
	process=$(sh -c 'echo $$')
	attach
	ends 74 "greenroom: $process: there is no such process"
	sleep 100 3>&- &
	process=$!
	echo "$process" >process
	attach
	ends 74 "greenroom: $process: does not use libgreenroom, *"
	run_greenroom attach
	ends_usage '*which process?*'
	run_greenroom attach 12x
	ends_usage "*'12x' is no number of a process"
	run_greenroom attach --for=never 12
	ends_usage "*--for: 'never' is no number of seconds"
}

@test "GREENROOM_ATTACH=0: nobody can attach" {
	GREENROOM_ATTACH=0 start asleep
	[[ -z $(ls "$XDG_RUNTIME_DIR") ]]
	[[ $(find "/proc/$process/task" -mindepth 1 -maxdepth 1 | wc -l) == 1 ]]
	attach
	ends 77 "greenroom: $process: was started with GREENROOM_ATTACH=0, *"
}

@test "only the user may: mode of the socket, and of what is not theirs" {
	[[ $EUID -eq 0 ]] && command -v setpriv >/dev/null || skip "not root, or no setpriv"
	start asleep
	[[ $(stat -c %a "$XDG_RUNTIME_DIR/greenroom-$process.sock") == 600 ]]
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups "$greenroom" attach -o /dev/null/x \
		"$process" 2>stderr || status=$?
	[[ $status -eq 77 ]]
	grep -q "is not your process" stderr
}

@test "root records the program of a user" {
	[[ $EUID -eq 0 ]] && command -v setpriv >/dev/null || skip "not root, or no setpriv"
	chown 65534 "$XDG_RUNTIME_DIR"
	chmod 755 .
	setpriv --reuid=65534 --regid=65534 --clear-groups "$company" hard >ready 2>/dev/null 3>&- &
	process=$!
	echo "$process" >process
	await grep -qs ready ready
	await listens
	attach --for=0.1
	ends 0 '*'
	is_good a.db
}

@test "sockets of processes that have ended are swept" {
	start asleep
	kill -KILL "$process"
	wait "$process" || true
	[[ -e $XDG_RUNTIME_DIR/greenroom-$process.sock ]]
	attach
	ends 74 "greenroom: $process: there is no such process"
	old=$process
	start asleep
	[[ ! -e $XDG_RUNTIME_DIR/greenroom-$old.sock ]]
}

@test "a link in the place of the socket is not followed" {
	echo precious >target
	# shellcheck disable=SC2016 # the inner shell's own number
	sh -c 'ln -s "$PWD/target" "$XDG_RUNTIME_DIR/greenroom-$$.sock"; exec "$0" hard' "$company" \
		>ready 3>&- &
	began
	[[ $(<target) == precious ]]
	[[ -S $XDG_RUNTIME_DIR/greenroom-$process.sock && ! -L $XDG_RUNTIME_DIR/greenroom-$process.sock ]]
	attach --for=0.1
	ends 0 '*'
	# Nor by the recorder: who listens there has to be the process itself.
	other=$process
	start hard
	rm "$XDG_RUNTIME_DIR/greenroom-$process.sock"
	ln -s "greenroom-$other.sock" "$XDG_RUNTIME_DIR/greenroom-$process.sock"
	attach --for=0.1
	ends 74 "greenroom: $process: does not use libgreenroom, *"
	kill -KILL "$other"
}

@test "a folder into which others may write is not used" {
	chmod 777 "$XDG_RUNTIME_DIR"
	start asleep
	[[ -z $(ls "$XDG_RUNTIME_DIR") ]]
	[[ -S /tmp/greenroom-$EUID/greenroom-$process.sock ]]
	attach --for=0.1
	ends 0 '*'
}

@test "the socket goes with the program" {
	run "$abs_top_builddir/samples/pingpong"
	[[ $status -eq 0 && -z $(ls "$XDG_RUNTIME_DIR") ]]
}

@test "one whose descriptors have been closed can be attached to" {
	start daemon hard
	await [ -S "$XDG_RUNTIME_DIR/greenroom-$process.sock" ]
	attach --for=0.1
	ends 0 '*'
	is_good a.db
}

@test "forked children come into the trace" {
	start forks
	attach --for=0.3
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db 'SELECT count(DISTINCT process) FROM thread') -gt 2 ]]
}


@test "dump --flight: a copy of what is kept, and the recorder goes on" {
	start hard
	run_greenroom dump --flight -o copy.db "$process"
	ends 74 "greenroom: $process: nobody records it"
	"$greenroom" attach --on-full=flight --keep=64K -o a.db "$process" 2>stderr 3>&- &
	recorder=$!
	await [ -S "$XDG_RUNTIME_DIR/greenroom-$recorder.sock" ]
	for copy in 1 2; do
		await "$greenroom" dump --flight -o "copy$copy.db" "$process" 2>said
		is_good "copy$copy.db"
	done
	[[ $(sql copy2.db 'SELECT count(*) FROM "transfer"') -gt 10 ]]
	[[ $(sql copy2.db "SELECT function FROM tasklet WHERE name = 'consumer'") == consume ]]
	run_greenroom dump --flight -o copy2.db "$process"
	ends 74 'greenroom: */copy2.db: File exists'
	kill -TERM "$recorder"
	wait "$recorder"
	is_good a.db
	"$greenroom" attach -o b.db "$process" 2>stderr 3>&- &
	recorder=$!
	await has_events_in b.db 10
	run_greenroom dump --flight "$process"
	ends 74 "greenroom: $process: is recorded by process $recorder, which is no flight recorder"
	kill -TERM "$recorder"
	wait "$recorder"
}

@test "children of a thread that does not use the runtime come into the trace" {
	start stranger hard
	attach --for=0.3
	ends 0 '*'
	is_good a.db
	[[ $(sql a.db 'SELECT count(DISTINCT process) FROM thread') -gt 2 ]]
}

@test "--max-size ends it" {
	start hard
	attach --max-size=1M
	ends 5 '*it is full*'
	is_good a.db
	runs
}

@test "a killed recorder leaves the program as it was, again and again" {
	start hard shared shared
	for ((i = 0; i < 10; i++)); do
		"$greenroom" attach -o killed.db "$process" 2>stderr 3>&- &
		recorder=$!
		await has_events_in killed.db 10
		kill -KILL "$recorder"
		wait "$recorder" 2>/dev/null || true
		rm -f killed.db*
	done
	await [ "$(holds)" == $'0\n0' ]
	attach --for=0.1
	ends 0 '*'
	is_good a.db
	[[ $(holds) == $'0\n0' ]]
}

@test "many times, with threads and tasklets that come and go" {
	start hard soft asleep gone shared shared shared births
	attach --for=0.1
	cycles=30
	[[ -z ${GREENROOM_LONG-} ]] || cycles=1000
	before=$(find "/proc/$process/fd" | wc -l)
	for ((i = 0; i < cycles; i++)); do
		attach --for=0.02
		ends 0 'greenroom: * events, 0 lost,*'
		is_good a.db
	done
	runs
	[[ $(holds) == $'0\n0' ]]
	(($(find "/proc/$process/fd" | wc -l) <= before + 2))
}
