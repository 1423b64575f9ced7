# SPDX-License-Identifier: MIT
#
# screens.bash - what the tests of the screens share: a terminal of their own (tmux), and golden
# screens to compare with.
#
# UPDATE_SCREENS=1 bats ... writes the golden screens instead; look at each before it is committed.

screens_setup() {
	: "${abs_top_builddir:?run by make check}" "${abs_top_srcdir:?run by make check}"
	greenroom=$abs_top_builddir/greenroom
	golden=$abs_top_srcdir/tests/screens
	cd "$BATS_TEST_TMPDIR" || exit 1
	[[ -x $greenroom && -x $abs_top_builddir/tests/screens/make_trace ]] || skip "not built"
	cp "$golden/play.c" .
	make_trace play
}

make_trace() {
	"$abs_top_builddir/tests/screens/make_trace" "$1" "$1.db"
}

# is_golden NAME: whether the file NAME here is the golden screen of that name.
is_golden() {
	if [[ -n ${UPDATE_SCREENS-} ]]; then
		cp "$1" "$golden/$1"
	fi
	diff -u "$golden/$1" "$1"
}

# play OPTIONS... <<script: plays a script on the play's trace.
play() {
	"$greenroom" view play.db --script - "$@"
}

# ---------------------------------------------------------------------------- a real terminal
# A server for each test, so that no two meet and none outlives its test.

terminal() {
	tmux -L "greenroom-$BATS_TEST_NUMBER-$$" -f /dev/null -u "$@"
}

# terminal_begin COLUMNS ROWS: a shell in a terminal of that size.
terminal_begin() {
	command -v tmux >/dev/null || skip "no tmux"
	terminal new-session -d -x "$1" -y "$2" "PS1='ready> ' exec bash --norc --noprofile"
	terminal set-option -g window-size manual >/dev/null
	await shows '^ready>'
}

terminal_end() {
	terminal kill-server 2>/dev/null || true
}

keys() {
	terminal send-keys "$@"
}

screen() {
	terminal capture-pane -p
}

# Whether the screen shows a text (an extended regular expression).
shows() {
	screen | grep -Eq -- "$1"
}

shows_not() {
	! shows "$1"
}

# await COMMAND...: until it succeeds; a minute is never needed.
await() {
	local end=$((SECONDS + 60))
	until "$@"; do
		if ((SECONDS >= end)); then
			printf 'never came: %s\n' "$*"
			screen 2>/dev/null || true
			return 1
		fi
		sleep 0.02
	done
}

# view ARGUMENTS...: starts the viewer, awaits its first screen.
view() {
	keys "clear; '$greenroom' view $*; echo \"ended \$?\"" Enter
	await shows '^ greenroom '
}
