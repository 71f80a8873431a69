-- 48 bits of a URL's hash are enough within a host and take two bytes less, twice: the chance that
-- any two of ten million URLs are taken for one is 0.0004. The kind of an article takes no byte.
CREATE TABLE seen_48 (
  host_id INTEGER NOT NULL,
  hash    INTEGER NOT NULL,
  PRIMARY KEY (host_id, hash)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO seen_48 SELECT host_id, hash >> 16 FROM seen;
DROP TABLE seen;
ALTER TABLE seen_48 RENAME TO seen;

CREATE TABLE queue_48 (
  host_id           INTEGER NOT NULL,
  band              INTEGER NOT NULL,
  rank              INTEGER NOT NULL,
  hash              INTEGER NOT NULL,
  kind              INTEGER NOT NULL,
  site_id           INTEGER NOT NULL,
  feed_id           INTEGER,
  depth             INTEGER NOT NULL DEFAULT 0,
  hops              INTEGER NOT NULL DEFAULT 0,
  tries             INTEGER NOT NULL DEFAULT 0,
  found_ms          INTEGER, -- in band 1 NULL where the rank tells it: nothing was announced
  hint_published_ms INTEGER, -- in band 1 always NULL: the rank tells it, if found_ms is set
  hint_title        TEXT,
  path              TEXT NOT NULL,
  PRIMARY KEY (host_id, band, rank, hash)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO queue_48
SELECT host_id, band, rank, hash >> 16, iif(kind < 8, kind - 2, kind), site_id, feed_id, depth,
       hops, tries, found_ms, hint_published_ms, hint_title, path
  FROM queue;
DROP TABLE queue;
ALTER TABLE queue_48 RENAME TO queue;

UPDATE OR IGNORE urls SET hash = hash >> 16, redirect_hash = redirect_hash >> 16;
UPDATE OR IGNORE feeds SET hash = hash >> 16;
