-- Foreign keys name the column that they lead to, though it is the primary key: clients such as
-- Datasette show no table of which they are not told that. No row is touched.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(replace(replace(replace(replace(sql,
  'REFERENCES sites', 'REFERENCES sites(site_id)'),
  'REFERENCES hosts', 'REFERENCES hosts(host_id)'),
  'REFERENCES urls', 'REFERENCES urls(url_id)'),
  'REFERENCES runs', 'REFERENCES runs(run_id)'),
  'REFERENCES feeds', 'REFERENCES feeds(feed_id)'),
  'REFERENCES articles', 'REFERENCES articles(article_id)'),
  'REFERENCES authors', 'REFERENCES authors(author_id)'),
  'REFERENCES tags', 'REFERENCES tags(tag_id)')
 WHERE type = 'table' AND sql LIKE '%REFERENCES%';
PRAGMA writable_schema = RESET;
