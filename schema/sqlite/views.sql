-- What those who query the database may rely on; schema/README.md explains every column.
-- Moments are ISO 8601 UTC here.

CREATE VIEW v_articles AS
SELECT a.article_id, s.domain, s.name AS site, s.country, a.canonical_url AS url, a.title, a.lead,
  a.body, a.words, a.lang, a.section,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.published_ms / 1000, 'unixepoch') AS published,
  a.published_from,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.modified_ms / 1000, 'unixepoch') AS modified,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.first_seen_ms / 1000, 'unixepoch') AS first_seen,
  a.pub_day, a.free_access, a.rev_count, a.story_id,
  (SELECT group_concat(name, '; ') FROM
    (SELECT w.name FROM article_authors x JOIN authors w USING (author_id)
      WHERE x.article_id = a.article_id ORDER BY x.pos)) AS authors,
  (SELECT group_concat(tag, '; ') FROM article_tags x JOIN tags USING (tag_id)
    WHERE x.article_id = a.article_id) AS tags,
  a.image_url, a.title_from, a.body_from, a.authors_from, a.published_has_time,
  a.published_zone_min,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.gone_ms / 1000, 'unixepoch') AS gone
  FROM articles a JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE VIEW v_results AS
SELECT f.run_id, u.url, f.attempt, f.status, r.body AS data, r.codec AS data_codec, f.error,
  f.total_ms, f.bytes_wire, f.fetch_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', f.started_ms / 1000.0, 'unixepoch') AS started
  FROM fetches f JOIN urls u USING (url_id) LEFT JOIN raw_pages r USING (raw_id);

CREATE VIEW v_run AS
SELECT r.run_id, r.outcome, (coalesce(r.ended_ms, r.started_ms) - r.started_ms) / 1000.0 AS secs,
  count(f.fetch_id) AS requests, sum(f.status BETWEEN 200 AND 299) AS ok,
  sum(f.status = 304) AS not_modified, sum(f.status = 429) AS throttled,
  sum(f.status >= 500) AS server_err, sum(f.status IS NULL AND f.fetch_id IS NOT NULL) AS net_err,
  sum(f.bytes_wire) AS bytes
  FROM runs r LEFT JOIN fetches f USING (run_id) GROUP BY r.run_id;
