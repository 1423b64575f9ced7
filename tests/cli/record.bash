# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154
#
# record.bash - what the tests of greenroom record share: where things are, recording, waiting.

setup() {
	: "${abs_top_builddir:?run by make check}"
	greenroom=$abs_top_builddir/greenroom
	talker=$abs_top_builddir/tests/cli/talker
	family=$abs_top_builddir/tests/cli/family
	oddities=$abs_top_builddir/tests/cli/oddities
	cd "$BATS_TEST_TMPDIR" || exit 1
	[[ -x $greenroom && -x $talker ]] || skip "not built"
	command -v sqlite3 >/dev/null || skip "no sqlite3"
}

teardown() {
	[[ ! -e process ]] || kill -KILL "$(<process)" 2>/dev/null || true
	[[ -z ${mounted-} ]] || umount "$mounted"
}

# Whether the last run printed exactly one line on stderr that matches the pattern.
said() {
	[[ ${#stderr_lines[@]} -eq 1 && ${stderr_lines[0]} == "greenroom: "$1 ]] || {
		printf 'said: %s\n' "${stderr_lines[@]}"
		return 1
	}
}

# Whether that line is free of escapes.
said_plainly() {
	[[ ${stderr_lines[0]} != *$'\e'* ]]
}

# Records; what came of it is in status, stdout and stderr_lines.
record() {
	status=0
	"$greenroom" record "$@" >stdout 2>stderr || status=$?
	mapfile -t stderr_lines <stderr
}

# await COMMAND...: until it succeeds; a minute is never needed.
await() {
	local end=$((SECONDS + 60))
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.01
	done
}

sql() {
	sqlite3 "$@"
}

# Whether more than that many events can be read from the trace.
has_events() {
	[[ $(sql greenroom.db 'SELECT sum(events) FROM chunk_info') -gt $1 ]]
}

# Whether the process runs, and does not sleep.
is_running() {
	[[ $(cut -d' ' -f3 "/proc/$1/stat") == R ]]
}

# How many events of a kind there are.
count_of() {
	sql greenroom.db "SELECT count(*) FROM event e JOIN kind k ON k.id = e.kind WHERE k.name = '$1'"
}
