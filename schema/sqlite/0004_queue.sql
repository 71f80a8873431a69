-- New articles stand in the queue by the second at which they were announced, the oldest first:
-- what is found later comes behind, and SQLite fills its pages with rows that come so. The other
-- way round they were two thirds full. They are leased from the end.
CREATE TABLE queue_by_second (
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
-- In the order of the key, so that the pages become full; sorted are the rows of a band of a host.
INSERT OR IGNORE INTO queue_by_second
SELECT host_id, band, iif(band = 1, -rank / 1000, rank), hash, kind, site_id, feed_id, depth, hops,
       tries, found_ms, hint_published_ms, hint_title, path
  FROM queue ORDER BY 1, 2, 3, 4;
DROP TABLE queue;
ALTER TABLE queue_by_second RENAME TO queue;
