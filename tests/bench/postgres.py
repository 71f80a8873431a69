"""What the frontier costs on a PostgreSQL server, discover, claim, complete, and what articles cost.

    postgres.py [--hosts 20000] [--urls 1000000] [--seconds 10] [--clients 1,2,4,8] [--no-articles]

Starts a server of its own on a socket (fsync on), fills a frontier, and lets pgbench do what workers do,
with the statements of schema/postgres/queries.sql: a claim of 16 hosts, 16 URLs of each, one transaction
that completes them (queue, urls, fetches, hosts, the batch's mark), the hosts given back; and batches of
10,000 URLs that were found on 200 hosts. Tells URLs per second, and the server's CPU time for one.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
import statements  # noqa: E402
from server import Server  # noqa: E402

QUERIES = statements.read(TOP + "/schema/postgres/queries.sql")
FRESHEST = 2**62


def call(name, *values):
    """A statement with pgbench's variables, or SQL, in its parameters' places."""
    sql = QUERIES[name]
    return re.sub(r"\$(\d+)", lambda m: f"({values[int(m.group(1)) - 1]})", sql)


def gather(result, sql):
    """One row of what a statement gives: the SELECT behind its WITH is asked within another."""
    depth = begin = 0
    for place, sign in enumerate(sql):
        depth += (sign == "(") - (sign == ")")
        if not depth and not begin and sql.startswith("SELECT", place):
            begin = place
    return f"{sql[:begin]} SELECT {result} FROM ({sql[begin:]}) rows"


def fill(server, hosts, urls, fillfactor=0):
    server.make_schema(TOP + "/schema/postgres")
    if fillfactor:
        server.run(f"ALTER TABLE hosts SET (fillfactor = {fillfactor})")
    server.run(f"""
      INSERT INTO meta VALUES ('queued', '0');
      INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1, 'h', 1, '1', '[]');
      INSERT INTO workers(run_id, host, pid, started_ms, until_ms)
        SELECT 1, 'h', g, 1, now_ms() + 86400000 FROM generate_series(1, 64) g;
      INSERT INTO sites(home_url, domain, added_ms)
        SELECT 'https://s' || g || '.example/', 's' || g || '.example', 1 FROM generate_series(1, {hosts}) g;
      INSERT INTO hosts(origin, site_id, due_ms)
        SELECT 'https://s' || g || '.example', g, 1 FROM generate_series(1, {hosts}) g;
      INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, found_ms, path)
        SELECT 1 + g % {hosts}, 1, 1790000000 + g / {hosts}, (random() * 2^47)::bigint, 0, 1 + g % {hosts}, NULL,
               1790000000000, '/news/2026/11/21/an-article-with-a-slug-of-usual-length-' || g
          FROM generate_series(1, {urls}) g;
      INSERT INTO seen SELECT host_id, hash FROM queue ON CONFLICT DO NOTHING;
      VACUUM (ANALYZE);
      CHECKPOINT;""")


def cycle(per_host, hosts):
    """A worker's round: claim, lease, complete, give back. The texts are made by the server, which a
    worker would send."""
    column = lambda value: f"SELECT array_agg({value}) FROM unnest(:h::bigint[], :a::bigint[]) AS g (h, a)"
    null = lambda kind: column(f"NULL::{kind}")
    put = [":h::bigint[]", ":a::bigint[]", column("'https://s' || h || '.example/news/2026/11/21/an-article-with-a-slug-' || a"),
           column("h"), null("bigint"), column("2"), column("'done'::text"), null("text"), column("1"), column("0"),
           column("1790000000000"), column("1790000100000"), column("1790000100000"),
           column("'\"5f3e-' || a || '\"'"), column("'Sat, 21 Nov 2026 19:45:00 GMT'::text"), column("a"),
           null("text"), null("bigint")]
    fetch = [column("1"), ":u::bigint[]", column("1"), column("1790000100000"), column("120"), column("80"),
             column("200"), null("text"), column("0"), column("'2'::text"), column("'192.0.2.' || h % 250"),
             column("34000"), column("180000"), column("'text/html'::text"), column("'utf-8'::text"), column("0"),
             column("a"), null("bigint"), null("text")]
    per_row = lambda value: f"SELECT array_agg({value}) FROM unnest(:hosts::bigint[]) AS h"
    state = [":hosts::bigint[]", per_row("1790000200000"), per_row("90"), per_row("0"), per_row("0"),
             per_row(f"{-per_host}"), per_row("0")]
    return f"""\\set worker :client_id + 1
\\set batch :batch + 1
{gather("coalesce(array_agg(host_id), '{}')::text AS hosts", call("claim_hosts", ":worker::bigint", hosts, 0))} \\gset
SELECT coalesce(array_agg(g.host_id), '{{}}')::text AS h, coalesce(array_agg(rank), '{{}}')::text AS r,
  coalesce(array_agg(hash), '{{}}')::text AS a
  FROM unnest(:hosts::bigint[]) AS g (host_id) CROSS JOIN LATERAL
    ({call("lease_freshest", "g.host_id", 1, FRESHEST, 0, "NULL", per_host)}) l \\gset
BEGIN;
{call("dequeue", ":h::bigint[]", column("1"), ":r::bigint[]", ":a::bigint[]")};
{gather("array_agg(url_id ORDER BY place)::text AS u", call("insert_url", *put))} \\gset
{call("insert_fetch", *fetch)};
{call("update_host", *state)};
{call("commit_batch", ":worker::bigint", ":batch::bigint")};
COMMIT;
{call("release_hosts", ":worker::bigint", ":hosts::bigint[]", per_row("now_ms()"), 0)};
"""


def found(hosts, known):
    """10,000 URLs on 200 hosts, `known` of ten of which were seen before."""
    rows = (f"(SELECT h, CASE WHEN n % 10 < {known} THEN n * 7919 ELSE (random() * 2^47)::bigint END AS a, n "
            f"FROM generate_series(1, 200) AS i, generate_series(1, 50) AS n, "
            f"LATERAL (SELECT 1 + (i * 97 + :first) % {hosts} AS h) AS t) AS g")
    column = lambda value: (f"SELECT array_agg({value}) FROM unnest(:h::bigint[], :a::bigint[]) WITH ORDINALITY "
                            f"AS g (h, a, place) JOIN unnest(:new::bigint[]) AS n (place) USING (place)")
    row = ["h", "1", "1790000000", "a", "0", "h", "NULL::bigint", "1", "0", "0", "1790000000000", "NULL::bigint",
           "NULL::text", "'/news/2026/11/21/an-article-with-a-slug-of-usual-length-' || a"]
    return f"""\\set first random(1, {hosts})
SELECT array_agg(h)::text AS h, array_agg(a)::text AS a FROM {rows} \\gset
BEGIN;
{gather("coalesce(array_agg(place), '{}')::text AS new", call("see", ":h::bigint[]", ":a::bigint[]"))} \\gset
{call("enqueue", *map(column, row))};
COMMIT;
"""


ARTICLES = 20  # a batch


def make_texts(server):
    """2,000 texts of 400 words, as frequent as words are, and pages of 34 KB that do not get smaller."""
    server.run("""
      CREATE TABLE words AS SELECT n, translate(md5(n::text), '0123456789', 'aeioustrnl')::varchar(9) AS word
        FROM generate_series(1, 30000) n;
      CREATE UNIQUE INDEX ON words(n);
      CREATE TABLE texts AS SELECT t,
          (SELECT string_agg(word, ' ') FROM (SELECT ceil(30000 ^ random())::int AS n FROM generate_series(1, 400) i
             WHERE t = t) g JOIN words USING (n)) AS body,
          (SELECT string_agg(decode(md5(t || '.' || i), 'hex'), ''::bytea) FROM generate_series(1, 2125) i) AS page
        FROM generate_series(1, 2000) t;
      ALTER TABLE texts ADD PRIMARY KEY (t);
      VACUUM (ANALYZE) texts;""")


def articles(hosts, *wanted):
    """20 articles; with their search entries, ten links each, the pages as they came."""
    ids = "unnest(:u::bigint[], :a::bigint[]) AS g (u, a)"
    lines = f"""\\set first random(1, 1980)
\\set host random(1, {hosts})
WITH new AS (INSERT INTO urls(host_id, hash, url, site_id, kind, state, found_ms)
  SELECT :host, (random() * 2^47)::bigint, 'https://s.example/' || random(), :host, 2, 'done', 1
    FROM generate_series(1, {ARTICLES}) RETURNING url_id)
  SELECT array_agg(url_id)::text AS u FROM new \\gset
WITH new AS (INSERT INTO articles(site_id, url_id, first_seen_ms, published_ms, words, lang, text_hash, title_hash,
    simhash, extractor, canonical_url, title, lead, body)
  SELECT :host, u.url_id, 1790000000000, 1789990000000, 400, 'en', u.url_id * 7919, u.url_id * 7907, u.url_id * 7901,
         'x', u.url, left(t.body, 60), left(t.body, 200), t.body
    FROM unnest(:u::bigint[]) WITH ORDINALITY AS g (u, n) JOIN urls u ON u.url_id = g.u
    JOIN texts t ON t.t = :first + g.n RETURNING article_id)
  SELECT array_agg(article_id)::text AS a FROM new \\gset
"""
    if "search" in wanted:
        lines += """INSERT INTO articles_fts(article_id, config, words)
  SELECT article_id, search_config(lang), search_words(search_config(lang), title, lead, body)
    FROM articles WHERE article_id = ANY (:a::bigint[]);
"""
    if "links" in wanted:
        lines += f"""INSERT INTO links(article_id, to_url, to_domain, anchor)
  SELECT g.a, 'https://t' || l || '.example/' || g.a || '/an-article-with-a-slug', 't' || l || '.example', 'anchor'
    FROM {ids}, generate_series(1, 10) l ON CONFLICT DO NOTHING;
"""
    if "pages" in wanted:
        lines += f"""INSERT INTO raw_pages(body_hash, last_ms, codec, headers, body)
  SELECT g.a * 7919 + :client_id, 1, 'gzip', repeat('header: value', 30), t.page
    FROM {ids} JOIN texts t ON t.t = :first + g.a % 20 ON CONFLICT DO NOTHING;
"""
    return lines


def pgbench(server, script, clients, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(line for line in script.splitlines()))
        file.flush()
        done = subprocess.run([server.binaries + "/pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j",
                               str(min(clients, 2)), "-T", str(seconds), "-D", "batch=0", "-f", file.name],
                              env=server.environment, capture_output=True, text=True, check=False)
    if done.returncode or "ERROR" in done.stderr:
        raise RuntimeError(done.stderr[:3000])
    return (int(re.search(r"actually processed: (\d+)", done.stdout).group(1)),
            float(re.search(r"latency average = ([\d.]+)", done.stdout).group(1)))


def one_line(script):
    """pgbench ends a statement at its semicolon; \\gset stands behind one."""
    out, current = [], []
    for line in script.splitlines():
        if line.startswith("\\set"):
            out.append(line)
            continue
        current.append(line.strip())
        if line.rstrip().endswith(("\\gset", ";")):
            out.append(" ".join(current))
            current = []
    return "\n".join(out)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--hosts", type=int, default=20000)
    options.add_argument("--urls", type=int, default=1000000)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--clients", default="1,2,4,8")
    options.add_argument("--fillfactor", type=int, default=0, help="of hosts, instead of the schema's")
    options.add_argument("--no-articles", action="store_true")
    asked = options.parse_args()
    settings = ("shared_buffers = 1GB", "max_wal_size = 4GB", "max_connections = 100")
    with Server(settings) as server:
        begun = time.time()
        fill(server, asked.hosts, asked.urls, asked.fillfactor)
        size = server.run("SELECT pg_total_relation_size('queue'), pg_total_relation_size('seen')", "-At")
        queue, seen = map(int, size.strip().split("|"))
        print(f"{asked.urls} URLs on {asked.hosts} hosts in {time.time() - begun:.0f} s: queue "
              f"{queue / asked.urls:.0f} and seen {seen / asked.urls:.0f} bytes a URL")
        print("clients  what                     URLs/s   batch ms   server CPU us/URL   log bytes/URL")
        for clients in map(int, asked.clients.split(",")):
            for what, script in (("claim and complete", cycle(16, 16)),
                                 ("discover, all new", found(asked.hosts, 0)),
                                 ("discover, 9 of 10 known", found(asked.hosts, 9))):
                server.run("UPDATE workers SET batch = 0; UPDATE hosts SET leased_by = NULL, due_ms = 1; "
                           "VACUUM hosts; VACUUM workers;")
                counts = "SELECT (SELECT count(*) FROM fetches)"
                before, spent = int(server.run(counts, "-At")), server.cpu_seconds()
                log = server.run("SELECT pg_current_wal_lsn()", "-At").strip()
                batches, latency = pgbench(server, one_line(script), clients, asked.seconds)
                spent = server.cpu_seconds() - spent
                log = int(server.run(f"SELECT (pg_current_wal_lsn() - '{log}')::bigint", "-At"))
                urls = batches * 10000 if "discover" in what else int(server.run(counts, "-At")) - before
                print(f"{clients:7}  {what:24} {urls / asked.seconds:7.0f} {latency:10.1f} "
                      f"{spent / max(urls, 1) * 1e6:10.1f} {log / max(urls, 1):18.0f}", flush=True)
        for table in ("urls", "fetches"):
            size, rows = map(int, server.run(f"SELECT pg_total_relation_size('{table}'), count(*) FROM {table}",
                                             "-At").strip().split("|"))
            print(f"{table}: {size / max(rows, 1):.0f} bytes a row")
        print("hosts: updates, of these within the page, bytes, of its indexes: " + server.run(
            "SELECT n_tup_upd, n_tup_hot_upd, pg_relation_size('hosts'), pg_indexes_size('hosts') "
            "FROM pg_stat_user_tables WHERE relname = 'hosts'", "-At", "-F", " ").strip(), flush=True)
        if asked.no_articles:
            return
        make_texts(server)
        print("2 clients, batches of 20 articles of 400 words    articles/s   server CPU us/article   bytes each   log bytes")
        for wanted in ((), ("search",), ("links",), ("pages",), ("search", "links", "pages")):
            size = ("SELECT sum(pg_total_relation_size(c.oid)), (SELECT count(*) FROM articles) FROM pg_class c "
                    "JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public'")
            bytes_before, before = map(int, server.run(size, "-At").strip().split("|"))
            log = server.run("SELECT pg_current_wal_lsn()", "-At").strip()
            spent = server.cpu_seconds()
            pgbench(server, one_line(articles(asked.hosts, *wanted)), 2, asked.seconds)
            spent = server.cpu_seconds() - spent
            log = int(server.run(f"SELECT (pg_current_wal_lsn() - '{log}')::bigint", "-At"))
            bytes_after, after = map(int, server.run(size, "-At").strip().split("|"))
            print(f"  {' '.join(('rows',) + wanted):46} {(after - before) / asked.seconds:10.0f} "
                  f"{spent / (after - before) * 1e6:23.0f} {(bytes_after - bytes_before) / (after - before):12.0f} "
                  f"{log / (after - before):11.0f}",
                  flush=True)


if __name__ == "__main__":
    main()
