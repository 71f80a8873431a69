-- What a crawl of the demo world leaves no rows of, for test_statements.py.
UPDATE articles SET title_hash = text_hash / 3 WHERE article_id % 3 = 0;
UPDATE articles SET lasting_hash = text_hash / 5 WHERE article_id % 4 = 0;
INSERT INTO article_revisions(article_id, rev, seen_ms, fetch_id, text_hash, words, changed, title, lead, body)
SELECT article_id, 1, first_seen_ms - 9000, fetch_id, text_hash + article_id % 2, 60, NULL,
       CASE article_id % 3 WHEN 0 THEN title ELSE 'Before: ' || title END, lead, 'Before. ' || body
  FROM articles WHERE article_id % 5 = 0;
UPDATE articles SET rev_count = 2, revised_ms = first_seen_ms + 60000, changed = 'title,body'
 WHERE article_id % 5 = 0;
UPDATE articles SET gone_ms = first_seen_ms + 86400000 WHERE article_id % 7 = 0;
UPDATE articles SET story_id = 3 WHERE article_id IN (3, 4, 90, 91);
UPDATE articles SET withdrawn_ms = 5 WHERE article_id IN (10, 11);
INSERT OR REPLACE INTO reservations(article_id, page, head, robots, files)
SELECT article_id, 8, article_id % 2, 64, 4 FROM articles WHERE article_id % 6 = 0;
INSERT INTO host_files(host_id, file, status, asked_ms, rights, body)
SELECT host_id, 1 + host_id % 2, 200, 1795000000000, 8, 'User-Agent: *' FROM hosts;
INSERT INTO takedowns(pattern, reason, asked_by, at_ms, rows_gone, kind, matches)
SELECT domain, 'a reason', 'somebody', 1795000000000, 0, 3, domain FROM sites WHERE site_id = 7;
UPDATE urls SET state = 'denied', why = 'taken down' WHERE site_id = 7 AND url_id % 2 = 0;
INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, found_ms, hint_title, path)
SELECT host_id, 1, 1790000000 + url_id, hash / 7, 0, 1, feed_id, CASE url_id % 2 WHEN 0 THEN 1795000000000 END,
       'A hint: "quoted", back\slash, tab	and 猫', '/waiting/' || url_id FROM urls WHERE url_id % 3 = 0;
INSERT OR IGNORE INTO urls(host_id, hash, url, site_id, kind, state, why, found_ms, redirect_hash)
SELECT host_id, hash / 11, url || '?amp', site_id, 2, 'skipped', 'another form', found_ms, hash FROM urls
 WHERE url_id % 9 = 0;
INSERT OR IGNORE INTO urls(host_id, hash, url, site_id, kind, state, why, found_ms)
SELECT host_id, hash / 13, url || '?api', site_id, 2, 'done', 'told by an API', found_ms FROM urls
 WHERE url_id % 17 = 0;
UPDATE site_days SET verdict = 'silent', why = 'no article in 3 days' WHERE site_id % 4 = 0;
INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, articles, titled, bodied, dated, words, open,
                      verdict)
SELECT site_id, day - 10, 5, 9, 9, 9, 9, 8, 7, 6, 900, 5, 'ok' FROM site_days;
INSERT INTO search_backlog(article_id) SELECT max(article_id) FROM articles;
INSERT INTO site_labels(site_id, label) SELECT site_id, 'even' FROM sites WHERE site_id % 2 = 0
UNION ALL SELECT site_id, 'third' FROM sites WHERE site_id % 3 = 0;
INSERT INTO site_secrets(site_id, key, name, value, secret)
VALUES (3, 'auth', '', 'user:word', 1), (3, 'header', 'X-Key', '$KEY', 0), (3, 'header', 'X-Other', 'o', 0),
       (4, 'proxy', '', 'http://p.example', 0);
INSERT INTO site_rules(site_id, field, kind, selector, from_day, until_day, added_ms, matched, missed_in_row, matched_ms)
VALUES (2, 'title', 'css', 'h1 > "a"', NULL, 20000, 5, 3, 0, 1790000000000), (2, 'body', 'xpath', '//div', 20001, NULL, 5, 0, 7, NULL);
UPDATE sites SET per_host = 2, sources = 13, user_agent = 'x' WHERE site_id % 4 = 1;
UPDATE sites SET rules = '{"items": "/data", "n": [1, 2]}' WHERE site_id IN (2, 6);
