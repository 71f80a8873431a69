-- Every statement of the program under its name; schema/embed.cmake makes SQL_LEASE_DUE of lease_due.
-- Parameters are explained where their order is not that of the columns. schema/postgres/queries.sql
-- has the same names with the same parameters.

-- ---- transactions and the database itself

-- name: begin
BEGIN IMMEDIATE;

-- name: begin_reading
-- several statements see one state, and each is spared taking and giving back the lock for it
BEGIN;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: hash_seed
SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'hash_seed';

-- name: insert_hash_seed
INSERT INTO meta(key, value) VALUES ('hash_seed', CAST(?1 AS TEXT)), ('queued', '0');

-- name: queued
SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'queued';

-- name: count_queued
UPDATE meta SET value = CAST(max(0, CAST(value AS INTEGER) + ?1) AS TEXT) WHERE key = 'queued';

-- ---- runs

-- name: mark_crashed_runs
UPDATE runs SET outcome = 'crashed' WHERE outcome = 'running';

-- name: last_moment
-- when the last run began or ended, by the clock it had
SELECT max(started_ms, coalesce(ended_ms, started_ms)) FROM runs ORDER BY run_id DESC LIMIT 1;

-- What a run whose clock was ahead put off until then is due now. ?1 later than this, ?2 now. By
-- hosts, as the queue alone would be read from end to end.

-- name: bring_looks_back
UPDATE urls SET next_ms = ?2
 WHERE next_ms > ?1 AND (host_id, hash) IN (
   SELECT q.host_id, q.hash
     FROM hosts h CROSS JOIN queue q ON q.host_id = h.host_id AND q.band = 3 AND q.rank > ?1);

-- name: bring_queue_back
UPDATE queue SET rank = ?2
 WHERE (host_id, band, rank, hash) IN (
   SELECT q.host_id, q.band, q.rank, q.hash
     FROM hosts h CROSS JOIN queue q ON q.host_id = h.host_id AND q.band IN (0, 2, 3) AND q.rank > ?1);

-- name: bring_feeds_back
UPDATE feeds SET next_ms = ?2 WHERE next_ms > ?1;

-- name: bring_hosts_back
UPDATE hosts SET ready_ms = min(ready_ms, ?2), robots_fetched_ms = NULL
 WHERE ready_ms > ?1 OR robots_fetched_ms > ?2;

-- name: insert_run
INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: add_to_run
UPDATE runs SET requests = requests + ?2, ok = ok + ?3, not_modified = not_modified + ?4,
  throttled = throttled + ?5, server_err = server_err + ?6, net_err = net_err + ?7,
  bytes = bytes + ?8, urls_new = urls_new + ?9, articles_new = articles_new + ?10,
  articles_revised = articles_revised + ?11
 WHERE run_id = ?1;

-- name: end_run
-- ?1 run_id, ?2 ended_ms, ?3 outcome, ?4 report, which is told how large the database is by now
UPDATE runs SET ended_ms = ?2, outcome = ?3, report = json_set(?4, '$.database_bytes',
  (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size))
 WHERE run_id = ?1;

-- name: hasten_source_retries
-- ?1 the run's start. By hosts first: the queue alone would be read from end to end.
UPDATE queue SET rank = ?1
 WHERE (host_id, band, rank, hash) IN (
   SELECT q.host_id, q.band, q.rank, q.hash
     FROM hosts h CROSS JOIN queue q ON q.host_id = h.host_id AND q.band = 2 AND q.rank > ?1
    WHERE q.kind > 8);

-- name: all_hosts
SELECT host_id, origin, ready_ms, coalesce(site_id, 0), new_queued FROM hosts;

-- ---- sites

-- name: site_by_url
SELECT site_id FROM sites WHERE home_url = ?1;

-- name: site_by_domain
SELECT site_id FROM sites WHERE domain = ?1 AND kind = 'site' ORDER BY site_id LIMIT 1;

-- name: put_site
INSERT INTO sites(kind, home_url, domain, name, rules, min_delay_ms, max_per_run, added_ms, folder,
                  country, lang)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT(home_url) DO UPDATE SET
  name = coalesce(excluded.name, name), rules = coalesce(excluded.rules, rules),
  min_delay_ms = coalesce(excluded.min_delay_ms, min_delay_ms),
  max_per_run = coalesce(excluded.max_per_run, max_per_run),
  folder = coalesce(excluded.folder, folder), country = coalesce(excluded.country, country),
  lang = coalesce(excluded.lang, lang)
RETURNING site_id;

-- name: site_facts
-- ?2 the labels of which it needs one, each between commas; NULL: none is asked for
SELECT home_url, domain, coalesce(json_patch(coalesce(rules, '{}'), (SELECT json_object('fields',
    json_group_array(json_array(rule_id, field, kind, selector, from_day, until_day)))
    FROM (SELECT * FROM site_rules r WHERE r.site_id = ?1 ORDER BY rule_id) GROUP BY site_id)), rules) AS rules,
  min_delay_ms, max_per_run, enabled, kind = 'site', per_host, sources,
       ?2 IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
         AND instr(?2, ',' || l.label || ','))
  FROM sites WHERE site_id = ?1;

-- ---- settings of sites

-- name: find_sites
-- ?1 an address, ?2 a domain, or a host with its port, ?3 labels as above, ?4 whether all are meant
SELECT site_id, home_url FROM sites
 WHERE home_url = ?1 OR domain = ?2 OR instr(home_url, '://' || ?2 || '/')
    OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.site_id
       AND instr(?3, ',' || l.label || ','))
    OR ?4
 ORDER BY domain, home_url;

-- name: put_site_rule
-- ?1 site_id, ?2 field, ?3 kind, ?4 selector, ?5 from_day, ?6 until_day, ?7 now_ms
INSERT INTO site_rules(site_id, field, kind, selector, from_day, until_day, added_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: drop_site_rules
DELETE FROM site_rules WHERE site_id = ?1;

-- name: reread_site_articles
-- ?1 site_id: its rules are others, so `crawler reextract` is to read its pages again. A + behind the
-- extractor's name says that it read them by other rules.
UPDATE articles SET extractor = rtrim(extractor, '+') || '+' WHERE site_id = ?1;

-- name: reread_site_versions
UPDATE article_revisions SET extractor = NULL
 WHERE article_id IN (SELECT article_id FROM articles WHERE site_id = ?1) AND extractor IS NOT NULL;

-- name: reread_site_urls
UPDATE urls SET extractor = NULL WHERE site_id = ?1 AND extractor IS NOT NULL;

-- name: read_site_rules
-- ?1 site_id, or NULL for all sites
SELECT r.site_id, s.home_url AS site, r.rule_id, r.field, r.kind, r.selector, r.from_day, r.until_day,
  r.matched, r.missed_in_row,
  strftime('%Y-%m-%dT%H:%M:%SZ', r.matched_ms / 1000, 'unixepoch') AS matched_last
  FROM site_rules r JOIN sites s USING (site_id) WHERE ?1 IS NULL OR r.site_id = ?1
 ORDER BY s.domain, s.home_url, r.rule_id;

-- name: read_rules_of_domain
-- ?1 a domain: the rules of the site that an archive's pages of it go to
SELECT json_object('fields', json_group_array(
    json_array(rule_id, field, kind, selector, from_day, until_day))) AS rules
  FROM (SELECT * FROM site_rules WHERE site_id = (SELECT site_id FROM sites
          WHERE domain = ?1 AND kind = 'site' ORDER BY site_id LIMIT 1) ORDER BY rule_id)
 GROUP BY site_id;

-- name: tell_site_rule
-- ?1 rule_id, ?2 site_id, ?3 whether it found something, ?4 the page's moment
UPDATE site_rules SET matched = matched + ?3, missed_in_row = iif(?3, 0, missed_in_row + 1),
  matched_ms = iif(?3, ?4, matched_ms)
 WHERE rule_id = ?1 AND site_id = ?2;

-- name: read_idle_rules
-- ?1 now_ms, ?2 at most, ?3 labels as above: rules of today that found nothing on the last articles of
-- their site, as long as that is crawled
SELECT s.home_url AS site, r.field, r.kind || ' ' || r.selector AS rule, r.missed_in_row AS missed,
  r.matched, strftime('%Y-%m-%dT%H:%M:%SZ', r.matched_ms / 1000, 'unixepoch') AS matched_last
  FROM site_rules r JOIN sites s USING (site_id)
 WHERE r.missed_in_row >= 3 AND s.enabled = 1
   AND ?1 / 86400000 BETWEEN coalesce(r.from_day, 0) AND coalesce(r.until_day, 1e6)
   AND (?3 IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = s.site_id
     AND instr(?3, ',' || l.label || ',')))
 ORDER BY s.domain, s.home_url, r.rule_id LIMIT ?2;

-- name: read_site_names
-- what a person may have meant
SELECT home_url AS name FROM sites UNION SELECT domain FROM sites;

-- name: read_labels
SELECT DISTINCT label AS name FROM site_labels ORDER BY label;

-- name: set_site
-- ?1 site_id, ?2 column, ?3 value
UPDATE sites SET
  name = iif(?2 = 'name', ?3, name), country = iif(?2 = 'country', ?3, country),
  lang = iif(?2 = 'lang', ?3, lang), note = iif(?2 = 'note', ?3, note),
  enabled = iif(?2 = 'enabled', coalesce(?3, 1), enabled),
  min_delay_ms = iif(?2 = 'min_delay_ms', ?3, min_delay_ms),
  max_per_run = iif(?2 = 'max_per_run', ?3, max_per_run),
  per_host = iif(?2 = 'per_host', ?3, per_host),
  timeout_ms = iif(?2 = 'timeout_ms', ?3, timeout_ms),
  sources = iif(?2 = 'sources', ?3, sources),
  user_agent = iif(?2 = 'user_agent', ?3, user_agent),
  cookie_jar = iif(?2 = 'cookie_jar', coalesce(?3, 0), cookie_jar)
 WHERE site_id = ?1;

-- name: forget_robots
-- it was read for another name; ?1 site_id
UPDATE hosts SET robots_fetched_ms = NULL WHERE site_id = ?1;

-- name: put_label
INSERT INTO site_labels(site_id, label) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: put_label_by_url
INSERT INTO site_labels(site_id, label) SELECT site_id, ?2 FROM sites WHERE home_url = ?1
ON CONFLICT DO NOTHING;

-- name: drop_label
-- ?2 NULL: all of them
DELETE FROM site_labels WHERE site_id = ?1 AND (?2 IS NULL OR label = ?2);

-- name: put_secret
INSERT INTO site_secrets(site_id, key, name, value, secret) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET value = excluded.value, secret = excluded.secret;

-- name: drop_secret
-- ?3 the name of a header, in any case; NULL: all of this key
DELETE FROM site_secrets
 WHERE site_id = ?1 AND key = ?2 AND (?3 IS NULL OR name = ?3 COLLATE NOCASE);

-- name: holds_secrets
SELECT EXISTS (SELECT 1 FROM site_secrets WHERE secret = 1);

-- name: read_secrets
-- ?1 site_id, NULL: of all sites
SELECT site_id, key, name, value, secret FROM site_secrets
 WHERE ?1 IS NULL OR site_id = ?1 ORDER BY site_id, key, name;

-- name: read_access
-- what the network has to know of enabled sites that have anything set for it; ?1 labels as above
SELECT site_id, home_url, per_host, timeout_ms, user_agent, cookie_jar FROM sites
 WHERE enabled = 1
   AND (per_host IS NOT NULL OR timeout_ms IS NOT NULL OR user_agent IS NOT NULL OR cookie_jar
     OR EXISTS (SELECT 1 FROM site_secrets x WHERE x.site_id = sites.site_id))
   AND (?1 IS NULL OR EXISTS (SELECT 1 FROM site_labels l
     WHERE l.site_id = sites.site_id AND instr(?1, ',' || l.label || ',')))
 ORDER BY site_id;

-- name: read_settings
-- ?1 site_id, NULL: of all sites
SELECT site_id, home_url, kind, domain, name, country, lang, note, enabled, min_delay_ms, max_per_run,
       per_host, timeout_ms, sources, user_agent, cookie_jar,
       (SELECT group_concat(label) FROM (SELECT label FROM site_labels l
         WHERE l.site_id = sites.site_id ORDER BY label)) AS labels
  FROM sites WHERE ?1 IS NULL OR site_id = ?1 ORDER BY domain, home_url;

-- ---- sites by day

-- name: add_to_site_day
INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, refused, articles, titled,
                      bodied, dated, authored, words, open, walled)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
ON CONFLICT DO UPDATE SET polled_ms = max(polled_ms, excluded.polled_ms),
  polls = polls + excluded.polls, polls_ok = polls_ok + excluded.polls_ok,
  pages = pages + excluded.pages, refused = refused + excluded.refused,
  articles = articles + excluded.articles, titled = titled + excluded.titled,
  bodied = bodied + excluded.bodied, dated = dated + excluded.dated,
  authored = authored + excluded.authored, words = words + excluded.words,
  open = open + excluded.open, walled = walled + excluded.walled;

-- name: site_days
-- ?1 site_id, ?2 after this day, ?3 up to this day
SELECT day, polled_ms, polls, polls_ok, pages, refused, articles, titled, bodied, dated, authored,
       words, open, walled, coalesce(verdict NOT IN ('ok', 'new'), 0)
  FROM site_days WHERE site_id = ?1 AND day > ?2 AND day <= ?3 ORDER BY day;

-- name: set_site_verdict
-- ?1 site_id, ?2 day, ?3 verdict, ?4 why
UPDATE site_days SET verdict = ?3, why = ?4 WHERE site_id = ?1 AND day = ?2;

-- ---- hosts

-- name: host_by_origin
SELECT host_id FROM hosts WHERE origin = ?1;

-- name: insert_host
INSERT INTO hosts(origin) VALUES (?1);

-- name: set_host_site
-- -1: URLs of several sites
UPDATE hosts SET site_id = CASE WHEN site_id IS NULL THEN ?2 ELSE -1 END
 WHERE host_id = ?1 AND site_id IS NOT ?2 AND site_id IS NOT -1;

-- name: host_facts
SELECT ready_ms, response_ms, fails_in_row, rests, coalesce(robots_status, 0), robots_fetched_ms,
       robots_body, slowed
  FROM hosts WHERE host_id = ?1;

-- name: update_host
-- ?6 new articles added to its queue, less those removed
UPDATE hosts SET ready_ms = ?2, response_ms = ?3, fails_in_row = ?4, rests = ?5,
  new_queued = max(0, new_queued + ?6), slowed = ?7
 WHERE host_id = ?1;

-- name: count_new_queued
-- ?2 as ?6 of update_host
UPDATE hosts SET new_queued = max(0, new_queued + ?2) WHERE host_id = ?1;

-- name: update_host_robots
UPDATE hosts SET robots_status = ?2, robots_fetched_ms = ?3, robots_body = ?4, crawl_delay_ms = ?5,
  robots_rights = ?6
 WHERE host_id = ?1;

-- name: put_host_file
-- ?6 NULL: it could not be had, and says what it said before
INSERT INTO host_files(host_id, file, status, asked_ms, rights, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT(host_id, file) DO UPDATE SET status = ?3, asked_ms = ?4,
  rights = iif(?6 IS NULL, rights, ?5), body = coalesce(?6, body)
 WHERE asked_ms <= ?4;

-- name: host_files
SELECT file, asked_ms, body FROM host_files WHERE host_id = ?1 AND file IN (1, 2);

-- ---- the frontier

-- name: see
INSERT INTO seen(host_id, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: is_seen
SELECT 1 FROM seen WHERE host_id = ?1 AND hash = ?2;

-- name: enqueue
INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms,
                  hint_published_ms, hint_title, path)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT DO NOTHING;

-- name: dequeue
DELETE FROM queue WHERE host_id = ?1 AND band = ?2 AND rank = ?3 AND hash = ?4;

-- name: unqueue
DELETE FROM queue WHERE host_id = ?1 AND hash = ?2;

-- name: lease_due
-- all bands but 1. ?1 host_id, ?2 band, ?3 ?4 rank and hash to start behind, ?5 rank at most,
-- ?6 at most
SELECT rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms, hint_published_ms,
       hint_title, path
  FROM queue
 WHERE host_id = ?1 AND band = ?2 AND (rank, hash) > (?3, ?4) AND rank <= ?5
 ORDER BY rank, hash LIMIT ?6;

-- name: lease_freshest
-- band 1. ?1 host_id, ?2 band, ?3 ?4 rank and hash to start behind, ?6 at most
SELECT rank, hash, kind, site_id, feed_id, depth, hops, tries, found_ms, hint_published_ms,
       hint_title, path
  FROM queue
 WHERE host_id = ?1 AND band = ?2 AND (rank, hash) < (?3, ?4)
 ORDER BY rank DESC, hash DESC LIMIT ?6;

-- name: count_due
-- as lease_due; ?6 at most
SELECT count(*) FROM (
  SELECT 1 FROM queue
   WHERE host_id = ?1 AND band = ?2 AND (rank, hash) > (?3, ?4) AND rank <= ?5 LIMIT ?6);

-- name: count_fresh
-- as lease_freshest; ?6 at most
SELECT count(*) FROM (
  SELECT 1 FROM queue WHERE host_id = ?1 AND band = ?2 AND (rank, hash) < (?3, ?4)
   ORDER BY rank DESC, hash DESC LIMIT ?6);

-- name: url_facts
SELECT etag, last_modified, coalesce(body_hash, 0), article_id FROM urls
 WHERE host_id = ?1 AND hash = ?2;

-- name: site_has_source
-- ?1 site_id, ?2 source_kind. A guess counts once it was right.
SELECT EXISTS (SELECT 1 FROM feeds WHERE site_id = ?1 AND source = ?2 AND status <> 'dead'
               AND retired_ms IS NULL
               AND (found_via <> 'guess' OR status = 'ok'));

-- name: count_sources
SELECT count(*) FROM feeds WHERE site_id = ?1;

-- name: feed_polls
SELECT polls, coalesce(told_hash, 0) FROM feeds WHERE feed_id = ?1;

-- name: feed_asked
-- a dead one counts as asked: polling everything does not mean to try what never answered
SELECT iif(status = 'dead', 9223372036854775807, coalesce(asked_ms, 0)) FROM feeds
 WHERE feed_id = ?1;

-- name: budgets_of_site
SELECT kind, hash, asked, articles, barren, held, kept, skipped, closed, closed_ms, name, trusted
  FROM budgets WHERE site_id = ?1 ORDER BY kind, hash;

-- name: put_budget
-- ?1 site_id, ?2 kind, ?3 hash, ?4 asked, ?5 articles, ?6 barren, ?7 held, ?8 kept, ?9 skipped,
-- ?10 closed, ?11 closed_ms, ?12 trusted, ?13 name. Counts are what came since this run read or wrote them.
-- Its own article ends a row of pages without one, and what it says of `closed` then is so; else 0 says nothing.
INSERT INTO budgets(site_id, kind, hash, asked, articles, barren, held, kept, skipped, closed,
                    closed_ms, trusted, name)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT DO UPDATE SET asked = budgets.asked + excluded.asked,
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
SELECT source, url FROM feeds WHERE feed_id = ?1;

-- ---- what came of a URL

-- name: insert_url
-- ?1 host_id, ?2 hash, ?3 url, ?4 site_id, ?5 feed_id, ?6 kind, ?7 state, ?8 why, ?9 tries,
-- ?10 nights, ?11 found_ms, ?12 asked_ms, ?13 next_ms, ?14 etag, ?15 last_modified, ?16 body_hash,
-- ?17 redirect_url, ?18 redirect_hash; ?19 is of update_url alone
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, tries, nights, found_ms,
                 asked_ms, next_ms, etag, last_modified, body_hash, redirect_url, redirect_hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
ON CONFLICT DO NOTHING;

-- name: update_url
-- as insert_url; ?19 whether old validators stay where no new ones came. One that is there: its
-- article, or 0
UPDATE urls SET url = ?3, site_id = coalesce(site_id, ?4), feed_id = coalesce(feed_id, ?5),
  kind = ?6, state = ?7, why = ?8, tries = ?9, nights = ?10, found_ms = min(found_ms, ?11),
  asked_ms = coalesce(?12, asked_ms), next_ms = ?13,
  etag = coalesce(?14, iif(?19, etag, NULL)),
  last_modified = coalesce(?15, iif(?19, last_modified, NULL)),
  body_hash = coalesce(?16, iif(?19, body_hash, NULL)), redirect_url = ?17, redirect_hash = ?18
 WHERE host_id = ?1 AND hash = ?2
RETURNING url_id, coalesce(article_id, 0);

-- name: skip_url
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'skipped', ?7, ?8) ON CONFLICT DO NOTHING;

-- name: skip_form
-- ?1 host_id, ?2 hash, ?3 url, ?4 site_id, ?5 feed_id, ?6 why, ?7 found_ms, ?8 the hash of the form
-- that is asked instead
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms, redirect_hash)
VALUES (?1, ?2, ?3, ?4, ?5, 2, 'skipped', ?6, ?7, ?8)
ON CONFLICT(host_id, hash) DO UPDATE SET why = excluded.why, redirect_hash = excluded.redirect_hash
 WHERE state = 'skipped' AND asked_ms IS NULL;

-- name: put_form
-- ?1 host_id, ?2 hash, ?3 url, ?4 site_id, ?5 why, ?6 found_ms, ?7 article_id, ?8 the hash of the
-- form under which the article came
INSERT INTO urls(host_id, hash, url, site_id, kind, state, why, found_ms, article_id, redirect_hash)
VALUES (?1, ?2, ?3, ?4, 2, 'done', ?5, ?6, ?7, ?8)
ON CONFLICT(host_id, hash) DO UPDATE SET state = 'done', why = excluded.why,
  article_id = excluded.article_id, redirect_hash = excluded.redirect_hash
 WHERE state = 'skipped' AND asked_ms IS NULL;

-- name: has_forms
SELECT 1 FROM urls INDEXED BY urls_forms WHERE redirect_hash = ?1 AND asked_ms IS NULL LIMIT 1;

-- name: forms_of_url
SELECT host_id, hash, url, site_id, coalesce(feed_id, 0) FROM urls INDEXED BY urls_forms
 WHERE redirect_hash = ?1 AND asked_ms IS NULL;

-- name: release_form
-- it is to be asked after all
UPDATE urls SET state = 'skipped', why = NULL, redirect_hash = NULL WHERE host_id = ?1 AND hash = ?2;

-- name: is_canonical
SELECT 1 FROM articles WHERE article_id = ?1 AND canonical_url = ?2;

-- name: waiting_place
-- where an article waits to be asked
SELECT band, rank FROM queue WHERE host_id = ?1 AND hash = ?2 AND kind = 0;

-- name: set_url_article
UPDATE urls SET article_id = ?2, next_ms = ?3 WHERE url_id = ?1;

-- name: url_asked
SELECT coalesce(asked_ms, 0), coalesce(article_id, 0) FROM urls WHERE host_id = ?1 AND hash = ?2;

-- name: url_of_origin_asked
-- ?1 origin, ?2 hash
SELECT coalesce(u.asked_ms, 0) FROM hosts h JOIN urls u USING (host_id) WHERE h.origin = ?1 AND u.hash = ?2;

-- name: url_state
SELECT url_id, state, nights, coalesce(article_id, 0), redirect_url, redirect_hash FROM urls
 WHERE host_id = ?1 AND hash = ?2;

-- name: mark_redirect_loop
UPDATE urls SET state = 'error', why = 'redirect loop', next_ms = NULL
 WHERE host_id = ?1 AND hash = ?2;

-- name: put_url_source
-- ?3 now; written once a day at most
INSERT INTO url_sources(url_id, feed_id, first_ms, last_ms) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT DO UPDATE SET last_ms = excluded.last_ms
 WHERE excluded.last_ms > last_ms + 86400000;

-- name: put_source_of_known_url
-- ?1 host_id, ?2 hash, ?3 feed_id, ?4 now
INSERT INTO url_sources(url_id, feed_id, first_ms, last_ms)
SELECT url_id, ?3, ?4, ?4 FROM urls WHERE host_id = ?1 AND hash = ?2
ON CONFLICT DO UPDATE SET last_ms = excluded.last_ms
 WHERE excluded.last_ms > last_ms + 86400000;

-- name: insert_fetch
INSERT INTO fetches(run_id, url_id, attempt, started_ms, total_ms, ttfb_ms, status, error,
                    retry_after_ms, http, ip, bytes_wire, bytes_body, mime, charset, truncated,
                    body_hash, raw_id, redirect_url)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19);

-- name: raw_of_hash
SELECT raw_id, last_ms FROM raw_pages WHERE body_hash = ?1;

-- name: insert_raw
INSERT INTO raw_pages(body_hash, last_ms, codec, headers, body) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: touch_raw
UPDATE raw_pages SET last_ms = ?2 WHERE raw_id = ?1;

-- name: raw_bytes
-- out of the index alone
SELECT total(ifnull(length(body), 0) + length(headers)) FROM raw_pages INDEXED BY raw_pages_last;

-- name: oldest_raw_pages
-- ?1 at most
SELECT raw_id, last_ms, ifnull(length(body), 0) + length(headers)
  FROM raw_pages INDEXED BY raw_pages_last ORDER BY last_ms LIMIT ?1;

-- name: drop_raw_page
-- with those that are nothing without it: few, as it was the newest of them when they were packed
DELETE FROM raw_pages WHERE raw_id = ?1 OR base_id = ?1;

-- name: drop_fetches
-- ?1 started before, ?2 at most. Ids grow with time, so the oldest stand first.
DELETE FROM fetches WHERE started_ms < ?1 AND fetch_id IN (
  SELECT fetch_id FROM fetches ORDER BY fetch_id LIMIT ?2);

-- name: oldest_articles
-- ?1 first seen before, ?2 at most. Never the one with the greatest number, which would be given
-- again: the other addresses of what is dropped still have its own.
SELECT article_id FROM articles
 WHERE first_seen_ms < ?1 AND article_id < (SELECT max(article_id) FROM articles)
   AND article_id IN (SELECT article_id FROM articles ORDER BY article_id LIMIT ?2);

-- ---- sources

-- name: feed_of_url
SELECT feed_id FROM feeds WHERE host_id = ?1 AND hash = ?2;

-- name: insert_feed
INSERT INTO feeds(site_id, host_id, hash, url, source, found_via, depth)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: feed_facts
SELECT host_id, hash, url, poll_min, fail_score, moving, coalesce(hint_min, 0), depth, source,
       found_via = 'guess', last_ok_ms IS NOT NULL, unlisted_ms IS NOT NULL, newest_ms, lastmod_ms
  FROM feeds WHERE feed_id = ?1;

-- name: hasten_source
-- ?1 host_id, ?2 hash, ?3 changed when, ?4 the moment at which it is due then
UPDATE queue SET rank = ?4
 WHERE host_id = ?1 AND band = 0 AND hash = ?2 AND rank > ?4
   AND rank = (SELECT next_ms FROM feeds
                WHERE host_id = ?1 AND hash = ?2 AND status = 'ok' AND asked_ms < ?3);

-- name: revive_feed
UPDATE feeds SET retired_ms = NULL, status = 'new'
 WHERE host_id = ?1 AND hash = ?2 AND retired_ms IS NOT NULL RETURNING feed_id;

-- name: list_feed
-- ?1 host_id, ?2 hash, ?3 feed_id of the index, NULL for robots.txt, ?4 now_ms, ?5 lastmod_ms
UPDATE feeds SET parent_id = coalesce((SELECT p.parent_id FROM feeds p
                                        WHERE p.feed_id = ?3 AND p.source = 5), ?3), listed_ms = ?4, lastmod_ms = ?5, unlisted_ms = NULL
 WHERE host_id = ?1 AND hash = ?2 AND feed_id IS NOT ?3;

-- name: unlist_feeds
-- ?1 feed_id of an index, ?2 now_ms: those that it listed before and now does not
UPDATE feeds SET unlisted_ms = ?2 WHERE parent_id = ?1 AND listed_ms < ?2 AND unlisted_ms IS NULL;

-- name: set_feed_moving
UPDATE feeds SET moving = ?2, asked_ms = ?3 WHERE feed_id = ?1;

-- name: move_feed
UPDATE OR IGNORE feeds SET host_id = ?2, hash = ?3, url = ?4, moving = 0 WHERE feed_id = ?1;

-- name: feed_like
-- ?1 feed_id of a guess, ?2 told_hash: whether another feed of the site tells the same
SELECT 1 FROM feeds f JOIN feeds o ON o.site_id = f.site_id AND o.source = f.source
 WHERE f.feed_id = ?1 AND o.feed_id <> ?1 AND o.told_hash = ?2 AND o.status = 'ok' LIMIT 1;

-- name: api_of_page
SELECT coalesce(parent_id, feed_id) FROM feeds WHERE feed_id = ?1;

-- name: retire_feed
UPDATE feeds SET status = 'moved', next_ms = NULL, asked_ms = ?2 WHERE feed_id = ?1;

-- name: update_feed
-- ?1 feed_id, ?2 kind, ?3 title, ?4 hub, ?5 whether it answered 304, ?6 hint_min, ?7 poll_min,
-- ?8 next_ms, ?9 asked_ms, ?10 last_ok_ms, ?11 last_new_ms, ?12 last_ms, ?13 last_bytes,
-- ?14 last_records, ?15 last_new, ?16 last_http, ?17 last_error, ?18 fail_score, ?19 status,
-- ?20 newest_ms, ?21 retired_ms, ?22 whether unchanged; NULL: no good answer, ?23 told_hash
UPDATE feeds SET kind = coalesce(?2, kind), title = coalesce(?3, title), hub = coalesce(?4, hub),
  sends_304 = max(sends_304, ?5), hint_min = ?6, poll_min = ?7, next_ms = ?8,
  asked_ms = coalesce(?9, asked_ms), last_ok_ms = coalesce(?10, last_ok_ms),
  last_new_ms = coalesce(?11, last_new_ms), last_ms = ?12, last_bytes = ?13,
  last_records = coalesce(?14, last_records), last_new = ?15, last_http = ?16, last_error = ?17,
  fail_score = ?18, status = ?19, newest_ms = ?20, retired_ms = ?21,
  polls = polls + (?22 IS NOT NULL), unchanged = coalesce(?22, unchanged),
  told_hash = coalesce(?23, told_hash)
 WHERE feed_id = ?1;

-- name: put_api_record
-- ?1 feed_id, ?2 key, ?3 fetch_id, ?4 now, ?5 data; a row only when it is new or changed. What is
-- nested deeper than SQLite reads becomes a string: no record may spoil the batch it is in.
INSERT INTO api_records(feed_id, key, fetch_id, first_ms, seen_ms, data)
VALUES (?1, ?2, ?3, ?4, ?4, iif(json_valid(?5), ?5, json_quote(?5)))
ON CONFLICT(feed_id, key) DO UPDATE SET data = excluded.data, seen_ms = excluded.seen_ms,
  fetch_id = excluded.fetch_id
 WHERE data IS NOT excluded.data
RETURNING first_ms = seen_ms;

-- ---- articles

-- name: url_is_told
SELECT 1 FROM urls WHERE host_id = ?1 AND hash = ?2 AND asked_ms IS NULL
   AND why = 'told by an API';

-- name: put_told_url
-- an article's URL that came without being asked for, with a record of an API
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES (?1, ?2, ?3, ?4, ?5, 2, 'done', 'told by an API', ?6)
ON CONFLICT(host_id, hash) DO UPDATE SET hash = excluded.hash
RETURNING url_id, coalesce(article_id, 0);

-- name: article_by_id
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM articles WHERE article_id = ?1;

-- name: article_by_canon
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM articles INDEXED BY articles_canon WHERE canonical_url = ?1 AND site_id = ?2;

-- name: articles_by_title
-- ?1 title_hash, ?2 site_id, ?3 the moment whose day it is
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0)
  FROM articles INDEXED BY articles_title
 WHERE title_hash = ?1 AND site_id = ?2 AND pub_day = date(?3 / 1000, 'unixepoch') LIMIT 20;

-- name: articles_by_lasting
-- ?1 lasting_hash, ?2 site_id
SELECT article_id, url_id, text_hash, first_seen_ms, published_ms, published_has_time,
       gone_ms, simhash, words, coalesce(title_hash, 0), body
  FROM articles INDEXED BY articles_lasting WHERE lasting_hash = ?1 AND site_id = ?2 LIMIT 4;

-- name: article_texts
SELECT title, lead, body FROM articles WHERE article_id = ?1;

-- name: insert_article
INSERT INTO articles(site_id, url_id, first_seen_ms, published_ms, published_has_time,
  published_zone_min, published_from, modified_ms, words, lang, section, free_access, fetch_id,
  text_hash, title_hash, simhash, extractor, canonical_url, image_url, site_name, title_from,
  body_from, authors_from, title, lead, body, story_id, lasting_hash, article_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
  ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29);

-- name: keep_revision
-- what the article is until now; its number is the count of those so far
INSERT INTO article_revisions(article_id, rev, seen_ms, fetch_id, modified_ms, text_hash, words,
                              changed, title, lead, body, extractor)
SELECT article_id, rev_count, coalesce(revised_ms, first_seen_ms), fetch_id, modified_ms,
       text_hash, words, changed, title, lead, body, extractor
  FROM articles WHERE article_id = ?1;

-- name: revise_article
-- ?1 article_id, ?2 title, ?3 lead, ?4 body, ?5 text_hash, ?6 title_hash, ?7 simhash, ?8 words,
-- ?9 revised_ms, ?10 changed, ?11 fetch_id, ?12 modified_ms, ?13 extractor, ?14 image_url,
-- ?15 title_from, ?16 body_from, ?17 free_access, ?18 whether it was edited, not only met
-- elsewhere, ?19 lasting_hash
UPDATE articles SET title = ?2, lead = ?3, body = ?4, text_hash = ?5, title_hash = ?6,
  simhash = ?7, words = ?8, revised_ms = iif(?18, ?9, revised_ms),
  changed = iif(?18, ?10, changed), fetch_id = ?11,
  modified_ms = coalesce(?12, modified_ms), extractor = ?13, image_url = coalesce(?14, image_url),
  title_from = ?15, body_from = ?16, free_access = coalesce(?17, free_access),
  rev_count = rev_count + ?18, gone_ms = NULL, lasting_hash = coalesce(?19, lasting_hash)
 WHERE article_id = ?1;

-- name: compare_article
-- as correct_article: whether title, lead, text, dates and anything else are others than stored
SELECT title IS NOT ?24, lead IS NOT ?25, body IS NOT ?26,
  NOT (rev_count > 1 AND ?4 IS NULL)
    AND (published_ms IS NOT ?4 OR published_has_time IS NOT ?5 OR published_zone_min IS NOT ?6)
    OR modified_ms IS NOT iif(rev_count > 1, coalesce(?8, modified_ms), ?8),
  lang IS NOT ?10 OR section IS NOT ?11 OR free_access IS NOT ?12 OR canonical_url IS NOT ?18
    OR image_url IS NOT ?19 OR site_name IS NOT ?20
  FROM articles WHERE article_id = ?27;

-- name: correct_article
-- ?4 to ?26 as insert_article, ?27 article_id, ?28 lasting_hash. A date that an earlier version gave
-- stays where that of today gives none.
UPDATE articles SET published_ms = iif(rev_count > 1 AND ?4 IS NULL, published_ms, ?4),
  published_has_time = iif(rev_count > 1 AND ?4 IS NULL, published_has_time, ?5),
  published_zone_min = iif(rev_count > 1 AND ?4 IS NULL, published_zone_min, ?6),
  published_from = iif(rev_count > 1 AND ?4 IS NULL, published_from, ?7),
  modified_ms = iif(rev_count > 1, coalesce(?8, modified_ms), ?8), words = ?9, lang = ?10,
  section = ?11, free_access = ?12, fetch_id = ?13, text_hash = ?14, title_hash = ?15,
  simhash = ?16, extractor = ?17, canonical_url = ?18, image_url = ?19, site_name = ?20,
  title_from = ?21, body_from = ?22, authors_from = ?23, title = ?24, lead = ?25, body = ?26,
  lasting_hash = ?28
 WHERE article_id = ?27;

-- name: canonical_of_other
-- ?1 canonical_url, ?2 site_id, ?3 article_id
SELECT 1 FROM articles INDEXED BY articles_canon
 WHERE canonical_url = ?1 AND site_id = ?2 AND article_id <> ?3 LIMIT 1;

-- name: byline_of_article
SELECT group_concat(name, char(10)) FROM (
  SELECT w.name FROM article_authors x JOIN authors w USING (author_id)
   WHERE x.article_id = ?1 ORDER BY x.pos);

-- name: set_article_gone
-- ?2 NULL: it is there again
UPDATE articles SET gone_ms = ?2 WHERE article_id = ?1;

-- name: url_of_article
-- ?1 article_id: how its own address is doing
SELECT u.state, u.redirect_hash, u.redirect_url, a.canonical_url FROM articles a JOIN urls u USING (url_id)
 WHERE a.article_id = ?1;

-- name: disown_canonical
-- ?1 article_id: the address that its page gave is another article's
UPDATE articles SET canonical_url = (SELECT url FROM urls WHERE urls.url_id = articles.url_id)
 WHERE article_id = ?1;

-- name: move_article
UPDATE articles SET url_id = ?2, canonical_url = ?3, lasting_hash = coalesce(?4, lasting_hash)
 WHERE article_id = ?1;

-- name: articles_of_story_keys
-- ?1 to ?8 keys, NULL for none: which of them (from 0), who is noted under it
SELECT v.column1, k.article_id
  FROM (VALUES (0, ?1), (1, ?2), (2, ?3), (3, ?4), (4, ?5), (5, ?6), (6, ?7), (7, ?8)) v
 CROSS JOIN story_keys k ON k.key = v.column2;

-- name: add_story_keys
-- ?1 to ?5 keys, NULL for none, ?6 article_id
INSERT OR IGNORE INTO story_keys(key, article_id)
SELECT column1, ?6 FROM (VALUES (?1), (?2), (?3), (?4), (?5)) WHERE column1 IS NOT NULL;

-- name: article_to_compare
-- ?1 article_id, ?2 the site whose own articles don't count
SELECT story_id, simhash, body FROM articles
 WHERE article_id = ?1 AND site_id <> ?2 AND body IS NOT NULL;

-- name: begin_story
UPDATE articles SET story_id = article_id WHERE article_id = ?1 AND story_id IS NULL;

-- name: insert_author
INSERT INTO authors(name) VALUES (?1) ON CONFLICT DO NOTHING;

-- name: insert_article_author
-- One row of VALUES: of INSERT … SELECT SQLite keeps what the pages were before, to undo it alone.
INSERT INTO article_authors(article_id, author_id, pos)
VALUES (?1, (SELECT author_id FROM authors WHERE name = ?2), ?3) ON CONFLICT DO NOTHING;

-- name: insert_tag
INSERT INTO tags(tag) VALUES (?1) ON CONFLICT DO NOTHING;

-- name: insert_article_tag
INSERT INTO article_tags(article_id, tag_id)
VALUES (?1, (SELECT tag_id FROM tags WHERE tag = ?2)) ON CONFLICT DO NOTHING;

-- name: insert_link
INSERT INTO links(article_id, to_url, to_domain, anchor, rel) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO NOTHING;

-- name: drop_links
DELETE FROM links WHERE article_id = ?1;

-- name: drop_article_authors
DELETE FROM article_authors WHERE article_id = ?1;

-- name: put_reservations
-- ?1 article_id, ?2 page, ?3 head, ?4 robots, ?5 files: bits; NULL: not looked at, as before. Most articles
-- have nothing reserved and no row.
INSERT INTO reservations(article_id, page, head, robots, files)
SELECT ?1, coalesce(?2, 0), coalesce(?3, 0), coalesce(?4, 0), coalesce(?5, 0)
 WHERE coalesce(?2, 0) | coalesce(?3, 0) | coalesce(?4, 0) | coalesce(?5, 0)
    OR EXISTS (SELECT 1 FROM reservations WHERE article_id = ?1)
ON CONFLICT(article_id) DO UPDATE SET page = coalesce(?2, page), head = coalesce(?3, head),
  robots = coalesce(?4, robots), files = coalesce(?5, files)
 WHERE page IS NOT coalesce(?2, page) OR head IS NOT coalesce(?3, head)
    OR robots IS NOT coalesce(?4, robots) OR files IS NOT coalesce(?5, files);

-- name: drop_article_tags
DELETE FROM article_tags WHERE article_id = ?1;

-- name: drop_story_keys
-- ?1 to ?5 keys, ?6 article_id
DELETE FROM story_keys WHERE key IN (?1, ?2, ?3, ?4, ?5) AND article_id = ?6;

-- ---- an article goes

-- name: article_to_remove
-- ?1 article_id: moment and text by which its story was looked for
SELECT coalesce(a.published_ms, a.first_seen_ms), coalesce(a.story_id, 0), a.rev_count,
       iif(r.rev IS NULL, a.body, r.body), a.site_id
  FROM articles a LEFT JOIN article_revisions r ON r.article_id = a.article_id AND r.rev = 1
 WHERE a.article_id = ?1;

-- name: authors_of_article
SELECT author_id FROM article_authors WHERE article_id = ?1;

-- name: tags_of_article
SELECT tag_id FROM article_tags WHERE article_id = ?1;

-- name: drop_second_look
-- ?1 article_id
DELETE FROM queue WHERE (host_id, band, rank, hash) IN (
  SELECT u.host_id, 3, u.next_ms, u.hash FROM articles a JOIN urls u USING (url_id)
   WHERE a.article_id = ?1);

-- name: forget_article_of_url
-- ?1 article_id
UPDATE urls SET article_id = NULL, next_ms = NULL
 WHERE url_id = (SELECT url_id FROM articles WHERE article_id = ?1);

-- name: drop_article
-- revisions, links and what else is its own go with it, its search entry by a trigger
DELETE FROM articles WHERE article_id = ?1;

-- name: drop_unused_author
DELETE FROM authors WHERE author_id = ?1
   AND NOT EXISTS (SELECT 1 FROM article_authors WHERE author_id = ?1);

-- name: drop_unused_tag
DELETE FROM tags WHERE tag_id = ?1 AND NOT EXISTS (SELECT 1 FROM article_tags WHERE tag_id = ?1);

-- name: story_members
-- ?1 story_id: how many, the oldest, whether its founder is one of them
SELECT count(*), coalesce(min(article_id), 0), coalesce(max(article_id = ?1), 0)
  FROM articles WHERE story_id = ?1;

-- name: rename_story
UPDATE articles SET story_id = ?2 WHERE story_id = ?1;

-- ---- take-downs. Of those with two parameters: ?1 kind, ?2 matches

-- name: insert_takedown
-- ?1 pattern, ?2 kind, ?3 matches, ?4 reason, ?5 asked_by, ?6 at_ms; unless it is under way
INSERT INTO takedowns(pattern, kind, matches, reason, asked_by, at_ms, rows_gone)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, 0
 WHERE NOT EXISTS (SELECT 1 FROM takedowns WHERE kind = ?2 AND matches = ?3 AND done_ms IS NULL);

-- name: all_takedowns
SELECT DISTINCT kind, matches FROM takedowns;

-- name: next_takedown
SELECT takedown_id, kind, matches FROM takedowns WHERE removed_ms IS NULL
 ORDER BY takedown_id LIMIT 1;

-- name: open_takedown
SELECT takedown_id FROM takedowns WHERE done_ms IS NULL LIMIT 1;

-- name: count_taken_rows
UPDATE takedowns SET rows_gone = rows_gone + ?2 WHERE takedown_id = ?1;

-- name: set_takedown_removed
UPDATE takedowns SET removed_ms = ?2 WHERE takedown_id = ?1;

-- name: set_takedowns_done
UPDATE takedowns SET done_ms = ?1 WHERE done_ms IS NULL;

-- name: deny_url
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'denied', ?7, ?8)
ON CONFLICT DO UPDATE SET state = 'denied', why = excluded.why
 WHERE state <> 'denied' OR why IS NOT excluded.why;

-- name: drop_taken_records
DELETE FROM api_records WHERE record_id IN (
  SELECT r.record_id FROM api_records r JOIN feeds f USING (feed_id)
   WHERE url_is_taken(f.url || '#' || r.key, 0, ?1, ?2) OR json_is_taken(r.data, ?1, ?2));

-- name: drop_taken_records_of_urls
-- those whose address is written in another way than its identity
DELETE FROM api_records WHERE record_id IN (
  SELECT r.record_id FROM urls u CROSS JOIN feeds f ON f.feed_id = u.feed_id
    CROSS JOIN api_records r ON r.feed_id = coalesce(f.parent_id, f.feed_id)
   WHERE u.why = 'told by an API' AND url_is_taken(u.url, u.hash, ?1, ?2)
     AND instr(r.data, u.url));

-- name: keep_taken_waiting
INSERT INTO urls(host_id, hash, url, site_id, feed_id, kind, state, why, found_ms)
SELECT q.host_id, q.hash, h.origin || q.path, q.site_id, q.feed_id,
       CASE q.kind WHEN 0 THEN 2 WHEN 1 THEN 3 ELSE 1 END, 'denied', 'taken down',
       coalesce(q.found_ms, q.rank * 1000)
  FROM queue q JOIN hosts h USING (host_id)
 WHERE url_is_taken(h.origin || q.path, q.hash, ?1, ?2)
ON CONFLICT DO NOTHING;

-- name: deny_taken_urls
UPDATE urls SET state = 'denied', why = 'taken down', next_ms = NULL
 WHERE url_is_taken(url, hash, ?1, ?2)
    OR url_id IN (SELECT url_id FROM articles WHERE url_is_taken(canonical_url, 0, ?1, ?2));

-- name: deny_taken_twins
-- the other addresses of what has one that is denied, and those left out for its sake
UPDATE urls SET state = 'denied', why = 'taken down', next_ms = NULL
 WHERE why IS NOT 'taken down' AND (
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
UPDATE meta SET value = (SELECT CAST(count(*) AS TEXT) FROM queue) WHERE key = 'queued';

-- name: retire_taken_feeds
-- ?3 now_ms
UPDATE feeds SET status = 'dead', retired_ms = ?3, next_ms = NULL, title = NULL, hub = NULL
 WHERE url_is_taken(url, hash, ?1, ?2);

-- name: disable_taken_sites
UPDATE sites SET enabled = 0 WHERE url_is_taken(home_url, 0, ?1, ?2);

-- name: taken_articles
SELECT article_id FROM urls WHERE why = 'taken down' AND article_id IS NOT NULL
UNION
SELECT a.article_id FROM articles a JOIN urls u USING (url_id) WHERE u.why = 'taken down';

-- name: mark_taken_raw
-- Pages that go have neither their own number nor another's from here on. With them go those that no
-- request leads to any more: nobody knows whose they are.
UPDATE raw_pages SET base_id = -1
 WHERE raw_id IN (SELECT f.raw_id FROM urls u JOIN fetches f USING (url_id)
                   WHERE u.why = 'taken down')
    OR body_hash IN (SELECT body_hash FROM urls WHERE why = 'taken down')
    OR raw_id NOT IN (SELECT raw_id FROM fetches WHERE raw_id IS NOT NULL);

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
DELETE FROM authors WHERE author_id NOT IN (SELECT author_id FROM article_authors);

-- name: drop_unused_tags
DELETE FROM tags WHERE tag_id NOT IN (SELECT tag_id FROM article_tags);

-- ---- full-text search

-- name: index_article
INSERT INTO articles_fts(rowid, title, lead, body) VALUES (?1, ?2, ?3, ?4);

-- name: index_article_of_signs
INSERT INTO articles_fts_cjk(rowid, title, lead, body) VALUES (?1, ?2, ?3, ?4);

-- name: unindex_article
-- with the texts that were indexed, so before they change
INSERT INTO articles_fts(articles_fts, rowid, title, lead, body)
SELECT 'delete', article_id, title, lead, body FROM search_words WHERE article_id = ?1;

-- name: unindex_article_of_signs
DELETE FROM articles_fts_cjk WHERE rowid = ?1;

-- name: add_to_backlog
INSERT INTO search_backlog(article_id) VALUES (?1) ON CONFLICT DO NOTHING;

-- name: next_of_backlog
SELECT article_id FROM search_backlog ORDER BY article_id LIMIT 1;

-- name: drop_from_backlog
DELETE FROM search_backlog WHERE article_id = ?1;

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
INSERT INTO meta(key, value) VALUES ('copy', ?1);

-- name: end_copy
UPDATE meta SET key = 'copied' WHERE key = 'copy';

-- name: count_backlog
SELECT count(*) FROM search_backlog;

-- name: fill_backlog
INSERT INTO search_backlog(article_id) SELECT article_id FROM articles WHERE true
ON CONFLICT DO NOTHING;

-- ---- kept pages, packed

-- name: pages_to_pack
-- ?1 pages that a site must have: those that were not looked at, site by site, the newest first
SELECT site_id, raw_id FROM (
  SELECT site_id, raw_id, last_ms, count(*) OVER (PARTITION BY site_id) AS pages FROM (
    SELECT min(u.site_id) AS site_id, r.raw_id, r.last_ms
      FROM fetches f JOIN urls u USING (url_id) JOIN raw_pages r USING (raw_id)
     WHERE u.site_id IS NOT NULL AND r.raw_id NOT IN
           (SELECT raw_id FROM raw_pages INDEXED BY raw_pages_base WHERE base_id IS NOT NULL)
     GROUP BY r.raw_id))
 WHERE pages >= ?1 ORDER BY site_id, last_ms DESC, raw_id DESC;

-- name: page_to_pack
SELECT codec, body FROM raw_pages WHERE raw_id = ?1;

-- name: pack_raw_page
-- ?1 raw_id, ?2 base_id, ?3 body
UPDATE raw_pages SET codec = 'zstd', base_id = ?2, body = ?3 WHERE raw_id = ?1;

-- name: leave_raw_page
UPDATE raw_pages SET base_id = 0 WHERE raw_id = ?1;

-- ---- kept pages, read again

-- name: pages_to_reread
-- ?1 extractor of today, ?2 url_id to start behind, ?4 at most, ?5 domain or NULL, ?6 fetched since
-- or NULL, ?7 labels as above. Of an article the page that its text is from, or where that is no longer kept the newest
-- of its address; of an address that brought no article the newest.
SELECT u.url_id, coalesce(a.article_id, 0) AS article_id, u.site_id, u.kind, s.home_url, s.domain,
  (SELECT json_object('fields',
    json_group_array(json_array(rule_id, field, kind, selector, from_day, until_day)))
    FROM (SELECT * FROM site_rules r WHERE r.site_id = s.site_id ORDER BY rule_id) GROUP BY site_id)
    AS rules,
  f.fetch_id, f.started_ms, f.total_ms, p.url, r.headers,
  iif(r.base_id > 0, 'none', r.codec) AS codec,
  iif(r.base_id > 0, page_plain(r.body, (SELECT b.body FROM raw_pages b
      WHERE b.raw_id = r.base_id AND b.raw_id <> r.raw_id)), r.body) AS body
  FROM urls u JOIN sites s USING (site_id) LEFT JOIN articles a ON a.url_id = u.url_id
  JOIN fetches f ON f.fetch_id = coalesce(
    (SELECT x.fetch_id FROM fetches x JOIN raw_pages y USING (raw_id)
      WHERE x.fetch_id = a.fetch_id AND y.body IS NOT NULL),
    (SELECT x.fetch_id FROM fetches x JOIN raw_pages y USING (raw_id)
      WHERE x.url_id = u.url_id AND y.body IS NOT NULL ORDER BY x.started_ms DESC LIMIT 1))
  JOIN raw_pages r USING (raw_id) JOIN urls p ON p.url_id = f.url_id
 WHERE u.url_id > ?2 AND u.kind IN (2, 3)
   AND iif(a.article_id IS NOT NULL, a.extractor <> ?1 AND a.withdrawn_ms IS NULL,
           u.article_id IS NULL AND u.state = 'done' AND u.redirect_url IS NULL
             AND u.extractor IS NOT ?1)
   AND (?5 IS NULL OR s.domain = ?5) AND (?6 IS NULL OR f.started_ms >= ?6)
   AND (?7 IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = u.site_id
     AND instr(?7, ',' || l.label || ',')))
 ORDER BY u.url_id LIMIT ?4;

-- name: versions_to_reread
-- ?1 extractor of today, ?2 article_id and ?3 fetch_id to start behind, ?4 at most, ?5 domain or
-- NULL, ?6 fetched since or NULL, ?7 labels as above: older versions whose own page is kept. Read in the order of their
-- key, so that the limit ends it (no join: its Bloom filters would read whole tables each time); the
-- pages themselves come last, not sorted.
WITH due AS MATERIALIZED (
  SELECT article_id, fetch_id FROM article_revisions r
   WHERE article_id >= ?2 AND (article_id, fetch_id) > (?2, ?3) AND extractor IS NOT ?1
     AND EXISTS (SELECT 1 FROM fetches f JOIN raw_pages p USING (raw_id)
                  WHERE f.fetch_id = r.fetch_id AND p.body IS NOT NULL
                    AND (?6 IS NULL OR f.started_ms >= ?6))
     AND EXISTS (SELECT 1 FROM articles a JOIN sites s USING (site_id)
                  WHERE a.article_id = r.article_id AND a.withdrawn_ms IS NULL
                    AND (?5 IS NULL OR s.domain = ?5)
                    AND (?7 IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = a.site_id
                      AND instr(?7, ',' || l.label || ','))))
   ORDER BY 1, 2 LIMIT ?4)
SELECT u.url_id, d.article_id, u.site_id, u.kind, s.home_url, s.domain,
  (SELECT json_object('fields',
    json_group_array(json_array(rule_id, field, kind, selector, from_day, until_day)))
    FROM (SELECT * FROM site_rules r WHERE r.site_id = s.site_id ORDER BY rule_id) GROUP BY site_id)
    AS rules, d.fetch_id, f.started_ms,
  f.total_ms, u.url, p.headers, iif(p.base_id > 0, 'none', p.codec) AS codec,
  iif(p.base_id > 0, page_plain(p.body, (SELECT b.body FROM raw_pages b
      WHERE b.raw_id = p.base_id AND b.raw_id <> p.raw_id)), p.body) AS body
  FROM due d CROSS JOIN fetches f USING (fetch_id) JOIN raw_pages p USING (raw_id)
  JOIN urls u USING (url_id) JOIN sites s USING (site_id);

-- name: compare_version
-- ?1 article_id, ?2 fetch_id, ?3 title, ?4 lead, ?5 body
SELECT rev, title IS NOT ?3 OR lead IS NOT ?4 OR body IS NOT ?5, body IS NOT ?5
  FROM article_revisions WHERE article_id = ?1 AND fetch_id = ?2;

-- name: correct_version
-- ?1 article_id, ?2 rev, ?3 title, ?4 lead, ?5 body, ?6 text_hash, ?7 words, ?8 modified_ms,
-- ?9 extractor
UPDATE article_revisions SET title = ?3, lead = ?4, body = ?5, text_hash = ?6, words = ?7,
  modified_ms = coalesce(?8, modified_ms), extractor = ?9
 WHERE article_id = ?1 AND rev = ?2;

-- name: mark_version_read
-- ?1 article_id, ?2 extractor, ?3 fetch_id
UPDATE article_revisions SET extractor = ?2 WHERE article_id = ?1 AND fetch_id = ?3;

-- name: version_like_next
SELECT r.rev FROM article_revisions r JOIN articles a USING (article_id)
  LEFT JOIN article_revisions n ON n.article_id = r.article_id AND n.rev = r.rev + 1
 WHERE r.article_id = ?1 AND r.text_hash = iif(n.rev IS NULL, a.text_hash, n.text_hash)
 ORDER BY r.rev LIMIT 1;

-- name: date_back_next_version
-- ?1 article_id, ?2 the rev that is none
UPDATE article_revisions SET seen_ms = (
  SELECT p.seen_ms FROM article_revisions p WHERE p.article_id = ?1 AND p.rev = ?2)
 WHERE article_id = ?1 AND rev = ?2 + 1;

-- name: date_back_article
-- ?1 article_id, ?2 the rev that is none
UPDATE articles SET rev_count = rev_count - 1,
  revised_ms = iif(?2 + 1 < rev_count, revised_ms, (
    SELECT seen_ms FROM article_revisions p WHERE p.article_id = ?1 AND p.rev = ?2 AND ?2 > 1))
 WHERE article_id = ?1;

-- name: drop_version
DELETE FROM article_revisions WHERE article_id = ?1 AND rev = ?2;

-- name: renumber_versions
-- in two steps, as no two may have one number, not for a moment: below zero first
UPDATE article_revisions SET rev = 1 - rev WHERE article_id = ?1 AND rev > ?2;

-- name: turn_numbers_of_versions
UPDATE article_revisions SET rev = -rev WHERE article_id = ?1 AND rev <= -?2;

-- name: tell_changes_of_versions
UPDATE article_revisions SET changed = (
  SELECT ltrim(iif(p.title IS article_revisions.title, '', ',title')
            || iif(p.lead IS article_revisions.lead, '', ',lead')
            || iif(p.body IS article_revisions.body, '', ',body'), ',')
    FROM article_revisions p WHERE p.article_id = ?1 AND p.rev = article_revisions.rev - 1)
 WHERE article_id = ?1;

-- name: tell_changes_of_article
UPDATE articles SET changed = (
  SELECT ltrim(iif(p.title IS articles.title, '', ',title') || iif(p.lead IS articles.lead, '', ',lead')
            || iif(p.body IS articles.body, '', ',body'), ',')
    FROM article_revisions p WHERE p.article_id = ?1 AND p.rev = articles.rev_count - 1)
 WHERE article_id = ?1;

-- name: set_story
-- ?1 article_id, ?2 story_id, unless it has one
UPDATE articles SET story_id = ?2 WHERE article_id = ?1 AND story_id IS NULL;

-- name: mark_article_read
UPDATE articles SET extractor = ?2 WHERE article_id = ?1;

-- name: mark_url_read
UPDATE urls SET extractor = ?2 WHERE url_id = ?1;

-- name: set_url_of_reread
UPDATE urls SET article_id = ?2, why = NULL, extractor = NULL WHERE url_id = ?1;

-- name: put_source_of_reread
INSERT INTO url_sources(url_id, feed_id, first_ms, last_ms)
SELECT url_id, feed_id, found_ms, found_ms FROM urls WHERE url_id = ?1 AND feed_id IS NOT NULL
ON CONFLICT DO NOTHING;

-- ---- what commands read

-- name: read_runs
-- ?1 run_id or NULL for the latest, ?2 at most. workers_lost: on a server, how many did not renew their leases
-- while it ran, and were ended by others
SELECT run_id AS run, outcome, started, ended, secs AS seconds, requests, ok,
  not_modified AS unchanged, throttled, server_err, net_err, bytes, urls_new, articles_new,
  articles_revised, host, pid, version, argv AS argv_json, report AS figures_json, 0 AS workers_lost
  FROM v_run WHERE ?1 IS NULL OR run_id = ?1 ORDER BY run_id DESC LIMIT ?2;

-- name: read_failures
-- ?1 run_id, ?2 at most, ?3 labels as above: origins and errors, the most frequent first. That there is no robots.txt
-- (kind 0), no article on a page, or nothing where a source was only guessed, is none.
SELECT h.origin,
  CASE WHEN f.status >= 400 THEN 'http ' || f.status
       WHEN instr(f.error, ':') > 0 THEN substr(f.error, 1, instr(f.error, ':') - 1)
       ELSE f.error END AS error,
  count(*) AS requests, count(DISTINCT f.url_id) AS urls, max(u.url) AS example
  FROM fetches f JOIN urls u USING (url_id) JOIN hosts h USING (host_id)
 WHERE f.run_id = ?1 AND (f.status >= 400 OR f.error IS NOT NULL AND f.error NOT LIKE 'not %')
   AND NOT (u.kind = 0 AND f.status BETWEEN 400 AND 499 AND f.status <> 429)
   AND NOT (f.status IN (404, 410) AND EXISTS (SELECT 1 FROM feeds s
     WHERE s.host_id = u.host_id AND s.hash = u.hash AND s.found_via = 'guess'))
   AND (?3 IS NULL OR u.site_id IN (SELECT site_id FROM site_labels WHERE instr(?3, ',' || label || ',')))
 GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT ?2;

-- name: read_alarms
-- ?1 run_id, ?2 labels as above: sites that were not as they used to be, on the day of that run
SELECT s.home_url AS site, d.verdict, d.why
  FROM runs r CROSS JOIN sites s CROSS JOIN site_days d
    ON d.site_id = s.site_id AND d.day = r.started_ms / 86400000
 WHERE r.run_id = ?1 AND d.verdict NOT IN ('ok', 'new')
   AND (?2 IS NULL OR s.site_id IN (SELECT site_id FROM site_labels WHERE instr(?2, ',' || label || ',')))
 ORDER BY s.domain, s.home_url;

-- name: read_sites
-- ?1 now_ms, ?2 whether only those with trouble, ?3 at most, ?4 labels of which they have one and ?5
-- states, each between commas, NULL: any. The last verdict is looked up site by site: joined with
-- v_site_health SQLite walks all of that for each of them.
WITH sources AS (
  SELECT site_id, count(*) AS n, sum(status IN ('failing', 'dead')) AS failing,
         max(asked_ms) AS asked_ms, max(last_ok_ms) AS last_ok_ms
    FROM feeds WHERE status <> 'moved' AND retired_ms IS NULL
     AND (found_via <> 'guess' OR last_ok_ms IS NOT NULL)
   GROUP BY site_id),
stored AS (
  SELECT site_id, count(*) AS n, sum(first_seen_ms > ?1 - 604800000) AS n7,
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
    strftime('%Y-%m-%dT%H:%M:%SZ', stored.newest_ms / 1000, 'unixepoch') AS newest,
    strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(sources.asked_ms, pages.asked_ms) / 1000,
             'unixepoch') AS asked,
    coalesce(pages.why, (SELECT last_error FROM feeds f
       WHERE f.site_id = s.site_id AND f.last_error IS NOT NULL
         AND (f.found_via <> 'guess' OR f.last_ok_ms IS NOT NULL)
       ORDER BY f.asked_ms DESC LIMIT 1))
      AS error, h.why,
    date(iif(sources.failing = sources.n, sources.last_ok_ms / 1000,
      (SELECT min(x.day) FROM site_days x WHERE x.site_id = h.site_id
       AND x.verdict = h.verdict AND x.day <= h.day
       AND x.day > coalesce((SELECT max(y.day) FROM site_days y WHERE y.site_id = h.site_id
         AND y.verdict <> h.verdict AND y.day <= h.day), 0)) * 86400), 'unixepoch') AS since,
    (SELECT group_concat(label) FROM (SELECT label FROM site_labels l WHERE l.site_id = s.site_id
       ORDER BY label)) AS labels, s.country, s.lang, s.note, s.enabled,
    s.min_delay_ms AS delay_ms, s.max_per_run AS max_per_site, s.per_host, s.timeout_ms,
    nullif(trim(iif(s.sources & 1, 'front,', '') || iif(s.sources & 2, 'section,', '')
      || iif(s.sources & 4, 'feed,', '') || iif(s.sources & 8, 'sitemap,', '')
      || iif(s.sources & 16, 'api', ''), ','), '') AS sources_asked, s.user_agent, s.cookie_jar,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'auth') AS auth,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'cookie') AS cookie,
    (SELECT group_concat(x.name) FROM site_secrets x
      WHERE x.site_id = s.site_id AND x.key = 'header') AS headers,
    (SELECT 'set' FROM site_secrets x WHERE x.site_id = s.site_id AND x.key = 'proxy') AS proxy
    FROM sites s LEFT JOIN sources USING (site_id) LEFT JOIN stored USING (site_id)
    LEFT JOIN pages ON s.kind = 'page' AND pages.url = s.home_url
    LEFT JOIN site_days h ON h.site_id = s.site_id AND s.enabled = 1 AND s.kind = 'site'
     AND h.day = (SELECT max(x.day) FROM site_days x WHERE x.site_id = s.site_id
       AND x.verdict IS NOT NULL AND x.day > ?1 / 86400000 - 37))
SELECT *, coalesce(why, error) AS trouble FROM doing
 WHERE (NOT ?2 OR state NOT IN ('ok', 'off', 'new') OR sources_failing > 0)
   AND (?5 IS NULL OR instr(?5, ',' || state || ','))
   AND (?4 IS NULL OR EXISTS (SELECT 1 FROM site_labels l JOIN sites s USING (site_id)
     WHERE s.home_url = doing.url AND instr(?4, ',' || l.label || ',')))
 ORDER BY state IN ('ok', 'off', 'new'), domain, url LIMIT ?3;

-- name: page_sites
-- ?1 run_id, ?2 now_ms: what that run did at each site, and the site's last 30 days ("0:12,3:4": day
-- of them and new articles)
WITH now AS (SELECT coalesce(ended_ms, ?2) / 86400000 AS today FROM runs WHERE run_id = ?1),
asked AS (
  SELECT u.site_id, f.total_ms, u.kind, f.status, f.error,
         f.started_ms - lag(f.started_ms) OVER (PARTITION BY u.host_id ORDER BY f.started_ms) AS gap_ms
    FROM fetches f JOIN urls u USING (url_id) WHERE f.run_id = ?1),
requests AS (
  SELECT site_id, count(*) AS n, max(total_ms) AS slowest_ms, min(gap_ms) AS gap_ms,
         count(*) FILTER (WHERE (status >= 400 OR error IS NOT NULL AND error NOT LIKE 'not %')
           AND coalesce(status, 0) NOT IN (404, 410)
           AND NOT (kind = 0 AND status BETWEEN 400 AND 499 AND status <> 429)) AS failed
    FROM asked GROUP BY site_id),
fresh AS (
  SELECT a.site_id, count(*) AS n
    FROM runs r CROSS JOIN sites s CROSS JOIN articles a
      ON a.site_id = s.site_id
     AND a.first_seen_ms BETWEEN r.started_ms AND coalesce(r.ended_ms, ?2)
   WHERE r.run_id = ?1 GROUP BY a.site_id),
month AS (
  SELECT site_id, group_concat((day - today + 29) || ':' || articles) AS days,
         total(articles) FILTER (WHERE day > today - 7) AS n,
         total(titled) FILTER (WHERE day > today - 7) AS titled,
         total(bodied) FILTER (WHERE day > today - 7) AS bodied,
         total(dated) FILTER (WHERE day > today - 7) AS dated
    FROM now CROSS JOIN site_days
   WHERE day BETWEEN today - 29 AND today AND articles GROUP BY site_id)
SELECT s.home_url AS url, coalesce(r.n, 0) AS requests, coalesce(r.failed, 0) AS failed,
  r.slowest_ms, r.gap_ms, coalesce(fresh.n, 0) AS articles_new, m.days,
  m.titled / nullif(m.n, 0) AS title_ok, m.bodied / nullif(m.n, 0) AS body_ok,
  m.dated / nullif(m.n, 0) AS date_ok
  FROM sites s LEFT JOIN requests r USING (site_id) LEFT JOIN fresh USING (site_id)
  LEFT JOIN month m USING (site_id);

-- name: page_time
-- ?1 run_id, ?2 now_ms, ?3 parts: requests and new articles in each part of the run's time. That an
-- address is gone (404, 410) is no failure, here as in the report.
WITH run AS (
  SELECT run_id, started_ms, max(coalesce(ended_ms, ?2) - started_ms, 1) + 1 AS span_ms
    FROM runs WHERE run_id = ?1),
happened AS (
  SELECT (f.started_ms - run.started_ms) * ?3 / span_ms AS part, 1 AS request,
         (f.status >= 400 OR (f.error IS NOT NULL AND f.error NOT LIKE 'not %'))
           AND coalesce(f.status, 0) NOT IN (404, 410) AS failed, 0 AS article
    FROM run CROSS JOIN fetches f USING (run_id)
  UNION ALL
  SELECT (a.first_seen_ms - run.started_ms) * ?3 / span_ms, 0, 0, 1
    FROM run CROSS JOIN sites s CROSS JOIN articles a
      ON a.site_id = s.site_id
     AND a.first_seen_ms BETWEEN run.started_ms AND run.started_ms + span_ms)
SELECT part, sum(request) AS requests, total(failed) AS failed, sum(article) AS articles
  FROM happened WHERE part BETWEEN 0 AND ?3 - 1 GROUP BY part;

-- name: page_latency
-- ?1 run_id: how many requests took how long; the last step has no end
WITH steps(least, below) AS (VALUES (0, 50), (50, 100), (100, 200), (200, 500), (500, 1000),
  (1000, 2000), (2000, 5000), (5000, 10000), (10000, NULL)),
of_run AS MATERIALIZED (SELECT total_ms AS value FROM fetches WHERE run_id = ?1)
SELECT s.least, s.below,
  (SELECT count(*) FROM of_run WHERE value >= s.least AND (s.below IS NULL OR value < s.below))
    AS requests
  FROM steps s;

-- name: page_latency_points
-- ?1 run_id: within which time the half, 95 % and 99 % of its requests were through
WITH of_run AS (
  SELECT total_ms, row_number() OVER (ORDER BY total_ms) AS place, count(*) OVER () AS n
    FROM fetches WHERE run_id = ?1 AND total_ms IS NOT NULL)
SELECT min(total_ms) FILTER (WHERE place >= n * 0.50) AS half_ms,
  min(total_ms) FILTER (WHERE place >= n * 0.95) AS most_ms,
  min(total_ms) FILTER (WHERE place >= n * 0.99) AS nearly_all_ms
  FROM of_run;

-- name: page_bytes
-- ?1 run_id: how many answers were how large on the wire
WITH steps(least, below) AS (VALUES (1, 1024), (1024, 4096), (4096, 16384), (16384, 65536),
  (65536, 262144), (262144, 1048576), (1048576, NULL)),
of_run AS MATERIALIZED (SELECT bytes_wire AS value FROM fetches WHERE run_id = ?1)
SELECT s.least, s.below,
  (SELECT count(*) FROM of_run WHERE value >= s.least AND (s.below IS NULL OR value < s.below))
    AS requests
  FROM steps s;

-- name: page_results
-- ?1 run_id: requests by what came of them, the frequent first
SELECT CASE WHEN status >= 400 THEN 'http ' || status
            WHEN error IS NOT NULL AND error NOT LIKE 'not %'
            THEN substr(error, 1, instr(error || ':', ':') - 1)
            WHEN status = 304 THEN 'unchanged' WHEN status >= 300 THEN 'redirect'
            ELSE 'ok' END AS class,
  count(*) AS requests,
  sum((status >= 400 OR (error IS NOT NULL AND error NOT LIKE 'not %'))
      AND coalesce(status, 0) NOT IN (404, 410)) AS failed
  FROM fetches WHERE run_id = ?1 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12;

-- name: page_growth
-- ?1 run_id, ?2 now_ms: new articles of each of the 30 days up to the run
WITH RECURSIVE now AS (SELECT coalesce(ended_ms, ?2) / 86400000 AS today FROM runs WHERE run_id = ?1),
days(day) AS (
  SELECT today - 29 FROM now UNION ALL SELECT day + 1 FROM days WHERE day < (SELECT today FROM now))
SELECT date(d.day * 86400, 'unixepoch') AS day,
  (SELECT CAST(total(articles) AS INTEGER) FROM site_days x WHERE x.day = d.day) AS articles
  FROM days d;

-- name: page_sizes
-- ?1 run_id, ?2 at most: how large the database was behind each of the runs up to it
SELECT day, bytes FROM (
  SELECT run_id, date(started_ms / 1000, 'unixepoch') AS day,
         CAST(json_extract(report, '$.database_bytes') AS INTEGER) AS bytes
    FROM runs WHERE run_id <= ?1 ORDER BY run_id DESC LIMIT ?2)
 WHERE bytes > 0 ORDER BY run_id;

-- name: page_totals
SELECT (SELECT max(run_id) FROM runs) AS last_run, (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM sites) AS sites,
  (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS bytes;

-- name: doctor_store
-- what a database says of itself, and of its last run
SELECT (SELECT user_version FROM pragma_user_version) AS version, sqlite_version() AS library,
  (SELECT count(*) FROM sites WHERE enabled = 1) AS sites,
  (SELECT count(*) FROM articles) AS articles,
  r.run_id AS run, r.outcome, r.report ->> '$.error' AS error, max(r.started_ms, coalesce(r.ended_ms, 0)) AS last_ms
  FROM (SELECT 1) LEFT JOIN runs r ON r.run_id = (SELECT max(run_id) FROM runs);

-- name: doctor_faults
-- ?1 at most: what is damaged, or the one row 'ok'; reads the whole file
SELECT quick_check AS fault FROM pragma_quick_check(?1);

-- name: metrics_store
-- the store's figures. Rows of requests and URLs are as many at most: counting them would read all.
SELECT (SELECT count(*) FROM articles) AS articles,
  (SELECT count(*) FROM sites) AS sites,
  coalesce((SELECT max(fetch_id) FROM fetches) - (SELECT min(fetch_id) FROM fetches) + 1, 0) AS fetches,
  coalesce((SELECT max(url_id) FROM urls) - (SELECT min(url_id) FROM urls) + 1, 0) AS urls,
  (SELECT max(ended_ms) FROM runs WHERE outcome = 'ok') AS last_ok_ms;

-- name: metrics_sites
-- ?1 now_ms: each site with its state, those with trouble first; as read_sites has it, without what
-- takes time
WITH sources AS (
  SELECT site_id, count(*) AS n, sum(status IN ('failing', 'dead')) AS failing,
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
       AND x.verdict IS NOT NULL AND x.day > ?1 / 86400000 - 37))
SELECT url, state FROM doing ORDER BY state IN ('ok', 'off', 'new'), domain, url;

-- name: read_subscriptions
-- each site with its feeds, as a feed reader wants them; ?1 labels as above
SELECT s.folder, coalesce(s.name, f.title, s.domain) AS title, s.home_url, f.url AS feed_url
  FROM sites s LEFT JOIN feeds f
    ON f.site_id = s.site_id AND f.status NOT IN ('moved', 'dead') AND f.retired_ms IS NULL
   AND (f.source = 3 OR (f.source = 1 AND f.kind IN ('rss', 'atom', 'rdf', 'jsonfeed', 'cdf')))
   AND (f.found_via <> 'guess' OR f.last_ok_ms IS NOT NULL)
 WHERE s.kind = 'site' AND s.enabled = 1
   AND (?1 IS NULL OR EXISTS (SELECT 1 FROM site_labels l
     WHERE l.site_id = s.site_id AND instr(?1, ',' || l.label || ',')))
 ORDER BY s.folder, s.home_url, f.feed_id;

-- name: count_sites
-- ?1 labels as above
SELECT count(*) AS sites FROM sites
 WHERE enabled = 1 AND (?1 IS NULL OR EXISTS (SELECT 1 FROM site_labels l
   WHERE l.site_id = sites.site_id AND instr(?1, ',' || l.label || ',')));

-- name: read_apis
-- ?1 labels as above: those with trouble first
SELECT * FROM v_apis
 WHERE ?1 IS NULL OR url IN (SELECT f.url FROM feeds f JOIN site_labels l USING (site_id)
   WHERE instr(?1, ',' || l.label || ','))
 ORDER BY error IS NULL, url;

-- name: read_reasons
-- ?1 at most, ?2 labels as above: why URLs were refused, left out or put off
SELECT state, why, sum(n) AS urls, max(example) AS example FROM (
  SELECT state, coalesce(why, '') AS why, count(*) AS n, min(url) AS example FROM urls
   WHERE state IN ('denied', 'skipped', 'retry')
    AND (?2 IS NULL OR site_id IN (SELECT site_id FROM site_labels WHERE instr(?2, ',' || label || ',')))
   GROUP BY 1, 2
  UNION ALL -- those that were only counted
  SELECT 'skipped', CASE kind WHEN 1 THEN 'no new article in pages like ' WHEN 2 THEN 'no new article from '
                         ELSE '' END || name, skipped - kept, NULL
    FROM budgets WHERE skipped > kept
     AND (?2 IS NULL OR site_id IN (SELECT site_id FROM site_labels WHERE instr(?2, ',' || label || ',')))
  UNION ALL -- sources that were left to a later run
  SELECT 'waiting', b.name, (SELECT count(*) FROM hosts h JOIN queue q ON q.host_id = h.host_id
    AND q.band = 0 AND q.rank BETWEEN 1 AND b.closed_ms AND q.site_id = b.site_id
    WHERE h.site_id = b.site_id), NULL
    FROM budgets b WHERE b.kind = 3 AND b.closed_ms IS NOT NULL
     AND (?2 IS NULL OR site_id IN (SELECT site_id FROM site_labels WHERE instr(?2, ',' || label || ','))))
 WHERE n > 0 GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ?1;

-- name: explain_url
-- ?1 origin, ?2 the URL's identity: what came of it
SELECT u.url_id, u.article_id, u.url,
  CASE WHEN u.kind >= 8 OR u.kind = 1 THEN 'source' WHEN u.kind = 0 THEN 'robots'
       WHEN u.kind = 2 THEN 'article' ELSE 'page' END AS kind,
  s.home_url AS site, u.state, u.why, u.tries,
  strftime('%Y-%m-%dT%H:%M:%SZ', u.found_ms / 1000, 'unixepoch') AS found, f.url AS announced_by,
  strftime('%Y-%m-%dT%H:%M:%SZ', u.asked_ms / 1000, 'unixepoch') AS asked,
  strftime('%Y-%m-%dT%H:%M:%SZ', u.next_ms / 1000, 'unixepoch') AS next, u.etag, u.last_modified,
  u.redirect_url
  FROM hosts h JOIN urls u ON u.host_id = h.host_id AND u.hash = url_hash(?2)
  LEFT JOIN sites s ON s.site_id = u.site_id LEFT JOIN feeds f ON f.feed_id = u.feed_id
 WHERE h.origin = ?1;

-- name: explain_queue
-- ?1 origin, ?2 the URL's identity: where it waits
SELECT h.origin || q.path AS url, s.home_url AS site,
  CASE q.band WHEN 0 THEN 'source' WHEN 1 THEN 'new article' WHEN 2 THEN 'retry'
              ELSE 'second look' END AS waits_as,
  CASE WHEN q.band <> 1 AND q.rank > 9999999999
       THEN strftime('%Y-%m-%dT%H:%M:%SZ', q.rank / 1000, 'unixepoch') END AS due,
  (SELECT b.name FROM budgets b WHERE q.band = 0 AND b.site_id = q.site_id AND b.kind = 3
    AND q.rank > 0 AND b.closed_ms >= q.rank) AS why,
  CASE WHEN s.enabled = 0 THEN 'its site is off (crawler set SITE enabled=yes)'
       WHEN q.kind > 8 AND NOT s.sources >> (q.kind - 9) & 1
       THEN 'its site is not asked for such sources (crawler set SITE sources=)' END AS set_aside,
  q.tries, strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(q.found_ms / 1000, q.rank), 'unixepoch') AS found,
  f.url AS announced_by, q.hint_title AS announced_title,
  strftime('%Y-%m-%dT%H:%M:%SZ', iif(q.band <> 1, q.hint_published_ms / 1000,
    iif(q.found_ms IS NULL, NULL, q.rank)), 'unixepoch') AS announced_published
  FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.hash = url_hash(?2)
  LEFT JOIN sites s ON s.site_id = q.site_id LEFT JOIN feeds f ON f.feed_id = q.feed_id
 WHERE h.origin = ?1 ORDER BY q.band LIMIT 1;

-- name: explain_host
-- ?1 origin
SELECT h.origin, s.home_url AS site,
  strftime('%Y-%m-%dT%H:%M:%SZ', nullif(h.ready_ms, 0) / 1000, 'unixepoch') AS ready,
  h.response_ms, h.fails_in_row, h.rests, h.crawl_delay_ms, h.robots_status,
  strftime('%Y-%m-%dT%H:%M:%SZ', h.robots_fetched_ms / 1000, 'unixepoch') AS robots_fetched,
  h.robots_body
  FROM hosts h LEFT JOIN sites s ON s.site_id = h.site_id WHERE h.origin = ?1;

-- name: explain_source
-- ?1 origin, ?2 the URL's identity: as a source of other URLs
SELECT v.source, v.kind, v.found_via, v.title, v.hub, v.status, v.poll_min, v.hint_min, v.asked,
  v.next, v.last_http, v.last_records, v.last_new_count AS last_new, v.last_error, v.fail_score,
  v.newest, v.polls, v.unchanged, v.listed_by, v.lastmod, v.unlisted, v.last_ok, v.last_new AS news
  FROM hosts h JOIN feeds f ON f.host_id = h.host_id AND f.hash = url_hash(?2)
  JOIN v_feeds v USING (feed_id)
 WHERE h.origin = ?1;

-- name: explain_budget
-- ?1 origin, ?2 path with query, ?3 the URL's identity: the budget that its address falls under,
-- the closed one first
SELECT v.kind, v.name, v.state, v.asked, v.articles, v.barren, v.skipped, v.closed
  FROM v_budgets v
 WHERE (v.kind = 'pattern' AND v.name IN (url_shape(?1, ?2, 0), url_shape(?1, ?2, 1)))
    OR (v.kind = 'source' AND v.state <> 'open' AND v.name = (
      SELECT f.url FROM hosts h JOIN queue q ON q.host_id = h.host_id AND q.hash = url_hash(?3)
        JOIN feeds f ON f.feed_id = q.feed_id WHERE h.origin = ?1))
 ORDER BY v.state = 'open', v.kind, v.name = url_shape(?1, ?2, 0) DESC LIMIT 1;

-- name: explain_takedown
-- ?1 URL, ?2 its identity
SELECT v.pattern, v.reason, v.asked_by, v.at FROM takedowns t JOIN v_takedowns v USING (takedown_id)
 WHERE url_is_taken(?1, url_hash(?2), t.kind, t.matches) ORDER BY takedown_id LIMIT 1;

-- name: preview_takedown
-- ?1 kind, ?2 matches: what would go
WITH covered AS (
  SELECT url_id, article_id, body_hash FROM urls
   WHERE url_is_taken(url, hash, ?1, ?2)
      OR url_id IN (SELECT url_id FROM articles WHERE url_is_taken(canonical_url, 0, ?1, ?2))),
gone AS (
  SELECT article_id FROM covered WHERE article_id IS NOT NULL
  UNION SELECT a.article_id FROM articles a JOIN covered USING (url_id))
SELECT (SELECT count(*) FROM articles WHERE article_id IN gone) AS articles,
  (SELECT count(*) FROM article_revisions WHERE article_id IN gone) AS revisions,
  (SELECT count(*) FROM raw_pages WHERE raw_id IN (
    SELECT f.raw_id FROM fetches f JOIN urls u USING (url_id)
     WHERE u.url_id IN (SELECT url_id FROM covered) OR u.article_id IN gone)) AS raw_pages,
  (SELECT count(*) FROM api_records r JOIN feeds f USING (feed_id)
    WHERE url_is_taken(f.url || '#' || r.key, 0, ?1, ?2) OR json_is_taken(r.data, ?1, ?2))
    AS api_records,
  (SELECT count(*) FROM queue q JOIN hosts h USING (host_id)
    WHERE url_is_taken(h.origin || q.path, q.hash, ?1, ?2)) AS waiting;

-- name: preview_taken_articles
-- as preview_takedown: the articles themselves
WITH covered AS (
  SELECT url_id, article_id FROM urls
   WHERE url_is_taken(url, hash, ?1, ?2)
      OR url_id IN (SELECT url_id FROM articles WHERE url_is_taken(canonical_url, 0, ?1, ?2)))
SELECT v.article_id, v.url, v.title, v.published, v.rev_count AS versions FROM v_articles v
 WHERE article_id IN (SELECT article_id FROM covered WHERE article_id IS NOT NULL
                      UNION SELECT a.article_id FROM articles a JOIN covered USING (url_id))
 ORDER BY v.article_id;

-- name: read_takedowns
SELECT * FROM v_takedowns ORDER BY takedown_id;

-- name: explain_site
-- ?1 a domain: whether a site of it was added
SELECT home_url AS site FROM sites WHERE domain = ?1 ORDER BY site_id LIMIT 1;

-- name: explain_fetches
-- ?1 url_id, ?2 at most; the newest first
SELECT run_id AS run, attempt, strftime('%Y-%m-%dT%H:%M:%SZ', started_ms / 1000, 'unixepoch')
    AS started, status, error, total_ms AS ms, bytes_wire AS bytes, mime, charset, ip, http,
  redirect_url
  FROM fetches WHERE url_id = ?1 ORDER BY started_ms DESC LIMIT ?2;

-- name: explain_told_by
-- ?1 url_id, ?2 at most
SELECT f.url, f.kind, strftime('%Y-%m-%dT%H:%M:%SZ', x.first_ms / 1000, 'unixepoch') AS first,
  strftime('%Y-%m-%dT%H:%M:%SZ', x.last_ms / 1000, 'unixepoch') AS last
  FROM url_sources x JOIN feeds f USING (feed_id)
 WHERE x.url_id = ?1 ORDER BY x.first_ms LIMIT ?2;

-- name: explain_article
-- ?1 article_id
SELECT article_id, url, title, title_from, published, published_from, authors, words, lang,
  body_from, rev_count AS revisions, first_seen, revised, gone
  FROM v_articles WHERE article_id = ?1;

-- name: versions_of_url
-- ?1 origin, ?2 the URL's identity, ?3 the URL, which may be one that was only named: all versions
-- of its article, the first one first
SELECT v.article_id, v.rev, v.seen, v.changed, v.url, v.title, v.lead, v.body,
  strftime('%Y-%m-%dT%H:%M:%SZ', a.gone_ms / 1000, 'unixepoch') AS gone
  FROM v_revisions v JOIN articles a USING (article_id)
 WHERE v.article_id = coalesce(
    (SELECT u.article_id FROM hosts h JOIN urls u ON u.host_id = h.host_id AND u.hash = url_hash(?2)
      WHERE h.origin = ?1),
    (SELECT min(article_id) FROM articles WHERE canonical_url = ?3))
 ORDER BY v.rev;

-- name: search_articles
-- ?1 the query in FTS5's language, ?2 since (milliseconds) or 0, ?3 domain or NULL, ?4 at most,
-- ?5 now_ms, ?6 labels as above. bm25() is negative, the better the smaller; a word in the title counts four times one
-- in the text, and what is of today twice as much as what is old, of a month ago half of that more.
WITH hits(article_id, of_signs, score) AS (
  SELECT rowid, 0, bm25(articles_fts, 4, 2, 1) FROM articles_fts WHERE articles_fts MATCH ?1
  UNION ALL
  SELECT rowid, 1, bm25(articles_fts_cjk, 4, 2, 1) FROM articles_fts_cjk
   WHERE articles_fts_cjk MATCH search_query(?1)),
best AS MATERIALIZED (
  SELECT h.article_id, h.of_signs, h.score * (1 + 2592e6 / (2592e6
      + max(0, ?5 - coalesce(a.published_ms, a.first_seen_ms)))) AS score
    FROM hits h CROSS JOIN articles a USING (article_id) JOIN sites s USING (site_id)
   WHERE a.withdrawn_ms IS NULL AND (?2 = 0 OR coalesce(a.published_ms, a.first_seen_ms) >= ?2)
     AND (?3 IS NULL OR s.domain = ?3)
     AND (?6 IS NULL OR EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = a.site_id
     AND instr(?6, ',' || l.label || ',')))
   ORDER BY 3, 1 DESC LIMIT ?4)
SELECT v.article_id, v.domain, v.url, v.title, v.published, v.first_seen, v.lang,
  CASE best.of_signs WHEN 0 THEN
    (SELECT snippet(articles_fts, -1, '[', ']', '…', 16) FROM articles_fts
      WHERE articles_fts MATCH ?1 AND rowid = best.article_id)
  ELSE
    search_join((SELECT snippet(articles_fts_cjk, -1, '[', ']', '…', 32) FROM articles_fts_cjk
      WHERE articles_fts_cjk MATCH search_query(?1) AND rowid = best.article_id)) END AS snippet,
  round(-best.score, 3) AS score
  FROM best CROSS JOIN v_articles v ON v.article_id = best.article_id
 ORDER BY best.score, 1 DESC;

-- ---- exports: `chosen` is narrowed by storage/sqlite/choice.c

-- name: export_columns
-- the names alone: one row of NULLs
SELECT v.* FROM (SELECT 1) LEFT JOIN v_articles v ON 0;

-- name: export_articles
WITH chosen AS (SELECT * FROM v_articles)
SELECT * FROM chosen;

-- name: export_pages
-- what an article's address answered, as far as it is kept; the loops' order has the oldest first,
-- an ORDER BY would sort the bodies
WITH chosen AS (SELECT * FROM v_articles)
SELECT u.url, strftime('%Y-%m-%dT%H:%M:%fZ', f.started_ms / 1000.0, 'unixepoch') AS date, f.ip, f.truncated,
  r.raw_id, r.headers, r.base_id > 0 AS packed,
  iif(r.base_id > 0, page_plain(r.body, (SELECT b.body FROM raw_pages b
      WHERE b.raw_id = r.base_id AND b.raw_id <> r.raw_id)), r.body) AS body
  FROM chosen c CROSS JOIN articles a ON a.article_id = c.article_id
  CROSS JOIN urls u ON u.url_id = a.url_id
  CROSS JOIN fetches f ON f.url_id = a.url_id
  CROSS JOIN raw_pages r ON r.raw_id = f.raw_id AND r.body IS NOT NULL;

-- ---- only here: PostgreSQL has no functions of the program, and its search needs no merging

-- name: free_of_taken_raw
-- what others have in common with one that goes becomes their own
UPDATE raw_pages SET base_id = raw_id,
  body = page_alone(body, (SELECT b.body FROM raw_pages b WHERE b.raw_id = raw_pages.base_id))
 WHERE base_id IN (SELECT raw_id FROM raw_pages WHERE base_id = -1);

-- name: merge_search
-- ?1 pages at most, negative: towards one segment
INSERT INTO articles_fts(articles_fts, rank) VALUES ('merge', ?1);

-- name: merge_search_of_signs
INSERT INTO articles_fts_cjk(articles_fts_cjk, rank) VALUES ('merge', ?1);
