"""A thousand workers that lease hosts from one PostgreSQL server: fairness, traffic, and what happens when
some die and others come.

    postgres_leases.py [--workers 1000] [--hosts 60000] [--places 50] [--hold 20] [--rest 60] [--lease 30]
                       [--share 25] [--seconds 60] [--sockets 8]

The workers are simulated, their statements (schema/postgres/queries.sql) and the server are real; many
workers share a socket. A worker has room for `places` hosts, but takes no more than its share, as those of
storage/postgres/leases.c do, for which it asks every `share` seconds; it keeps each for `hold` seconds on
average, and gives it back to rest for about `rest`; it renews thrice in a lease. A tenth of all hosts share addresses,
ten on each. After a third of the time a tenth of the workers falls silent; after half of it as many new
ones come. Status 1 where a host or an address was ever held by two, or a dead worker's hosts were not
taken up again within a lease and the third in which that is noticed.
"""
import argparse
import heapq
import os
import random
import statistics
import sys
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, TOP + "/tests/postgres")
import statements  # noqa: E402
from server import Server  # noqa: E402
from session import Session  # noqa: E402

QUERIES = statements.read(TOP + "/schema/postgres/queries.sql")
USED = ("claim_hosts", "release_hosts", "renew_worker", "end_lost_workers", "begin_worker", "share_of_worker")
CLAIM_LEAST = 4  # free places below which a worker does not ask yet
CLAIM_MOST = 16  # hosts that it asks for at once
COUNTED = 4096   # as storage/postgres/leases.c
UNWANTED_MS = 3000
IDLE_S = 1.0     # between two claims of a worker, at least


class Socket:
    """One session that many workers share, and what it was asked."""

    def __init__(self, server):
        self.session = Session(server, {name: QUERIES[name] for name in USED})
        self.traffic = {}

    def ask(self, what, sql):
        begun = time.monotonic()
        lines = self.session.ask(sql)
        if lines and lines[0].startswith("ERROR"):
            raise RuntimeError(f"{what}: {lines[0]}")
        count, spent, worst = self.traffic.get(what, (0, 0, 0))
        took = time.monotonic() - begun
        self.traffic[what] = count + 1, spent + took, max(worst, took)
        return lines


class Worker:
    def __init__(self, number, worker_id, now):
        self.number, self.id = number, worker_id
        self.held = {}  # host_id: when it is given back
        self.claimed = 0
        self.shared = -1e9  # when it last asked for its share
        self.fair = 0
        self.lives = True


class Simulation:
    def __init__(self, options, server):
        self.options, self.server = options, server
        self.begun = time.monotonic()
        self.lock = threading.Lock()
        self.workers, self.waits, self.failures = [], [], []
        self.holders = {}   # host_id: worker
        self.silent = {}    # host_id: when its worker died
        self.taken_up = []  # seconds until such a host had another worker
        self.holding = []   # (second, hosts held by each living worker)

    def now(self):
        return time.monotonic() - self.begun

    def took(self, worker, host_id, due_s):
        with self.lock:
            before = self.holders.get(host_id)
            if before and before.lives and before is not worker:
                self.failures.append(f"host {host_id} of worker {before.id} went to {worker.id}")
            self.holders[host_id] = worker
            if host_id in self.silent:
                self.taken_up.append(self.now() - self.silent.pop(host_id))
            elif host_id % 10:
                self.waits.append(due_s)

    def claim(self, socket, worker):
        if self.now() - worker.shared >= self.options.share:
            alive, held, _, due = map(int, socket.ask(
                "share", f"EXECUTE share_of_worker({worker.id}, {COUNTED})")[0].split())
            worker.shared, worker.fair = self.now(), -(-(held + due) // alive)
        most = min(self.options.places - len(worker.held), CLAIM_MOST)
        room = worker.fair - len(worker.held)
        for line in socket.ask("claim", f"EXECUTE claim_hosts({worker.id}, {min(most, room) if room > 0 else most}, "
                                        f"{0 if room > 0 else UNWANTED_MS})"):
            host_id, _, ready_ms = line.split()[:3]
            hold = random.expovariate(1 / self.options.hold)
            worker.held[int(host_id)] = self.now() + hold
            worker.claimed += 1
            self.took(worker, int(host_id), time.time() - int(ready_ms) / 1000)

    def release(self, socket, worker):
        ended = [h for h, until in worker.held.items() if until <= self.now()]
        if not ended:
            return
        with self.lock:
            for host_id in ended:
                del worker.held[host_id]
                self.holders.pop(host_id, None)
        rest = [int((time.time() + random.uniform(0.5, 1.5) * self.options.rest) * 1000) for _ in ended]
        # ready_ms tells the next claim since when it was due
        socket.ask("release", "UPDATE hosts h SET ready_ms = g.r FROM unnest('{%s}'::bigint[], '{%s}'::bigint[]) "
                   "AS g (h, r) WHERE h.host_id = g.h; EXECUTE release_hosts(%d, '{%s}', '{%s}', 0)" % (
                       ",".join(map(str, ended)), ",".join(map(str, rest)), worker.id,
                       ",".join(map(str, ended)), ",".join(map(str, rest))))

    def serve(self, number):
        """One socket with its share of the workers."""
        try:
            options, socket = self.options, Socket(self.server)
            events = []  # (when, order, worker, what)
            order = 0

            def add(worker, what, delay):
                nonlocal order
                order += 1
                heapq.heappush(events, (self.now() + delay, order, worker, what))

            def begin(place):
                worker_id = int(socket.ask("begin", f"EXECUTE begin_worker(1, 'h', {place}, "
                                                    f"{int(options.lease * 1000)})")[0])
                worker = Worker(place, worker_id, self.now())
                with self.lock:
                    self.workers.append(worker)
                add(worker, "work", random.uniform(0, IDLE_S))
                add(worker, "renew", random.uniform(0, options.lease / 3))

            for place in range(number, options.workers, options.sockets):
                begin(place)
            killed = born = False
            while self.now() < options.seconds:
                if not killed and self.now() > options.seconds / 3:
                    killed = True
                    for worker in [w for w in self.workers if w.number % options.sockets == number
                                   and w.number % 10 == 3]:
                        with self.lock:
                            worker.lives = False
                            for host_id in worker.held:
                                if host_id % 10:  # others wait for their address
                                    self.silent[host_id] = self.now()
                if not born and self.now() > options.seconds / 2:
                    born = True
                    for place in range(options.workers + number, options.workers + options.workers // 10,
                                       options.sockets):
                        begin(place)
                when, _, worker, what = heapq.heappop(events)
                if not worker.lives:
                    continue
                time.sleep(max(0, min(when, options.seconds) - self.now()))
                if what == "renew":
                    if not socket.ask("renew", f"EXECUTE renew_worker({worker.id}, {int(options.lease * 1000)})"):
                        self.failures.append(f"worker {worker.id} was ended, late by {self.now() - when:.1f} s")
                        worker.lives = False
                    else:
                        socket.ask("end lost", "EXECUTE end_lost_workers")
                        add(worker, "renew", options.lease / 3)
                else:
                    self.release(socket, worker)
                    if options.places - len(worker.held) >= CLAIM_LEAST:
                        self.claim(socket, worker)
                    add(worker, "work", IDLE_S)
            self.traffic.append(socket.traffic)
            socket.session.end()
        except (RuntimeError, OSError) as error:
            self.failures.append(str(error))

    def watch(self):
        while self.now() < self.options.seconds - 1:
            time.sleep(1)
            with self.lock:
                self.holding.append((self.now(), sorted(len(w.held) for w in self.workers if w.lives)))
            two = self.server.run("""SELECT count(*) FROM (SELECT address FROM hosts WHERE leased_by IS NOT NULL
              AND address IS NOT NULL GROUP BY 1 HAVING count(DISTINCT leased_by) > 1) a""", "-At").strip()
            if two != "0":
                self.failures.append(f"{two} addresses are asked by two workers")

    def run(self):
        self.traffic = []
        threads = [threading.Thread(target=self.serve, args=(n,)) for n in range(self.options.sockets)]
        threads.append(threading.Thread(target=self.watch))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def spread(values):
    values = sorted(values)
    jain = sum(values) ** 2 / (len(values) * sum(v * v for v in values)) if any(values) else 1
    return (f"least {values[0]}, median {statistics.median(values):.0f}, most {values[-1]}, "
            f"Jain's index {jain:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("workers", 1000), ("hosts", 60000), ("places", 50), ("sockets", 8)):
        parser.add_argument("--" + name, type=int, default=default)
    for name, default in (("hold", 20), ("rest", 60), ("lease", 30), ("share", 25),
                          ("seconds", 60)):
        parser.add_argument("--" + name, type=float, default=default)
    options = parser.parse_args()
    with Server(("shared_buffers = 512MB", "max_wal_size = 2GB", "autovacuum_naptime = 15s")) as server:
        server.make_schema(TOP + "/schema/postgres")
        server.run(f"""
          INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1, 'h', 1, '1', '[]');
          INSERT INTO hosts(origin, site_id, ready_ms, due_ms, address)
          SELECT 'https://s' || g || '.example', g, d, d, CASE WHEN g % 10 = 0 THEN '192.0.2.' || g / 100 END
            FROM (SELECT g, now_ms() + (random() * {options.rest * 1000})::bigint AS d
                    FROM generate_series(1, {options.hosts}) g) g;
          VACUUM (ANALYZE) hosts;""")
        simulation = Simulation(options, server)
        used = server.cpu_seconds()
        simulation.run()
        used = server.cpu_seconds() - used
        size = server.run("SELECT pg_relation_size('hosts'), pg_indexes_size('hosts'), n_tup_upd, n_tup_hot_upd, "
                          "n_dead_tup FROM pg_stat_user_tables WHERE relname = 'hosts'", "-At")
    print(f"{options.workers} workers, {options.hosts} hosts, {options.sockets} sockets, {options.seconds:.0f} s")
    totals = {}
    for traffic in simulation.traffic:
        for what, (count, spent, worst) in traffic.items():
            old = totals.get(what, (0, 0, 0))
            totals[what] = old[0] + count, old[1] + spent, max(old[2], worst)
    for what, (count, spent, worst) in totals.items():
        print(f"{what:10} {count / options.seconds:8.1f} a second, {spent / count * 1000:6.2f} ms each, "
              f"{worst * 1000:6.0f} ms at most")
    print(f"server: {used / options.seconds * 100:.0f} % of a core")
    print(f"hosts leased: {sum(w.claimed for w in simulation.workers) / options.seconds:.0f} a second; held a "
          f"moment after they were due: median {statistics.median(simulation.waits):.2f} s, 99 of 100 within "
          f"{statistics.quantiles(simulation.waits, n=100)[98]:.2f} s")
    old = [w.claimed for w in simulation.workers if w.lives and w.number < options.workers]
    new = [w.claimed for w in simulation.workers if w.lives and w.number >= options.workers]
    print(f"hosts that each worker got, of those from the beginning: {spread(old)}; of those that came: "
          f"{spread(new)}")
    for second, held in simulation.holding[:: max(1, len(simulation.holding) // 6)]:
        print(f"  at {second:3.0f} s {len(held)} workers hold {sum(held)}: {spread(held)}")
    limit = options.lease * 4 / 3 + UNWANTED_MS / 1000 + IDLE_S + 1
    if simulation.taken_up:
        print(f"hosts of the dead: {len(simulation.taken_up)} were taken up again, after "
              f"{statistics.median(simulation.taken_up):.1f} s (median), {max(simulation.taken_up):.1f} s at most; "
              f"{len(simulation.silent)} never")
        if max(simulation.taken_up) > limit or simulation.silent:
            simulation.failures.append("a dead worker's host waited for longer than a lease")
    print(f"table hosts, its indexes (bytes), updates, of these within the page, dead rows: {size.strip()}")
    print("\n".join(simulation.failures[:20]) or "no host and no address was ever held by two")
    return 1 if simulation.failures else 0


if __name__ == "__main__":
    sys.exit(main())
