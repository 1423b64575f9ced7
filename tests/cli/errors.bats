#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# errors.bats - whatever is wrong: one line on stderr, the right exit code, no crash.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
}

# each_reader STATUS PATTERN FILE - all commands that read a trace say the same about FILE.
each_reader() {
	local reader

	for reader in 'explain' 'sql' 'plot timeline' 'plot stack-size' 'view --plain'; do
		# shellcheck disable=SC2086 # words on purpose
		run_greenroom $reader "$3"
		ends "$1" "$2" || {
			echo "by: $reader"
			return 1
		}
		[[ ! -s stdout ]]
	done
}

@test "no command: the list on stderr, exit code 2" {
	run_greenroom
	[[ $status -eq 2 && ! -s stdout ]]
	grep -q '^  record ' stderr
}

@test "--help: the list on stdout, exit code 0" {
	run_greenroom --help
	ends 0
	grep -q '^  record ' stdout
}

@test "--version, also behind a command" {
	run_greenroom --version
	ends 0
	[[ $(<stdout) == 'greenroom '[0-9]* ]]
	run_greenroom sql --version
	ends 0
	[[ $(<stdout) == 'greenroom '[0-9]* ]]
}

@test "a wrong command gets a did-you-mean" {
	run_greenroom recrod ./program
	ends 2 "greenroom: 'recrod' is no command; did you mean 'record'?"
	run_greenroom sq
	ends 2 "greenroom: 'sq' is no command; did you mean 'sql'?"
	run_greenroom xyzzy
	ends 2 "greenroom: 'xyzzy' is no command; 'greenroom --help' lists them"
	run_greenroom ''
	ends 2 "greenroom: '' is no command; *"
	run_greenroom $'re\e[31mcord\n'
	ends 2 "greenroom: 're?\[31mcord ' is no command; *"
	run_greenroom "$(printf 'x%.0s' {1..5000})"
	ends 2 "greenroom: 'xxx*"
}

@test "unknown options" {
	run_greenroom --colour
	ends_usage "greenroom: unrecognized option '--colour'"
	run_greenroom sql --colour
	ends_usage "greenroom sql: unrecognized option '--colour'"
	run_greenroom plot --size=3 timeline
	ends_usage "greenroom plot: unrecognized option '--size=3'"
}

@test "-C changes the directory" {
	mkdir sub
	run_greenroom -C sub sql missing.db
	ends 74 "greenroom: missing.db: No such file or directory"
	run_greenroom -C missing sql x.db
	ends 74 "greenroom: missing: No such file or directory"
	make_trace sub/x.db
	run_greenroom -C sub sql x.db 'SELECT 1 AS one' --format=csv
	ends 0
	[[ $(<stdout) == $'one\n1' ]]
}

@test "no such file" {
	each_reader 74 'greenroom: missing.db: No such file or directory' missing.db
}

@test "no file named, and none here" {
	run_greenroom plot timeline
	ends 74 'greenroom: there is no greenroom.db here; *greenroom record PROGRAM'
}

@test "a directory" {
	mkdir folder
	each_reader '[0-9]*' 'greenroom: folder: *' folder
}

@test "an empty file" {
	: >empty.db
	each_reader 4 'greenroom: empty.db: *' empty.db
}

@test "a text file" {
	seq 1000 >text.db
	each_reader 4 'greenroom: text.db: *' text.db
}

@test "an SQLite file of somebody else" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	sqlite3 foreign.db 'CREATE TABLE event(seq)'
	each_reader 4 'greenroom: foreign.db: *' foreign.db
}

@test "a trace of a newer version" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	make_trace newer.db
	sqlite3 newer.db 'PRAGMA user_version = 99'
	each_reader 4 'greenroom: newer.db: *' newer.db
}

@test "no permission" {
	local -a drop=()

	make_trace secret.db
	chmod 000 secret.db
	chmod 755 .
	if [[ $(id -u) -eq 0 ]]; then
		command -v setpriv >/dev/null || skip "root may read everything"
		drop=(setpriv --reuid=65534 --clear-groups)
		"${drop[@]}" test -x "$greenroom" || skip "the program is hidden from nobody"
	fi
	status=0
	"${drop[@]}" "$greenroom" sql secret.db >stdout 2>stderr || status=$?
	mapfile -t said <stderr
	ends 77 'greenroom: secret.db: Permission denied'
}

@test "a full disk behind stdout" {
	[[ -e /dev/full ]] || skip "no /dev/full"
	make_trace t.db
	for words in '--help' 'sql --help' 'sql t.db' 'plot timeline t.db --term=dumb' 'explain t.db'; do
		status=0
		# shellcheck disable=SC2086 # words on purpose
		"$greenroom" $words >/dev/full 2>stderr || status=$?
		mapfile -t said <stderr
		ends 74 'greenroom: cannot write to standard output: No space left on device'
	done
}

@test "a closed stdout" {
	make_trace t.db
	status=0
	"$greenroom" sql t.db >&- 2>stderr || status=$?
	mapfile -t said <stderr
	ends 74 'greenroom: cannot write to standard output*'
}

@test "a reader that went away is no error" {
	make_trace t.db pingpong 1000
	"$greenroom" sql t.db 'SELECT * FROM event' 2>stderr | head -1 >/dev/null
	[[ ! -s stderr ]]
	(
		trap '' PIPE
		"$greenroom" sql t.db 'SELECT * FROM event' 2>stderr || echo "$?" >code
	) | head -1 >/dev/null
	[[ ! -s stderr && ! -e code ]]
}

@test "a trace whose list of chunks is gone, or with a value that is too large" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	make_trace listless.db
	sqlite3 listless.db 'DELETE FROM chunk_info'
	each_reader 4 'greenroom: listless.db: damaged: *' listless.db
	make_trace large.db
	sqlite3 large.db 'UPDATE chunk SET data = zeroblob(300000000)'
	run_greenroom explain large.db
	ends 4 'greenroom: large.db: *'
}

@test "text that is no UTF-8 does not reach the screen, nor JSON" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	make_trace bytes.db
	sqlite3 bytes.db "UPDATE string SET text = CAST(x'f490808061ff' AS TEXT)"
	for format in table line json; do
		run_greenroom sql "--format=$format" bytes.db 'SELECT text FROM string'
		ends 0
		iconv -f UTF-8 -t UTF-32 stdout >/dev/null
		grep -q a stdout
	done
	sqlite3 bytes.db "UPDATE string SET text = replace(hex(zeroblob(200)), '0', char(28450))"
	run_greenroom view --plain bytes.db
	iconv -f UTF-8 -t UTF-32 stdout >/dev/null
}
