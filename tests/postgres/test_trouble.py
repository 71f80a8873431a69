"""Crawls on PostgreSQL while workers are killed and paused, the server restarts, connections, answers and the
network go, the disk fills and values are refused: each article is there once, the same as without, and nothing is
torn.

    test_trouble.py TOP BUILD [--kills 200] [--restarts 20] [--pauses 20] [--outage 60] [--only NAME,... | --only all]
"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from server import Server
from trouble import LEASE_S, SLACK_S, Crawl, Cutter, Failed, GAPS, Proxy, World, expect

WORKERS = 3


class Trouble:
    def __init__(self, arguments, server, world):
        self.arguments, self.server, self.world = arguments, server, world
        self.articles, self.crawls = None, []

    def crawl(self, *options, workers=WORKERS, **more):
        self.crawls.append(Crawl(self.arguments.build, self.server, self.world, workers, *options, **more))
        return self.crawls[-1]

    def close(self):
        while self.crawls:
            self.crawls.pop().close()

    def undisturbed(self):
        """Up to its end: then the server is lost, and has all the same what was told to be written."""
        self.server.set("wal_writer_delay", "10s")
        crawl = self.crawl()
        crawl.start_all()
        crawl.wait()
        self.server.kill()
        self.server.start()
        self.server.set("wal_writer_delay", "200ms")
        expect("ends", crawl.ask("SELECT string_agg(outcome, ' ') FROM runs"), "ok ok ok")
        self.articles = crawl.check()
        expect("hosts asked too soon", crawl.ask(GAPS), "")
        crawl.close()
        return f"{len(self.articles)} articles"

    # ---- kills and restarts

    def kills(self):
        left, crawls, freed = self.arguments.kills, 0, []
        while left > 0:
            crawl = self.crawl()
            crawl.start_all()
            for _ in range(min(left, 40)):
                time.sleep(random.uniform(0.2, 1))
                if not crawl.is_on():
                    break
                crawl.kill_one()
                left -= 1
            crawl.wait()
            crawl.settle()
            crawl.check(self.articles)
            freed += crawl.freed
            crawls += 1
            crawl.close()
        longest = LEASE_S * 4 / 3 + SLACK_S
        expect("hosts that waited longer than a lease and a third", sum(s > longest for s in freed), 0)
        freed = sorted(freed) or [0]
        return (f"{self.arguments.kills} kills in {crawls} crawls, {len(freed)} of workers that had hosts; these are "
                f"free after {freed[len(freed) // 2]:.1f} s (median), {freed[-1]:.1f} s at most")

    def restarts(self):
        left, crawls = self.arguments.restarts, 0
        while left > 0:
            crawl = self.crawl()
            crawl.start_all()
            while left > 0 and crawl.is_on():
                time.sleep(random.uniform(0.5, 3))
                left -= 1
                if left % 2:
                    self.server.kill()
                else:
                    self.server.stop("fast")
                time.sleep(random.uniform(0, 3))
                self.server.start()
            crawl.wait()
            crawl.settle()
            crawl.check(self.articles)
            crawls += 1
            crawl.close()
        return f"{self.arguments.restarts} restarts in {crawls} crawls, each second one kill -9"

    def failover(self):
        """The server stops, and another on the same data starts elsewhere."""
        other = self.server.folder + "/other"
        os.mkdir(other)
        os.chown(other, self.server.uid, -1)
        crawl = self.crawl(where=f"host={self.server.folder},{other}")
        crawl.start_all()
        time.sleep(2)
        self.server.stop("immediate")
        self.server.start(other)
        try:
            self.server.environment["PGHOST"] = other
            crawl.wait()
            crawl.check(self.articles)
        finally:
            self.server.environment["PGHOST"] = self.server.folder
            self.server.stop("fast")
            self.server.start()
        crawl.close()

    # ---- connections and answers

    def connections(self):
        """Ended by the administrator, statements cancelled, and a role that is kept short."""
        short = "-c statement_timeout=50ms -c lock_timeout=5ms -c idle_in_transaction_session_timeout=20ms"
        crawl = self.crawl(where=f"host={self.server.folder} options='{short}'")
        crawl.start_all()
        ended = cancelled = 0
        while crawl.is_on() and ended + cancelled < 2000:
            time.sleep(random.uniform(0, 0.4))
            what = random.choice(("pg_terminate_backend", "pg_cancel_backend"))
            done = int(crawl.ask(f"SELECT count({what}(pid)) FROM pg_stat_activity WHERE application_name = "
                                 "'crawler' AND random() < 0.5") or 0)
            ended += done if "term" in what else 0
            cancelled += done if "cancel" in what else 0
        crawl.wait()
        crawl.settle()
        crawl.check(self.articles)
        crawl.close()
        return f"{ended} sessions ended, {cancelled} cancelled"

    def cuts(self):
        """At each message of a run that has nothing to ask, from its first to its last."""
        cutter = Cutter(self.server.socket())
        crawl = self.crawl(where=f"host=127.0.0.1 port={cutter.port}", workers=1)
        crawl.ask("UPDATE sites SET enabled = 0")
        crawl.options += ["--patience", "0"]
        messages = 0
        while cutter.left <= 0:
            messages += 1
            cutter.left = messages
            crawl.start()
            crawl.wait()
            expect(f"runs after {messages}", crawl.ask("SELECT count(*) FROM runs WHERE outcome = 'ok'"), messages)
        expect("messages", messages > 20, True)
        crawl.close()
        return f"{messages} messages"

    def lost_answers(self):
        """A commit is done, and its answer never comes: the wait for a standby that there isn't is ended."""
        crawl = self.crawl("--sync", "full", workers=2)
        crawl.start_all()
        time.sleep(1)
        lost = 0
        while crawl.is_on() and lost < 40:
            self.server.set("synchronous_standby_names", "nobody")
            waits = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'crawler'"
            for _ in range(5):
                lost += int(crawl.ask(f"SET synchronous_commit = off; SELECT count(pg_terminate_backend(pid)) {waits}"))
            self.server.set("synchronous_standby_names", "")
            time.sleep(1)
        crawl.wait()
        crawl.check(self.articles)
        expect("hosts asked too soon", crawl.ask(GAPS), "")
        expect("leases lost", crawl.ask("SELECT count(*) FROM runs, jsonb_path_query(report::jsonb, "
                                        "'$.leases_lost') n WHERE n::int > 0"), 0)
        crawl.close()
        return f"{lost} answers"

    def errors(self):
        """Deadlocks and serialization failures, now and then."""
        crawl = self.crawl()
        crawl.ask("""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF random() < 0.001 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF;
            IF random() < 0.001 THEN RAISE EXCEPTION 'serialization' USING ERRCODE = '40001'; END IF;
            RETURN NULL; END $$;
            CREATE TRIGGER fail AFTER INSERT OR UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION fail();
            CREATE TRIGGER fail AFTER UPDATE ON hosts FOR EACH ROW EXECUTE FUNCTION fail()""")
        crawl.start_all()
        crawl.wait()
        crawl.check(self.articles)
        crawl.close()

    def refused(self):
        """Articles that the server does not take: those alone are missing, and their URLs say why."""
        crawl = self.crawl()
        crawl.ask("ALTER TABLE articles ADD CHECK (length(title) % 40 <> 0)")
        crawl.start_all()
        crawl.wait()
        left = [article for article in self.articles if len(article.split(" ", 1)[1]) % 40]
        crawl.check(left)
        refused = len(self.articles) - len(left)
        got = int(crawl.ask("SELECT count(*) FROM urls WHERE state = 'error' AND why = 'not stored'"))
        said = [line for process in crawl.ended for line in crawl.said(process).splitlines()]
        expect(f"URLs that are errors: {refused} at least", got >= refused > 0, True)
        expect(f"lines: {said}", ["does not take a value" in line for line in said], [True] * got)
        crawl.close()
        return f"{refused} articles left out, with {got} addresses"

    # ---- workers that stand still, networks that are gone

    def pause(self):
        """A worker is paused for longer than its lease: it goes on as a new one, beside who has its hosts by then."""
        for _ in range(self.arguments.pauses):
            crawl = self.crawl(workers=2)
            crawl.start_all()
            time.sleep(random.uniform(1, 3))
            crawl.running[0].send_signal(signal.SIGSTOP)
            paused = time.monotonic()
            ended = f"SELECT count(*) FROM workers WHERE pid = {crawl.running[0].pid} AND lost = 1"
            while crawl.ask(ended) == "0" and time.monotonic() < paused + 6 * LEASE_S:
                time.sleep(0.1)
            longest = LEASE_S * 4 / 3 + SLACK_S
            expect(f"ended after {longest} s at most", time.monotonic() < paused + longest, True)
            time.sleep(random.uniform(0, 0.6))
            crawl.running[0].send_signal(signal.SIGCONT)
            crawl.wait()
            crawl.check(self.articles)
            expect("workers", int(crawl.ask("SELECT count(*) FROM workers")) >= 3, True)
            expect("ends", crawl.ask("SELECT string_agg(outcome, ' ') FROM runs"), "ok ok")
            expect("hosts asked too soon", crawl.ask(GAPS), "")
            crawl.close()

    def network(self):
        """Of one of two workers, for longer than a lease and for less."""
        proxy = Proxy(self.server.socket())
        crawl = self.crawl(workers=1, where=f"host=127.0.0.1 port={proxy.port}")
        crawl.start()
        crawl.connection = crawl.direct
        crawl.start()
        for seconds in (2, self.arguments.outage):
            time.sleep(1)
            proxy.gone_for(seconds)
        crawl.wait()
        crawl.check(self.articles)
        expect("ends", crawl.ask("SELECT string_agg(outcome, ' ') FROM runs"), "ok ok")
        expect("hosts asked too soon", crawl.ask(GAPS), "")
        crawl.close()
        return f"gone for {self.arguments.outage} s"

    def take_down(self):
        """While a run is cut off a take-down has the database: the run asks and stores no more of it."""
        proxy = Proxy(self.server.socket())
        crawl = self.crawl(workers=1, where=f"host=127.0.0.1 port={proxy.port}")
        domain = crawl.ask("SELECT domain FROM sites ORDER BY site_id LIMIT 1")
        crawl.start()
        time.sleep(1.5)
        proxy.open.clear()
        self.server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crawler'")
        done = subprocess.run([crawl.program, "takedown", "--sites", crawl.direct, domain, "--reason",
                               "asked to"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        proxy.open.set()
        expect(f"take-down: {done.stderr}", done.returncode, 0)
        crawl.wait()
        crawl.check()
        expect("articles taken down", crawl.ask(f"SELECT count(*) FROM v_articles WHERE domain = '{domain}'"), 0)
        crawl.close()

    # ---- ends

    def stop(self):
        """Told to stop while the server is gone: in time, with one line, and the right status."""
        for how in ("stopped", "silent"):
            proxy = Proxy(self.server.socket())
            crawl = self.crawl("--grace", "1s", workers=1, where=f"host=127.0.0.1 port={proxy.port}")
            process = crawl.start()
            time.sleep(2)
            if how == "stopped":
                self.server.stop("immediate")
            else:
                proxy.open.clear()
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            crawl.wait(status=4, seconds=80)
            said = crawl.said(process)
            proxy.open.set()
            if how == "stopped":
                self.server.start()
            expect(f"lines: {said}", len(said.splitlines()), 1)
            crawl.connection = crawl.direct
            time.sleep(LEASE_S)
            crawl.settle()
            crawl.check(self.articles)
            crawl.close()

    def full(self):
        """The server's disk is full: the run ends in order, and with room the next one goes on."""
        folder = tempfile.mkdtemp(prefix="crawler-full-")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=6m,uid={self.server.uid},mode=700", "tmpfs", folder],
                          check=False, stderr=subprocess.DEVNULL).returncode:
            os.rmdir(folder)
            return "not tried: no file system can be mounted"
        crawl = None
        try:
            self.server.run(f"CREATE TABLESPACE small LOCATION '{folder}'")
            crawl = self.crawl(workers=1)
            crawl.ask("ALTER TABLE articles SET TABLESPACE small; ALTER TABLE raw_pages SET TABLESPACE small")
            with open(folder + "/filler", "wb") as filler:
                while filler.write(b"x" * 65536) and shutil.disk_usage(folder).free > 300000:
                    filler.flush()
            process = crawl.start()
            crawl.wait(status=6)
            said = crawl.said(process)
            expect(f"lines: {said}", (len(said.splitlines()), "disk is full" in said), (1, True))
            os.unlink(folder + "/filler")
            subprocess.run(["mount", "-o", "remount,size=200m", folder], check=True)
            crawl.settle()
            crawl.check(self.articles)
        finally:
            if crawl:
                crawl.close()
                self.server.run(f"DROP DATABASE {crawl.name} (FORCE); DROP TABLESPACE small")
            subprocess.run(["umount", folder], check=False)
            os.rmdir(folder)
        return None

    def refusals(self):
        """Says what is wrong, where, and what to do, and no password."""
        crawl = self.crawl(workers=1)
        folder = self.server.folder
        for connection, words in (
                (f"postgresql://crawler:hush@/none?host={folder}", "make the database on the server with createdb"),
                (f"postgresql://nobody:hush@/{crawl.name}?host={folder}", "make the role on the server"),
                ("postgresql://crawler:hush@127.0.0.1:1/x", "start the server, or check host and port"),
                ("postgresql://crawler:hush@/x?host=/nowhere", "start it, or check host and port"),
                ("postgresql://crawler:hush@no.such.invalid/x", "check the host's name"),
                ("service=none password=hush", "pg_service.conf"),
                ("host=127.0.0.1 hush=hush", "check the connection string"),
        ):
            done = subprocess.run([crawl.program, "--sites", connection, "--contact", "x"], text=True, check=False,
                                  stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
            said = done.stderr.strip()
            got = (done.returncode, len(said.splitlines()), words in said,
                   "password" not in connection and "hush=" not in connection and "hush" in said)
            expect(f"{connection}: {said}", got, (3, 1, True, False))
        crawl.close()


SHORT = ("undisturbed", "kills", "restarts", "connections", "cuts", "refused", "pause", "refusals")
ALL = ("undisturbed", "kills", "restarts", "failover", "connections", "cuts", "lost_answers", "errors", "refused", "pause",
       "network", "take_down", "stop", "full", "refusals")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("top")
    parser.add_argument("build")
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--pauses", type=int, default=1)
    parser.add_argument("--outage", type=int, default=15)
    parser.add_argument("--only")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    names = ALL if arguments.only == "all" else arguments.only.split(",") if arguments.only else SHORT
    with Server(settings=("fsync = off", "full_page_writes = off", "max_connections = 60")) as server, \
            World(arguments.top, arguments.build) as world:
        trouble = Trouble(arguments, server, world)
        for name in names:
            began = time.monotonic()
            try:
                told = getattr(trouble, name)()
            except Failed as failed:
                print(f"{name}: {failed}\n(--seed {arguments.seed})", flush=True)
                os.system(f"tail -5 {server.folder}/log")
                return 1
            finally:
                trouble.close()
            print(f"{name}: {told or 'as it should be'} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
