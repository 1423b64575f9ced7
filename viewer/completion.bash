# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# completion.bash - bash completes the commands and options of greenroom. A test compares the words
# here with what the program knows.

# The options of each command; "-" stands for those before the command.
declare -gA _greenroom_options=(
	[-]='-C --help --usage --version'
	[record]='--output= --on-full= --ring= --keep= --events= --sample= --slices= --stacks= --stacks-at= --max-size= --durable --strict'
	[attach]='--for= --output= --on-full= --ring= --keep= --events= --sample= --slices= --stacks= --stacks-at= --max-size= --durable --strict'
	[dump]='--core= --interval= --json --flight --output='
	[view]='--at= --ascii --follow --keys --no-mouse --plain --screenshot= --script= --size= --theme='
	[live]='--output= --log= --max-size= --batch --count= --delay= --sort= --filter= --tree --top= --ascii --no-mouse --plain --screenshot= --script= --size= --theme='
	[explain]='--from= --to= --tasklet= --channel= --filter= --why --state --waits --slice='
	[sql]='--file= --format= --no-header --materialize'
	[plot]='--output= --term= --from= --to= --width= --height= --top= --keep'
	[export]='--output= --by= --unit= --filter='
	[verify]='--recover='
	[help]=''
)

# What an option or a first argument may be, where that is a short list.
declare -gA _greenroom_values=(
	[--on-full]='wait drop flight'
	[--format]='table csv json line'
	[--term]='svg png pdf dumb'
	[--theme]='default light mono contrast'
	[--by]='waiting running count'
	[--unit]='ns us'
	[--stacks-at]='wait switch'
	[plot]='timeline stack-size'
	[export]='folded'
	[help]='record attach dump view live explain sql plot export verify help library events'
)

_greenroom_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
	# Behind "--option=" the value follows without a blank.
	if [[ ${COMPREPLY[0]-} == *= ]]; then
		compopt -o nospace
	fi
}

_greenroom() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' at

	for ((at = 1; at < COMP_CWORD; at++)); do
		case ${COMP_WORDS[at]} in
		-C) ((at++)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[at]}
			break
			;;
		esac
	done
	# bash takes "=" for a word of its own.
	if [[ $word == '=' ]]; then
		word=''
	elif [[ $before == '=' ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	if [[ -n ${_greenroom_values[$before]-} && $before == --* ]]; then
		_greenroom_words "${_greenroom_values[$before]}" "$word"
	elif [[ -z $command && $before == -C ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
	elif [[ -z $command && $word == -* ]]; then
		_greenroom_words "${_greenroom_options[-]}" "$word"
	elif [[ -z $command ]]; then
		_greenroom_words 'record attach dump view live explain sql plot export verify help' "$word"
	elif [[ $word == -* ]]; then
		_greenroom_words "${_greenroom_options[$command]-} --help --usage --version" "$word"
	elif ((COMP_CWORD == at + 1)) && [[ -n ${_greenroom_values[$command]-} ]]; then
		_greenroom_words "${_greenroom_values[$command]}" "$word"
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -o filenames -o bashdefault -F _greenroom greenroom
