"""crawler copy: a crawled database into PostgreSQL and back has the same rows, whatever killed it on the way, and
the crawl goes on there; what is no place for a copy is said in one line."""
import fcntl
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import demo
import statements
from server import Server

TOP, BUILD = sys.argv[1], sys.argv[2]
CRAWLER = BUILD + "/crawler"
KILLS = 12

# What a server has and no file: the rest has to be in both.
ONLY_THERE = """hosts.due_ms hosts.leased_by hosts.leased_ms hosts.lease_token hosts.poked hosts.address
articles_fts.article_id articles_fts.config articles_fts.of_signs articles_fts.words
addresses.address addresses.leased_by""".split()
MADE_ANEW = {"meta", "search_backlog"}

# What servers refuse, or databases tell apart in their own ways.
ODD = """
UPDATE articles SET lead = CAST(x'6f6e650074776f' AS TEXT), section = '' WHERE article_id = 1;
UPDATE articles SET lead = CAST(x'ff41c3' AS TEXT), body = 'back\\slash, tab\t, CR\r, ''quote'' and 猫' WHERE article_id = 2;
UPDATE articles SET text_hash = -9223372036854775808, title_hash = 9223372036854775807, words = -1 WHERE article_id = 3;
UPDATE raw_pages SET body = x'00ff00', headers = CAST(x'483a80' AS TEXT) WHERE raw_id = 1;
UPDATE raw_pages SET body = x'' WHERE raw_id = 2;
UPDATE raw_pages SET body = NULL WHERE raw_id = 3;
UPDATE feeds SET fail_score = 1e-300 WHERE feed_id = 1;
UPDATE feeds SET fail_score = 0.1 WHERE feed_id = 2;
UPDATE api_records SET data = '{"a": "\\u0000\\ud83d", "b": [1e400, -0, 1.10], "a": 2}' WHERE record_id = 1;
INSERT INTO links SELECT 5, 'https://example.org/' || replace(hex(zeroblob(4000)), '0', value), 'example.org', value, NULL
  FROM (SELECT 'a' AS value UNION ALL SELECT 'B' UNION ALL SELECT 'é');
INSERT INTO links SELECT article_id, canonical_url || '#x', 'y', NULL, 'nofollow' FROM articles WHERE article_id > 5;
INSERT INTO authors(author_id, name) VALUES (9000, 'ärger'), (9001, 'Ärger'), (9007, 'x' || char(10) || 'y');
"""

# A copy as it is before its end.
UNDONE = "UPDATE meta SET key = 'copy' WHERE key = 'copied'; DELETE FROM meta WHERE key IN ('hash_seed', 'queued');"


def expect(name, got, wanted):
    if got != wanted:
        raise SystemExit(f"{name}: got {got!r}, expected {wanted!r}")


def copy(source, target, *options, wanted=0):
    """What it prints, and what it says on standard error."""
    done = subprocess.run([CRAWLER, "copy", "--from", source, "--to", target, *options], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != wanted:
        raise SystemExit(f"copy {source} {target} {options}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def refused(name, source, target, wanted, words, *options):
    said = copy(source, target, *options, wanted=wanted)[1].strip()
    if words not in said or "\n" in said:
        raise SystemExit(f"{name}: '{said}' does not say '{words}', or more")


def mended(value):
    """As a server has it: each byte that is no UTF-8 and each NUL is U+FFFD."""
    if not isinstance(value, bytes):
        return value
    out, at = "", 0
    while at < len(value):
        for size in (1, 2, 3, 4):
            try:
                sign = value[at:at + size].decode()
                break
            except UnicodeDecodeError:
                sign, size = None, 1
        out += "\ufffd" if sign is None or sign == "\0" else sign
        at += 1 if sign is None else size
    return out.encode()


def rows_of(path, mends):
    database = sqlite3.connect(path)
    database.text_factory = bytes
    found = {}
    for table in statements.TABLES:
        if table in MADE_ANEW:
            continue
        names = statements.columns(database, table)
        blobs = {names.index(b"body")} if table == "raw_pages" else {}
        text = lambda i, v: mended(v) if mends and i not in blobs else v  # noqa: E731
        found[table] = [tuple(text(i, v) for i, v in enumerate(row)) for row in
                        database.execute(f"SELECT {', '.join(n.decode() for n in names)} FROM {table} ORDER BY 1, 2")]
        found[table].sort(key=repr)
    database.close()
    return found


def expect_same_rows(name, one, two, mends=True):
    one, two = rows_of(one, mends), rows_of(two, False)
    for table, rows in one.items():
        if rows != two[table]:
            first = [pair for pair in zip(rows, two[table]) if pair[0] != pair[1]][:1]
            raise SystemExit(f"{name}: {table}: {len(rows)} and {len(two[table])} rows; {first}")
    return sum(map(len, one.values()))


def check_columns(server, path):
    """Each column of a server's tables is in a file's, whose columns tests/store/test_copy.c knows to be copied."""
    database = sqlite3.connect(path)
    there = server.run("SELECT table_name || '.' || column_name FROM information_schema.columns JOIN "
                       "information_schema.tables USING (table_schema, table_name) WHERE table_schema = "
                       "current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' AND "
                       "table_name NOT IN ('workers', 'nights', 'night_counts', 'night_rooms')", "-At").split()
    here = {f"{table}.{name}" for table in statements.TABLES for name in statements.columns(database, table)}
    expect("columns that no copy has", sorted(set(there) - here - set(ONLY_THERE)), [])
    expect("columns that only files have", sorted(here - set(there)), [])


def copy_killed(source, target, kills):
    """Until it is done, killed after moments by chance; how often that was before the end."""
    times = 0
    for _ in range(kills):
        process = subprocess.Popen([CRAWLER, "copy", "--from", source, "--to", target],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.02, 0.5))
        process.send_signal(signal.SIGKILL)
        times += process.wait() == -signal.SIGKILL
    copy(source, target)
    return times


def there_and_back(server, source, folder):
    server.run("CREATE DATABASE one; CREATE DATABASE two;")
    one, two = (f"postgresql://crawler@/{name}?host={server.folder}" for name in ("one", "two"))
    said = json.loads(copy(source, one, "--json")[0])
    expect("same", (said["same"], said["complete"]), (True, True))
    expect("mended", said["mended"], 3)
    rows = said["rows"]
    expect("articles indexed", said["indexed"], sum(t["rows"] for t in said["tables"] if t["table"] == "articles"))
    back = folder + "/back.db"
    again = json.loads(copy(one, back, "--json")[0])
    expect("digests", [t["digest"] for t in again["tables"]], [t["digest"] for t in said["tables"]])
    expect("rows", expect_same_rows("there and back", source, back), rows)
    expect("mode", os.stat(back).st_mode & 0o777, 0o600)  # it holds credentials
    copy(one, two)
    copy(two, back, "--compare")
    copy(back, folder + "/third.db")
    expect_same_rows("from file to file", back, folder + "/third.db")
    expect("nothing left", "copied before" in copy(source, one)[0], True)
    killed = copy_killed(source, folder + "/killed.db", KILLS)
    server.run("CREATE DATABASE killed")
    killed += copy_killed(source, one.replace("/one", "/killed"), KILLS)
    copy(source, one.replace("/one", "/killed"), "--compare")
    expect_same_rows("after kills", source, folder + "/killed.db", mends=False)
    print(f"{rows} rows there and back; {killed} of {2 * KILLS} copies killed")
    return one


def numbers_go_on(server, source, target):
    largest = sqlite3.connect(source).execute("SELECT max(site_id) FROM sites").fetchone()[0]
    subprocess.run([CRAWLER, "add", "-q", "--sites", target, "https://new.example/"], check=True)
    expect("number of a new site", server.run("SELECT max(site_id) FROM sites", "-d", "one", "-At").strip(),
           str(largest + 1))


def differences(server, source, target):
    """A row that is another, and one in a copy that is not completed."""
    server.run("UPDATE links SET anchor = 'z' WHERE article_id = 5 AND to_url LIKE '%B%'", "-d", "two")
    two = target.replace("/one", "/two")
    refused("compare", source, two, 3, "links: article_id 5, to_url https://example.org/BBBB", "--compare")
    server.run(UNDONE, "-d", "two")
    said = copy(source, two, wanted=3)[1]
    expect("named", "anchor is another" in said and "empty the target" in said, True)
    for command in (["run", "--contact", "x"], ["sites"]):
        done = subprocess.run([CRAWLER, *command, "--sites", two], stderr=subprocess.PIPE, text=True, check=False)
        expect("half a copy", (done.returncode, "not completed" in done.stderr), (3, True))
    server.run("DELETE FROM articles WHERE article_id = (SELECT max(article_id) FROM articles)", "-d", "two")
    copy(source, two, wanted=3)  # the row is there again, what differs still does
    server.run("UPDATE links SET anchor = 'B' WHERE anchor = 'z'", "-d", "two")
    copy(source, two)


def wrong_places(server, source, target, folder):
    subprocess.run([CRAWLER, "add", "-q", "--sites", folder + "/some.db", "https://new.example/"], check=True)
    refused("not empty", folder + "/some.db", target, 2, "it is not empty")
    refused("no such server", source, f"postgresql:///x?host={folder}", 3, "No such file")
    refused("no such database", source, f"postgresql:///none?host={server.folder}&user=crawler", 3, "createdb")
    refused("no source", folder + "/none.db", folder + "/new.db", 3, "no such database")
    refused("itself", source, source, 2, "the same database")
    refused("no target", source, "", 2, "which databases?")
    older = sqlite3.connect(folder + "/older.db")
    sqlite3.connect(source).backup(older)
    older.execute("PRAGMA user_version = 29")
    older.close()
    refused("older", folder + "/older.db", folder + "/new.db", 3, "its schema is of an older version")
    with open(source + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("1 1790000000000\n")
        lock.flush()
        refused("source in use", source, folder + "/new.db", 5, "another run (process 1)")
    server.run("CREATE DATABASE held")
    held = target.replace("/one", "/held")
    holder = server.hold("held", "SELECT pg_advisory_lock_shared(hashtextextended(current_schema() || "
                                 "'.crawler.run', 0))")
    refused("target in use", source, held, 5, "a run, or another take-down")
    holder.communicate()
    full = subprocess.run(["sh", "-c", f"ulimit -f 2000; exec {CRAWLER} copy --from {source} --to {folder}/full.db"],
                          stderr=subprocess.PIPE, text=True, check=False)
    expect("full disk", (full.returncode, "the disk is full" in full.stderr), (6, True))
    copy(source, folder + "/full.db")
    server.run("CREATE DATABASE other")
    other = target.replace("/one", "/other")
    copy(source, other)
    server.run(UNDONE + "UPDATE meta SET value = '77 1' WHERE key = 'copy'", "-d", "other")
    refused("another copy", source, other, 2, "a copy was begun there of another database")


def server_goes(server, source, target):
    """The server is killed and comes back while rows are on their way: those of a table that is held."""
    server.run("CREATE DATABASE restart")
    target = target.replace("/one", "/restart")
    copy(source, target)
    server.run(UNDONE + "TRUNCATE story_keys", "-d", "restart")
    holder = server.hold("restart", "BEGIN; LOCK story_keys IN EXCLUSIVE MODE")
    process = subprocess.Popen([CRAWLER, "copy", "--from", source, "--to", target], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    while not server.run("SELECT 1 FROM pg_locks WHERE NOT granted", "-At"):
        time.sleep(0.05)
    server.control("pg_ctl", "-D", server.data, "-m", "immediate", "-w", "stop")
    holder.communicate()
    server.control("pg_ctl", "-D", server.data, "-l", server.folder + "/log", "-w", "start")
    out, errors = process.communicate()
    expect(f"after a restart: {out} {errors}", process.returncode, 0)
    copy(source, target, "--compare")


def crawl(database, *options):
    done = subprocess.run([CRAWLER, "--sites", database, "--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2",
                           "--patience", "0", "--delay", "0", "-q", *options], check=False, stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 4):
        raise SystemExit(f"crawl of {database}: status {done.returncode}")


def crawl_goes_on(server, folder):
    """What one run left is crawled by the next, wherever the database went meanwhile."""
    parts = [BUILD + "/tests/demo-world", "--with-parent", "--directory", TOP + "/data/world", "--day", "2026-03-01",
             "--port", "0", "--sites-file", folder + "/sites"]
    process = subprocess.Popen(parts, stdout=subprocess.DEVNULL)
    try:
        while not os.path.exists(folder + "/sites") or not os.path.getsize(folder + "/sites"):
            time.sleep(0.1)
        here = folder + "/begun.db"
        subprocess.run([CRAWLER, "add", "-q", "--sites", here, "--file", folder + "/sites"], check=True)
        crawl(here, "--max-pages", "100")
        server.run("CREATE DATABASE begun")
        there, back = f"postgresql://crawler@/begun?host={server.folder}", folder + "/begun-back.db"
        copy(here, there)
        crawl(there, "--max-pages", "200")
        copy(there, back)
        crawl(back)
    finally:
        process.kill()
    ask = lambda path, sql: sqlite3.connect(path).execute(sql).fetchall()  # noqa: E731
    begun, articles = (dict(ask(path, "SELECT canonical_url, article_id FROM articles")) for path in (here, back))
    expect("articles of the first run", {url: articles.get(url) for url in begun}, begun)
    expect("what waits", ask(back, "SELECT count(*) FROM queue WHERE band = 1"), [(0,)])
    expect("asked again", ask(back, "SELECT url FROM urls JOIN articles USING (url_id) JOIN fetches USING (url_id) "
                                    "WHERE status = 200 GROUP BY url_id HAVING count(DISTINCT run_id) > 1"), [])
    expect("runs", ask(back, "SELECT run_id, articles_new > 0 FROM runs"), [(1, 1), (2, 1), (3, 1)])
    print(f"{len(articles)} articles by three runs: in a file, on a server, in a file")


def main():
    with Server(("fsync = off", "full_page_writes = off")) as server, tempfile.TemporaryDirectory() as folder:
        source = folder + "/news.db"
        database = demo.database(TOP, BUILD)
        database.executescript(ODD)
        written = sqlite3.connect(source)
        database.backup(written)
        written.execute("PRAGMA journal_mode = WAL")
        written.close()
        subprocess.run([CRAWLER, "set", "-q", "--sites", source, "--all", "note=x"], check=True)
        target = there_and_back(server, source, folder)
        server.environment["PGDATABASE"] = "one"
        check_columns(server, source)
        wrong_places(server, source, target, folder)
        differences(server, source, target)
        numbers_go_on(server, source, target)
        server_goes(server, source, target)
        crawl_goes_on(server, folder)


main()
