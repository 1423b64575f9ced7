#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_live.sh - what it is like to watch: from an event to the screen at a million events a second;
# what the one who watches costs the program; and what the echo server does in the same time with
# nobody, with a recorder, and with the live screen. Medians of 5.
set -euo pipefail

builddir=${abs_top_builddir:-$PWD}
runs=${RUNS:-5}
work=$(mktemp -d)
cd "$work"
trap 'rm -rf "$work"' EXIT

make -s -C "$builddir" tests/bench/bench_pace tests/bench/bench_live samples/echo
greenroom=$builddir/greenroom
pace=$builddir/tests/bench/bench_pace

median() {
	sort -n | sed -n "$((runs / 2 + 1))p"
}

echo "-- $(uptime | sed 's/.*load/load/')"
"$greenroom" record -o latency.db "$pace" 1000000 5 >/dev/null 2>&1 &
until [[ -s latency.db ]] && sqlite3 latency.db "SELECT 1 FROM meta WHERE name = 'monotonic_ns'" 2>/dev/null | grep -q 1; do
	sleep 0.02
done
"$builddir/tests/bench/bench_live" latency.db
wait

# switches COMMAND...: how many there were.
switches() {
	"$@" >out 2>/dev/null
	touch printed
	sed -n 's/^\([0-9]*\) switches in.*/\1/p' out printed
}

for ((run = 0; run < runs; run++)); do
	rm -f ./*.db* printed
	recorded=$(switches "$greenroom" record -o r.db "$pace" 0 2)
	rm -f out
	watched=$(switches "$greenroom" live --batch --log=printed -d 0.5 "$pace" 0 2)
	awk -v a="$watched" -v b="$recorded" 'BEGIN { print a / b }'
done | median | sed 's/^/switches with live, beside those with record alone: /'

# seconds_of COMMAND...: how long it took.
seconds_of() {
	local start=$EPOCHREALTIME

	"$@" >/dev/null 2>&1
	awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

for ((run = 0; run < runs; run++)); do
	rm -f ./*.db*
	alone=$(seconds_of "$builddir/samples/echo" 1000 100)
	recorded=$(seconds_of "$greenroom" record -o e.db "$builddir/samples/echo" 1000 100)
	watched=$(seconds_of "$greenroom" live --batch -d 0.5 "$builddir/samples/echo" 1000 100)
	echo "$(awk -v a="$alone" -v b="$watched" 'BEGIN { print a / b }') $(awk -v a="$alone" -v b="$recorded" 'BEGIN { print a / b }') $alone"
done | median | sed 's/^/echo server, throughput with live, with record (of alone), seconds alone: /'
