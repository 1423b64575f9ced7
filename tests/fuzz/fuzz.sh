#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh NAME SOURCE... - what "make fuzz" does for one of them: builds tests/fuzz/NAME.fuzzer with
# clang, and runs it for FUZZ_SECONDS (60), beginning with what is in the corpus.
#
# FUZZ_COVERAGE=1: says instead which share of the lines of the readers the corpus reaches.
set -euo pipefail

name=$1
shift
# Two libraries may hold the same file.
mapfile -t sources < <(printf '%s\n' "$@" | grep '\.c$' | sort -u | sed "s,^,${abs_top_srcdir:?}/,")
corpus=$abs_top_srcdir/tests/fuzz/corpus/$name
fuzzer=tests/fuzz/$name.fuzzer
compiler=${FUZZ_CC:-clang}
command -v "$compiler" >/dev/null || {
	echo "fuzz: $compiler is not installed" >&2
	exit 69
}
mkdir -p tests/fuzz "tests/fuzz/found/$name"
read -ra flags <<<"-std=gnu11 -g -O1 -w -pthread $CPPFLAGS"
read -ra link <<<"${LIBS:?}"
case $name in
rows | trace) flags+=(-DCODEC_EVENTS=1024) ;;
esac

if [[ ${FUZZ_COVERAGE-} ]]; then
	"$compiler" "${flags[@]}" -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping \
		"${sources[@]}" "${link[@]}" -o "$fuzzer.coverage"
	LLVM_PROFILE_FILE=$fuzzer.profraw "$fuzzer.coverage" -runs=0 "$corpus" "tests/fuzz/found/$name" 2>/dev/null
	llvm-profdata merge -o "$fuzzer.profdata" "$fuzzer.profraw"
	llvm-cov report "$fuzzer.coverage" -instr-profile="$fuzzer.profdata" "${sources[@]}"
	exit
fi
"$compiler" "${flags[@]}" -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	"${sources[@]}" "${link[@]}" -o "$fuzzer"
# Nothing is kept back of what has been freed: chunks are large.
export ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=4:max_malloc_fill_size=0
"$fuzzer" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=4096 -max_len=4096 \
	-print_final_stats=1 "tests/fuzz/found/$name" "$corpus"
