#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_layers.sh - which part may include which: only downward, as docs/architecture.md draws it.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

# What each part may include of the project, besides itself.
#
#   wire      plain integers that writer and reader of a trace share
#   runtime   tasklets, channels, scheduler, hooks
#   contract  what store and model agree on: events one after the other, the state they lead to
#   store     SQLite, and the code of the chunks in it
#   recorder  shared memory, the traced child, symbols
#   model     what can be said about a trace: draws nothing, opens nothing
#   talk      how the program speaks: output, pager, progress
#   text, screens, export, plot   show the model, each in its way, none with another's help
#   command   main and the subcommands: put the parts together
declare -A may_include=(
	[wire]=''
	[runtime]='wire'
	[contract]='wire'
	[store]='wire contract'
	[recorder]='wire contract store'
	[model]='wire contract'
	[talk]='contract'
	[text]='wire contract model talk'
	[screens]='wire contract model talk'
	[export]='wire contract model talk'
	[plot]='wire contract model talk'
	[command]='wire contract store recorder model talk text screens export plot'
	[sample]='public'
	[public]=''
)

# The wire is what libwire.la is made of.
wire=" $(sed -n '/^libwire_la_SOURCES/,/[^\\]$/s,.*%D%/\([^ ]*\).*,libtrace/\1,p' libtrace/local.mk | tr '\n' ' ')"

part_of() {
	if [[ $wire == *" $1 "* ]]; then
		echo wire
		return
	fi
	case $1 in
	libtrace/greenroom*.h) echo public ;;
	libtrace/*) echo runtime ;;
	recorder/cmd_*) echo command ;;
	recorder/store.h | recorder/store_* | recorder/codec* | recorder/chunk*) echo store ;;
	recorder/dictionary.* | recorder/error.* | recorder/event_source.* | recorder/state.* | \
		recorder/state_*.* | recorder/utf8.*) echo contract ;;
	recorder/*) echo recorder ;;
	viewer/model/*) echo model ;;
	viewer/screens/*) echo screens ;;
	viewer/export/* | viewer/export.* | viewer/export_*) echo export ;;
	viewer/plot/* | viewer/plot.* | viewer/plot_*) echo plot ;;
	viewer/main.* | viewer/cmd_* | viewer/command*) echo command ;;
	viewer/output.* | viewer/pager.* | viewer/progress.*) echo talk ;;
	viewer/*) echo text ;;
	samples/*) echo sample ;;
	*) echo none ;;
	esac
}

# The file that #include "name" in a file of `folder` finds, searched as the compiler does.
resolve() {
	local folder=$1 name=$2 place

	for place in "$folder" . libtrace recorder viewer; do
		if [[ -e $place/$name ]]; then
			realpath --relative-to=. "$place/$name"
			return
		fi
	done
}

# includes - every include of the product as "FILE:LINE <name>" or "FILE:LINE "name"".
includes() {
	local -a files

	mapfile -t files < <(files_of '*.c' '*.h' '*.def' '*.S' | grep -v '^tests/')
	awk '/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
		match($0, /[<"][^>"]+[>"]/)
		print FILENAME ":" FNR, substr($0, RSTART, RLENGTH)
	}' "${files[@]}"
}

all_includes=$(includes)

# only_in WHERE PATTERN - complaints about <headers> matching PATTERN in files not matching WHERE.
only_in() {
	local where=$1 pattern=$2

	grep -E " <$pattern>\$" <<<"$all_includes" | grep -Ev "^$where" || true
}

downward() {
	local place name file target from to

	while read -r place name; do
		[[ $name == \"* ]] || continue
		file=${place%:*}
		target=$(resolve "$(dirname "$file")" "${name//\"/}")
		# Generated headers are data of the part that includes them.
		[[ -n $target ]] || continue
		from=$(part_of "$file")
		to=$(part_of "$target")
		if [[ $from != "$to" && " ${may_include[$from]} " != *" $to "* ]]; then
			# The runtime is what the public header declares.
			[[ $from == runtime && $to == public ]] && continue
			echo "$place: $from may not include $to ($target)"
		fi
	done <<<"$all_includes"
}

rule "every include goes downward" "$(downward)"
rule "only recorder/store_* knows SQLite" "$(only_in 'recorder/store_[^/]*\.[ch]:' 'sqlite3(ext)?\.h')"
rule "only viewer/screens knows curses" \
	"$(only_in 'viewer/screens/' '(n?curses(w?/.*)?|ncursesw/.*|panel|menu|form|term)\.h|n?cursesw?/[^>]*')"
rule "only the recorder compresses" "$(only_in 'recorder/' 'zstd[^>]*')"
rule "only the recorder reads debugging data" \
	"$(only_in 'recorder/' '(elfutils/.*|dwarf\.h|libelf\.h|gelf\.h|libdw[^>]*)')"
rule "only the recorder unwinds other processes" "$(only_in 'recorder/' 'libunwind[^>]*')"
rule "only the slice switches stacks" \
	"$(grep -E ' "(libtrace/)?(arch/)?switch\.h"$' <<<"$all_includes" |
		grep -Ev '^libtrace/(slice[^/]*|arch/[^/]*):' || true)"
rule "a sample sees what a user sees" \
	"$(grep -E '^samples/[^ ]* "(.*/)?greenroom\.h"$' <<<"$all_includes" || true)"
rules_end
