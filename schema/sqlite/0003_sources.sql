-- What sources show of themselves over time, so that each is asked as often as it pays.

ALTER TABLE feeds ADD COLUMN parent_id INTEGER;         -- the source that lists this one
ALTER TABLE feeds ADD COLUMN listed_ms INTEGER;         -- when it last did
ALTER TABLE feeds ADD COLUMN unlisted_ms INTEGER;       -- when it first did no longer
ALTER TABLE feeds ADD COLUMN lastmod_ms INTEGER;        -- its last change, as its index says
ALTER TABLE feeds ADD COLUMN newest_ms INTEGER;         -- the newest moment that it announced
ALTER TABLE feeds ADD COLUMN retired_ms INTEGER;        -- since then it is not asked any more
ALTER TABLE feeds ADD COLUMN polls INTEGER NOT NULL DEFAULT 0; -- good answers so far
ALTER TABLE feeds ADD COLUMN unchanged INTEGER;         -- 1: its last good answer told nothing new
ALTER TABLE feeds ADD COLUMN told_hash INTEGER;         -- digest of what it announced
CREATE INDEX feeds_parent ON feeds(parent_id) WHERE parent_id IS NOT NULL;
