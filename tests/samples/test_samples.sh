#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_samples.sh - every sample prints what it is said to print, for every processor.
set -euo pipefail

read -r -a emulator <<<"${EMULATOR:-}"
expected=${abs_top_srcdir:?run by make check, or set abs_top_srcdir}/tests/samples
samples=${abs_top_builddir:?run by make check, or set abs_top_builddir}/samples
count=0

# check NAME COMPLAINTS - one line of TAP, the complaints as diagnostics below it.
check() {
	count=$((count + 1))
	if [[ -z $2 ]]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# run SAMPLE ARGUMENT... - its output, errors too, and as the last line its exit status.
run() {
	local sample=$1 status=0
	shift

	"${emulator[@]}" "$samples/$sample" "$@" 2>&1 || status=$?
	echo "status $status"
}

# prints SAMPLE STATUS - runs it without arguments and compares its output with the expected one.
prints() {
	local sample=$1 status=$2

	check "$sample" "$(diff -u <(
		cat "$expected/$sample.out"
		echo "status $status"
	) <(run "$sample") || true)"
}

# says NAME LINES SAMPLE ARGUMENT... - runs it and compares its output with LINES.
says() {
	local name=$1 lines=$2
	shift 2

	check "$name" "$(diff -u <(printf '%s\n' "$lines") <(run "$@") || true)"
}

prints deadlock 1
prints echo 0
prints hackysack 0
prints hardsoft 0
prints philosophers 1
prints pingpong 0
prints producer_consumer 0
prints watchdog 0

says "pingpong with another number of rounds" \
	$'ping hits ball 1\n     pong hits ball 2\nping has had enough\n     pong has had enough\nstatus 0' \
	pingpong 1
says "philosophers who take forks in order all eat" \
	$'Averroes eats\nDiotima eats\nConfucius eats\nAverroes eats\nHypatia eats\nDiotima eats\nAspasia eats\nConfucius eats\nHypatia eats\nAspasia eats\neverybody has eaten\nstatus 0' \
	philosophers --right
says "hackysack needs two players" $'hackysack: it takes two to play\nstatus 2' hackysack 1

# How many bytes a level takes depends on the compiler; that every level takes the same does not.
# A slice begins at a multiple of 64 bytes.
bytes_at() {
	run deep "$1" | sed -n "s/^depth $1: \([0-9]*\) bytes saved\$/\1/p"
}
low=$(bytes_at 64) middle=$(bytes_at 128) high=$(bytes_at 192)
uneven=$((high - middle - (middle - low)))
check "deep: every level saves the same number of bytes" \
	"$([[ -n $low && $low -gt 0 && $middle -gt $low && ${uneven#-} -le 64 ]] ||
		echo "depth 64: $low, depth 128: $middle, depth 192: $high")"
check "deep: every level finds its variables" \
	"$(run deep 100 | grep -Fx 'back from depth 100: 0 + 1 + ... + 100 = 5050' >/dev/null ||
		run deep 100)"

echo "1..$count"
