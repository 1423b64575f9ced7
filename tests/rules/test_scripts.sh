#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_scripts.sh - shellcheck has nothing to say about any script.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

command -v shellcheck >/dev/null || rules_skip_all "no shellcheck"

mapfile -t files < <(
	files_of '*.sh' '*.bash' '*.bats'
	ls -d bootstrap .ci/run build-aux/coverage 2>/dev/null
)

rule "shellcheck is silent" "$(shellcheck -x --format=gcc "${files[@]}" || true)"
rules_end
