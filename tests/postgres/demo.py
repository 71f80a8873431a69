"""The database that a crawl of the demo world leaves (data/quickstart.sh), with the rows of more.sql."""
import os
import shutil
import sqlite3
import subprocess
import tempfile


def database(top, build):
    """In memory, so that a test may change it."""
    folder = tempfile.mkdtemp(prefix="crawler-demo-")
    try:
        subprocess.run([top + "/data/quickstart.sh", "--in", folder, "--built", build], check=True,
                       stdout=subprocess.DEVNULL)
        found = sqlite3.connect(":memory:", isolation_level=None)
        crawled = sqlite3.connect(folder + "/news.db")
        crawled.backup(found)
        crawled.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found.execute("PRAGMA foreign_keys = ON")
    found.executescript(open(os.path.dirname(os.path.abspath(__file__)) + "/more.sql",
                             encoding="utf-8").read())
    return found
