#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# verify.bats - greenroom verify: what it finds, and that a recording survives any death.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	chatter=$abs_top_builddir/tests/cli/chatter
	segment_total=$abs_top_builddir/tests/cli/segment_total
}

teardown() {
	[[ -z ${recorder-} ]] || kill -KILL "$recorder" 2>/dev/null || true
	[[ -z ${program-} ]] || kill -KILL "$program" 2>/dev/null || true
}

number() {
	sqlite3 "$1" "SELECT coalesce(($2), 0)"
}

# finds PATTERN [FILE] - verify says nothing but that, besides the summary, and exits with 4.
finds() {
	run_greenroom verify "${2-t.db}"
	# shellcheck disable=SC2053 # a pattern
	[[ $status -eq 4 && $(wc -l <stdout) -eq 2 && $(head -1 stdout) == ${2-t.db}": "$1 ]] || {
		cat stdout stderr
		return 1
	}
}

# A trace of several chunks, and of more than one thread, whose tables can be written to.
make_long_trace() {
	local talker=$abs_top_builddir/tests/cli/talker

	"$greenroom" record -o t.db "$talker" 20000 threads 2 >/dev/null 2>&1
	[[ $(number t.db 'SELECT count(*) FROM chunk') -gt 5 ]]
}

# damage STATEMENT...
damage() {
	sqlite3 t.db "PRAGMA secure_delete = OFF" "$@" >/dev/null
}

# holds FILE EVENTS LOST - what is in a trace that has been recovered.
holds() {
	[[ $(number "$1" 'SELECT sum(events) FROM chunk_info') -eq $2 &&
		$(number "$1" 'SELECT sum(count) FROM loss') -eq $3 ]] || {
		echo "$1: $(number "$1" 'SELECT sum(events) FROM chunk_info') events," \
			"$(number "$1" 'SELECT sum(count) FROM loss') lost"
		return 1
	}
}

@test "a trace that is whole" {
	make_trace t.db
	run_greenroom verify t.db
	ends 0
	[[ $(<stdout) == 't.db: '*' events in '*' chunks, 0 keyframes, 0 lost while recording: whole' ]]
	mv t.db greenroom.db
	run_greenroom verify
	ends 0
}

@test "what is no trace" {
	echo text >t.db
	run_greenroom verify t.db
	ends 4 'greenroom: t.db: not a greenroom trace'
	run_greenroom verify missing.db
	ends 74 'greenroom: missing.db: No such file or directory'
	run_greenroom verify --recover out.db t.db
	ends 4 'greenroom: t.db: not a greenroom trace'
	[[ ! -e out.db ]]
	run_greenroom verify t.db t.db
	ends_usage 'greenroom verify: one trace, please'
}

@test "every table is looked at" {
	local statement pattern

	make_long_trace
	cp t.db whole.db
	while IFS='|' read -r statement pattern; do
		cp whole.db t.db
		damage "$statement"
		finds "$pattern" || {
			echo "after $statement"
			false
		}
	done <<-'END'
		UPDATE chunk_info SET switches = switches + 1 WHERE first_seq = 16385|table chunk_info is wrong about events 16385 to 32768
		UPDATE chunk_info SET time_last_ns = time_last_ns + 1 WHERE first_seq = 1|table chunk_info is wrong about events 1 to 16384
		DELETE FROM chunk_info WHERE first_seq = 16385|table chunk_info does not know events 16385 to 32768
		INSERT INTO chunk_info SELECT 5, events, time_first_ns, time_last_ns, 0, 0, 0, 0, 0, 0 FROM chunk_info LIMIT 1|table chunk_info has a row for event 5, table chunk has none
		UPDATE chunk_set SET tasklets = x'01' WHERE first_seq = 1|table chunk_set is wrong about events 1 to 16384
		DELETE FROM chunk_set WHERE first_seq = 1|table chunk_set does not know events 1 to 16384
		UPDATE tasklet SET switches = switches + 1 WHERE id = 3|table tasklet is wrong about tasklet 3
		DELETE FROM tasklet WHERE id = 4|table tasklet is wrong about tasklet 4
		UPDATE thread SET events = 7 WHERE id = 2|table thread is wrong about thread 2
		INSERT INTO channel(id) VALUES(77)|table channel is wrong about channel 77
		INSERT INTO keyframe VALUES(5, x'00')|the keyframe of event 5 is damaged
		INSERT INTO keyframe VALUES(999999999, x'00')|there is a keyframe of event 999999999, which is not there
		UPDATE event SET a = a + 1 WHERE seq = 20000|table event differs from the chunks from event 20000 on
		DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)|table event differs from the chunks from event * on
		INSERT INTO event SELECT 9999999, time_ns, thread, kind, small, a, b, c, d, e FROM event LIMIT 1|table event differs from the chunks from event * on
		DELETE FROM place WHERE id = 1|events speak of place 1, which is not in its table
		INSERT INTO loss VALUES(0, 5, 4, 3)|row 1 of table loss makes no sense
	END
}

@test "a chunk that is damaged, missing, or in another's place" {
	make_long_trace
	cp t.db whole.db
	damage "UPDATE chunk SET data = substr(data, 1, 500) || x'ff00ff00' || substr(data, 505) WHERE first_seq = 16385"
	finds 'the chunk of event 16385 is damaged' || true
	grep -q 'the chunk of event 16385 is damaged' stdout
	grep -q 'events 16385 to 32768 are missing' stdout
	cp whole.db t.db
	damage "DELETE FROM chunk WHERE first_seq = 16385; DELETE FROM chunk_info WHERE first_seq = 16385;
		DELETE FROM chunk_set WHERE first_seq = 16385"
	finds 'events 16385 to 32768 are missing'
	cp whole.db t.db
	damage "UPDATE chunk SET data = (SELECT data FROM chunk WHERE first_seq = 1) WHERE first_seq = 16385"
	run_greenroom verify t.db
	[[ $status -eq 4 ]]
	grep -q 'the chunk of event 16385 is damaged' stdout
}

@test "--recover: everything but the damaged chunk, and the hole is counted" {
	make_long_trace
	local total
	total=$(number t.db 'SELECT count(*) FROM event')
	cp t.db whole.db
	damage "UPDATE chunk SET data = x'00' WHERE first_seq = 16385"
	cp t.db before.db
	run_greenroom verify --recover out.db t.db
	ends 0
	cmp t.db before.db
	holds out.db $((total - 16384)) 16384
	[[ $(number out.db 'SELECT count(*) FROM loss') -eq 1 ]]
	run_greenroom verify out.db
	ends 0
	# What is there is what was there, in order.
	sqlite3 whole.db 'SELECT time_ns, thread, kind, small, a, b, c, d, e FROM event WHERE seq NOT BETWEEN 16385 AND 32768 ORDER BY seq' >expected
	sqlite3 out.db 'SELECT time_ns, thread, kind, small, a, b, c, d, e FROM event ORDER BY seq' | cmp - expected
	# The last one, and all that the directory says of it.
	cp whole.db t.db
	damage "DELETE FROM chunk WHERE first_seq = (SELECT max(first_seq) FROM chunk)"
	run_greenroom verify --recover out2.db t.db
	ends 0
	[[ $(($(number out2.db 'SELECT sum(events) FROM chunk_info') + $(number out2.db 'SELECT sum(count) FROM loss'))) -eq $total ]]
	run_greenroom verify --recover out.db t.db
	ends 74 'greenroom: out.db: File exists'
}

@test "--recover: pages overwritten anywhere" {
	make_long_trace
	local total size page out
	total=$(number t.db 'SELECT count(*) FROM event')
	size=$(number t.db 'SELECT page_count FROM pragma_page_count')
	cp t.db whole.db
	RANDOM=7
	for page in 2 3 4 5 $((RANDOM % size)) $((RANDOM % size)) $((RANDOM % size)) $((size - 1)); do
		((page > 1)) || continue
		cp whole.db t.db
		dd if=/dev/urandom of=t.db bs=16384 seek="$page" count=1 conv=notrunc 2>/dev/null
		out=out$page.db
		rm -f "$out"
		run_greenroom verify --recover "$out" t.db
		if [[ $status -ne 0 ]]; then
			ends 4 'greenroom: t.db: *'
			continue
		fi
		run_greenroom verify "$out"
		[[ $(number "$out" 'SELECT sum(events) FROM chunk_info') -le $total ]]
	done
}

# begin OPTION... - records the chatter; its recorder and program are told, once it talks.
begin() {
	rm -f greenroom.db* made out.db*
	"$greenroom" record "${@:2}" "$chatter" "$1" made >/dev/null 2>&1 3>&- &
	recorder=$!
	local end=$((SECONDS + 60))
	until [[ -s made ]]; do
		((SECONDS < end))
		kill -0 "$recorder"
	done
	program=$(pgrep -P "$recorder")
}

last_mark() {
	sqlite3 "$1" "SELECT coalesce(max(cast(substr(text, 6) AS INTEGER)), 0) FROM mark"
}

made() {
	od -An -t u8 made | tr -d ' '
}

# Whether out.db holds, or counts as lost, all that the segment says was fired.
accounts() {
	local fired recorded lost

	fired=$("$segment_total" greenroom.db.segment)
	recorded=$(number out.db 'SELECT sum(events) FROM chunk_info')
	lost=$(number out.db 'SELECT sum(count) FROM loss')
	if ((recorded + lost != fired)); then
		echo "$recorded recorded + $lost lost != $fired fired"
		return 1
	fi
	run_greenroom verify out.db
	[[ $status -eq 0 ]] || {
		cat stdout stderr
		return 1
	}
}

recover() {
	rm -f out.db
	run_greenroom verify --recover out.db
	ends 0
}

kill_and_wait() {
	kill -KILL "$@" 2>/dev/null || true
	wait "$recorder" 2>/dev/null || true
}

# One death at a random moment: of the program, of the recorder, or of both.
die() {
	local -a options=(--ring=4K --ring=64K --ring=4M)
	local option=${options[RANDOM % 3]} full=wait threads=$((RANDOM % 3 + 1)) victim=$((RANDOM % 3))

	((RANDOM % 3)) || full=drop
	what="$option --on-full=$full, $threads threads, victim $victim"
	begin "$threads" "$option" --on-full=$full
	sleep "0.$(printf '%03d' $((RANDOM % 150)))"
	case $victim in
	0) # the program: its recorder completes the trace
		kill_and_wait "$program"
		[[ ! -e greenroom.db.segment ]]
		run_greenroom verify
		[[ $status -eq 0 ]]
		[[ $full == drop ]] || (($(number greenroom.db 'SELECT sum(count) FROM loss') == 0))
		;;
	1) # the recorder; the program goes on, and is there while the trace is recovered
		kill_and_wait "$recorder"
		recover
		run_greenroom verify out.db
		[[ $status -eq 0 ]]
		kill -KILL "$program"
		while kill -0 "$program" 2>/dev/null; do :; done
		recover
		accounts
		;;
	2)
		kill_and_wait "$recorder" "$program"
		while kill -0 "$program" 2>/dev/null; do :; done
		recover
		accounts
		recover # nothing has been changed
		accounts
		;;
	esac
	recorder='' program=''
}

@test "kill -9 of program and recorder at random moments" {
	local rounds=20 i
	[[ -z ${GREENROOM_LONG-} ]] || rounds=1000
	RANDOM=${GREENROOM_SEED:-$SRANDOM}
	for ((i = 0; i < rounds; i++)); do
		die || {
			echo "round $i: $what"
			ls -l
			false
		}
	done
}

@test "kill -9: the last mark the program made is the last one in the trace" {
	begin 1
	kill_and_wait "$program"
	local mark
	mark=$(last_mark greenroom.db)
	(($(made) <= mark && mark <= $(made) + 1))
	begin 1
	kill_and_wait "$recorder" "$program"
	while kill -0 "$program" 2>/dev/null; do :; done
	recover
	accounts
	if (($(number out.db 'SELECT sum(count) FROM loss') == 0)); then
		mark=$(last_mark out.db)
		(($(made) <= mark && mark <= $(made) + 1))
	fi
	# The tables that are made at the end are there, and the names.
	(($(number out.db "SELECT switches FROM tasklet WHERE name = 'left'") > 0))
	[[ $(sqlite3 out.db "SELECT count(*) FROM place WHERE function = 'talk'") -ge 1 ]]
}

@test "a trace is not recovered while it is being recorded" {
	begin 1
	run_greenroom verify --recover out.db
	ends 74 'greenroom: greenroom.db: it is being recorded'
	[[ ! -e out.db ]]
	run_greenroom verify
	grep -q 'greenroom.db: it is being recorded: this is how far it has come' stdout
	[[ $status -eq 0 ]]
	kill_and_wait "$recorder" "$program"
	run_greenroom verify
	[[ $status -eq 4 ]]
	grep -q 'greenroom.db: its recorder was killed: --recover completes it' stdout
}

@test "a segment of another recording is left alone" {
	begin 1
	kill_and_wait "$recorder" "$program"
	while kill -0 "$program" 2>/dev/null; do :; done
	mv greenroom.db.segment kept
	begin 1
	# Before its first commit the trace does not know whose it is.
	until [[ $(sqlite3 greenroom.db "SELECT count(*) FROM meta WHERE name = 'process'") == 1 ]]; do
		:
	done
	kill_and_wait "$recorder" "$program"
	while kill -0 "$program" 2>/dev/null; do :; done
	mv kept greenroom.db.segment
	recover
	run ! grep -q segment stdout
	# Nor is one that is no segment at all.
	echo nonsense >greenroom.db.segment
	recover
	run_greenroom verify out.db
	ends 0
}
