#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# deep.bats - what a switch copies, as the trace tells it: so many bytes, and as many more for each
# level of calls.
#
# shellcheck disable=SC2154 # what lib.bash sets

load ../cli/lib

setup() {
	cli_setup
}

# traced_bytes DEPTH - how many bytes of the diver's stack were saved, by the trace of a run.
traced_bytes() {
	make_trace "deep$1.db" deep "$1"
	"$greenroom" sql --no-header --format=csv "deep$1.db" \
		"SELECT bytes + kept FROM slice_save WHERE tasklet_name = 'diver'"
}

@test "the trace has the bytes that the program says" {
	local said traced

	# One run: with a recorder the way to the switch can be a line of 64 bytes longer.
	said=$("$greenroom" record -o said.db "$abs_top_builddir/samples/deep" 30)
	traced=$("$greenroom" sql --no-header --format=csv said.db \
		"SELECT bytes + kept FROM slice_save WHERE tasklet_name = 'diver'")
	[[ $said == "depth 30: $traced bytes saved"* ]]
}

# A slice begins at a multiple of 64 bytes, so a sum may be off by one such line.
@test "every level adds the same number of bytes" {
	local first last bytes depth expected

	first=$(traced_bytes 0)
	last=$(traced_bytes 160)
	((first > 0 && last > first))
	for depth in 40 80 120; do
		bytes=$(traced_bytes "$depth")
		expected=$((first + (last - first) * depth / 160))
		echo "depth $depth: $bytes bytes, expected $expected"
		((bytes >= expected - 64 && bytes <= expected + 64))
	done
}

# 64 levels of any size are a multiple of 64 bytes.
@test "64 levels more cost the same, to the byte" {
	local -a bytes=()
	local depth

	for depth in 0 64 128 192; do
		bytes+=("$(traced_bytes "$depth")")
	done
	echo "${bytes[*]}"
	((bytes[2] - bytes[1] == bytes[1] - bytes[0] && bytes[3] - bytes[2] == bytes[1] - bytes[0]))
}
