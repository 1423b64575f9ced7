#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# timeline.bats - the timeline, from the whole trace to one event, by events and by time; and what a
# trace does not tell, in the timeline and on the time bar.
# shellcheck source-path=SCRIPTDIR source=screens.bash

load screens.bash

bats_require_minimum_version 1.5.0

setup() {
	screens_setup
}

# at: the number of the event that a screen shows.
at() {
	sed -n '1s/.*  #\([0-9]*\)\/.*/\1/p' "$1"
}

# timeline KEYS: the timeline of the crowd's trace, on the whole screen, after these keys.
timeline() {
	"${greenroom:?}" view crowd.db --at '50%' --size 100x16 --script "8 z $1" --screenshot - "${@:2}"
}

@test "from the whole trace to one event" {
	make_trace crowd
	{
		timeline 0
		timeline '0 +*4'
		timeline '0 +*20'
		timeline '-*6 a'
		timeline '0 a +*20'
		timeline '0' --ascii
	} >timeline.screen
	is_golden timeline.screen
	timeline '0 +*20 -*99' >back
	timeline 0 | diff - back
}

@test "keys of a timeline for which there is no room do no harm" {
	make_trace crowd
	"${greenroom:?}" view crowd.db --size 20x5 --script '8 Left PgUp a Right' --screenshot small
	[[ -s small ]]
}

@test "a step in a timeline is a column" {
	make_trace crowd
	timeline '-*6 Right' >right
	timeline '-*6 Right Left' >left
	timeline '-*6 PgDn' >down
	timeline '-*6 PgDn PgUp' >up
	[[ $(at right) -eq 25001 && $(at left) -eq 25000 ]]
	[[ $(at down) -gt 32000 && $(at up) -lt 25100 && $(at up) -gt 24900 ]]
	timeline 'Right' >near
	[[ $(at near) -eq 25001 ]]
	timeline 'Click@6,30' >click
	[[ $(at click) -eq 24971 ]]
	timeline 'WheelDown@6,30' >wheel
	timeline '-' | diff - wheel
}

@test "a tasklet is chosen in the timeline, and followed" {
	"${greenroom:?}" view play.db --at '#20' --script '8 Down*4 t' --screenshot chosen
	[[ $(at chosen) == 22 ]]
}

@test "marks and hits stand on the axis" {
	play --at '#20' --size 100x30 <<-'EOF'
		:mark here
		:#26
		/kind:transfer
		8 z
		:screenshot axis
	EOF
	sed -n 3p axis | grep -q '•.*h.*↓.*•'
}

@test "what a trace does not tell is shown" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	make_trace crowd
	sqlite3 crowd.db "UPDATE chunk SET data = zeroblob(99) WHERE first_seq = 16385;
		INSERT INTO loss VALUES (1, 3200000, 3500000, 77)"
	timeline 0 >gaps.screen
	timeline '0 a' >>gaps.screen
	is_golden gaps.screen
	timeline 'n*2000' --ascii >beyond
	grep -q 'damaged  lost 77' beyond
	"$greenroom" view crowd.db --at '#20000' --size 100x16 --script '8 z' --screenshot - |
		grep -q 'damaged'
	"$greenroom" view crowd.db --at '#16384' --script 'Right' --screenshot after
	[[ $(at after) == 32769 ]]
	"$greenroom" view crowd.db --at '#32769' --script 'Left' --screenshot before
	[[ $(at before) == 16384 ]]
}
