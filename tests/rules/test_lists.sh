#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_lists.sh - every source file stands in the local.mk of its folder: what is not listed is
# neither built nor released.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

# Test programs and samples are listed by the name of the program, without ".c".
unlisted() {
	local file folder name lists

	while read -r file; do
		folder=${file%%/*}
		name=${file#*/}
		lists=$(grep -hv '^#' "$folder/local.mk")
		# The program of a folder may be put together from files of another.
		if [[ $folder == recorder ]]; then
			lists+=$(grep -hv '^#' viewer/local.mk | sed -n 's,recorder/,%D%/,p')
		fi
		if ! grep -qE "%D%/${name//./\\.}( |\$)|%D%/${name%.c}( |\$)" <<<"$lists"; then
			echo "$file: not in $folder/local.mk"
		fi
	done < <(files_of '*.c' '*.h' '*.S' '*.def' '*.sql' '*.map' '*.sh' '*.bash' '*.bats' '*.[1-8]')
}

rule "every source file is listed in a local.mk" "$(unlisted)"
rules_end
