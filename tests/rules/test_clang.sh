#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_clang.sh - the other compiler reads every C file and has no warning.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

command -v clang >/dev/null || rules_skip_all "no clang"
[[ -n ${GREENROOM_CPPFLAGS:-} ]] || rules_skip_all "run by make check only"

read -r -a flags <<<"$GREENROOM_CPPFLAGS"
# Folders that the Makefile gives to one program only.
flags+=('-DGREENROOM_MAN_DIR=""' '-DGREENROOM_SOURCE_DIR=""')
source_dir=$PWD
[[ -n $(files_of '*.c') ]] || rules_skip_all "no sources"

read_all() {
	# play.c is a text to look at in the source pane: it is never compiled.
	files_of '*.c' | grep -v '^tests/screens/play.c$' | sed "s,^,$source_dir/," |
		(cd "$build_dir" && xargs -P 2 -n 8 clang "${flags[@]}" -std=gnu11 -fsyntax-only \
			-Wall -Wextra -Wshadow -Wstrict-prototypes 2>&1) | grep -E '(warning|error):' || true
}

rule "clang has no warning" "$(read_all)"
rules_end
