#!/usr/bin/env python3
"""The whole crawler against a simulated news world, its rivals and what the machine allows.

    tests/bench/world.py [ROW...] [--times 3] [--out FILE] [--set-up]

Runs the rows named (none: all but S5x) of the table in `world_rows.py`, each client of
a row after the other, so many times, and prints of each client the run with the least CPU (or the
least wall time, where the row is about that) beside the goal. --out keeps every run's JSON line.

The world, its bench.py and the rivals' sources are in ../shared/world; without them, or without Go,
there is nothing to do (exit status 77). --set-up fetches and builds the rivals, through the
registries of their languages; those that are not there are named and left out. Differences below
15 % mean nothing on a machine that does other things too; the load is printed beside each row.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from world_night import night
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
    "python": ("V/bin/scrapy", ["sh", "-c", "python3 -m venv V && V/bin/pip install -q -r requirements.txt"]),
    "rust": ("target/release/peer-reqwest", ["cargo", "build", "--release"]),
}
PROGRAMS = {"curl": "curl", "wget2": "wget2"}  # Debian packages


class Bench:
    """Where things are, and how one client runs in the world."""

    def __init__(self, options):
        self.options = options
        self.work = os.path.abspath(options.work)
        self.peers = os.path.join(self.work, "peers")
        self.world = os.path.join(self.work, "world")
        self.out = open(options.out, "a", encoding="utf-8") if options.out else None

    def set_up(self):
        """Builds the world's server, and the rivals where that is asked for."""
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

    def run(self, scenario, client, keep=None, world=""):
        """One run of one client; the figures of bench.py."""
        command = self.placed(client["command"].replace("{run}", RUN)).replace("{{", "{").replace("}}", "}")
        line = [sys.executable, os.path.join(SHARED, "world/bench.py"), scenario, "--world", self.world,
                "--corpus", os.path.join(SHARED, "corpus/pages/aeb"), "--name", client["name"]]
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
            sys.exit("world: bench.py printed no figures for " + client["name"])
        figures = json.loads(done.stdout)
        if self.out:
            self.out.write(done.stdout)
            self.out.flush()
        return figures


def print_own(bench, client):
    """Runs a program that prints figures of its own."""
    with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
        command = bench.placed(client["prints"]).replace("{dir}", os.path.join(folder, "queue"))
        done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False, text=True, cwd=folder)
    print("    %s:" % client["name"])
    print("\n".join("        " + line for line in done.stdout.splitlines()), flush=True)


def cells(row, figures):
    """The figures that the row is about, as text."""
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
    for bad in ("robots_violations", "retry_after_violations", "banned_hosts", "timed_out"):
        if figures.get(bad):
            out.append("%s %s" % (bad, figures[bad]))
    return ", ".join(out)


def measure(bench, name, row):
    """Runs the row's clients in turn, so many times, and prints the best run of each."""
    print("\n%s: %s\n    goal: %s" % (name, row["what"], row["goal"]), flush=True)
    clients = []
    for client in row["clients"]:
        why = bench.missing(client)
        if why:
            print("    %-44s left out: %s" % (client["name"], why))
        elif "prints" in client:
            print_own(bench, client)
        else:
            clients.append(client)
    runs = {client["name"]: [] for client in clients}
    before = os.getloadavg()[0]
    for _ in range(bench.options.times):
        for client in clients:
            if "prepare" in client:  # another run first, whose database this one has
                with tempfile.TemporaryDirectory(prefix="world-bench.") as folder:
                    figures = client["prepare"](bench, row, client, folder)
            else:
                figures = bench.run(client.get("scenario", row["scenario"]), client)
            runs[client["name"]].append(figures)
    for client in clients:
        best = min(runs[client["name"]], key=lambda figures: figures[row["least"]])
        print("    %-44s %s" % (client["name"], cells(row, best)))
    print("    load %.1f before, %.1f after" % (before, os.getloadavg()[0]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join([*ROWS, "night"]))
    parser.add_argument("--crawler", default=os.path.join(TOP, "build/crawler"), help="the program")
    parser.add_argument("--times", type=int, default=3, help="runs of each client")
    parser.add_argument("--out", help="append every run's JSON line to this file")
    parser.add_argument("--work", default=os.path.join(TOP, "build/world"),
                        help="where the world's server and the rivals are built")
    parser.add_argument("--set-up", action="store_true", help="build the rivals first")
    options = parser.parse_args()
    options.crawler = os.path.abspath(options.crawler)
    if not os.path.exists(os.path.join(SHARED, "world/bench.py")) or not shutil.which("go"):
        print("world: no world at %s, or no Go to build it with: skipped" % os.path.join(SHARED, "world"))
        sys.exit(77)
    unknown = [name for name in options.rows if name not in ROWS and name != "night"]
    if unknown:
        parser.error("no such row: " + ", ".join(unknown))
    os.makedirs(os.path.join(options.work, "peers"), exist_ok=True)
    bench = Bench(options)
    bench.set_up()
    for name in options.rows or [*(name for name in ROWS if not ROWS[name].get("asked")), "night"]:
        if name == "night":
            night(bench)
        else:
            measure(bench, name, ROWS[name])


main()
