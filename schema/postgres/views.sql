-- What those who query the database may rely on: the views and columns of schema/sqlite/views.sql;
-- schema/README.md explains every column. Moments are timestamptz, days date, JSON jsonb, what is 0 or 1
-- an integer; columns named …_ms hold milliseconds, for arithmetic.

CREATE OR REPLACE VIEW v_articles AS
SELECT a.article_id, s.domain, s.name AS site, s.country, a.canonical_url AS url, a.title, a.lead,
  a.body, a.words, a.lang, a.section,
  moment(a.published_ms) AS published,
  a.published_from,
  moment(a.modified_ms) AS modified,
  moment(a.first_seen_ms) AS first_seen,
  a.pub_day, a.free_access, a.rev_count, a.story_id,
  (SELECT string_agg(w.name, '; ' ORDER BY x.pos) FROM article_authors x JOIN authors w USING (author_id)
    WHERE x.article_id = a.article_id) AS authors,
  (SELECT string_agg(t.tag, '; ' ORDER BY t.tag_id) FROM article_tags x JOIN tags t USING (tag_id)
    WHERE x.article_id = a.article_id) AS tags,
  a.image_url, a.site_name, a.title_from, a.body_from, a.authors_from, a.published_has_time,
  a.published_zone_min, a.extractor,
  moment(a.revised_ms) AS revised,
  moment(a.gone_ms) AS gone,
  coalesce(r.said & 1, 0) AS noindex, coalesce((r.said >> 1) & 1, 0) AS noarchive,
  coalesce((r.said >> 2) & 1, 0) AS tdm_reserved,
  a.published_ms, a.first_seen_ms, a.revised_ms, a.gone_ms,
  CASE WHEN r.said & 8 <> 0 THEN 0 WHEN r.said & 64 <> 0 THEN 1 END AS may_train,
  CASE WHEN r.said & 16 <> 0 THEN 0 WHEN r.said & 128 <> 0 THEN 1 END AS may_input,
  CASE WHEN r.said & 32 <> 0 THEN 0 WHEN r.said & 256 <> 0 THEN 1 END AS may_search,
  nullif(concat_ws(' ', CASE WHEN r.page <> 0 THEN 'page' END, CASE WHEN r.head <> 0 THEN 'header' END,
    CASE WHEN r.robots <> 0 THEN 'robots.txt' END, CASE WHEN r.files & 8 <> 0 THEN 'ai.txt' END,
    CASE WHEN r.files & 4 <> 0 THEN 'tdmrep.json' END), '') AS rights_from
  FROM articles a JOIN sites s USING (site_id)
  LEFT JOIN reservations r ON r.article_id = a.article_id
 WHERE a.withdrawn_ms IS NULL;

-- One row per request: what was asked, what came of it.
CREATE OR REPLACE VIEW v_results AS
SELECT f.run_id, u.url, f.attempt, f.status, r.body AS data, 
  CASE WHEN r.base_id > 0 AND r.base_id <> r.raw_id THEN 'zstd besides' ELSE r.codec END AS data_codec, f.error,
  f.total_ms, f.bytes_wire, f.fetch_id
  FROM fetches f JOIN urls u USING (url_id) LEFT JOIN raw_pages r USING (raw_id);

CREATE OR REPLACE VIEW v_fetches AS
SELECT f.fetch_id, f.run_id, s.domain, h.origin, u.url,
  CASE u.kind WHEN 0 THEN 'robots' WHEN 1 THEN 'source' WHEN 2 THEN 'article' ELSE 'page' END AS kind,
  f.attempt, to_timestamp(f.started_ms / 1000.0) AS started, f.started_ms,
  f.total_ms, f.ttfb_ms, f.status, f.error, f.retry_after_ms, f.http, f.ip, f.bytes_wire,
  f.bytes_body, f.mime, f.charset, f.truncated, (f.raw_id IS NOT NULL)::int AS has_raw, f.redirect_url,
  u.article_id
  FROM fetches f JOIN urls u USING (url_id) JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = u.site_id;

-- Every URL ever heard of: those that were asked or refused, then those that only wait.
CREATE OR REPLACE VIEW v_urls AS
SELECT u.url, s.domain, h.origin,
  CASE u.kind WHEN 0 THEN 'robots' WHEN 1 THEN 'source' WHEN 2 THEN 'article' ELSE 'page' END AS kind,
  u.state, u.why, u.tries, moment(u.found_ms) AS found,
  moment(u.asked_ms) AS asked,
  moment(u.next_ms) AS next,
  u.redirect_url, u.article_id, f.url AS announced_by
  FROM urls u JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = u.site_id LEFT JOIN feeds f ON f.feed_id = u.feed_id
 WHERE u.state <> 'skipped'
    OR NOT EXISTS (SELECT 1 FROM seen WHERE seen.host_id = u.host_id AND seen.hash = u.hash)
UNION ALL
SELECT h.origin || q.path, s.domain, h.origin,
  CASE q.kind WHEN 0 THEN 'article' WHEN 1 THEN 'page' ELSE 'source' END,
  'waiting', CASE WHEN q.band = 0 THEN (SELECT b.name FROM budgets b
    WHERE b.site_id = q.site_id AND b.kind = 3 AND q.rank > 0 AND b.closed_ms >= q.rank LIMIT 1) END,
  q.tries, moment(coalesce(q.found_ms, CASE q.band WHEN 1 THEN q.rank * 1000 END)), NULL,
  CASE WHEN q.band <> 1 AND q.rank > 9999999999 THEN moment(q.rank) END, NULL, NULL, f.url
  FROM queue q JOIN hosts h USING (host_id)
  LEFT JOIN sites s ON s.site_id = q.site_id LEFT JOIN feeds f ON f.feed_id = q.feed_id
 WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE u.host_id = q.host_id AND u.hash = q.hash
                    AND u.state <> 'skipped');

-- What addresses of one pattern and the URLs of one source have cost and brought, and how often
-- something was left out for which reason.
CREATE OR REPLACE VIEW v_budgets AS
SELECT s.domain, s.home_url AS site,
  CASE b.kind WHEN 1 THEN 'pattern' WHEN 2 THEN 'source' ELSE 'reason' END AS kind,
  b.name, CASE b.closed WHEN 0 THEN 'open' WHEN 1 THEN 'closed for links' ELSE 'closed' END AS state,
  b.asked, b.articles, b.barren, b.skipped,
  moment(b.closed_ms) AS closed
  FROM budgets b JOIN sites s USING (site_id);

-- Who told of a URL.
CREATE OR REPLACE VIEW v_url_sources AS
SELECT u.url, f.url AS source,
  CASE f.source WHEN 1 THEN 'front' WHEN 2 THEN 'section' WHEN 3 THEN 'feed' WHEN 4 THEN 'sitemap'
    ELSE 'api' END AS source_kind,
  moment(x.first_ms) AS first, moment(x.last_ms) AS last, u.article_id
  FROM url_sources x JOIN urls u USING (url_id) JOIN feeds f ON f.feed_id = x.feed_id;

-- Every version of every article, the one of today last.
CREATE OR REPLACE VIEW v_revisions AS
SELECT r.article_id, r.rev, moment(r.seen_ms) AS seen, r.title, r.lead, r.body, r.words, r.changed,
  a.canonical_url AS url, s.domain, r.seen_ms, r.fetch_id
  FROM article_revisions r JOIN articles a USING (article_id) JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL
UNION ALL
SELECT a.article_id, a.rev_count, moment(coalesce(a.revised_ms, a.first_seen_ms)),
  a.title, a.lead, a.body, a.words, a.changed, a.canonical_url, s.domain,
  coalesce(a.revised_ms, a.first_seen_ms), a.fetch_id
  FROM articles a JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE OR REPLACE VIEW v_headline_changes AS
SELECT p.article_id, s.domain, p.title AS before,
  CASE WHEN n.rev IS NULL THEN a.title ELSE n.title END AS after,
  moment(coalesce(n.seen_ms, a.revised_ms)) AS seen, a.canonical_url AS url
  FROM article_revisions p JOIN articles a USING (article_id) JOIN sites s USING (site_id)
  LEFT JOIN article_revisions n ON n.article_id = p.article_id AND n.rev = p.rev + 1
 WHERE p.title IS DISTINCT FROM CASE WHEN n.rev IS NULL THEN a.title ELSE n.title END AND a.withdrawn_ms IS NULL
   AND a.revised_ms IS NOT NULL;

CREATE OR REPLACE VIEW v_authors AS
SELECT w.name AS author, x.pos, x.article_id, s.domain, a.pub_day, a.canonical_url AS url
  FROM article_authors x JOIN authors w USING (author_id) JOIN articles a USING (article_id)
  JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE OR REPLACE VIEW v_links AS
SELECT l.article_id, s.domain, a.canonical_url AS url, l.to_url, l.to_domain, l.anchor, l.rel
  FROM links l JOIN articles a USING (article_id) JOIN sites s USING (site_id)
 WHERE a.withdrawn_ms IS NULL;

CREATE OR REPLACE VIEW v_feeds AS
SELECT f.feed_id, s.domain, f.url,
  CASE f.source WHEN 1 THEN 'front' WHEN 2 THEN 'section' WHEN 3 THEN 'feed' WHEN 4 THEN 'sitemap'
    ELSE 'api' END AS source,
  coalesce(f.kind, 'unknown') AS kind, f.found_via, f.title, f.hub, f.depth,
  CASE WHEN f.retired_ms IS NULL THEN f.status ELSE 'retired' END AS status, f.poll_min,
  f.hint_min, f.sends_304, moment(f.next_ms) AS next,
  moment(f.asked_ms) AS asked,
  moment(f.last_ok_ms) AS last_ok,
  moment(f.last_new_ms) AS last_new,
  f.last_http, f.last_error, f.last_ms, f.last_bytes, f.last_records, f.last_new AS last_new_count,
  f.fail_score,
  moment(f.newest_ms) AS newest, f.polls, f.unchanged,
  (SELECT p.url FROM feeds p WHERE p.feed_id = f.parent_id) AS listed_by,
  moment(f.lastmod_ms) AS lastmod,
  moment(f.unlisted_ms) AS unlisted
  FROM feeds f JOIN sites s USING (site_id);

CREATE OR REPLACE VIEW v_feed_health AS
SELECT domain, url, kind, status, poll_min, fail_score, last_ok, last_new, last_error FROM v_feeds;

CREATE OR REPLACE VIEW v_apis AS
SELECT s.domain, coalesce(s.name, f.title) AS name, f.url, f.last_http AS status,
  f.last_records AS records, f.last_new AS new, f.last_ms AS ms, f.last_bytes AS bytes,
  f.last_error AS error, moment(f.asked_ms) AS asked
  FROM feeds f JOIN sites s USING (site_id) WHERE f.source = 5 AND f.depth = 0;

CREATE OR REPLACE VIEW v_api_records AS
SELECT s.domain, f.url AS api, r.key, jsonb_of(r.data) AS data, moment(r.first_ms) AS first_seen,
  moment(r.seen_ms) AS seen
  FROM api_records r JOIN feeds f USING (feed_id) JOIN sites s ON s.site_id = f.site_id;

CREATE OR REPLACE VIEW v_hosts AS
SELECT h.origin, s.domain, moment(h.ready_ms) AS ready, h.response_ms, h.fails_in_row, h.rests, h.slowed,
  h.robots_status, moment(h.robots_fetched_ms) AS robots_fetched, h.crawl_delay_ms, h.robots_body,
  (SELECT count(*) FROM queue q WHERE q.host_id = h.host_id) AS waiting,
  CASE WHEN (h.robots_rights | coalesce(ai.rights, 0)) & 8 <> 0 THEN 0
    WHEN h.robots_rights & 64 <> 0 THEN 1 END AS may_train,
  CASE WHEN h.robots_rights & 16 <> 0 THEN 0 WHEN h.robots_rights & 128 <> 0 THEN 1 END AS may_input,
  CASE WHEN h.robots_rights & 32 <> 0 THEN 0 WHEN h.robots_rights & 256 <> 0 THEN 1 END AS may_search,
  ((h.robots_rights | coalesce(tdm.rights, 0)) >> 2) & 1 AS tdm_reserved,
  ai.status AS ai_txt_status, moment(ai.asked_ms) AS ai_txt_asked, ai.body AS ai_txt_body,
  tdm.status AS tdmrep_status, moment(tdm.asked_ms) AS tdmrep_asked, tdm.body AS tdmrep_body
  FROM hosts h LEFT JOIN sites s ON s.site_id = h.site_id
  LEFT JOIN host_files ai ON ai.host_id = h.host_id AND ai.file = 1
  LEFT JOIN host_files tdm ON tdm.host_id = h.host_id AND tdm.file = 2;

-- Each site's last week beside the thirty days before, and what the last run that asked it found.
CREATE OR REPLACE VIEW v_site_health AS
WITH today AS (SELECT div(now_ms(), 86400000)::bigint AS day),
days AS (
  SELECT d.*, (d.day > t.day - 7) AS late, (d.verdict IS NULL OR d.verdict IN ('ok', 'new')) AS usual
    FROM site_days d, today t WHERE d.day > t.day - 37),
sums AS (
  SELECT s.site_id, s.domain, s.home_url, s.name, s.folder,
    max(d.day) FILTER (WHERE d.verdict IS NOT NULL) AS judged,
    sum(d.articles) FILTER (WHERE late) AS n,
    sum(d.titled) FILTER (WHERE late) AS titled, sum(d.bodied) FILTER (WHERE late) AS bodied,
    sum(d.dated) FILTER (WHERE late) AS dated, sum(d.authored) FILTER (WHERE late) AS authored,
    sum(d.words) FILTER (WHERE late) AS words, sum(d.open) FILTER (WHERE late) AS open,
    sum(d.open + d.walled) FILTER (WHERE late) AS known,
    sum(d.refused) FILTER (WHERE late) AS refused,
    sum(d.refused + d.polls_ok + d.pages) FILTER (WHERE late) AS answers,
    count(d.day) FILTER (WHERE late AND d.polls_ok > 0) AS days,
    sum(d.articles) FILTER (WHERE usual AND NOT late) AS n0,
    sum(d.titled) FILTER (WHERE usual AND NOT late) AS titled0,
    sum(d.bodied) FILTER (WHERE usual AND NOT late) AS bodied0,
    sum(d.dated) FILTER (WHERE usual AND NOT late) AS dated0,
    sum(d.authored) FILTER (WHERE usual AND NOT late) AS authored0,
    sum(d.words) FILTER (WHERE usual AND NOT late) AS words0,
    sum(d.open) FILTER (WHERE usual AND NOT late) AS open0,
    sum(d.open + d.walled) FILTER (WHERE usual AND NOT late) AS known0,
    sum(d.refused) FILTER (WHERE usual AND NOT late) AS refused0,
    sum(d.refused + d.polls_ok + d.pages) FILTER (WHERE usual AND NOT late) AS answers0,
    count(d.day) FILTER (WHERE usual AND NOT late AND d.polls_ok > 0) AS days0
    FROM sites s LEFT JOIN days d USING (site_id)
   WHERE s.enabled = 1 AND s.kind = 'site' GROUP BY s.site_id)
SELECT domain, coalesce(n, 0)::bigint AS articles_7d, share(titled, n, 3) AS title_ok,
  share(bodied, n, 3) AS body_ok, share(dated, n, 3) AS date_ok,
  moment((SELECT max(a.first_seen_ms) FROM articles a WHERE a.site_id = sums.site_id)) AS newest,
  coalesce(v.verdict, 'new') AS verdict, home_url AS site, name, folder, v.why,
  day_of(sums.judged * 86400000) AS judged,
  day_of((SELECT min(x.day) FROM site_days x WHERE x.site_id = sums.site_id
    AND x.verdict = v.verdict AND x.day <= sums.judged
    AND x.day > coalesce((SELECT max(y.day) FROM site_days y WHERE y.site_id = sums.site_id
      AND y.verdict <> v.verdict AND y.day <= sums.judged), 0)) * 86400000) AS since,
  share(n, days, 1) AS articles_day, share(n0, days0, 1) AS articles_day_then,
  share(titled0, n0, 3) AS title_then, share(bodied0, n0, 3) AS body_then,
  share(dated0, n0, 3) AS date_then, share(authored, n, 3) AS author_ok,
  share(authored0, n0, 3) AS author_then,
  trunc(words / nullif(n, 0))::bigint AS words, trunc(words0 / nullif(n0, 0))::bigint AS words_then,
  share(open, known, 3) AS free_ok, share(open0, known0, 3) AS free_then,
  share(refused, answers, 3) AS refused, share(refused0, answers0, 3) AS refused_then
  FROM sums LEFT JOIN (SELECT site_id, day, verdict, why FROM site_days) v
    ON v.site_id = sums.site_id AND v.day = sums.judged;

CREATE OR REPLACE VIEW v_run AS
SELECT run_id, outcome, ((coalesce(ended_ms, started_ms) - started_ms) / 1000.0)::double precision AS secs,
  requests, ok, not_modified, throttled, server_err, net_err, bytes, urls_new, articles_new,
  articles_revised, moment(started_ms) AS started, moment(ended_ms) AS ended, host, pid, version,
  jsonb_of(argv) AS argv, jsonb_of(report) AS report, started_ms
  FROM runs;

-- Wire copy: what several sites tell in nearly the same words.
CREATE OR REPLACE VIEW v_stories AS
SELECT n.story_id, n.articles, n.outlets, moment(n.first_ms) AS first, f.domain AS first_domain,
  f.canonical_url AS first_url, f.title AS first_title
  FROM (SELECT a.story_id, count(*) AS articles, count(DISTINCT s.domain) AS outlets,
               min(coalesce(a.published_ms, a.first_seen_ms)) AS first_ms
          FROM articles a JOIN sites s USING (site_id)
         WHERE a.story_id IS NOT NULL AND a.withdrawn_ms IS NULL GROUP BY a.story_id) n
  CROSS JOIN LATERAL (
    SELECT s.domain, a.canonical_url, a.title FROM articles a JOIN sites s USING (site_id)
     WHERE a.story_id = n.story_id AND a.withdrawn_ms IS NULL
     ORDER BY coalesce(a.published_ms, a.first_seen_ms), a.site_id, a.article_id LIMIT 1) f;

-- The sites with what is set for them, but for what is secret.
CREATE OR REPLACE VIEW v_sites AS
SELECT s.home_url AS site, s.kind, s.domain, s.name, s.country, s.lang, s.folder, s.note,
  (SELECT string_agg(label, ',' ORDER BY label) FROM site_labels l WHERE l.site_id = s.site_id) AS labels,
  s.enabled, s.min_delay_ms AS delay_ms, s.max_per_run AS max_per_site, s.per_host, s.timeout_ms,
  nullif(concat_ws(',', CASE WHEN s.sources & 1 <> 0 THEN 'front' END,
    CASE WHEN s.sources & 2 <> 0 THEN 'section' END,
    CASE WHEN s.sources & 4 <> 0 THEN 'feed' END, CASE WHEN s.sources & 8 <> 0 THEN 'sitemap' END,
    CASE WHEN s.sources & 16 <> 0 THEN 'api' END), '') AS sources,
  s.user_agent, s.cookie_jar,
  (SELECT string_agg(btrim(x.key || ' ' || x.name), ', ' ORDER BY x.key, x.name) FROM site_secrets x
    WHERE x.site_id = s.site_id) AS secrets,
  moment(s.added_ms) AS added
  FROM sites s;

-- What was removed for good, and is not fetched or stored again.
CREATE OR REPLACE VIEW v_takedowns AS
SELECT takedown_id, pattern, reason, asked_by,
  moment(at_ms) AS at, rows_gone,
  moment(done_ms) AS done
  FROM takedowns;

-- An article's words, for search: `words @@ websearch_to_tsquery(config, 'harbour strike')`, or by
-- search_hits() below. `config` is the server's configuration for the article's language.
CREATE OR REPLACE VIEW v_words AS
SELECT f.article_id, f.config, f.of_signs, f.words FROM articles_fts f JOIN articles a USING (article_id)
 WHERE a.withdrawn_ms IS NULL;

-- The articles that have the words of a query (search_query() says how it is written), each by its own
-- language's rules, and how well they fit: more is better. Configurations that read the query alike are
-- asked together.
CREATE OR REPLACE FUNCTION search_hits(query text)
RETURNS TABLE (article_id bigint, config regconfig, of_signs smallint, asked tsquery, score real)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT w.article_id, w.config, q.of_signs, q.asked, ts_rank('{0.25, 0.25, 0.5, 1}', w.words, q.asked, 1)
    FROM (SELECT search_query(c.config, c.of_signs, query) AS asked, c.of_signs,
                 array_agg(c.config) AS configs
            FROM search_configs() c GROUP BY 1, 2) q
    CROSS JOIN LATERAL (
      SELECT f.article_id, f.config, f.words FROM v_words f
       WHERE f.words @@ q.asked AND f.of_signs = q.of_signs AND f.config = ANY (q.configs)) w
$$;

-- Views, and what they and searches call, for those who only read (roles.sql).
DO $$
DECLARE
  name text;
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'analyst') THEN
    FOR name IN SELECT viewname FROM pg_views WHERE schemaname = current_schema()
                   AND viewowner = current_user AND viewname LIKE 'v\_%' LOOP
      EXECUTE format('GRANT SELECT ON %I TO analyst', name);
    END LOOP;
  END IF;
END $$;
