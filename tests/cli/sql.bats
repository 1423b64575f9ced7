#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# sql.bats - greenroom sql: formats, quoting, and what is refused.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	make_trace t.db
}

# prints EXPECTED STATEMENT [OPTION...]
prints() {
	local expected=$1
	shift
	run_greenroom sql t.db "$@"
	ends 0
	diff -u <(printf '%s\n' "$expected") stdout
}

@test "a table is aligned: numbers to the right, text to the left, by what is seen" {
	prints 'number  text
------  ------
     1  äöü
  22.5  漢字
        "long"' "SELECT 1 AS number, 'äöü' AS text UNION ALL SELECT 22.5, '漢字'
		UNION ALL SELECT NULL, '\"long\"'"
}

@test "several statements are several tables" {
	prints 'a
-
1

b
-
2' 'SELECT 1 AS a; SELECT 2 AS b'
}

@test "control characters do not reach the terminal" {
	prints 't
------
a?[31m' "SELECT 'a' || char(27) || '[31m' AS t"
}

@test "CSV is quoted" {
	prints 'a,b
"x,y","say ""hi"""
"two
lines",' "SELECT 'x,y' AS a, 'say \"hi\"' AS b UNION ALL SELECT 'two' || char(10) || 'lines', NULL" \
		--format=csv
}

@test "JSON has types, and is escaped" {
	prints '[{"n":1,"f":1.5,"t":"say \"hi\"\n","missing":null,"b":"00FF"},
 {"n":2,"f":2.5,"t":"","missing":null,"b":"01"}]' "SELECT 1 AS n, 1.5 AS f, 'say \"hi\"' || char(10) AS t,
		NULL AS missing, x'00ff' AS b UNION ALL SELECT 2, 2.5, '', NULL, x'01' -- the end" --format=json
	prints '[]' "SELECT 1 AS n WHERE 0;" --format=json
}

@test "JSON takes one SELECT" {
	run_greenroom sql t.db 'SELECT 1; SELECT 2' --format=json
	ends 2 'greenroom: --format=json takes one SELECT statement, and nothing else'
}

@test "lines" {
	prints '   a = 1
long = x

   a = 2
long = y' "SELECT 1 AS a, 'x' AS long UNION ALL SELECT 2, 'y'" --format=line
}

@test "no header" {
	prints '1  2' 'SELECT 1, 2' --no-header
	prints '1,2' 'SELECT 1, 2' --no-header --format=csv
}

@test "a statement from a file, and from standard input" {
	echo 'SELECT 7 AS seven' >script
	prints $'seven\n7' -f script --format=csv
	prints $'seven\n7' -f - --format=csv <script
	run_greenroom sql t.db -f missing
	ends 74 'greenroom: missing: No such file or directory'
	run_greenroom sql t.db 'SELECT 1' -f script
	ends_usage 'greenroom sql: a statement or --file, not both'
}

@test "without a statement: what there is" {
	run_greenroom sql t.db
	ends 0
	grep -qE '^table +tasklet ' stdout
	grep -qE '^view +channel_transfer +\{sender\} handed a value' stdout
}

@test "mistakes are told in one line" {
	run_greenroom sql t.db 'SELECT nonsense'
	ends 2 'greenroom: no such column: nonsense'
	run_greenroom sql t.db 'SELECT'
	ends 2 'greenroom: *'
	run_greenroom sql
	ends_usage 'greenroom sql: which trace? FILE comes first'
}

@test "a trace is only read" {
	before=$(cksum <t.db)
	for statement in 'DELETE FROM event' 'DROP TABLE event' 'PRAGMA user_version = 7' \
		'ATTACH "other.db" AS other' 'CREATE TABLE t(a)' 'VACUUM INTO "other.db"'; do
		run_greenroom sql t.db "$statement"
		ends 2 'greenroom: *'
	done
	[[ ! -e other.db && $(cksum <t.db) == "$before" ]]
}

# A trace of more than a million events.
make_long_trace() {
	"$greenroom" record -o long.db "$abs_top_builddir/tests/cli/talker" 100000 threads 2 >/dev/null 2>&1
	[[ $(sqlite3 long.db 'SELECT sum(events) FROM chunk_info') -gt 1000000 ]]
	run ! sqlite3 long.db 'SELECT count(*) FROM event'
}

questions="SELECT count(*), sum(a), sum(time_ns) FROM event;
	SELECT count(*), sum(bytes) FROM slice_save WHERE tasklet = 3;
	SELECT prev_name, next_name, cause, place, saved_bytes FROM switch WHERE seq < 100;
	SELECT thread, text FROM mark ORDER BY seq"

@test "--materialize: a long trace answers everybody, as it did before" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	make_long_trace
	run_greenroom sql --no-header --format=csv long.db "$questions"
	ends 0
	mv stdout before
	run_greenroom sql --materialize long.db
	ends 0
	[[ ! -s stdout && ! -e long.db-wal && ! -e long.db-journal ]]
	sqlite3 -csv long.db "$questions" | tr -d '\r"' | diff <(grep -v '^$' before) -
	run_greenroom sql --materialize --no-header long.db 'SELECT count(*) > 1000000 FROM event'
	[[ $(<stdout) == 1 ]]
	run_greenroom verify long.db
	ends 0
	run_greenroom sql --materialize missing.db
	ends 74 'greenroom: missing.db: No such file or directory'
}

@test "the extension: SQLite's shell reads a long trace" {
	local extension=$abs_top_builddir/.libs/greenroom_sqlite.so

	command -v sqlite3 >/dev/null || skip "no sqlite3"
	[[ -e $extension ]] || skip "built without shared libraries"
	! grep -qE '__(asan|tsan|ubsan)_' "$extension" || skip "the shell has no sanitizer"
	make_long_trace
	run_greenroom sql --no-header --format=csv long.db "$questions"
	ends 0
	sqlite3 -csv -cmd ".load $extension" long.db "$questions" 2>complaints | tr -d '\r"' |
		diff <(grep -v '^$' stdout) -
	[[ ! -s complaints ]]
	# Where there are rows it leaves them alone, and what is no trace it refuses.
	[[ $(sqlite3 -cmd ".load $extension" t.db 'SELECT count(*) FROM temp.sqlite_schema') == 0 ]]
	run ! sqlite3 -bail -cmd ".load $extension" new.db 'SELECT 1'
	[[ $output == *"not a greenroom trace"* ]]
	sqlite3 long.db 'CREATE TABLE mine(a)'
	run ! sqlite3 -bail -cmd ".load $extension" long.db 'SELECT 1'
	[[ $output == *'it holds a foreign table, "mine"'* ]]
}
