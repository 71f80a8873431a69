-- What the pages of some articles say may not be done with them; most say nothing and have no row.
CREATE TABLE reservations (
  article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
  noindex    INTEGER NOT NULL CHECK (noindex IN (0,1)),
  noarchive  INTEGER NOT NULL CHECK (noarchive IN (0,1)),
  tdm        INTEGER NOT NULL CHECK (tdm IN (0,1))
) STRICT;
