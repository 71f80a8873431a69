"""Named statements out of a queries.sql, and rows copied from SQLite to PostgreSQL."""
import re

# what the program computes before it sends a statement: schema/postgres/queries.sql
COMPUTED = re.compile(r"(url_hash|url_shape|taken_hashes)\(([^()]*)\)")
TYPES = {"url_hash": "bigint", "url_shape": "text", "taken_hashes": "bigint[]"}


def read(path):
    """{name: SQL without comments and the last semicolon}"""
    found = {}
    for part in re.split(r"(?m)^-- name: ", open(path, encoding="utf-8").read())[1:]:
        name, text = part.split("\n", 1)
        text = re.sub(r"--[^\n]*", "", text)
        found[name.strip()] = text[: text.rfind(";")].strip()
    return found


def parameters(sql):
    return max([int(n) for n in re.findall(r"[$?](\d+)", sql)] or [0])


def prepare(name, sql):
    """PREPARE for a PostgreSQL statement; and what each parameter behind its own is: (function, [n])."""
    own = count = parameters(sql)
    computed = []

    def replace(match):
        nonlocal count
        call = (match.group(1), match.group(2))
        if call not in computed:
            computed.append(call)
        return f"${own + computed.index(call) + 1}::{TYPES[call[0]]}"

    text = COMPUTED.sub(replace, sql)
    used = {int(n) for n in re.findall(r"\$(\d+)", text)}
    types = ["unknown" if n in used else "text" for n in range(1, own + 1)]
    head = f"PREPARE {name}" + (f" ({', '.join(types)})" if "text" in types else "")
    return f"{head} AS {text};\n", [(f, [a.strip() for a in args.split(",")]) for f, args in computed]


def arrays(sql):
    """The types of its parameters where all of them are arrays, one value for each row; else None."""
    types = dict(re.findall(r"\$(\d+)::(\w+)\[\]", sql))
    count = parameters(sql)
    return [types[str(n)] for n in range(1, count + 1)] if count and len(types) == count else None


def array(values, kind):
    return f"ARRAY[{', '.join(map(literal, values))}]::{kind}[]"


def literal(value):
    """A value of SQLite's as PostgreSQL takes it."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "'" + value.replace("'", "''") + "'"


def field(value):
    """The same in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    text = str(value)
    for sign, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(sign, escaped)
    return text


# in an order that foreign keys allow
TABLES = """meta runs sites site_labels site_secrets site_rules hosts host_files site_days seen queue feeds urls url_sources budgets fetches
raw_pages articles article_revisions authors article_authors tags article_tags links api_records
reservations takedowns story_keys search_backlog""".split()


def columns(database, table):
    """Those that can be written; generated ones are not."""
    return [row[1] for row in database.execute(f"PRAGMA table_xinfo({table})") if row[6] == 0]


def copy(database, server, after=""):
    """Every row of an SQLite database into an empty PostgreSQL one, and the search index by index_article."""
    script = ["BEGIN;"]
    for table in TABLES:
        names = columns(database, table)
        script.append(f"COPY {table}({', '.join(names)}) FROM stdin;")
        for row in database.execute(f"SELECT {', '.join(names)} FROM {table}"):
            script.append("\t".join(field(value) for value in row))
        script.append("\\.")
    script.append("""
SELECT setval(pg_get_serial_sequence(table_name, column_name),
    (xpath('/row/m/text()', query_to_xml(format('SELECT coalesce(max(%I), 1) AS m FROM %I', column_name,
      table_name), false, true, '')))[1]::text::bigint) > 0
  FROM information_schema.columns WHERE is_identity = 'YES' AND table_schema = current_schema();
INSERT INTO articles_fts(article_id, config, words)
SELECT article_id, search_config(lang), search_words(search_config(lang), title, lead, body)
  FROM articles WHERE article_id NOT IN (SELECT article_id FROM search_backlog);
UPDATE hosts SET due_ms = ready_ms WHERE site_id IS NOT NULL;
COMMIT;
ANALYZE;
""" + after)
    server.run("\n".join(script), "-o", "/dev/null")
