# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# lib.bash - what the tests of the command line share.

bats_require_minimum_version 1.5.0

# In a folder of its own, with the program at hand.
cli_setup() {
	: "${abs_top_builddir:?run by make check}" "${abs_top_srcdir:?}"
	greenroom=$abs_top_builddir/greenroom
	[[ -x $greenroom ]] || skip "not built"
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# run_greenroom ARGUMENT... - what came of it is in status, the files stdout and stderr, and the array
# said.
run_greenroom() {
	status=0
	"$greenroom" "$@" >stdout 2>stderr || status=$?
	mapfile -t said <stderr
}

# ends STATUS [PATTERN] - the exit code, and the only line on stderr (none: there is none). Both are
# patterns.
ends() {
	local expected=${2-}
	local lines=$(($# - 1))

	# shellcheck disable=SC2053 # patterns
	if [[ $status == $1 && ${#said[@]} -eq $lines && ${said[0]-} == $expected ]]; then
		return
	fi
	echo "exit code $status, expected $1"
	printf 'said: %s\n' "${said[@]}"
	return 1
}

# The same, with the sentence that argp adds to a complaint about the command line.
ends_usage() {
	if [[ ${said[1]-} == 'Try `greenroom'* && ${said[-1]} == *information. ]]; then
		said=("${said[0]}")
	fi
	ends 2 "$1"
}

# make_trace FILE [SAMPLE [ARGUMENT...]] - records a sample.
make_trace() {
	local trace=$1 sample=$abs_top_builddir/samples/${2:-pingpong}

	[[ -x $sample ]] || skip "the sample is not built"
	"$greenroom" record -o "$trace" "$sample" "${@:3}" >/dev/null 2>&1
}
