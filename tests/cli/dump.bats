#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# dump.bats - greenroom dump: of a process that goes on, and of a core file.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	dumped=$abs_top_builddir/tests/cli/dumped
}

teardown() {
	[[ -z ${program-} ]] || kill -KILL "$program" 2>/dev/null || true
}

# start PROGRAM [ARGUMENT...] - its number is in program; returns when it says that it is ready.
start() {
	local word

	mkfifo in out
	"$@" <in >out 3>&- &
	program=$!
	exec 8>in 9<out
	read -r word <&9
	[[ $word == ready ]]
}

# What the quiet program has to show, however it is looked at.
shows_all() {
	grep -qE '^  T1 "main".*: is in scheduler_run' stdout
	grep -qE '^  T2 "sorter" \(sort_slowly\): is paused; [0-9]+ bytes saved' stdout
	grep -qE '^  T3 "waiter" \(wait_for_news\): waits to receive on C1 "news"' stdout
	grep -qE '^  T4 "soft" \(soft_outer\): waits to receive on C1 "news"; made of frames' stdout
	grep -qE '^  T5 "sleeper" \(sleep_long\): sleeps' stdout
	grep -qE '^  T6 "sharer" \(send_shared\): waits to send on C3 "shared"' stdout
	grep -qE '^  T7 "sender" \(send_nowhere\): waits to send on C2 "nowhere"' stdout
	# What it is in, by function, file and line; the functions of other libraries too.
	line=$(grep -n 'line of the pause' "$abs_top_srcdir/tests/cli/dumped.c" | cut -d : -f 1)
	sed -n '/ T2 /,/ T3 /p' stdout >sorter
	grep -qE "compare_slowly  .*dumped\.c:$line\$" sorter
	grep -qE 'qsort' sorter
	grep -qE 'sort_slowly  .*dumped\.c:[0-9]+$' sorter
	[[ $(sed -n '/ T3 /,/ T4 /p' stdout | grep -c 'wait_below  .*dumped\.c') -eq 4 ]]
	line=$(grep -n 'line of the frame' "$abs_top_srcdir/tests/cli/dumped.c" | cut -d : -f 1)
	grep -qE "#0 +soft_inner  .*dumped\.c:$line  \(frame\)" stdout
	grep -qE '#1 +soft_outer  .*dumped\.c:[0-9]+  \(frame\)' stdout
}

@test "a process: all its tasklets, what they wait for, and their calls" {
	start "$dumped" wait
	run_greenroom dump "$program"
	ends 0
	head -1 stdout | grep -qE "^process $program \(dumped\): 9 tasklets, 1 thread; read in "
	shows_all
	grep -qE '^  T8 "last" \(wait_for_input\): is in a call of the system' stdout
	sed -n '/ T8 /,/ T9 /p' stdout | grep -qE 'wait_for_input  .*dumped\.c:[0-9]+$'
	grep -qE '^  T9 "fresh" \(never_starts\): has not started' stdout
	# What is called of the library comes first, and not what that is made of.
	grep -qE '^ +#0 +scheduler_run_at ' stdout
	grep -qE '^ +#[01] +sleep_long ' stdout
	run ! grep -E 'libtrace/(scheduler|wait|idle)\.c' stdout
	# It goes on, and ends well.
	exec 8>&-
	kill -0 "$program"
}

@test "a process that copies only what is in the way" {
	GREENROOM_SLICES=overlap start "$dumped" wait
	run_greenroom dump "$program"
	ends 0
	shows_all
}

@test "a process as JSON" {
	command -v python3 >/dev/null || skip "no python3"
	start "$dumped" wait
	run_greenroom dump --json "$program"
	ends 0
	python3 - <<'END'
import json
dump = json.load(open("stdout"))
tasklet = {one["name"]: one for one in dump["tasklets"]}
assert len(tasklet) == 9 and len(dump["channels"]) == 3 and len(dump["threads"]) == 1
assert tasklet["waiter"]["wait"] == {"channel": 1, "direction": "receive"}
assert tasklet["sender"]["wait"] == {"channel": 2, "direction": "send"}
assert 3500e9 < tasklet["sleeper"]["wait"]["ns_left"] <= 3600e9
assert [call["function"] for call in tasklet["waiter"]["calls"]].count("wait_below") == 4
assert all(call["frame"] for call in tasklet["soft"]["calls"])
assert tasklet["waiter"]["stack"] == "saved" and tasklet["last"]["stack"] == "live"
END
}

@test "looking twice: who has not moved" {
	start "$dumped" wait
	run_greenroom dump --interval=0.2 "$program"
	ends 0
	grep -qE '^  T3 .*; has not moved for [2-9][0-9]*\.[0-9] [ms]+$' stdout
	[[ $(sed -n '/ T3 /,/ T4 /p' stdout | grep -c 'wait_below  .*dumped\.c') -eq 4 ]]
}

@test "tasklets that can never run again" {
	start "$dumped" stuck
	run_greenroom dump "$program"
	ends 3
	grep -qE '^  T[0-9]+ "main": waits to receive on C[0-9]+ "there"' stdout
	grep -qE '^(partial deadlock|orphan): .*"(there|here)"' stdout
}

@test "a process without symbols" {
	cp "$dumped" stripped
	strip stripped
	start ./stripped wait
	run_greenroom dump "$program"
	ends 0
	grep -qE '^  T3 "waiter" \(0x[0-9a-f]+\): waits to receive on C1 "news"' stdout
	[[ $(sed -n '/ T3 /,/ T4 /p' stdout | grep -c ' in stripped$') -ge 4 ]]
}

@test "a program that holds the runtime itself, also without symbols" {
	command -v gcc >/dev/null || skip "no gcc"
	gcc -static -g -fexceptions -I"$abs_top_srcdir/libtrace" -o alone \
		"$abs_top_srcdir/tests/cli/dumped.c" "$abs_top_builddir/.libs/libruntime.a" \
		2>why || skip "cannot be linked: $(head -1 why)"
	start ./alone wait
	run_greenroom dump "$program"
	ends 0
	shows_all
	kill -KILL "$program"
	rm in out
	strip alone
	start ./alone wait
	run_greenroom dump "$program"
	ends 0
	head -1 stdout | grep -qE ': 9 tasklets, 1 thread'
	grep -qE '^  T3 "waiter" \(0x[0-9a-f]+\): waits to receive on C1 "news"' stdout
}

@test "programs that lie about what they hold" {
	# Of the last one lists hardly ever end.
	for seed in {1..12} '3 4096'; do
		# shellcheck disable=SC2086 # words
		start "$abs_top_builddir/tests/cli/forged" $seed
		status=0
		timeout 60 "$greenroom" dump "$program" >stdout 2>stderr || status=$?
		mapfile -t said <stderr
		ends '[03]'
		head -1 stdout | grep -qE "^process $program \(forged\): [0-9]+ tasklets?, "
		kill -KILL "$program"
		rm in out
	done
}

@test "a core file" {
	ulimit -c unlimited
	[[ $(cat /proc/sys/kernel/core_pattern) == core ]] || skip "the system keeps no core files here"
	status=0
	"$dumped" abort || status=$?
	core=$(find . -name 'core*' | head -1)
	[[ -n $core ]] || skip "there is no core file"
	run_greenroom dump --core="$core"
	ends 0
	shows_all
	sed -n '/ T8 /,$p' stdout | grep -qE '  die  |die  .*dumped\.c:[0-9]+$'
	run_greenroom dump --core="$core" "$dumped"
	ends 0
	shows_all
	run_greenroom dump "$core"
	ends 0
	shows_all
	run_greenroom dump "$core" "$dumped"
	ends 0
	shows_all
	# Half of one.
	head -c 20000 "$core" >half
	run_greenroom dump --core=half
	[[ $status -eq 4 || $status -eq 74 ]] && [[ ${#said[@]} -eq 1 ]]
}

@test "what cannot be looked into" {
	run_greenroom dump
	ends_usage '*: which process, or which core file?'
	run_greenroom dump x
	ends_usage "*: 'x' is neither the number of a process nor a file"
	run_greenroom dump 999999999
	ends 74 'greenroom: there is no process 999999999'
	sleep 1000 3>&- &
	program=$!
	run_greenroom dump "$program"
	ends 74 "greenroom: process $program (*): does not use libgreenroom"
	echo nonsense >file
	run_greenroom dump --core=file
	ends 4 'greenroom: file: not a core file'
	run_greenroom dump file
	ends 4 'greenroom: file: not a core file'
	run_greenroom dump file none
	ends 4 'greenroom: file: not a core file'
	run_greenroom dump 999999999 file
	ends_usage '*: one process, or one program, please'
	run_greenroom dump file --interval=1
	ends_usage '*: a core file does not change: no --interval'
	# A file whose name is a number has to be called one.
	cp file 999999999
	run_greenroom dump 999999999
	ends 74 'greenroom: there is no process 999999999'
	run_greenroom dump --core=999999999
	ends 4 'greenroom: 999999999: not a core file'
	run_greenroom dump --core=none
	ends 74 'greenroom: none: No such file or directory'
	run_greenroom dump --core=file --interval=1
	ends_usage '*: a core file does not change: no --interval'
}

@test "the process of another user" {
	[[ $(id -u) -eq 0 ]] || skip "for root"
	command -v setpriv >/dev/null || skip "no setpriv"
	start "$dumped" wait
	status=0
	setpriv --reuid=65534 --clear-groups "$greenroom" dump "$program" >stdout 2>stderr || status=$?
	mapfile -t said <stderr
	[[ $status -ne 127 && $status -ne 126 ]] || skip "cannot be run by others from here"
	ends 77 "greenroom: process $program belongs to another user: *"
}
