#!/bin/sh
# The report's page of 2,000 sites, a good night and a bad one: page.sh PROGRAM FOLDER
#
# Leaves the pages in FOLDER, with pictures of them at the widths of a telephone and a desk, light
# and dark, and as printed, for people to look at; tells how large they are and how long they took
# to make. Needs sqlite3, and chromium for the pictures.
set -eu
program=$1
folder=$2
here=$(dirname "$0")
mkdir -p "$folder"
for bad in 0 1; do
    database=$folder/night-$bad.db
    page=$folder/night-$bad.html
    rm -f "$database"*
    "$program" add --sites "$database" https://www.example.org/ >/dev/null
    {
        echo "BEGIN; DELETE FROM queue; DELETE FROM feeds; DELETE FROM hosts; DELETE FROM sites;"
        echo "CREATE TEMP TABLE night AS SELECT 2000 AS sites, $bad AS bad;"
        cat "$here/../support/nights.sql"
        echo "COMMIT;"
    } | sqlite3 -bail "$database"
    begin=$(date +%s%N)
    "$program" report --sites "$database" --html "$page"
    echo "$page: $(wc -c <"$page") bytes in $((($(date +%s%N) - begin) / 1000000)) ms"
    for width in 360 1400; do
        for scheme in 1 0; do # as Chromium counts them: 0 is dark
            chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
                --blink-settings=preferredColorScheme=$scheme --window-size=$width,4400 \
                --screenshot="$folder/night-$bad-$width-$scheme.png" "file://$page" 2>/dev/null
        done
    done
    chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
        --print-to-pdf="$folder/night-$bad.pdf" "file://$page" 2>/dev/null
done
