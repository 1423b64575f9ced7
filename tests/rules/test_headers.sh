#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_headers.sh - every header can be included first, or twice; the public one needs nothing of
# ours, in strict C and in C++.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -r -a flags <<<"${GREENROOM_CPPFLAGS:-}"
read -r -a c_compiler <<<"${CC:-cc}"
read -r -a cxx_compiler <<<"${CXX:-c++}"
source_dir=$PWD

# compile HEADER COMPILER... - complaints of the compiler about a file that includes only that.
compile() {
	local header=$source_dir/$1
	shift
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		(cd "$build_dir" && "$@" -fsyntax-only -Wall -Wextra -Werror - 2>&1) || true
}

alone() {
	local header

	while read -r header; do
		compile "$header" "${c_compiler[@]}" -std=gnu11 "${flags[@]}" -x c
	done < <(files_of '*.h')
}

rule "every header compiles alone" "$(alone)"
rule "greenroom.h is strict C" \
	"$(compile libtrace/greenroom.h "${c_compiler[@]}" -std=c11 -pedantic -x c)"
if command -v "${cxx_compiler[0]}" >/dev/null 2>&1; then
	rule "greenroom.h is C++" \
		"$(compile libtrace/greenroom.h "${cxx_compiler[@]}" -std=c++11 -x c++)"
fi
rules_end
