-- What those who query the database may rely on; schema/README.md explains every column.
-- Moments are ISO 8601 UTC; columns named …_ms hold milliseconds, for arithmetic.

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
  a.image_url, a.site_name, a.title_from, a.body_from, a.authors_from, a.published_has_time,
  a.published_zone_min, a.extractor,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.revised_ms / 1000, 'unixepoch') AS revised,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.gone_ms / 1000, 'unixepoch') AS gone,
  coalesce(r.said & 1, 0) AS noindex, coalesce(r.said >> 1 & 1, 0) AS noarchive,
  coalesce(r.said >> 2 & 1, 0) AS tdm_reserved,
  a.published_ms, a.first_seen_ms, a.revised_ms, a.gone_ms,
  CASE WHEN r.said & 8 THEN 0 WHEN r.said & 64 THEN 1 END AS may_train,
  CASE WHEN r.said & 16 THEN 0 WHEN r.said & 128 THEN 1 END AS may_input,
  CASE WHEN r.said & 32 THEN 0 WHEN r.said & 256 THEN 1 END AS may_search,
  nullif(ltrim(iif(r.page, ' page', '') || iif(r.head, ' header', '') || iif(r.robots, ' robots.txt', '') ||
    iif(r.files & 8, ' ai.txt', '') || iif(r.files & 4, ' tdmrep.json', '')), '')
    AS rights_from
  FROM articles a JOIN sites s USING (site_id)
  LEFT JOIN reservations r ON r.article_id = a.article_id
 WHERE a.withdrawn_ms IS NULL;

-- One row per request: what was asked, what came of it.
CREATE VIEW v_results AS
SELECT f.run_id, u.url, f.attempt, f.status, r.body AS data, iif(r.base_id > 0 AND r.base_id <> r.raw_id, 'zstd besides', r.codec) AS data_codec, f.error,
  f.total_ms, f.bytes_wire, f.fetch_id
  FROM fetches f JOIN urls u USING (url_id) LEFT JOIN raw_pages r USING (raw_id);

CREATE VIEW v_fetches AS
SELECT f.fetch_id, f.run_id, s.domain, h.origin, u.url,
  CASE WHEN u.kind >= 8 THEN 'source' ELSE CASE u.kind WHEN 0 THEN 'robots' WHEN 1 THEN 'source' WHEN 2 THEN 'article' ELSE 'page' END END AS kind,
  f.attempt, strftime('%Y-%m-%dT%H:%M:%fZ', f.started_ms / 1000.0, 'unixepoch') AS started, f.started_ms,
  f.total_ms, f.ttfb_ms, f.status, f.error, f.retry_after_ms, f.http, f.ip, f.bytes_wire,
  f.bytes_body, f.mime, f.charset, f.truncated, f.raw_id IS NOT NULL AS has_raw, f.redirect_url,
  u.article_id
  FROM fetches f JOIN urls u USING (url_id) JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = u.site_id;

-- Every URL ever heard of: those that were asked or refused, then those that only wait.
CREATE VIEW v_urls AS
SELECT u.url, s.domain, h.origin,
  CASE WHEN u.kind >= 8 THEN 'source' ELSE CASE u.kind WHEN 0 THEN 'robots' WHEN 1 THEN 'source' WHEN 2 THEN 'article' ELSE 'page' END END AS kind,
  u.state, u.why, u.tries, strftime('%Y-%m-%dT%H:%M:%SZ', u.found_ms / 1000, 'unixepoch') AS found,
  strftime('%Y-%m-%dT%H:%M:%SZ', u.asked_ms / 1000, 'unixepoch') AS asked,
  strftime('%Y-%m-%dT%H:%M:%SZ', u.next_ms / 1000, 'unixepoch') AS next,
  u.redirect_url, u.article_id, f.url AS announced_by
  FROM urls u JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = u.site_id LEFT JOIN feeds f ON f.feed_id = u.feed_id
 WHERE u.state <> 'skipped'
    OR NOT EXISTS (SELECT 1 FROM seen WHERE seen.host_id = u.host_id AND seen.hash = u.hash)
UNION ALL
SELECT h.origin || q.path, s.domain, h.origin,
  CASE q.kind WHEN 0 THEN 'article' WHEN 1 THEN 'page' ELSE 'source' END,
  'waiting', CASE WHEN q.band = 0 THEN (SELECT b.name FROM budgets b
    WHERE b.site_id = q.site_id AND b.kind = 3 AND q.rank > 0 AND b.closed_ms >= q.rank) END,
  q.tries, strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(q.found_ms / 1000, q.rank), 'unixepoch'), NULL,
  CASE WHEN q.band <> 1 AND q.rank > 9999999999 THEN strftime('%Y-%m-%dT%H:%M:%SZ', q.rank / 1000, 'unixepoch') END,
  NULL, NULL, f.url
  FROM queue q JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = q.site_id LEFT JOIN feeds f ON f.feed_id = q.feed_id
 WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE u.host_id = q.host_id AND u.hash = q.hash
                    AND u.state <> 'skipped');

-- What addresses of one pattern and the URLs of one source have cost and brought, and how often
-- something was left out for which reason.
CREATE VIEW v_budgets AS
SELECT s.domain, s.home_url AS site, CASE b.kind WHEN 1 THEN 'pattern' WHEN 2 THEN 'source' ELSE 'reason' END AS kind,
  b.name, CASE b.closed WHEN 0 THEN 'open' WHEN 1 THEN 'closed for links' ELSE 'closed' END AS state,
  b.asked, b.articles, b.barren, b.skipped,
  strftime('%Y-%m-%dT%H:%M:%SZ', b.closed_ms / 1000, 'unixepoch') AS closed
  FROM budgets b JOIN sites s USING (site_id);

-- Who told of a URL.
CREATE VIEW v_url_sources AS
SELECT u.url, f.url AS source, CASE f.source WHEN 1 THEN 'front' WHEN 2 THEN 'section' WHEN 3 THEN 'feed' WHEN 4 THEN 'sitemap' ELSE 'api' END AS source_kind,
  strftime('%Y-%m-%dT%H:%M:%SZ', x.first_ms / 1000, 'unixepoch') AS first, strftime('%Y-%m-%dT%H:%M:%SZ', x.last_ms / 1000, 'unixepoch') AS last, u.article_id
  FROM url_sources x JOIN urls u USING (url_id) JOIN feeds f ON f.feed_id = x.feed_id;

-- Every version of every article, the one of today last.
CREATE VIEW v_revisions AS
SELECT r.article_id, r.rev, strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_ms / 1000, 'unixepoch') AS seen, r.title, r.lead, r.body, r.words, r.changed,
  a.canonical_url AS url, s.domain, r.seen_ms, r.fetch_id
  FROM article_revisions r JOIN articles a USING (article_id) JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL
UNION ALL
SELECT a.article_id, a.rev_count, strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(a.revised_ms, a.first_seen_ms) / 1000, 'unixepoch'),
  a.title, a.lead, a.body, a.words, a.changed, a.canonical_url, s.domain,
  coalesce(a.revised_ms, a.first_seen_ms), a.fetch_id
  FROM articles a JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE VIEW v_headline_changes AS
SELECT p.article_id, s.domain, p.title AS before, iif(n.rev IS NULL, a.title, n.title) AS after,
  strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(n.seen_ms, a.revised_ms) / 1000, 'unixepoch') AS seen, a.canonical_url AS url
  FROM article_revisions p JOIN articles a USING (article_id) JOIN sites s USING (site_id)
  LEFT JOIN article_revisions n ON n.article_id = p.article_id AND n.rev = p.rev + 1
 WHERE p.title IS NOT iif(n.rev IS NULL, a.title, n.title) AND a.withdrawn_ms IS NULL
   AND a.revised_ms IS NOT NULL;

CREATE VIEW v_authors AS
SELECT w.name AS author, x.pos, x.article_id, s.domain, a.pub_day, a.canonical_url AS url
  FROM article_authors x JOIN authors w USING (author_id) JOIN articles a USING (article_id)
  JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE VIEW v_links AS
SELECT l.article_id, s.domain, a.canonical_url AS url, l.to_url, l.to_domain, l.anchor, l.rel
  FROM links l JOIN articles a USING (article_id) JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE VIEW v_feeds AS
SELECT f.feed_id, s.domain, f.url, CASE f.source WHEN 1 THEN 'front' WHEN 2 THEN 'section' WHEN 3 THEN 'feed' WHEN 4 THEN 'sitemap' ELSE 'api' END AS source,
  coalesce(f.kind, 'unknown') AS kind, f.found_via, f.title, f.hub, f.depth,
  iif(f.retired_ms IS NULL, f.status, 'retired') AS status, f.poll_min,
  f.hint_min, f.sends_304, strftime('%Y-%m-%dT%H:%M:%SZ', f.next_ms / 1000, 'unixepoch') AS next,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.asked_ms / 1000, 'unixepoch') AS asked,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.last_ok_ms / 1000, 'unixepoch') AS last_ok,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.last_new_ms / 1000, 'unixepoch') AS last_new,
  f.last_http, f.last_error, f.last_ms, f.last_bytes, f.last_records, f.last_new AS last_new_count,
  f.fail_score,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.newest_ms / 1000, 'unixepoch') AS newest, f.polls, f.unchanged,
  (SELECT p.url FROM feeds p WHERE p.feed_id = f.parent_id) AS listed_by,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.lastmod_ms / 1000, 'unixepoch') AS lastmod,
  strftime('%Y-%m-%dT%H:%M:%SZ', f.unlisted_ms / 1000, 'unixepoch') AS unlisted
  FROM feeds f JOIN sites s USING (site_id);

CREATE VIEW v_feed_health AS
SELECT domain, url, kind, status, poll_min, fail_score, last_ok, last_new, last_error FROM v_feeds;

CREATE VIEW v_apis AS
SELECT s.domain, coalesce(s.name, f.title) AS name, f.url, f.last_http AS status,
  f.last_records AS records, f.last_new AS new, f.last_ms AS ms, f.last_bytes AS bytes,
  f.last_error AS error, strftime('%Y-%m-%dT%H:%M:%SZ', f.asked_ms / 1000, 'unixepoch') AS asked
  FROM feeds f JOIN sites s USING (site_id) WHERE f.source = 5 AND f.depth = 0;

CREATE VIEW v_api_records AS
SELECT s.domain, f.url AS api, r.key, r.data, strftime('%Y-%m-%dT%H:%M:%SZ', r.first_ms / 1000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.seen_ms / 1000, 'unixepoch') AS seen
  FROM api_records r JOIN feeds f USING (feed_id) JOIN sites s ON s.site_id = f.site_id;

CREATE VIEW v_hosts AS
SELECT h.origin, s.domain, strftime('%Y-%m-%dT%H:%M:%SZ', h.ready_ms / 1000, 'unixepoch') AS ready, h.response_ms, h.fails_in_row, h.rests, h.slowed,
  h.robots_status, strftime('%Y-%m-%dT%H:%M:%SZ', h.robots_fetched_ms / 1000, 'unixepoch') AS robots_fetched, h.crawl_delay_ms, h.robots_body,
  (SELECT count(*) FROM queue q WHERE q.host_id = h.host_id) AS waiting,
  CASE WHEN (h.robots_rights | coalesce(ai.rights, 0)) & 8 THEN 0 WHEN h.robots_rights & 64 THEN 1 END AS may_train,
  CASE WHEN h.robots_rights & 16 THEN 0 WHEN h.robots_rights & 128 THEN 1 END AS may_input,
  CASE WHEN h.robots_rights & 32 THEN 0 WHEN h.robots_rights & 256 THEN 1 END AS may_search,
  (h.robots_rights | coalesce(tdm.rights, 0)) >> 2 & 1 AS tdm_reserved,
  ai.status AS ai_txt_status, strftime('%Y-%m-%dT%H:%M:%SZ', ai.asked_ms / 1000, 'unixepoch') AS ai_txt_asked, ai.body AS ai_txt_body,
  tdm.status AS tdmrep_status, strftime('%Y-%m-%dT%H:%M:%SZ', tdm.asked_ms / 1000, 'unixepoch') AS tdmrep_asked, tdm.body AS tdmrep_body
  FROM hosts h LEFT JOIN sites s ON s.site_id = h.site_id
  LEFT JOIN host_files ai ON ai.host_id = h.host_id AND ai.file = 1
  LEFT JOIN host_files tdm ON tdm.host_id = h.host_id AND tdm.file = 2;

-- Each site's last week beside the thirty days before, and what the last run that asked it found.
CREATE VIEW v_site_health AS
WITH today AS (SELECT unixepoch('now') / 86400 AS day),
days AS (
  SELECT d.*, d.day > t.day - 7 AS late, d.verdict IS NULL OR d.verdict IN ('ok', 'new') AS usual
    FROM site_days d, today t WHERE d.day > t.day - 37),
sums AS (
  SELECT s.site_id, s.domain, s.home_url, s.name, s.folder,
    max(d.day) FILTER (WHERE d.verdict IS NOT NULL) AS judged,
    total(d.articles) FILTER (WHERE late) AS n,
    total(d.titled) FILTER (WHERE late) AS titled, total(d.bodied) FILTER (WHERE late) AS bodied,
    total(d.dated) FILTER (WHERE late) AS dated, total(d.authored) FILTER (WHERE late) AS authored,
    total(d.words) FILTER (WHERE late) AS words, total(d.open) FILTER (WHERE late) AS open,
    total(d.open + d.walled) FILTER (WHERE late) AS known,
    total(d.refused) FILTER (WHERE late) AS refused,
    total(d.refused + d.polls_ok + d.pages) FILTER (WHERE late) AS answers,
    count(d.day) FILTER (WHERE late AND d.polls_ok) AS days,
    total(d.articles) FILTER (WHERE usual AND NOT late) AS n0,
    total(d.titled) FILTER (WHERE usual AND NOT late) AS titled0,
    total(d.bodied) FILTER (WHERE usual AND NOT late) AS bodied0,
    total(d.dated) FILTER (WHERE usual AND NOT late) AS dated0,
    total(d.authored) FILTER (WHERE usual AND NOT late) AS authored0,
    total(d.words) FILTER (WHERE usual AND NOT late) AS words0,
    total(d.open) FILTER (WHERE usual AND NOT late) AS open0,
    total(d.open + d.walled) FILTER (WHERE usual AND NOT late) AS known0,
    total(d.refused) FILTER (WHERE usual AND NOT late) AS refused0,
    total(d.refused + d.polls_ok + d.pages) FILTER (WHERE usual AND NOT late) AS answers0,
    count(d.day) FILTER (WHERE usual AND NOT late AND d.polls_ok) AS days0
    FROM sites s LEFT JOIN days d USING (site_id)
   WHERE s.enabled = 1 AND s.kind = 'site' GROUP BY s.site_id)
SELECT domain, CAST(n AS INTEGER) AS articles_7d, round(titled / nullif(n, 0), 3) AS title_ok,
  round(bodied / nullif(n, 0), 3) AS body_ok, round(dated / nullif(n, 0), 3) AS date_ok,
  strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(a.first_seen_ms) FROM articles a
    WHERE a.site_id = sums.site_id) / 1000, 'unixepoch') AS newest,
  coalesce(v.verdict, 'new') AS verdict, home_url AS site, name, folder, v.why,
  date(sums.judged * 86400, 'unixepoch') AS judged,
  date((SELECT min(x.day) FROM site_days x WHERE x.site_id = sums.site_id
    AND x.verdict = v.verdict AND x.day <= sums.judged
    AND x.day > coalesce((SELECT max(y.day) FROM site_days y WHERE y.site_id = sums.site_id
      AND y.verdict <> v.verdict AND y.day <= sums.judged), 0)) * 86400, 'unixepoch') AS since,
  round(n / nullif(days, 0), 1) AS articles_day, round(n0 / nullif(days0, 0), 1) AS articles_day_then,
  round(titled0 / nullif(n0, 0), 3) AS title_then, round(bodied0 / nullif(n0, 0), 3) AS body_then,
  round(dated0 / nullif(n0, 0), 3) AS date_then, round(authored / nullif(n, 0), 3) AS author_ok,
  round(authored0 / nullif(n0, 0), 3) AS author_then,
  CAST(words / nullif(n, 0) AS INTEGER) AS words, CAST(words0 / nullif(n0, 0) AS INTEGER) AS words_then,
  round(open / nullif(known, 0), 3) AS free_ok, round(open0 / nullif(known0, 0), 3) AS free_then,
  round(refused / nullif(answers, 0), 3) AS refused, round(refused0 / nullif(answers0, 0), 3) AS refused_then
  FROM sums LEFT JOIN (SELECT site_id, day, verdict, why FROM site_days) v
    ON v.site_id = sums.site_id AND v.day = sums.judged;

CREATE VIEW v_run AS
SELECT run_id, outcome, (coalesce(ended_ms, started_ms) - started_ms) / 1000.0 AS secs, requests,
  ok, not_modified, throttled, server_err, net_err, bytes, urls_new, articles_new,
  articles_revised, strftime('%Y-%m-%dT%H:%M:%SZ', started_ms / 1000, 'unixepoch') AS started, strftime('%Y-%m-%dT%H:%M:%SZ', ended_ms / 1000, 'unixepoch') AS ended, host, pid, version,
  argv, report, started_ms
  FROM runs;

-- Wire copy: what several sites tell in nearly the same words. The first one's columns are those
-- of the row that min() is from, which SQLite promises (lang_select.html, 2.5).
CREATE VIEW v_stories AS
SELECT a.story_id, count(*) AS articles, count(DISTINCT s.domain) AS outlets,
  strftime('%Y-%m-%dT%H:%M:%SZ', min(coalesce(a.published_ms, a.first_seen_ms)) / 1000, 'unixepoch') AS first,
  s.domain AS first_domain, a.canonical_url AS first_url, a.title AS first_title
  FROM articles a JOIN sites s USING (site_id)
 WHERE a.story_id IS NOT NULL AND a.withdrawn_ms IS NULL
 GROUP BY a.story_id;

-- The sites with what is set for them, but for what is secret.
CREATE VIEW v_sites AS
SELECT s.home_url AS site, s.kind, s.domain, s.name, s.country, s.lang, s.folder, s.note,
  (SELECT group_concat(label) FROM (SELECT label FROM site_labels l WHERE l.site_id = s.site_id
     ORDER BY label)) AS labels,
  s.enabled, s.min_delay_ms AS delay_ms, s.max_per_run AS max_per_site, s.per_host, s.timeout_ms,
  nullif(trim(iif(s.sources & 1, 'front,', '') || iif(s.sources & 2, 'section,', '')
    || iif(s.sources & 4, 'feed,', '') || iif(s.sources & 8, 'sitemap,', '')
    || iif(s.sources & 16, 'api', ''), ','), '') AS sources,
  s.user_agent, s.cookie_jar,
  (SELECT group_concat(trim(x.key || ' ' || x.name), ', ') FROM site_secrets x
    WHERE x.site_id = s.site_id) AS secrets,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.added_ms / 1000, 'unixepoch') AS added
  FROM sites s;

-- What was removed for good, and is not fetched or stored again.
CREATE VIEW v_takedowns AS
SELECT takedown_id, pattern, reason, asked_by,
  strftime('%Y-%m-%dT%H:%M:%SZ', at_ms / 1000, 'unixepoch') AS at, rows_gone,
  strftime('%Y-%m-%dT%H:%M:%SZ', done_ms / 1000, 'unixepoch') AS done
  FROM takedowns;

-- What articles_fts is an index of: its content option names this view, so that its own commands
-- (rebuild, integrity-check) and snippet() see what the writer put into it, and nothing else.
CREATE VIEW search_words AS
SELECT a.article_id, a.title, a.lead, a.body FROM articles a
 WHERE NOT EXISTS (SELECT 1 FROM search_backlog b WHERE b.article_id = a.article_id)
   AND NOT EXISTS (SELECT 1 FROM articles_fts_cjk_docsize c WHERE c.id = a.article_id);
