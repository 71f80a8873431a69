"""A night: 20,000 sites, ten million known URLs, half a million polls, 50,000 new articles.

Planned from parts that are measured here, and run at a twentieth of the size: 1,000 sites that know
500 URLs each, all sources polled, three new articles a site, answers that take 0.4 s (median). What the plan
says for that size stands beside what the run took.
"""
import os
import shutil
import sqlite3
import tempfile

SITES, KNOWN, NEW = 1000, 500, 3
FULL = {"sites": 20000, "known": 10_000_000, "polls": 500_000, "new": 50_000}
WORLD = "--sites %d --page-kb 0 --prewarm=false --cache-pages 4000 --sitemap-chunk 500 --articles %d"
LATENCY = " --latency lognormal:400,0.6"
ADD = "{crawler} add -q --sites {{db}} --file {{sites}} && "
MEAN_S = 0.4 * 1.197  # of that distribution: exp(0.6 * 0.6 / 2) times the median


def requests_of(path):
    """Of the last run: requests for sources, requests for articles, seconds that all of them took."""
    with sqlite3.connect(path) as database:
        return database.execute(
            "SELECT count(*) FILTER (WHERE kind <> 'article'), count(*) FILTER (WHERE kind = 'article'),"
            " sum(total_ms) / 1000.0"
            " FROM v_fetches WHERE run_id = (SELECT max(run_id) FROM v_fetches)").fetchone()


def night(bench):
    """Measures the parts, plans both sizes with them, runs the small one."""
    said = []
    with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
        known = os.path.join(folder, "known.db")
        begin = "cp %s {{db}} && " % known

        def run(name, options, world, add=begin):
            client = {"name": "night, " + name, "command": add + "{run}" + options, "ours": True,
                      "bench": ["--conc", "500", "--no-truth"], "limit": 600}
            figures = bench.run("S5", client, keep=folder, world=world)
            if figures.get("rc") != 0:
                with open(os.path.join(folder, "client.log"), encoding="utf-8") as log:
                    raise RuntimeError("%s: exit status %s, %s" % (client["name"], figures.get("rc"),
                                                                   log.read()[-300:]))
            return figures

        run("first", " --discover-only", WORLD % (SITES, KNOWN), ADD)
        shutil.move(os.path.join(folder, "out.db"), known)
        with sqlite3.connect(known) as database:  # as if all had been fetched some other night
            database.execute("DELETE FROM queue WHERE band = 1")
        database.close()

        polled = run("polls", " --poll all --discover-only", WORLD % (SITES, KNOWN))
        polls, _, _ = requests_of(os.path.join(folder, "out.db"))
        poll_ms = polled["cpu_s"] * 1000 / polls
        said.append("%d polls that find nothing new: %.3f ms CPU a poll, with the beginning and the end" %
                    (polls, poll_ms))
        article = bench.run("S1", {"name": "night, article", "command": ADD + "{run}", "ours": True})
        article_ms = article["cpu_ms_per_article"]
        said.append("an article, with search and its page kept: %.3f ms CPU" % article_ms)

        real = run("all", " --poll all", WORLD % (SITES, KNOWN + NEW) + LATENCY)
        polls, articles, open_s = requests_of(os.path.join(folder, "out.db"))

    def plan(count_polls, count_articles):
        cpu_s = (count_polls * poll_ms + count_articles * article_ms) / 1000
        wire_s = (count_polls + count_articles) * MEAN_S / 500
        return cpu_s, wire_s

    cpu_s, wire_s = plan(polls, articles)
    said.append("planned at a twentieth: %d x %.3f ms + %d x %.3f ms = %.1f s CPU; %d requests x %.2f s / 500"
                " at once = %.1f s" % (polls, poll_ms, articles, article_ms, cpu_s, polls + articles, MEAN_S,
                                       wire_s))
    said.append("run at a twentieth: %.1f s CPU, %.1f s by the clock, %.1f MB, %d articles" %
                (real["cpu_s"], real["wall_s"], real["rss_mb"], articles))
    # The world makes its pages while it is asked, on the same cores: it can be what is waited for.
    cores = os.cpu_count()
    said.append("its floor: %.2f s an answer as they came / 500 at once = %.1f s; the world took %.1f s CPU, with"
                " ours on %d cores %.1f s" %
                (open_s / (polls + articles), open_s / 500, real["server_cpu_s"], cores,
                 (real["server_cpu_s"] + real["cpu_s"]) / cores))
    cpu_s, wire_s = plan(FULL["polls"], FULL["new"])
    said.append("planned in full: %d x %.3f ms + %d x %.3f ms = %.0f s CPU; %d requests x %.2f s / 500 at"
                " once = %.0f s" % (FULL["polls"], poll_ms, FULL["new"], article_ms, cpu_s,
                                    FULL["polls"] + FULL["new"], MEAN_S, wire_s))
    return {"printed": said}
