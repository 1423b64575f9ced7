#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# record_processes.bats - greenroom record: programs that become several processes.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what record.bash sets and reads
bats_require_minimum_version 1.5.0
load record

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
