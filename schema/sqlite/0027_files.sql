-- What hosts reserve in files of their own, 1: ai.txt, 2: tdmrep.json; what they say, and as bits (see
-- reservations) what they say of the front page. A host that was not asked for them has no row.
CREATE TABLE host_files (
  host_id  INTEGER NOT NULL REFERENCES hosts(host_id),
  file     INTEGER NOT NULL CHECK (file IN (1, 2)),
  status   INTEGER NOT NULL,
  asked_ms INTEGER NOT NULL,
  rights   INTEGER NOT NULL CHECK (rights BETWEEN 0 AND 511),
  body     TEXT,
  PRIMARY KEY (host_id, file)
) STRICT, WITHOUT ROWID;

ALTER TABLE reservations DROP COLUMN said;
ALTER TABLE reservations ADD COLUMN files INTEGER NOT NULL DEFAULT 0 CHECK (files BETWEEN 0 AND 511);
ALTER TABLE reservations ADD COLUMN said INTEGER
  GENERATED ALWAYS AS (page | head | robots | files) VIRTUAL;
