-- Which extractor has read a page again that had brought no article: `articles` has such a column.
ALTER TABLE urls ADD COLUMN extractor TEXT;
