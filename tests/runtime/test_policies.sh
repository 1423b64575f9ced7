#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_policies.sh - the tests of whatever switches once more, where overlap only is the policy.
set -euo pipefail

read -r -a emulator <<<"${EMULATOR:-}"
tests=${abs_top_builddir:?run by make check, or set abs_top_builddir}/tests
export GREENROOM_SLICES=overlap
count=0

for test in oracle/oracle runtime/test_{frame,kill,many,misuse,rounding,run,stack,thread,value}; do
	count=$((count + 1))
	if output=$("${emulator[@]}" "$tests/$test" 2>&1); then
		echo "ok $count - $test"
	else
		printf '%s\n' "$output" | grep -v '^ok' | sed 's/^/# /'
		echo "not ok $count - $test"
	fi
done

# What the setting says has to be understood.
count=$((count + 1))
said=$(GREENROOM_SLICES=half "${emulator[@]}" "$tests/runtime/test_value" 2>&1 >/dev/null)
if [[ $said == 'greenroom: GREENROOM_SLICES=half is neither whole nor overlap: taken for whole' ]]; then
	echo "ok $count - another policy is refused, in one line"
else
	printf '# %s\n' "$said"
	echo "not ok $count - another policy is refused, in one line"
fi
echo "1..$count"
