"""A crawl of the demo world by several workers on one server, what can befall it, and what must hold afterwards.
For test_trouble.py."""
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

LEASE_S = 10
SLACK_S = 10  # of a busy machine
DELAY_MS = 200

# Under which of several forms of its address one is met first is a matter of chance.
ARTICLES = "SELECT domain || ' ' || title FROM v_articles ORDER BY 1"

# What must be nought after all has ended.
TORN = {
    "articles under one address": "SELECT count(*) FROM (SELECT FROM articles GROUP BY url_id HAVING count(*) > 1) x",
    "URLs that are neither asked nor waiting": """SELECT count(*) FROM seen s
      WHERE NOT EXISTS (SELECT FROM urls u WHERE u.host_id = s.host_id AND u.hash = s.hash)
        AND NOT EXISTS (SELECT FROM queue q WHERE q.host_id = s.host_id AND q.hash = s.hash)""",
    "new articles that wait": "SELECT count(*) FROM queue WHERE band = 1",
    "hosts left leased": "SELECT count(*) FROM hosts WHERE leased_by IS NOT NULL",
    "addresses left leased": "SELECT count(*) FROM addresses WHERE leased_by IS NOT NULL",
    "workers that live": "SELECT count(*) FROM workers WHERE ended_ms IS NULL AND until_ms > now_ms()",
    "hosts that count their new articles wrongly": """SELECT count(*) FROM hosts h
      WHERE new_queued <> (SELECT count(*) FROM queue q WHERE q.host_id = h.host_id AND band = 1)""",
    "queue counted wrongly": """SELECT (SELECT value::bigint FROM meta WHERE key = 'queued')
      + (SELECT sum(queued) FROM workers) - (SELECT count(*) FROM queue)""",
    "requests that runs count, and those there are": """SELECT (SELECT sum(requests) FROM runs)
      - (SELECT count(*) FROM fetches)""",
    "articles without their search entry": """SELECT count(*) FROM articles a
      WHERE NOT EXISTS (SELECT FROM articles_fts f WHERE f.article_id = a.article_id)""",
}

# Requests that came too soon after another to the same host, while nobody was killed: who is killed takes what it
# knew along.
GAPS = f"""SELECT string_agg(format('%s of run %s at %s, %s ms after %s of run %s (%s ms)', url, run_id, started_ms, gap,
    url_before, run_before, total_before), '; ') FROM (
  SELECT u.url, f.run_id, f.started_ms, f.started_ms - lag(f.started_ms) OVER w AS gap, lag(u.url) OVER w AS url_before,
    lag(f.run_id) OVER w AS run_before, lag(f.total_ms) OVER w AS total_before
  FROM fetches f JOIN urls u USING (url_id) WINDOW w AS (PARTITION BY u.host_id ORDER BY f.started_ms)) g
  WHERE gap < {DELAY_MS}"""


class Failed(Exception):
    pass


def expect(what, got, wanted):
    if str(got) != str(wanted):
        raise Failed(f"{what}: got {got}, expected {wanted}")


class World:
    """The demo world's sites on ports of their own."""

    def __init__(self, top, build):
        self.folder = tempfile.TemporaryDirectory()
        parts = [build + "/tests/demo-world", "--with-parent", "--directory", top + "/data/world", "--day",
                 "2026-03-01", "--port", "0"]
        for kind in ("sites", "apis", "truth"):
            parts += [f"--{kind}-file", f"{self.folder.name}/{kind}"]
        self.process = subprocess.Popen(parts, stdout=subprocess.DEVNULL)
        while not os.path.exists(self.folder.name + "/sites") or not os.path.getsize(self.folder.name + "/sites"):
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


class Proxy:
    """Between workers and a server's socket: forwards, until told to hold still."""

    def __init__(self, target):
        self.target, self.open = target, threading.Event()
        self.open.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.target)
            except OSError:
                client.close()
                continue
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.forward, args=(one, other), daemon=True).start()

    def passes(self, _from_client):
        """Waits until what has come may go on; False: the connection is lost."""
        self.open.wait()
        return True

    def forward(self, one, other):
        try:
            while (data := one.recv(65536)) and self.passes(one.family == socket.AF_INET):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def gone_for(self, seconds):
        self.open.clear()
        time.sleep(seconds)
        self.open.set()


class Cutter(Proxy):
    """Loses a connection once: when so many more messages have come from clients."""

    left = 0

    def passes(self, from_client):
        self.left -= from_client
        return not from_client or self.left != 0


class Crawl:
    """Some workers on a database of their own. `where`: the connection's options beside the database."""

    number = 0

    def __init__(self, build, server, world, workers, *options, where=None):
        Crawl.number += 1
        self.program, self.server, self.workers = build + "/crawler", server, workers
        self.name = f"c{Crawl.number}"
        server.run(f"CREATE DATABASE {self.name}")
        self.direct = f"dbname={self.name} user=crawler host={server.folder}"
        self.connection = f"dbname={self.name} user=crawler {where or 'host=' + server.folder}"
        self.options = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2", "--patience", "14",
                        "--delay", str(DELAY_MS / 1000), "--lease", f"{LEASE_S}s", "-q", *options]
        self.folder = tempfile.TemporaryDirectory()
        self.running, self.ended, self.freed, self.threads = [], [], [], []
        self.add_sites(world)

    def add_sites(self, world):
        subprocess.run([self.program, "add", "-q", "--sites", self.direct, "--file",
                        world.folder.name + "/sites"], check=True)
        with open(world.folder.name + "/apis", encoding="utf-8") as apis:
            for line in apis:
                subprocess.run([self.program, "add", "-q", "--sites", self.direct, "--kind", "api",
                                *line.split()], check=True)

    def ask(self, sql):
        return self.server.run(sql, "-d", self.name, "-At").strip()

    def start(self):
        log = open(f"{self.folder.name}/{len(self.ended) + len(self.running)}", "w+", encoding="utf-8")
        process = subprocess.Popen([self.program, "--sites", self.connection, *self.options], stderr=log)
        process.log = log
        self.running.append(process)
        return process

    def start_all(self):
        while len(self.running) < self.workers:
            self.start()

    def kill_one(self):
        """As the machine would lose it, and another in its place."""
        process = self.running.pop(random.randrange(len(self.running)))
        process.kill()
        killed = time.monotonic()
        process.wait()
        self.ended.append(process)
        thread = threading.Thread(target=self.watch_hosts, args=(process.pid, killed))
        thread.start()
        self.threads.append(thread)
        self.start()

    def watch_hosts(self, pid, killed):
        """Until others may have what it held, if it had any."""
        had_hosts = False
        held = f"""SELECT count(*) FROM hosts h JOIN workers w ON h.leased_by = w.worker_id
                   WHERE w.pid = {pid} AND w.ended_ms IS NULL"""
        while time.monotonic() < killed + 6 * LEASE_S:
            try:
                if self.ask(held) == "0":
                    break
                had_hosts = True
            except RuntimeError:
                pass  # the server is just restarting
            time.sleep(0.5)
        if had_hosts:
            self.freed.append(time.monotonic() - killed)

    def is_on(self):
        return any(process.poll() is None for process in self.running)

    def wait(self, status=0, seconds=240):
        """Until all have ended by themselves, as they should."""
        until = time.monotonic() + seconds
        for process in self.running:
            try:
                process.wait(max(1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise Failed(f"{self.name}: a worker does not end: {self.said(process)}")
            if process.returncode != status:
                raise Failed(f"{self.name}: status {process.returncode} instead of {status}: {self.said(process)}")
        self.ended += self.running
        self.running = []
        for thread in self.threads:
            thread.join()

    def said(self, process):
        process.log.seek(0)
        return process.log.read().strip()

    def check(self, articles=None):
        for what, sql in TORN.items():
            expect(f"{self.name}: {what}", self.ask(sql), 0)
        got = self.ask(ARTICLES).splitlines()
        if articles is not None and got != articles:
            missing, more = sorted(set(articles) - set(got)), sorted(set(got) - set(articles))
            why = self.ask("SELECT why, state, count(*) FROM v_urls WHERE state NOT IN ('done', 'skipped') GROUP BY 1, 2")
            raise Failed(f"{self.name}: {len(got)} articles instead of {len(articles)}; "
                         f"missing {missing[:5]}, more {more[:5]}; not fetched:\n{why}")
        return got

    def settle(self):
        """A last worker for what those that were killed in the end have left."""
        self.start()
        self.wait()

    def close(self):
        for process in self.running:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        for thread in self.threads:
            thread.join()
        self.folder.cleanup()
