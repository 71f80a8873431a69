#!/usr/bin/env python3
"""What `crawler copy` takes: a database with N articles to a PostgreSQL server, and back into a file.

    copy.py BUILD [ARTICLES [FOLDER]]

Makes the database by SQL (a million articles: 15 million rows, 5 GB), starts a server of its own (fsync
on), copies there and back without the search index, and tells rows and CPU time; digests have to be equal.
FOLDER, else a temporary one, holds the files; there a source that was made before is used again.
"""
import glob
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
from server import Server  # noqa: E402

SETTINGS = ("shared_buffers = 1GB", "max_wal_size = 4GB", "wal_compression = on")
SITES = 1000

# n: 1, 2, 3 … to the number of articles; text(n, size) is part of a longer one
ROWS = """
INSERT INTO runs(run_id, started_ms, host, pid, version, argv, outcome) VALUES (1, 1, 'h', 1, '1', '[]', 'ok');
INSERT INTO sites(site_id, home_url, domain, added_ms)
SELECT n, 'https://s' || n || '.example/', 's' || n || '.example', 1 FROM n WHERE n <= :sites;
INSERT INTO hosts(host_id, origin, site_id) SELECT n, 'https://s' || n || '.example', n FROM n WHERE n <= :sites;
INSERT INTO feeds(feed_id, site_id, host_id, hash, url, source, found_via)
SELECT n, n, n, n, 'https://s' || n || '.example/feed', 3, 'link' FROM n WHERE n <= :sites;
INSERT INTO seen SELECT 1 + n % :sites, n * 7919 + k * 1000003 FROM k, n;
INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, found_ms, path)
SELECT 1 + n % :sites, 1, n, n * 7919 + 1000003, 0, 1 + n % :sites, 1 + n % :sites, 5, '/news/2026/11/21/' || n FROM n;
INSERT INTO urls(url_id, host_id, hash, site_id, feed_id, article_id, kind, state, found_ms, asked_ms, next_ms,
                 body_hash, etag, url)
SELECT n, 1 + n % :sites, n * 7919, 1 + n % :sites, 1 + n % :sites, n, 0, 'done', 5, 6, 7, n, '"' || n || '"',
       'https://s' || (1 + n % :sites) || '.example/news/2026/11/21/an-article-with-a-slug-of-usual-length-' || n FROM n;
INSERT INTO url_sources SELECT n, 1 + n % :sites, 5, 5 FROM n;
INSERT INTO fetches(fetch_id, run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, http, ip, bytes_wire,
                    bytes_body, mime, charset, body_hash)
SELECT n, 1, n, 1, 6, 120, 80, 200, '2', '192.0.2.7', 34000, 180000, 'text/html', 'utf-8', n FROM n;
INSERT INTO raw_pages(raw_id, body_hash, last_ms, codec, headers, body)
SELECT n, n * 7919, 5, 'zstd', 'content-type: text/html', randomblob(8000) FROM n WHERE n % 10 = 0;
INSERT INTO articles(article_id, site_id, url_id, first_seen_ms, published_ms, published_has_time, words, lang,
                     fetch_id, text_hash, title_hash, simhash, extractor, canonical_url, title, lead, body)
SELECT n, 1 + n % :sites, n, 1790000000000 + n, 1790000000000, 1, 400, 'en', n, n * 104729, n * 7, n * 13, 'x',
       'https://s' || (1 + n % :sites) || '.example/news/2026/11/21/an-article-with-a-slug-of-usual-length-' || n,
       text(n, 60), text(n * 3, 200), text(n * 7, 2400) FROM n;
INSERT INTO article_revisions(article_id, rev, seen_ms, text_hash, words, title, lead, body)
SELECT n, 1, 5, n, 400, text(n, 60), text(n, 200), text(n, 2400) FROM n WHERE n % 20 = 0;
INSERT INTO authors(author_id, name) SELECT n, 'Author ' || n FROM n WHERE n <= 10000;
INSERT INTO article_authors SELECT n, 1 + n % min(10000, :articles), 1 FROM n;
INSERT INTO links SELECT n, 'https://s' || (k * n % :sites) || '.example/' || n || '/' || k, 'x.example', 'words', NULL FROM n, k
 WHERE k < 4;
INSERT INTO story_keys SELECT k * 1000000007 + n % 5000, n FROM k, n WHERE k < 3;
"""


def fill(path, articles):
    subprocess.run([sys.argv[1] + "/crawler", "add", "-q", "--sites", path, "https://s.example/"], check=True)
    database = sqlite3.connect(path, isolation_level=None)
    words = "".join(open(f"{TOP}/README.md", encoding="utf-8").read() for _ in range(2))[:40000] * 2
    database.create_function("text", 2, lambda n, size: words[n * 31 % 37000:][:size], deterministic=True)
    database.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;"
                           "DELETE FROM sites; DELETE FROM hosts; DELETE FROM feeds; DELETE FROM seen; DELETE FROM queue;"
                           "CREATE TEMP TABLE n(n INTEGER PRIMARY KEY); CREATE TEMP TABLE k(k INTEGER PRIMARY KEY);"
                           "INSERT INTO k VALUES (1), (2), (3), (4);")
    database.execute("INSERT INTO n WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < ?) "
                     "SELECT n FROM c", (articles,))
    for statement in ROWS.split(";\n"):
        if statement.strip():
            names = {"sites": SITES, "articles": articles}
            database.execute(statement, {k: v for k, v in names.items() if ":" + k in statement})
    database.close()


def copy(server, source, target):
    before, cpu, began = server.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run([sys.argv[1] + "/crawler", "copy", "--from", source, "--to", target, "--no-search", "--json", "-q"],
                          check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said, seconds = json.loads(done.stdout), time.time() - began
    own = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    there = server.cpu_seconds() - before
    rows = said["rows"]
    print(f"{rows} rows in {seconds:.0f} s: {rows / seconds:.0f}/s, compared too; CPU {own:.0f} s here, {there:.0f} s "
          f"the server's, {(own + there) / rows * 1e6:.1f} us a row", flush=True)
    return [(t["table"], t["rows"], t["digest"]) for t in said["tables"]]


def main():
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    with tempfile.TemporaryDirectory() as temporary, Server(SETTINGS) as server:
        folder = sys.argv[3] if len(sys.argv) > 3 else temporary
        source, back = folder + "/source.db", folder + "/back.db"
        if not os.path.exists(source):
            fill(source, articles)
        for left in glob.glob(back + "*"):  # of the last time
            os.unlink(left)
        print(f"the source has {os.path.getsize(source) / 1e9:.1f} GB", flush=True)
        target = f"postgresql://crawler@/crawler?host={server.folder}"
        there = copy(server, source, target)
        print(f"the server has {int(server.run('SELECT pg_database_size(current_database())', '-At')) / 1e9:.1f} GB")
        digests_back = copy(server, target, back)
        print("digests are equal" if there == digests_back else "digests differ")
        return 0 if there == digests_back else 1


if __name__ == "__main__":
    sys.exit(main())
