"""The demo world crawled by one, two and eight runs at a time on one PostgreSQL server, and by some that are
killed: each article once, no host asked sooner than its delay, the same articles as on SQLite."""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from server import Server

TOP, BUILD = sys.argv[1], sys.argv[2]
CRAWLER = BUILD + "/crawler"
DELAY_MS = 200
OPTIONS = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2", "--patience", "14",
           "--delay", str(DELAY_MS / 1000), "--lease", "10s", "-q"]
GAPS = """SELECT count(*) FROM (SELECT f.started_ms - lag(f.started_ms) OVER (PARTITION BY u.host_id
  ORDER BY f.started_ms) AS gap FROM fetches f JOIN urls u USING (url_id)) g WHERE gap < %d""" % DELAY_MS


def add_sites(connection, world):
    subprocess.run([CRAWLER, "add", "-q", "--sites", connection, "--file", world + "/sites"], check=True)
    with open(world + "/apis", encoding="utf-8") as apis:
        for line in apis:
            subprocess.run([CRAWLER, "add", "-q", "--sites", connection, "--kind", "api", *line.split()],
                           check=True)


def start(connection):
    return subprocess.Popen([CRAWLER, "--sites", connection, *OPTIONS], stderr=subprocess.DEVNULL)


def kill_some(running, connection, kills):
    for _ in range(kills):
        time.sleep(0.5)
        place = random.randrange(len(running))
        running[place].send_signal(signal.SIGKILL)
        running[place].wait()
        running[place] = start(connection)


def expect(name, got, wanted):
    if str(got) != str(wanted):
        raise SystemExit(f"{name}: got {got}, expected {wanted}")


def crawl(server, world, runs, kills):
    name = f"w{runs}_{kills}"
    server.run(f"CREATE DATABASE {name}")
    connection = f"postgresql://crawler@/{name}?host={server.folder}"
    add_sites(connection, world)
    running = [start(connection) for _ in range(runs)]
    kill_some(running, connection, kills)
    for process in running:
        expect(f"{name}: status", process.wait(), 0)
    ask = lambda sql: server.run(sql, "-d", name, "-At").strip()  # noqa: E731
    expect(f"{name}: articles under one address", ask(
        "SELECT count(*) FROM (SELECT FROM articles GROUP BY url_id HAVING count(*) > 1) x"), 0)
    expect(f"{name}: hosts asked too soon", ask(GAPS), 0)
    expect(f"{name}: hosts left leased", ask("SELECT count(*) FROM hosts WHERE leased_by IS NOT NULL"), 0)
    expect(f"{name}: new articles that wait", ask("SELECT count(*) FROM queue WHERE band = 1"), 0)
    shares = ask("SELECT string_agg(articles_new::text, ' ' ORDER BY run_id) FROM runs")
    articles = ask("SELECT count(*) FROM articles")
    print(f"{runs} runs, {kills} killed: {articles} articles ({shares})", flush=True)
    return articles


def main():
    with Server() as server, tempfile.TemporaryDirectory() as world:
        parts = [BUILD + "/tests/demo-world", "--with-parent", "--directory", TOP + "/data/world", "--day",
                 "2026-03-01", "--port", "0"]
        for kind in ("sites", "apis", "truth"):
            parts += [f"--{kind}-file", f"{world}/{kind}"]
        process = subprocess.Popen(parts, stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(world + "/sites") or not os.path.getsize(world + "/sites"):
                time.sleep(0.1)
            add_sites(world + "/news.db", world)
            expect("SQLite", subprocess.run([CRAWLER, "--sites", world + "/news.db", *OPTIONS],
                                            check=False).returncode, 0)
            wanted = subprocess.run(["sqlite3", "-readonly", world + "/news.db",
                                     "SELECT count(*) FROM articles"], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout.strip()
            for runs, kills in ((1, 0), (2, 0), (8, 0), (3, 8)):
                expect(f"articles of {runs} runs", crawl(server, world, runs, kills), wanted)
        finally:
            process.kill()


main()
