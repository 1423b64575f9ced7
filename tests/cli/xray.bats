#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# xray.bats - greenroom explain --slice: what lay on a stack, word by word.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
}

@test "the functions on a saved stack are named, and its own addresses" {
	"$greenroom" record --slices=64K -o x.db "${abs_top_builddir:?}/samples/pingpong" >/dev/null
	run_greenroom explain --slice=T2 x.db
	ends 0
	grep -qE '^#[0-9]+ T2 "pong": [0-9]+ bytes of its stack are in the heap, [0-9]+ of them in the trace$' stdout
	grep -qE '^[0-9a-f]{12}  [0-9a-f]{16}  code of pong' stdout
	grep -qE 'code of pong \(pingpong\.c:[0-9]+\)$' stdout
	grep -qE 'its own stack, [0-9]+ bytes (up|down)$' stdout
	# A word a line, without a gap.
	[[ $(($(wc -l <stdout) - 1)) -eq $(($(sed -En '1s/.*: ([0-9]+) bytes.*/\1/p' stdout) / 8)) ]]
}

@test "what the trace lacks is said" {
	make_trace t.db pingpong
	run_greenroom explain --slice=2 t.db
	ends 2 '*greenroom record --slices does'
	run_greenroom explain --slice=T99 t.db
	ends 2 '*T99 is in the heap at any time'
	run_greenroom explain --slice=T2@start t.db
	ends 2 '*of T2 is in the heap there'
	for wrong in '' T T0 pong 7x T99999999999; do
		run_greenroom explain "--slice=$wrong" t.db
		ends 2 '*is no tasklet: T7, or T7@POSITION'
	done
}
