#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# looks.bats - the panes that look something up in the trace: who waits for whom, frames.
# shellcheck source-path=SCRIPTDIR source=screens.bash

load screens.bash

bats_require_minimum_version 1.5.0

setup() {
	screens_setup
}

@test "who waits for whom, and who for ever" {
	play <<-EOF
		:#49
		9
		:screenshot waits.screen
		z
		:screenshot waits_zoom.screen
	EOF
	cat waits.screen waits_zoom.screen >waits
	mv waits waits.screen
	is_golden waits.screen
}

@test "the token goes down to the dispatcher, and what is in its way is named" {
	"${greenroom:?}" record -o soft.db "${abs_top_builddir:?}/samples/hardsoft" soft >/dev/null 2>&1
	look() {
		printf '%s\nu z\n:screenshot one\n' "$1" | "$greenroom" view soft.db --script -
	}
	look '/soft_square_body was put'
	grep -Eq '▶ soft_square_body +[0-9]+ B' one
	look $'/soft_square_body was put\nn'
	grep -Eq 'T2 producer stops +T3 consumer goes on' one
	grep -Eq '▶ soft_square_body +hardsoft\.c:[0-9]+ +▶ soft_consumer_step' one
	grep -q '↓ token .*↑ token' one
	grep -q '═ dispatcher ═.* → ═' one
	look '/soft_square_body returned'
	grep -Eq '↓ soft_square_body returned 1 ' one
	look $'/kind:frame_force\nn'
	grep -Eq '↓ hard: _*qsort.* is on the stack +↑ token' one
	"$greenroom" explain soft.db --state | grep -qx '    frames of T2 "producer": soft_square_body < soft_producer_step'
}
