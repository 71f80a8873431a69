-- Texts in scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) get an index of
-- their own, which keeps them with a blank between their signs: storage/signs.h says why. Marks are
-- letters in it, since Thai vowels are marks.
CREATE VIRTUAL TABLE articles_fts_cjk USING fts5(title, lead, body,
  tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co M*'");
INSERT INTO articles_fts_cjk(articles_fts_cjk, rank) VALUES ('automerge', 16);
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'content=''articles''', 'content=''search_words''')
 WHERE name = 'articles_fts';
PRAGMA writable_schema = RESET;

-- Those that are in articles_fts so far wait for the next run, which puts each into the right index;
-- a text that has such a sign near its beginning may be one.
CREATE TEMP TABLE of_signs AS
SELECT article_id FROM articles
 WHERE coalesce(title, '') || coalesce(lead, '') || substr(coalesce(body, ''), 1, 100)
       GLOB '*[' || char(0x0e00, 0x2d, 0x0eff, 0x1000, 0x2d, 0x109f, 0x1780, 0x2d, 0x17ff,
                         0x3040, 0x2d, 0x30ff, 0x3400, 0x2d, 0x4dbf, 0x4e00, 0x2d, 0x9fff,
                         0xf900, 0x2d, 0xfaff, 0x20000, 0x2d, 0x3ffff) || ']*'
   AND article_id NOT IN (SELECT article_id FROM search_backlog);
INSERT INTO articles_fts(articles_fts, rowid, title, lead, body)
SELECT 'delete', article_id, title, lead, body FROM articles
 WHERE article_id IN (SELECT article_id FROM of_signs);
INSERT INTO search_backlog SELECT article_id FROM of_signs;
DROP TABLE of_signs;

DROP TRIGGER articles_deleted;
CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, lead, body)
    SELECT 'delete', old.article_id, old.title, old.lead, old.body
     WHERE NOT EXISTS (SELECT 1 FROM search_backlog WHERE article_id = old.article_id)
       AND NOT EXISTS (SELECT 1 FROM articles_fts_cjk_docsize WHERE id = old.article_id);
  DELETE FROM articles_fts_cjk WHERE rowid = old.article_id;
  DELETE FROM search_backlog WHERE article_id = old.article_id;
END;
