-- Every statement of the program under its name, in PostgreSQL's words: the names, parameters and
-- columns of schema/sqlite/queries.sql, which explains the parameters; here stands only what differs.
-- tests/store/postgres/ holds both against the same data. What only one of the two has is listed in
-- schema/postgres/README.md.
--
-- Where all parameters are arrays, the statement is run for many rows, the first of all arrays being the
-- first row. Of the rows that it gives the last column, `place`, says of which given row each one is, from
-- 1 (storage/postgres/gathered.h). SQLite's is run once for each.
--
-- The program computes three things before it sends a statement, each of which becomes a parameter of
-- its own: url_hash($n), the hash of a URL's identity; url_shape($n, $m, coarse), its pattern; and
-- taken_hashes($n, $m), those that a take-down of kind $n that matches $m covers, an array.
-- Whole numbers are divided by div(): `/` gives a decimal on CockroachDB.
-- A last column called `base` is for the program too: where it is not NULL, `body` is a frame packed
-- against it (empty: by itself), see schema/README.md.

-- ---- transactions and the database itself

-- name: begin
BEGIN;

-- name: begin_reading
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: hash_seed
SELECT value::bigint FROM meta WHERE key = 'hash_seed';

-- name: insert_hash_seed
INSERT INTO meta(key, value) VALUES ('hash_seed', $1::bigint::text), ('queued', '0')
ON CONFLICT DO NOTHING;

-- name: queued
SELECT greatest(0, value::bigint + (SELECT coalesce(sum(queued), 0)::bigint FROM workers))
  FROM meta WHERE key = 'queued';

-- name: count_queued
-- Of a worker (the session's crawler.worker is its number) in its own row, so that none waits for
-- another.
WITH own AS (
  UPDATE workers SET queued = queued + $1
   WHERE worker_id = nullif(current_setting('crawler.worker', true), '')::bigint RETURNING 1)
UPDATE meta SET value = (value::bigint + $1)::text
 WHERE key = 'queued' AND NOT EXISTS (SELECT 1 FROM own);

-- ---- runs

-- name: mark_crashed_runs
-- those without a worker that lives
WITH dead AS MATERIALIZED (
  SELECT run_id FROM runs r
   WHERE outcome = 'running'
     AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.run_id = r.run_id AND w.ended_ms IS NULL
                      AND w.until_ms > now_ms())
   ORDER BY run_id FOR NO KEY UPDATE OF r)
UPDATE runs r SET outcome = 'crashed' FROM dead d WHERE r.run_id = d.run_id;

-- name: last_moment
SELECT greatest(started_ms, ended_ms) FROM runs ORDER BY run_id DESC LIMIT 1;

-- name: bring_looks_back
UPDATE urls SET next_ms = $2
 WHERE next_ms > $1 AND (host_id, hash) IN (
   SELECT q.host_id, q.hash
     FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.band = 3 AND q.rank > $1);

-- name: bring_queue_back
UPDATE queue SET rank = $2
 WHERE (host_id, band, rank, hash) IN (
   SELECT q.host_id, q.band, q.rank, q.hash
     FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.band IN (0, 2, 3) AND q.rank > $1);

-- name: bring_feeds_back
WITH ahead AS MATERIALIZED (
  SELECT feed_id FROM feeds WHERE next_ms > $1 ORDER BY feed_id FOR NO KEY UPDATE)
UPDATE feeds f SET next_ms = $2 FROM ahead a WHERE f.feed_id = a.feed_id;

-- name: bring_hosts_back
WITH ahead AS MATERIALIZED (
  SELECT host_id FROM hosts WHERE ready_ms > $1 OR due_ms > $1 OR robots_fetched_ms > $2
   ORDER BY host_id FOR NO KEY UPDATE)
UPDATE hosts h SET ready_ms = least(h.ready_ms, $2), due_ms = least(h.due_ms, $2), robots_fetched_ms = NULL
  FROM ahead a WHERE h.host_id = a.host_id;

-- name: insert_run
INSERT INTO runs(started_ms, host, pid, version, argv) VALUES ($1, $2, $3, $4, $5::json)
RETURNING run_id;

-- name: add_to_run
UPDATE runs SET requests = requests + $2, ok = ok + $3, not_modified = not_modified + $4,
  throttled = throttled + $5, server_err = server_err + $6, net_err = net_err + $7,
  bytes = bytes + $8, urls_new = urls_new + $9, articles_new = articles_new + $10,
  articles_revised = articles_revised + $11
 WHERE run_id = $1;

-- name: end_run
UPDATE runs SET ended_ms = $2, outcome = $3, report = jsonb_set($4::jsonb, '{database_bytes}',
  to_jsonb(pg_database_size(current_database())))::json
 WHERE run_id = $1;

-- name: hasten_source_retries
UPDATE queue SET rank = $1
 WHERE (host_id, band, rank, hash) IN (
   SELECT q.host_id, q.band, q.rank, q.hash
     FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.band = 2 AND q.rank > $1
    WHERE q.kind > 8);

-- name: all_hosts
SELECT host_id, origin, ready_ms, coalesce(site_id, 0), new_queued FROM hosts;

-- ---- sites

-- name: site_by_url
SELECT site_id FROM sites WHERE home_url = $1;

-- name: site_by_domain
SELECT site_id FROM sites WHERE domain = $1 AND kind = 'site' ORDER BY site_id LIMIT 1;

-- name: put_site
INSERT INTO sites(kind, home_url, domain, name, rules, min_delay_ms, max_per_run, added_ms, folder,
                  country, lang)
VALUES ($1, $2, $3, $4, $5::json, $6, $7, $8, $9, $10, $11)
ON CONFLICT(home_url) DO UPDATE SET
  name = coalesce(excluded.name, sites.name), rules = coalesce(excluded.rules, sites.rules),
  min_delay_ms = coalesce(excluded.min_delay_ms, sites.min_delay_ms),
  max_per_run = coalesce(excluded.max_per_run, sites.max_per_run),
  folder = coalesce(excluded.folder, sites.folder), country = coalesce(excluded.country, sites.country),
  lang = coalesce(excluded.lang, sites.lang)
RETURNING site_id;

-- name: site_facts
SELECT home_url, domain, coalesce((coalesce(rules::jsonb, '{}') || (
    SELECT jsonb_build_object('fields', jsonb_agg(jsonb_build_array(rule_id, field, kind, selector, from_day,
             until_day) ORDER BY rule_id))
      FROM site_rules r WHERE r.site_id = $1 HAVING count(*) > 0))::text, rules::text) AS rules,
  min_delay_ms, max_per_run, enabled, (kind = 'site')::int, per_host, sources,
  ($2::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
     AND position(',' || l.label || ',' IN $2) > 0))::int
  FROM sites WHERE site_id = $1;

-- ---- settings of sites

-- name: find_sites
SELECT site_id, home_url FROM sites
 WHERE home_url = $1 OR domain = $2 OR position('://' || $2 || '/' IN home_url) > 0
    OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
     AND position(',' || l.label || ',' IN $3) > 0)
    OR $4::int <> 0
 ORDER BY domain, home_url;

-- name: put_site_rule
INSERT INTO site_rules(site_id, field, kind, selector, from_day, until_day, added_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: drop_site_rules
DELETE FROM site_rules WHERE site_id = $1;

-- name: reread_site_articles
UPDATE articles SET extractor = rtrim(extractor, '+') || '+' WHERE site_id = $1;

-- name: reread_site_versions
UPDATE article_revisions SET extractor = NULL
 WHERE article_id IN (SELECT article_id FROM articles WHERE site_id = $1) AND extractor IS NOT NULL;

-- name: reread_site_urls
UPDATE urls SET extractor = NULL WHERE site_id = $1 AND extractor IS NOT NULL;

-- name: read_site_rules
SELECT r.site_id, s.home_url AS site, r.rule_id, r.field, r.kind, r.selector, r.from_day, r.until_day,
  r.matched, r.missed_in_row, iso(r.matched_ms) AS matched_last
  FROM site_rules r JOIN sites s USING (site_id) WHERE $1::bigint IS NULL OR r.site_id = $1
 ORDER BY s.domain, s.home_url, r.rule_id;

-- name: read_rules_of_domain
SELECT json_build_object('fields', json_agg(json_build_array(rule_id, field, kind, selector, from_day,
         until_day) ORDER BY rule_id)) AS rules
  FROM site_rules WHERE site_id = (SELECT site_id FROM sites
         WHERE domain = $1 AND kind = 'site' ORDER BY site_id LIMIT 1)
HAVING count(*) > 0;

-- name: tell_site_rule
UPDATE site_rules SET matched = matched + $3::int,
  missed_in_row = CASE WHEN $3 <> 0 THEN 0 ELSE missed_in_row + 1 END,
  matched_ms = CASE WHEN $3 <> 0 THEN $4 ELSE matched_ms END
 WHERE rule_id = $1 AND site_id = $2;

-- name: read_idle_rules
SELECT s.home_url AS site, r.field, r.kind || ' ' || r.selector AS rule, r.missed_in_row AS missed,
  r.matched, iso(r.matched_ms) AS matched_last
  FROM site_rules r JOIN sites s USING (site_id)
 WHERE r.missed_in_row >= 3 AND s.enabled = 1
   AND div($1::bigint, 86400000) BETWEEN coalesce(r.from_day, 0) AND coalesce(r.until_day, 1000000)
   AND ($3::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = s.site_id
     AND position(',' || l.label || ',' IN $3) > 0))
 ORDER BY s.domain, s.home_url, r.rule_id LIMIT $2;

-- name: read_site_names
SELECT home_url AS name FROM sites UNION SELECT domain FROM sites;

-- name: read_labels
SELECT DISTINCT label AS name FROM site_labels ORDER BY label;

-- name: set_site
UPDATE sites SET
  name = CASE $2::text WHEN 'name' THEN $3::text ELSE name END,
  country = CASE $2 WHEN 'country' THEN $3 ELSE country END,
  lang = CASE $2 WHEN 'lang' THEN $3 ELSE lang END, note = CASE $2 WHEN 'note' THEN $3 ELSE note END,
  enabled = CASE $2 WHEN 'enabled' THEN coalesce($3::smallint, 1) ELSE enabled END,
  min_delay_ms = CASE $2 WHEN 'min_delay_ms' THEN $3::bigint ELSE min_delay_ms END,
  max_per_run = CASE $2 WHEN 'max_per_run' THEN $3::bigint ELSE max_per_run END,
  per_host = CASE $2 WHEN 'per_host' THEN $3::int ELSE per_host END,
  timeout_ms = CASE $2 WHEN 'timeout_ms' THEN $3::bigint ELSE timeout_ms END,
  sources = CASE $2 WHEN 'sources' THEN $3::int ELSE sources END,
  user_agent = CASE $2 WHEN 'user_agent' THEN $3 ELSE user_agent END,
  cookie_jar = CASE $2 WHEN 'cookie_jar' THEN coalesce($3::smallint, 0) ELSE cookie_jar END
 WHERE site_id = $1;

-- name: forget_robots
WITH theirs AS MATERIALIZED (
  SELECT host_id FROM hosts WHERE site_id = $1 ORDER BY host_id FOR NO KEY UPDATE)
UPDATE hosts h SET robots_fetched_ms = NULL FROM theirs t WHERE h.host_id = t.host_id;

-- name: put_label
INSERT INTO site_labels(site_id, label) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: put_label_by_url
INSERT INTO site_labels(site_id, label) SELECT site_id, $2 FROM sites WHERE home_url = $1
ON CONFLICT DO NOTHING;

-- name: drop_label
DELETE FROM site_labels WHERE site_id = $1 AND ($2::text IS NULL OR label = $2);

-- name: put_secret
INSERT INTO site_secrets(site_id, key, name, value, secret) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (site_id, key, name) DO UPDATE SET value = excluded.value, secret = excluded.secret;

-- name: drop_secret
DELETE FROM site_secrets
 WHERE site_id = $1 AND key = $2 AND ($3::text IS NULL OR lower(name) = lower($3 COLLATE "C"));

-- name: holds_secrets
SELECT EXISTS (SELECT 1 FROM site_secrets WHERE secret = 1)::int;

-- name: read_secrets
SELECT site_id, key, name, value, secret FROM site_secrets
 WHERE $1::bigint IS NULL OR site_id = $1 ORDER BY site_id, key, name;

-- name: read_access
SELECT site_id, home_url, per_host, timeout_ms, user_agent, cookie_jar FROM sites
 WHERE enabled = 1
   AND (per_host IS NOT NULL OR timeout_ms IS NOT NULL OR user_agent IS NOT NULL OR cookie_jar = 1
     OR EXISTS (SELECT 1 FROM site_secrets x WHERE x.site_id = sites.site_id))
   AND ($1::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
     AND position(',' || l.label || ',' IN $1) > 0))
 ORDER BY site_id;

-- name: read_settings
SELECT site_id, home_url, kind, domain, name, country, lang, note, enabled, min_delay_ms, max_per_run,
       per_host, timeout_ms, sources, user_agent, cookie_jar,
       (SELECT string_agg(label, ',' ORDER BY label) FROM site_labels l
         WHERE l.site_id = sites.site_id) AS labels
  FROM sites WHERE $1::bigint IS NULL OR site_id = $1 ORDER BY domain, home_url;

-- ---- sites by day

-- name: add_to_site_day
-- In the order of the key, as all of which several workers may write the same rows at once.
INSERT INTO site_days AS d (site_id, day, polled_ms, polls, polls_ok, pages, refused, articles, titled,
                      bodied, dated, authored, words, open, walled)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
    $13::bigint[], $14::bigint[], $15::bigint[])
 ORDER BY 1, 2
ON CONFLICT (site_id, day) DO UPDATE SET polled_ms = greatest(d.polled_ms, excluded.polled_ms),
  polls = d.polls + excluded.polls, polls_ok = d.polls_ok + excluded.polls_ok,
  pages = d.pages + excluded.pages, refused = d.refused + excluded.refused,
  articles = d.articles + excluded.articles, titled = d.titled + excluded.titled,
  bodied = d.bodied + excluded.bodied, dated = d.dated + excluded.dated,
  authored = d.authored + excluded.authored, words = d.words + excluded.words,
  open = d.open + excluded.open, walled = d.walled + excluded.walled;

-- name: site_days
SELECT day, polled_ms, polls, polls_ok, pages, refused, articles, titled, bodied, dated, authored,
       words, open, walled, coalesce(verdict NOT IN ('ok', 'new'), false)::int
  FROM site_days WHERE site_id = $1 AND day > $2 AND day <= $3 ORDER BY day;

-- name: set_site_verdict
UPDATE site_days SET verdict = $3, why = $4 WHERE site_id = $1 AND day = $2;

-- ---- hosts

-- name: host_by_origin
SELECT h.host_id, g.place FROM unnest($1::text[]) WITH ORDINALITY AS g (origin, place) JOIN hosts h USING (origin);

-- name: insert_host
-- In order, so that two workers with the same hosts can't wait for each other. Where another has just made one
-- it comes without a row: host_by_origin finds it from then on.
WITH given AS (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS g (origin, place)),
put AS (
  INSERT INTO hosts(origin) SELECT origin FROM given ORDER BY origin COLLATE "C"
  ON CONFLICT DO NOTHING RETURNING host_id, origin)
SELECT host_id, place FROM put JOIN given USING (origin);

-- name: set_host_site
-- of hosts that lock_hosts has locked
UPDATE hosts h SET site_id = CASE WHEN h.site_id IS NULL THEN g.site_id ELSE -1 END
  FROM unnest($1::bigint[], $2::bigint[]) AS g (host_id, site_id)
 WHERE h.host_id = g.host_id AND h.site_id IS DISTINCT FROM g.site_id AND h.site_id IS DISTINCT FROM -1;

-- name: host_facts
SELECT ready_ms, response_ms, fails_in_row, rests, coalesce(robots_status, 0), robots_fetched_ms,
       robots_body, slowed
  FROM hosts WHERE host_id = $1;

-- name: update_host
UPDATE hosts h SET ready_ms = g.ready_ms, response_ms = g.response_ms, fails_in_row = g.fails_in_row,
  rests = g.rests, new_queued = greatest(0, h.new_queued + g.added), slowed = g.slowed
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::bigint[], $7::int[])
    AS g (host_id, ready_ms, response_ms, fails_in_row, rests, added, slowed)
 WHERE h.host_id = g.host_id;

-- name: count_new_queued
UPDATE hosts h SET new_queued = greatest(0, h.new_queued + g.added)
  FROM unnest($1::bigint[], $2::bigint[]) AS g (host_id, added)
 WHERE h.host_id = g.host_id;

-- name: update_host_robots
UPDATE hosts SET robots_status = $2, robots_fetched_ms = $3, robots_body = $4, crawl_delay_ms = $5,
  robots_rights = $6
 WHERE host_id = $1;

-- name: put_host_file
INSERT INTO host_files AS f (host_id, file, status, asked_ms, rights, body)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (host_id, file) DO UPDATE SET status = excluded.status, asked_ms = excluded.asked_ms,
  rights = CASE WHEN excluded.body IS NULL THEN f.rights ELSE excluded.rights END,
  body = coalesce(excluded.body, f.body)
 WHERE f.asked_ms <= excluded.asked_ms;

-- name: host_files
SELECT file, asked_ms, body FROM host_files WHERE host_id = $1 AND file IN (1, 2);

-- ---- the frontier

-- name: see
-- In the order of the key: no deadlocks.
WITH fresh AS (
  INSERT INTO seen(host_id, hash)
  SELECT DISTINCT host_id, hash FROM unnest($1::bigint[], $2::bigint[]) AS g (host_id, hash)
   ORDER BY host_id, hash
  ON CONFLICT DO NOTHING RETURNING host_id, hash)
SELECT min(g.place) AS place
  FROM unnest($1, $2) WITH ORDINALITY AS g (host_id, hash, place) JOIN fresh USING (host_id, hash)
 GROUP BY host_id, hash;

-- name: is_seen
SELECT 1 FROM seen WHERE host_id = $1 AND hash = $2;

-- name: enqueue
WITH given AS (
  SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[],
    $7::bigint[], $8::int[], $9::int[], $10::int[], $11::bigint[], $12::bigint[], $13::text[],
    $14::text[]) WITH ORDINALITY
    AS g (host_id, band, rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms,
          hint_published_ms, hint_title, path, place)),
put AS (
  INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms,
                    hint_published_ms, hint_title, path)
  SELECT host_id, band, rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms,
         hint_published_ms, hint_title, path
    FROM given ORDER BY host_id, band, rank, hash, place
  ON CONFLICT DO NOTHING RETURNING host_id, band, rank, hash)
SELECT min(g.place) FROM given g JOIN put USING (host_id, band, rank, hash)
 GROUP BY host_id, band, rank, hash;

-- name: dequeue
DELETE FROM queue q
 USING unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
    AS g (host_id, band, rank, hash, place)
 WHERE q.host_id = g.host_id AND q.band = g.band AND q.rank = g.rank AND q.hash = g.hash
RETURNING g.place;

-- name: unqueue
DELETE FROM queue WHERE host_id = $1 AND hash = $2;

-- name: lease_due
SELECT rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms, hint_published_ms,
       hint_title, path
  FROM queue
 WHERE host_id = $1 AND band = $2 AND (rank, hash) > ($3, $4) AND rank <= $5
 ORDER BY rank, hash LIMIT $6;

-- name: lease_freshest
SELECT rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms, hint_published_ms,
       hint_title, path
  FROM queue
 WHERE host_id = $1 AND band = $2 AND (rank, hash) < ($3, $4)
 ORDER BY rank DESC, hash DESC LIMIT $6 + coalesce($5::bigint, 0) * 0;

-- name: count_due
SELECT count(*) FROM (
  SELECT 1 FROM queue
   WHERE host_id = $1 AND band = $2 AND (rank, hash) > ($3, $4) AND rank <= $5 LIMIT $6) due;

-- name: count_fresh
SELECT count(*) FROM (
  SELECT 1 FROM queue WHERE host_id = $1 AND band = $2 AND (rank, hash) < ($3, $4)
   ORDER BY rank DESC, hash DESC LIMIT $6) fresh WHERE num_nulls($5::bigint) >= 0; -- not looked at

-- name: url_facts
SELECT etag, last_modified, coalesce(body_hash, 0), article_id FROM urls
 WHERE host_id = $1 AND hash = $2;

-- name: site_has_source
SELECT EXISTS (SELECT 1 FROM feeds WHERE site_id = $1 AND source = $2 AND status <> 'dead'
               AND retired_ms IS NULL
               AND (found_via <> 'guess' OR status = 'ok'))::int;

-- name: count_sources
SELECT count(*) FROM feeds WHERE site_id = $1;

-- name: feed_polls
SELECT polls, coalesce(told_hash, 0) FROM feeds WHERE feed_id = $1;

-- name: feed_asked
SELECT CASE WHEN status = 'dead' THEN 9223372036854775807 ELSE coalesce(asked_ms, 0) END FROM feeds
 WHERE feed_id = $1;

-- name: budgets_of_site
SELECT kind, hash, asked, articles, barren, held, kept, skipped, closed, closed_ms, name, trusted
  FROM budgets WHERE site_id = $1 ORDER BY kind, hash;

-- name: put_budget
INSERT INTO budgets(site_id, kind, hash, asked, articles, barren, held, kept, skipped, closed,
                    closed_ms, trusted, name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (site_id, kind, hash) DO UPDATE SET asked = budgets.asked + excluded.asked,
  articles = budgets.articles + excluded.articles,
  barren = excluded.barren + CASE WHEN excluded.articles > 0 THEN 0 ELSE budgets.barren END,
  held = CASE WHEN budgets.held + excluded.held > 0 THEN budgets.held + excluded.held ELSE 0 END,
  kept = budgets.kept + excluded.kept, skipped = budgets.skipped + excluded.skipped,
  closed = CASE WHEN excluded.articles > 0 OR excluded.closed > budgets.closed THEN excluded.closed
                ELSE budgets.closed END,
  closed_ms = CASE WHEN excluded.articles > 0 OR excluded.closed > budgets.closed THEN excluded.closed_ms
                   ELSE coalesce(excluded.closed_ms, budgets.closed_ms) END,
  trusted = excluded.trusted;

-- name: source_of_feed
SELECT source, url FROM feeds WHERE feed_id = $1;

-- ---- what came of a URL

-- name: insert_url
WITH given AS (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::smallint[],
    $7::text[], $8::text[], $9::int[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::text[], $15::text[], $16::bigint[], $17::text[], $18::bigint[]) WITH ORDINALITY
    AS g (host_id, hash, url, site_id, feed_id, kind, state, why, tries, nights, found_ms,
          asked_ms, next_ms, etag, last_modified, body_hash, redirect_url, redirect_hash, place)),
put AS (
  INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, tries, nights, found_ms,
                   asked_ms, next_ms, etag, last_modified, body_hash, redirect_url, redirect_hash)
  SELECT host_id, hash, url, site_id, feed_id, kind, state, why, tries, nights, found_ms, asked_ms,
         next_ms, etag, last_modified, body_hash, redirect_url, redirect_hash
    FROM given ORDER BY host_id, hash
  ON CONFLICT DO NOTHING RETURNING host_id, hash, url_id)
SELECT url_id, place FROM put JOIN given USING (host_id, hash);

-- name: update_url
UPDATE urls u SET url = g.url, site_id = coalesce(u.site_id, g.site_id),
  feed_id = coalesce(u.feed_id, g.feed_id), kind = g.kind, state = g.state, why = g.why,
  tries = g.tries, nights = g.nights, found_ms = least(u.found_ms, g.found_ms),
  asked_ms = coalesce(g.asked_ms, u.asked_ms), next_ms = g.next_ms,
  etag = coalesce(g.etag, CASE WHEN g.keep <> 0 THEN u.etag END),
  last_modified = coalesce(g.last_modified, CASE WHEN g.keep <> 0 THEN u.last_modified END),
  body_hash = coalesce(g.body_hash, CASE WHEN g.keep <> 0 THEN u.body_hash END),
  redirect_url = g.redirect_url, redirect_hash = g.redirect_hash
  FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::smallint[],
    $7::text[], $8::text[], $9::int[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[],
    $14::text[], $15::text[], $16::bigint[], $17::text[], $18::bigint[], $19::smallint[]) WITH
    ORDINALITY
    AS g (host_id, hash, url, site_id, feed_id, kind, state, why, tries, nights, found_ms,
          asked_ms, next_ms, etag, last_modified, body_hash, redirect_url, redirect_hash, keep, place)
 WHERE u.host_id = g.host_id AND u.hash = g.hash
RETURNING u.url_id, coalesce(u.article_id, 0), g.place;

-- name: skip_url
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES ($1, $2, $3, $4, $5, $6, 'skipped', $7, $8) ON CONFLICT DO NOTHING;

-- name: skip_form
INSERT INTO urls AS u (host_id, hash, url, site_id, feed_id, kind, state, why, found_ms, redirect_hash)
VALUES ($1, $2, $3, $4, $5, 2, 'skipped', $6, $7, $8)
ON CONFLICT (host_id, hash) DO UPDATE SET why = excluded.why, redirect_hash = excluded.redirect_hash
 WHERE u.state = 'skipped' AND u.asked_ms IS NULL;

-- name: put_form
INSERT INTO urls AS u (host_id, hash, url, site_id, kind, state, why, found_ms, article_id,
                        redirect_hash)
VALUES ($1, $2, $3, $4, 2, 'done', $5, $6, $7, $8)
ON CONFLICT (host_id, hash) DO UPDATE SET state = 'done', why = excluded.why,
  article_id = excluded.article_id, redirect_hash = excluded.redirect_hash
 WHERE u.state = 'skipped' AND u.asked_ms IS NULL;

-- name: has_forms
-- LIMIT: else all of the index is read where it was empty when this was planned.
SELECT 1, g.place FROM unnest($1::bigint[]) WITH ORDINALITY AS g (hash, place)
 CROSS JOIN LATERAL (SELECT 1 FROM urls u WHERE u.redirect_hash = g.hash AND u.asked_ms IS NULL LIMIT 1) f;

-- name: forms_of_url
SELECT host_id, hash, url, site_id, coalesce(feed_id, 0) FROM urls
 WHERE redirect_hash = $1 AND asked_ms IS NULL;

-- name: release_form
UPDATE urls SET state = 'skipped', why = NULL, redirect_hash = NULL WHERE host_id = $1 AND hash = $2;

-- name: is_canonical
SELECT 1 FROM articles WHERE article_id = $1 AND canonical_url = $2;

-- name: waiting_place
SELECT band, rank FROM queue WHERE host_id = $1 AND hash = $2 AND kind = 0;

-- name: set_url_article
UPDATE urls u SET article_id = g.article_id, next_ms = g.next_ms
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS g (url_id, article_id, next_ms)
 WHERE u.url_id = g.url_id;

-- name: url_asked
SELECT coalesce(asked_ms, 0), coalesce(article_id, 0) FROM urls WHERE host_id = $1 AND hash = $2;

-- name: url_of_origin_asked
SELECT coalesce(u.asked_ms, 0) FROM hosts h JOIN urls u USING (host_id) WHERE h.origin = $1 AND u.hash = $2;

-- name: url_state
SELECT url_id, state, nights, coalesce(article_id, 0), redirect_url, redirect_hash FROM urls
 WHERE host_id = $1 AND hash = $2;

-- name: mark_redirect_loop
UPDATE urls SET state = 'error', why = 'redirect loop', next_ms = NULL
 WHERE host_id = $1 AND hash = $2;

-- name: put_url_source
INSERT INTO url_sources AS s (url_id, feed_id, first_ms, last_ms)
SELECT g.url_id, g.feed_id, g.now_ms, g.now_ms
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS g (url_id, feed_id, now_ms)
ON CONFLICT (url_id, feed_id) DO UPDATE SET last_ms = excluded.last_ms
 WHERE excluded.last_ms > s.last_ms + 86400000;

-- name: put_source_of_known_url
INSERT INTO url_sources AS s (url_id, feed_id, first_ms, last_ms)
SELECT u.url_id, g.feed_id, min(g.now_ms), max(g.now_ms)
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS g (host_id, hash, feed_id, now_ms)
  JOIN urls u USING (host_id, hash)
 GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (url_id, feed_id) DO UPDATE SET last_ms = excluded.last_ms
 WHERE excluded.last_ms > s.last_ms + 86400000;

-- name: insert_fetch
WITH given AS MATERIALIZED (
  SELECT nextval(pg_get_serial_sequence('fetches', 'fetch_id')) AS fetch_id, g.* FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[],
    $8::text[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::text[],
    $15::text[], $16::smallint[], $17::bigint[], $18::bigint[], $19::text[]) WITH ORDINALITY
    AS g (run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, error, retry_after_ms,
          http, ip, bytes_wire, bytes_body, mime, charset, truncated, body_hash, raw_id, redirect_url,
          place)),
put AS (
  INSERT INTO fetches(fetch_id, run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, error,
                      retry_after_ms, http, ip, bytes_wire, bytes_body, mime, charset, truncated,
                      body_hash, raw_id, redirect_url)
  SELECT fetch_id, run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, error,
         retry_after_ms, http, ip, bytes_wire, bytes_body, mime, charset, truncated, body_hash, raw_id,
         redirect_url
    FROM given)
SELECT fetch_id, place FROM given;

-- name: raw_of_hash
SELECT r.raw_id, r.last_ms, g.place
  FROM unnest($1::bigint[]) WITH ORDINALITY AS g (body_hash, place) JOIN raw_pages r USING (body_hash);

-- name: insert_raw
-- The same page may just have come to another worker: then it is the same row.
INSERT INTO raw_pages AS r (body_hash, last_ms, codec, headers, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (body_hash) DO UPDATE SET last_ms = greatest(r.last_ms, excluded.last_ms) RETURNING raw_id;

-- name: touch_raw
UPDATE raw_pages SET last_ms = $2 WHERE raw_id = $1;

-- name: raw_bytes
SELECT coalesce(sum(bytes), 0)::bigint FROM raw_pages;

-- name: oldest_raw_pages
SELECT raw_id, last_ms, bytes FROM raw_pages ORDER BY last_ms LIMIT $1;

-- name: drop_raw_page
DELETE FROM raw_pages WHERE raw_id = $1 OR base_id = $1;

-- name: drop_fetches
DELETE FROM fetches WHERE started_ms < $1 AND fetch_id IN (
  SELECT fetch_id FROM fetches ORDER BY fetch_id LIMIT $2);

-- name: oldest_articles
SELECT article_id FROM articles
 WHERE first_seen_ms < $1 AND article_id < (SELECT max(article_id) FROM articles)
   AND article_id IN (SELECT article_id FROM articles ORDER BY article_id LIMIT $2);

-- ---- sources

-- name: feed_of_url
SELECT feed_id FROM feeds WHERE host_id = $1 AND hash = $2;

-- name: insert_feed
INSERT INTO feeds(site_id, host_id, hash, url, source, found_via, depth)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (host_id, hash) DO UPDATE SET hash = excluded.hash RETURNING feed_id;

-- name: feed_facts
SELECT host_id, hash, url, poll_min, fail_score, moving, coalesce(hint_min, 0), depth, source,
       (found_via = 'guess')::int, (last_ok_ms IS NOT NULL)::int, (unlisted_ms IS NOT NULL)::int,
       newest_ms, lastmod_ms
  FROM feeds WHERE feed_id = $1;

-- name: hasten_source
UPDATE queue q SET rank = g.rank
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
    AS g (host_id, hash, changed_ms, rank, place)
  JOIN feeds f ON f.host_id = g.host_id AND f.hash = g.hash AND f.status = 'ok' AND f.asked_ms < g.changed_ms
 WHERE q.host_id = g.host_id AND q.band = 0 AND q.rank = f.next_ms AND q.hash = g.hash AND q.rank > g.rank
RETURNING g.place;

-- name: revive_feed
UPDATE feeds f SET retired_ms = NULL, status = 'new'
  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS g (host_id, hash, place)
 WHERE f.host_id = g.host_id AND f.hash = g.hash AND f.retired_ms IS NOT NULL
RETURNING f.feed_id, g.place;

-- name: list_feed
UPDATE feeds f SET parent_id = coalesce((SELECT p.parent_id FROM feeds p
                                          WHERE p.feed_id = g.parent_id AND p.source = 5), g.parent_id),
  listed_ms = g.listed_ms, lastmod_ms = g.lastmod_ms, unlisted_ms = NULL
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS g (host_id, hash, parent_id, listed_ms, lastmod_ms)
 WHERE f.host_id = g.host_id AND f.hash = g.hash AND f.feed_id IS DISTINCT FROM g.parent_id;

-- name: unlist_feeds
UPDATE feeds SET unlisted_ms = $2 WHERE parent_id = $1 AND listed_ms < $2 AND unlisted_ms IS NULL;

-- name: set_feed_moving
UPDATE feeds SET moving = $2, asked_ms = $3 WHERE feed_id = $1;

-- name: move_feed
UPDATE feeds SET host_id = $2, hash = $3, url = $4, moving = 0
 WHERE feed_id = $1
   AND NOT EXISTS (SELECT 1 FROM feeds o WHERE o.host_id = $2 AND o.hash = $3 AND o.feed_id <> $1);

-- name: feed_like
SELECT 1 FROM feeds f JOIN feeds o ON o.site_id = f.site_id AND o.source = f.source
 WHERE f.feed_id = $1 AND o.feed_id <> $1 AND o.told_hash = $2 AND o.status = 'ok' LIMIT 1;

-- name: api_of_page
SELECT coalesce(parent_id, feed_id) FROM feeds WHERE feed_id = $1;

-- name: retire_feed
UPDATE feeds SET status = 'moved', next_ms = NULL, asked_ms = $2 WHERE feed_id = $1;

-- name: update_feed
UPDATE feeds SET kind = coalesce($2, kind), title = coalesce($3, title), hub = coalesce($4, hub),
  sends_304 = greatest(sends_304, $5), hint_min = $6, poll_min = $7, next_ms = $8,
  asked_ms = coalesce($9, asked_ms), last_ok_ms = coalesce($10, last_ok_ms),
  last_new_ms = coalesce($11, last_new_ms), last_ms = $12, last_bytes = $13,
  last_records = coalesce($14, last_records), last_new = $15, last_http = $16, last_error = $17,
  fail_score = $18, status = $19, newest_ms = $20, retired_ms = $21,
  polls = polls + ($22::bigint IS NOT NULL)::int, unchanged = coalesce($22, unchanged),
  told_hash = coalesce($23, told_hash)
 WHERE feed_id = $1;

-- name: put_api_record
INSERT INTO api_records AS r (feed_id, key, fetch_id, first_ms, seen_ms, data)
VALUES ($1, $2, $3, $4, $4, json_of($5))
ON CONFLICT (feed_id, key_md5) DO UPDATE SET data = excluded.data, seen_ms = excluded.seen_ms,
  fetch_id = excluded.fetch_id
 WHERE r.data::text <> excluded.data::text
RETURNING (first_ms = seen_ms)::int;

-- ---- articles

-- name: url_is_told
SELECT 1 FROM urls WHERE host_id = $1 AND hash = $2 AND asked_ms IS NULL
   AND why = 'told by an API';

-- name: put_told_url
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES ($1, $2, $3, $4, $5, 2, 'done', 'told by an API', $6)
ON CONFLICT (host_id, hash) DO UPDATE SET hash = excluded.hash
RETURNING url_id, coalesce(article_id, 0);

-- name: article_by_id
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM articles WHERE article_id = $1;

-- name: article_by_canon
-- Of several the first, as SQLite's index has them; here and below OFFSET 0, or all of the table might be
-- read in that order.
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM (SELECT * FROM articles WHERE canonical_url = $1 AND site_id = $2 OFFSET 0) a ORDER BY article_id;

-- name: articles_by_title
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM (SELECT * FROM articles
         WHERE title_hash = $1 AND site_id = $2 AND pub_day = day_of($3) OFFSET 0) a
 ORDER BY article_id LIMIT 20;

-- name: articles_by_lasting
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0), body
  FROM (SELECT * FROM articles WHERE lasting_hash = $1 AND site_id = $2 OFFSET 0) a
 ORDER BY article_id LIMIT 4;

-- name: article_texts
SELECT title, lead, body FROM articles WHERE article_id = $1;

-- name: insert_article
INSERT INTO articles(site_id, url_id, first_seen_ms, published_ms, published_has_time,
  published_zone_min, published_from, modified_ms, words, lang, section, free_access, fetch_id,
  text_hash, title_hash, simhash, extractor, canonical_url, image_url, site_name, title_from,
  body_from, authors_from, title, lead, body, story_id, lasting_hash, article_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
  $21, $22, $23, $24, $25, $26, $27, $28,
  coalesce($29, nextval(pg_get_serial_sequence('articles', 'article_id'))))
RETURNING article_id;

-- name: keep_revision
INSERT INTO article_revisions(article_id, rev, seen_ms, fetch_id, modified_ms, text_hash, words,
                              changed, title, lead, body, extractor)
SELECT article_id, rev_count, coalesce(revised_ms, first_seen_ms), fetch_id, modified_ms,
       text_hash, words, changed, title, lead, body, extractor
  FROM articles WHERE article_id = $1;

-- name: revise_article
UPDATE articles SET title = $2, lead = $3, body = $4, text_hash = $5, title_hash = $6,
  simhash = $7, words = $8, revised_ms = CASE WHEN $18::int <> 0 THEN $9 ELSE revised_ms END,
  changed = CASE WHEN $18::int <> 0 THEN $10 ELSE changed END, fetch_id = $11,
  modified_ms = coalesce($12, modified_ms), extractor = $13, image_url = coalesce($14, image_url),
  title_from = $15, body_from = $16, free_access = coalesce($17, free_access),
  rev_count = rev_count + $18::int, gone_ms = NULL, lasting_hash = coalesce($19, lasting_hash)
 WHERE article_id = $1;

-- name: compare_article
SELECT (title IS DISTINCT FROM $24)::int, (lead IS DISTINCT FROM $25)::int,
  (body IS DISTINCT FROM $26)::int,
  (NOT (rev_count > 1 AND $4::bigint IS NULL)
     AND (published_ms IS DISTINCT FROM $4 OR published_has_time IS DISTINCT FROM $5
          OR published_zone_min IS DISTINCT FROM $6)
   OR modified_ms IS DISTINCT FROM CASE WHEN rev_count > 1 THEN coalesce($8, modified_ms) ELSE $8 END)::int,
  (lang IS DISTINCT FROM $10 OR section IS DISTINCT FROM $11 OR free_access IS DISTINCT FROM $12
   OR canonical_url IS DISTINCT FROM $18 OR image_url IS DISTINCT FROM $19
   OR site_name IS DISTINCT FROM $20)::int
  FROM articles WHERE article_id = $27
   AND num_nulls($1::bigint, $2::bigint, $3::bigint, $7::text, $9::bigint, $13::bigint, $14::bigint,
         $15::bigint, $16::bigint, $17::text, $21::text, $22::text, $23::text) >= 0; -- not looked at

-- name: correct_article
UPDATE articles SET
  published_ms = CASE WHEN rev_count > 1 AND $4::bigint IS NULL THEN published_ms ELSE $4 END,
  published_has_time = CASE WHEN rev_count > 1 AND $4 IS NULL THEN published_has_time ELSE $5 END,
  published_zone_min = CASE WHEN rev_count > 1 AND $4 IS NULL THEN published_zone_min ELSE $6 END,
  published_from = CASE WHEN rev_count > 1 AND $4 IS NULL THEN published_from ELSE $7 END,
  modified_ms = CASE WHEN rev_count > 1 THEN coalesce($8, modified_ms) ELSE $8 END, words = $9, lang = $10,
  section = $11, free_access = $12, fetch_id = $13, text_hash = $14, title_hash = $15,
  simhash = $16, extractor = $17, canonical_url = $18, image_url = $19, site_name = $20,
  title_from = $21, body_from = $22, authors_from = $23, title = $24, lead = $25, body = $26,
  lasting_hash = $28
 WHERE article_id = $27 AND num_nulls($1::bigint, $2::bigint, $3::bigint) >= 0; -- not looked at

-- name: canonical_of_other
SELECT 1 FROM articles
 WHERE canonical_url = $1 AND site_id = $2 AND article_id <> $3 LIMIT 1;

-- name: byline_of_article
SELECT string_agg(w.name, chr(10) ORDER BY x.pos) FROM article_authors x JOIN authors w USING (author_id)
 WHERE x.article_id = $1;

-- name: set_article_gone
UPDATE articles SET gone_ms = $2 WHERE article_id = $1;

-- name: url_of_article
SELECT u.state, u.redirect_hash, u.redirect_url, a.canonical_url FROM articles a JOIN urls u USING (url_id)
 WHERE a.article_id = $1;

-- name: disown_canonical
UPDATE articles SET canonical_url = (SELECT url FROM urls WHERE urls.url_id = articles.url_id)
 WHERE article_id = $1;

-- name: move_article
UPDATE articles SET url_id = $2, canonical_url = $3, lasting_hash = coalesce($4, lasting_hash)
 WHERE article_id = $1;

-- name: articles_of_story_keys
SELECT v.place, k.article_id
  FROM (VALUES (0, $1::bigint), (1, $2), (2, $3), (3, $4), (4, $5), (5, $6), (6, $7), (7, $8)) v(place, key)
  JOIN story_keys k ON k.key = v.key ORDER BY 1, 2;

-- name: add_story_keys
INSERT INTO story_keys(key, article_id)
SELECT v.key, $6 FROM (VALUES ($1::bigint), ($2), ($3), ($4), ($5)) v(key) WHERE v.key IS NOT NULL
ON CONFLICT DO NOTHING;

-- name: article_to_compare
SELECT story_id, simhash, body FROM articles
 WHERE article_id = $1 AND site_id <> $2 AND body IS NOT NULL;

-- name: begin_story
UPDATE articles SET story_id = article_id WHERE article_id = $1 AND story_id IS NULL;

-- name: insert_author
-- In order, so that two workers with the same names can't wait for each other.
INSERT INTO authors(name)
SELECT DISTINCT ON (text_key(name)) name
  FROM unnest($1::text[]) WITH ORDINALITY AS g (name, place)
 WHERE NOT EXISTS (SELECT 1 FROM authors w WHERE text_key(w.name) = text_key(g.name))
 ORDER BY text_key(name), place
ON CONFLICT DO NOTHING;

-- name: insert_article_author
INSERT INTO article_authors(article_id, author_id, pos)
SELECT DISTINCT ON (g.article_id, w.author_id) g.article_id, w.author_id, g.pos
  FROM unnest($1::bigint[], $2::text[], $3::int[]) AS g (article_id, name, pos)
  JOIN authors w ON text_key(w.name) = text_key(g.name)
 ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING;

-- name: insert_tag
-- in order, too
INSERT INTO tags(tag)
SELECT DISTINCT ON (text_key(tag)) tag
  FROM unnest($1::text[]) WITH ORDINALITY AS g (tag, place)
 WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE text_key(t.tag) = text_key(g.tag))
 ORDER BY text_key(tag), place
ON CONFLICT DO NOTHING;

-- name: insert_article_tag
INSERT INTO article_tags(article_id, tag_id)
SELECT DISTINCT g.article_id, t.tag_id
  FROM unnest($1::bigint[], $2::text[]) AS g (article_id, tag)
  JOIN tags t ON text_key(t.tag) = text_key(g.tag)
ON CONFLICT DO NOTHING;

-- name: insert_link
INSERT INTO links(article_id, to_url, to_domain, anchor, rel)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT DO NOTHING;

-- name: drop_links
DELETE FROM links WHERE article_id = $1;

-- name: drop_article_authors
DELETE FROM article_authors WHERE article_id = $1;

-- name: put_reservations
INSERT INTO reservations AS r (article_id, page, head, robots, files)
SELECT $1, coalesce($2::int, 0), coalesce($3::int, 0), coalesce($4::int, 0), coalesce($5::int, 0)
 WHERE coalesce($2, 0) | coalesce($3, 0) | coalesce($4, 0) | coalesce($5, 0) <> 0
    OR EXISTS (SELECT 1 FROM reservations WHERE article_id = $1)
ON CONFLICT (article_id) DO UPDATE SET page = coalesce($2, r.page), head = coalesce($3, r.head),
  robots = coalesce($4, r.robots), files = coalesce($5, r.files)
 WHERE r.page <> coalesce($2, r.page) OR r.head <> coalesce($3, r.head)
    OR r.robots <> coalesce($4, r.robots) OR r.files <> coalesce($5, r.files);

-- name: drop_article_tags
DELETE FROM article_tags WHERE article_id = $1;

-- name: drop_story_keys
DELETE FROM story_keys WHERE key IN ($1, $2, $3, $4, $5) AND article_id = $6;

-- ---- an article goes

-- name: article_to_remove
SELECT coalesce(a.published_ms, a.first_seen_ms), coalesce(a.story_id, 0), a.rev_count,
       CASE WHEN r.rev IS NULL THEN a.body ELSE r.body END, a.site_id
  FROM articles a LEFT JOIN article_revisions r ON r.article_id = a.article_id AND r.rev = 1
 WHERE a.article_id = $1;

-- name: authors_of_article
SELECT author_id FROM article_authors WHERE article_id = $1;

-- name: tags_of_article
SELECT tag_id FROM article_tags WHERE article_id = $1;

-- name: drop_second_look
DELETE FROM queue WHERE (host_id, band, rank, hash) IN (
  SELECT u.host_id, 3, u.next_ms, u.hash FROM articles a JOIN urls u USING (url_id)
   WHERE a.article_id = $1);

-- name: forget_article_of_url
UPDATE urls SET article_id = NULL, next_ms = NULL
 WHERE url_id = (SELECT url_id FROM articles WHERE article_id = $1);

-- name: drop_article
-- revisions, links, its search entry and what else is its own go with it
DELETE FROM articles WHERE article_id = $1;

-- name: drop_unused_author
DELETE FROM authors WHERE author_id = $1
   AND NOT EXISTS (SELECT 1 FROM article_authors WHERE author_id = $1);

-- name: drop_unused_tag
DELETE FROM tags WHERE tag_id = $1 AND NOT EXISTS (SELECT 1 FROM article_tags WHERE tag_id = $1);

-- name: story_members
SELECT count(*), coalesce(min(article_id), 0), coalesce(bool_or(article_id = $1), false)::int
  FROM articles WHERE story_id = $1;

-- name: rename_story
UPDATE articles SET story_id = $2 WHERE story_id = $1;

-- ---- take-downs. Of those with two parameters: ?1 kind, ?2 matches

-- name: insert_takedown
INSERT INTO takedowns(pattern, kind, matches, reason, asked_by, at_ms, rows_gone)
SELECT $1, $2, $3, $4, $5, $6::bigint, 0
 WHERE NOT EXISTS (SELECT 1 FROM takedowns WHERE kind = $2 AND matches = $3 AND done_ms IS NULL);

-- name: all_takedowns
SELECT DISTINCT kind, matches FROM takedowns;

-- name: next_takedown
SELECT takedown_id, kind, matches FROM takedowns WHERE removed_ms IS NULL
 ORDER BY takedown_id LIMIT 1;

-- name: open_takedown
SELECT takedown_id FROM takedowns WHERE done_ms IS NULL LIMIT 1;

-- name: count_taken_rows
UPDATE takedowns SET rows_gone = rows_gone + $2 WHERE takedown_id = $1;

-- name: set_takedown_removed
UPDATE takedowns SET removed_ms = $2 WHERE takedown_id = $1;

-- name: set_takedowns_done
UPDATE takedowns SET done_ms = $1 WHERE done_ms IS NULL;

-- name: deny_url
INSERT INTO urls AS u (host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES ($1, $2, $3, $4, $5, $6, 'denied', $7, $8)
ON CONFLICT (host_id, hash) DO UPDATE SET state = 'denied', why = excluded.why
 WHERE u.state <> 'denied' OR u.why IS DISTINCT FROM excluded.why;

-- name: drop_taken_records
DELETE FROM api_records WHERE record_id IN (
  SELECT r.record_id FROM api_records r JOIN feeds f USING (feed_id)
   WHERE url_is_taken(f.url || '#' || r.key, 0, $1, $2, taken_hashes($1, $2))
      OR json_is_taken(r.data::text, $1, $2));

-- name: drop_taken_records_of_urls
DELETE FROM api_records WHERE record_id IN (
  SELECT r.record_id FROM urls u JOIN feeds f ON f.feed_id = u.feed_id
    JOIN api_records r ON r.feed_id = coalesce(f.parent_id, f.feed_id)
   WHERE u.why = 'told by an API' AND url_is_taken(u.url, u.hash, $1, $2, taken_hashes($1, $2))
     AND position(u.url IN r.data::text) > 0);

-- name: keep_taken_waiting
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
SELECT q.host_id, q.hash, h.origin || q.path, q.site_id, q.feed_id,
       CASE q.kind WHEN 0 THEN 2 WHEN 1 THEN 3 ELSE 1 END, 'denied', 'taken down',
       coalesce(q.found_ms, q.rank * 1000)
  FROM queue q JOIN hosts h USING (host_id)
 WHERE url_is_taken(h.origin || q.path, q.hash, $1, $2, taken_hashes($1, $2))
ON CONFLICT DO NOTHING;

-- name: deny_taken_urls
UPDATE urls SET state = 'denied', why = 'taken down', next_ms = NULL
 WHERE url_is_taken(url, hash, $1, $2, taken_hashes($1, $2))
    OR url_id IN (SELECT url_id FROM articles
                   WHERE url_is_taken(canonical_url, 0, $1, $2, taken_hashes($1, $2)));

-- name: deny_taken_twins
UPDATE urls SET state = 'denied', why = 'taken down', next_ms = NULL
 WHERE why IS DISTINCT FROM 'taken down' AND (
   article_id IN (SELECT article_id FROM urls WHERE why = 'taken down')
   OR asked_ms IS NULL AND redirect_hash IN (SELECT hash FROM urls WHERE why = 'taken down'));

-- name: drop_taken_waiting
DELETE FROM queue WHERE (host_id, hash) IN (
  SELECT host_id, hash FROM urls WHERE why = 'taken down');

-- name: recount_new_queued
UPDATE hosts SET new_queued =
  (SELECT count(*) FROM queue WHERE queue.host_id = hosts.host_id AND band = 1)
 WHERE new_queued > 0;

-- name: recount_queued
UPDATE meta SET value = ((SELECT count(*) FROM queue)
                         - (SELECT coalesce(sum(queued), 0) FROM workers))::bigint::text
 WHERE key = 'queued';

-- name: retire_taken_feeds
UPDATE feeds SET status = 'dead', retired_ms = $3, next_ms = NULL, title = NULL, hub = NULL
 WHERE url_is_taken(url, hash, $1, $2, taken_hashes($1, $2));

-- name: disable_taken_sites
UPDATE sites SET enabled = 0 WHERE url_is_taken(home_url, 0, $1, $2, taken_hashes($1, $2));

-- name: taken_articles
SELECT article_id FROM urls WHERE why = 'taken down' AND article_id IS NOT NULL
UNION
SELECT a.article_id FROM articles a JOIN urls u USING (url_id) WHERE u.why = 'taken down';

-- name: mark_taken_raw
UPDATE raw_pages SET base_id = -1
 WHERE raw_id IN (SELECT f.raw_id FROM urls u JOIN fetches f USING (url_id)
                   WHERE u.why = 'taken down')
    OR body_hash IN (SELECT body_hash FROM urls WHERE why = 'taken down')
    OR NOT EXISTS (SELECT 1 FROM fetches f WHERE f.raw_id = raw_pages.raw_id);

-- name: drop_taken_raw
DELETE FROM raw_pages WHERE base_id = -1;

-- name: forget_taken_fetches
UPDATE fetches SET raw_id = NULL, body_hash = NULL
 WHERE url_id IN (SELECT url_id FROM urls WHERE why = 'taken down')
   AND (raw_id IS NOT NULL OR body_hash IS NOT NULL);

-- name: forget_taken_urls
UPDATE urls SET article_id = NULL, etag = NULL, last_modified = NULL, body_hash = NULL
 WHERE why = 'taken down';

-- name: drop_unused_authors
DELETE FROM authors w
 WHERE NOT EXISTS (SELECT 1 FROM article_authors x WHERE x.author_id = w.author_id);

-- name: drop_unused_tags
DELETE FROM tags t WHERE NOT EXISTS (SELECT 1 FROM article_tags x WHERE x.tag_id = t.tag_id);


-- ---- full-text search

-- name: index_article
INSERT INTO articles_fts(article_id, config, words)
SELECT g.article_id, c.config, search_words(c.config, g.title, g.lead, g.body)
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS g (article_id, title, lead, body)
 CROSS JOIN LATERAL (SELECT search_config(lang) FROM articles a WHERE a.article_id = g.article_id LIMIT 1) AS c (config)
ON CONFLICT (article_id) DO UPDATE SET config = excluded.config, of_signs = 0, words = excluded.words;

-- name: index_article_of_signs
INSERT INTO articles_fts(article_id, config, of_signs, words)
SELECT g.article_id, 'pg_catalog.simple', 1, search_words('pg_catalog.simple', g.title, g.lead, g.body)
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS g (article_id, title, lead, body)
ON CONFLICT (article_id) DO UPDATE SET config = excluded.config, of_signs = 1, words = excluded.words;

-- name: unindex_article
DELETE FROM articles_fts WHERE article_id = $1 AND of_signs = 0;

-- name: unindex_article_of_signs
DELETE FROM articles_fts WHERE article_id = $1 AND of_signs = 1;

-- name: add_to_backlog
INSERT INTO search_backlog(article_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING;

-- name: next_of_backlog
SELECT article_id FROM search_backlog ORDER BY article_id LIMIT 1;

-- name: drop_from_backlog
DELETE FROM search_backlog WHERE article_id = $1;

-- ---- a copy of the database (storage/copy)

-- name: copy_mark
-- which database this is, and how far it has come: another run or take-down makes it another
SELECT (SELECT value FROM meta WHERE key = 'hash_seed')
  || ' ' || (SELECT coalesce(max(run_id), 0) FROM runs)
  || ' ' || (SELECT coalesce(max(fetch_id), 0) FROM fetches)
  || ' ' || (SELECT coalesce(max(url_id), 0) FROM urls)
  || ' ' || (SELECT coalesce(max(article_id), 0) FROM articles)
  || ' ' || (SELECT coalesce(max(takedown_id), 0) FROM takedowns)
  || ' ' || (SELECT coalesce(max(site_id), 0) FROM sites);

-- name: read_copy
-- the mark of the database of which a copy was begun here
SELECT value FROM meta WHERE key = 'copy';

-- name: read_copied
-- … and was completed
SELECT value FROM meta WHERE key = 'copied';

-- name: begin_copy
-- what has no seed is not opened as a database
DELETE FROM meta WHERE key IN ('hash_seed', 'queued', 'copied');

-- name: mark_copy
INSERT INTO meta(key, value) VALUES ('copy', $1);

-- name: end_copy
UPDATE meta SET key = 'copied' WHERE key = 'copy';

-- name: count_backlog
SELECT count(*) FROM search_backlog;

-- name: fill_backlog
INSERT INTO search_backlog(article_id) SELECT article_id FROM articles WHERE true
ON CONFLICT DO NOTHING;

-- ---- kept pages, packed

-- name: pages_to_pack
SELECT site_id, raw_id FROM (
  SELECT site_id, raw_id, last_ms, count(*) OVER (PARTITION BY site_id) AS pages FROM (
    SELECT min(u.site_id) AS site_id, r.raw_id, r.last_ms
      FROM fetches f JOIN urls u USING (url_id) JOIN raw_pages r USING (raw_id)
     WHERE u.site_id IS NOT NULL AND r.base_id IS NULL
     GROUP BY r.raw_id) p) p
 WHERE pages >= $1 ORDER BY site_id, last_ms DESC, raw_id DESC;

-- name: page_to_pack
SELECT codec, body FROM raw_pages WHERE raw_id = $1;

-- name: pack_raw_page
UPDATE raw_pages SET codec = 'zstd', base_id = $2, body = $3 WHERE raw_id = $1;

-- name: leave_raw_page
UPDATE raw_pages SET base_id = 0 WHERE raw_id = $1;

-- ---- kept pages, read again

-- name: pages_to_reread
SELECT u.url_id, coalesce(a.article_id, 0) AS article_id, u.site_id, u.kind, s.home_url, s.domain,
  (SELECT json_build_object('fields', json_agg(json_build_array(rule_id, field, kind, selector, from_day,
      until_day) ORDER BY rule_id))
     FROM site_rules r WHERE r.site_id = s.site_id HAVING count(*) > 0) AS rules,
  f.fetch_id, f.started_ms, f.total_ms, p.url, r.headers,
  CASE WHEN r.base_id > 0 THEN 'none' ELSE r.codec END AS codec, r.body,
  CASE WHEN r.base_id > 0 THEN coalesce((SELECT b.body FROM raw_pages b
      WHERE b.raw_id = r.base_id AND b.raw_id <> r.raw_id), '') END AS base
  FROM urls u JOIN sites s USING (site_id) LEFT JOIN articles a ON a.url_id = u.url_id
  JOIN fetches f ON f.fetch_id = coalesce(
    (SELECT x.fetch_id FROM fetches x JOIN raw_pages y USING (raw_id)
      WHERE x.fetch_id = a.fetch_id AND y.body IS NOT NULL),
    (SELECT x.fetch_id FROM fetches x JOIN raw_pages y USING (raw_id)
      WHERE x.url_id = u.url_id AND y.body IS NOT NULL ORDER BY x.started_ms DESC LIMIT 1))
  JOIN raw_pages r USING (raw_id) JOIN urls p ON p.url_id = f.url_id
 WHERE u.url_id > $2 AND u.kind IN (2, 3)
   AND CASE WHEN a.article_id IS NOT NULL THEN a.extractor <> $1 AND a.withdrawn_ms IS NULL
            ELSE u.article_id IS NULL AND u.state = 'done' AND u.redirect_url IS NULL
              AND u.extractor IS DISTINCT FROM $1 END
   AND ($5::text IS NULL OR s.domain = $5) AND ($6::bigint IS NULL OR f.started_ms >= $6)
   AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = u.site_id
     AND position(',' || l.label || ',' IN $7) > 0))
   AND num_nulls($3::bigint) >= 0 -- not looked at
 ORDER BY u.url_id LIMIT $4;

-- name: versions_to_reread
WITH due AS MATERIALIZED (
  SELECT article_id, fetch_id FROM article_revisions r
   WHERE article_id >= $2 AND (article_id, fetch_id) > ($2, $3) AND extractor IS DISTINCT FROM $1
     AND EXISTS (SELECT 1 FROM fetches f JOIN raw_pages p USING (raw_id)
                  WHERE f.fetch_id = r.fetch_id AND p.body IS NOT NULL
                    AND ($6::bigint IS NULL OR f.started_ms >= $6))
     AND EXISTS (SELECT 1 FROM articles a JOIN sites s USING (site_id)
                  WHERE a.article_id = r.article_id AND a.withdrawn_ms IS NULL
                    AND ($5::text IS NULL OR s.domain = $5)
                    AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = s.site_id
                      AND position(',' || l.label || ',' IN $7) > 0)))
   ORDER BY 1, 2 LIMIT $4)
SELECT u.url_id, d.article_id, u.site_id, u.kind, s.home_url, s.domain,
  (SELECT json_build_object('fields', json_agg(json_build_array(rule_id, field, kind, selector, from_day,
      until_day) ORDER BY rule_id))
     FROM site_rules r WHERE r.site_id = s.site_id HAVING count(*) > 0) AS rules,
  d.fetch_id, f.started_ms, f.total_ms, u.url, p.headers, CASE WHEN p.base_id > 0 THEN 'none' ELSE p.codec END AS codec, p.body,
  CASE WHEN p.base_id > 0 THEN coalesce((SELECT b.body FROM raw_pages b
      WHERE b.raw_id = p.base_id AND b.raw_id <> p.raw_id), '') END AS base
  FROM due d JOIN fetches f USING (fetch_id) JOIN raw_pages p USING (raw_id)
  JOIN urls u USING (url_id) JOIN sites s USING (site_id);

-- name: compare_version
SELECT rev, (title IS DISTINCT FROM $3 OR lead IS DISTINCT FROM $4 OR body IS DISTINCT FROM $5)::int,
       (body IS DISTINCT FROM $5)::int
  FROM article_revisions WHERE article_id = $1 AND fetch_id = $2;

-- name: correct_version
UPDATE article_revisions SET title = $3, lead = $4, body = $5, text_hash = $6, words = $7,
  modified_ms = coalesce($8, modified_ms), extractor = $9
 WHERE article_id = $1 AND rev = $2;

-- name: mark_version_read
UPDATE article_revisions SET extractor = $2 WHERE article_id = $1 AND fetch_id = $3;

-- name: version_like_next
SELECT r.rev FROM article_revisions r JOIN articles a USING (article_id)
  LEFT JOIN article_revisions n ON n.article_id = r.article_id AND n.rev = r.rev + 1
 WHERE r.article_id = $1
   AND r.text_hash = CASE WHEN n.rev IS NULL THEN a.text_hash ELSE n.text_hash END
 ORDER BY r.rev LIMIT 1;

-- name: date_back_next_version
UPDATE article_revisions SET seen_ms = (
  SELECT p.seen_ms FROM article_revisions p WHERE p.article_id = $1 AND p.rev = $2)
 WHERE article_id = $1 AND rev = $2::bigint + 1;

-- name: date_back_article
UPDATE articles SET rev_count = rev_count - 1,
  revised_ms = CASE WHEN $2::bigint + 1 < rev_count THEN revised_ms ELSE (
    SELECT seen_ms FROM article_revisions p WHERE p.article_id = $1 AND p.rev = $2 AND $2 > 1) END
 WHERE article_id = $1;

-- name: drop_version
DELETE FROM article_revisions WHERE article_id = $1 AND rev = $2;

-- name: renumber_versions
UPDATE article_revisions SET rev = 1 - rev WHERE article_id = $1 AND rev > $2;

-- name: turn_numbers_of_versions
UPDATE article_revisions SET rev = -rev WHERE article_id = $1 AND rev <= -$2::bigint;

-- name: tell_changes_of_versions
UPDATE article_revisions SET changed = (
  SELECT concat_ws(',', CASE WHEN p.title IS DISTINCT FROM article_revisions.title THEN 'title' END,
                        CASE WHEN p.lead IS DISTINCT FROM article_revisions.lead THEN 'lead' END,
                        CASE WHEN p.body IS DISTINCT FROM article_revisions.body THEN 'body' END)
    FROM article_revisions p WHERE p.article_id = $1 AND p.rev = article_revisions.rev - 1)
 WHERE article_id = $1;

-- name: tell_changes_of_article
UPDATE articles SET changed = (
  SELECT concat_ws(',', CASE WHEN p.title IS DISTINCT FROM articles.title THEN 'title' END,
                        CASE WHEN p.lead IS DISTINCT FROM articles.lead THEN 'lead' END,
                        CASE WHEN p.body IS DISTINCT FROM articles.body THEN 'body' END)
    FROM article_revisions p WHERE p.article_id = $1 AND p.rev = articles.rev_count - 1)
 WHERE article_id = $1;

-- name: set_story
UPDATE articles SET story_id = $2 WHERE article_id = $1 AND story_id IS NULL;

-- name: mark_article_read
UPDATE articles SET extractor = $2 WHERE article_id = $1;

-- name: mark_url_read
UPDATE urls SET extractor = $2 WHERE url_id = $1;

-- name: set_url_of_reread
UPDATE urls SET article_id = $2, why = NULL, extractor = NULL WHERE url_id = $1;

-- name: put_source_of_reread
INSERT INTO url_sources(url_id, feed_id, first_ms, last_ms)
SELECT url_id, feed_id, found_ms, found_ms FROM urls WHERE url_id = $1 AND feed_id IS NOT NULL
ON CONFLICT DO NOTHING;

-- ---- what commands read

-- name: read_runs
SELECT run_id AS run, outcome, iso(started) AS started, iso(ended) AS ended, secs AS seconds, requests, ok,
  not_modified AS unchanged, throttled, server_err, net_err, bytes, urls_new, articles_new,
  articles_revised, host, pid, version, r.argv AS argv_json, r.report AS figures_json,
  (SELECT count(*) FROM workers w WHERE w.lost = 1 AND w.ended_ms >= r.started_ms
      AND (r.ended_ms IS NULL OR w.ended_ms <= r.ended_ms)) AS workers_lost
  FROM v_run v JOIN runs r USING (run_id, outcome, requests, ok, not_modified, throttled, server_err,
       net_err, bytes, urls_new, articles_new, articles_revised, host, pid, version)
 WHERE $1::bigint IS NULL OR run_id = $1 ORDER BY run_id DESC LIMIT $2;

-- name: read_failures
SELECT h.origin,
  CASE WHEN f.status >= 400 THEN 'http ' || f.status ELSE split_part(f.error, ':', 1) END AS error,
  count(*) AS requests, count(DISTINCT f.url_id) AS urls, max(u.url) AS example
  FROM fetches f JOIN urls u USING (url_id) JOIN hosts h USING (host_id)
 WHERE f.run_id = $1 AND (f.status >= 400 OR f.error IS NOT NULL AND f.error NOT LIKE 'not %')
   AND NOT (u.kind = 0 AND f.status BETWEEN 400 AND 499 AND f.status <> 429)
   AND NOT (f.status IN (404, 410) AND EXISTS (SELECT 1 FROM feeds s
     WHERE s.host_id = u.host_id AND s.hash = u.hash AND s.found_via = 'guess'))
   AND ($3::text IS NULL OR u.site_id IN (SELECT site_id FROM site_labels
     WHERE position(',' || label || ',' IN $3) > 0))
 GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT $2;

-- name: read_alarms
SELECT s.home_url AS site, d.verdict, d.why
  FROM runs r CROSS JOIN sites s
  JOIN site_days d ON d.site_id = s.site_id AND d.day = div(r.started_ms, 86400000)::bigint
 WHERE r.run_id = $1 AND d.verdict NOT IN ('ok', 'new')
   AND ($2::text IS NULL OR s.site_id IN (SELECT site_id FROM site_labels
     WHERE position(',' || label || ',' IN $2) > 0))
 ORDER BY s.domain, s.home_url;

-- name: read_sites
WITH sources AS (
  SELECT site_id, count(*) AS n, count(*) FILTER (WHERE status IN ('failing', 'dead')) AS failing,
         max(asked_ms) AS asked_ms, max(last_ok_ms) AS last_ok_ms
    FROM feeds WHERE status <> 'moved' AND retired_ms IS NULL
     AND (found_via <> 'guess' OR last_ok_ms IS NOT NULL)
   GROUP BY site_id),
stored AS (
  SELECT site_id, count(*) AS n, count(*) FILTER (WHERE first_seen_ms > $1::bigint - 604800000) AS n7,
         max(first_seen_ms) AS newest_ms
    FROM articles GROUP BY site_id),
pages AS (SELECT url, state, why, asked_ms FROM urls WHERE kind = 3),
doing AS (
  SELECT s.home_url AS url, s.kind, s.domain, s.name, s.folder,
    CASE WHEN s.enabled = 0 THEN 'off'
         WHEN s.kind = 'page' THEN
           CASE coalesce(pages.state, 'new') WHEN 'done' THEN 'ok' ELSE coalesce(pages.state, 'new') END
         WHEN sources.failing = sources.n THEN 'failing'
         WHEN sources.asked_ms IS NULL THEN 'new'
         ELSE replace(coalesce(h.verdict, 'ok'), 'new', 'ok') END AS state,
    coalesce(sources.n, 0) AS sources, coalesce(sources.failing, 0) AS sources_failing,
    coalesce(stored.n, 0) AS articles, coalesce(stored.n7, 0) AS articles_7d,
    iso(stored.newest_ms) AS newest, iso(coalesce(sources.asked_ms, pages.asked_ms)) AS asked,
    coalesce(pages.why, (SELECT last_error FROM feeds f
       WHERE f.site_id = s.site_id AND f.last_error IS NOT NULL
         AND (f.found_via <> 'guess' OR f.last_ok_ms IS NOT NULL)
       ORDER BY f.asked_ms DESC NULLS LAST LIMIT 1))
      AS error, h.why,
    CASE WHEN sources.failing = sources.n THEN day_of(sources.last_ok_ms)
      ELSE day_of((SELECT min(x.day) FROM site_days x WHERE x.site_id = h.site_id
        AND x.verdict = h.verdict AND x.day <= h.day
        AND x.day > coalesce((SELECT max(y.day) FROM site_days y WHERE y.site_id = h.site_id
          AND y.verdict <> h.verdict AND y.day <= h.day), 0)) * 86400000) END::text AS since,
    (SELECT string_agg(label, ',' ORDER BY label) FROM site_labels l WHERE l.site_id = s.site_id) AS labels,
    s.country, s.lang, s.note, s.enabled,
    s.min_delay_ms AS delay_ms, s.max_per_run AS max_per_site, s.per_host, s.timeout_ms,
    nullif(concat_ws(',', CASE WHEN s.sources & 1 <> 0 THEN 'front' END,
      CASE WHEN s.sources & 2 <> 0 THEN 'section' END, CASE WHEN s.sources & 4 <> 0 THEN 'feed' END,
      CASE WHEN s.sources & 8 <> 0 THEN 'sitemap' END, CASE WHEN s.sources & 16 <> 0 THEN 'api' END), '')
      AS sources_asked, s.user_agent, s.cookie_jar,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'auth') AS auth,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'cookie') AS cookie,
    (SELECT string_agg(x.name, ',' ORDER BY x.name) FROM site_secrets x
      WHERE x.site_id = s.site_id AND x.key = 'header') AS headers,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'proxy') AS proxy
    FROM sites s LEFT JOIN sources USING (site_id) LEFT JOIN stored USING (site_id)
    LEFT JOIN pages ON s.kind = 'page' AND pages.url = s.home_url
    LEFT JOIN site_days h ON h.site_id = s.site_id AND s.enabled = 1 AND s.kind = 'site'
     AND h.day = (SELECT max(x.day) FROM site_days x WHERE x.site_id = s.site_id
       AND x.verdict IS NOT NULL AND x.day > div($1, 86400000)::bigint - 37))
SELECT *, coalesce(why, error) AS trouble FROM doing
 WHERE ($2::int = 0 OR state NOT IN ('ok', 'off', 'new') OR sources_failing > 0)
   AND ($5::text IS NULL OR position(',' || state || ',' IN $5) > 0)
   AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l JOIN sites s USING (site_id)
     WHERE s.home_url = doing.url AND position(',' || l.label || ',' IN $4) > 0))
 ORDER BY state IN ('ok', 'off', 'new'), domain, url LIMIT $3;

-- name: page_sites
WITH now AS (SELECT div(coalesce(ended_ms, $2), 86400000)::bigint AS today FROM runs WHERE run_id = $1),
asked AS (
  SELECT u.site_id, f.total_ms, u.kind, f.status, f.error,
         f.started_ms - lag(f.started_ms) OVER (PARTITION BY u.host_id ORDER BY f.started_ms) AS gap_ms
    FROM fetches f JOIN urls u USING (url_id) WHERE f.run_id = $1),
requests AS (
  SELECT site_id, count(*) AS n, max(total_ms) AS slowest_ms, min(gap_ms) AS gap_ms,
         count(*) FILTER (WHERE (status >= 400 OR error IS NOT NULL AND error NOT LIKE 'not %')
           AND coalesce(status, 0) NOT IN (404, 410)
           AND NOT (kind = 0 AND status BETWEEN 400 AND 499 AND status <> 429)) AS failed
    FROM asked GROUP BY site_id),
fresh AS (
  SELECT a.site_id, count(*) AS n
    FROM runs r CROSS JOIN sites s
    JOIN articles a ON a.site_id = s.site_id
     AND a.first_seen_ms BETWEEN r.started_ms AND coalesce(r.ended_ms, $2)
   WHERE r.run_id = $1 GROUP BY a.site_id),
month AS (
  SELECT site_id, string_agg((day - today + 29) || ':' || articles, ',' ORDER BY day) AS days,
         sum(articles) FILTER (WHERE day > today - 7)::double precision AS n,
         sum(titled) FILTER (WHERE day > today - 7) AS titled,
         sum(bodied) FILTER (WHERE day > today - 7) AS bodied,
         sum(dated) FILTER (WHERE day > today - 7) AS dated
    FROM now CROSS JOIN site_days
   WHERE day BETWEEN today - 29 AND today AND articles > 0 GROUP BY site_id)
SELECT s.home_url AS url, coalesce(r.n, 0) AS requests, coalesce(r.failed, 0) AS failed,
  r.slowest_ms, r.gap_ms, coalesce(fresh.n, 0) AS articles_new, m.days,
  m.titled / nullif(m.n, 0) AS title_ok, m.bodied / nullif(m.n, 0) AS body_ok,
  m.dated / nullif(m.n, 0) AS date_ok
  FROM sites s LEFT JOIN requests r USING (site_id) LEFT JOIN fresh USING (site_id)
  LEFT JOIN month m USING (site_id);

-- name: page_time
WITH run AS (
  SELECT run_id, started_ms, greatest(coalesce(ended_ms, $2) - started_ms, 1) + 1 AS span_ms
    FROM runs WHERE run_id = $1),
happened AS (
  SELECT div((f.started_ms - run.started_ms) * $3::bigint, span_ms)::bigint AS part, 1 AS request,
         ((f.status >= 400 OR (f.error IS NOT NULL AND f.error NOT LIKE 'not %'))
           AND coalesce(f.status, 0) NOT IN (404, 410))::int AS failed, 0 AS article
    FROM run JOIN fetches f USING (run_id)
  UNION ALL
  SELECT div((a.first_seen_ms - run.started_ms) * $3, span_ms)::bigint, 0, 0, 1
    FROM run CROSS JOIN sites s
    JOIN articles a ON a.site_id = s.site_id
     AND a.first_seen_ms BETWEEN run.started_ms AND run.started_ms + span_ms)
SELECT part, sum(request) AS requests, coalesce(sum(failed), 0)::double precision AS failed,
       sum(article) AS articles
  FROM happened WHERE part BETWEEN 0 AND $3 - 1 GROUP BY part ORDER BY part;

-- name: page_latency
WITH steps(least, below) AS (VALUES (0, 50), (50, 100), (100, 200), (200, 500), (500, 1000),
  (1000, 2000), (2000, 5000), (5000, 10000), (10000, NULL)),
of_run AS MATERIALIZED (SELECT total_ms AS value FROM fetches WHERE run_id = $1)
SELECT s.least, s.below,
  (SELECT count(*) FROM of_run WHERE value >= s.least AND (s.below IS NULL OR value < s.below))
    AS requests
  FROM steps s;

-- name: page_latency_points
WITH of_run AS (
  SELECT total_ms, row_number() OVER (ORDER BY total_ms) AS place, count(*) OVER () AS n
    FROM fetches WHERE run_id = $1 AND total_ms IS NOT NULL)
SELECT min(total_ms) FILTER (WHERE place >= n * 0.50) AS half_ms,
  min(total_ms) FILTER (WHERE place >= n * 0.95) AS most_ms,
  min(total_ms) FILTER (WHERE place >= n * 0.99) AS nearly_all_ms
  FROM of_run;

-- name: page_bytes
WITH steps(least, below) AS (VALUES (1, 1024), (1024, 4096), (4096, 16384), (16384, 65536),
  (65536, 262144), (262144, 1048576), (1048576, NULL)),
of_run AS MATERIALIZED (SELECT bytes_wire AS value FROM fetches WHERE run_id = $1)
SELECT s.least, s.below,
  (SELECT count(*) FROM of_run WHERE value >= s.least AND (s.below IS NULL OR value < s.below))
    AS requests
  FROM steps s;

-- name: page_results
SELECT CASE WHEN status >= 400 THEN 'http ' || status
            WHEN error IS NOT NULL AND error NOT LIKE 'not %' THEN split_part(error, ':', 1)
            WHEN status = 304 THEN 'unchanged' WHEN status >= 300 THEN 'redirect'
            ELSE 'ok' END AS class,
  count(*) AS requests,
  sum(((status >= 400 OR (error IS NOT NULL AND error NOT LIKE 'not %'))
       AND coalesce(status, 0) NOT IN (404, 410))::int) AS failed
  FROM fetches WHERE run_id = $1 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12;

-- name: page_growth
SELECT day_of(d.day * 86400000)::text AS day,
  (SELECT coalesce(sum(articles), 0)::bigint FROM site_days x WHERE x.day = d.day) AS articles
  FROM runs r CROSS JOIN LATERAL generate_series(div(coalesce(r.ended_ms, $2), 86400000)::bigint - 29,
                                                 div(coalesce(r.ended_ms, $2), 86400000)::bigint) AS d(day)
 WHERE r.run_id = $1;

-- name: page_sizes
SELECT day, bytes FROM (
  SELECT run_id, day_of(started_ms)::text AS day, (report ->> 'database_bytes')::bigint AS bytes
    FROM runs WHERE run_id <= $1 ORDER BY run_id DESC LIMIT $2) runs
 WHERE bytes > 0 ORDER BY run_id;

-- name: page_totals
SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM sites) AS sites,
  pg_database_size(current_database()) AS bytes;

-- name: doctor_store
SELECT (SELECT value::bigint FROM meta WHERE key = 'schema_version') AS version,
  current_setting('server_version') AS library,
  (SELECT count(*) FROM sites WHERE enabled = 1) AS sites, (SELECT count(*) FROM articles) AS articles,
  r.run_id AS run, r.outcome, r.report ->> 'error' AS error, greatest(r.started_ms, r.ended_ms) AS last_ms
  FROM (SELECT 1) one LEFT JOIN runs r ON r.run_id = (SELECT max(run_id) FROM runs);

-- name: doctor_faults
-- What the server itself has found: indexes that could not be made, pages whose checksum was wrong.
-- pg_amcheck, a program of the server's, reads everything.
WITH found(fault) AS (
  SELECT format('index %s is not valid: REINDEX it', indexrelid::regclass) FROM pg_index
   WHERE NOT indisvalid
  UNION ALL
  SELECT format('%s pages were read with a wrong checksum', checksum_failures) FROM pg_stat_database
   WHERE datname = current_database() AND checksum_failures > 0)
SELECT fault FROM found UNION ALL SELECT 'ok' WHERE NOT EXISTS (SELECT 1 FROM found) LIMIT $1;

-- name: metrics_store
SELECT (SELECT count(*) FROM articles) AS articles,
  (SELECT count(*) FROM sites) AS sites,
  coalesce((SELECT max(fetch_id) FROM fetches) - (SELECT min(fetch_id) FROM fetches) + 1, 0) AS fetches,
  coalesce((SELECT max(url_id) FROM urls) - (SELECT min(url_id) FROM urls) + 1, 0) AS urls,
  (SELECT max(ended_ms) FROM runs WHERE outcome = 'ok') AS last_ok_ms;

-- name: metrics_sites
WITH sources AS (
  SELECT site_id, count(*) AS n, count(*) FILTER (WHERE status IN ('failing', 'dead')) AS failing,
         max(asked_ms) AS asked_ms
    FROM feeds WHERE status <> 'moved' AND retired_ms IS NULL
     AND (found_via <> 'guess' OR last_ok_ms IS NOT NULL)
   GROUP BY site_id),
pages AS (SELECT url, state FROM urls WHERE kind = 3),
doing AS (
  SELECT s.home_url AS url, s.domain,
    CASE WHEN s.enabled = 0 THEN 'off'
         WHEN s.kind = 'page' THEN
           CASE coalesce(pages.state, 'new') WHEN 'done' THEN 'ok' WHEN 'new' THEN 'new'
             ELSE 'failing' END
         WHEN sources.failing = sources.n THEN 'failing'
         WHEN sources.asked_ms IS NULL THEN 'new'
         ELSE replace(coalesce(h.verdict, 'ok'), 'new', 'ok') END AS state
    FROM sites s LEFT JOIN sources USING (site_id)
    LEFT JOIN pages ON s.kind = 'page' AND pages.url = s.home_url
    LEFT JOIN site_days h ON h.site_id = s.site_id AND s.enabled = 1 AND s.kind = 'site'
     AND h.day = (SELECT max(x.day) FROM site_days x WHERE x.site_id = s.site_id
       AND x.verdict IS NOT NULL AND x.day > div($1::bigint, 86400000)::bigint - 37))
SELECT url, state FROM doing ORDER BY state IN ('ok', 'off', 'new'), domain, url;

-- name: read_subscriptions
SELECT s.folder, coalesce(s.name, f.title, s.domain) AS title, s.home_url, f.url AS feed_url
  FROM sites s LEFT JOIN feeds f
    ON f.site_id = s.site_id AND f.status NOT IN ('moved', 'dead') AND f.retired_ms IS NULL
   AND (f.source = 3 OR (f.source = 1 AND f.kind IN ('rss', 'atom', 'rdf', 'jsonfeed', 'cdf')))
   AND (f.found_via <> 'guess' OR f.last_ok_ms IS NOT NULL)
 WHERE s.kind = 'site' AND s.enabled = 1
   AND ($1::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l
     WHERE l.site_id = s.site_id AND position(',' || l.label || ',' IN $1) > 0))
 ORDER BY s.folder NULLS FIRST, s.home_url, f.feed_id;

-- name: count_sites
SELECT count(*) AS sites FROM sites
 WHERE enabled = 1 AND ($1::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
     AND position(',' || l.label || ',' IN $1) > 0));

-- name: read_apis
SELECT domain, name, url, status, records, new, ms, bytes, error, iso(asked) AS asked
  FROM v_apis
 WHERE $1::text IS NULL OR url IN (SELECT f.url FROM feeds f JOIN site_labels l USING (site_id)
   WHERE position(',' || l.label || ',' IN $1) > 0)
 ORDER BY error IS NULL, url;

-- name: read_reasons
SELECT state, why, sum(n)::bigint AS urls, max(example) AS example FROM (
  SELECT state, coalesce(why, '') AS why, count(*) AS n, min(url) AS example FROM urls
   WHERE state IN ('denied', 'skipped', 'retry')
    AND ($2::text IS NULL OR site_id IN (SELECT site_id FROM site_labels
     WHERE position(',' || label || ',' IN $2) > 0))
   GROUP BY 1, 2
  UNION ALL -- those that were only counted
  SELECT 'skipped', CASE kind WHEN 1 THEN 'no new article in pages like ' WHEN 2 THEN 'no new article from '
                         ELSE '' END || name, skipped - kept, NULL
    FROM budgets WHERE skipped > kept
     AND ($2::text IS NULL OR site_id IN (SELECT site_id FROM site_labels
     WHERE position(',' || label || ',' IN $2) > 0))
  UNION ALL -- sources that were left to a later run
  SELECT 'waiting', b.name, (SELECT count(*) FROM hosts h JOIN queue q ON q.host_id = h.host_id
    AND q.band = 0 AND q.rank BETWEEN 1 AND b.closed_ms AND q.site_id = b.site_id
    WHERE h.site_id = b.site_id), NULL
    FROM budgets b WHERE b.kind = 3 AND b.closed_ms IS NOT NULL
     AND ($2::text IS NULL OR site_id IN (SELECT site_id FROM site_labels
     WHERE position(',' || label || ',' IN $2) > 0))) r
 WHERE n > 0 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $1;

-- name: explain_url
SELECT u.url_id, u.article_id, u.url,
  CASE WHEN u.kind >= 8 OR u.kind = 1 THEN 'source' WHEN u.kind = 0 THEN 'robots'
       WHEN u.kind = 2 THEN 'article' ELSE 'page' END AS kind,
  s.home_url AS site, u.state, u.why, u.tries,
  iso(u.found_ms) AS found, f.url AS announced_by,
  iso(u.asked_ms) AS asked,
  iso(u.next_ms) AS next, u.etag, u.last_modified,
  u.redirect_url
  FROM hosts h JOIN urls u ON u.host_id = h.host_id AND u.hash = url_hash($2)
  LEFT JOIN sites s ON s.site_id = u.site_id LEFT JOIN feeds f ON f.feed_id = u.feed_id
 WHERE h.origin = $1;

-- name: explain_queue
SELECT h.origin || q.path AS url, s.home_url AS site,
  CASE q.band WHEN 0 THEN 'source' WHEN 1 THEN 'new article' WHEN 2 THEN 'retry'
              ELSE 'second look' END AS waits_as,
  CASE WHEN q.band <> 1 AND q.rank > 9999999999 THEN iso(q.rank) END AS due,
  (SELECT b.name FROM budgets b WHERE q.band = 0 AND b.site_id = q.site_id AND b.kind = 3
    AND q.rank > 0 AND b.closed_ms >= q.rank LIMIT 1) AS why,
  CASE WHEN s.enabled = 0 THEN 'its site is off (crawler set SITE enabled=yes)'
       WHEN q.kind > 8 AND (s.sources >> (q.kind - 9)) & 1 = 0
       THEN 'its site is not asked for such sources (crawler set SITE sources=)' END AS set_aside,
  q.tries, iso(coalesce(q.found_ms, CASE q.band WHEN 1 THEN q.rank * 1000 END)) AS found,
  f.url AS announced_by, q.hint_title AS announced_title,
  iso(CASE WHEN q.band <> 1 THEN q.hint_published_ms WHEN q.found_ms IS NOT NULL THEN q.rank * 1000 END)
    AS announced_published
  FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.hash = url_hash($2)
  LEFT JOIN sites s ON s.site_id = q.site_id LEFT JOIN feeds f ON f.feed_id = q.feed_id
 WHERE h.origin = $1 ORDER BY q.band LIMIT 1;

-- name: explain_host
SELECT h.origin, s.home_url AS site, iso(nullif(h.ready_ms, 0)) AS ready,
  h.response_ms, h.fails_in_row, h.rests, h.crawl_delay_ms, h.robots_status,
  iso(h.robots_fetched_ms) AS robots_fetched, h.robots_body
  FROM hosts h LEFT JOIN sites s ON s.site_id = h.site_id WHERE h.origin = $1;

-- name: explain_source
SELECT v.source, v.kind, v.found_via, v.title, v.hub, v.status, v.poll_min, v.hint_min,
  iso(v.asked) AS asked, iso(v.next) AS next, v.last_http, v.last_records, v.last_new_count AS last_new,
  v.last_error, v.fail_score, iso(v.newest) AS newest, v.polls, v.unchanged, v.listed_by,
  iso(v.lastmod) AS lastmod, iso(v.unlisted) AS unlisted, iso(v.last_ok) AS last_ok,
  iso(v.last_new) AS news
  FROM hosts h JOIN feeds f ON f.host_id = h.host_id AND f.hash = url_hash($2)
  JOIN v_feeds v USING (feed_id)
 WHERE h.origin = $1;

-- name: explain_budget
SELECT v.kind, v.name, v.state, v.asked, v.articles, v.barren, v.skipped, iso(v.closed) AS closed
  FROM v_budgets v
 WHERE (v.kind = 'pattern' AND v.name IN (url_shape($1, $2, 0), url_shape($1, $2, 1)))
    OR (v.kind = 'source' AND v.state <> 'open' AND v.name = (
      SELECT f.url FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.hash = url_hash($3)
        JOIN feeds f ON f.feed_id = q.feed_id WHERE h.origin = $1 LIMIT 1))
 ORDER BY v.state = 'open', v.kind, v.name = url_shape($1, $2, 0) DESC LIMIT 1;

-- name: explain_takedown
SELECT v.pattern, v.reason, v.asked_by, iso(v.at) AS at
  FROM takedowns t JOIN v_takedowns v USING (takedown_id)
 WHERE url_is_taken($1, 0, t.kind, t.matches, '{}')
    OR t.kind = 1 AND url_is_taken($2, 0, t.kind, t.matches, '{}')
 ORDER BY takedown_id LIMIT 1;

-- name: preview_takedown
WITH covered AS (
  SELECT url_id, article_id, body_hash FROM urls
   WHERE url_is_taken(url, hash, $1, $2, taken_hashes($1, $2))
      OR url_id IN (SELECT url_id FROM articles
                     WHERE url_is_taken(canonical_url, 0, $1, $2, taken_hashes($1, $2)))),
gone AS (
  SELECT article_id FROM covered WHERE article_id IS NOT NULL
  UNION SELECT a.article_id FROM articles a JOIN covered USING (url_id))
SELECT (SELECT count(*) FROM articles WHERE article_id IN (SELECT article_id FROM gone)) AS articles,
  (SELECT count(*) FROM article_revisions WHERE article_id IN (SELECT article_id FROM gone)) AS revisions,
  (SELECT count(*) FROM raw_pages WHERE raw_id IN (
    SELECT f.raw_id FROM fetches f JOIN urls u USING (url_id)
     WHERE u.url_id IN (SELECT url_id FROM covered)
        OR u.article_id IN (SELECT article_id FROM gone))) AS raw_pages,
  (SELECT count(*) FROM api_records r JOIN feeds f USING (feed_id)
    WHERE url_is_taken(f.url || '#' || r.key, 0, $1, $2, taken_hashes($1, $2))
       OR json_is_taken(r.data::text, $1, $2)) AS api_records,
  (SELECT count(*) FROM queue q JOIN hosts h USING (host_id)
    WHERE url_is_taken(h.origin || q.path, q.hash, $1, $2, taken_hashes($1, $2))) AS waiting;

-- name: preview_taken_articles
WITH covered AS (
  SELECT url_id, article_id FROM urls
   WHERE url_is_taken(url, hash, $1, $2, taken_hashes($1, $2))
      OR url_id IN (SELECT url_id FROM articles
                     WHERE url_is_taken(canonical_url, 0, $1, $2, taken_hashes($1, $2))))
SELECT v.article_id, v.url, v.title, iso(v.published) AS published, v.rev_count AS versions FROM v_articles v
 WHERE article_id IN (SELECT article_id FROM covered WHERE article_id IS NOT NULL
                      UNION SELECT a.article_id FROM articles a JOIN covered USING (url_id))
 ORDER BY v.article_id;

-- name: read_takedowns
SELECT takedown_id, pattern, reason, asked_by, iso(at) AS at, rows_gone, iso(done) AS done
  FROM v_takedowns ORDER BY takedown_id;

-- name: explain_site
SELECT home_url AS site FROM sites WHERE domain = $1 ORDER BY site_id LIMIT 1;

-- name: explain_fetches
SELECT run_id AS run, attempt, iso(started_ms)
    AS started, status, error, total_ms AS ms, bytes_wire AS bytes, mime, charset, ip, http,
  redirect_url
  FROM fetches WHERE url_id = $1 ORDER BY started_ms DESC LIMIT $2;

-- name: explain_told_by
SELECT f.url, f.kind, iso(x.first_ms) AS first,
  iso(x.last_ms) AS last
  FROM url_sources x JOIN feeds f USING (feed_id)
 WHERE x.url_id = $1 ORDER BY x.first_ms LIMIT $2;

-- name: explain_article
SELECT article_id, url, title, title_from, iso(published) AS published, published_from, authors, words,
  lang, body_from, rev_count AS revisions, iso(first_seen) AS first_seen, iso(revised) AS revised,
  iso(gone) AS gone
  FROM v_articles WHERE article_id = $1;

-- name: versions_of_url
SELECT v.article_id, v.rev, iso(v.seen) AS seen, v.changed, v.url, v.title, v.lead, v.body,
  iso(a.gone_ms) AS gone
  FROM v_revisions v JOIN articles a USING (article_id)
 WHERE v.article_id = coalesce(
    (SELECT u.article_id FROM hosts h JOIN urls u ON u.host_id = h.host_id AND u.hash = url_hash($2)
      WHERE h.origin = $1),
    (SELECT min(article_id) FROM articles WHERE canonical_url = $3))
 ORDER BY v.rev;

-- name: search_articles
-- Ranked by ts_rank(), not bm25(): the best by one may be the second by the other. Snippets are made
-- of the beginning of the text alone.
WITH best AS MATERIALIZED (
  SELECT h.article_id, h.config, h.of_signs, h.asked, h.score * (1 + 2592e6 / (2592e6
      + greatest(0, $5::bigint - coalesce(a.published_ms, a.first_seen_ms)))) AS score
    FROM search_hits($1) h JOIN articles a USING (article_id) JOIN sites s USING (site_id)
   WHERE ($2::bigint = 0 OR coalesce(a.published_ms, a.first_seen_ms) >= $2)
     AND ($3::text IS NULL OR s.domain = $3)
     AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = s.site_id
     AND position(',' || l.label || ',' IN $6) > 0))
   ORDER BY 5 DESC, 1 DESC LIMIT $4)
SELECT v.article_id, v.domain, v.url, v.title, iso(v.published) AS published,
  iso(v.first_seen) AS first_seen, v.lang,
  CASE best.of_signs WHEN 0 THEN
    ts_headline(best.config, concat_ws(' … ', left(v.body, 20000), v.lead, v.title), best.asked,
                'StartSel=[, StopSel=], MaxWords=16, MinWords=8, FragmentDelimiter=…, MaxFragments=1')
  ELSE
    -- a sign is no short word, and those beside each other are one find
    replace(signs_join(ts_headline('pg_catalog.simple',
      signs_cut(concat_ws(' … ', left(v.body, 20000), v.lead, v.title)), best.asked,
      'StartSel=[, StopSel=], MaxWords=32, MinWords=16, ShortWord=0, FragmentDelimiter=…, MaxFragments=1')),
      '][', '')
  END AS snippet,
  round(best.score::numeric, 3)::double precision AS score
  FROM best JOIN v_articles v ON v.article_id = best.article_id
 ORDER BY best.score DESC, 1 DESC;

-- ---- exports: `chosen` is narrowed by storage/sqlite/choice.c

-- name: export_columns
SELECT v.* FROM (SELECT 1) one LEFT JOIN v_articles v ON false;

-- name: export_articles
WITH chosen AS (SELECT * FROM v_articles)
SELECT article_id, domain, site, country, url, title, lead, body, words, lang, section,
  iso(published) AS published, published_from, iso(modified) AS modified, iso(first_seen) AS first_seen,
  pub_day::text AS pub_day, free_access, rev_count, story_id, authors, tags, image_url, site_name,
  title_from, body_from, authors_from, published_has_time, published_zone_min, extractor,
  iso(revised) AS revised, iso(gone) AS gone, noindex, noarchive, tdm_reserved, published_ms,
  first_seen_ms, revised_ms, gone_ms, may_train, may_input, may_search, rights_from
  FROM chosen;

-- name: export_pages
WITH chosen AS (SELECT * FROM v_articles)
SELECT u.url, to_char(to_timestamp(f.started_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    AS date, f.ip, f.truncated, r.raw_id, r.headers, (r.base_id > 0)::int AS packed, r.body,
  CASE WHEN r.base_id > 0 THEN coalesce((SELECT b.body FROM raw_pages b
      WHERE b.raw_id = r.base_id AND b.raw_id <> r.raw_id), '') END AS base
  FROM chosen c JOIN articles a ON a.article_id = c.article_id
  JOIN urls u ON u.url_id = a.url_id
  JOIN fetches f ON f.url_id = a.url_id
  JOIN raw_pages r ON r.raw_id = f.raw_id AND r.body IS NOT NULL;

-- ---- only here: the schema's version, under a lock

-- name: lock_schema
-- for the transaction that brings the schema up to date: one worker does, the others wait
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.crawler', 1852143475));

-- name: schema_version
-- how many migrations were made. To be asked only where to_regclass('meta') is not NULL.
SELECT coalesce((SELECT value::bigint FROM meta WHERE key = 'schema_version'), 0);

-- ---- only here: workers and the hosts that they hold

-- name: server_now
SELECT now_ms();

-- name: begin_worker
-- $1 run_id, $2 host, $3 pid, $4 lease_ms. A run whose leases ran out has another worker, and may have been
-- taken for dead.
WITH lives AS (UPDATE runs SET outcome = 'running' WHERE run_id = $1 AND outcome = 'crashed')
INSERT INTO workers(run_id, host, pid, started_ms, until_ms)
VALUES ($1, $2, $3, now_ms(), now_ms() + $4::bigint) RETURNING worker_id;

-- name: renew_worker
-- $1 worker_id, $2 lease_ms; no row: it was ended, its hosts are no longer its own
UPDATE workers SET until_ms = now_ms() + $2::bigint WHERE worker_id = $1 AND ended_ms IS NULL
RETURNING batch;

-- name: end_worker
-- with what it still holds
WITH ended AS (
  UPDATE workers SET ended_ms = now_ms(), held = 0 WHERE worker_id = $1 AND ended_ms IS NULL
  RETURNING worker_id),
kept AS MATERIALIZED ( -- in the order of lease_addresses: what is counted has been locked before
  SELECT h.host_id FROM hosts h JOIN ended e ON h.leased_by = e.worker_id
   ORDER BY h.host_id FOR NO KEY UPDATE OF h),
asked AS MATERIALIZED (
  SELECT a.address FROM addresses a JOIN ended e ON a.leased_by = e.worker_id
   WHERE (SELECT count(*) FROM kept) >= 0 ORDER BY a.address FOR NO KEY UPDATE OF a),
freed AS (
  UPDATE addresses a SET leased_by = NULL FROM asked WHERE a.address = asked.address),
rooms AS (
  DELETE FROM night_rooms r USING ended e WHERE r.worker_id = e.worker_id AND (SELECT count(*) FROM asked) >= 0
  RETURNING r.site_id, r.sort, r.night_id, r.room),
counts AS MATERIALIZED (
  SELECT c.site_id, c.sort FROM night_counts c
   WHERE (c.site_id, c.sort) IN (SELECT site_id, sort FROM rooms WHERE room > 0)
   ORDER BY c.site_id, c.sort FOR NO KEY UPDATE),
returned AS (
  UPDATE night_counts c SET taken = greatest(0, c.taken - r.room), wanted = CASE c.wanted WHEN 0 THEN 0 ELSE 2 END
    FROM rooms r JOIN counts USING (site_id, sort)
   WHERE c.site_id = r.site_id AND c.sort = r.sort AND c.night_id = r.night_id)
UPDATE hosts h SET leased_by = NULL, due_ms = greatest(h.ready_ms, now_ms()), poked = 0
  FROM kept k WHERE h.host_id = k.host_id;

-- name: end_lost_workers
-- Those that did not renew: their hosts are free from here on, and what they still try to commit fails.
-- One that is just committing is locked and passed over; it will be found the next time. To be called
-- at each renewal, so that a lease is the longest that a dead worker's hosts wait.
WITH lost AS (
  SELECT worker_id FROM workers WHERE ended_ms IS NULL AND until_ms < now_ms() FOR UPDATE SKIP LOCKED),
ended AS (
  UPDATE workers w SET ended_ms = now_ms(), lost = 1, held = 0 FROM lost l WHERE w.worker_id = l.worker_id
  RETURNING w.worker_id),
kept AS MATERIALIZED ( -- in the order of lease_addresses: what is counted has been locked before
  SELECT h.host_id FROM hosts h JOIN ended e ON h.leased_by = e.worker_id
   ORDER BY h.host_id FOR NO KEY UPDATE OF h),
asked AS MATERIALIZED (
  SELECT a.address FROM addresses a JOIN ended e ON a.leased_by = e.worker_id
   WHERE (SELECT count(*) FROM kept) >= 0 ORDER BY a.address FOR NO KEY UPDATE OF a),
freed AS (
  UPDATE addresses a SET leased_by = NULL FROM asked WHERE a.address = asked.address),
rooms AS (
  DELETE FROM night_rooms r USING ended e WHERE r.worker_id = e.worker_id AND (SELECT count(*) FROM asked) >= 0
  RETURNING r.site_id, r.sort, r.night_id, r.room),
counts AS MATERIALIZED (
  SELECT c.site_id, c.sort FROM night_counts c
   WHERE (c.site_id, c.sort) IN (SELECT site_id, sort FROM rooms WHERE room > 0)
   ORDER BY c.site_id, c.sort FOR NO KEY UPDATE),
returned AS (
  UPDATE night_counts c SET taken = greatest(0, c.taken - r.room), wanted = CASE c.wanted WHEN 0 THEN 0 ELSE 2 END
    FROM (SELECT site_id, sort, night_id, sum(room)::bigint AS room FROM rooms GROUP BY 1, 2, 3) r
    JOIN counts USING (site_id, sort)
   WHERE c.site_id = r.site_id AND c.sort = r.sort AND c.night_id = r.night_id),
given AS (
  UPDATE hosts h SET leased_by = NULL, due_ms = greatest(h.ready_ms, now_ms()), poked = 0
    FROM kept k WHERE h.host_id = k.host_id RETURNING 1)
SELECT (SELECT count(*) FROM ended) AS workers, (SELECT count(*) FROM given) AS hosts;

-- name: claim_hosts
-- $1 worker_id, $2 at most, $3 due for at least so long: hosts that are free, the longest waiting first.
-- Rows that another worker is just claiming are passed over, not waited for. A host on an address that
-- somebody else asks is put off by a second. The worker's own row is locked, so that it can't be ended
-- meanwhile. The last column but one: sources due up to then are to be asked, which is when the last of the
-- runs began; what that one has queued for itself, whoever gets the host asks. The last: what is leased with it.
WITH me AS MATERIALIZED (
  SELECT worker_id FROM workers WHERE worker_id = $1 AND ended_ms IS NULL FOR KEY SHARE),
due AS MATERIALIZED (
  SELECT host_id, address FROM hosts
   WHERE leased_by IS NULL AND due_ms <= now_ms() - $3::bigint AND EXISTS (SELECT 1 FROM me)
   ORDER BY due_ms, host_id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED),
mine AS MATERIALIZED (
  INSERT INTO addresses AS a (address, leased_by)
  SELECT DISTINCT address, $1 FROM due WHERE address IS NOT NULL ORDER BY address
  ON CONFLICT (address) DO UPDATE SET leased_by = $1
   WHERE a.leased_by IS NULL OR a.leased_by = $1
  RETURNING address),
taken AS ( -- ANY: however many the planner thinks are due, it looks them up by their numbers
  UPDATE hosts h SET leased_by = CASE WHEN d.ours THEN $1 END, leased_ms = now_ms(), poked = 0,
    lease_token = h.lease_token + d.ours::int,
    due_ms = CASE WHEN d.ours THEN h.due_ms ELSE now_ms() + 1000 END
    FROM (SELECT host_id, m.address IS NOT NULL OR d.address IS NULL AS ours
            FROM due d LEFT JOIN mine m USING (address)) d
   WHERE h.host_id = d.host_id AND h.host_id = ANY (ARRAY(SELECT host_id FROM due))
  RETURNING h.host_id, h.origin, h.ready_ms, coalesce(h.site_id, 0) AS site_id, h.new_queued,
            h.lease_token, h.leased_by, h.due_ms, h.address),
counted AS (
  UPDATE workers w SET held = w.held + t.n FROM (SELECT count(leased_by) AS n FROM taken) t
   WHERE w.worker_id = $1 AND t.n > 0)
SELECT host_id, origin, ready_ms, site_id, new_queued, lease_token, (SELECT last_began_ms()), address FROM taken
 WHERE leased_by IS NOT NULL ORDER BY due_ms, host_id;

-- name: share_of_worker
-- $1 worker_id, $2 counted at most: workers that live, hosts that they hold, those of this one, and hosts
-- that are free and due. Reads a row for each worker, none for a host that is held.
SELECT count(*), coalesce(sum(held), 0)::bigint,
  coalesce(sum(held) FILTER (WHERE worker_id = $1), 0)::bigint,
  (SELECT count(*) FROM (SELECT 1 FROM hosts
                          WHERE leased_by IS NULL AND due_ms <= now_ms() LIMIT $2) due)
  FROM workers WHERE ended_ms IS NULL AND until_ms >= now_ms();

-- name: release_hosts
-- $1 worker_id, $2 host_ids, $3 when each has something next; NULL: nothing due up to $4. One that
-- somebody gave URLs to meanwhile is due at once, and so are all when a run has begun since $4. Locked in
-- the order of lease_addresses.
WITH me AS MATERIALIZED (
  SELECT worker_id FROM workers WHERE worker_id = $1 FOR KEY SHARE),
given AS (
  SELECT * FROM unnest($2::bigint[], $3::bigint[]) AS g (host_id, next_ms) WHERE EXISTS (SELECT 1 FROM me)),
held AS MATERIALIZED (
  SELECT h.host_id, g.next_ms FROM hosts h JOIN given g USING (host_id)
   WHERE h.leased_by = $1 ORDER BY h.host_id FOR NO KEY UPDATE OF h),
asked AS MATERIALIZED (
  SELECT a.address FROM addresses a
   WHERE a.leased_by = $1 AND (SELECT count(*) FROM held) >= 0
     AND a.address IN (SELECT h.address FROM hosts h WHERE h.host_id = ANY ($2))
     AND NOT EXISTS (SELECT 1 FROM hosts o WHERE o.leased_by = $1 AND o.address = a.address
                      AND o.host_id <> ALL ($2))
   ORDER BY a.address FOR NO KEY UPDATE OF a),
freed AS (
  UPDATE addresses a SET leased_by = NULL FROM asked WHERE a.address = asked.address),
back AS (
  UPDATE hosts h SET leased_by = NULL, poked = 0,
    due_ms = CASE WHEN h.poked = 1 OR (SELECT last_began_ms()) > $4::bigint THEN greatest(h.ready_ms, now_ms())
                  ELSE g.next_ms END
    FROM held g WHERE h.host_id = g.host_id RETURNING 1)
UPDATE workers w SET held = greatest(0, w.held - b.n) FROM (SELECT count(*) AS n FROM back) b
 WHERE w.worker_id = $1 AND b.n > 0;

-- name: lock_hosts
-- $1 host_ids, whoever has them: in the order of their numbers, so that two batches can't wait for each other
SELECT 1 FROM hosts WHERE host_id = ANY ($1::bigint[]) ORDER BY host_id FOR NO KEY UPDATE;

-- name: poke_hosts
-- $1 worker_id, $2 host_ids, $3 due when: hosts that got URLs and are not this worker's. In the order of
-- their numbers, so that two workers can't wait for each other.
WITH given AS (SELECT * FROM unnest($2::bigint[], $3::bigint[]) AS g (host_id, due_ms)),
locked AS MATERIALIZED (
  SELECT h.host_id, g.due_ms FROM hosts h JOIN given g USING (host_id)
   WHERE CASE WHEN h.leased_by IS NULL THEN h.due_ms IS NULL OR h.due_ms > g.due_ms
              ELSE h.leased_by <> $1 AND h.poked = 0 END
   ORDER BY h.host_id FOR NO KEY UPDATE OF h)
UPDATE hosts h SET poked = (h.leased_by IS NOT NULL)::int,
  due_ms = CASE WHEN h.leased_by IS NULL THEN least(h.due_ms, l.due_ms) ELSE h.due_ms END
  FROM locked l WHERE h.host_id = l.host_id AND h.leased_by IS DISTINCT FROM $1;

-- name: wake_hosts
-- $1 1: those too that are due later (--poll all). At the beginning of a run: what earlier ones kept back.
UPDATE hosts SET due_ms = greatest(ready_ms, now_ms())
 WHERE host_id IN (
   SELECT host_id FROM hosts
    WHERE leased_by IS NULL AND site_id IS NOT NULL
      AND (due_ms IS NULL OR $1::int <> 0 AND due_ms > greatest(ready_ms, now_ms()))
      FOR NO KEY UPDATE SKIP LOCKED);

-- name: next_due
-- of hosts that nobody holds; NULL: none
SELECT min(due_ms) FROM hosts WHERE leased_by IS NULL AND due_ms IS NOT NULL;

-- name: hosts_of_others
-- $1 worker_id: 1 where other living workers hold some, or room that they have reserved, else 0
SELECT count(*) FROM (
  SELECT 1 FROM workers w
   WHERE w.worker_id <> $1 AND w.ended_ms IS NULL
     AND (EXISTS (SELECT 1 FROM hosts h WHERE h.leased_by = w.worker_id)
          OR EXISTS (SELECT 1 FROM night_rooms r WHERE r.worker_id = w.worker_id AND r.room > 0)) LIMIT 1) others;

-- name: lease_addresses
-- $1 worker_id, $2 host_ids of its own, $3 the address at which each is about to be asked, instead of another
-- perhaps, which is free where it has no other host there. As all who lock several: its own row, for who ends
-- it passes that over; hosts by their numbers; then addresses, those that it takes and those that it leaves, as
-- texts: what a condition counts has been locked before. So two workers can't wait for each other. Returns the
-- hosts whose address somebody else asks: they are to be released.
WITH me AS MATERIALIZED (
  SELECT worker_id FROM workers WHERE worker_id = $1 FOR KEY SHARE),
given AS (
  SELECT g.host_id, g.address COLLATE "C" AS address FROM unnest($2::bigint[], $3::text[]) AS g (host_id, address)
   WHERE EXISTS (SELECT 1 FROM me)),
moved AS MATERIALIZED (
  SELECT h.host_id, g.address FROM hosts h JOIN given g USING (host_id)
   WHERE h.leased_by = $1 AND h.address IS DISTINCT FROM g.address
   ORDER BY h.host_id FOR NO KEY UPDATE OF h),
mine AS MATERIALIZED (
  INSERT INTO addresses AS a (address, leased_by)
  SELECT address, $1::bigint FROM given WHERE (SELECT count(*) FROM moved) >= 0
  UNION
  SELECT x.address, NULL FROM addresses x
   WHERE x.leased_by = $1 AND x.address <> ALL ($3)
     AND x.address IN (SELECT h.address FROM hosts h WHERE h.host_id = ANY ($2))
     AND NOT EXISTS (SELECT 1 FROM hosts o WHERE o.leased_by = $1 AND o.address = x.address
                      AND o.host_id <> ALL ($2))
   ORDER BY address
  ON CONFLICT (address) DO UPDATE SET leased_by = excluded.leased_by
   WHERE a.leased_by IS NULL OR a.leased_by = $1
  RETURNING address),
noted AS (
  UPDATE hosts h SET address = m.address FROM moved m WHERE h.host_id = m.host_id)
SELECT host_id FROM given WHERE address NOT IN (SELECT address FROM mine);

-- name: lock_night
-- for the transaction in which a worker begins
SELECT 1 FROM meta WHERE key = 'schema_version' FOR NO KEY UPDATE;

-- name: commit_for_good
-- for a transaction that no crash may lose, nor any before it: in which a worker begins (its number would come
-- twice), or ends (what is said to be written is)
SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                  WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true);

-- name: begin_night
-- $1 when the run began, $2 how old a night gets: a new one, where no worker lives or the last is too old
INSERT INTO nights(started_ms, began_ms)
SELECT $1, now_ms()
 WHERE NOT EXISTS (SELECT 1 FROM workers WHERE ended_ms IS NULL AND until_ms >= now_ms())
    OR coalesce((SELECT began_ms FROM nights ORDER BY night_id DESC LIMIT 1), 0) < now_ms() - $2::bigint;

-- name: night_began
SELECT started_ms FROM nights ORDER BY night_id DESC LIMIT 1;

-- name: open_room
-- $1 site_id, $2 sort: the limit's row, where there is none
INSERT INTO night_counts(site_id, sort) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: reserve_room
-- $1 worker_id, $2 site_id, $3 sort, $4 the limit, $5 wanted. How much more of it the worker may ask, of
-- what is left a sixteenth if that is more than it wants; 0: there is none, and the worker is noted as
-- refused. No row: somebody else is just changing it, and nobody waits.
WITH me AS MATERIALIZED (
  SELECT worker_id FROM workers WHERE worker_id = $1 FOR KEY SHARE),
mine AS MATERIALIZED (
  SELECT n.night_id, CASE WHEN c.night_id = n.night_id THEN c.taken ELSE 0 END AS taken
    FROM night_counts c, (SELECT max(night_id) AS night_id FROM nights) n
   WHERE c.site_id = $2 AND c.sort = $3 AND EXISTS (SELECT 1 FROM me) FOR NO KEY UPDATE OF c SKIP LOCKED),
granted AS MATERIALIZED (
  SELECT night_id, taken, least(greatest($4::bigint - taken, 0),
    greatest($5::bigint, div($4::bigint - taken, 16)::bigint)) AS room
    FROM mine),
counted AS (
  UPDATE night_counts c SET night_id = g.night_id, taken = g.taken + g.room,
    wanted = CASE WHEN g.room = 0 THEN 1 WHEN c.night_id = g.night_id THEN c.wanted ELSE 0 END
    FROM granted g WHERE c.site_id = $2 AND c.sort = $3),
held AS (
  INSERT INTO night_rooms AS r (worker_id, site_id, sort, night_id, room)
  SELECT $1, $2, $3, night_id, room FROM granted WHERE room > 0
  ON CONFLICT (worker_id, site_id, sort) DO UPDATE SET night_id = excluded.night_id,
    room = CASE WHEN r.night_id = excluded.night_id THEN r.room ELSE 0 END + excluded.room)
SELECT room FROM granted;

-- name: return_rooms
-- $1 worker_id, $2 site_ids, $3 sorts, $4 how much of each: those that went back, how much, and whether
-- somebody was refused meanwhile. Rows that somebody else is just changing are passed over.
WITH me AS MATERIALIZED (
  SELECT worker_id FROM workers WHERE worker_id = $1 FOR KEY SHARE),
given AS (
  SELECT * FROM unnest($2::bigint[], $3::smallint[], $4::bigint[]) AS g (site_id, sort, room)
   WHERE EXISTS (SELECT 1 FROM me)),
counts AS MATERIALIZED (
  SELECT c.site_id, c.sort, c.wanted FROM night_counts c JOIN given g USING (site_id, sort)
   ORDER BY c.site_id, c.sort FOR NO KEY UPDATE OF c SKIP LOCKED),
rooms AS (
  UPDATE night_rooms r SET room = greatest(0, r.room - g.room)
    FROM given g JOIN counts USING (site_id, sort)
   WHERE r.worker_id = $1 AND r.site_id = g.site_id AND r.sort = g.sort
  RETURNING r.site_id, r.sort, r.night_id, g.room),
returned AS (
  UPDATE night_counts c SET taken = greatest(0, c.taken - r.room), wanted = CASE c.wanted WHEN 0 THEN 0 ELSE 2 END
    FROM rooms r WHERE c.site_id = r.site_id AND c.sort = r.sort AND c.night_id = r.night_id)
SELECT r.site_id, r.sort, r.room, c.wanted FROM rooms r JOIN counts c USING (site_id, sort);

-- name: spend_rooms
-- $1 worker_id, $2 site_ids, $3 sorts, $4 how much: it was asked
UPDATE night_rooms r SET room = greatest(0, r.room - g.room)
  FROM (SELECT site_id, sort, sum(room)::bigint AS room
          FROM unnest($2::bigint[], $3::smallint[], $4::bigint[]) AS g (site_id, sort, room) GROUP BY 1, 2) g
 WHERE r.worker_id = $1 AND r.site_id = g.site_id AND r.sort = g.sort;

-- name: take_open_limits
-- $1 at most: sites of which a limit was too narrow for somebody, and some of it has come back since; 0:
-- that of all sites
UPDATE night_counts c SET wanted = 0
  FROM (SELECT site_id, sort FROM night_counts WHERE wanted = 2
         ORDER BY site_id, sort LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED) b
 WHERE c.site_id = b.site_id AND c.sort = b.sort RETURNING c.site_id;

-- name: wake_sites
-- $1 site_ids: their hosts, and those of several sites, are due where nothing was left for them to ask.
-- One that is held is due when it is given back.
-- As a text: it is one call, and no row of several that are gathered (storage/postgres/gathered.h).
WITH kept AS MATERIALIZED (
  SELECT host_id FROM hosts
   WHERE site_id = ANY ($1::text::bigint[] || -1::bigint)
     AND (leased_by IS NOT NULL AND poked = 0 OR leased_by IS NULL AND due_ms IS NULL)
   ORDER BY host_id FOR NO KEY UPDATE)
UPDATE hosts h SET poked = (h.leased_by IS NOT NULL)::int,
  due_ms = CASE WHEN h.leased_by IS NULL THEN greatest(h.ready_ms, now_ms()) ELSE h.due_ms END
  FROM kept k WHERE h.host_id = k.host_id;

-- name: wake_articles
-- the same of all sites, where new articles wait
WITH kept AS MATERIALIZED (
  SELECT host_id FROM hosts
   WHERE new_queued > 0 AND (leased_by IS NOT NULL AND poked = 0 OR leased_by IS NULL AND due_ms IS NULL)
   ORDER BY host_id FOR NO KEY UPDATE)
UPDATE hosts h SET poked = (h.leased_by IS NOT NULL)::int,
  due_ms = CASE WHEN h.leased_by IS NULL THEN greatest(h.ready_ms, now_ms()) ELSE h.due_ms END
  FROM kept k WHERE h.host_id = k.host_id;

-- name: commit_batch
-- First in the transaction of a batch: end_lost_workers passes over whose row is locked. $1 worker_id, $2 the
-- batch's number, one more than the last. No row: the worker was ended, or this batch is in already; roll back.
UPDATE workers SET batch = $2
 WHERE worker_id = $1 AND ended_ms IS NULL AND batch = $2::bigint - 1 RETURNING batch;

-- name: batch_of_worker
-- after a connection was lost: which batch was the last that is in
SELECT batch FROM workers WHERE worker_id = $1;

-- ---- only here: what a batch's articles may be known by, asked at once

-- name: known_articles
-- $1 canonical_url, $2 site_id, $3 lasting_hash, $4 title_hash: whether the site has articles with the
-- first, the third, the fourth; and a number for a new one, where it has none.
SELECT c.n, l.n, t.n, CASE WHEN c.n IS NULL AND l.n IS NULL AND t.n IS NULL THEN
         nextval((SELECT pg_get_serial_sequence('articles', 'article_id'))::regclass) END, g.place
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
    AS g (canonical_url, site_id, lasting_hash, title_hash, place)
  LEFT JOIN LATERAL (SELECT 1 AS n FROM articles a
                      WHERE a.canonical_url = g.canonical_url AND a.site_id = g.site_id LIMIT 1) c ON true
  LEFT JOIN LATERAL (SELECT 1 AS n FROM articles a
                      WHERE a.lasting_hash = g.lasting_hash AND a.site_id = g.site_id LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT 1 AS n FROM articles a
                      WHERE a.title_hash = g.title_hash AND a.site_id = g.site_id LIMIT 1) t ON true;

-- name: known_story_keys
SELECT 1, g.place FROM unnest($1::bigint[]) WITH ORDINALITY AS g (key, place)
 CROSS JOIN LATERAL (SELECT 1 FROM story_keys k WHERE k.key = g.key LIMIT 1) f;

-- ---- only here: what the program does instead of free_of_taken_raw

-- name: packed_on_taken
-- frames that are packed against a page that goes; the program makes each one by itself and stores it
-- by pack_raw_page, its own number as base_id
SELECT r.raw_id, r.body, b.body AS base
  FROM raw_pages r JOIN raw_pages b ON b.raw_id = r.base_id
 WHERE b.base_id = -1 AND r.raw_id <> b.raw_id AND r.base_id > 0;
