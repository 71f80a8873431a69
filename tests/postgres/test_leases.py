"""What many workers rely on: a host and an address have one worker, a dead one's hosts come free and its
batch fails, a batch is in once, and statements over arrays do what those for one row do.

    test_leases.py TOP BUILD
"""
import sys
import threading

import statements
from server import Server
from session import Session

WORKERS, HOSTS, CLAIMS = 8, 2000, 40


QUERIES = {}
failures = []


def queries(*names):
    return {name: QUERIES[name] for name in names}


def check(what, got, wanted):
    if got != wanted:
        failures.append(f"{what}: {got} instead of {wanted}")


def workers_at_once(server):
    """Eight sessions claim and give back as fast as they can; nobody ever gets what another has."""
    held, lock = {}, threading.Lock()

    def work(number):
        session = Session(server, queries("begin_worker", "claim_hosts", "release_hosts"))
        worker = session.ask(f"EXECUTE begin_worker(1, 'h', {number}, 600000)")[0]
        for _ in range(CLAIMS):
            rows = [line.split() for line in session.ask(f"EXECUTE claim_hosts({worker}, 50, 0)")]
            if rows and rows[0][0].startswith("ERROR"):
                failures.append(" ".join(rows[0]))
                break
            hosts = [row[0] for row in rows]
            with lock:
                for host in hosts:
                    address = "a%d" % (int(host) % 20) if int(host) % 4 == 0 else None
                    for key in filter(None, (host, address)):
                        if held.setdefault(key, (worker, 0))[0] != worker:
                            failures.append(f"{key} is of {held[key][0]}, and went to {worker}")
                        held[key] = worker, held[key][1] + 1
            if not hosts:
                continue
            with lock:  # as long as others can't know of it, it is still ours
                for host in hosts:
                    address = "a%d" % (int(host) % 20) if int(host) % 4 == 0 else None
                    for key in filter(None, (host, address)):
                        held[key] = worker, held[key][1] - 1
                        if not held[key][1]:
                            del held[key]
            ids = ",".join(hosts)
            failed = session.ask(f"EXECUTE release_hosts({worker}, '{{{ids}}}', "
                                 f"'{{{','.join('1' for _ in hosts)}}}', 0)")
            if failed:
                failures.append(failed[0])
        session.end()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check("hosts that are still held", server.run(
        "SELECT count(*) FROM hosts WHERE leased_by IS NOT NULL", "-At").strip(), "0")
    check("addresses that are still held", server.run(
        "SELECT count(*) FROM addresses WHERE leased_by IS NOT NULL", "-At").strip(), "0")


def deaths_and_batches(server):
    used = queries("begin_worker", "renew_worker", "end_worker", "end_lost_workers", "claim_hosts", "release_hosts",
             "commit_batch", "batch_of_worker", "poke_hosts", "wake_hosts", "next_due", "hosts_of_others",
             "lease_addresses", "share_of_worker")
    a, b = Session(server, used), Session(server, used)
    a.ask("UPDATE workers SET ended_ms = 1; UPDATE hosts SET address = NULL, due_ms = NULL, leased_by = NULL")
    a.ask("UPDATE hosts SET due_ms = host_id WHERE host_id <= 5")
    one = a.ask("EXECUTE begin_worker(1, 'h', 1, 600000)")[0]
    two = b.ask("EXECUTE begin_worker(1, 'h', 2, 600000)")[0]
    first = lambda rows: [row.split()[0] for row in rows]
    check("claim", first(a.ask(f"EXECUTE claim_hosts({one}, 3, 0)")), ["1", "2", "3"])
    check("due for so long", a.ask(f"EXECUTE claim_hosts({one}, 3, 9000000000000)"), [])
    check("the rest", first(b.ask(f"EXECUTE claim_hosts({two}, 9, 0)")), ["4", "5"])
    check("shares", a.ask(f"EXECUTE share_of_worker({one}, 9)"), ["2 5 3 0"])
    check("others' hosts", a.ask(f"EXECUTE hosts_of_others({one})"), ["1"])
    check("nothing is due", a.ask("EXECUTE next_due"), [""])

    check("a batch", a.ask(f"EXECUTE commit_batch({one}, 1)"), ["1"])
    check("the same again", a.ask(f"EXECUTE commit_batch({one}, 1)"), [])
    check("told afterwards", a.ask(f"EXECUTE batch_of_worker({one})"), ["1"])

    # somebody gives a leased host URLs, and a free one: the one is due as it comes back, the other at once
    b.ask(f"EXECUTE poke_hosts({two}, '{{1,2,4,9}}', '{{1,1,1,50}}')")
    check("pokes", a.ask("SELECT host_id, poked, due_ms FROM hosts WHERE poked = 1 OR host_id = 9 ORDER BY 1"),
          ["1 1 1", "2 1 2", "9 0 50"])
    a.ask(f"EXECUTE release_hosts({one}, '{{1,3}}', '{{NULL,NULL}}', 9000000000000)")
    check("given back", a.ask("SELECT host_id, due_ms > 1000 FROM hosts WHERE host_id IN (1, 3) ORDER BY 1"),
          ["1 t", "3 "])
    check("not another's", b.ask(f"EXECUTE release_hosts({two}, '{{2}}', '{{7}}', 0)") or b.ask(
        "SELECT leased_by FROM hosts WHERE host_id = 2"), [one])
    a.ask("EXECUTE wake_hosts(0)")
    check("woken", a.ask("SELECT due_ms <= now_ms() FROM hosts WHERE host_id = 3"), ["t"])

    # an address is asked by one worker
    check("its address is free", a.ask(f"EXECUTE lease_addresses({one}, '{{2}}', '{{192.0.2.1}}')"), [])
    check("and is another's", b.ask(f"EXECUTE lease_addresses({two}, '{{4}}', '{{192.0.2.1}}')"), ["4"])
    b.ask(f"EXECUTE release_hosts({two}, '{{4}}', '{{1}}', 0)")
    check("so the host waits", [h for h in first(b.ask(f"EXECUTE claim_hosts({two}, 2000, 0)")) if h == "4"], [])
    check("by a second", b.ask("SELECT due_ms > now_ms() FROM hosts WHERE host_id = 4"), ["t"])
    b.ask("UPDATE hosts SET due_ms = 1 WHERE host_id = 4")
    check("and the other gets it", first(a.ask(f"EXECUTE claim_hosts({one}, 1, 0)")), ["4"])

    # one falls silent: its hosts come free, and what it still wanted to write is not written
    a.ask(f"UPDATE workers SET until_ms = now_ms() - 1 WHERE worker_id = {one}")
    a.ask("BEGIN")
    check("it is just committing", a.ask(f"EXECUTE commit_batch({one}, 2)"), ["2"])
    check("so it lives", b.ask("EXECUTE end_lost_workers"), ["0 0"])
    a.ask("ROLLBACK")
    check("ended", b.ask("EXECUTE end_lost_workers"), ["1 2"])
    check("its batch", a.ask(f"EXECUTE commit_batch({one}, 2)"), [])
    check("its renewal", a.ask(f"EXECUTE renew_worker({one}, 600000)"), [])
    check("its claim", a.ask(f"EXECUTE claim_hosts({one}, 3, 0)"), [])
    check("its hosts", sorted(h for h in first(b.ask(f"EXECUTE claim_hosts({two}, 2000, 0)")) if h in ("2", "4")),
          ["2", "4"])
    b.ask(f"EXECUTE end_worker({two})")
    check("all free", b.ask("SELECT count(*) FROM hosts WHERE leased_by IS NOT NULL"), ["0"])
    a.end()
    b.end()


def a_number_is_not_lost(server):
    """A server that crashes forgets the latest commits where they are not waited for, but no worker's number."""
    server.set("wal_writer_delay", "10s")
    a = Session(server, queries("commit_for_good", "begin_worker"))
    a.ask("SET synchronous_commit = off")
    a.ask("BEGIN")
    a.ask("EXECUTE commit_for_good")
    worker = a.ask("EXECUTE begin_worker(1, 'h', 1, 600000)")[0]
    a.ask("COMMIT")
    check("after it", a.ask("SHOW synchronous_commit"), ["off"])
    server.kill()
    server.start()
    check("still there", server.run(f"SELECT pid FROM workers WHERE worker_id = {worker}", "-At").strip(), "1")
    a.psql.kill()
    a.psql.wait()


def arrays(server):
    names = [n for n in QUERIES if n not in ("begin", "begin_reading", "commit", "rollback")]
    s = Session(server, queries(*names))
    s.ask("INSERT INTO sites(home_url, domain, added_ms) VALUES ('u', 'd', 1); "
          "INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1, 'h', 1, '1', '[]')")
    check("seen", sorted(s.ask("EXECUTE see('{1,1,2,1}', '{5,6,5,5}')")), ["1", "2", "3"])
    check("seen again", s.ask("EXECUTE see('{2,2,1}', '{5,7,6}')"), ["2"])
    queued = ("EXECUTE enqueue('{1,1,2,2}', '{1,1,1,1}', '{50,51,50,50}', '{5,6,5,5}', '{0,0,0,0}', '{1,1,1,1}', "
              "'{NULL,2,NULL,NULL}', '{1,1,1,1}', '{0,0,0,0}', '{0,0,0,0}', '{9,9,9,9}', '{NULL,NULL,NULL,NULL}', "
              "'{T,NULL,\"a,b\",c}', '{/p,/q,/r,/s}')")
    check("enqueued, two at one place", sorted(s.ask(queued)), ["1", "2", "3"])
    check("as given", s.ask("SELECT rank, feed_id, hint_title, path FROM queue WHERE host_id = 2"), ["50  a,b /r"])
    check("dequeued", sorted(s.ask("EXECUTE dequeue('{1,1,2}', '{1,1,1}', '{51,77,50}', '{6,5,5}')")), ["1", "3"])
    check("enqueued again", sorted(s.ask(queued)), ["2", "3"])
    put = ("'{{1,2}}', '{{6,5}}', '{{u1,u2}}', '{{1,1}}', '{{NULL,4}}', '{{2,2}}', '{{done,{}}}', "
           "'{{NULL,why}}', '{{1,2}}', '{{0,0}}', '{{9,{}}}', '{{10,NULL}}', '{{NULL,11}}', '{{{},NULL}}', "
           "'{{NULL,NULL}}', '{{7,NULL}}', '{{NULL,NULL}}', '{{NULL,3}}'")
    places = lambda rows: sorted(row.split()[-1] for row in rows)
    check("put", places(s.ask(f"EXECUTE insert_url({put.format('retry', 9, 'e')})")), ["1", "2"])
    check("are there", s.ask(f"EXECUTE insert_url({put.format('retry', 9, 'e')})"), [])
    check("put again", places(s.ask(f"EXECUTE update_url({put.format('gone', 5, 'NULL')}, '{{1,0}}')")), ["1", "2"])
    check("as one", s.ask("SELECT host_id, state, found_ms, asked_ms, next_ms, etag, feed_id FROM urls ORDER BY 1"),
          ["1 done 9 10  e ", "2 gone 5  11  4"])
    ids = s.ask("SELECT url_id FROM urls ORDER BY host_id")
    fetched = s.ask("EXECUTE insert_fetch('{1,1}', '{%s}', '{1,2}', '{5,6}', '{7,8}', '{1,1}', '{200,NULL}', "
                    "'{NULL,dns}', '{0,0}', '{2,NULL}', '{::1,NULL}', '{8,0}', '{9,0}', '{text/html,NULL}', "
                    "'{utf-8,NULL}', '{0,0}', '{4,NULL}', '{NULL,NULL}', '{NULL,x}')" % ",".join(ids))
    check("fetches", [s.ask(f"SELECT url_id FROM fetches WHERE fetch_id = {row.split()[0]}")[0] for row in
                      sorted(fetched, key=lambda row: row.split()[1])], ids)
    s.ask("EXECUTE update_host('{1,2}', '{70,71}', '{1,2}', '{3,4}', '{5,6}', '{7,-9}', '{8,9}')")
    check("hosts", s.ask("SELECT ready_ms, fails_in_row, new_queued, slowed FROM hosts WHERE host_id < 3 ORDER BY host_id"),
          ["70 3 7 8", "71 4 0 9"])
    s.ask(f"INSERT INTO articles(site_id, url_id, first_seen_ms, text_hash, extractor, canonical_url) "
          f"SELECT 1, url_id, 1, 1, 'x', url FROM urls")
    articles = s.ask("SELECT article_id FROM articles ORDER BY 1")
    s.ask("EXECUTE insert_author('{Ann Example}')")
    s.ask("EXECUTE insert_author('{\"ann example\",Bea,bea}')")
    s.ask("EXECUTE insert_article_author('{%s,%s,%s}', '{\"ANN example\",bea,Bea}', '{1,1,2}')" % (
        articles[0], articles[1], articles[1]))
    check("authors", s.ask("SELECT article_id, name, pos FROM article_authors JOIN authors USING (author_id) "
                           "ORDER BY 1, 3"), [f"{articles[0]} Ann Example 1", f"{articles[1]} Bea 1"])
    s.ask("EXECUTE insert_tag('{x,X,y}')")
    s.ask("EXECUTE insert_article_tag('{%s,%s}', '{X,y}')" % (articles[0], articles[0]))
    check("tags", s.ask("SELECT tag FROM article_tags JOIN tags USING (tag_id) ORDER BY 1"), ["x", "y"])
    long = "https://l.example/" + "x" * 9000
    for _ in range(2):
        s.ask("EXECUTE insert_link('{%s,%s}', '{a,%s}', '{d,d}', '{NULL,t}', '{NULL,NULL}')" % (
            articles[0], articles[0], long))
    check("links", s.ask("SELECT length(to_url) FROM links ORDER BY 1"), ["1", str(len(long))])
    for now in (5, 6, 86400006):
        s.ask(f"EXECUTE put_source_of_known_url('{{1,2,9}}', '{{6,5,5}}', '{{3,3,3}}', '{{{now},{now},{now}}}')")
    check("sources", s.ask("SELECT first_ms, last_ms FROM url_sources"), ["5 86400006"] * 2)
    check("counted by itself", s.ask("EXECUTE queued"), s.ask("SELECT sum(queued) FROM workers"))
    s.ask("SET crawler.worker = '1'")
    s.ask("EXECUTE count_queued(3)")
    check("in its own row", s.ask("SELECT queued FROM workers WHERE worker_id = 1"), ["3"])
    s.end()


def fill(server, top):
    server.make_schema(top + "/schema/postgres")
    server.run(f"""
      INSERT INTO meta VALUES ('queued', '0');
      INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1, 'h', 1, '1', '[]');
      INSERT INTO hosts(origin, due_ms, site_id, address)
      SELECT 'https://s' || g, 1, 1, CASE WHEN g % 4 = 0 THEN 'a' || g % 20 END
        FROM generate_series(1, {HOSTS}) g; ANALYZE;""")


def main(top, _):
    QUERIES.update(statements.read(top + "/schema/postgres/queries.sql"))
    with Server() as server:
        fill(server, top)
        workers_at_once(server)
        deaths_and_batches(server)
        arrays(server)
        a_number_is_not_lost(server)
        # and the same over a frontier in parts
        server.run("CREATE SCHEMA parted")
        server.environment["PGOPTIONS"] += " -c search_path=parted"
        fill(server, top)
        server.run("INSERT INTO workers(host, pid, started_ms, until_ms) VALUES ('h', 1, 1, 1)")
        server.run(open(top + "/schema/postgres/partitions.sql", encoding="utf-8").read())
        arrays(server)
        check("parts", server.run("SELECT count(*), count(DISTINCT tableoid) > 1 FROM seen", "-At"), "4|t\n")
        server.run("SELECT count(*) FROM v_urls; SELECT count(*) FROM v_hosts")
    print("\n".join(failures) or "all as it should be")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
