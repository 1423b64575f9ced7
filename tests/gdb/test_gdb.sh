#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_gdb.sh - greenroom-gdb.py shows the tasklets of a process and of a core file, with the stacks
# they will go on with; and the process goes on afterwards as if nothing had happened.
set -euo pipefail

: "${abs_top_srcdir:?run by make check}" "${abs_top_builddir:?run by make check}"

script=$abs_top_srcdir/libtrace/greenroom-gdb.py
program=$abs_top_builddir/tests/gdb/suspended
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

# debug COMMAND... [-- ARGUMENT...] - runs gdb, without anybody's settings.
debug() {
	local -a commands=()

	while [[ $# -gt 0 && $1 != -- ]]; do
		commands+=(-ex "$1")
		shift
	done
	timeout 120 gdb -nx -batch -ex 'set debuginfod enabled off' -ex "source $script" \
		"${commands[@]}" "$program" "${@:2}" >"$work/said" 2>&1 </dev/null || true
}

# says NAME PATTERN - one line of what gdb said has to match.
says() {
	count=$((count + 1))
	if grep -qE "$2" "$work/said"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' "$work/said"
	fi
}

# What there is to see, however it is looked at.
says_all() {
	says "$1: who runs" '^\* 1 +1 +runs +main +current +main$'
	says "$1: who waits" '^  3 +1 +[0-9]+ bytes +wait_for_news +receiving from "news" +waiter$'
	says "$1: who has frames" '^  4 +1 +2 frames +soft_outer +receiving from "news" +soft$'
	says "$1: who has not started" '^  5 +1 +not started +never_starts +runnable +fresh$'
	says "$1: the stack below qsort" '^#[0-9]+ .* in sort_slowly '
	says "$1: ... down to who waits there" '^#[0-9]+ .* in compare_slowly '
	says "$1: a deeper one" '^#[0-9]+ .* in wait_below \(depth=(depth@entry=)?3\)'
	says "$1: ... to its end" '^#[0-9]+ .* in wait_for_news '
	says "$1: frames, where they go on" '^#0 +soft_inner at .*suspended\.c:[0-9]+$'
	says "$1: ... and who called them" '^#1 +soft_outer at .*suspended\.c:[0-9]+$'
	says "$1: one that has not started" '^It has not started: never_starts$'
	says "$1: the one that runs" '^#0 +look_at_us '
	says "$1: none of that number" '^greenroom: there is no tasklet 9'
	says "$1: another command" '^rip +0x[0-9a-f]+ .*<switch_stack'
}

looks=('info tasklets' 'tasklet 2' 'tasklet 3 bt' 'tasklet 4' 'tasklet 5' 'tasklet 1' 'tasklet 9'
	'tasklet 2 info registers rip')

if ! command -v gdb >/dev/null || ! gdb -nx -batch -ex 'python print(1)' >/dev/null 2>&1; then
	echo "1..0 # SKIP no gdb with Python"
	exit 0
fi
if [[ ! -e $abs_top_builddir/libtrace/arch/switch_x86_64.lo ]]; then
	echo "1..0 # SKIP the patterns are those of x86_64"
	exit 0
fi

debug 'break look_at_us' run "${looks[@]}" "generate-core-file $work/core" continue
says_all process
says "the process ends well" 'exited normally'
debug "${looks[@]}" 'echo and now\n' bt -- "$work/core"
says_all "core file"
says "the core file is what it was" '^#1 .* in main '
GREENROOM_SLICES=overlap debug 'break look_at_us' run "${looks[@]}" continue
says "slices in part: the stack is whole" '^#[0-9]+ .* in wait_for_news '
says "slices in part: the process ends well" 'exited normally'

count=$((count + 1))
installed=$(sed -n 's/^libgreenroom_debugger_script = \(.*\)-gdb.py$/\1/p' \
	"$abs_top_srcdir/libtrace/local.mk")
if [[ -n $installed && -e $abs_top_builddir/.libs/$installed ]]; then
	echo "ok $count - the script is installed for the library's file"
else
	echo "not ok $count - the script is installed for '$installed'"
fi
echo "1..$count"
