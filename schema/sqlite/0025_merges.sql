-- The search indexes gather their parts when there are 16 of a size, little by little with what is
-- written. But FTS5 gathers 16 at once, in one transaction however large, unless told to put up with more.
INSERT INTO articles_fts(articles_fts, rank) VALUES ('crisismerge', 64);
INSERT INTO articles_fts_cjk(articles_fts_cjk, rank) VALUES ('crisismerge', 64);
