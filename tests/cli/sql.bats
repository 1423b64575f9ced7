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
