#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_words.sh - every source file names its licence in its first line (the second, after #!), and
# ends its lines cleanly.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

mapfile -t files < <(
	files_of '*.c' '*.h' '*.cpp' '*.S' '*.def' '*.map' '*.sql' '*.sh' '*.bash' '*.bats' '*.mk' \
		'*.in' '*.py' '*.gdb' '*.[1-8]'
	ls -d configure.ac Makefile.am bootstrap .clang-format .editorconfig .ci/run \
		build-aux/coverage build-aux/packages m4/greenroom_*.m4 2>/dev/null
)

unlicensed() {
	awk '
	FNR == 1 { licensed[FILENAME] = 0 }
	FNR <= 2 && /SPDX-License-Identifier: MIT/ && (FNR == 1 || shebang) { licensed[FILENAME] = 1 }
	FNR == 1 { shebang = /^#!/ }
	END {
		for (file in licensed)
			if (!licensed[file])
				print file ": no SPDX-License-Identifier: MIT at its top"
	}' "${files[@]}" | LC_ALL=C sort
}

rule "every source file names its licence" "$(unlicensed)"
rule "no blanks at the end of a line" \
	"$(grep -nE '[[:blank:]]+$' "${files[@]}" | cut -d : -f 1,2 || true)"
rules_end
