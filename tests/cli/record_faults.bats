#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# record_faults.bats - greenroom record when the n-th call of the system fails, or the n-th allocation:
# for every n, and for some.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what record.bash sets and reads
bats_require_minimum_version 1.5.0
load record

faulty() {
	local kind=$1 at=$2 library=$abs_top_builddir/tests/cli/.libs/faulty_calls.so
	status=0
	FAULTY_COUNT=$PWD/count FAULTY_KIND=$kind FAULTY_CALL=$at LD_PRELOAD=$library \
		timeout 60 "$greenroom" record "$talker" 300 exit 7 >stdout 2>stderr || status=$?
}

# Whether all is as it should be after a fault: the program's exit code, or one that says why it was
# not started; a line about it; and if there is a trace, it can be read and every event fits.
is_sound() {
	case $status in
	7 | 4 | 74 | 77 | 126 | 127) ;;
	*) return 1 ;;
	esac
	[[ -s stderr ]] || return 1
	[[ ! -e greenroom.db || $("$oddities" greenroom.db) == 0 ]]
}

# Goes through faults number 1, 1 + STEP, ...; says which one does harm.
try_all() {
	local kind=$1 step=$2 at count
	[[ -e $abs_top_builddir/tests/cli/.libs/faulty_calls.so ]] || skip "not built"
	! grep -q __asan_init "$greenroom" || skip "a sanitizer wants to be first"
	faulty "$kind" 1000000000
	[[ $status -eq 7 ]]
	count=$(<count)
	[[ $count -gt 50 ]]
	for ((at = 1; at <= count; at += step)); do
		rm -f greenroom.db*
		faulty "$kind" "$at"
		is_sound || {
			echo "fault $at of $count: exit code $status: $(<stderr)"
			return 1
		}
	done
}

@test "every call of the system may fail" {
	try_all call 1
}

@test "allocations may fail" {
	if [[ ${GREENROOM_LONG-} ]]; then
		try_all memory 1
	else
		try_all memory 991
	fi
}
