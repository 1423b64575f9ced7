#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# export.bats - greenroom export: what other programs read.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	"$greenroom" record -o t.db --stacks "$abs_top_builddir/samples/producer_consumer" \
		>/dev/null 2>&1 || return 1
	if [[ ! -e t.db ]]; then
		skip 'the library was built without hooks'
	fi
}

@test "folded stacks: thread, tasklet, functions, and how long each waited" {
	run_greenroom export folded t.db
	ends 0
	[[ $(wc -l <stdout) -eq 3 ]]
	grep -qxE 'thread 1;main;main;scheduler_run [0-9]+' stdout
	grep -qxE 'thread 1;first;consume;channel_iterate [0-9]+' stdout
	grep -qxE 'thread 1;second;consume;channel_iterate [0-9]+' stdout
}

@test "the sum is that of the trace" {
	sum=$("$greenroom" sql --no-header --format=csv t.db "
		SELECT sum((SELECT min(w.time_ns) FROM tasklet_switch AS w
			WHERE w.next = s.tasklet AND w.seq > s.seq) - s.time_ns)
		FROM tasklet_stack AS s WHERE tasklet = 1")
	run_greenroom export folded t.db --filter=tasklet:1
	grep -qx "thread 1;main;main;scheduler_run $sum" stdout
}

@test "how often, and of whom" {
	run_greenroom export folded t.db --by=count --filter=tasklet:2
	ends 0
	count=$("$greenroom" sql --no-header --format=csv t.db \
		'SELECT count(*) FROM tasklet_stack WHERE tasklet = 2')
	grep -qx "thread 1;first;consume;channel_iterate $count" stdout
}

@test "a file, and microseconds" {
	run_greenroom export folded -o out.folded --unit=us t.db
	ends 0
	[[ ! -s stdout ]]
	"$greenroom" export folded t.db | awk '{ $NF = int($NF / 1000) } $NF' >expected
	diff -u expected out.folded
}

@test "the viewer says where a tasklet stands that waits" {
	block=$("$greenroom" sql --no-header --format=csv t.db \
		'SELECT min(seq) FROM channel_block WHERE tasklet = 2')
	"$greenroom" view --at="#$block" --screenshot=- --size=100x30 t.db >screen
	grep -q 'stands in channel_iterate < consume' screen
	"$greenroom" view --at="#$((block + 2))" --screenshot=- --size=100x30 t.db >screen
	grep -q 'stands in channel_iterate < consume' screen
	"$greenroom" view --at="#$((block - 1))" --screenshot=- --size=100x30 t.db >screen
	! grep -q 'stands in' screen || return 1
}

@test "what cannot be exported" {
	"$greenroom" record -o none.db "$abs_top_builddir/samples/pingpong" >/dev/null 2>&1
	run_greenroom export folded none.db -o none.folded
	ends 4 'greenroom: none.db: holds no call stacks; record them: greenroom record --stacks PROGRAM'
	[[ ! -e none.folded ]]
	run_greenroom export t.db
	[[ $status -eq 2 ]]
	run_greenroom export folded --by=mood t.db
	[[ $status -eq 2 ]]
}
