-- Rules that a person gives for a site where general extraction fails (`crawler rules`): where a field
-- stands, on the pages of which days, and how it went since.
CREATE TABLE site_rules (
  rule_id       INTEGER PRIMARY KEY,
  site_id       INTEGER NOT NULL REFERENCES sites(site_id) ON DELETE CASCADE,
  field         TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('css','xpath')),
  selector      TEXT NOT NULL CHECK (selector <> ''),
  from_day      INTEGER, -- since 1970; NULL: no first one
  until_day     INTEGER, -- the last one; NULL: none
  added_ms      INTEGER NOT NULL,
  matched       INTEGER NOT NULL DEFAULT 0,
  missed_in_row INTEGER NOT NULL DEFAULT 0,
  matched_ms    INTEGER,
  CHECK (from_day <= until_day)
) STRICT;
CREATE INDEX site_rules_site ON site_rules(site_id);
