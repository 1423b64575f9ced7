#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_record.sh - events a second and bytes an event, from the program to the closed file, on a
# program of 10,000 tasklets (bench_events). Median of 5 runs, beside the program alone.
set -euo pipefail

builddir=${abs_top_builddir:-$PWD}
players=10000
throws=${1:-2000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make -s -C "$builddir" tests/bench/bench_events
program=$builddir/tests/bench/bench_events

seconds_of() {
	local start=$EPOCHREALTIME

	"$@" >/dev/null 2>"$work/talk"
	awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

for _ in 1 2 3 4 5; do
	alone=$(seconds_of "$program" "$players" "$throws")
	rm -f "$work/trace.db"
	recorded=$(seconds_of "$builddir/greenroom" record --strict -o "$work/trace.db" \
		"$program" "$players" "$throws")
	echo "$recorded $alone $(stat -c %s "$work/trace.db")"
done | sort -n >"$work/runs"
events=$(sed -n 's/.*: \([0-9,]*\) events, \([0-9,]*\) lost.*/\1/p' "$work/talk" | tr -d ,)
sed -n 3p "$work/runs" | awk -v events="$events" '{
	printf "%d events, median of 5: %.2f s recorded (%.2f s alone), %.1f million events/s, %.2f bytes an event\n",
		events, $1, $2, events / $1 / 1e6, $3 / events }'
cat "$work/talk"
