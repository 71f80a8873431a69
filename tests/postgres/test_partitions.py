"""A frontier in 64 parts (schema/postgres/partitions.sql): what waits goes along, a crawl finds the same articles
there, and what is not the crawler's stays.

    test_partitions.py TOP BUILD
"""
import subprocess
import sys
import tempfile

import articles
from newspapers import Newspapers
from server import Server

TOP, BUILD = sys.argv[1], sys.argv[2]
CRAWLER = BUILD + "/crawler"
OPTIONS = ["--allow-net", "127.0.0.0/8", "--contact", "x", "--timeout", "2", "--patience", "14", "--delay", "0.05", "-q"]
PARTITIONS = TOP + "/schema/postgres/partitions.sql"

# Somebody else's things in the same schema, some of which read the crawler's.
READER = "BEGIN; CREATE VIEW reader AS SELECT url FROM v_urls;"
OTHERS = """
CREATE VIEW others AS SELECT relname FROM pg_class;
CREATE VIEW busy AS SELECT domain, count(*) AS urls FROM v_articles GROUP BY domain;
"""
PARTS = "SELECT relname, count(*) FROM pg_inherits JOIN pg_class p ON p.oid = inhparent WHERE relkind = 'p' GROUP BY 1"
OWNERS = "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname ~ '^(seen|queue|v_urls|v_hosts)'"
WAITING = "SELECT count(*), sum(hash) FROM seen UNION ALL SELECT count(*), sum(hash) FROM queue"
A_RUN = "SELECT pg_advisory_lock_shared(hashtextextended(current_schema() || '.crawler.run', 0))"
FILLED = "SELECT count(DISTINCT tableoid) > 5, count(*) = (SELECT count(*) FROM (SELECT DISTINCT * FROM seen) s) FROM seen"


def expect(name, got, wanted):
    if got != wanted:
        raise SystemExit(f"{name}: got {got!r}, expected {wanted!r}")


def crawl(database):
    done = subprocess.run([CRAWLER, "--sites", database, *OPTIONS], check=False)
    expect(f"crawl of {database}", done.returncode, 0)


def expect_refused(server, sql, words):
    try:
        server.run(sql, "-d", "parts", "-U", "administrator")
    except RuntimeError as error:
        expect(f"refused: {error}", words in str(error), True)
    else:
        raise SystemExit(f"not refused: {words}")


def main():
    roles = open(TOP + "/schema/postgres/roles.sql", encoding="utf-8").read()
    parted = open(PARTITIONS, encoding="utf-8").read()
    with Server() as server, Newspapers(TOP, BUILD) as papers, tempfile.TemporaryDirectory() as folder:
        # the administrator, who cuts it into parts, is not the role that writes
        server.run("CREATE ROLE administrator SUPERUSER LOGIN; CREATE DATABASE parts OWNER administrator;")
        ask = lambda sql, user="administrator": server.run(sql, "-d", "parts", "-At", "-U", user).split()  # noqa: E731
        ask(roles)
        there = f"postgresql://crawler@/parts?host={server.folder}"
        papers.add_to(CRAWLER, folder + "/news.db")
        papers.add_to(CRAWLER, there)
        ask(OTHERS)
        waiting = ask(WAITING)
        expect_refused(server, READER + parted, "view reader depends on view v_urls")
        run = server.hold("parts", A_RUN)
        expect_refused(server, parted, "a run is under way")
        run.communicate()
        ask(parted)
        expect("what waits", ask(WAITING), waiting)
        expect("parts", sorted(ask(PARTS)), ["queue|64", "seen|64"])
        expect("owners", ask(OWNERS), ["crawler"])
        crawl(folder + "/news.db")
        crawl(there)
        wanted, found = articles.of_sqlite(folder + "/news.db"), articles.of_server(server, "parts")
        expect("articles", "\n".join(articles.differences(wanted, found)[:9]), "")
        expect("rows in several parts, each once", ask(FILLED), ["t|t"])
        expect("new articles that wait", ask("SELECT count(*) FROM queue WHERE band = 1"), ["0"])
        expect("asked by an analyst", ask("SELECT count(*) > 0 FROM v_urls UNION ALL SELECT count(*) > 0 FROM v_hosts",
                                          "analyst"), ["t", "t"])
        expect("others' views", ask("SELECT count(*) > 0 FROM others, busy"), ["t"])
        back = folder + "/back.db"
        subprocess.run([CRAWLER, "copy", "-q", "--from", there, "--to", back], check=True)
        expect("articles that came back", "\n".join(articles.differences(wanted, articles.of_sqlite(back))[:9]), "")
        print(f"{len(found)} articles")


main()
