#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# habits.bats - what people expect of a program on a terminal: a palette, the mouse, keys of their own.
# shellcheck source-path=SCRIPTDIR source=screens.bash

load screens.bash

bats_require_minimum_version 1.5.0

setup() {
	screens_setup
}

teardown() {
	terminal_end
}

# at: the number of the event that a screen shows.
at() {
	sed -n '1s/.*  #\([0-9]*\)\/.*/\1/p' "$1"
}

# pressed KEYS EVENT: whether these keys lead to that event.
pressed() {
	"${greenroom:?}" view play.db --script "$1" --screenshot - >moved
	[[ $(at moved) == "$2" ]] || {
		printf '%s led to %s, not %s\n' "$1" "$(at moved)" "$2"
		return 1
	}
}

@test "keys can stand on the command line" {
	pressed 'n n Right*3' 18
	run "$greenroom" view play.db --script 'n nonsense' --screenshot -
	[[ $status -eq 74 && $output == 'greenroom: n nonsense: No such file or directory' ]]
}

@test "the palette lists what fits, and does what is chosen" {
	play <<-EOF
		Left : s w i
		:screenshot palette.screen
	EOF
	is_golden palette.screen
	pressed ': s w n e Enter' 11
	pressed ': s w i t c h - n e x t Enter' 11
	pressed ': s w i Down Enter' 11
	pressed 'n n : s w i Down Down Enter' 11
	pressed ': e n d Enter' 49
	pressed ': x y z Enter' 0
	play <<<$'Left : u n b Tab\n:screenshot tab.screen'
	tail -n 1 tab.screen | grep -qx ':unbreak'
	play <<<$':#20\n:mark here\ng\nLeft : @ h e r Down Enter\n:screenshot here.screen'
	[[ $(at here.screen) == 20 ]]
}

@test "commands say what is wrong" {
	for line in 'break nonsense:1' 'unbreak 3' 'mark' 'pane 99' 'filter seq>' 'find' 'break'; do
		printf ':%s\n:screenshot said.screen\n' "$line" | play
		[[ $(tail -n 1 said.screen) != *'back  → next'* ]]
	done
}

@test "the mouse" {
	pressed 'Click@23,40' 24
	pressed 'Click@23,1' 0
	pressed 'Click@23,80' 49
	pressed 'G WheelUp@23,40 WheelUp@23,40' 47
	pressed 'Click@24,10' 1
	pressed 'Right*20 5 Click@14,50 t' 24
	play --size 120x40 <<-EOF
		:#20
		Click@30,20
		:screenshot clicked.screen
		Click@1,1 Click@999,999 WheelDown@5,5 WheelUp@2,2 ? WheelDown@5,5 Click@5,5 Esc
	EOF
	[[ $(at clicked.screen) == 23 ]]
}

@test "the mouse of a terminal" {
	terminal_begin 80 24
	keys "TERM=xterm-256color '$greenroom' view play.db; echo ended \$?" Enter
	await shows '^ greenroom '
	keys -l $'\e[<0;40;23M\e[<0;40;23m'
	await shows '#24/49'
	keys q
	await shows '^ended 0'
	keys -l "'$greenroom' view play.db --no-mouse"
	keys Enter
	await shows '^ greenroom '
	[[ $(terminal display-message -p '#{mouse_any_flag}') == 0 ]]
	keys q
	await shows 'ready> *$'
}

@test "random keys and sizes leave the terminal as it was" {
	local letters='abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789:/?[]+-=@# '
	local names=(Left Right Up Down Home End PPage NPage Tab BTab Escape Enter BSpace F1 F3 C-l)
	local seconds=5 end i
	local -a keys_sent

	if [[ -n ${GREENROOM_LONG-} ]]; then seconds=600; fi
	end=$((SECONDS + seconds))
	make_trace crowd
	RANDOM=7
	terminal_begin 80 24
	keys 'stty -a >before' Enter
	view crowd.db
	while ((SECONDS < end)); do
		keys_sent=()
		for ((i = 0; i < 20; i++)); do
			if ((RANDOM % 3)); then
				keys_sent+=("${letters:RANDOM % ${#letters}:1}")
			else
				keys_sent+=("${names[RANDOM % ${#names[@]}]}")
			fi
		done
		keys -- "${keys_sent[@]}"
		terminal resize-window -x $((1 + RANDOM % 500)) -y $((1 + RANDOM % 200))
	done
	terminal resize-window -x 80 -y 24
	await shows '^ greenroom '
	# Out of whatever it is in: a prompt, a question, the help.
	keys Escape
	await shows '^ greenroom '
	keys Escape
	await shows '^ greenroom '
	keys Escape
	await shows '^ greenroom '
	keys q
	await shows '^ended 0'
	shows_not 'what happened'
	keys 'stty -a >after' Enter 'echo "all is well"' Enter
	await shows '^all is well'
	diff before after
}

@test "the editor gets the line, and the terminal" {
	# shellcheck disable=SC2016 # for the other shell
	printf '#!/bin/sh\necho "$@" >edited\nstty -a >during\nread -r line\n' >editor
	chmod +x editor
	terminal_begin 80 24
	keys 'stty -a >before' Enter
	keys "EDITOR='$PWD/editor -x' '$greenroom' view play.db --at '#14'" Enter
	await shows '^ greenroom '
	keys E
	await test -s during
	diff before during
	[[ $(<edited) == '-x +14 ./play.c' ]]
	keys Enter
	await shows '^ greenroom .*#14/49'
	keys q
	await shows 'ready> *$'
}

@test "keys of one's own" {
	export XDG_CONFIG_HOME=$PWD/config
	mkdir -p config/greenroom
	cat >config/greenroom/keys <<-EOF
		# as in another program
		switch-next F5 s
		step	n
		pane F1 F2 F3
	EOF
	pressed 's' 11
	pressed 'F5' 11
	pressed 'n' 1
	pressed 'Right' 0
	play <<<$'n*20\nF2\n:screenshot own.screen'
	grep -q '═ 2 C stack' own.screen
	grep -q 'n next .*F5 switch' own.screen
	"$greenroom" view --keys=file >printed
	cp printed config/greenroom/keys
	"$greenroom" view --keys=file | cmp - printed
	echo 'step Nonsense' >config/greenroom/keys
	run "$greenroom" view play.db --script n
	[[ $status -eq 2 && $output == "greenroom: $PWD/config/greenroom/keys:1: 'Nonsense' is no key" ]]
	echo 'fly n' >config/greenroom/keys
	run "$greenroom" view play.db --script n
	[[ $status -eq 2 && ${#lines[@]} -eq 1 ]]
	unset XDG_CONFIG_HOME
}

@test "plain tells every pane" {
	for pane in 1 2 3 4 5 6 7 8 9 u; do
		printf ':#20\n%s\nq\n' "$pane" | "$greenroom" view play.db --plain |
			grep -A2 "^Pane $pane, " | tail -n 1 | grep -q .
	done
	printf ':#16\n2\nq\n' | "$greenroom" view play.db --plain | grep -q '480 B → heap'
}

@test "twenty thousand tasklets are groups, and a strip" {
	"${abs_top_builddir:?}/tests/screens/make_trace" many many.db 20000 150000
	"$greenroom" view many.db --script 'G 5 z' --screenshot - >many.screen
	[[ $(sed -n 3p many.screen) == *····* ]]
	grep -Eq '[0-9]+,[0-9]{3} +waiting .*█' many.screen
	"$greenroom" view many.db --script 'G y' --screenshot - | tail -n 1 | grep -q 'by name'
	"$greenroom" view many.db --script 'G y y y z' --screenshot - | grep -q 'state .*waits in'
	"$greenroom" view many.db --script 'G' --screenshot - | grep -Eq 'waiting: .* more'
}

@test "those that are paused stand out" {
	play --size 120x40 <<<$':#30\n5\ny\n:screenshot groups.screen'
	grep -Eq ' 1 +running +T3 consumer' groups.screen
	grep -Eq ' 1 +in run +T1 main' groups.screen
	printf ':#30\n:filter state:receiving\n5\n:screenshot shown.screen\n' | play
	grep -q 'T4 logger .*receiving' shown.screen
	run ! grep -Eq '│ .  ?T2 producer +(sending|runnable)' shown.screen
}
