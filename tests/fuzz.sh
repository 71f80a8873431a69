#!/bin/sh
# Builds the fuzz targets with clang in build-fuzz/ and runs one after another.
#
#   tests/fuzz.sh SECONDS          each for so long
#   tests/fuzz.sh SECONDS NAME...  these alone: tests/fuzz.sh 60 url date
#
# What was reached before is gone on from: inputs that reach something new are kept in
# build-fuzz/corpus/NAME, an input that breaks a promise in build-fuzz/found/NAME-….
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
[ $# -gt 0 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
seconds=$1
shift
[ $# -gt 0 ] || set -- $(ls tests/fuzz | sed -n 's/^fuzz_\(.*\)\.c$/\1/p')

build=build-fuzz
[ -f $build/CMakeCache.txt ] || cmake -S . -B $build -G Ninja -DCMAKE_C_COMPILER=clang \
    -DCRAWLER_FUZZ=ON >/dev/null
cmake --build $build --target $(printf 'fuzz_%s ' "$@") >/dev/null
mkdir -p $build/found
status=0
for name in "$@"; do
    mkdir -p "$build/corpus/$name"
    case $name in # small inputs find the same in less time, but documents have a frame to them
    api | feed | page | sitemap | worker) most=2048 ;;
    date) most=96 ;;
    *) most=384 ;;
    esac
    log=$build/found/$name.log
    result=kept
    "$build/tests/fuzz_$name" -max_total_time="$seconds" -max_len=$most -timeout=5 \
        -rss_limit_mb=256 -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
        "$build/corpus/$name" "data/fuzz/$name" >"$log" 2>&1 || { result='BROKEN, see' status=1; }
    printf '%-10s %10s executions, promises %s\n' "$name" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$result$([ "$result" = kept ] || printf ' %s' "$log")"
done
exit $status
