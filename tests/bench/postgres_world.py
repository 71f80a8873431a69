"""Many crawlers on one PostgreSQL server in the simulated news world: does any site see more requests at
once than its limit, or a shorter gap than its delay, and is what they store the same as on SQLite?

    postgres_world.py [ROW...] [--workers 1,2,8] [--world FILE] [--compare] [--namespace 2]

Rows: S1, S2, S4, each with --delay 0, and S1d, S2d, S4d with a delay of 0.2 s, which the world asks for in
its robots.txt, too, so that it counts breaches. The world judges requests, not the crawlers: the most at
once to a host, the shortest gap, robots.txt, bans above 10 open connections (S4). So many of the crawlers
as --namespace says are in a network namespace of their own, with another address. --compare crawls the row
into SQLite first and compares the articles value by value. Tells CPU of clients and server, too; ends with
1 where anything is not as it should be. ../shared/world has the world (`go build` there; WORLD names it).
"""
import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
import articles  # noqa: E402
from namespace import Namespace  # noqa: E402
from server import Server  # noqa: E402

DELAY_S = 0.2
SLOW = "--latency lognormal:400,0.6 --slow 0.1,3 --latency-total 487 --latency-robots=false"
# the world; requests at once in all and to a host; what the crawler is told besides
ROWS = {
    "S1": ("--sites 200 --articles 50", 64, 4, ""),
    "S2": ("--sites 200 --articles 4 " + SLOW, 50, 4, "--sources front"),
    "S4": ("--sites 1 --articles 2000 --latency const:50 --ban open=10 --latency-robots=false", 10, 10,
           "--sources sitemap"),
    "S1d": ("--sites 200 --articles 20", 64, 4, ""),
    "S2d": ("--sites 200 --articles 4 " + SLOW, 50, 4, "--sources front"),
    "S4d": ("--sites 1 --articles 200 --latency const:50 --ban open=10 --latency-robots=false", 10, 10,
            "--sources sitemap"),
}
GAPS = """SELECT count(*) FILTER (WHERE gap < %d), coalesce(min(gap), -1) FROM (SELECT f.started_ms
  - lag(f.started_ms) OVER (PARTITION BY u.host_id ORDER BY f.started_ms) AS gap
  FROM fetches f JOIN urls u USING (url_id) WHERE u.kind > 0) g""" % (1000 * DELAY_S)


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("0.0.0.0", 0))
        return any_port.getsockname()[1]


class World:
    def __init__(self, program, options, folder):
        self.port = free_port()
        self.sites = folder + "/sites"
        pid = folder + "/pid"
        self.process = subprocess.Popen([program, *options.split(), "--port", str(self.port), "--pidfile", pid,
                                         "--sites-file", self.sites, "--max-seconds", "1800"],
                                        stdout=subprocess.DEVNULL)
        while not os.path.exists(pid) or not os.path.getsize(pid):
            if self.process.poll() is not None:
                raise SystemExit("the world did not start")
            time.sleep(0.1)

    def statistics(self):
        with urllib.request.urlopen(f"http://127.1.0.1:{self.port}/__stats", timeout=30) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def crawl(crawler, row, sites, database, prefixes):
    """Crawls with as many at a time as there are prefixes; CPU seconds of all of them."""
    _, at_once, per_host, more = ROWS[row]
    subprocess.run([crawler, "add", "-q", "--sites", database, "--file", sites], check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [crawler, "--sites", database, "--contact", "x", "-q", "--allow-net", "127.0.0.0/8", "--max-per-site",
            "0", "--no-search", "--keep-raw", "0", "--per-host", str(per_host), "--concurrency",
            str(max(per_host, at_once // len(prefixes))), "--workers", "1", "--delay",
            str(DELAY_S if row.endswith("d") else 0), *more.split()]
    running = [subprocess.Popen(prefix + line, stderr=subprocess.PIPE, text=True) for prefix in prefixes]
    for process in running:
        told = process.communicate()[1]
        if process.returncode:
            raise SystemExit(f"a crawler ended with {process.returncode}: {told}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def judged(row, seen, short_gaps):
    """What the world saw that it should not have, as text."""
    limits = {"max_inflight_per_host": ROWS[row][2], "crawl_delay_violations": 0, "robots_violations": 0,
              "retry_after_violations": 0, "requests_before_robots": 0, "banned_hosts": 0}
    wrong = [f"{name} {seen[name]}" for name, most in limits.items() if seen[name] > most]
    if row.endswith("d") and short_gaps:
        wrong.append(f"{short_gaps} requests sooner than the delay after the last")
    return wrong


def try_row(options, server, row, workers, folder):
    """Whether all was as it should be."""
    what = f"{ROWS[row][0]} {options.world_args}" + (f" --crawl-delay {DELAY_S}" if row.endswith("d") else "")
    with World(options.world, what, folder) as world, Namespace(world.port) as namespace:
        name = f"{row}_{workers}".lower()
        server.run(f"CREATE DATABASE {name}")
        apart = min(options.namespace, workers // 2) if namespace.prefix else 0
        database = f"postgresql://crawler@/{name}?host={server.folder}"
        before, began = server.cpu_seconds(), time.monotonic()
        cpu = crawl(options.crawler, row, world.sites, database,
                    [namespace.prefix] * apart + [[]] * (workers - apart))
        took = time.monotonic() - began
        time.sleep(1)  # a session's time counts when the server's first process has learnt of its end
        served = server.cpu_seconds() - before
        seen = world.statistics()
        gaps = server.run(GAPS, "-d", name, "-At").strip().split("|")
        shares = server.run("SELECT string_agg(articles_new::text, ' ' ORDER BY run_id) FROM runs", "-d", name,
                            "-At").strip()
        wrong = judged(row, seen, int(gaps[0]))
        rows = articles.of_server(server, name)
        print(f"{row:4} {workers} workers, {apart} apart: {len(rows)} articles ({shares}), {seen['requests']} "
              f"requests in {took:.0f} s, CPU {1000 * cpu / len(rows):.2f} + {1000 * served / len(rows):.2f} ms "
              f"an article; at once to a host {seen['max_inflight_per_host']}, in a second "
              f"{seen['max_rps_per_host']}, open {seen['max_open_conns_per_host']}"
              + (f", shortest gap {gaps[1]} ms" if row.endswith("d") else ""), flush=True)
        if options.compare:
            cpu = crawl(options.crawler, row, world.sites, folder + "/news.db", [[]])
            ours = articles.of_sqlite(folder + "/news.db")
            wrong += articles.differences(ours, rows)[:10]
            print(f"{row:4} SQLite: {len(ours)} articles, CPU {1000 * cpu / len(ours):.2f} ms an article")
        server.run(f"DROP DATABASE {name}")
    for line in wrong:
        print(f"{row:4} WRONG: {line}")
    return not wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--workers", default="1,2,8")
    parser.add_argument("--world", default=os.environ.get("WORLD", "world"))
    parser.add_argument("--crawler", default=TOP + "/build/crawler")
    parser.add_argument("--world-args", default="", help="of the server, as '--articles 5'")
    parser.add_argument("--namespace", type=int, default=1, metavar="N")
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    good = True
    with Server(("max_connections = 60",)) as server:
        for row in options.rows or ROWS:
            for workers in map(int, options.workers.split(",")):
                with tempfile.TemporaryDirectory(prefix="crawler-world-") as folder:
                    good = try_row(options, server, row, workers, folder) and good
    sys.exit(0 if good else 1)


main()
