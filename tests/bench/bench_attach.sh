#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_attach.sh - how fast the echo server of the samples is while somebody is attached, beside the same
# alone: 1,000 connections, median of 5 runs of each, in turns.
set -euo pipefail

builddir=${abs_top_builddir:-$PWD}
echo=$builddir/samples/echo
messages=${1:-100}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seconds_since() {
	awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

for _ in 1 2 3 4 5; do
	start=$EPOCHREALTIME
	"$echo" 1000 "$messages" >/dev/null
	seconds_since "$start" >>"$work/alone"
	start=$EPOCHREALTIME
	"$echo" 1000 "$messages" >/dev/null &
	server=$!
	until "$builddir/greenroom" attach -o "$work/trace.db" "$server" 2>"$work/talk"; do
		kill -0 "$server" # it may not listen yet
	done &
	wait "$server"
	seconds_since "$start" >>"$work/attached"
	wait
done
alone=$(sort -n "$work/alone" | sed -n 3p)
attached=$(sort -n "$work/attached" | sed -n 3p)
awk -v a="$alone" -v b="$attached" 'BEGIN {
	printf "echo, 1000 connections: %.2f s alone, %.2f s while attached to: %.2f of the throughput\n",
		a, b, a / b }'
cat "$work/talk"
