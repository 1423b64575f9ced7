#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# view.bats - the viewer: what its screens look like, what its keys do, and that the terminal is
# as before when it is gone.
# shellcheck source-path=SCRIPTDIR source=screens.bash

load screens.bash

bats_require_minimum_version 1.5.0

setup() {
	screens_setup
}

teardown() {
	terminal_end
	[[ -z ${recorder-} ]] || kill "$recorder" 2>/dev/null || true
}

# ------------------------------------------------------------------------------------ screens

@test "the first screen says what is to come" {
	play --screenshot start.screen </dev/null
	is_golden start.screen
}

@test "a tasklet blocks, and leaves the ring" {
	play --at '#14' --screenshot block.screen <<<e
	is_golden block.screen
}

@test "a slice is saved, and comes back to its addresses" {
	play <<-EOF
		:#16
		:screenshot save.screen
		:#26
		e
		:screenshot restore.screen
	EOF
	is_golden save.screen
	is_golden restore.screen
}

@test "large screens show the events and the timeline too" {
	play --at '#30' --size 120x40 --screenshot large.screen </dev/null
	is_golden large.screen
}

@test "small screens show one pane and the sentence" {
	play --size 40x10 <<-EOF
		:#30
		:screenshot small.screen
		Tab
		:screenshot small_stack.screen
	EOF
	is_golden small.screen
	is_golden small_stack.screen
}

@test "ASCII shows the same in the same places" {
	play --ascii --at '#26' --screenshot ascii.screen </dev/null
	[[ -z $(LC_ALL=C tr -d '\n -~' <ascii.screen) ]]
	play --at '#26' --screenshot utf8.screen </dev/null
	[[ $(wc -l <ascii.screen) -eq $(wc -l <utf8.screen) ]]
	is_golden ascii.screen
}

@test "the help is about the pane, and lists every key" {
	play --size 80x90 <<-EOF
		4 ?
		:screenshot help.screen
	EOF
	is_golden help.screen
	"${greenroom:?}" view --keys | grep -E '^  ' | while read -r key _; do
		grep -qF -- " $key " help.screen
	done
}

@test "zoom gives a pane the whole screen" {
	play <<-EOF
		:#30
		5 z
		:screenshot zoom.screen
	EOF
	is_golden zoom.screen
}

@test "every pane, small and large" {
	for size in 80x24 120x40; do
		for pane in 1 2 3 4 5 6 7 8 9 u; do
			printf ':size %s\n:#30\n%s z\n:screenshot one.screen\n' "$size" "$pane" | play
			cat one.screen
		done >"panes$size.screen"
		is_golden "panes$size.screen"
	done
}

@test "names cannot get at the terminal" {
	make_trace hostile
	"$greenroom" view hostile.db --at '#30' --screenshot hostile.screen
	[[ -z $(LC_ALL=C tr -cd '\1-\11\13-\37\177' <hostile.screen) ]]
	iconv -f UTF-8 -t UTF-8 hostile.screen >/dev/null
	is_golden hostile.screen
}

@test "a trace without events says so" {
	make_trace empty
	"$greenroom" view empty.db --screenshot empty.screen --script - <<<'Right Left n t c G Space Tick'
	grep -q 'This trace holds no events' empty.screen
}

# --------------------------------------------------------------------------------------- keys

# at: the number of the event that a screen shows.
at() {
	sed -n '1s/.*  #\([0-9]*\)\/.*/\1/p' "$1"
}

# goes KEYS EVENT: whether these keys, from the start, lead to that event.
goes() {
	printf '%s\n:screenshot moved\n' "$1" | play
	[[ $(at moved) == "$2" ]] || {
		printf '%s led to %s, not %s\n' "$1" "$(at moved)" "$2"
		return 1
	}
}

@test "keys move" {
	goes 'Right' 1
	goes 'l*5 h' 4
	goes 'Left' 0
	goes 'G' 49
	goes 'End Right' 49
	goes 'G g' 0
	goes 'n' 11
	goes 'n n' 15
	goes 'n n N' 11
	goes 'Right*14 t' 15
	goes 'Right*14 t t' 16
	goes 'Right*14 c' 15
	goes 'Right*14 c c' 18
	goes 'Right*14 C' 2
	goes '7 Down*3 Up' 2
}

@test "positions are typed" {
	goes ':#17' 17
	goes ':17' 17
	goes ':100%' 49
	goes ':nonsense' 0
	goes 'Left : 1 Esc' 0
	goes 'Left : 1 7 Enter' 17
	goes 'Left : 1 7 Backspace Enter' 1
}

@test "words are found, forward and back" {
	goes '/made job' 27
	goes '/CONSUMER' 6
	goes $'/jobs\n]' 14
	goes $'/jobs\n] ] [' 14
	goes '/no such words' 0
	goes 'Left / m a d e Esc' 0
	goes 'Left / m a d e Enter' 27
}

@test "what is found may be a filter" {
	goes '/kind:transfer' 18
	goes $'/kind:transfer\n]' 29
	goes '/dur>5us kind:transfer' 29
	goes '/state:ended name:logger' 41
	goes '/dur>' 0
}

@test "breakpoints are run to, forward and back, and stop the player" {
	goes $':break kind:transfer chan:2\nx' 37
	goes $':break kind:transfer\nx x x' 37
	goes $':break kind:transfer\nx x x x' 37
	goes $':break kind:transfer\nG X X' 29
	goes $':break kind:block\n:break kind:transfer\nx x' 18
	goes $':break kind:block\n:break kind:transfer\n:unbreak 1\nx x' 29
	goes $':break kind:transfer\nSpace + + + + + + Tick' 18
	goes $'Right*14 b Enter x' 19
	goes 'x' 0
}

@test "threads and values are followed" {
	goes 'v v v V' 2
	goes 'Right*14 f' 18
	goes 'Right*29 f' 30
	goes 'f' 0
}

@test "why leads back to the beginning" {
	goes $':#30\nw' 29
	goes $':#30\nw w w W W' 29
	goes $':#30\nw*20' 1
	goes $':#30\nW' 30
	printf ':#30\nw\nq\n' | "$greenroom" view play.db --plain | grep -q 'the cause of #30'
}

@test "words have their cards" {
	play <<-EOF
		:#14
		d
		:screenshot card1
		d d d d
		:screenshot card4
		:help Slice
		:screenshot card5
	EOF
	grep -q 'chain: The ring of' card1
	run ! grep -q 'chain: The ring of' card4
	grep -q 'slice: The part of the C stack' card5
}

@test "who runs next is asked, and counted" {
	play <<-EOF
		p n
		:screenshot asked
		2
		:screenshot right
		Right*4 3
		n 1
		:screenshot wrong
		n Esc n
		:screenshot again
	EOF
	grep -q '1  T1 main  *2  T2 producer' asked
	[[ $(at asked) == 10 && $(at right) == 11 && $(at wrong) == 20 ]]
	grep -q 'Right: T2 producer runs. 1 of 1 right' right
	grep -q 'No: T4 logger runs. 2 of 3 right' wrong
	grep -q 'Who runs next' again
}

@test "playing stops for questions" {
	goes $'p\nSpace + + + + + + + Tick' 10
	goes $'p\nSpace + + + + + + + Tick 2' 11
}

@test "marks are set and found" {
	goes $':#20\n:mark here\ng\n:@here' 20
	goes ':@made' 27
	goes ':@nowhere' 0
	goes ':#50' 0
	goes ':+1s' 0
	goes $':T3 last run' 30
}

@test "the time bar shows where everything is" {
	play <<-EOF
		:#20
		:mark start
		:break kind:transfer
		/made job
		:screenshot bar.screen
	EOF
	printf '/producer\n:screenshot found.screen\n' | play
	sed -n 1p found.screen | grep -q 'find: producer (23 of 49)'
	[[ $(sed -n 23p bar.screen) == "└───────────────────────────•──s──────────▲──•────────────•────────────────────┘" ]]
}

@test "a filter leaves the others out, and says how many there are" {
	play --size 120x40 <<-EOF
		:#20
		:filter kind:switch dur>1us
		7
		:screenshot filter.screen
		Down
		:screenshot filter_down.screen
	EOF
	is_golden filter.screen
	[[ $(at filter_down.screen) == 24 ]]
	printf ':filter kind:nonsense\n7\n:screenshot none.screen\n' | play
	grep -q '(0 of 49)' none.screen
	grep -q 'nothing near here passes' none.screen
}

@test "playing follows its clock" {
	goes 'Space Tick Tick' 2
	goes 'Space + Tick' 2
	goes 'Space Tick Space Tick' 1
	goes 'Space + + + + + + + + + Tick Tick' 49
	goes 'Right r -*10 Tick*3' 3
}

@test "a table selects whom to follow" {
	goes $'Right*14\n5\nDown*4 t' 20
}

@test "scripts say what is wrong with them" {
	run play <<<'Right Wrong'
	[[ $status -eq 2 && $output == "greenroom: -:1: 'Wrong' is no key" ]]
	run play --size 0x0 </dev/null
	[[ $status -eq 2 ]]
	run "$greenroom" view play.db --at never --screenshot x
	[[ $status -eq 2 && ${#lines[@]} -eq 1 ]]
	run "$greenroom" view play.db --script /nowhere
	[[ $status -eq 74 ]]
}

@test "a crowd is shown at any place, on any size" {
	make_trace crowd
	{
		for size in 80x24 1x1 2x1 39x10 40x9 40x10 72x14 100x36 200x60 1000x1000 500x12; do
			printf ':size %s\n' "$size"
			printf 'G\n:50%%\nn t c\n1 z Down PgDn z\n2 3 4 Down PgUp 5 Down*3 t\n6 7 8 o o o ? Esc\n'
			printf ':screenshot s%s\n' "$size"
		done
	} | "$greenroom" view crowd.db --script -
	[[ $(wc -l <s200x60) -eq 60 && $(wc -l <s1x1) -eq 1 ]]
	grep -q 'at least 40x10 is needed' s80x24 && return 1
	tr -d '\n' <s39x10 | grep -q 'the terminal is 39x10, at *least 40x10'
}

# -------------------------------------------------------------------------------------- plain

@test "plain answers in sentences" {
	printf '\n\n:#14\ne\nq\n' | "$greenroom" view play.db --plain >plain.screen
	is_golden plain.screen
}

@test "what is no terminal gets no screen" {
	run "$greenroom" view play.db --at '#3'
	[[ $status -eq 2 && ${#lines[@]} -eq 1 ]]
	TERM=dumb terminal_begin 80 24
	keys "TERM=dumb '$greenroom' view play.db" Enter
	await shows '^Nothing has happened yet'
	keys Enter
	await shows '^Event 1 of 49'
	keys q Enter
	await shows 'ready> *$'
}

# ----------------------------------------------------------------------------------- terminal

@test "the terminal shows what the script shows" {
	terminal_begin 80 24
	view play.db --at "'#16'"
	await shows '#16/49'
	screen >terminal.screen
	play --at '#16' --screenshot script.screen </dev/null
	diff -u script.screen terminal.screen
	keys q
	await shows '^ended 0'
}

@test "quitting gives the terminal back" {
	terminal_begin 80 24
	keys 'stty -a >before' Enter
	view play.db
	keys Right Tab '?' Escape q
	await shows '^ended 0'
	shows_not 'what happened'
	keys 'stty -a >after' Enter 'echo "echo is on"' Enter
	await shows '^echo is on'
	cmp before after
}

@test "signals and crashes give the terminal back" {
	terminal_begin 80 24
	keys 'stty -a >before' Enter
	for signal in TERM HUP INT QUIT SEGV ABRT; do
		keys 'clear' Enter
		await shows_not 'ended'
		keys "bash -c 'echo \$\$ >pid; exec \"$greenroom\" view play.db'" Enter
		await shows '^ greenroom '
		kill -s "$signal" "$(<pid)"
		await shows_not 'what happened'
		keys 'echo "ended $?"' Enter
		await shows "^ended $((128 + $(kill -l "$signal")))"
		keys 'stty -a >after' Enter 'echo "again: '"$signal"'"' Enter
		await shows "^again: $signal"
		cmp before after
	done
}

# Whether the process in the file "pid" is gone.
gone() {
	! kill -0 "$(<pid)" 2>/dev/null
}

@test "a terminal that goes away ends the viewer" {
	terminal_begin 80 24
	keys "bash -c 'echo \$\$ >pid; exec \"$greenroom\" view play.db'" Enter
	await shows '^ greenroom '
	terminal kill-server
	await gone
}

@test "resizing at any moment" {
	terminal_begin 80 24
	view play.db --at "'#16'"
	for size in '120 40' '40 10' '39 9' '1 1' '2 2' '300 3' '3 100' '80 24'; do
		# shellcheck disable=SC2086
		set -- $size
		terminal resize-window -x "$1" -y "$2"
		keys Right Left n N
	done
	await shows '^ greenroom .*lost 0'
	await shows 'what happened'
	terminal resize-window -x 120 -y 40
	await shows 'timeline'
	terminal resize-window -x 30 -y 8
	await shows '30x8, at least'
	terminal resize-window -x 80 -y 24
	await shows 'what happened'
	keys q
	await shows '^ended 0'
}

@test "stopping with Ctrl-Z, and coming back" {
	terminal_begin 80 24
	keys "'$greenroom' view play.db" Enter
	await shows '^ greenroom '
	keys Right Right
	await shows '#2/49'
	keys C-z
	await shows 'Stopped'
	terminal resize-window -x 100 -y 30
	keys 'clear' Enter
	await shows_not 'Stopped'
	keys fg Enter
	await shows '^ greenroom .*#2/49'
	await shows '^.{99}[┐┤┘]$'
	keys G
	await shows '#49/49'
	keys q
	await shows 'ready> *$'
}

@test "keys are heard while it plays and searches" {
	make_trace crowd
	terminal_begin 80 24
	view crowd.db
	keys Space
	await shows '▶ ×1'
	await shows '#[1-9][0-9]*/50000'
	keys Space
	await shows 'stopped'
	keys / 'nowhere to be found' Enter Escape
	await shows '^ ← back|not to be found'
	keys q
	await shows '^ended 0'
}

@test "NO_COLOR is respected" {
	terminal_begin 80 24
	keys "NO_COLOR=1 '$greenroom' view play.db" Enter
	await shows '^ greenroom '
	terminal capture-pane -pe >mono
	run ! grep -q $'\033\[[0-9;]*[34]8;5;' mono
	keys q
	await shows 'ready> *$'
	keys clear Enter "'$greenroom' view play.db" Enter
	await shows '^ greenroom '
	terminal capture-pane -pe | grep -q $'\033\[[0-9;]*38;5;'
}

# ----------------------------------------------------------------- a trace that is being recorded

# event: the number of the event that the screen shows.
event() {
	screen | sed -n '1s/.*  #\([0-9]*\)\/.*/\1/p'
}

passes() {
	(($(event) > $1))
}

@test "a view that follows stays at the end of a recording, until it is moved" {
	local before

	terminal_begin 80 24
	mkfifo go
	"${greenroom:?}" record -o growing.db "${abs_top_builddir:?}/tests/screens/puppet" go \
		2>record.err 3>&- &
	recorder=$!
	await test -s growing.db
	view --follow growing.db
	shows '▶ following'
	echo yield 10 >go
	await passes 0
	before=$(event)
	echo yield 10 >go
	await passes "$before"
	keys Left
	await shows 'stopped'
	before=$(event)
	echo yield 10 >go
	await shows "#$before/"
	[[ $(event) -eq $before ]]
	keys F
	await passes "$before"
	echo exit 0 >go
	await shows 'the recording is complete'
	shows_not following
	keys F
	await shows 'it does not grow'
	keys q
	await shows '^ended 0'
	wait "$recorder"
}
