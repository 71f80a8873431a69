-- What is asked as to the use of articles, by whom it is asked, as bits: see schema/README.md. So far
-- pages and header fields were not told apart, so what was asked counts as both's until the next look.
CREATE TABLE rights (
  article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
  page       INTEGER NOT NULL CHECK (page BETWEEN 0 AND 511),
  head       INTEGER NOT NULL CHECK (head BETWEEN 0 AND 511),
  robots     INTEGER NOT NULL CHECK (robots BETWEEN 0 AND 511),
  said       INTEGER GENERATED ALWAYS AS (page | head | robots) VIRTUAL
) STRICT;

INSERT INTO rights(article_id, page, head, robots)
SELECT article_id, noindex + 2 * noarchive + 4 * tdm, noindex + 2 * noarchive + 4 * tdm, 0
  FROM reservations;

DROP TABLE reservations;
ALTER TABLE rights RENAME TO reservations;

-- Of the last robots.txt, as to the front page.
ALTER TABLE hosts ADD COLUMN robots_rights INTEGER NOT NULL DEFAULT 0;
