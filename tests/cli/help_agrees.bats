#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
#
# help_agrees.bats - what is said in several places is the same everywhere: the table of commands,
# --help, the man pages, the bash completion, the catalogue of events, the keys of the viewer.

# shellcheck disable=SC2034,SC2154 # what lib.bash sets and reads
load lib

setup() {
	cli_setup
	man=$abs_top_srcdir/docs/man
	sed -nE 's/^COMMAND\("([a-z]+)".*/\1/p' "$abs_top_srcdir/viewer/commands.def" >commands
	mapfile -t commands <commands
	[[ ${#commands[@]} -ge 6 ]]
}

# same EXPECTED FOUND - two files; says how they differ.
same() {
	diff -u "$1" "$2"
}

# The long options that a command's --help lists, besides those that every command has.
options_of() {
	"$greenroom" "$1" --help | sed -nE 's/^ +(-[A-Za-z?], +)?(--[a-z-]+).*/\2/p' |
		grep -vxE -e '--(help|usage|version)' | LC_ALL=C sort || true
}

@test "--help lists the commands of the table" {
	"$greenroom" --help | sed -nE '/^Commands:/,$ s/^  ([a-z]+) .*/\1/p' >listed
	same commands listed
}

@test "greenroom.1 has the commands, and their summaries" {
	sed -nE 's/^\.It Cm ([a-z]+)$/\1/p' "$man/greenroom.1" >listed
	same commands listed
	for command in "${commands[@]}"; do
		summary=$(grep -A1 "^COMMAND(\"$command\"" "$abs_top_srcdir/viewer/commands.def" |
			sed -nE 's/^[[:space:]]*"(.*)"\)$/\1/p')
		[[ -n $summary ]]
		grep -A1 "^\.It Cm $command\$" "$man/greenroom.1" | grep -qF "$summary"
		grep -qF ".Nd $summary" "$man/greenroom-$command.1"
	done
}

@test "the completion has the commands" {
	# shellcheck source=/dev/null
	source "$abs_top_srcdir/viewer/completion.bash"
	COMP_WORDS=(greenroom '') COMP_CWORD=1
	_greenroom
	printf '%s\n' "${COMPREPLY[@]}" >listed
	same commands listed
}

@test "the options of each command are those of its man page" {
	for command in "${commands[@]}"; do
		options_of "$command" >expected
		grep '^\.It' "$man/greenroom-$command.1" | grep -oE 'Fl Fl [a-z-]+' |
			sed 's/Fl Fl /--/' | LC_ALL=C sort >found || true
		same expected found || {
			echo "in greenroom-$command.1"
			false
		}
	done
}

@test "the options of each command are those of the completion" {
	# shellcheck source=/dev/null
	source "$abs_top_srcdir/viewer/completion.bash"
	for command in "${commands[@]}"; do
		options_of "$command" >expected
		tr ' ' '\n' <<<"${_greenroom_options[$command]-}" | sed 's/=$//; /^$/d' |
			LC_ALL=C sort >found
		same expected found || {
			echo "of $command"
			false
		}
	done
}

@test "greenroom help shows each page" {
	command -v man >/dev/null || command -v mandoc >/dev/null || skip "no man"
	for word in "${commands[@]}" library events; do
		run_greenroom help "$word"
		[[ $status -eq 0 && $(wc -l <stdout) -gt 10 ]]
	done
	run_greenroom help
	grep -q 'what goes on when tasklets run' stdout
	run_greenroom help nonsense
	ends 2 "greenroom: there is no page about 'nonsense'; *"
}

@test "the examples of greenroom.3 compile" {
	awk '/^\.\\" example /{ name = $3; next }
		/^\.Bd/ && name { on = 1; next }
		/^\.Ed/ { on = 0; name = "" }
		on { gsub(/\\e/, "\\"); print > (name ".c") }' "$man/greenroom.3"
	[[ $(find . -name '*.c' | wc -l) -ge 5 ]]
	for example in *.c; do
		${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I"$abs_top_srcdir/libtrace" \
			"$example"
	done
}

@test "the example of README.md compiles" {
	# shellcheck disable=SC2016 # no commands, but Markdown
	sed -n '/^```c$/,/^```$/ { /^```/!p }' "$abs_top_srcdir/README.md" >numbers.c
	[[ $(wc -l <numbers.c) -gt 10 ]]
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I"$abs_top_srcdir/libtrace" numbers.c
}

@test "greenroom.3 and greenroom.h speak of the same functions" {
	grep -oE "Fn [A-Za-z_]+" "$man/greenroom.3" | cut -d ' ' -f 2 | LC_ALL=C sort -u |
		while read -r function; do
			grep -qE "\b$function\(" "$abs_top_srcdir"/libtrace/greenroom*.h || echo "$function"
		done >unknown
	[[ ! -s unknown ]] || {
		cat unknown
		false
	}
}

@test "greenroom-events.7 is what the catalogue says" {
	page=$abs_top_builddir/tests/cli/events_page
	[[ -x $page ]] || skip "not built"
	"$page" >expected
	same expected "$man/greenroom-events.7" || {
		echo "renew it with: make events-page"
		false
	}
}

@test "glossary.md is what the glossary says" {
	page=$abs_top_builddir/tests/cli/glossary_page
	[[ -x $page ]] || skip "not built"
	"$page" >expected
	same expected "$abs_top_srcdir/docs/glossary.md" || {
		echo "renew it with: make glossary-page"
		false
	}
}

@test "greenroom-view.1 has the keys of the viewer" {
	"$greenroom" view --keys=man >expected
	sed '1,/^\.\\" From here/d; /^\.\\" To here/,$d' "$man/greenroom-view.1" >found
	same expected found
}
