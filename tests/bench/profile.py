#!/usr/bin/env python3
"""Instructions of each stage of a page, by callgrind: the same on every machine, loaded or not.

    tests/bench/profile.py LIST...     lists as bench_page reads them: a file, a tab, its URL a line

Runs build/tests/bench_page over each list once and three times, so that what is done once in a
process (tables, indexes, the loader) falls out of the difference, and prints the figures of the
stages in the order of a page's way. Callgrind takes fifty times as long as the machine alone.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build/tests/bench_page")

# Function, what it does; indented what is part of the one above. Inclusive of what it calls.
STAGES = [
    ("wire_put_request", "request to the worker"),
    ("decode_body", "content coding (libdeflate)"),
    ("sniff_is_binary", "is it text at all"),
    ("charset_read", "charset to UTF-8"),
    ("prepare_page", "tags and text, scripts cut out"),
    ("document_build", "libxml2's events to a tree"),
    ("metadata_collect", "metadata"),
    ("facts_gather", "  facts of head and marks"),
    ("jsonld_read", "    JSON-LD (jansson)"),
    ("language_choose", "  language"),
    ("pagedate_find", "  dates"),
    ("authors_find", "  authors"),
    ("body_find", "body"),
    ("blocks_collect", "  blocks of text"),
    ("blocks_features", "  features"),
    ("ask", "  forest"),
    ("blocks_context", "  context"),
    ("kind_judge", "is it an article"),
    ("wire_put_answer", "answer"),
    ("wire_get_answer", "answer, checked in the loop"),
]


def inclusive(path):
    """Function -> inclusive instructions, and the total, of a callgrind file."""
    text = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--auto=no", "--threshold=100", path],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        match = re.match(r"\s*([\d,]+) \([ \d.]+%\)\s+\S*?:([\w.']+)(?: \[|$)", line)
        if match:  # a name may stand there as clones: foo, foo.part.0
            name = match.group(2).split(".")[0]
            found[name] = max(found.get(name, 0), int(match.group(1).replace(",", "")))
        total = re.match(r"\s*([\d,]+) \(100\.0%\)\s+PROGRAM TOTALS", line)
        if total:
            found["TOTAL"] = int(total.group(1).replace(",", ""))
    return found


def count(name, times, folder):
    """Pages, and the instructions of each function, of so many passes over the list."""
    out = os.path.join(folder, "callgrind.%d" % times)
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, BENCH, name, str(times)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          text=True)
    return done.stdout, inclusive(out)


def profile(name):
    with tempfile.TemporaryDirectory() as folder:
        told, once = count(name, 1, folder)
        _, thrice = count(name, 3, folder)
    pages = int(told.split()[0])
    print("%s: %s" % (name, told.split(":")[0]))

    def per_page(function):
        return (thrice.get(function, 0) - once.get(function, 0)) / 2 / pages
    for function, what in STAGES:
        print("    %-34s %9.0f k" % (what, per_page(function) / 1000))
    print("    %-34s %9.0f k" % ("the whole page", per_page("read_pages") / 1000))
    rest = once["TOTAL"] - per_page("read_pages") * pages
    print("    %-34s %9.0f k" % ("once in a process", rest / 1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", nargs="+")
    names = parser.parse_args().list
    if not os.path.exists(BENCH):
        sys.exit("profile: build first: %s is not there" % BENCH)
    for name in names:
        profile(name)


main()
