#!/bin/sh
# Makes report.png, the picture in the README: what `crawler report --html` says in the morning after the last
# of ten nights over the demo world's papers, in the clock that faketime gives the program.
#
#   data/picture/make.sh            needs a build with tests in build/, faketime and chromium
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
world=
end_world() {
    [ -z "$world" ] || kill "$world" 2>/dev/null || true
    [ -z "$world" ] || wait "$world" 2>/dev/null || true
    world=
}
trap 'end_world; rm -rf "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$place"
crawler=$top/build/crawler

# The papers in the order of their addresses; those with an API alone are in no list of sites.
sed -nE '/^#/d; /\| *(api|wordpress) *\|/d; s/ *\|.*//p' "$top/data/world/sites.txt" >names

port=0
for night in 9 8 7 6 5 4 3 2 1 0; do
    rm -f sites
    "$top/build/tests/demo-world" --with-parent --directory "$top/data/world" --port $port \
        --day "$(date -u -d "-$night days" +%Y-%m-%d)" --sites-file sites --apis-file apis --truth-file truth &
    world=$!
    until [ -s sites ]; do
        kill -0 $world
        sleep 0.1
    done
    port=$(sed -n '1s/.*:\([0-9]*\)\/.*/\1/p' sites)
    if [ $night = 9 ]; then
        head -n "$(grep -c . sites)" names | paste sites - >list
        "$crawler" add -q --sites news.db --file list
    fi
    # Each night's share of what there is, so that there is something new in each.
    faketime -f "-${night}d" "$crawler" --sites news.db --contact you@example.org --allow-net 127.0.0.0/8 -q \
        --poll all --max-per-site $((1 + night * 7 % 3)) --delay 0.05 --timeout 1 --tries 1 --patience 0
    end_world
done

"$crawler" report --sites news.db --html report.html
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1200,1060 \
    --screenshot=report.png "file://$place/report.html" 2>/dev/null
mv report.png "$top/data/picture/"
ls -l "$top/data/picture/report.png"
