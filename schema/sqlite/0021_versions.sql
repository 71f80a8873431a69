-- Which extractor has read an older version, or read its page again: `articles` has such a column.
ALTER TABLE article_revisions ADD COLUMN extractor TEXT;
