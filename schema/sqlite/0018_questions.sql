-- Questions over all articles are answered from indexes: to read the rows is to read the texts, 40
-- times as much. Whether the planner goes by day or by site, it finds what they want there. And an
-- article's URLs are found without reading all URLs.
DROP INDEX articles_day;
CREATE INDEX articles_day ON articles(pub_day, site_id, withdrawn_ms, lang, words);
DROP INDEX articles_seen;
CREATE INDEX articles_seen ON articles(site_id, first_seen_ms, withdrawn_ms, published_ms,
                                       published_from, pub_day, lang, words);
DROP INDEX articles_story;
CREATE INDEX articles_story ON articles(story_id, site_id, withdrawn_ms, published_ms)
  WHERE story_id IS NOT NULL;
CREATE INDEX urls_article ON urls(article_id) WHERE article_id IS NOT NULL;
