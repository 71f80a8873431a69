"""Every statement and view of schema/postgres beside that of schema/sqlite, on the same data.

    test_statements.py TOP BUILD

crawls the demo world and copies what that left into a PostgreSQL server of its own, prepares every statement of
SCHEMA/postgres/queries.sql there, calls those that both databases have with the parameters of calls.py
(where these are arrays, once with all rows) and compares the rows that come, or what the tables hold
afterwards; and every view's rows. It asks how each statement would be carried out over millions of rows, and
before the data come: a crawl prepares them while its tables are empty, and keeps to that plan when they have grown.
And it looks for what PostgreSQL's relatives refuse.
"""
import csv
import io
import json
import re
import sqlite3
import sys

import calls
import demo
import statements
from server import Server

NULL = "\x02"
ERROR = "\\if :ERROR\n\\echo ERROR :LAST_ERROR_MESSAGE\n\\endif\n"  # psql writes it to another stream


class Values:
    """What the program would compute, as far as this database's data go."""

    def __init__(self, database):
        self.hashes = dict(database.execute("SELECT url, hash FROM urls"))
        self.hashes.update(database.execute(
            "SELECT h.origin || q.path, q.hash FROM queue q JOIN hosts h USING (host_id)"))
        self.shapes = [row[0] for row in database.execute(
            "SELECT name FROM budgets WHERE kind = 1 ORDER BY name")]

    def url_hash(self, key):
        return self.hashes.get(key, 0)

    def url_shape(self, origin, path, coarse):
        fitting = [s for s in self.shapes if origin.split("://")[1] in s]
        return fitting[(len(path) + coarse) % len(fitting)] if fitting else f"{origin} {coarse}"

    def taken_hashes(self, kind, matches):
        if kind != 1:
            return []
        bare = without_www(matches)
        return [self.url_hash(begin + bare)
                for begin in ("http://", "https://", "http://www.", "https://www.")]

    def url_is_taken(self, url, url_hash, kind, matches):
        scheme = re.match("https?://", url or "")
        if not scheme:
            return 0
        address = url[scheme.end():]
        if kind == 3:
            host = re.match("[^/?#:]*", address).group(0)
            return int(host == matches or host.endswith("." + matches))
        address, bare = without_www(address), without_www(matches)
        if kind == 2:
            return int(address.startswith(bare))
        if address == bare or address.startswith(bare + "#"):
            return 1
        return int(bool(url_hash) and url_hash in self.taken_hashes(kind, matches)
                   and re.match("[^/?#]*", address).group(0) == re.match("[^/?#]*", bare).group(0))

    def json_is_taken(self, data, kind, matches):
        return int(any(self.url_is_taken(found.replace("\\/", "/"), 0, kind, matches)
                       for found in re.findall('"(http[^"]*)', data)))


def without_www(address):
    return address[4:] if address.startswith("www.") else address


def compute(values, computed, row):
    """The parameters that the program adds, as literals."""
    added = []
    for function, arguments in computed:
        given = [row[int(a[1:]) - 1] if a.startswith("$") else int(a) for a in arguments]
        value = getattr(values, function)(*given)
        added.append("'{%s}'" % ",".join(map(str, value)) if isinstance(value, list)
                     else statements.literal(value))
    return added


def same(ours, theirs):
    """SQLite's value and PostgreSQL's, which comes as text."""
    if ours is None or theirs == NULL:
        return ours is None and theirs == NULL
    if isinstance(ours, bytes):
        return theirs == "\\x" + ours.hex()
    if isinstance(ours, (int, float)):
        try:
            return abs(float(theirs) - ours) <= 1e-9 * max(1, abs(ours)) and theirs not in ("t", "f")
        except ValueError:
            return False
    if ours == theirs:
        return True
    moment = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?\+00", theirs)
    if moment:
        fraction = float(moment.group(3) or 0)
        return ours in (f"{moment.group(1)}T{moment.group(2)}Z",
                        f"{moment.group(1)}T{moment.group(2)}{fraction:.3f}Z".replace("Z0", "Z").replace(
                            f"{moment.group(2)}0", moment.group(2)))
    if ours[:1] in "{[" and theirs[:1] in "{[":
        return json.loads(ours) == json.loads(theirs)
    return False


def key(row):
    return [str(NULL if v is None else "\\x" + v.hex() if isinstance(v, bytes) else v) for v in row]


def compare(ours, theirs, ordered):
    """None, or a sentence on the first difference."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows in SQLite, {len(theirs)} in PostgreSQL"
    if not ordered:
        ours, theirs = sorted(ours, key=key), sorted(theirs, key=key)
    for a, b in zip(ours, theirs):
        if len(a) != len(b):
            return f"{len(a)} columns in SQLite, {len(b)} in PostgreSQL"
        for place, (x, y) in enumerate(zip(a, b)):
            if not same(x, y):
                return f"column {place + 1}: {x!r} in SQLite, {y!r} in PostgreSQL"
    return None


def is_ordered(sql):
    """Whether its rows have an order: an ORDER BY outside all brackets."""
    while True:
        shorter = re.sub(r"\([^()]*\)", "", sql)
        if shorter == sql:
            return "ORDER BY" in sql
        sql = shorter


def execute(name, place, values):
    call = ", ".join(values)
    return f"\\echo '\x01@call {name} {place}'\nEXECUTE {name}{'(' + call + ')' if call else ''};\n{ERROR}"


def rows_of(place, come):
    """Of the rows that came for many those of one of them: the last column says whose they are."""
    return [row[:-1] for row in come if row[-1:] == [str(place + 1)] or row[0].startswith("ERROR")]


def sections(output):
    """{marker: rows}; an error's text under the marker too, as one row."""
    found = {}
    for part in output.split("\x01@")[1:]:
        name, text = part.split("\n", 1)
        found[name] = list(csv.reader(io.StringIO(text)))
    return found


def table_rows(table, names):
    return f"SELECT {', '.join(names)} FROM {table}"


def identity(table):
    return {"runs": "run_id", "sites": "site_id", "hosts": "host_id", "feeds": "feed_id", "urls": "url_id",
            "fetches": "fetch_id", "raw_pages": "raw_id", "articles": "article_id", "authors": "author_id",
            "tags": "tag_id", "api_records": "record_id", "takedowns": "takedown_id", "site_rules": "rule_id"}.get(table)


LARGE = {t for t in statements.TABLES if t not in ("meta", "runs", "takedowns", "search_backlog")} | {"articles_fts"}
# as if its tables had millions of rows
MANY_ROWS = """UPDATE pg_class SET reltuples = greatest(reltuples * 20000, 3e6), relpages = greatest(relpages, 1)
 WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ('{%s}');
"""
SCANS = r"(Seq Scan) on (\w+)"
ALL_SCANS = r"(Seq Scan|Bitmap Heap Scan|Index (?:Only )?Scan (?:Backward )?using \w+) on (\w+)"


def session_settings(top):
    """What a session that writes begins with, as the program has it."""
    with open(top + "/storage/postgres/connection.c", encoding="utf-8") as file:
        text = re.search(r"settings_to_write\[\] =(.*?);", file.read(), re.S).group(1)
    return "".join(f"SET {name} = {value};\n" for name, value in re.findall(r"\('(\w+)', '(\w+)'\)", text))


def tables_read_whole(plan, scans):
    """Those that it reads from one end to the other; in an index's order up to a limit is not that."""
    lines, found = plan.split("\n"), set()
    for line, under in zip(lines, lines[1:] + [""]):
        scan = re.search(scans, line)
        by_order = "Limit" in plan and "Seq" not in line
        if scan and not by_order and not re.search("Index Cond|Recheck Cond", under):
            found.add(scan.group(2))
    return found


def whole_tables(server, theirs, before, scans):
    """{statement: large tables that it would read whole, whatever its parameters}; `before`: SQL"""
    script = [before + "SET plan_cache_mode = force_generic_plan;\n"]
    for name, sql in theirs.items():
        if name not in ("begin", "begin_reading", "commit", "rollback"):
            text, computed = statements.prepare(name, sql)
            nothing = ", ".join(["NULL"] * (statements.parameters(sql) + len(computed)))
            script.append(f"{text}\\echo '\x01@{name}'\nEXPLAIN EXECUTE {name}{f'({nothing})' if nothing else ''};\n")
    plans = [part.split("\n", 1) for part in server.run("".join(script), "-At").split("\x01@")[1:]]
    whole = {name: tables_read_whole(plan, scans) & LARGE for name, plan in plans}
    return {name: tables for name, tables in whole.items() if tables}


CHANGES = r"\b(?:INSERT INTO|DELETE FROM|(?<!DO )(?<!FOR )(?<!NO KEY )UPDATE) (\w+)"


def refused_elsewhere(sql):
    """What of a statement other servers refuse (schema/postgres/README.md says which), or None."""
    sql = re.sub(r"--[^\n]*", "", sql)
    tables = re.findall(CHANGES, sql)
    twice = sorted({table for table in tables if tables.count(table) > 1})
    if twice:
        return f"it changes {', '.join(twice)} twice"
    return "ON CONFLICT has an expression" if re.search(r"ON CONFLICT ?\([^)]*\(", sql) else None


def main(top, build):
    server = Server()
    schema = top + "/schema"
    ours = statements.read(schema + "/sqlite/queries.sql")
    theirs = statements.read(schema + "/postgres/queries.sql")
    shared = [name for name in ours if name in theirs]
    unknown = [n for n in shared if n not in calls.READ and n not in calls.WRITE and n not in calls.APART]
    failures = [f"{name}: calls.py has no parameters for it" for name in unknown]
    failures += [f"{name}: {refused_elsewhere(sql)}" for name, sql in theirs.items() if refused_elsewhere(sql)]

    database = demo.database(top, build)
    values = Values(database)
    for function, count in (("url_hash", 1), ("url_shape", 3), ("url_is_taken", 4), ("json_is_taken", 3)):
        database.create_function(function, count, getattr(values, function), deterministic=True)
    database.create_function("page_plain", 2, lambda body, base: body)  # nothing is packed here
    largest = {t: database.execute(f"SELECT coalesce(max({identity(t)}), 0) FROM {t}").fetchone()[0]
               for t in statements.TABLES if identity(t)}

    with server:
        server.make_schema(schema + "/postgres")
        while_empty = whole_tables(server, theirs, session_settings(top), ALL_SCANS)
        statements.copy(database, server)

        script, expected = [f"\\pset null '{NULL}'\n\\pset format csv\n\\pset tuples_only on\n"
                            "\\set ON_ERROR_STOP off\n"], {}
        prepared = {}
        for name, sql in theirs.items():
            if name in ("begin", "begin_reading", "commit", "rollback"):
                continue
            text, prepared[name] = statements.prepare(name, sql)
            script.append(f"\\echo '\x01@prepare {name}'\n{text}{ERROR}")
        for name in shared:
            if name not in calls.READ and name not in calls.WRITE:
                continue
            query, tables = (calls.READ[name], "") if name in calls.READ else calls.WRITE[name]
            rows = [list(row) for row in database.execute(query)] if query else [[]]
            database.execute("BEGIN")
            script.append("BEGIN;\n")
            got = []
            kinds = statements.arrays(theirs[name])
            if kinds and rows:
                script.append(execute(name, 0, map(statements.array, zip(*rows), kinds)))
            for place, row in enumerate(rows):
                if not kinds:
                    call = list(map(statements.literal, row)) + compute(values, prepared[name], row)
                    script.append(execute(name, place, call))
                try:
                    got.append(database.execute(ours[name], row).fetchall())
                except sqlite3.Error as error:
                    raise RuntimeError(f"{name}{tuple(row)} in SQLite") from error
            after = {}
            for table in tables.split():
                names = statements.columns(database, table)
                script.append(f"\\echo '\x01@table {name} {table}'\n{table_rows(table, names)};\n{ERROR}")
                after[table] = names, database.execute(table_rows(table, names)).fetchall()
            database.execute("ROLLBACK")
            script.append("ROLLBACK;\n")
            expected[name] = rows, got, after
        views = [row[0] for row in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name LIKE 'v!_%' ESCAPE '!'")]
        for view in views:
            script.append(f"\\echo '\x01@view {view}'\nSELECT * FROM {view};\n{ERROR}")
        script.append("\\echo '\x01@views'\nSELECT viewname FROM pg_views WHERE schemaname = current_schema();\n")
        found = sections(server.run("".join(script), check=False))
        when_large = whole_tables(server, theirs, MANY_ROWS % ",".join(LARGE), SCANS)

    for whole, expected_of in ((while_empty, calls.READS_ALL | calls.READS_ALL_BY_INDEX), (when_large, calls.READS_ALL)):
        failures += [f"{name} reads all of {', '.join(sorted(tables))}" for name, tables in whole.items()
                     if name not in expected_of]
    calls_made = rows_seen = 0
    for name in prepared:
        if found.get("prepare " + name):
            failures.append(f"{name}: {found['prepare ' + name]}")
    for name, (rows, got, after) in expected.items():
        returns = name in calls.READ or "RETURNING" in ours[name]
        for place, _ in enumerate(rows):
            calls_made += 1
            kinds = statements.arrays(theirs[name])
            come = found.get(f"call {name} {0 if kinds else place}", [["no answer"]])
            come = rows_of(place, come) if kinds else come
            error = [row for row in come if row and row[0].startswith("ERROR")]
            difference = str(error) if error else None
            if "END AS base" in theirs[name]:
                come = [row[:-1] for row in come]
            if not difference and returns:
                rows_seen += len(come)
                difference = compare(got[place], come, is_ordered(ours[name]) and name not in calls.TIES)
            if difference:
                failures.append(f"{name}{tuple(rows[place])}: {difference}"[:600])
                break
        for table, (names, holds) in after.items():
            come = found.get(f"table {name} {table}", [["no answer"]])
            serial = names.index(identity(table)) if identity(table) else -1
            if serial >= 0:  # numbers given just now differ
                new = lambda row: [("new" if i == serial and v != NULL and v.isdigit() and int(v) > largest[table]
                                    else v) for i, v in enumerate(row)]
                come = [new(row) for row in come]
                holds = [[("new" if i == serial and v > largest[table] else v) for i, v in enumerate(row)]
                         for row in holds]
            rows_seen += len(come)
            difference = compare(holds, come, False)
            if difference:
                failures.append(f"{name}, {table} afterwards: {difference}"[:600])
    for view in views:
        difference = compare(database.execute(f"SELECT * FROM {view}").fetchall(),
                             found.get("view " + view, [["no answer"]]), False)
        if difference:
            failures.append(f"{view}: {difference}"[:600])
    empty = sorted(n for n, (_, got, after) in expected.items()
                   if n in calls.READ and not any(got))
    print(f"{len(prepared)} statements prepared, {calls_made} calls of {len(expected)}, {len(views)} views, "
          f"{rows_seen} rows compared; without a row on this data: {' '.join(empty)}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
