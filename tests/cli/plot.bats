#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# plot.bats - greenroom plot: pictures of every kind, ranges, hostile names, missing helpers.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	command -v gnuplot >/dev/null || skip "no gnuplot"
	make_trace t.db
}

# begins FILE BYTES - what a file begins with says what it is.
begins() {
	[[ $(head -c "${#2}" "$1" | tr -d '\0') == "$2" ]]
}

@test "the suffix says what kind of picture" {
	for kind in timeline stack-size; do
		for name in p.svg p.png p.pdf; do
			run_greenroom plot "$kind" t.db -o "$name"
			ends 0 "greenroom: $name is drawn"
		done
		begins p.svg '<?xml'
		begins p.png $'\x89PNG'
		begins p.pdf '%PDF'
	done
	run_greenroom plot timeline t.db -o p.jpg
	ends_usage "greenroom plot: what kind of file is 'p.jpg'?*"
}

@test "the picture is named after the trace" {
	run_greenroom plot timeline t.db
	ends 0 'greenroom: t-timeline.svg is drawn'
	begins t-timeline.svg '<?xml'
}

@test "text goes to standard output, a row a tasklet" {
	run_greenroom plot timeline t.db --term=dumb --width=80
	ends 0
	grep -qE '^ +T1 "main" \|.*#' stdout
	grep -qE '^ +T[0-9]+ "ping" \|.*#' stdout
	run_greenroom plot stack-size t.db --term=dumb
	ends 0
	grep -q 'copied to the heap' stdout
}

@test "a range" {
	run_greenroom plot timeline t.db --from=10 --to=20 --keep -o p.svg
	ends 0 '*is drawn'
	grep -q 'events 10 to 20' p.svg.gp
	run_greenroom plot timeline t.db --from=100% -o one.svg
	ends 0 '*is drawn'
	run_greenroom plot timeline t.db --from=100% --term=dumb
	ends 0
	run_greenroom plot timeline t.db --from=20 --to=10
	ends 2 'greenroom: there is no event in that range'
	run_greenroom plot timeline t.db --from=1h
	ends 2 "greenroom: '1h' is no position; *"
	run_greenroom plot timeline t.db --from=here
	ends 2 "greenroom: 'here' is no position; *"
}

@test "--keep leaves what gnuplot needs to draw it again" {
	run_greenroom plot timeline t.db --keep -o p.png
	ends 0 '*is drawn'
	rm p.png
	gnuplot p.png.gp
	begins p.png $'\x89PNG'
}

@test "--top puts the others of a thread into one row" {
	run_greenroom plot timeline t.db --top=1 --term=dumb
	ends 0
	grep -q '2 others' stdout
	grep -q '1 of 3 tasklets' stdout
}

@test "names cannot give gnuplot orders" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	# Names as a hostile file might have them.
	sqlite3 t.db "UPDATE string SET text =
		'''; set output ''owned''; system(''touch owned''); \`touch owned\` %s %n @x {/=99 } \\' || char(10) || 'x'"
	cp t.db "it's \`touch owned\`.db"
	for file in t.db "it's \`touch owned\`.db"; do
		run_greenroom plot timeline "$file" -o p.svg
		ends 0 'greenroom: p.svg is drawn'
		run_greenroom plot timeline "$file" --term=dumb --keep
		ends 0
	done
	[[ ! -e owned ]]
}

@test "no gnuplot: exit code 69 and a hint" {
	mkdir empty
	status=0
	PATH=$PWD/empty "$greenroom" plot timeline t.db 2>stderr || status=$?
	mapfile -t said <stderr
	ends 69 'greenroom: gnuplot is not installed (*)'
}

@test "places where nothing can be written" {
	run_greenroom plot timeline t.db -o missing/p.svg
	ends 74 'greenroom: missing/p.svg: No such file or directory'
	[[ -e /dev/full ]] || return 0
	run_greenroom plot timeline t.db --term=png -o /dev/full
	ends 74 'greenroom: /dev/full: No space left on device'
}

@test "wrong words" {
	run_greenroom plot timelin t.db
	ends_usage "greenroom plot: 'timelin' is no plot; did you mean 'timeline'?"
	run_greenroom plot
	ends_usage 'greenroom plot: which plot? timeline or stack-size'
	run_greenroom plot timeline t.db --term=jpeg
	ends_usage "greenroom plot: --term takes svg, png, pdf or dumb, not 'jpeg'"
	run_greenroom plot timeline t.db --width=0
	ends_usage "greenroom plot: '0' is no number from 1 to 20000"
}
