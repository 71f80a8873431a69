-- Pages of one site are mostly the same bytes: after `crawler pack` a page is what it has besides the
-- page that base_id names. Its own raw_id: it stands by itself, for the others; 0: as it came, since
-- that is no longer. The index alone tells which were looked at: the column stands behind the bodies.
ALTER TABLE raw_pages ADD COLUMN base_id INTEGER;
CREATE INDEX raw_pages_base ON raw_pages(base_id) WHERE base_id IS NOT NULL;
