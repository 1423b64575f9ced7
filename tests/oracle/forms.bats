#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# forms.bats - the scenarios of the oracle, written as frames, by what their traces tell: nearly all
# suspensions are soft, each hard one is explained, and how tasklets are switched changes nothing in
# the order of events.
#
# shellcheck disable=SC2154 # what lib.bash sets

load ../cli/lib

setup_file() {
	[[ -x $abs_top_builddir/greenroom ]] || skip "not built"
	cd "$BATS_FILE_TMPDIR" || return
	mkdir soft hard
	"$abs_top_builddir/tests/oracle/oracle" --list >names
	while read -r name; do
		record soft "$name" || return
		record hard "$name" || return
	done <names
}

# record SWITCHING NAME
record() {
	GREENROOM_SWITCH=$1 "$abs_top_builddir/greenroom" record -o "$1/$2.db" \
		"$abs_top_builddir/tests/oracle/oracle" --frames "$2" >/dev/null 2>said || {
		cat said
		return 1
	}
}

setup() {
	cli_setup
	cd "$BATS_FILE_TMPDIR" || return
}

# query TRACE STATEMENT - the rows as CSV, without a header.
query() {
	"$greenroom" sql --no-header --format=csv "$1" "$2"
}

# The switches by which a tasklet other than a main was suspended.
suspensions="FROM tasklet_switch WHERE prev NOT IN (SELECT main FROM thread_start)
	AND cause NOT IN ('SWITCH_END', 'SWITCH_ERROR')"

# Two scenarios are left out that do nothing but yield, 600 times each: they would outweigh the others.
@test "over 90 % of the suspensions of frames are soft" {
	local name soft all softs=0 alls=0

	while read -r name; do
		[[ $name == 7[34]_* ]] && continue
		IFS=, read -r soft all < <(query "soft/$name.db" \
			"SELECT count(*) FILTER (WHERE mode LIKE 'MODE_SOFT_%'), count(*) $suspensions")
		((soft == all)) || echo "$name: $soft of $all"
		((softs += soft, alls += all))
	done <names
	echo "# $softs of $alls suspensions are soft: $((softs * 100 / alls)) %" >&3
	((alls > 100 && softs * 100 > alls * 90))
}

# The frame and, unless the setting was the reason, the C function that stood in the way.
@test "each hard suspension is preceded by the frame that forced it" {
	local name total=0

	while read -r name; do
		for switching in soft hard; do
			query "$switching/$name.db" "SELECT '$switching', '$name', seq, prev_name,
				(SELECT frame_text IS NOT NULL AND (cause = 'FORCE_SETTING'
						OR function_text IS NOT NULL) FROM frame_force
					WHERE tasklet = prev AND frame_force.seq = (SELECT max(seq) FROM event
						WHERE thread = tasklet_switch.thread AND seq < tasklet_switch.seq))
				$suspensions AND mode LIKE 'MODE_HARD_%'"
		done
	done <names >explained
	cat explained
	total=$(wc -l <explained)
	((total > 100)) && ! grep -v ',1$' explained
}

# events TRACE - the fields of all events, a line each, in the order in which they happened. What
# switching softly or hard makes different is left out: slices, why a switch was hard, the mode of a
# switch, where in memory a stack lies; and the thread's number in the operating system. Places are
# told by their words, since those of frame_force have numbers too.
events() {
	query "$1" "
		WITH told AS (
			SELECT seq, kind.name AS kind, field.number, field.name, field.type,
				CASE field.position WHEN 'SMALL' THEN small WHEN 'A' THEN a WHEN 'B' THEN b
					WHEN 'C' THEN c WHEN 'D' THEN d WHEN 'E' THEN e END AS value
			FROM event JOIN kind ON kind.id = event.kind JOIN field ON field.kind = event.kind
			WHERE kind.name NOT IN ('slice_save', 'slice_restore', 'frame_force')
				AND field.type NOT IN ('switch_mode', 'address')
				AND field.name <> 'os_thread')
		SELECT kind, name, CASE WHEN type = 'place' AND value <> 0
			THEN (SELECT function || ' ' || file || ':' || line FROM place WHERE id = value)
			ELSE value END
		FROM told ORDER BY seq, number"
}

# Between threads the order is chance; and a few scenarios are about what hard switching forbids.
@test "the order of events is the same, soft and hard" {
	local name

	while read -r name; do
		[[ -e $abs_top_srcdir/tests/oracle/expected/hard/$name.out ]] && continue
		(($(query "soft/$name.db" "SELECT count(*) FROM thread") == 1)) || continue
		events "soft/$name.db" >soft.events
		events "hard/$name.db" >hard.events
		[[ $(wc -l <soft.events) -gt 4 ]]
		diff -u soft.events hard.events || {
			echo "$name differs"
			return 1
		}
	done <names
}
