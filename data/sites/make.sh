#!/bin/sh
# The list of sites as text and as OPML, made from starter.csv: make.sh [FOLDER]
set -eu
here=$(dirname "$0")
folder=${1:-$here}
awk -F, 'NR > 1 {
    if ($4 != country) printf "%s# %s\n", (NR > 2 ? "\n" : ""), $4
    country = $4
    print $1, $2
}' "$here/starter.csv" >"$folder/starter.txt"
{
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo '<opml version="2.0">'
    echo '  <head><title>News sites to start from</title></head>'
    echo '  <body>'
    awk -F, 'NR > 1 {
        gsub(/&/, "\\&amp;")
        if ($4 != country) printf "%s    <outline text=\"%s\">\n", (NR > 2 ? "    </outline>\n" : ""), $4
        country = $4
        printf "      <outline text=\"%s\" htmlUrl=\"%s\" language=\"%s\"/>\n", $2, $1, $5
    }
    END { print "    </outline>" }' "$here/starter.csv"
    echo '  </body>'
    echo '</opml>'
} >"$folder/starter.opml"
