-- The twenty questions of schema/questions.sql in PostgreSQL's words, on the same views, with
-- search_hits() for the search table. tests/postgres/test_questions.py runs them all. For psql:
-- psql -v domain=example.org -v url=https://example.org/a -f schema/postgres/questions.sql

-- Q1 How many articles did each site publish per day last week?
SELECT domain, pub_day, count(*) n FROM v_articles WHERE pub_day >= current_date - 7
 GROUP BY 1, 2 ORDER BY 1, 2;

-- Q2 Everything that mentions "climate" near "protest", newest first, with a snippet.
SELECT v.domain, v.published, v.title,
  ts_headline(h.config, v.body, h.asked, 'StartSel=[, StopSel=], MaxWords=12, MinWords=6, MaxFragments=1')
  FROM (SELECT v.article_id, h.config, h.asked
          FROM search_hits('NEAR(climate protest, 20)') h JOIN v_articles v USING (article_id)
         ORDER BY v.published_ms DESC NULLS LAST LIMIT 50) h
  JOIN v_articles v USING (article_id) ORDER BY v.published DESC NULLS LAST;

-- Q3 Which sites wrote about a topic, and what share of their output was it?
WITH hit AS MATERIALIZED (SELECT article_id FROM search_hits('election')),
total AS (SELECT domain, count(*) AS total FROM v_articles GROUP BY 1),
hits AS (SELECT domain, count(*) AS hits FROM v_articles JOIN hit USING (article_id) GROUP BY 1)
SELECT domain, coalesce(hits, 0) hits, total, share(100 * coalesce(hits, 0), total, 2) pct
  FROM total LEFT JOIN hits USING (domain) ORDER BY pct DESC;

-- Q4 What is new since last night's run?
SELECT url, title FROM v_articles
 WHERE first_seen_ms > (SELECT max(started_ms) FROM v_run WHERE outcome = 'ok')
 ORDER BY first_seen_ms;

-- Q5 Which headlines were changed after publication, and how?
SELECT domain, before, after, seen, url FROM v_headline_changes ORDER BY seen DESC LIMIT 100;

-- Q6 Which articles were edited most, and over how many hours?
SELECT url, rev_count revs, round((revised_ms - first_seen_ms) / 3600000.0, 1) hours
  FROM v_articles WHERE revised_ms IS NOT NULL ORDER BY revs DESC LIMIT 20;

-- Q7 Which articles vanished (404/410) after we stored them?
SELECT url, title, gone FROM v_articles WHERE gone_ms IS NOT NULL ORDER BY gone_ms DESC;

-- Q8 The same wire story at several outlets: who ran it first?
SELECT story_id, count(DISTINCT domain) sites, min(published) first,
  (array_agg(domain ORDER BY published_ms NULLS FIRST))[1] first_at
  FROM v_articles v WHERE story_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT domain) > 1
 ORDER BY sites DESC LIMIT 50;

-- Q9 Who are the most productive authors of a site this month?
SELECT author, count(*) n FROM v_authors
 WHERE domain = :'domain' AND pub_day >= date_trunc('month', current_date)
 GROUP BY 1 ORDER BY n DESC LIMIT 20;

-- Q10 Which outlets do these outlets link to (citation network)?
SELECT domain src, to_domain dst, count(*) n FROM v_links WHERE to_domain <> domain
 GROUP BY 1, 2 ORDER BY n DESC LIMIT 200;

-- Q11 Median delay between publication and our first sight, by site (freshness).
SELECT domain, count(*) n,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY (first_seen_ms - published_ms) / 60000.0) median_min
  FROM v_articles WHERE published_ms IS NOT NULL GROUP BY 1 ORDER BY 3;

-- Q12 Which sites went silent or broke (layout changed)?
SELECT * FROM v_site_health WHERE verdict NOT IN ('ok', 'new') ORDER BY verdict, domain;

-- Q13 Which feeds bring nothing new and should be dropped or slowed?
SELECT * FROM v_feed_health
 WHERE last_new IS NULL OR last_new < now() - interval '30 days'
 ORDER BY last_new NULLS FIRST;

-- Q14 Which URLs did robots.txt, a TDM reservation or our own rules keep us from fetching, and why?
SELECT origin, why, count(*) n FROM v_urls WHERE state IN ('denied', 'skipped')
 GROUP BY 1, 2 ORDER BY n DESC;

-- Q15 How did last night go: requests, 2xx, 304, 429, 5xx, network errors, bytes, seconds?
SELECT * FROM v_run ORDER BY run_id DESC LIMIT 7;

-- Q16 Which requests failed, with what, after how many tries?
SELECT url, max(attempt) tries, (array_agg(status ORDER BY attempt DESC))[1] status,
  (array_agg(error ORDER BY attempt DESC))[1] error
  FROM v_results WHERE run_id = (SELECT max(run_id) FROM v_run)
 GROUP BY url HAVING count(*) FILTER (WHERE status BETWEEN 200 AND 399) = 0 ORDER BY tries DESC;

-- Q17 Did we stay polite: smallest gap in ms between two requests to one host?
SELECT origin, min(gap) min_gap_ms, count(*) requests FROM (
  SELECT origin, started_ms - lag(started_ms) OVER (PARTITION BY origin ORDER BY started_ms) gap
    FROM v_fetches) gaps
 GROUP BY 1 ORDER BY 2 NULLS FIRST LIMIT 20;

-- Q18 How sure are we of the dates: where did they come from, by site?
SELECT domain, coalesce(published_from, 'none') src, count(*) n FROM v_articles
 GROUP BY 1, 2 ORDER BY 1, 3 DESC;

-- Q19 Words per day by language, for a corpus description.
SELECT pub_day, coalesce(lang, '?') lang, count(*) articles, sum(words) words FROM v_articles
 GROUP BY 1, 2 ORDER BY 1, 2;

-- Q20 One article with its whole provenance: feeds that named it, fetches, revisions.
SELECT v.url,
  (SELECT string_agg(x.source, ' ') FROM v_url_sources x WHERE x.article_id = v.article_id) feeds,
  (SELECT count(*) FROM v_fetches f WHERE f.article_id = v.article_id) fetches,
  v.rev_count, v.first_seen, v.published_from
  FROM v_articles v WHERE v.url = :'url';
