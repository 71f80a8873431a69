-- What stays of an article's address when its slug changes (storage/sqlite/lasting.h). Articles that
-- were stored before have none until they are revised or move.
ALTER TABLE articles ADD COLUMN lasting_hash INTEGER;
CREATE INDEX articles_lasting ON articles(lasting_hash, site_id) WHERE lasting_hash IS NOT NULL;
