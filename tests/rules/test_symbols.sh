#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test_symbols.sh - what libgreenroom.so exports is what greenroom.map lists is what greenroom.h
# declares; and the library needs nothing but libc and the compiler's own library.
# shellcheck source-path=SCRIPTDIR source=rules.bash
. "$(dirname "$0")/rules.bash"

library=$build_dir/.libs/libgreenroom.so
[[ -e $library ]] || rules_skip_all "libgreenroom.so has not been built"

# gcc prints the prototypes it has read; clang cannot.
read -r -a compiler <<<"${CC:-gcc}"
if ! "${compiler[0]}" --version 2>/dev/null | grep -q 'Free Software Foundation'; then
	compiler=(gcc)
fi
command -v "${compiler[0]}" >/dev/null || rules_skip_all "no gcc to read greenroom.h"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# libtool has found "nm -B".
read -r -a nm <<<"${NM:-nm}"

exported() {
	"${nm[@]}" -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }'
}

# Names between "global:" and "local:", one or several a line.
listed() {
	awk '/global:/ { inside = 1; sub(/.*global:/, "") } /local:/ { inside = 0 } inside' \
		libtrace/greenroom.map | sed 's,/\*.*\*/,,; s/#.*//' | tr -s '; \t' '\n' | grep -E '^[A-Za-z_]'
}

declared() {
	printf '#include "%s"\n' "$PWD/libtrace/greenroom.h" >"$work/probe.c"
	(cd "$work" && "${compiler[@]}" -std=gnu11 -fsyntax-only -aux-info "$work/prototypes" probe.c)
	# /* FILE:LINE:NC */ extern int name (arguments);  - static ones are inline, not exported.
	grep -E 'libtrace/greenroom(_[a-z]+)?\.h:' "$work/prototypes" | grep -v '\*/ static ' |
		sed -E 's,^/\*[^*]*\*/ ,,; s/__attribute__.*//' |
		sed -E 's/^[^(]*\(\*([A-Za-z_][A-Za-z0-9_]*) \(.*/\1/; t
			s/^[^(]*[ *]([A-Za-z_][A-Za-z0-9_]*) \(.*/\1/'
	sed -nE 's/^extern [^(]*[ *]([A-Za-z_][A-Za-z0-9_]*)(\[[^]]*\])?;.*/\1/p' libtrace/greenroom*.h
}

exported | LC_ALL=C sort -u >"$work/exported"
listed | LC_ALL=C sort -u >"$work/listed"
declared | LC_ALL=C sort -u >"$work/declared"

difference() {
	LC_ALL=C comm -3 "$work/$1" "$work/$2" |
		sed "s/^\t\(.*\)/\1: $2, not $1/; t; s/\$/: $1, not $2/"
}

needed() {
	LC_ALL=C readelf -d "$library" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' |
		grep -Ev '^(libc|libm|libgcc_s|libpthread|libdl|librt|ld-linux[^.]*|ld64)\.so' |
		grep -Ev '^lib([alt]|ub)san\.so' || true
}

rule "what greenroom.h declares is listed in greenroom.map" "$(difference declared listed)"
rule "what greenroom.map lists is exported" "$(difference listed exported)"
rule "the library has names at all" "$([[ -s $work/exported ]] || echo 'nothing is exported')"
rule "the library needs only libc and libgcc" "$(needed)"
rules_end
