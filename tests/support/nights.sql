-- Seventeen nights of many sites, written straight into an empty database: what the report's page is
-- looked at and measured with. Before it:
--     CREATE TEMP TABLE night AS SELECT 2000 AS sites, 1 AS bad;   -- 0: a good night
-- The last run began three hours ago. Nothing is random: the same table gives the same nights.
CREATE TEMP TABLE numbers AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT sites FROM night))
SELECT i, (i * 7919) % 1009 AS a, (i * 104729) % 1013 AS b FROM n;
CREATE TEMP TABLE moments AS
SELECT unixepoch('now') * 1000 - 10800000 AS night_ms, unixepoch('now', '-3 hours') / 86400 AS today;

-- What is wrong with a site: in a bad night with one in twelve, else with one in four hundred.
CREATE TEMP TABLE ills AS
SELECT i, CASE WHEN i % (SELECT iif(bad, 12, 400) FROM night) <> 5 THEN 'ok'
               WHEN i % 7 = 0 THEN 'silent' WHEN i % 7 < 3 THEN 'broken'
               WHEN i % 7 = 3 THEN 'blocking' WHEN i % 7 = 4 THEN 'paywalled'
               WHEN i % 7 = 5 THEN 'failing' ELSE 'dead' END AS ill
  FROM numbers;

INSERT INTO sites(site_id, kind, home_url, domain, name, country, lang, folder, enabled, added_ms)
SELECT i, iif(i % 97 = 0, 'page', 'site'),
  'https://' || CASE i % 6 WHEN 0 THEN 'www.the-morning-post-' || i || '.example'
    WHEN 1 THEN 'nachrichten' || i || '.example' WHEN 2 THEN 'www.xn--80aaad' || i || '.example'
    WHEN 3 THEN 'news.a-rather-long-name-of-a-regional-newspaper-' || i || '.co.example'
    WHEN 4 THEN 'diario' || i || '.example' ELSE 'n' || i || '.example' END
    || iif(i % 97 = 0, '/live/page-' || i, '/'),
  'p' || i || '.example',
  CASE i % 6 WHEN 0 THEN 'The Morning Post of Town ' || i WHEN 1 THEN 'Südländische Nachrichten ' || i
    WHEN 2 THEN 'Вечерние вести ' || i WHEN 3 THEN NULL WHEN 4 THEN 'صحيفة الصباح ' || i
    ELSE '朝の新聞 ' || i END,
  NULL, NULL, NULL, iif(i % 211 = 0, 0, 1), 1 FROM numbers;
INSERT INTO hosts(host_id, origin, site_id)
SELECT site_id, rtrim(substr(home_url, 1, 8 + instr(substr(home_url, 9), '/')), '/'), site_id FROM sites;
INSERT INTO feeds(site_id, host_id, hash, url, source, kind, found_via, status, asked_ms, last_ok_ms,
                  last_error)
SELECT i, i, s.k, h.origin || s.path, s.source, s.kind, 'link',
       iif(ill IN ('failing', 'dead'), 'failing', 'ok'), (SELECT night_ms FROM moments) + 1000 * i % 900000,
       (SELECT night_ms FROM moments) - iif(ill IN ('failing', 'dead'), 4 * 86400000, 0),
       CASE ill WHEN 'failing' THEN 'http 503' WHEN 'dead' THEN
         'dns: Could not resolve host: ' || substr(h.origin, 9) END
  FROM ills JOIN hosts h ON h.host_id = i,
       (SELECT 1 AS k, '/feed.xml' AS path, 3 AS source, 'rss' AS kind
        UNION ALL SELECT 2, '/', 1, NULL) AS s
 WHERE i % 97;

-- Each site's thirty days: what it brings by size and weekday, and the day on which it fell ill.
INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, refused, articles, titled, bodied,
                      dated, authored, words, open, walled, verdict, why)
SELECT i, day, 86400000 * day, 4, iif(late AND ill IN ('failing', 'dead'), 0, 4), n, iif(late AND ill = 'blocking', n, 0),
  n, iif(late AND ill = 'broken', n / 6, n), iif(late AND ill = 'broken', n / 9, n - n * b / 20000),
  iif(late AND ill = 'broken', 0, n - n * a / 10000), n / 2, n * 400, iif(late AND ill = 'paywalled', 0, n),
  iif(late AND ill = 'paywalled', n, 0),
  CASE WHEN late AND ill NOT IN ('failing', 'dead') THEN ill WHEN back = 29 THEN 'new' ELSE 'ok' END,
  CASE WHEN late THEN CASE ill WHEN 'silent' THEN '0 articles in 2 days, usual ' || (1 + a % 60) || ' a day'
    WHEN 'broken' THEN 'text ' || (n / 9) || ' of ' || n || ', usual 98%; date 0 of ' || n || ', usual 97%'
    WHEN 'blocking' THEN 'refused ' || n || ' of ' || n || ', usual 0%'
    WHEN 'paywalled' THEN 'free 0 of ' || n || ', usual 92%' END END
  FROM (SELECT i, a, b, ill, back, today - back AS day, back < 1 + i % 3 AND ill <> 'ok' AS late,
          iif(ill IN ('silent', 'failing', 'dead') AND back < 1 + i % 3, 0,
              (1 + a % 60) * CASE (today - back) % 7 WHEN 2 THEN 3 WHEN 3 THEN 4 ELSE 8 END
                * (700 + (i * 31 + back * 577) % 600) / 8000) AS n
          FROM numbers JOIN ills USING (i), moments,
            (WITH RECURSIVE d(back) AS (SELECT 0 UNION ALL SELECT back + 1 FROM d WHERE back < 29)
             SELECT back FROM d))
 WHERE i % 97;

-- The last run: robots.txt, two sources and the new articles of each site, one after the other.
INSERT INTO runs(run_id, started_ms, ended_ms, host, pid, version, argv, outcome)
SELECT k, night_ms - (17 - k) * 86400000 + (17 - k) * 7919 % 240000, NULL, 'news.example', 4000 + k, '1.0', '[]',
       CASE k WHEN 12 THEN 'crashed' WHEN 14 THEN 'stopped' WHEN 17 THEN iif(bad, 'partial', 'ok') ELSE 'ok' END
  FROM night, moments, (WITH RECURSIVE r(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM r WHERE k < 17) SELECT k FROM r);
CREATE TEMP TABLE asked AS
SELECT i, k, ill, kind, night_ms + (i * 131) % 240000 + k * (1000 + a) AS started_ms, path,
  1 + iif(kind = 2, 40 + (a * k) % 900, 40 + a % 300) * iif((i + k) % 41 = 0, 11, 1) AS ms,
  CASE WHEN ill = 'dead' THEN NULL WHEN ill = 'failing' THEN 503
       WHEN ill = 'blocking' AND kind = 2 THEN 403 WHEN kind = 1 AND a % 4 = 0 THEN 304
       WHEN (i * k) % 173 = 9 THEN 404 WHEN (i * k) % 499 = 11 THEN NULL ELSE 200 END AS status
  FROM moments, numbers JOIN ills USING (i), (
    WITH RECURSIVE k(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < 23)
    SELECT k, min(k, 2) / 2 + (k > 2) AS kind,
      CASE k WHEN 0 THEN '/robots.txt' WHEN 1 THEN '/feed.xml' WHEN 2 THEN '/'
             ELSE '/news/2026/what-happened-on-the-' || k || 'th' END AS path FROM k)
 WHERE i % 211 AND (k < 3 OR k < 3 + a % 60 / 3 AND ill NOT IN ('failing', 'dead', 'silent'));
INSERT INTO urls(host_id, hash, site_id, kind, state, found_ms, asked_ms, url)
SELECT i, 1000 + k, i, kind, CASE WHEN status BETWEEN 200 AND 399 THEN 'done' WHEN status = 404 THEN 'gone'
    ELSE 'retry' END, started_ms - 1000, started_ms, h.origin || path
  FROM asked JOIN hosts h ON h.host_id = i;
INSERT INTO fetches(run_id, url_id, attempt, started_ms, total_ms, status, error, bytes_wire)
SELECT 17, u.url_id, 0, started_ms, iif(status IS NULL, 20000, ms), status,
  CASE WHEN status IS NOT NULL THEN iif(status >= 400, 'http ' || status, NULL)
       WHEN ill = 'dead' THEN 'dns: could not resolve the name'
       ELSE CASE (i + k) % 3 WHEN 0 THEN 'timeout: no answer in 20 s' WHEN 1 THEN 'reset: connection reset by peer'
         ELSE 'tls: certificate has expired' END END,
  CASE WHEN status = 200 THEN CASE q.kind WHEN 0 THEN 300 WHEN 1 THEN 24000 + (i * 37) % 90000
    ELSE 12000 + (i * k * 101) % 70000 * iif(k % 11 = 0, 9, 1) END ELSE 0 END
  FROM asked q JOIN urls u ON u.host_id = i AND u.hash = 1000 + k;
INSERT INTO articles(site_id, url_id, first_seen_ms, published_ms, words, text_hash, extractor, canonical_url,
                     title, body)
SELECT site_id, url_id, asked_ms + 500, asked_ms - 3600000, 400, url_id, '1', url, 'What happened', 'Words.'
  FROM urls WHERE kind = 2 AND state = 'done';

-- What all runs came to: the last as it was, those before much like it.
UPDATE runs SET (ended_ms, requests, ok, not_modified, throttled, server_err, net_err, bytes, urls_new) = (
  SELECT max(started_ms + total_ms) + 1000, count(*), sum(status BETWEEN 200 AND 299), sum(status IS 304),
         sum(status IS 429), sum(status >= 500), sum(status IS NULL), sum(bytes_wire), count(*) / 2 FROM fetches),
  articles_new = (SELECT count(*) FROM articles)
 WHERE run_id = 17;
UPDATE runs SET (ended_ms, requests, ok, not_modified, throttled, server_err, net_err, bytes, urls_new,
                 articles_new, articles_revised) = (
  SELECT runs.started_ms + (l.ended_ms - l.started_ms) * f / 100, l.requests * f / 100, l.ok * f / 100,
         l.not_modified * f / 100, run_id % 5, l.server_err * f / 300, l.net_err * f / 200, l.bytes * f / 100,
         l.urls_new * f / 100, l.articles_new * f / 100, 40 + run_id * 7
    FROM (SELECT * FROM runs WHERE run_id = 17) l,
         (SELECT iif(runs.run_id IN (12, 14), 20, 80 + (runs.run_id * 577) % 40) AS f))
 WHERE run_id < 17;
UPDATE runs SET ended_ms = NULL WHERE outcome = 'crashed';
UPDATE runs SET report = json_object('database_bytes', 90000000 + run_id * 6500000) WHERE outcome <> 'crashed';
