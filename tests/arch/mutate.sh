#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# mutate.sh - whether test_registers would notice: spoils switch_*.S in one place after the other
# (an instruction that saves or restores a register is left out, or made to miss one of several; the
# room for a callee is left out), and expects the test to fail each time. Prints TAP.
#
#     tests/arch/mutate.sh PROCESSOR COMPILER [EMULATOR...]
#
# for example:
#     tests/arch/mutate.sh s390x s390x-linux-gnu-gcc qemu-s390x-static -L /usr/s390x-linux-gnu
# The compiler may have options: 'i686-linux-gnu-gcc -msse2'.
# shellcheck disable=SC2028 # the \t that echo prints are for sed
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
processor=$1
read -r -a compiler <<<"$2"
shift 2
emulator=("$@")
source=$root/libtrace/arch/switch_$processor.S
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Everything but the switch, once.
compile() {
	local file

	for file in tests/tap.c tests/arch/test_registers.c "tests/arch/probe_$processor.S"; do
		"${compiler[@]}" -std=gnu11 -D_GNU_SOURCE -O2 -iquote "$root" -iquote "$root/libtrace" \
			-iquote "$root/tests" -c -o "$work/$(basename "$file").o" "$root/$file"
	done
}

# passes SOURCE - whether the test passes with that switch. A wrong one may do anything. (The outer
# shell, which would report a crash, keeps quiet.)
passes() {
	"${compiler[@]}" -c -o "$work/switch.o" "$1"
	"${compiler[@]}" -o "$work/test" "$work"/*.c.o "$work"/probe*.o "$work/switch.o"
	{ timeout --kill-after=1 30 "${emulator[@]}" "$work/test" >"$work/output" 2>&1; } 2>/dev/null
}

# Lines of switch_stack that save or restore, as LINE:TEXT. No mutant is what makes no difference:
# the back chain on the side stack, loads only for a comparison, and r2 of Power, which is the same
# all over a program.
candidates() {
	awk '
		/^switch_stack:/ { inside = 1 }
		/^switch_forge:/ { inside = 0 }
		!inside || /^[ \t]*\./ { next }
		/%r31, 0\(%r1\)|%r30, 512|ld\t%r0, 512|%r2, 24\(%r1\)/ { next }
		{ word = $1 ~ /^[0-9]:$/ ? $2 : $1 }
		word ~ /^(pushq|popq|pushl|popl|push|pop|vpush|vpop|stp|ldp|str|msr|sd|ld|fsd|fld|sw|fscsr)$/ ||
		word ~ /^(std|stfd|lfd|stw|lwz|mtcrf|mtfsf|save_vector|restore_vector)$/ ||
		word ~ /^(stmg|lmg|stfpc|lfpc|stmxcsr|ldmxcsr|fnstcw|fldcw|vmsrne)$/ { print NR ":" $0 }
	' "$source"
}

# Sed scripts, one a line.
mutations() {
	local line text number

	while IFS=: read -r line text; do
		case $text in
		*pushq*) echo "${line}s/pushq.*/pushq \$0/" ;;
		*pushl*) echo "${line}s/pushl.*/pushl \$0/" ;;
		*popq*) echo "${line}s/popq.*/addq \$8, %rsp/" ;;
		*popl*) echo "${line}s/popl.*/addl \$4, %esp/" ;;
		*vpush*)
			for number in {8..15}; do
				echo "${line}s/\$/; str r3, [sp, #$((number * 8 - 64))]/"
			done
			;;
		*vpop*)
			for number in {8..15}; do
				echo "${line}s/^/vstr d$number, [sp, #$((number * 8 - 64))]; /"
			done
			;;
		*push*)
			for number in {4..11}; do
				echo "${line}s/\$/; str r3, [sp, #$((number * 4 - 12))]/"
			done
			;;
		*pop*)
			for number in {4..11}; do
				echo "${line}s/^/str r$number, [sp, #$((number * 4 - 12))]; /"
			done
			;;
		*stmg*)
			for number in {6..13}; do
				echo "${line}s/\$/; stg %r15, $((number * 8))(%r15)/"
			done
			;;
		*lmg*)
			for number in {6..13}; do
				echo "${line}s/^/stg %r$number, $((number * 8 + 72))(%r15); /"
			done
			;;
		*stp*x29* | *ldp*x29*) echo "${line}s/x29,/xzr,/" ;;
		*stp* | *ldp*)
			echo "${line}s/p\t\(.\)[0-9]*, \(.[0-9]*\), \[sp, #\([0-9]*\)/r\t\2, [sp, #\3+8/"
			echo "${line}s/p\t\(.[0-9]*\), .[0-9]*,/r\t\1,/"
			;;
		*) echo "${line}s/\t.*//" ;;
		esac
	done < <(candidates)
	case $processor in
	ppc64le)
		echo 's/addi\t%r1, %r4, -32/mr\t%r1, %r4/'
		echo 's/592/528/'
		;;
	s390x)
		echo 's/lay\t%r15, -160(%r3)/lgr\t%r15, %r3/'
		echo 's/lay\t%r3, -160(%r2)/lgr\t%r3, %r2/; s/-232/-72/; s/(232/(72/'
		;;
	esac
}

compile
if ! passes "$source"; then
	echo "Bail out! the test fails with the switch as it is"
	exit 1
fi
count=0
status=0
while read -r mutation; do
	count=$((count + 1))
	sed "$mutation" "$source" >"$work/mutant.S"
	if cmp -s "$source" "$work/mutant.S"; then
		echo "not ok $count - $mutation: changes nothing"
		status=1
	elif passes "$work/mutant.S"; then
		echo "not ok $count - $mutation"
		sed -n "${mutation%%[!0-9]*}p" "$source" | sed 's/^/# /'
		status=1
	else
		echo "ok $count - $mutation"
	fi
done < <(mutations)
echo "1..$count"
exit "$status"
