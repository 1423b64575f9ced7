#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# explain.bats - greenroom explain: a sentence an event, ranges, filters, words, and stdout as data.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	make_trace t.db producer_consumer
}

@test "each event is a line with its number, its time and a sentence" {
	run_greenroom explain t.db
	ends 0
	run ! grep -qvE '^#[0-9]+ \+[0-9]+\.[0-9]+ (us|ms|s)  [A-Z].*[.)]$' stdout
	grep -qE '^#1 .*Thread 1 began to use tasklets; T1 "main" is its main tasklet and runs\.$' stdout
	grep -qE '"producer" handed a value to T2 "first" through C1 "jobs", .*\(producer_consumer\.c:[0-9]+\)$' stdout
	grep -qE 'found nobody to send on C1 "jobs".*; balance 0 -> -1 \(1 receiver waits\)\.' stdout
}

@test "the trace is ./greenroom.db unless another is named" {
	run_greenroom explain
	ends 74 'greenroom: there is no greenroom.db here; *'
	cp t.db greenroom.db
	run_greenroom explain
	ends 0
	[[ -s stdout ]]
}

@test "a filter" {
	run_greenroom explain t.db --filter='kind:transfer !name:first'
	ends 0
	[[ -s stdout ]]
	run ! grep -qv 'handed a value\|took a value' stdout
	run ! grep -q first stdout
	run_greenroom explain t.db --filter='kind:transfer' --why
	ends 0
	grep -qE '^    the cause: #[0-9]+$' stdout
	run_greenroom explain t.db --filter='seq>1000000'
	ends 0 "greenroom: no event there passes 'seq>1000000'"
	[[ ! -s stdout ]]
	run_greenroom explain t.db --filter='fly:high'
	ends 2 "greenroom: 'fly' cannot be asked for; *"
}

@test "a range" {
	run_greenroom explain t.db --from='#5' --to=7
	ends 0
	[[ $(cut -d' ' -f1 stdout | tr '\n' ' ') == '#5 #6 #7 ' ]]
	run_greenroom explain t.db --from='T2 first run' --to=T3
	ends 2 'greenroom: there is no event in that range'
	run_greenroom explain t.db --from='T2 first run'
	ends 0
	head -1 stdout | grep -q 'T2 "first" went on'
	run_greenroom explain t.db --from=T99
	ends 2 'greenroom: there is no T99 in the trace'
	run_greenroom explain t.db --to=never
	ends 2 "greenroom: 'never' is no position; *"
}

@test "one tasklet, one channel" {
	run_greenroom explain t.db --tasklet=T2
	ends 0
	run ! grep -vq 'T2' stdout
	cp stdout by_number
	run_greenroom explain t.db --tasklet=first
	ends 0
	cmp stdout by_number
	run_greenroom explain t.db --channel=jobs
	ends 0
	run ! grep -vq 'C1' stdout
	run_greenroom explain t.db --tasklet=nobody
	ends 0 'greenroom: no event there speaks of nobody'
	[[ ! -s stdout ]]
}

@test "the rule, and the state" {
	run_greenroom explain t.db --why --state --from=2 --to=6
	ends 0
	[[ $(grep -c '^    why: The rule: ' stdout) == 5 ]]
	[[ $(grep -c '^    chain of thread 1: T1 "main"\*' stdout) == 5 ]]
	[[ $(grep -c '^    C1 "jobs" 0$' stdout) == 5 ]]
	tail -2 stdout | grep -q '> T2 "first" > T3 "second"$'
}

@test "a word of the glossary, unless a file has that name" {
	run_greenroom explain balance
	ends 0
	grep -q '^balance: ' stdout
	run_greenroom explain 'soft switch'
	ends 0
	cp t.db balance
	run_greenroom explain balance
	ends 0
	grep -q '^#1 ' stdout
	run_greenroom explain nonsense
	ends 74 'greenroom: nonsense: No such file or directory'
	run_greenroom explain t.db balance
	[[ $status == 2 && ${said[0]} == 'greenroom explain: one trace or one word, please' ]]
}

@test "a full disk is noticed, a reader that leaves is not" {
	status=0
	"$greenroom" explain t.db >/dev/full 2>stderr || status=$?
	mapfile -t said <stderr
	ends 74 '*No space left on device'
	"$greenroom" explain t.db 2>stderr | head -1 >/dev/null
	[[ ! -s stderr ]]
}
