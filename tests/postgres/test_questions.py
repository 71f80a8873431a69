"""The twenty questions of schema/postgres/questions.sql, as `analyst`, who reads the views and nothing
else; those whose answer must be SQLite's are compared; searches in three languages and a fourth script.

    test_questions.py TOP BUILD
"""
import re
import sys

import demo
import statements
from server import Server

# question: rows of SQLite's answer and PostgreSQL's are the same, to a column's spelling
COMPARED = {4: 1, 7: 1, 10: 3, 14: 3, 18: 3, 19: 4, 20: 1}  # how many columns

TEXTS = [  # of our own: language, title, body
    ("en", "Harbour strikes end", "The dockers went back to their cranes; the mayor praised the workers."),
    ("de", "Häfen im Ausstand", "Die Hafenarbeiter streikten in den Häfen, der Bürgermeister schwieg."),
    ("fr", "Les grèves du port", "Les ouvriers ont repris le travail; la mairie félicite les travailleurs."),
    ("zh", "港口罢工结束", "码头工人回到了起重机旁，市长表示感谢。"),
    ("th", "การประท้วงที่ท่าเรือ", "คนงานกลับไปทำงานที่ท่าเรือ"),
]
SEARCHES = [  # query: which of TEXTS
    ("strike", [0]), ("worker", [0]), ("workers", [0]), ("docker crane", [0]), ('"back to their cranes"', [0]),
    ("Hafen", [1]), ("streikte", [1]), ("Ausstand OR strike", [0, 1]), ("grève", [2]), ("travailleur", [2]),
    ("NEAR(harbour end, 2)", [0]), ("NEAR(harbour end, 0)", []), ("title:mayor", []), ("body:mayor", [0]),
    ("mayor NOT crane", []), ("(strike OR grève) NOT mayor", [2]), ("harb*", [0]), ("hafenarb*", [1]),
    ("罢工", [3]), ("工罢", []), ("起重机 感谢", [3]), ("ท่าเรือ", [4]), ("the", []), ('"', []), ("((", []),
]


def questions(path):
    """{number: SQL}"""
    parts = re.split(r"(?m)^-- Q(\d+) ", open(path, encoding="utf-8").read())[1:]
    return {int(n): text.split("\n", 1)[1].strip() for n, text in zip(parts[::2], parts[1::2])}


def rows(output):
    return [line.split("\x1f") for line in output.splitlines()]


def main(top, build):
    server, failures, answered = Server(), [], []
    database = demo.database(top, build)
    ours = questions(top + "/schema/questions.sql")
    theirs = questions(top + "/schema/postgres/questions.sql")
    if sorted(ours) != sorted(theirs):
        failures.append(f"questions {sorted(ours)} and {sorted(theirs)}")
    domain, url = database.execute(
        "SELECT domain, url FROM v_articles WHERE authors IS NOT NULL ORDER BY article_id LIMIT 1").fetchone()
    with server:
        def ask(sql, user="analyst"):
            return rows(server.run(sql, "-At", "-F", "\x1f", "-U", user, "-v", f"domain={domain}",
                                   "-v", f"url={url}"))
        # the administrator is somebody else than the roles that roles.sql makes
        server.run("CREATE ROLE administrator SUPERUSER LOGIN; ALTER DATABASE crawler OWNER TO administrator;")
        server.run(open(top + "/schema/postgres/roles.sql", encoding="utf-8").read(), "-U", "administrator")
        server.make_schema(top + "/schema/postgres")
        statements.copy(database, server)
        for number, sql in theirs.items():
            try:
                come = ask(sql)
            except RuntimeError as error:
                failures.append(f"Q{number}: {error}")
                continue
            answered.append(f"Q{number} {len(come)}")
            if number in COMPARED:
                width = COMPARED[number]
                wanted = sorted([str("" if v is None else v) for v in row[:width]] for row in database.execute(
                    ours[number].replace(":url", "?").replace(":domain", "?"), (url,) if number == 20 else ()))
                if sorted(row[:width] for row in come) != wanted and len(come) < 200:
                    failures.append(f"Q{number}: {come[:3]} instead of {wanted[:3]}")
        for sql in ("SELECT count(*) FROM articles", "INSERT INTO sites(home_url) VALUES ('x')",
                    "SET default_transaction_read_only = off; DELETE FROM v_articles", "CREATE TABLE x (y int)",
                    "SELECT count(*) FROM articles_fts"):
            try:
                ask(sql)
                failures.append(f"analyst may do this: {sql}")
            except RuntimeError:
                pass

        ids = []
        for place, (lang, title, body) in enumerate(TEXTS):
            of_signs = lang in ("zh", "th")
            cut = "signs_cut(%s)" if of_signs else "%s"
            ids.append(ask(f"""
              INSERT INTO urls(host_id, hash, kind, state, found_ms, url) SELECT 1, {place + 1}, 2, 'done', 1, 'u';
              WITH a AS (INSERT INTO articles(site_id, url_id, first_seen_ms, text_hash, extractor, canonical_url,
                lang, title, body) SELECT 1, url_id, 1, {place}, 'x', 'u{place}', '{lang}', '{title}', '{body}'
                FROM urls WHERE host_id = 1 AND hash = {place + 1} RETURNING article_id, lang)
              INSERT INTO articles_fts SELECT article_id, {"'simple'" if of_signs else "search_config(lang)"},
                {int(of_signs)}, search_words({"'simple'" if of_signs else "search_config(lang)"},
                {cut % f"'{title}'"}, NULL, {cut % f"'{body}'"}) FROM a RETURNING article_id""",
                           "crawler")[-1][0])
        for query, wanted in SEARCHES:
            come = ask(f"SELECT article_id FROM search_hits('{query}') WHERE article_id >= {ids[0]}")
            come = sorted(ids.index(row[0]) for row in come)
            if come != wanted:
                failures.append(f"search for {query}: {come} instead of {wanted}")
        sql = statements.read(top + "/schema/postgres/queries.sql")["search_articles"]
        found = server.run(statements.prepare("found", sql)[0] + "EXECUTE found('罢工', 0, NULL, 5, 5, NULL);\n"
                           "EXECUTE found('Hafenarbeiter', 0, NULL, 5, 5, NULL);", "-At", "-F", "|")
        if "[罢][工]" not in found.replace("[罢工]", "[罢][工]"):
            failures.append(f"snippet of signs: {found}")
        if "[Hafenarbeiter]" not in found:
            failures.append(f"snippet: {found}")
    print(f"rows of each: {', '.join(answered)}; {len(SEARCHES)} searches")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
