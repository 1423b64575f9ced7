#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_checkers.sh - memory checkers see through the switches: a fault that is planted in a tasklet is
# found, and a program without one is not complained about. The library is the one that users have,
# not compiled for any checker; only the program is.
set -euo pipefail

: "${abs_top_srcdir:?run by make check}" "${abs_top_builddir:?run by make check}"

library=$abs_top_builddir/.libs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

ok() {
	count=$((count + 1))
	echo "ok $count - $*"
}

not_ok() {
	count=$((count + 1))
	echo "not ok $count - $*"
	sed 's/^/# /' "$work/said" | head -n 60
}

skip() {
	count=$((count + 1))
	echo "ok $count - $* # SKIP"
}

# build COMPILER OPTION... - makes $work/planted; fails where the compiler has no such checker.
build() {
	"$@" -g -O1 -fexceptions -I"$abs_top_srcdir/libtrace" -pthread -o "$work/planted" \
		"$abs_top_srcdir/tests/checkers/planted.c" -L"$library" -lgreenroom \
		-Wl,-rpath,"$library" >"$work/said" 2>&1
}

# run FAULT COMMAND... - runs the program under COMMAND; without the randomly placed addresses that
# ThreadSanitizer may not know how to handle.
run() {
	local fault=$1
	shift
	timeout 120 setarch -R "$@" "$work/planted" "$fault" >"$work/said" 2>&1
}

# finds NAME FAULT PATTERN [COMMAND...] - the checker must say what the pattern matches.
finds() {
	local name=$1 fault=$2 pattern=$3
	shift 3

	run "$fault" "$@" || true
	if grep -qE "$pattern" "$work/said"; then
		ok "$name finds $fault"
	else
		not_ok "$name finds $fault"
	fi
}

# silent NAME FAULT [COMMAND...] - the program must end well, and nobody may complain.
silent() {
	local name=$1 fault=$2
	shift 2

	if run "$fault" "$@" && [[ $(<"$work/said") == 'done: 0' ]]; then
		ok "$name says nothing about $fault${1:+, $*}"
	else
		not_ok "$name says nothing about $fault${1:+, $*}"
	fi
}

innocent() {
	silent "$1" none
	silent "$1" none env GREENROOM_SLICES=overlap
	silent "$1" none env GREENROOM_SWITCH=hard
}

check_address() {
	local name="AddressSanitizer of $1"

	if ! build "$1" -fsanitize=address,undefined -fno-sanitize-recover=undefined; then
		skip "$name is not there"
		return
	fi
	export ASAN_OPTIONS=detect_stack_use_after_return=1
	innocent "$name"
	silent "$name" no-race
	finds "$name" stack-overflow 'stack-buffer-overflow on'
	finds "$name" use-after-return 'stack-use-after-return on'
	finds "$name" use-after-free 'heap-use-after-free on'
	finds "$name" leak '123 byte\(s\) leaked'
	finds "$name" integer-overflow 'runtime error: signed integer overflow'
	export ASAN_OPTIONS=detect_stack_use_after_return=0
	innocent "$name without fake stacks"
	finds "$name without fake stacks" stack-overflow 'stack-buffer-overflow on'
}

check_thread() {
	local name="ThreadSanitizer of $1"

	if ! build "$1" -fsanitize=thread; then
		skip "$name is not there"
		return
	fi
	innocent "$name"
	silent "$name" no-race
	finds "$name" race 'WARNING: ThreadSanitizer: data race'
}

check_valgrind() {
	local -a command=(valgrind -q --leak-check=full) compiler

	read -r -a compiler <<<"${CC:-cc}"
	if ! command -v valgrind >/dev/null || ! build "${compiler[@]}"; then
		skip "valgrind is not there"
		return
	fi
	silent valgrind none "${command[@]}"
	silent valgrind none env GREENROOM_SLICES=overlap "${command[@]}"
	finds valgrind use-after-free 'Invalid write of size 1' "${command[@]}"
	finds valgrind uninitialised 'depends on uninitialised value' "${command[@]}"
	finds valgrind leak '123 bytes in 1 blocks are definitely lost' "${command[@]}"
}

for compiler in gcc clang; do
	check_address "$compiler"
	check_thread "$compiler"
done
check_valgrind
echo "1..$count"
