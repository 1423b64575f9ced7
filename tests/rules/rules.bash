# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# rules.bash - what the tests of the house rules share: which files there are, and TAP.
#
# A rule test collects its complaints, one a line, and hands them to `rule`: no complaint, the rule
# holds. The tests run from the source tree, so that the complaints name files as git does.

set -euo pipefail

# Relative words in the compiler flags count from where make runs.
# shellcheck disable=SC2034 # for those who source this
build_dir=${abs_top_builddir:-$PWD}
cd "${abs_top_srcdir:?run by make check, or set abs_top_srcdir}"

rule_count=0
rule_status=0

# rule NAME COMPLAINTS - one line of TAP, the complaints as diagnostics below it.
rule() {
	local name=$1 complaints=$2

	rule_count=$((rule_count + 1))
	if [[ -z $complaints ]]; then
		echo "ok $rule_count - $name"
		return
	fi
	rule_status=1
	echo "not ok $rule_count - $name"
	printf '%s\n' "$complaints" | sed 's/^/# /'
}

# The last line of every rule test.
rules_end() {
	echo "1..$rule_count"
	exit "$rule_status"
}

# Ends a test that cannot say anything here.
rules_skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# files_of PATTERN... - files of the source folders whose name matches one of the shell patterns,
# sorted. An unpacked release has no git to ask.
files_of() {
	local pattern
	local -a match=()

	for pattern in "$@"; do
		match+=(-o -name "$pattern")
	done
	find libtrace recorder viewer tests samples docs \
		-type f \( "${match[@]:1}" \) -print | LC_ALL=C sort
}
