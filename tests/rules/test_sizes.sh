#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_sizes.sh - no file over 500 lines, no function over 100: one concept a file, one thought a
# function. Tables (*.def, *_data.[ch]) may be as long as they are.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

file_lines=500
function_lines=100

mapfile -t files < <(files_of '*.c' '*.h' | grep -v '_data\.[ch]$')
[[ ${#files[@]} -gt 0 ]] || rules_skip_all "no sources"

# The house style puts a function's braces, and no others, alone in column 0.
long_functions() {
	awk -v limit="$function_lines" '
	FNR == 1 { start = 0 }
	/^[A-Za-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start + 1 > limit)
			printf "%s:%d: %s has %d lines\n", FILENAME, start, name, FNR - start + 1
		start = 0
	}' "${files[@]}"
}

long_files() {
	awk -v limit="$file_lines" '
	{ lines[FILENAME] = FNR }
	END {
		for (file in lines)
			if (lines[file] > limit)
				printf "%s: %d lines\n", file, lines[file]
	}' "${files[@]}" | LC_ALL=C sort
}

rule "no file has more than $file_lines lines" "$(long_files)"
rule "no function has more than $function_lines lines" "$(long_functions)"
rules_end
