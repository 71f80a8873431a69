#!/usr/bin/env python3
"""What a frontier of many URLs takes on a PostgreSQL server: room, and time to discover, lease and complete.

    postgres_workers.py BUILD [--urls 10000000] [--workers 1,2,4] [--seconds 60] [--parts]

Starts a server of its own (fsync on) and has the program's own statements do it (bench_workers.c): one worker
finds all URLs, then so many lease and complete them for so many seconds, one number of workers after the other.
Rates are by the clock; CPU time is that of the worker and of the server's processes for one URL. --parts: in a
frontier cut by schema/postgres/partitions.sql.
"""
import argparse
import json
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
from server import Server  # noqa: E402

SETTINGS = ("shared_buffers = 1GB", "max_wal_size = 4GB", "wal_compression = on", "max_connections = 100")
SIZE = """SELECT sum(pg_total_relation_size(oid)), sum(pg_indexes_size(oid)) FROM pg_class
  WHERE oid = '%s'::regclass OR oid IN (SELECT relid FROM pg_partition_tree('%s'))"""


def sizes(server, rows, *tables):
    """What each table takes for one of so many rows, and of that its indexes."""
    for table in tables:
        whole, indexes = map(int, server.run(SIZE % (table, table), "-At").strip().split("|"))
        print(f"  {table}: {whole / 1e6:.0f} MB, {whole / rows:.0f} bytes a URL, {indexes / rows:.0f} of them indexes",
              flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build")
    options.add_argument("--urls", type=int, default=10000000)
    options.add_argument("--workers", default="1,2,4")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--parts", action="store_true")
    asked = options.parse_args()
    with Server(SETTINGS) as server:
        dsn = f"postgresql://crawler@/crawler?host={server.folder}"
        subprocess.run([asked.build + "/crawler", "add", "-q", "--sites", dsn, "https://s.example/"], check=True)
        if asked.parts:
            server.run(open(TOP + "/schema/postgres/partitions.sql", encoding="utf-8").read())
        urls = asked.urls
        for workers in map(int, asked.workers.split(",")):
            bench = subprocess.Popen([asked.build + "/tests/bench_workers", dsn, str(workers), str(urls),
                                      str(asked.seconds)], stdout=subprocess.PIPE, text=True)
            spent = server.cpu_seconds()
            for line in bench.stdout:
                said, before, spent = json.loads(line), spent, server.cpu_seconds()
                done = said.get("discovered") or said.get("completed")
                if done:
                    print(line.strip(), f"server_cpu_us_each {(spent - before) / done * 1e6:.1f}", flush=True)
                if said.get("discovered"):
                    sizes(server, done, "seen", "queue")
            if bench.wait():
                return bench.returncode
            urls = 0
        sizes(server, int(server.run("SELECT count(*) FROM fetches", "-At")), "urls", "fetches")
        return 0


if __name__ == "__main__":
    sys.exit(main())
