#!/bin/sh
# From a bare system to a crawled database: installs what is needed, builds, serves the demo news
# world on loopback, crawls it, and asks the database three questions. A second call polls every
# source again and finds nothing new.
#
#   ./data/quickstart.sh             in build/quickstart/
#   ./data/quickstart.sh --fresh     forgets the database of earlier calls first
#   ./data/quickstart.sh --in DIR    keeps database and world elsewhere
#   ./data/quickstart.sh --built DIR installs and builds nothing: uses what was built in DIR
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
. data/packages.sh

build=$top/build
place=
fresh=no
built=no
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
    case $1 in
    --fresh) fresh=yes ;;
    --in | --built)
        [ $# -gt 1 ] || { usage >&2 && exit 2; }
        if [ "$1" = --in ]; then place=$2; else build=$2 built=yes; fi
        shift
        ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
place=${place:-$build/quickstart}
database=$place/news.db
crawler=$build/crawler
world=

say() { printf '\n== %s\n' "$*"; }

# The world ends with this script, however that ends.
end_world() {
    [ -z "$world" ] || kill "$world" 2>/dev/null || true
    [ -z "$world" ] || wait "$world" 2>/dev/null || true
    world=
}
trap end_world EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

build_all() {
    generator=
    [ -f "$build/CMakeCache.txt" ] || generator="-G Ninja"
    mkdir -p "$build"
    if ! { cmake -S "$top" -B "$build" $generator &&
        cmake --build "$build" --parallel "$(job_count)" --target crawler demo-world; } \
        >"$build/build.log" 2>&1; then
        tail -n 30 "$build/build.log" >&2
        echo "The build failed; all of it is in $build/build.log" >&2
        exit 1
    fi
}

# A database belongs to the world that it was crawled from: its day and port are kept beside it.
start_world() {
    mkdir -p "$place"
    [ -s "$place/day" ] || date -u +%Y-%m-%d >"$place/day"
    rm -f "$place/sites"
    "$build/tests/demo-world" --with-parent --directory "$top/data/world" \
        --day "$(cat "$place/day")" --port "$(cat "$place/port" 2>/dev/null || echo 0)" \
        --sites-file "$place/sites" --apis-file "$place/apis" --truth-file "$place/truth.jsonl" &
    world=$!
    tries=0
    until [ -s "$place/sites" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ] || ! kill -0 "$world" 2>/dev/null; then
            echo "The demo world did not start. --fresh gives it another port." >&2
            exit 1
        fi
        sleep 0.1
    done
    sed -n '1s/.*:\([0-9]*\)\/.*/\1/p' "$place/sites" >"$place/port"
}

add_sites() {
    "$crawler" add --sites "$database" --file "$place/sites"
    while read -r api; do
        # Each word of the line is an argument: a URL and how its records become articles.
        "$crawler" add --sites "$database" --kind api $api
    done <"$place/apis"
}

ask() {
    printf '\n-- %s\n%s\n' "$1" "$2"
    sqlite3 -readonly -header -column "$database" "$2"
}

count_articles() { sqlite3 -readonly "$database" 'SELECT count(*) FROM v_articles'; }

if [ $built = no ]; then
    say "Installing what is missing"
    install_packages
    say "Building in $build"
    build_all
fi
[ $fresh = no ] || rm -rf "$place"

start_world
say "The demo news world answers: $(grep -c . "$place/sites") sites, $(grep -c . "$place/apis") APIs," \
    "on loopback port $(cat "$place/port")"
before=0
again=
if [ -f "$database" ]; then
    before=$(count_articles)
    again="--poll all"
    say "Crawling again: every source is asked whether it has something new"
else
    say "Crawling into $database"
    add_sites
fi

status=0
"$crawler" --sites "$database" $again --allow-net 127.0.0.0/8 --contact quickstart@example.org \
    --delay 0.05 --timeout 3 --patience 10 || status=$?
if [ $status -ne 0 ]; then
    echo "The crawl ended with status $status." >&2
    exit $status
fi

if [ -n "$again" ]; then
    new=$(($(count_articles) - before))
    if [ $new -eq 0 ]; then
        say "Nothing new: $before articles, as before"
    else
        say "$new new articles"
    fi
    sqlite3 -readonly "$database" "SELECT sum(unchanged) || ' of ' || count(*) ||
        ' sources told the same as before, ' || sum(last_http = 304) || ' of them by 304' FROM v_feeds
  WHERE asked >= (SELECT max(started) FROM v_run)"
else
    say "Three questions in SQL"
    ask "What is in there, by language?" \
        "SELECT substr(lang, 1, 2) AS language, count(*) AS articles,
       count(DISTINCT domain) AS sites, sum(words) AS words
  FROM v_articles GROUP BY language ORDER BY articles DESC"
    ask "What are the latest headlines?" \
        "SELECT published, domain, title FROM v_articles ORDER BY published DESC LIMIT 5"
    ask "What was not fetched, and why?" \
        "SELECT state, why, kind, count(*) AS urls FROM v_urls
  WHERE state <> 'done' GROUP BY state, why, kind ORDER BY urls DESC LIMIT 10"
fi

say "Your own list"
echo "$crawler add --sites my.db --file LIST      (one URL a line)"
echo "$crawler --sites my.db --contact you@example.org"
