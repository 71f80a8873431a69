"""Limits over many runs, counted at the web server: sites of several hosts each, all on one address, crawled by two
and by eight runs at a time, get as many requests, and as many at once, as one run would make; some runs are killed on
the way.

    test_limits.py TOP BUILD
"""
import collections
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server import Server

CRAWLER = sys.argv[2] + "/crawler"
SITES, HOSTS, PAGES, SITEMAPS = 3, 4, 30, 12
PER_SITE, SOURCES, AT_ONCE = 40, 7, 2
OPTIONS = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--delay", "0.01", "--timeout", "20", "--patience", "40",
           "--lease", "10s", "--max-sources", str(SOURCES), "--no-search", "-q"]
asked, at_once, most_at_once = collections.Counter(), collections.Counter(), collections.Counter()
lock = threading.Lock()


class Newsroom(BaseHTTPRequestHandler):
    """One host of a site: the address is the site's, the port the host's."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802
        site, port = self.connection.getsockname()
        origin = f"http://{site}:{port}"
        kind = self.path.split("/")[1]
        with lock:
            asked[site, kind] += 1
            at_once[site] += 1
            most_at_once[site] = max(most_at_once[site], at_once[site])
        time.sleep(0.02)  # else there are hardly two at a time
        with lock:
            at_once[site] -= 1
        if self.path == "/robots.txt":
            maps = "".join(f"Sitemap: {o}/map/{n}\n" for o in hosts_of(site) for n in range(SITEMAPS))
            self.answer("text/plain", f"User-agent: *\nDisallow:\n{maps}")
        elif kind == "map":
            number = int(self.path.split("/")[2])
            urls = "".join(f"<url><loc>{origin}/news/{number}-{n}-{port}</loc></url>" for n in range(PAGES))
            self.answer("application/xml", "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/"
                        f"sitemap/0.9'>{urls}</urlset>")
        else:
            words = " ".join(f"{self.path} word{n}" for n in range(90))
            self.answer("text/html", f"<html><head><title>{self.path}</title></head><body><article><h1>{self.path}"
                        f"</h1><p>{words}</p></article></body></html>")

    def answer(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Host(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a run that was killed
        pass


servers = []


def hosts_of(site):
    return [f"http://{a}:{port}" for a, port in (s.server_address for s in servers) if a == site]


def expect(what, got, wanted, nights=1):
    print(what, got, flush=True)
    if not wanted <= got <= wanted * nights:
        raise SystemExit(f"{what}: {got} instead of {wanted}")


def crawl(server, runs, kills, limits, known=None):
    """What is known at first: the first host of each site."""
    name = f"w{runs}_{kills}_{limits[0][6:9]}_{bool(known):d}"
    server.run(f"CREATE DATABASE {name}")
    connection = f"postgresql://crawler@/{name}?host={server.folder}"
    sites = sorted({s.server_address[0] for s in servers})
    known = known or [hosts_of(s)[0] + "/" for s in sites]
    subprocess.run([CRAWLER, "add", "-q", "--sites", connection, *known], check=True)
    asked.clear()
    most_at_once.clear()
    start = lambda: subprocess.Popen([CRAWLER, "--sites", connection, *OPTIONS, *limits])  # noqa: E731
    running = [start() for _ in range(runs)]
    for number in range(kills):
        time.sleep(1)
        if running[number].poll() is None:
            running[number].send_signal(signal.SIGKILL)
    for number, process in enumerate(running):
        status = process.wait()
        if status and not (number < kills and status == -signal.SIGKILL):
            raise SystemExit(f"{name}: a run ended with {status}")
    if not kills:  # what a run that is killed has begun the server ends, and another begins something else
        for site in sites:
            expect(f"{name}: at once at {site}", most_at_once[site], 1, AT_ONCE)
    ask = lambda sql: int(server.run(sql, "-d", name, "-At"))  # noqa: E731
    expect(f"{name}: rooms of runs that ended", ask("SELECT count(*) FROM night_rooms r JOIN workers w USING "
                                                    "(worker_id) WHERE w.ended_ms IS NOT NULL"), 0)
    stored = ask("SELECT count(*) FROM urls WHERE url LIKE '%/news/%' AND asked_ms IS NOT NULL")
    # on a machine so slow that the last run begins when the others have ended there is another night
    return sites, stored, ask("SELECT count(*) FROM nights")


def main():
    for site in range(SITES):
        for _ in range(HOSTS):
            servers.append(Host((f"127.20.0.{site + 1}", 0), Newsroom))
            threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
    with Server() as server:
        for runs in (2, 8):
            sites, _, nights = crawl(server, runs, 0, ["--max-per-site", str(PER_SITE)])
            for site in sites:
                expect(f"{runs} runs: pages of {site}", asked[site, "news"], PER_SITE, nights)
                expect(f"{runs} runs: sitemaps of {site}", asked[site, "map"], SOURCES, nights)
        _, _, nights = crawl(server, 8, 0, ["--max-pages", "50", "--max-per-site", "0"])
        expect("8 runs: pages of all", sum(n for (_, kind), n in asked.items() if kind == "news"), 50, nights)
        pages = [f"{host}/news/{n}" for site in sites for host in hosts_of(site) for n in range(5)]
        crawl(server, 8, 0, ["--max-per-site", "0"], ["--kind", "page", *pages])
        sites, stored, nights = crawl(server, 4, 2, ["--max-per-site", str(PER_SITE)])
        expect("pages stored where some were killed", stored, PER_SITE * len(sites), nights)


main()
