"""The store's own suite (tests/store), which is SQLite's, on a PostgreSQL server, and what of its thread is a
server's alone."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from server import Server

BUILD = sys.argv[2]
# All but what is of a file alone: test_wal (its log), test_open (its locks, versions, a full disk),
# test_crash (what a machine that stops leaves of it), test_migration (from versions that no server had).
SUITES = ("test_store", "test_site_days", "test_random", "test_takedown",  # the long ones first
          "test_articles", "test_frontier", "test_known", "test_looks", "test_slugs", "test_sources",
          "test_stories", "test_twins", "test_versions", "test_quota", "test_choice", "test_sharing",
          "test_shared_limits", "test_search", "test_packed", "test_questions", "test_views",
          "test_rejoin")

with Server() as server:
    connection = f"postgresql://crawler@/crawler?host={server.folder}"
    failed = []

    def run(suite):
        done = subprocess.run([f"{BUILD}/tests/{suite}"], cwd=BUILD, check=False, text=True,
                              env=dict(server.environment, CRAWLER_TEST_POSTGRES=connection),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(suite, "failed" if done.returncode else "ok", flush=True)
        if done.returncode:
            failed.append(suite)
            print(done.stdout)

    run(SUITES[0])  # makes what all share (sqlite_words.h)
    with ThreadPoolExecutor(3) as pool:  # each test has a schema of its own
        list(pool.map(run, SUITES[1:]))
sys.exit(1 if failed else 0)
