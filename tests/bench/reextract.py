#!/usr/bin/env python3
"""How fast kept pages are read again, and whether that gives what the first reading gave.

    tests/bench/reextract.py PROGRAM CORPUS [--times 3] [--workers 1,2]

CORPUS holds urls.tsv (path, URL) and the pages that it names. They become a WARC file, which
`crawler import` reads into a database as if they had been crawled when it was made. Copies of that
are spoilt as an older extractor would have left them: every text, date and person is another, and
an edit was seen that was none. `crawler reextract` has to make them what they were. Prints pages a
second by the clock, and CPU a page of all its processes.
"""
import argparse
import gzip
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

SPOIL = """
CREATE TEMP TABLE kept AS SELECT article_id FROM articles
 WHERE fetch_id IN (SELECT fetch_id FROM fetches WHERE raw_id IS NOT NULL);
INSERT INTO article_revisions(article_id, rev, seen_ms, fetch_id, text_hash, words, title, lead,
                              body, extractor)
SELECT article_id, 1, first_seen_ms, fetch_id, 1, 3, 'Home | ' || title, lead, body, 'older'
  FROM articles WHERE article_id IN kept AND rev_count = 1 AND article_id % 10 = 0;
UPDATE articles SET rev_count = 2, revised_ms = first_seen_ms, changed = 'title'
 WHERE article_id IN (SELECT article_id FROM article_revisions WHERE extractor = 'older');
UPDATE articles SET extractor = 'older', title = 'x', lead = NULL, body = 'y', text_hash = 1,
  words = 1, published_ms = NULL, modified_ms = NULL, lang = NULL, section = NULL
 WHERE article_id IN kept;
DELETE FROM article_authors WHERE article_id IN kept;
"""

SAME = {
    "articles": "url_id, published_ms, published_has_time, published_from, modified_ms, words, lang,"
                " section, rev_count, revised_ms, changed, text_hash, title_hash, simhash,"
                " canonical_url, image_url, title_from, body_from, title, lead, body FROM {}.articles",
    "authors": "article_id, name, pos FROM {0}.article_authors JOIN {0}.authors USING (author_id)",
    "tags": "article_id, tag FROM {0}.article_tags JOIN {0}.tags USING (tag_id)",
    "links": "article_id, to_url, anchor, rel FROM {}.links",
    "revisions": "article_id, rev, text_hash FROM {}.article_revisions",
}


def write_warc(corpus, path):
    pages = 0
    with open(os.path.join(corpus, "urls.tsv"), encoding="utf-8") as urls, \
            gzip.open(path, "wb", compresslevel=1) as out:
        for line in urls:
            name, url = line.rstrip("\n").split("\t")[:2]
            with open(os.path.join(corpus, name), "rb") as file:
                body = file.read()
            coding = b"Content-Encoding: gzip\r\n" if name.endswith(".gz") else b""
            head = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + coding +
                    b"Content-Length: %d\r\n\r\n" % len(body))
            out.write(("WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%032x>\r\n"
                       "WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: %s\r\n"
                       "Content-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n"
                       "\r\n" % (pages, url, len(head) + len(body))).encode())
            out.write(head + body + b"\r\n\r\n")
            pages += 1
    return pages


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def differences(database, as_it_was):
    db = sqlite3.connect(database)
    db.execute("ATTACH ? AS was", (as_it_was,))
    found = {}
    for name, query in SAME.items():
        now, then = query.format("main"), query.format("was")
        count = sum(db.execute("SELECT count(*) FROM (SELECT %s EXCEPT SELECT %s)" % pair).fetchone()[0]
                    for pair in ((now, then), (then, now)))
        if count:
            found[name] = count
    db.close()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("corpus")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--workers", default="1,2")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    place = tempfile.mkdtemp(prefix="reextract-")
    try:
        warc, fresh, database = (os.path.join(place, name) for name in ("w.gz", "fresh.db", "a.db"))
        pages = write_warc(options.corpus, warc)
        subprocess.run([program, "import", "-q", "--sites", fresh, "--keep-raw", "300000h", warc],
                       check=True, stdout=subprocess.DEVNULL)
        db = sqlite3.connect(fresh)
        count, bytes_kept = db.execute("SELECT count(*), total(length(body)) FROM raw_pages").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        print("%d pages, %d kept (%.1f MB)" % (pages, count, bytes_kept / 1e6))
        failed = False
        for workers in options.workers.split(","):
            best = None
            for _ in range(options.times):
                shutil.copy(fresh, database)
                db = sqlite3.connect(database)
                db.executescript(SPOIL)
                db.close()
                cpu, since = cpu_seconds(), time.monotonic()
                out = subprocess.run([program, "reextract", "--sites", database, "--workers", workers,
                                      "--json"], check=True, capture_output=True).stdout
                took, cpu = time.monotonic() - since, cpu_seconds() - cpu
                read = json.loads(out)["pages"]
                best = min(best or (took, cpu), (took, cpu))
                found = differences(database, fresh)
                failed |= bool(found)
                if found:
                    print("not as it was:", found)
            print("%s workers: %d pages in %.2f s, %.0f pages/s, %.2f ms of CPU a page" %
                  (workers, read, best[0], read / best[0], best[1] * 1000 / read))
        return failed
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
