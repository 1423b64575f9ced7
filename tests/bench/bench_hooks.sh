#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# bench_hooks.sh - what the trace hooks cost: a switch with hooks that are off beside a runtime built
# without any (--disable-hooks), by instructions (callgrind) and by time in interleaved pairs; and a
# switch while it is recorded.
#
#     bench_hooks.sh      (in a build tree, or with abs_top_srcdir and abs_top_builddir set)
set -euo pipefail

builddir=${abs_top_builddir:-$PWD}
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
pairs=9
switches=2000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same compiler and flags, and nothing else different.
mkdir "$work/without"
(
	cd "$work/without"
	"$srcdir/configure" -q --disable-hooks --disable-recorder >configure.out
	make -s -j2 >make.out 2>&1
	make -s tests/bench/bench_yield >>make.out 2>&1
)
make -s -C "$builddir" tests/bench/bench_yield >"$work/make.out" 2>&1
with=$builddir/tests/bench/bench_yield
without=$work/without/tests/bench/bench_yield

# Instructions of `$2` switches more than of none, so that start and end do not count.
instructions() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" 1 2>&1 |
		sed -n 's/.*Collected : //p'
}

if command -v valgrind >/dev/null; then
	a=$(($(instructions "$without" 40000) - $(instructions "$without" 20000)))
	b=$(($(instructions "$with" 40000) - $(instructions "$with" 20000)))
	awk -v a="$a" -v b="$b" 'BEGIN {
		# one warm-up of a tenth, and one round
		printf "instructions a switch: no hooks %.1f, hooks off %.1f, ratio %.3f\n",
			a / 22000, b / 22000, b / a }'
fi

time_of() { "$@" | sed 's/ .*//'; }

for _ in $(seq "$pairs"); do
	echo "$(time_of "$without" "$switches" 1) $(time_of "$with" "$switches" 1)"
done | awk '{ print $2 / $1, $1, $2 }' | sort -n | awk '
	{ ratio[NR] = $1; a[NR] = $2; b[NR] = $3 }
	END { middle = int((NR + 1) / 2)
	      printf "time a switch, %d interleaved pairs: ratio median %.3f (%.3f to %.3f); the median pair took %.2f and %.2f ns\n",
			NR, ratio[middle], ratio[1], ratio[NR], a[middle], b[middle] }'

if [ -x "$builddir/greenroom" ]; then
	for _ in 1 2 3 4 5; do
		rm -f "$work/trace.db"
		"$builddir/greenroom" record -o "$work/trace.db" "$with" "$switches" 1 2>"$work/record.err"
	done | sort -n | sed -n '3s/ ns.*/ ns a switch while it is recorded (median of 5)/p'
	cat "$work/record.err"
fi
