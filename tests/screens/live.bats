#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# live.bats - a program is watched while it runs: what it does is on the screen, and nothing is left
# behind, however it ends.
# shellcheck source-path=SCRIPTDIR source=screens.bash disable=SC2154

load screens.bash

bats_require_minimum_version 1.5.0

setup() {
	screens_setup
	puppet=${abs_top_builddir:?}/tests/screens/puppet
	mkdir -m 700 run
	export XDG_RUNTIME_DIR=$PWD/run
	mkfifo go
}

teardown() {
	terminal_end
	[[ -z ${started-} ]] || kill "$started" 2>/dev/null || true
	[[ -z ${opened-} ]] || exec 7>&-
}

# The puppet's words; the fifo stays open meanwhile.
say() {
	[[ -n ${opened-} ]] || exec 7<>go
	opened=1
	echo "$*" >&7
}

# live ARGUMENTS...: starts it in a terminal, awaits its first screen.
live() {
	keys "clear; '${greenroom:?}' live $*; echo \"ended \$?\"" Enter
	await shows '^ greenroom live'
}

nothing_is_left() {
	[[ -z $(compgen -G "run/greenroom-live-*") ]]
}

nobody_runs() {
	! pgrep -f "$puppet $PWD/go" >/dev/null
}

@test "tasklets come up, run and wait, and the program's end is told" {
	terminal_begin 80 24
	say yield 10
	live "$puppet $PWD/go"
	await shows 'T1 main'
	say wait
	await shows 'T[0-9]+ patient +receiving'
	say yield 1000
	await shows 'tasklets 2: 1 running, 1 waiting'
	keys 2
	await shows 'C1 never .* 1 receiving'
	keys 3
	await shows 'thread 1'
	keys 5
	await shows 'it has printed nothing so far'
	say say hello
	await shows '^  hello'
	say exit 3
	await shows 'ended: exit code 3'
	keys q
	await shows '^ended 3'
	nothing_is_left
}

@test "recording stops when the trace is as large as it may be, and the screen says so" {
	terminal_begin 80 24
	live "--max-size=1M $puppet $PWD/go"
	await shows '▶ live'
	say yield 1000000
	await shows 'full: --max-size'
	say exit 0
	await shows 'ended: exit code 0'
	keys q
	await shows '^ended 0'
	nothing_is_left
}

@test "a tasklet that does not give way is found" {
	terminal_begin 80 24
	live "$puppet $PWD/go"
	say wait
	say spin 700
	await shows 'findings \(1\) !'
	keys 4
	await shows 'greedy: T[0-9]+ greedy .* without a switch'
	keys Down Enter
	await shows '^ greenroom  trace.db'
	keys Escape
	await shows '^ greenroom live'
	keys q
	await shows '^ended 0'
	await nobody_runs
	nothing_is_left
}

@test "frozen, the screen leads to the panes, and Esc back" {
	terminal_begin 80 24
	live "$puppet $PWD/go"
	say wait
	await shows patient
	keys Space
	await shows 'frozen'
	say yield 5
	keys Enter
	await shows '^ greenroom  trace.db  #'
	shows 'patient'
	keys Left
	await shows 'stopped'
	keys Escape
	await shows '▶ live'
	keys q
	await shows '^ended 0'
}

@test "a filter, a tree and an order" {
	terminal_begin 120 40
	say wait
	say wait
	live "--filter=name:patient --sort=since --tree $puppet $PWD/go"
	await shows 'filter: name:patient \(2\)'
	shows_not 'T1 main'
	keys Escape
	await shows '  └ T[0-9]+ patient'
	keys F5
	await shows '^  T[0-9]+ patient'
	keys I
	await shows 'since▲'
	keys q
	await shows '^ended 0'
}

@test "batches are tables on standard output" {
	say wait
	(
		sleep 1
		echo "exit 5" >&7
	) &
	run -5 --separate-stderr "${greenroom:?}" live -b -d 0.2 --top 1 "$puppet" go
	[[ ${output} == *'patient'* || ${output} == *'main'* ]]
	[[ $output == *'ended: exit code 5'* ]]
	[[ $(grep -c '^  tasklet' <<<"$output") -ge 2 ]]
	nothing_is_left
}

@test "so many tables, and no more" {
	say yield 3
	run -0 --separate-stderr "${greenroom:?}" live -b -n 2 -d 0.1 "$puppet" go
	[[ $(grep -c '^  tasklet' <<<"$output") -eq 2 ]]
	await nobody_runs
	nothing_is_left
}

@test "the trace and what was printed can be kept" {
	say say word
	say exit 0
	run -0 --separate-stderr "${greenroom:?}" live -b -o kept.db --log=printed "$puppet" go
	[[ $(<printed) == word ]]
	"$greenroom" verify kept.db
	nothing_is_left
}

@test "when the watcher is killed nothing is left" {
	say wait
	"${greenroom:?}" live -b "$puppet" "$PWD/go" >out 3>&- &
	started=$!
	await grep -q patient out
	kill -KILL "$started"
	await nobody_runs
	await nothing_is_left
}

@test "a program that runs already goes on when it was watched" {
	exec 7<>go
	opened=1
	"$puppet" go 3>&- 7>&- &
	started=$!
	say wait
	terminal_begin 80 24
	live "$started"
	say yield 5
	await shows 'T[0-9]+ patient'
	keys q
	await shows '^ended 0'
	nothing_is_left
	kill -0 "$started"
	say exit 4
	wait "$started" || [[ $? -eq 4 ]]
	started=
}

@test "what cannot be watched is told in one line" {
	run -127 --separate-stderr "${greenroom:?}" live -b ./nothing
	[[ ${stderr_lines[*]} == 'greenroom: ./nothing: No such file or directory' ]]
	run -2 --separate-stderr "$greenroom" live -b --sort=nonsense true
	[[ ${stderr_lines[0]} == "greenroom: there is no column 'nonsense'" ]]
	run ! --separate-stderr "$greenroom" live -b 999999999
	[[ ${#stderr_lines[@]} -eq 1 ]]
	nothing_is_left
}
