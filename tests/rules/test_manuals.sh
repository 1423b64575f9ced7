#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_manuals.sh - mandoc has nothing to say about the man pages.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

command -v mandoc >/dev/null || rules_skip_all "no mandoc"
mapfile -t pages < <(files_of '*.[1-8]')
[[ ${#pages[@]} -gt 0 ]] || rules_skip_all "no man pages"

# References between the pages are found only where they are installed.
rule "mandoc is silent" "$(mandoc -T lint -W warning "${pages[@]}" | grep -v 'referenced manual not found' || true)"
rules_end
