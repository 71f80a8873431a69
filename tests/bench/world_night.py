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


def polls_of(path):
    """How many requests for sources the last run made, and how long all its requests took."""
    with sqlite3.connect(path) as database:
        return database.execute(
            "SELECT count(*) FILTER (WHERE kind <> 'article'), count(*) FILTER (WHERE kind = 'article')"
            " FROM v_fetches WHERE run_id = (SELECT max(run_id) FROM v_fetches)").fetchone()


def night(bench):
    """Measures the parts, plans both sizes with them, runs the small one."""
    print("\nnight: 20,000 sites, 10 M known URLs, 0.5 M polls, 50,000 new articles\n"
          "    goal: planned from measured parts, and run scaled down", flush=True)
    with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
        known = os.path.join(folder, "known.db")
        begin = "cp %s {{db}} && " % known

        def run(name, options, world, add=begin):
            client = {"name": "night, " + name, "command": add + "{run}" + options, "ours": True,
                      "bench": ["--conc", "500", "--no-truth"]}
            return bench.run("S5", client, keep=folder, world=world)

        print("    making a database that knows %d URLs of %d sites" % (SITES * KNOWN, SITES), flush=True)
        run("first", " --discover-only", WORLD % (SITES, KNOWN), ADD)
        shutil.move(os.path.join(folder, "out.db"), known)
        with sqlite3.connect(known) as database:  # as if all had been fetched some other night
            database.execute("DELETE FROM queue WHERE band = 1")
        database.close()

        polled = run("polls", " --poll all --discover-only", WORLD % (SITES, KNOWN))
        polls, _ = polls_of(os.path.join(folder, "out.db"))
        poll_ms = polled["cpu_s"] * 1000 / polls
        print("    %d polls that find nothing new: %.3f ms CPU a poll, with the beginning and the end" %
              (polls, poll_ms))
        article = bench.run("S1", {"name": "night, article", "command": ADD + "{run}", "ours": True})
        article_ms = article["cpu_ms_per_article"]
        print("    an article, with search and its page kept: %.3f ms CPU" % article_ms)

        real = run("all", " --poll all", WORLD % (SITES, KNOWN + NEW) + LATENCY)
        polls, articles = polls_of(os.path.join(folder, "out.db"))

    def plan(count_polls, count_articles):
        cpu_s = (count_polls * poll_ms + count_articles * article_ms) / 1000
        wire_s = (count_polls + count_articles) * MEAN_S / 500
        return cpu_s, wire_s

    cpu_s, wire_s = plan(polls, articles)
    print("    planned at a twentieth: %d x %.3f ms + %d x %.3f ms = %.1f s CPU; %d requests x %.2f s / 500"
          " at once = %.1f s" % (polls, poll_ms, articles, article_ms, cpu_s, polls + articles, MEAN_S,
                                 wire_s))
    print("    run at a twentieth: %.1f s CPU, %.1f s by the clock, %.1f MB, %d articles" %
          (real["cpu_s"], real["wall_s"], real["rss_mb"], articles))
    cpu_s, wire_s = plan(FULL["polls"], FULL["new"])
    print("    planned in full: %d x %.3f ms + %d x %.3f ms = %.0f s CPU; %d requests x %.2f s / 500 at once"
          " = %.0f s" % (FULL["polls"], poll_ms, FULL["new"], article_ms, cpu_s, FULL["polls"] + FULL["new"],
                         MEAN_S, wire_s), flush=True)
