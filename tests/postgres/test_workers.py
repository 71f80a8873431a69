"""The demo world crawled by one, two and eight runs at a time on one PostgreSQL server, and by some that are
killed: each article once, no host asked sooner than its delay, the same articles as on SQLite, value by
value. Two of the eight are in a network namespace of their own, where that can be made."""
import random
import signal
import subprocess
import sys
import tempfile
import time

import articles
from namespace import Namespace
from newspapers import Newspapers
from server import Server
from trouble import DELAY_MS, GAPS

TOP, BUILD = sys.argv[1], sys.argv[2]
CRAWLER = BUILD + "/crawler"
OPTIONS = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2", "--patience", "14",
           "--delay", str(DELAY_MS / 1000), "--lease", "10s", "-q"]


def start(connection, prefix=()):
    return subprocess.Popen([*prefix, CRAWLER, "--sites", connection, *OPTIONS], stderr=subprocess.DEVNULL)


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


def crawl(server, papers, runs, kills, prefix):
    """The articles; the first two of eight runs begin with `prefix`."""
    name = f"w{runs}_{kills}"
    server.run(f"CREATE DATABASE {name}")
    connection = f"postgresql://crawler@/{name}?host={server.folder}"
    papers.add_to(CRAWLER, connection)
    running = [start(connection, prefix if runs == 8 and i < 2 else ()) for i in range(runs)]
    kill_some(running, connection, kills)
    for process in running:
        expect(f"{name}: status", process.wait(), 0)
    ask = lambda sql: server.run(sql, "-d", name, "-At").strip()  # noqa: E731
    expect(f"{name}: articles under one address", ask(
        "SELECT count(*) FROM (SELECT FROM articles GROUP BY url_id HAVING count(*) > 1) x"), 0)
    expect(f"{name}: hosts asked too soon", ask(GAPS), "")
    expect(f"{name}: hosts left leased", ask("SELECT count(*) FROM hosts WHERE leased_by IS NOT NULL"), 0)
    expect(f"{name}: new articles that wait", ask("SELECT count(*) FROM queue WHERE band = 1"), 0)
    shares = ask("SELECT string_agg(articles_new::text, ' ' ORDER BY run_id) FROM runs")
    found = articles.of_server(server, name)
    print(f"{runs} runs, {kills} killed: {len(found)} articles ({shares})", flush=True)
    return found


def main():
    with Server() as server, Newspapers(TOP, BUILD) as papers, Namespace() as namespace, \
            tempfile.TemporaryDirectory() as folder:
        papers.add_to(CRAWLER, folder + "/news.db")
        expect("SQLite", subprocess.run([CRAWLER, "--sites", folder + "/news.db", *OPTIONS],
                                        check=False).returncode, 0)
        wanted = articles.of_sqlite(folder + "/news.db")
        print("network namespace:", namespace.prefix or "none", flush=True)
        for runs, kills in ((1, 0), (2, 0), (8, 0), (3, 8)):
            found = crawl(server, papers, runs, kills, namespace.prefix)
            expect(f"articles of {runs} runs", "\n".join(articles.differences(wanted, found)[:9]), "")


main()
