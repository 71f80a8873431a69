"""The store's own suite (tests/store), which is SQLite's, on a PostgreSQL server."""
import os
import subprocess
import sys

from server import Server

BUILD = sys.argv[2]
SUITES = ("test_store", "test_articles", "test_frontier", "test_looks", "test_slugs", "test_sources",
          "test_stories", "test_twins", "test_versions", "test_quota", "test_choice", "test_sharing")

with Server() as server:
    connection = f"postgresql://crawler@/crawler?host={server.folder}"
    failed = []
    for suite in SUITES:
        done = subprocess.run([f"{BUILD}/tests/{suite}"], cwd=BUILD, check=False, text=True,
                              env=dict(os.environ, CRAWLER_TEST_POSTGRES=connection),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(suite, "failed" if done.returncode else "ok", flush=True)
        if done.returncode:
            failed.append(suite)
            print(done.stdout)
sys.exit(1 if failed else 0)
