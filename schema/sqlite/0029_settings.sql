-- What a site has instead of the run's own (`crawler set`); NULL: as the run has it.
ALTER TABLE sites ADD COLUMN per_host INTEGER CHECK (per_host > 0);
ALTER TABLE sites ADD COLUMN timeout_ms INTEGER CHECK (timeout_ms > 0);
ALTER TABLE sites ADD COLUMN sources INTEGER CHECK (sources BETWEEN 1 AND 31); -- bits of source_kind
ALTER TABLE sites ADD COLUMN user_agent TEXT;
ALTER TABLE sites ADD COLUMN cookie_jar INTEGER NOT NULL DEFAULT 0 CHECK (cookie_jar IN (0,1));

CREATE TABLE site_labels (
  label   TEXT NOT NULL CHECK (label <> ''),
  site_id INTEGER NOT NULL REFERENCES sites(site_id) ON DELETE CASCADE,
  PRIMARY KEY (label, site_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_labels_site ON site_labels(site_id);

-- What may open a door, apart from all that is shown: no view reads it. With `secret` 0 the value
-- tells nobody anything (a file's name, a variable's, a harmless header); with 1 the database's
-- files are their owner's alone.
CREATE TABLE site_secrets (
  site_id INTEGER NOT NULL REFERENCES sites(site_id) ON DELETE CASCADE,
  key     TEXT NOT NULL CHECK (key IN ('auth','cookie','header','proxy')),
  name    TEXT NOT NULL DEFAULT '', -- of a header
  value   TEXT NOT NULL,
  secret  INTEGER NOT NULL CHECK (secret IN (0,1)),
  PRIMARY KEY (site_id, key, name)
) STRICT, WITHOUT ROWID;
