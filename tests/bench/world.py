#!/usr/bin/env python3
"""The whole crawler against a simulated news world, its rivals and what the machine allows.

    tests/bench/world.py [ROW...] [--only TEXT] [--times 3] [--minutes 25] [--set-up]

Runs the rows named (none: all but S5x) of the table in `world_rows.py`, each client of a row after
the other, and all of that so many times, as long as the minutes last. Every run is a line on the
screen and a JSON line in the file of --out as soon as it is over, so nothing is lost when it is cut
short; at the end, or by --table from that file alone, the table is printed: of each client
the run with the least CPU (or the least wall time, where the row is about that) beside the goal. A
client that needs longer than --limit is ended, and told of as that.

The world, its bench.py and the rivals' sources are in ../shared/world; without them, or without Go,
there is nothing to do (exit status 77). --set-up fetches and builds the rivals, through the
registries of their languages, and runs only rows that are named; those that are not there are named
and left out. Differences below 15 % mean nothing on a machine that does other things too; the load
is in each line.
"""
import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from world_rows import ROWS

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SHARED = os.path.join(os.path.dirname(TOP), "shared")

# Our command line in the world: no pause, as many at a time as bench.py allows a client.
RUN = ("{crawler} --sites {{db}} --contact bench --concurrency {{conc}} --per-host {{perhost}} --delay 0"
       " --max-per-site 0 --allow-net 127.0.0.0/8 -q")
SQL = "SELECT url, title, published, body FROM v_articles"

# How a rival is set up, in its folder of the world's peers, and what is there when it was.
PEERS = {
    "c": ("limit", ["sh", "-c", "cc -O2 -o limit limit.c $(pkg-config --cflags --libs libcurl libxml-2.0"
                                " sqlite3)"]),
    "go": ("peer-go", ["sh", "-c", "go mod tidy && go build -o peer-go ."]),
    "node": ("node_modules/crawlee", ["npm", "install", "--no-audit", "--no-fund"]),
    # pip 23.2 stumbles over lxml[html-clean] that is asked for twice
    "python": ("V/bin/scrapy", ["sh", "-c", "python3 -m venv V && V/bin/pip install -q -U pip"
                                " && V/bin/pip install -q -r requirements.txt"]),
    "rust": ("target/release/peer-reqwest", ["cargo", "build", "--release"]),
}
PROGRAMS = {"curl": "curl", "wget2": "wget2"}  # Debian packages


UNKNOWN_S = 30  # what a client is taken to need that has not run here
AGAIN_S = 60  # who needs longer than this runs once: three such runs tell little more


class Bench:
    """Where things are, and how one client runs in the world."""

    def __init__(self, options):
        self.options = options
        self.work = os.path.abspath(options.work)
        self.peers = os.path.join(self.work, "peers")
        self.world = os.path.join(self.work, "world")
        self.out = options.out or os.path.join(self.work, "runs.jsonl")
        self.until = time.monotonic() + options.minutes * 60
        self.needed = {}  # (row, client): seconds, as the last one needed
        for run in recorded(os.path.join(self.work, "runs.jsonl")) + recorded(self.out):
            self.needed[run["row"], run["client"]] = run["needed_s"]

    def expected(self, name, client, turn):
        """Seconds that the next run of a client takes; 0 where one run of it is enough."""
        seconds = self.needed.get((name, client["name"]), UNKNOWN_S)
        once = seconds > AGAIN_S or "prints" in client or "function" in client
        return 0 if turn and once else seconds

    def set_up(self):
        """Builds the world's server, and the rivals where that is asked for."""
        os.makedirs(self.peers, exist_ok=True)
        if not os.path.exists(self.world):
            subprocess.run(["go", "build", "-o", self.world, "."], check=True,
                           cwd=os.path.join(SHARED, "world"))
        for peer, (made, command) in PEERS.items():
            folder = os.path.join(self.peers, peer)
            if not os.path.exists(folder):
                shutil.copytree(os.path.join(SHARED, "world/peers", peer), folder)
                subprocess.run(["chmod", "-R", "u+w", folder], check=True)
            if self.options.set_up and not os.path.exists(os.path.join(folder, made)):
                print("setting up", peer, flush=True)
                if not shutil.which(command[-1].split()[0] if command[0] == "sh" else command[0]):
                    print("  left out:", command[-1].split()[0], "is not installed")
                    continue
                with open(os.path.join(self.peers, peer + ".log"), "w", encoding="utf-8") as log:
                    subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False)

    def missing(self, client):
        """Why this client can't run here, or None."""
        need = client.get("needs")
        if need in PEERS and not os.path.exists(os.path.join(self.peers, need, PEERS[need][0])):
            return "peers/%s is not set up (--set-up; its log: %s.log)" % (
                need, os.path.join(self.peers, need))
        if need in PROGRAMS and not shutil.which(PROGRAMS[need]):
            return "%s is not installed" % PROGRAMS[need]
        return None

    def placed(self, command):
        """The command with the folders that it names."""
        for name, path in (("crawler", self.options.crawler), ("peers", self.peers), ("shared", SHARED),
                           ("build", os.path.dirname(self.options.crawler))):
            command = command.replace("{%s}" % name, path)
        return command

    def limit(self, client):
        """Seconds after which a client is ended."""
        return max(self.options.limit, client.get("limit", 0))

    def run(self, scenario, client, keep=None, world=""):
        """One run of one client; the figures of bench.py."""
        command = self.placed(client["command"].replace("{run}", RUN)).replace("{{", "{").replace("}}", "}")
        line = [sys.executable, os.path.join(SHARED, "world/bench.py"), scenario, "--world", self.world,
                "--corpus", os.path.join(SHARED, "corpus/pages/aeb"), "--name", client["name"],
                "--limit", str(self.limit(client))]
        if client.get("ours"):
            line += ["--sql", client.get("sql", SQL)]
        if keep:
            line += ["--keep", keep, "--port", str(18000 + os.getpid() % 80)]
        if world:
            line += ["--world-args=" + world]
        line += client.get("bench", [])
        done = subprocess.run(line + ["--", "sh", "-c", command], stdout=subprocess.PIPE,
                              check=False, text=True)
        if not done.stdout.startswith("{"):
            return {"failed": "bench.py printed no figures"}
        return json.loads(done.stdout)

    def print_own(self, client):
        """Runs a program that prints figures of its own."""
        with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
            command = self.placed(client["prints"]).replace("{dir}", os.path.join(folder, "queue"))
            try:
                done = subprocess.run(["sh", "-c", "exec " + command], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, check=False, text=True, cwd=folder,
                                      timeout=self.limit(client))
            except subprocess.TimeoutExpired:
                return {"timed_out": True, "wall_s": self.limit(client)}
        return {"printed": done.stdout.splitlines()}

    def figures_of(self, row, client):
        """One run, by whatever measures it."""
        if "function" in client:
            return client["function"](self)
        if "prints" in client:
            return self.print_own(client)
        if "prepare" in client:  # another run first, whose database this one has
            with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
                return client["prepare"](self, row, client, folder)
        return self.run(client.get("scenario", row["scenario"]), client)

    def run_once(self, name, row, client):
        """One run of a client of a row; its figures go to the screen and into the file at once."""
        began, load = time.monotonic(), os.getloadavg()[0]
        try:
            figures = self.figures_of(row, client)
        except (OSError, sqlite3.Error, KeyError, TypeError, RuntimeError) as error:
            figures = {"failed": repr(error)}
        needed = time.monotonic() - began
        self.needed[name, client["name"]] = needed
        figures = {"row": name, "client": client["name"], "needed_s": round(needed, 1),
                   "load": round(load, 1), **figures}
        with open(self.out, "a", encoding="utf-8") as out:
            out.write(json.dumps(figures) + "\n")
        print("%-8s %-44s %s" % (name, client["name"], cells(row, figures)), flush=True)


def recorded(path):
    """The runs of a file, in their order."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.endswith("}\n")]


def cells(row, figures):
    """The figures that the row is about, as text."""
    if "failed" in figures:
        return "FAILED: " + figures["failed"]
    if figures.get("timed_out"):
        return "not done within %.0f s" % figures["wall_s"]
    if "printed" in figures:
        return "".join("\n        " + line for line in figures["printed"])
    out = []
    for key, text in row["figures"]:
        value = figures.get(key)
        if value is not None:
            out.append(text % value)
    if "title_ok" in figures:
        out.append("titles %.3f dates %.3f body %.3f" % (
            figures["title_ok"], figures["date_ok"], figures["body_f1"]))
    if figures.get("rc"):
        out.append("EXIT STATUS %d" % figures["rc"])
    for bad in ("robots_violations", "retry_after_violations", "banned_hosts"):
        if figures.get(bad):
            out.append("%s %s" % (bad, figures[bad]))
    out.append("load %.1f" % figures["load"])
    return ", ".join(out)


def best_of(row, runs):
    """The run that counts: of those that ended, the one with the least of what the row is about."""
    ended = [run for run in runs if row.get("least") in run and not run.get("timed_out")]
    return min(ended, key=lambda run: run[row["least"]]) if ended else runs[-1]


def print_table(path, names):
    """The best run of each client of each row, out of a file of runs."""
    runs = recorded(path)
    for name in names:
        mine = [run for run in runs if run["row"] == name]
        if not mine:
            continue
        print("\n%s: %s\n    goal: %s" % (name, ROWS[name]["what"], ROWS[name]["goal"]))
        for client in dict.fromkeys(run["client"] for run in mine):
            best = best_of(ROWS[name], [run for run in mine if run["client"] == client])
            print("    %-44s %s" % (client, cells(ROWS[name], best)))


def wanted(bench, names):
    """The clients of these rows that were asked for and can run here; the others are named."""
    out = []
    for name in names:
        for client in ROWS[name]["clients"]:
            if not any(text in client["name"] for text in bench.options.only or [""]):
                continue
            why = bench.missing(client)
            if why:
                print("%-8s %-44s left out: %s" % (name, client["name"], why))
            else:
                out.append((name, client))
    return out


def tell_estimate(bench, clients):
    """How long all of it takes, by what it took the last time."""
    unknown = [1 for name, client in clients if (name, client["name"]) not in bench.needed]
    total = sum(bench.expected(name, client, turn) for turn in range(bench.options.times)
                for name, client in clients)
    print("%d clients, %d times: about %.0f minutes%s" % (
        len(clients), bench.options.times, total / 60,
        " (%d have not run here: taken for %d s each)" % (len(unknown), UNKNOWN_S) if unknown else ""),
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="only clients with this in their name (crawler, Rust, Python ...); repeat it")
    parser.add_argument("--crawler", default=os.path.join(TOP, "build/crawler"), help="the program")
    parser.add_argument("--times", type=int, default=3, help="runs of each client")
    parser.add_argument("--minutes", type=float, default=60, help="begin nothing that ends later")
    parser.add_argument("--limit", type=int, default=120, metavar="S", help="end a client after this")
    parser.add_argument("--out", help="append every run's JSON line to this file (WORK/runs.jsonl)")
    parser.add_argument("--work", default=os.path.join(TOP, "build/world"),
                        help="where the world's server and the rivals are built")
    parser.add_argument("--set-up", action="store_true", help="build the rivals first")
    parser.add_argument("--table", action="store_true", help="run nothing, print the table of --out")
    options = parser.parse_args()
    options.crawler = os.path.abspath(options.crawler)
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error("no such row: " + ", ".join(unknown))
    names = options.rows or [name for name in ROWS if not ROWS[name].get("asked")]
    bench = Bench(options)
    if options.table:
        print_table(bench.out, names)
        return
    if not os.path.exists(os.path.join(SHARED, "world/bench.py")) or not shutil.which("go"):
        print("world: no world at %s, or no Go to build it with: skipped" % os.path.join(SHARED, "world"))
        sys.exit(77)
    bench.set_up()
    if options.set_up and not options.rows:
        return
    clients = wanted(bench, names)
    tell_estimate(bench, clients)
    for turn in range(options.times):
        for name, client in clients:
            expected = bench.expected(name, client, turn)
            if expected and time.monotonic() + expected < bench.until:
                bench.run_once(name, ROWS[name], client)
    print_table(bench.out, names)


if __name__ == "__main__":
    main()
