-- By which keys an article is found again in the texts of other sites: days since 1970 / 8, then 32
-- bits of storage/text.h's keys. Ordered by time, so that what is written and read lies together.
CREATE TABLE story_keys (
  key        INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  PRIMARY KEY (key, article_id)
) STRICT, WITHOUT ROWID;
