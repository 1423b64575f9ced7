#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# waits.bats - greenroom explain --waits: who waits for whom, and who can never run again.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
}

# tree [ARGUMENT...] - what is printed, without times and places.
tree() {
	run_greenroom explain t.db "$@"
	sed -E 's/, for [0-9.]+ [a-z]+//; s/ \([a-z]+\.c:[0-9]+\)//' stdout | tail -n +2
}

# shows LINES - what tree is to print.
shows() {
	diff -u <(printf '%s\n' "$1") found
}

@test "a circle, with those who wait for it" {
	make_trace t.db philosophers || true # it ends with 1
	tree --waits | tail -n +2 >found
	shows '╭▶ T7 "Hypatia" waits to receive on C2 "fork 2"
│  └─ T2 "fork 1" waits to receive on C1 "fork 1"
├─ T8 "Confucius" waits to receive on C3 "fork 3"
│  └─ T3 "fork 2" waits to receive on C2 "fork 2"
├─ T9 "Diotima" waits to receive on C4 "fork 4"
│  └─ T4 "fork 3" waits to receive on C3 "fork 3"
├─ T10 "Averroes" waits to receive on C5 "fork 5"
│  └─ T5 "fork 4" waits to receive on C4 "fork 4"
╰─ T11 "Aspasia" waits to receive on C1 "fork 1"
   └─ T6 "fork 5" waits to receive on C5 "fork 5"
T1 "main" runs'
	run_greenroom explain t.db --waits
	ends 3
	sed -n 2p stdout | grep -q '^partial deadlock: T7 "Hypatia" waits for T8 "Confucius" (C2 "fork 2"), .*; nobody else could wake them\. 5 more wait for them\.$'
	export LC_ALL=C
	run_greenroom explain t.db --waits
	ends 3
	grep -q '^|  `- \|^|  +- T2 "fork 1"' stdout
	run ! grep -q '[^ -~]' stdout
}

@test "the same forks in order" {
	make_trace t.db philosophers --right
	run_greenroom explain t.db --waits
	ends 0
	for event in 25% 40% 50% 60% 70%; do
		run_greenroom explain t.db --waits="$event"
		ends 0
		run ! grep -q 'deadlock\|orphan' stdout
	done
}

@test "a deadlock is shown where it came to be" {
	make_trace t.db deadlock || true
	tree --waits >found
	shows 'deadlock: Nobody can run any more, so nobody can wake anybody: 3 tasklets wait in channels.
T2 "Ann" waits to receive on C1 "to Ann"
T1 "main" waits to receive on C3 "done"
T3 "Bob" waits to receive on C2 "to Bob"'
	run_greenroom explain t.db --waits
	ends 3
	tree --waits=end >found
	shows 'orphan: T2 "Ann" waits to receive on C1 "to Ann", which nobody else is known to use.
T2 "Ann" waits to receive on C1 "to Ann"
T1 "main" runs'
}

@test "before anything, and where nobody can be" {
	make_trace t.db pingpong
	run_greenroom explain t.db --waits=start
	ends 0
	grep -qx 'nobody waits' stdout
	run_greenroom explain t.db --waits=never
	ends 2 "greenroom: 'never' is no position; *"
}
