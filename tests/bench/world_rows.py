"""The rows of the bench in the world: scenario, goal, and the clients that run back to back.

A client's command has {run}, our command line; {crawler}, the program; {peers}, the rivals' folder;
and the placeholders of bench.py in double braces. `needs` is what it is built from or which program
it is: world.py says why a client is left out. `least` is the figure that decides which run counts.
A client with a `function` is measured by that. `limit`: seconds that it may take, where many.
"""
import os
import shutil
import sqlite3

from world_night import night

BARE = " --no-search --keep-raw 0"
ADD = "{crawler} add -q --sites {{db}} --file {{sites}} && "
API = ("sed 's|$|api/latest.json|' {{sites}} | {crawler} add -q --sites {{db}} --kind api --items /articles"
       " --map url=/url --map title=/title --map published=/published --map authors=/author - && ")
PYTHON = "{peers}/python/V/bin/python {peers}/python/"
SMOOTHIE = ("{peers}/rust/target/release/peer-reqwest crawl {{sites}} {{db}} smoothie {{conc}}"
            " {{perhost}}")

CPU = [("cpu_ms_per_article", "%.3f ms CPU an article"), ("rss_mb", "%.1f MB"), ("wall_s", "%.1f s")]
WALL = [("wall_s", "%.2f s"), ("wall_over_bound", "%.2f x the bound"), ("bound_s", "of %.2f s"),
        ("cpu_ms_per_article", "%.3f ms CPU an article")]


def ours(name, options="", add=ADD, **more):
    return {"name": "crawler" + name, "command": add + "{run}" + options, "ours": True, **more}


def peer(name, needs, command, **more):
    return {"name": name, "needs": needs, "command": command, **more}


def fetch_only(name, needs, command):
    return peer(name, needs, command, bench=["--count", "served", "--no-truth"])


def with_first_hosts(bench, row, client, folder):
    """S2 again, by a database that knows of its hosts what a first run has learnt, and no article.

    The first database lends the new one all columns of its hosts; so far that is the pace of each
    and its robots.txt."""
    del row
    first = os.path.join(folder, "first.db")
    bench.run("S2", client, keep=folder)
    shutil.move(os.path.join(folder, "out.db"), first)
    with sqlite3.connect(first) as database:
        columns = [column[1] for column in database.execute("PRAGMA table_info(hosts)")]
    learnt = ", ".join(name for name in columns if name not in ("host_id", "origin", "site_id"))
    lend = ("import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('ATTACH ? AS first',"
            " (sys.argv[2],)); d.execute('UPDATE hosts SET (%s) = (SELECT %s FROM first.hosts AS f WHERE"
            " f.origin = hosts.origin)'); d.commit()" % (learnt, learnt))
    again = dict(client, command=ADD + "python3 -c \"%s\" {{db}} %s && {run} --sources front" % (lend, first))
    return bench.run("S2", again, keep=folder)


def bytes_of_urls(bench, row, client, folder):
    """Memory and disk of a URL: what a run with all of them has more than one with a few."""
    few = {"S5": 200, "S5x": 500}[row["scenario"]]
    small = bench.run(row["scenario"], client, keep=folder, world="--articles %d" % few)
    small_bytes = os.path.getsize(os.path.join(folder, "out.db"))
    figures = bench.run(row["scenario"], client, keep=folder)
    urls = client["urls"]
    with sqlite3.connect(os.path.join(folder, "out.db")) as database:
        figures["urls"] = database.execute("SELECT count(*) FROM queue WHERE band = 1").fetchone()[0]
    more = urls - few * 1000
    figures["cpu_us_per_url"] = (figures["cpu_s"] - small["cpu_s"]) * 1e6 / more
    figures["rss_bytes_per_url"] = (figures["rss_mb"] - small["rss_mb"]) * 1e6 / more
    figures["disk_bytes_per_url"] = (os.path.getsize(os.path.join(folder, "out.db")) - small_bytes) / more
    return figures


def early_starts(bench, row, client, folder):
    """S6, and how many requests were begun while a host's Retry-After was known and not yet over."""
    figures = bench.run(row["scenario"], client, keep=folder)
    with sqlite3.connect(os.path.join(folder, "out.db")) as database:
        figures["early_starts"] = database.execute(
            "SELECT count(*) FROM v_fetches AS b WHERE EXISTS (SELECT 1 FROM v_fetches AS a"
            " WHERE a.status = 429 AND a.origin = b.origin AND b.started_ms > a.started_ms + a.total_ms"
            " AND b.started_ms < a.started_ms + a.total_ms + a.retry_after_ms)").fetchone()[0]
    return figures


def prints(name, needs, command):
    """A program that needs no world and prints its own figures."""
    return {"name": name, "needs": needs, "prints": command}


FRONTIER = [("cpu_us_per_url", "%.1f us CPU a URL"), ("rss_bytes_per_url", "%.1f B of memory"),
            ("disk_bytes_per_url", "%.1f B of disk"), ("urls", "%d URLs wait"), ("wall_s", "%.1f s")]

ROWS = {
    "S1": {
        "scenario": "S1", "what": "200 sites x 50 articles by their sitemaps, no latency",
        "goal": "<= 1.1 ms CPU an article without search and kept pages; body >= 0.98, titles and dates"
                " >= 0.99",
        "least": "cpu_s", "figures": CPU,
        "clients": [
            ours(", no search, no pages kept", BARE),
            ours(", as it comes"),
            peer("reqwest + dom_smoothie (Rust)", "rust", SMOOTHIE),
            peer("libraries alone: fetch, tree, store (C)", "c",
                 "{peers}/c/limit {{urls}} {{db}} {{conc}} store"),
            fetch_only("libraries alone: fetch, scripts cut out, events (C)", "c",
                       "{peers}/c/limit {{urls}} {{db}} {{conc}} stripsax"),
        ],
    },
    "S1-slow": {
        "scenario": "S1q", "what": "40 of the sites, for rivals that take long",
        "goal": "less than any of them", "least": "cpu_s", "figures": CPU,
        "clients": [
            ours(", no search, no pages kept", BARE),
            peer("reqwest + rs-trafilatura (Rust)", "rust",
                 "{peers}/rust/target/release/peer-reqwest crawl {{sites}} {{db}} trafilatura {{conc}}"
                 " {{perhost}}"),
            peer("colly + readability (Go)", "go",
                 "{peers}/go/peer-go -mode crawl -sites {{sites}} -db {{db}} -extract readability"
                 " -conc {{conc}} -perhost {{perhost}}"),
            peer("aiohttp + trafilatura (Python)", "python",
                 PYTHON + "aio.py crawl --sites {{sites}} --db {{db}} --extract trafilatura --conc {{conc}}"
                 " --per-host {{perhost}}"),
            peer("Scrapy + trafilatura (Python)", "python",
                 PYTHON + "spider.py crawl --sites {{sites}} --db {{db}} --extract trafilatura"
                 " --conc {{conc}} --per-host {{perhost}}"),
            peer("crawlee + readability (Node)", "node",
                 "node {peers}/node/crawl.mjs crawl {{sites}} {{db}} readability {{conc}} {{perhost}}"),
        ],
    },
    "memory": {
        "scenario": "S1", "what": "S1 with two workers; a fifth of the sites beside it",
        "goal": "<= 60 MB at most, not growing with the crawl", "least": "rss_mb",
        "figures": [("rss_mb", "%.1f MB"), ("cpu_ms_per_article", "%.3f ms CPU an article")],
        "clients": [
            ours(", 200 sites", BARE + " --workers 2"),
            ours(", 40 sites", BARE + " --workers 2", scenario="S1q"),
            peer("reqwest + dom_smoothie (Rust), 200 sites", "rust", SMOOTHIE),
        ],
    },
    "S7": {
        "scenario": "S7", "what": "1,720 real pages of 86 newspapers", "goal": "<= 1.6 ms CPU an article",
        "least": "cpu_s", "figures": CPU,
        "clients": [
            ours(", no search, no pages kept", BARE),
            ours(", as it comes"),
            peer("reqwest + dom_smoothie (Rust)", "rust", SMOOTHIE),
            peer("aiohttp + lxml, paragraphs only (Python)", "python",
                 PYTHON + "aio.py crawl --sites {{sites}} --db {{db}} --extract lxml --conc {{conc}}"
                 " --per-host {{perhost}}"),
        ],
    },
    "S2": {
        "scenario": "S2", "what": "487 s of latency in 1,000 requests, 50 at once",
        "goal": "<= 1.1 x the bound at first, <= 1.05 x when the hosts are known",
        "least": "wall_s", "figures": WALL,
        "clients": [
            ours(", first run", " --sources front"),
            ours(", knows its hosts", " --sources front", prepare=with_first_hosts),
            peer("aiohttp + lxml (Python)", "python",
                 PYTHON + "aio.py front --sites {{sites}} --db {{db}} --extract lxml --conc {{conc}}"
                 " --per-host {{perhost}}"),
            peer("colly + goquery (Go)", "go",
                 "{peers}/go/peer-go -mode front -sites {{sites}} -db {{db}} -extract goquery -conc {{conc}}"
                 " -perhost {{perhost}}"),
            peer("Scrapy + parsel (Python)", "python",
                 PYTHON + "spider.py front --sites {{sites}} --db {{db}} --extract parsel --conc {{conc}}"
                 " --per-host {{perhost}}"),
        ],
    },
    "S3": {
        "scenario": "S3", "what": "50 JSON APIs, one 500, one that never answers, a time-out of 2 s",
        "goal": "<= 2.1 s, the time-out and 0.1 s, whole process", "least": "wall_s",
        "figures": [("wall_s", "%.2f s"), ("cpu_s", "%.2f s CPU"), ("rows", "%d articles told of")],
        "clients": [
            ours("", " --timeout 2 --tries 1 --discover-only", add=API),
            peer("aiohttp (Python)", "python",
                 PYTHON + "aio.py api --sites {{sites}} --db {{db}} --timeout 2"),
        ],
    },
    "S4": {
        "scenario": "S4", "what": "2,000 URLs on one host that bans above 10 connections",
        "goal": "all 2,000, never above 10, <= 1.05 x the bound, <= 0.25 ms CPU a page in the loop",
        "least": "wall_s", "figures": WALL + [("articles", "%d articles"),
                                              ("max_open_conns_per_host", "%d connections at most")],
        "clients": [
            ours("", BARE + " --sources sitemap"),
            fetch_only("curl --parallel, from a list of URLs", "curl",
                       "sh {shared}/world/peers/shell/curl.sh {{urls}} 10"),
            fetch_only("wget2, from a list of URLs", "wget2",
                       "wget2 -q --max-threads 10 -P {{dir}} -x --no-robots -i {{urls}}"),
            fetch_only("reqwest (Rust)", "rust",
                       "{peers}/rust/target/release/peer-reqwest crawl {{sites}} {{db}} none {{conc}}"
                       " {{perhost}}"),
        ],
    },
    "S5": {
        "scenario": "S5", "what": "a million URLs found in sitemaps, none fetched",
        "goal": "<= 10 B of memory, <= 140 B of disk; <= 8 us CPU of the frontier alone at ten million",
        "least": "cpu_s", "figures": FRONTIER,
        "clients": [
            ours("", " --discover-only", prepare=bytes_of_urls, urls=1000000),
            prints("the frontier alone", None, "{build}/tests/bench_frontier 1000000"),
            prints("Scrapy, queue on disk, 300,000 URLs", "python",
                   PYTHON + "frontier.py scrapy-disk 300000 {dir}"),
            prints("colly's queue, 300,000 URLs", "go", "{peers}/go/peer-go -mode queue -n 300000"),
            prints("crawlee's queue, 300,000 URLs", "node", "node {peers}/node/frontier.mjs 300000"),
        ],
    },
    "S5x": {
        "scenario": "S5x", "what": "ten million URLs found in sitemaps, none fetched", "asked": True,
        "goal": "<= 10 B of memory, <= 140 B of disk; <= 8 us CPU of the frontier alone", "least": "cpu_s",
        "figures": FRONTIER,
        "clients": [ours("", " --discover-only", prepare=bytes_of_urls, urls=10000000, limit=3600)],
    },
    "S6": {
        "scenario": "S6", "what": "4,000 articles; 9 % of the first tries fail: 500, 503, 429, silence,"
                                  " resets, cuts",
        "goal": "4,000 of 4,000, no request against robots.txt, none begun while a Retry-After holds"
                " (with four at a time the server also counts those on their way when it says so)",
        "least": "wall_s", "figures": [("articles", "%d articles"), ("early_starts", "%d early starts"),
                                       ("wall_s", "%.1f s")],
        "clients": [
            ours(", four at a time to a host", prepare=early_starts),
            ours(", one at a time to a host", prepare=early_starts, bench=["--perhost", "1"]),
        ],
    },
    "scaling": {
        "scenario": "S1", "what": "S1 with 1, 2 and 4 workers",
        "goal": "CPU an article the same within 10 %, wall time as the cores allow",
        "least": "cpu_s", "figures": CPU,
        "clients": [ours(", %d worker%s" % (n, "s"[:n > 1]), BARE + " --workers %d" % n) for n in (1, 2, 4)],
    },
    "night": {
        "what": "20,000 sites, 10 M known URLs, 0.5 M polls, 50,000 new articles",
        "goal": "planned from measured parts, and run at a twentieth",
        "clients": [{"name": "crawler", "function": night}],
    },
}
