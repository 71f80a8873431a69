"""What an analyst waits for on a PostgreSQL server: schema/postgres/questions.sql over two years of news,
and searches in three languages.

    postgres_questions.py [--articles 1000000] [--paragraphs 4] [--explain Q8] [--keep]

Starts a server of its own, fills it by SQL in the shape of tests/support/archive.c: some thousand sites of
very different size, 730 nights, authors, tags, links, wire copy, edits, pages that are gone, refusals, the
requests of 90 nights; no pages as they came. A text is a draw of paragraphs of 60 words of its language,
so that their entries for the search are made once. Each question is asked twice, and the second time
counts; --explain prints the plan of one. --keep waits for Enter before the server goes.
"""
import argparse
import os
import random
import re
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
import statements  # noqa: E402
from server import Server  # noqa: E402

SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "wal_level = minimal",
            "max_wal_senders = 0", "max_wal_size = 8GB", "shared_buffers = 2GB", "work_mem = 64MB",
            "maintenance_work_mem = 512MB", "random_page_cost = 1.1", "effective_cache_size = 6GB")
VOCABULARY, DRAWN = 30000, 3000  # words; paragraphs of a language
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "pt", "it")
ASKED = {"en": ("election", "climate", "protest"), "de": ("Wahlen", "Klima", "Protest"),
         "fr": ("élections", "climat", "manifestations")}
SEARCHES = (("en", "elections"), ("de", "Wahl Klima"), ("fr", '"élection" OR manifestation'),
            ("en", "NEAR(climate protest, 20)"), ("en", "elect* NOT climate"), ("all", "title:election"))

FILL = """
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.draw(bigint, integer) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN (hashint8extended($1, $2) & 2147483647) / 2147483648.0;
INSERT INTO runs(run_id, started_ms, ended_ms, host, pid, version, argv, outcome, requests, ok, articles_new)
SELECT n + 1, :end - (729 - n) * 86400000::bigint, :end - (729 - n) * 86400000::bigint + 3000000, 'h', 1, 'b', '[]',
  'ok', :articles / 365, :articles / 400, :articles / 730 FROM generate_series(0, 729) n;
INSERT INTO sites(site_id, home_url, domain, name, added_ms)
SELECT n, 'https://site' || n || '.example/', 'site' || n || '.example', 'The Site ' || n, 0
  FROM generate_series(1, :sites) n;
INSERT INTO hosts(host_id, origin, site_id)
SELECT n, 'https://site' || n || '.example', n FROM generate_series(1, :sites) n;
INSERT INTO feeds(feed_id, site_id, host_id, hash, url, source, kind, found_via, next_ms, asked_ms, last_ok_ms,
  last_new_ms, status, polls)
SELECT n, (n + 1) / 2, (n + 1) / 2, -n, 'https://site' || (n + 1) / 2 || '.example/' || n, 1 + n % 3, 'rss',
  'link', :end + 3600000, :end, :end, CASE WHEN n % 9 = 0 THEN :end - 86400000::bigint * 40 ELSE :end END,
  'ok', 730 FROM generate_series(1, 2 * :sites) n;
INSERT INTO site_days(site_id, day, polls, polls_ok, pages, articles, titled, bodied, dated, authored, words,
  open, verdict)
SELECT s, :end / 86400000 - 729 + n, 2, 2, 9, 5, 5, 5, 5, 4, 3000, 4, 'ok'
  FROM generate_series(1, :sites) s, generate_series(0, 729) n;
INSERT INTO authors(author_id, name)
SELECT n, 'Author ' || n / 25 || ' ' || n FROM generate_series(1, 25 * :sites) n;
INSERT INTO tags(tag_id, tag) SELECT n, 'tag ' || n FROM generate_series(1, 2000) n;

-- sites by Zipf's law, nights evenly
CREATE UNLOGGED TABLE drawn AS
SELECT n AS id, 1 + floor(exp(pg_temp.draw(n, 1) * ln(:sites + 0.0)) - 1)::bigint AS site,
  ((n - 1) * 730 / :articles)::int AS night
  FROM generate_series(1::bigint, :articles) n;
INSERT INTO urls(url_id, host_id, hash, site_id, feed_id, article_id, kind, state, tries, found_ms, asked_ms, url)
SELECT id, site, id, site, 2 * site - id % 2, id, 2, 'done', 1, at, at,
  'https://site' || site || '.example/news/' || night || '/story-' || id || '.html'
  FROM (SELECT *, :end - (729 - night) * 86400000::bigint + id % 3000000 AS at FROM drawn) d;
INSERT INTO urls(url_id, host_id, hash, site_id, kind, state, found_ms, why, url)
SELECT :articles + id, site, -id, site, 2, CASE id % 3 WHEN 0 THEN 'denied' ELSE 'skipped' END, :end,
  (ARRAY['robots.txt', 'a video page', 'a log-in page'])[1 + id % 3],
  'https://site' || site || '.example/left-out/' || id FROM drawn WHERE id % 30 = 0;
INSERT INTO seen SELECT host_id, hash FROM urls;
INSERT INTO url_sources SELECT url_id, feed_id, found_ms, found_ms FROM urls WHERE feed_id IS NOT NULL;
INSERT INTO articles(article_id, site_id, url_id, first_seen_ms, published_ms, published_has_time, published_from,
  words, lang, section, free_access, rev_count, revised_ms, text_hash, title_hash, story_id, gone_ms, extractor,
  canonical_url, site_name, title_from, body_from, title, lead, body)
SELECT id, d.site, id, at, CASE WHEN id % 30 <> 0 THEN at - (pg_temp.draw(id, 2) * 72000000)::bigint END, 1,
  CASE WHEN id % 30 <> 0 THEN (ARRAY['json-ld', 'meta', 'time-tag', 'url'])[1 + id % 4] END, :paragraphs * 60,
  d.lang, (ARRAY['news', 'world', 'sport'])[1 + id % 3], (id % 5 <> 0)::int,
  CASE WHEN id % 10 = 0 THEN 2 ELSE 1 END, CASE WHEN id % 10 = 0 THEN at + 86400000 END, id, id,
  CASE WHEN id % 8 = 0 THEN d.night * 1000 + (pg_temp.draw(id, 3) * (1 + :articles / 730 / 30))::bigint END,
  CASE WHEN id % 70 = 0 THEN at + 2 * 86400000 END, 'b', 'https://site' || d.site || '.example/news/' || d.night
  || '/story-' || id || '.html', 'The Site ' || d.site, 'json-ld', 'text', t.title, t.lead,
  (SELECT string_agg(p.body, E'\\n') FROM paragraphs p, generate_series(1, :paragraphs) k
    WHERE p.lang = d.lang AND p.place = (pg_temp.draw(id, 10 + k) * :drawn)::int)
  FROM (SELECT *, (CAST(:'languages' AS text[]))[1 + site % 8] AS lang,
          :end - (729 - night) * 86400000::bigint + id % 3000000 AS at FROM drawn) d
  JOIN paragraphs t ON t.lang = d.lang AND t.place = (pg_temp.draw(id, 4) * :drawn)::int;
INSERT INTO article_revisions(article_id, rev, seen_ms, text_hash, words, title, body)
SELECT article_id, 1, first_seen_ms, 1, words,
  CASE WHEN article_id % 30 = 0 THEN title || ' once' ELSE title END, left(body, 500)
  FROM articles WHERE rev_count > 1;
INSERT INTO article_authors SELECT id, 25 * (site - 1) + 1 + (pg_temp.draw(id, 5) * 24)::int, 0 FROM drawn
 WHERE id % 10 <> 0;
INSERT INTO article_tags SELECT id, 1 + (pg_temp.draw(id, 6) * 1990)::int FROM drawn;
INSERT INTO links(article_id, to_url, to_domain, anchor)
SELECT id, 'https://site' || t || '.example/news/' || id || k, 'site' || t || '.example', 'three words here'
  FROM (SELECT id, k, CASE WHEN k < 3 THEN site
                  ELSE 1 + floor(exp(pg_temp.draw(id, 7 + k) * ln(:sites + 0.0)) - 1)::bigint END AS t
          FROM drawn, generate_series(1, 4) k) l;
INSERT INTO fetches(run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, error, bytes_wire, bytes_body)
SELECT 640 + k * 3 + night % 3, id, 1, :end - (89 - k * 3) * 86400000::bigint + id % 3000000, 50, 20,
  CASE WHEN id % 100 <> 0 THEN CASE k % 2 WHEN 0 THEN 200 ELSE 304 END END,
  CASE WHEN id % 100 = 0 THEN 'timeout' END, 30000, 150000
  FROM drawn, generate_series(0, 29) k WHERE id % 50 = k;
DROP INDEX articles_fts_words;
INSERT INTO articles_fts(article_id, config, words)
SELECT d.id, search_config(d.lang), t.title_words || (SELECT p1.words || p2.words || p3.words || p4.words
  FROM paragraphs p1, paragraphs p2, paragraphs p3, paragraphs p4
 WHERE p1.lang = d.lang AND p1.place = (pg_temp.draw(id, 11) * :drawn)::int
   AND p2.lang = d.lang AND p2.place = (pg_temp.draw(id, 12) * :drawn)::int
   AND p3.lang = d.lang AND p3.place = (pg_temp.draw(id, 13) * :drawn)::int
   AND p4.lang = d.lang AND p4.place = (pg_temp.draw(id, 14) * :drawn)::int)
  FROM (SELECT *, (CAST(:'languages' AS text[]))[1 + site % 8] AS lang FROM drawn) d
  JOIN paragraphs t ON t.lang = d.lang AND t.place = (pg_temp.draw(id, 4) * :drawn)::int;
CREATE INDEX articles_fts_words ON articles_fts USING gin (words);
DROP TABLE drawn;
"""


def vocabulary(language, chance):
    """Words of one to four syllables, and at their ranks those that are asked for."""
    words = ["".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou")
                     for _ in range(1 if i < 60 else 2 if i < 1800 else 3 + i % 2)) for i in range(VOCABULARY)]
    for place, word in zip((1000, 1200, 1500), ASKED.get(language, ())):
        words[place] = word
    return words


def paragraphs():
    """Lines for COPY: language, place, title, lead, body."""
    chance = random.Random(1)
    for language in sorted(set(LANGUAGES)):
        words = vocabulary(language, chance)

        def line(count):
            return " ".join(words[int(chance.random() ** 3 * VOCABULARY)] for _ in range(count))
        for place in range(DRAWN + 1):
            yield f"{language}\t{place}\t{line(9)}\t{line(28)}\t{line(60)}\n"


def fill(server, options):
    server.make_schema(TOP + "/schema/postgres")
    server.run("CREATE UNLOGGED TABLE paragraphs(lang text, place int, title text, lead text, body text);\n"
               "COPY paragraphs FROM stdin;\n" + "".join(paragraphs()) + "\\.\n"
               "ALTER TABLE paragraphs ADD words tsvector, ADD title_words tsvector;\n"
               "UPDATE paragraphs SET words = to_tsvector(search_config(lang), body), title_words ="
               " search_words(search_config(lang), title, lead, '');\n"
               "CREATE UNIQUE INDEX ON paragraphs(lang, place); ANALYZE paragraphs")
    end = int(time.time()) // 86400 * 86400000 - 21600000
    server.run(FILL, "-v", f"end={end}::bigint", "-v", f"articles={options.articles}::bigint", "-v",
               f"sites={100 + options.articles // 1000}", "-v", f"drawn={DRAWN}", "-v",
               f"paragraphs={options.paragraphs}", "-v", "languages={" + ",".join(LANGUAGES) + "}")
    server.run("DROP TABLE paragraphs; VACUUM (ANALYZE)")


def ask(server, sql, url, explain=False):
    """Rows, milliseconds of the second time."""
    head = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " if explain else ""
    out = server.run(f"{sql}\n\\echo ---\n\\timing on\n{head}{sql}\n", "-At", "-v", "domain=site1.example",
                     "-v", f"url={url}").split("\n---\n")[-1]
    took = re.findall(r"Time: ([\d.]+) ms", out)
    return out.count("\n") - 1, float(took[-1]) if took else -1, out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000000)
    parser.add_argument("--paragraphs", type=int, default=4, help="of 60 words, in a text")
    parser.add_argument("--explain", action="append", default=[], metavar="QN")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with Server(SETTINGS) as server:
        began = time.monotonic()
        fill(server, options)
        size = server.run("SELECT pg_size_pretty(pg_database_size(current_database()))", "-At").strip()
        print(f"{options.articles} articles, {size}, made in {time.monotonic() - began:.0f} s, server's CPU "
              f"{server.cpu_seconds():.0f} s; on {server.folder}", flush=True)
        url = server.run("SELECT canonical_url FROM articles ORDER BY article_id DESC LIMIT 1", "-At").strip()
        text = open(TOP + "/schema/postgres/questions.sql", encoding="utf-8").read()
        parts = re.split(r"(?m)^-- (Q\d+) ", text)[1:]
        for name, question in zip(parts[::2], parts[1::2]):
            before = server.cpu_seconds()
            rows, took, out = ask(server, question.split("\n", 1)[1].strip(), url, name in options.explain)
            cpu = (server.cpu_seconds() - before) / 2
            print(f"{name:4} {rows:8} rows {took:9.1f} ms, CPU about {1000 * cpu:7.0f} ms", flush=True)
            if name in options.explain:
                print(out)
        search = statements.read(TOP + "/schema/postgres/queries.sql")["search_articles"]
        for language, query in SEARCHES:
            head = statements.prepare("found", search)[0]
            given = [f"'{query}'", "0", "NULL", "20", "(extract(epoch FROM now()) * 1000)::bigint"]
            given += ["NULL"] * (max(map(int, re.findall(r"\$(\d+)", search))) - len(given))
            call = f"EXECUTE found({', '.join(given)});"
            found = server.run(f"SELECT count(*) FROM search_hits('{query}')", "-At").strip()
            out = server.run(f"{head}{call}\n\\timing on\n{call}\n", "-At")
            print(f"{language:4} {query:32} {found:>7} found, the best 20 in "
                  f"{re.findall('Time: ([0-9.]+)', out)[-1]} ms", flush=True)
        if options.keep:
            sys.stdin.readline()


main()
