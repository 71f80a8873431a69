#!/bin/sh
# Whether the manual pages of a build are whole, and written as mandoc and groff want it. Exits with 77 where
# neither is installed.
set -eu
build=$1
faults=0
readers=0

fault() {
    echo "$*"
    faults=1
}

# Prints what a reader complains of; without such a reader, nothing.
check() { # page command...
    page=$1
    shift
    command -v "$1" >/dev/null || return 0
    readers=1
    said=$("$@" "$page" 2>&1 >/dev/null || true)
    [ "$1" != mandoc ] || said=$("$@" "$page" 2>&1 || true)
    [ -z "$said" ] || fault "$1: $said"
}

for page in "$build/crawler.1" "$build/crawler-database.5"; do
    check "$page" mandoc -T lint -W warning
    check "$page" groff -t -man -Tutf8 -K utf8 -ww
done

# All views that the program makes are told of, and no picture of Markdown is left.
for view in $(sed -n 's/^CREATE VIEW \(v_[a-z_]*\).*/\1/p' "$(dirname "$0")/../schema/sqlite/views.sql"); do
    grep -q "$view" "$build/crawler-database.5" || fault "crawler-database.5 does not tell of $view"
done
if grep -nE '^\||`|\*\*|mermaid' "$build/crawler-database.5"; then
    fault "crawler-database.5 has Markdown in it"
fi
[ $faults = 0 ] || exit 1
[ $readers = 1 ] || { echo "neither mandoc nor groff is installed" && exit 77; }
