#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_format.sh - C sources look as .clang-format says ("make format" makes them so). Versions
# disagree in details; 14, Debian 12's, decides.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

command -v clang-format-14 >/dev/null || rules_skip_all "no clang-format-14"

mapfile -t files < <(files_of '*.c' '*.h')
[[ ${#files[@]} -gt 0 ]] || rules_skip_all "no sources"

rule "the layout is clang-format's" \
	"$(clang-format-14 --dry-run -Werror "${files[@]}" 2>&1 | grep -E '(error|warning):' || true)"
rules_end
