-- What came of each site on each day, to compare it with its own past: see schema/README.md. The
-- last two months are counted from what is stored.
CREATE TABLE site_days (
  site_id   INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
  day       INTEGER NOT NULL,
  polled_ms INTEGER NOT NULL DEFAULT 0,
  polls     INTEGER NOT NULL DEFAULT 0,
  polls_ok  INTEGER NOT NULL DEFAULT 0,
  pages     INTEGER NOT NULL DEFAULT 0,
  refused   INTEGER NOT NULL DEFAULT 0,
  articles  INTEGER NOT NULL DEFAULT 0,
  titled    INTEGER NOT NULL DEFAULT 0,
  bodied    INTEGER NOT NULL DEFAULT 0,
  dated     INTEGER NOT NULL DEFAULT 0,
  authored  INTEGER NOT NULL DEFAULT 0,
  words     INTEGER NOT NULL DEFAULT 0,
  open      INTEGER NOT NULL DEFAULT 0,
  walled    INTEGER NOT NULL DEFAULT 0,
  verdict   TEXT,
  why       TEXT,
  PRIMARY KEY (site_id, day)
) STRICT, WITHOUT ROWID;

INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, refused, articles, titled,
                      bodied, dated, authored, words, open, walled)
SELECT site_id, day, max(polled_ms), sum(polls), sum(polls_ok), sum(pages), sum(refused),
       sum(articles), sum(titled), sum(bodied), sum(dated), sum(authored), sum(words),
       sum(articles) - sum(paid), sum(paid) + sum(walls)
  FROM (
    SELECT site_id, day, iif(source, started_ms, 0) AS polled_ms, source AS polls,
           source AND good AS polls_ok, told AND good AND first AND NOT refused AS pages,
           refused, 0 AS articles, 0 AS titled, 0 AS bodied, 0 AS dated, 0 AS authored, 0 AS words,
           0 AS paid, first AND wall AS walls
      FROM (
        SELECT u.site_id, f.started_ms / 86400000 AS day, f.started_ms, u.kind = 1 AS source,
               u.kind = 2 AND coalesce(p.source >= 3, 0) AS told,
               coalesce(f.status BETWEEN 200 AND 299 OR f.status = 304, 0) AS good,
               coalesce(f.status IN (401, 403, 429, 451), 0)
                 OR f.error IS 'not an article: bot wall'
                 OR f.error IS 'not an article: not for this region' AS refused,
               f.status IS 402 OR f.error IS 'not an article: log-in wall' AS wall,
               NOT EXISTS (SELECT 1 FROM fetches g WHERE g.url_id = f.url_id
                            AND g.started_ms < f.started_ms AND g.status BETWEEN 200 AND 299)
                 AS first
          FROM fetches f JOIN urls u USING (url_id) LEFT JOIN feeds p ON p.feed_id = u.feed_id
         WHERE u.kind IN (1, 2)
           AND f.started_ms > (SELECT max(started_ms) FROM runs) - 60 * 86400000)
    UNION ALL
    SELECT a.site_id, a.first_seen_ms / 86400000, 0, 0, 0, 0, 0, 1, a.title IS NOT NULL,
           a.words >= 50, a.published_ms IS NOT NULL,
           EXISTS (SELECT 1 FROM article_authors x WHERE x.article_id = a.article_id), a.words,
           a.free_access IS 0, 0
      FROM sites s CROSS JOIN articles a
        ON a.site_id = s.site_id
       AND a.first_seen_ms > (SELECT max(started_ms) FROM runs) - 60 * 86400000)
  JOIN sites USING (site_id)
 WHERE kind = 'site'
 GROUP BY site_id, day;
