#!/bin/sh
# Extraction against its floor: quality.sh PROGRAM CORPUS
#
# CORPUS holds pages/, truth.jsonl, urls.tsv and score.py; where it is not there, the check is
# skipped (exit status 77). The floors stand below what the program reaches, so that only a real
# loss fails.
set -eu
program=$1
corpus=$2
if [ ! -f "$corpus/score.py" ]; then
    echo "quality: no corpus at $corpus, skipped"
    exit 77
fi
out=$(mktemp)
trap 'rm -f "$out"' EXIT
cd "$corpus"
"$program" extract --jsonl --url-map urls.tsv pages/*/*.html.gz >"$out"
python3 score.py "$out"
python3 score.py --json "$out" | python3 -c '
import json, sys
floors = {
    ("aeb", "f1"): 0.988, ("aeb", "accuracy"): 0.60,
    ("fundus", "f1"): 0.988, ("fundus", "accuracy"): 0.65,
    ("trafilatura", "seg_f1"): 0.960,
}
ceilings = {("fundus", "bad_pages"): 0.02}
got = json.load(sys.stdin)["summary"]
failed = False
for (data, name), floor in floors.items():
    if got[data][name] < floor:
        failed = True
        print("%s %s is %.3f, below %.3f" % (data, name, got[data][name], floor))
for (data, name), ceiling in ceilings.items():
    if got[data][name] > ceiling:
        failed = True
        print("%s %s is %.3f, above %.3f" % (data, name, got[data][name], ceiling))
sys.exit(failed)'
