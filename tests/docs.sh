#!/bin/sh
# Whether what the pages for people say works: every question in SQL of README.md has an answer in a crawl of the demo
# world, every recipe of schema/recipes.md prints something, where its program is installed, and every option
# that stands behind a command is one of that command's.
#
#   tests/docs.sh BUILD
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
PATH=$build:$PATH
faults=0
fault() {
    echo "$*"
    faults=1
}

"$top/data/quickstart.sh" --built "$build" --in "$place" >"$place/log" 2>&1 || { cat "$place/log" && exit 1; }
cd "$place"

# The fenced blocks of a page in one language, each into a file NAME.SECTION.NUMBER.
blocks() { # page language name
    awk -v language="$2" -v name="$3" '
        /^## / { section = tolower($2) }
        /^```/ { if (inside) inside = 0; else if ($0 == "```" language) { inside = 1; file = name "." section "." ++n } ; next }
        inside { print > file }' "$1"
}

# One question at a time: what has no answer here teaches nothing.
blocks "$top/README.md" sql question
for file in question.*; do
    [ -e "$file" ] || { fault "README.md asks nothing in SQL" && break; }
    awk -v name="$file" 'BEGIN { n = 1 } { print > (name "." n ".sql") } /;[ ]*$/ { n++ }' "$file"
done
asked=0
for file in question.*.sql; do
    asked=$((asked + 1))
    answer=$(sqlite3 -readonly -bail news.db <"$file" 2>&1) || fault "$(cat "$file")" "$answer"
    [ -n "$answer" ] || fault "$(cat "$file")" "has no answer in the demo world"
done
[ $asked -ge 10 ] || fault "README.md asks only $asked questions"

has() {
    case $1 in
    duckdb | pandas) python3 -c "import $1" 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}
blocks "$top/schema/recipes.md" sh recipe-sh
blocks "$top/schema/recipes.md" python recipe-python
for file in recipe-*; do
    tool=$(echo "$file" | sed 's/^recipe-[a-z]*\.\(.*\)\.[0-9]*$/\1/')
    has "$tool" || { echo "left out: $tool is not installed" && continue; }
    case $file in
    recipe-sh*) said=$(sh -e "$file" 2>"$place/errors") ;;
    *) said=$(python3 "$file" 2>"$place/errors") ;;
    esac || fault "$(cat "$file" "$place/errors")" "fails"
    [ -n "$said" ] || fault "$(cat "$file" "$place/errors")" "prints nothing"
done

# `crawler COMMAND … --option …`, wherever it stands in a page.
for page in "$top"/*.md "$top"/*/*.md "$top"/data/*/*.md "$top"/crawler/*/*.md; do
    [ ! -e "$page" ] || grep -ohE '(^ +|`|\$ )crawler [a-z]+ [^`#|;&]*' "$page"
done | sed 's/^[^c]*crawler //; s/ crawler .*//' | while read -r command rest; do
    "$build/crawler" "$command" --help >help 2>/dev/null || { echo "there is no crawler $command" && continue; }
    for word in $rest; do
        case $word in
        --*) grep -q -e "$(echo "$word" | sed 's/[^a-z-].*//')\b" help || echo "crawler $command has no $word" ;;
        esac
    done
done >options
[ ! -s options ] || fault "$(cat options)"
[ $faults = 0 ] && echo "$asked questions answered"
exit $faults
