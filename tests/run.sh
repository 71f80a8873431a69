#!/bin/sh
# Installs what is needed, builds with warnings as errors, and runs every test.
#
#   ./tests/run.sh                 the whole suite, in build/
#   ./tests/run.sh -R robots       the tests whose names match
#   ./tests/run.sh --asan          under AddressSanitizer and UBSan, in build-asan/
#   ./tests/run.sh --tsan          under ThreadSanitizer, in build-tsan/
#   ./tests/run.sh --coverage      and tells the covered lines and branches, in build-coverage/
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. data/packages.sh

build=build
flags=
pattern=
usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
    case $1 in
    --asan) build=build-asan flags=-DCRAWLER_ASAN=ON ;;
    --tsan) build=build-tsan flags=-DCRAWLER_TSAN=ON ;;
    --coverage) build=build-coverage flags=-DCRAWLER_COVERAGE=ON ;;
    -R)
        [ $# -gt 1 ] || { usage >&2 && exit 2; }
        pattern=$2
        shift
        ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done

# Lines and branches of ours that ran, of those that can, and the files where less than 95 % of the
# lines did; gcov prints a paragraph for each file.
tell_coverage() {
    find "$build" -name '*.gcda' -path '*crawler*.dir*' -exec gcov -bn {} + 2>/dev/null |
        awk -v top="$top/" -F"[:'% ]+" '
            /^File/ { ours = index($0, top "crawler/") || index($0, top "storage/"); file = $2 }
            /^Lines/ && ours {
                lines += $5; ran += $3 * $5 / 100
                if ($3 < 95) printf "%5.1f %% of %3d lines of %s\n", $3, $5, substr(file, length(top) + 1)
            }
            /^Taken/ && ours { branches += $7; taken += $5 * $7 / 100 }
            END { if (lines) printf "%.1f %% of %d lines and %.1f %% of %d branches ran.\n",
                                    100 * ran / lines, lines, 100 * taken / branches, branches }'
}

install_packages
generator=
[ -f "$build/CMakeCache.txt" ] || generator="-G Ninja"
echo "Building in $build/"
mkdir -p "$build"
if ! { cmake -S . -B "$build" $generator -DCRAWLER_WERROR=ON $flags &&
    cmake --build "$build" --parallel "$(job_count)"; } >"$build/build.log" 2>&1; then
    grep -E -A 8 'error|warning|FAILED|CMake Error' "$build/build.log" >&2 ||
        tail -n 40 "$build/build.log" >&2
    exit 1
fi
status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(job_count)" \
    ${pattern:+-R "$pattern"} || status=$?
[ "$build" != build-coverage ] || tell_coverage
exit $status
