-- What each site's patterns of addresses and its sources have cost and brought, and how many of its
-- URLs were left out for which reason: see schema/README.md.
CREATE TABLE budgets (
  site_id   INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
  kind      INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
  hash      INTEGER NOT NULL,
  asked     INTEGER NOT NULL DEFAULT 0,
  articles  INTEGER NOT NULL DEFAULT 0,
  barren    INTEGER NOT NULL DEFAULT 0,
  held      INTEGER NOT NULL DEFAULT 0,
  kept      INTEGER NOT NULL DEFAULT 0,
  skipped   INTEGER NOT NULL DEFAULT 0,
  closed    INTEGER NOT NULL DEFAULT 0 CHECK (closed BETWEEN 0 AND 2),
  closed_ms INTEGER,
  trusted   INTEGER NOT NULL DEFAULT 0 CHECK (trusted IN (0,1)),
  name      TEXT NOT NULL,
  PRIMARY KEY (site_id, kind, hash)
) STRICT, WITHOUT ROWID;
