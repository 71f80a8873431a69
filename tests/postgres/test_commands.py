"""Each command on a PostgreSQL server that asks for a password, which is nowhere to be seen: not in the
process list, in what is printed or written, on the server's log or in the database.

    test_commands.py TOP BUILD
"""
import json
import os
import subprocess
import sys
import tempfile
import time

from newspapers import Newspapers
from server import Server

TOP, BUILD = sys.argv[1], sys.argv[2]
CRAWLER = BUILD + "/crawler"
PASSWORD = "quorblex-standfast"
OPTIONS = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2", "--patience", "2", "--delay", "0.05"]


class Trial:
    def __init__(self, server, folder):
        self.server, self.folder, self.seen = server, folder, ""
        self.database = f"postgresql://crawler:{PASSWORD}@/crawler?host={server.folder}"

    def run(self, command, *words, database=None, status=0):
        """What a command printed."""
        line = [CRAWLER, command, "--sites", database or self.database, *words]
        done = subprocess.run(line, cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        self.seen += done.stdout
        if done.returncode != status:
            raise SystemExit(f"{command} {words}: status {done.returncode}: {done.stdout}")
        return done.stdout

    def expect(self, wanted, command, *words, **more):
        told = self.run(command, *words, **more)
        if wanted not in told:
            raise SystemExit(f"{command} {words}: no '{wanted}' in: {told}")

    def crawl(self):
        """A run, looked at from outside while it goes on."""
        line = [CRAWLER, "run", "--sites", self.database, *OPTIONS, "--metrics", "metrics", "--stats", "stats",
                "--log", "json", "--on-finish", "env > environment; cat > report"]
        with open(self.folder + "/log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(line, cwd=self.folder, stderr=log, stdout=log)
            # who sees it before the program has begun, and hidden it, sees it: PGPASSWORD is for that
            while process.poll() is None:
                time.sleep(0.2)
                if not os.path.exists(self.folder + "/metrics"):
                    continue
                self.seen += subprocess.run(["ps", "-ww", "-o", "args="], check=True, text=True,
                                            stdout=subprocess.PIPE).stdout
                with open(f"/proc/{process.pid}/cmdline", encoding="utf-8") as arguments:
                    self.seen += arguments.read()
        if process.returncode:
            raise SystemExit(f"run: status {process.returncode}")

    def commands(self):
        ask = lambda sql: self.server.run(sql, "-At").strip()  # noqa: E731
        articles = ask("SELECT count(*) FROM v_articles")
        url = ask("SELECT url FROM v_articles WHERE body LIKE '% the %' ORDER BY article_id LIMIT 1")
        site = ask("SELECT home_url FROM v_articles JOIN sites USING (domain) WHERE v_articles.lang = 'en' LIMIT 1")
        self.expect("articles", "report")
        lost = lambda: json.loads(self.run("report", "--json"))["run"]["workers_lost"]  # noqa: E731
        if lost() != 0 or "lost while it ran" in self.run("report"):
            raise SystemExit("a worker is lost")
        ask("INSERT INTO workers(run_id, host, pid, started_ms, until_ms, ended_ms, lost) "
            "SELECT run_id, 'elsewhere', 1, started_ms, started_ms + 1, started_ms + 2, 1 FROM runs")
        if lost() != 1:
            raise SystemExit("no worker is lost")
        self.expect("1 lost while it ran", "report")
        self.run("report", "--html", "report.html")
        self.expect(site, "sites")
        self.expect("1 site changed", "set", site, "delay=5s", "label+=europe")
        self.expect("delay=5s", "set", site)
        self.expect(site, "sites", "--group", "europe")
        self.expect("http", "search", "the OR council")
        self.expect("fetched and stored", "explain", url)
        self.expect("not changed since", "diff", url)
        self.expect("pages read by", "reextract")
        ask("UPDATE articles SET extractor = 'crawler 0.0.1', lead = 'x'")
        ask("ALTER TABLE articles ADD CONSTRAINT odd "
            "CHECK (lead IS NOT DISTINCT FROM 'x' OR article_id % 20 <> 3) NOT VALID")
        kept = ask("SELECT count(*) FROM articles JOIN fetches USING (fetch_id) WHERE raw_id IS NOT NULL "
                   "AND article_id % 20 = 3")
        self.expect(f"The database did not take what was read in {kept} pages", "reextract", status=1)
        ask("ALTER TABLE articles DROP CONSTRAINT odd")
        self.expect(f"{kept} pages read by", "reextract")
        self.expect(f"{articles} articles", "export", "-o", "articles.jsonl")
        self.expect(f"{articles} pages", "export", "-o", "pages.warc.gz")
        self.expect("can't be used", "export", "-o", "x.csv", "--where", "1; DROP TABLE sites", status=2)
        for wrong in ("words / (words - words) > 1", "9223372036854775807 + words > 0"):
            self.expect("the condition can't be used", "export", "-o", "x.csv", "--where", wrong, status=2)
        self.expect("pages packed", "pack")
        self.expect(f"{articles} pages", "export", "-o", "packed.warc.gz")
        self.server.run("CREATE DATABASE other")
        other = self.database.replace("/crawler?", "/other?")
        self.expect(f"{articles} articles new", "import", "pages.warc.gz", database=other)
        self.expect(f"{articles} known already", "import", "pages.warc.gz", database=other)
        self.expect("would go", "takedown", url, "--dry-run")
        self.expect("in the tables", "takedown", url, "--reason", "asked to")
        self.expect("taken down", "explain", url)
        doctor = {f["check"]: f for f in json.loads(self.run("doctor", "--json"))["findings"]}
        if "PostgreSQL" not in doctor["libraries"]["finding"] or doctor["disk"]["state"] != "ok":
            raise SystemExit(f"doctor: {doctor}")

    def refusals(self):
        """What the server, or libpq, has to say of a wrong connection."""
        for wrong in (self.database.replace(PASSWORD, PASSWORD + "2"), self.database + "&bogus=1",
                      self.database.replace("/crawler?", "/nowhere?"), self.database + "&port=1",
                      f"host={self.server.folder} user=crawler password='{PASSWORD} x' dbname=crawler",
                      f"postgresql:///crawler?host={self.server.folder}&user=crawler&password={PASSWORD}x"):
            self.run("sites", database=wrong, status=3)

    def search_everywhere(self):
        places = {"what was printed, or is in the process list": self.seen}
        for name in os.listdir(self.folder):
            with open(f"{self.folder}/{name}", "rb") as file:
                places[name] = file.read().decode("utf-8", "replace")
        with open(self.server.folder + "/log", encoding="utf-8") as log:
            places["the server's log"] = log.read()
        places["the database"] = subprocess.run([self.server.binaries + "/pg_dump"], check=True, text=True,
                                                env=self.server.environment, stdout=subprocess.PIPE).stdout
        for name, text in places.items():
            if PASSWORD in text:
                at = text.index(PASSWORD)
                raise SystemExit(f"the password is in {name}: {text[max(0, at - 200):at + 40]!r}")


with Server() as server, tempfile.TemporaryDirectory() as folder, Newspapers(TOP, BUILD) as papers:
    server.ask_for_password(PASSWORD)
    trial = Trial(server, folder)
    # what others have in the database is theirs
    server.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; CREATE VIEW own AS SELECT 7 AS seven")
    trial.expect("6 added", "add", *papers.sites[:6])
    if server.run("SELECT seven FROM own", "-At") != "7\n":
        raise SystemExit("somebody's own view is gone")
    trial.crawl()
    trial.commands()
    trial.refusals()
    trial.search_everywhere()
print("every command, and the password nowhere")
