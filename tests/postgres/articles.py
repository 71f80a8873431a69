"""The articles of a database as rows that do not depend on when or in which order they came."""
import json
import re
import sqlite3

COLUMNS = ("url", "domain", "title", "lead", "body", "words", "lang", "section", "published", "published_from",
           "published_has_time", "published_zone_min", "modified", "title_from", "body_from", "authors_from",
           "authors", "tags", "image_url", "site_name", "free_access", "rev_count", "noindex", "noarchive",
           "tdm_reserved", "may_train", "may_input", "may_search", "rights_from", "links")
LINKS = "(SELECT count(*) FROM links l WHERE l.article_id = v.article_id)"


def row_of(values):
    row = dict(zip(COLUMNS, values))
    # its address is the one that it was met under first, by a feed's, perhaps
    row["url"] = re.sub(r"[?&]utm_.*", "", row["url"])
    row["tags"] = sorted((row["tags"] or "").split("; "))
    return row


def by_url(found):
    rows = [row_of(values) for values in found]
    out = {row["url"]: row for row in rows}
    if len(out) < len(rows):
        raise SystemExit(f"{len(rows) - len(out)} articles are there twice")
    return out


def of_sqlite(path):
    """{url: row}"""
    names = ", ".join(COLUMNS[:-1])
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return by_url(db.execute(f"SELECT {names}, {LINKS} FROM v_articles v"))


def of_server(server, database):
    names = ", ".join(f"iso({name})" if name in ("published", "modified") else name for name in COLUMNS[:-1])
    lines = server.run(f"SELECT json_build_array({names}, {LINKS}) FROM v_articles v", "-d", database, "-At")
    return by_url(map(json.loads, lines.splitlines()))


def differences(ours, theirs):
    """A line for each article that only one has, and for each value that is not the same."""
    out = [f"only one has {url}" for url in sorted(set(ours) ^ set(theirs))]
    for url in sorted(set(ours) & set(theirs)):
        for name in COLUMNS:
            if ours[url][name] != theirs[url][name]:
                out.append(f"{url} {name}: {ours[url][name]!r:.80} and {theirs[url][name]!r:.80}")
    return out
