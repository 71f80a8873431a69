"""Reads exports with programs that others wrote: foreign_readers.py JSONL CSV PARQUET WARC.

Prints a line for each reader; one that is not installed is left out. Exit status 1 and what differs
where a reader finds something else than is in the JSON Lines.
"""

import collections
import csv
import datetime
import importlib
import json
import subprocess
import sys

MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def as_json(value):
    """A typed value as the JSON Lines have it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime.datetime):
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return "; ".join(value)
    return value


def compare(reader, rows, expected):
    if len(rows) != len(expected):
        sys.exit(f"{reader}: {len(rows)} rows, expected {len(expected)}")
    for number, (row, wanted) in enumerate(zip(rows, expected)):
        if list(row) != list(wanted):
            sys.exit(f"{reader}: columns {list(row)}, expected {list(wanted)}")
        for name, value in wanted.items():
            if row[name] != value:
                sys.exit(f"{reader}: row {number}, {name}: {row[name]!r:.200}, expected {value!r:.200}")
    print(f"{reader}: the same {len(rows)} rows")


def have(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name}: skipped, not installed")
        return None


def check_csv(path, expected):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in expected]
    compare("csv of Python", rows, texts)


def check_pyarrow(path, expected):
    parquet = importlib.import_module("pyarrow.parquet")
    file = parquet.ParquetFile(path, page_checksum_verification=True)
    rows = file.read().to_pylist()
    compare("pyarrow", [{name: as_json(value) for name, value in row.items()} for row in rows], expected)
    for name in ("published", "first_seen"):
        kind = str(file.schema_arrow.field(name).type)
        if kind != "timestamp[ms, tz=UTC]":
            sys.exit(f"pyarrow: {name} is {kind}")


def check_duckdb(duckdb, path, expected):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # moments as text: as such they are outside of what Python's datetime can have
    columns = connection.execute("SELECT name, type FROM (DESCRIBE SELECT * FROM read_parquet(?)) t(name, type)",
                                 [path]).fetchall()
    wanted = ", ".join(f"strftime({name}, '{MOMENT}') AS {name}" if "TIMESTAMP" in kind else name
                       for name, kind in columns)
    rows = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [path]).fetchall()
    names = [name for name, _ in columns]
    compare("duckdb", [dict(zip(names, map(as_json, row))) for row in rows], expected)
    # a condition on the statistics leaves out nothing that it should not
    for name in ("domain", "published_ms", "pub_day", "free_access"):
        for value in {row[name] for row in expected if row[name] is not None}:
            count = sum(row[name] == value for row in expected)
            found = connection.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {name} = ?",
                                       [path, value]).fetchone()[0]
            if found != count:
                sys.exit(f"duckdb: {name} = {value!r}: {found} rows, expected {count}")


def check_warcio(path, expected):
    """Each page is a response, and the same one a day later a revisit of it, both with a request."""
    iterator = importlib.import_module("warcio.archiveiterator").ArchiveIterator
    seen = {}
    types = collections.Counter()
    with open(path, "rb") as file:
        for record in iterator(file):
            types[record.rec_type] += 1
            url = record.rec_headers.get_header("WARC-Target-URI")
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            if record.rec_type == "response":
                seen[url] = digest
                if record.content_stream().read() != url.encode():
                    sys.exit(f"warcio: {url}: not the page")
            if record.rec_type == "revisit" and (
                    digest != seen.get(url) or record.rec_headers.get_header("WARC-Refers-To-Target-URI") != url):
                sys.exit(f"warcio: {url}: a revisit of something else")
    count = len(expected)
    if types != {"warcinfo": 1, "response": count, "revisit": count, "request": 2 * count}:
        sys.exit(f"warcio: {types}")
    done = subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", path],
                          capture_output=True, text=True, check=False)
    if done.returncode or "fail" in done.stdout:
        sys.exit(f"warcio: {done.stdout}{done.stderr}")
    print(f"warcio: {sum(types.values())} records, no complaint")


def main(lines, csv_path, parquet_path, warc_path):
    with open(lines, encoding="utf-8", newline="\n") as file:
        expected = [json.loads(line) for line in file]
    check_csv(csv_path, expected)
    if have("pyarrow"):
        check_pyarrow(parquet_path, expected)
    duckdb = have("duckdb")
    if duckdb:
        check_duckdb(duckdb, parquet_path, expected)
    if have("warcio"):
        check_warcio(warc_path, expected)


main(*sys.argv[1:])
