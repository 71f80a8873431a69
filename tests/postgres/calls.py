"""How each statement is called by the test: an SQL query on the SQLite database whose rows are its
parameters, one call each ('' where it has none), and for those that write the tables to compare."""

HOST = "SELECT host_id FROM hosts ORDER BY host_id LIMIT 3"
SITE = "SELECT site_id FROM sites ORDER BY site_id"
ARTICLE = "SELECT article_id FROM articles ORDER BY text_hash LIMIT 20"
URL = "SELECT host_id, hash FROM urls ORDER BY hash LIMIT 20"
FEED = "SELECT feed_id FROM feeds ORDER BY hash LIMIT 20"
FEED_URL = "SELECT host_id, hash FROM feeds ORDER BY hash LIMIT 20"
QUEUED = "SELECT host_id, band, rank, hash FROM queue ORDER BY hash LIMIT 10"
RUN = "SELECT max(run_id) FROM runs"
NOW = 1800000000000
BEHIND = f"SELECT host_id, {{}}, 0, 0, {NOW * 2}, 100 FROM hosts"
ORIGIN_URL = "SELECT h.origin, u.url FROM urls u JOIN hosts h USING (host_id) ORDER BY u.hash LIMIT 20"
TAKEN = """SELECT 3, domain FROM sites WHERE site_id IN (2, 5) UNION ALL
  SELECT 2, substr(canonical_url, instr(canonical_url, '://') + 3, 30) FROM articles WHERE article_id IN (1, 40)
  UNION ALL SELECT 1, substr(canonical_url, instr(canonical_url, '://') + 3) FROM articles WHERE article_id < 9"""
WHOLE = """SELECT {}, first_seen_ms, published_ms, published_has_time, published_zone_min,
  published_from, modified_ms, words, lang, section, free_access, fetch_id, text_hash, title_hash, simhash,
  extractor, canonical_url, image_url, site_name, title_from, body_from, authors_from, {} FROM articles"""

# name: parameters
READ = {
    "hash_seed": "", "queued": "", "last_moment": "", "all_hosts": "",
    "site_by_url": "SELECT home_url FROM sites LIMIT 5",
    "site_by_domain": "SELECT domain FROM sites LIMIT 5",
    "site_facts": "SELECT site_id, NULL FROM sites UNION ALL SELECT site_id, ',x,even,' FROM sites",
    "find_sites": "SELECT home_url, domain, ',third,', 0 FROM sites WHERE site_id = 5 UNION ALL "
                  "SELECT 'x', NULL, NULL, 1 UNION ALL SELECT NULL, substr(home_url, 8, length(home_url) - 8), NULL, "
                  "0 FROM sites WHERE site_id = 6",
    "read_site_rules": "SELECT NULL UNION ALL SELECT 2", "read_idle_rules": f"SELECT {NOW}, 9, NULL UNION ALL SELECT {NOW}, 9, ',even,'",
    "read_rules_of_domain": "SELECT domain FROM sites WHERE site_id IN (2, 3)", "read_site_names": "", "read_labels": "", "holds_secrets": "",
    "read_secrets": "SELECT NULL UNION ALL SELECT 3", "read_settings": "SELECT NULL UNION ALL SELECT 5",
    "read_access": "SELECT NULL UNION ALL SELECT ',even,'",
    "page_latency_points": "SELECT run_id FROM runs", "doctor_faults": "SELECT 5",
    "page_sizes": "SELECT run_id, 9 FROM runs",
    "site_days": "SELECT site_id, day - 9, day FROM site_days",
    "host_by_origin": "SELECT origin FROM hosts",
    "host_facts": HOST, "host_files": HOST,
    "is_seen": "SELECT host_id, hash FROM seen LIMIT 5",
    "lease_due": BEHIND.format(0) + " UNION ALL " + BEHIND.format(2) + " UNION ALL " + BEHIND.format(3),
    "lease_freshest": f"SELECT host_id, 1, {NOW}, 0, NULL, 100 FROM hosts",
    "count_due": f"SELECT host_id, 0, 0, 0, {NOW * 2}, 3 FROM hosts",
    "count_fresh": f"SELECT host_id, 1, {NOW}, 0, NULL, 3 FROM hosts",
    "url_facts": URL, "url_asked": URL, "url_state": URL,
    "url_is_told": "SELECT host_id, hash FROM urls WHERE asked_ms IS NULL",
    "waiting_place": URL,
    "site_has_source": "SELECT site_id, 4 FROM sites UNION ALL SELECT site_id, 3 FROM sites",
    "count_sources": SITE,
    "feed_polls": FEED, "feed_asked": FEED, "source_of_feed": FEED, "feed_facts": FEED, "api_of_page": FEED,
    "budgets_of_site": SITE,
    "has_forms": "SELECT DISTINCT redirect_hash FROM urls WHERE redirect_hash IS NOT NULL LIMIT 20",
    "forms_of_url": "SELECT DISTINCT redirect_hash FROM urls WHERE redirect_hash IS NOT NULL LIMIT 20",
    "is_canonical": "SELECT article_id, canonical_url FROM articles LIMIT 3",
    "url_of_origin_asked": "SELECT h.origin, u.hash FROM urls u JOIN hosts h USING (host_id) LIMIT 5",
    "raw_of_hash": "SELECT body_hash FROM raw_pages LIMIT 3",
    "raw_bytes": "", "oldest_raw_pages": "SELECT 100000",
    "oldest_articles": f"SELECT {NOW}, 10",
    "feed_of_url": FEED_URL,
    "feed_like": "SELECT feed_id, told_hash FROM feeds WHERE told_hash IS NOT NULL",
    "article_by_id": ARTICLE,
    "article_by_canon": "SELECT canonical_url, site_id FROM articles LIMIT 20",
    "articles_by_title": "SELECT title_hash, site_id, first_seen_ms FROM articles WHERE title_hash IS NOT NULL "
                         "UNION ALL SELECT title_hash, site_id, published_ms FROM articles WHERE title_hash > 0",
    "articles_by_lasting": "SELECT lasting_hash, site_id FROM articles WHERE lasting_hash IS NOT NULL LIMIT 9",
    "article_texts": ARTICLE, "url_of_article": ARTICLE, "byline_of_article": ARTICLE,
    "article_to_remove": ARTICLE, "authors_of_article": ARTICLE, "tags_of_article": ARTICLE,
    "canonical_of_other": "SELECT canonical_url, site_id, article_id + 1 FROM articles LIMIT 5",
    "articles_of_story_keys": "SELECT key, NULL, NULL, NULL, key + 1, NULL, NULL, NULL FROM story_keys LIMIT 9",
    "article_to_compare": "SELECT article_id, site_id + 1 FROM articles LIMIT 9",
    "compare_article": WHOLE.format("site_id, url_id", "title, lead, body, article_id") + " LIMIT 9",
    "story_members": "SELECT DISTINCT story_id FROM articles WHERE story_id IS NOT NULL",
    "all_takedowns": "", "next_takedown": "", "open_takedown": "", "taken_articles": "", "next_of_backlog": "", "count_backlog": "",
    "copy_mark": "", "read_copy": "", "read_copied": "",
    "pages_to_pack": "SELECT 8", "page_to_pack": "SELECT raw_id FROM raw_pages LIMIT 3",
    "pages_to_reread": "SELECT 'another', 0, NULL, 500, NULL, NULL, NULL UNION ALL "
                       "SELECT 'another', 0, NULL, 500, (SELECT domain FROM sites), 1, NULL UNION ALL "
                       "SELECT 'another', 0, NULL, 500, NULL, NULL, ',even,'",
    "versions_to_reread": "SELECT 'another', 0, 0, 500, NULL, NULL, NULL UNION ALL "
                          "SELECT 'another', 0, 0, 500, NULL, NULL, ',even,'",
    "compare_version": "SELECT article_id, fetch_id, title, 'x', body FROM article_revisions",
    "version_like_next": "SELECT article_id FROM article_revisions",
    "read_runs": "SELECT NULL, 10 UNION ALL SELECT run_id, 1 FROM runs",
    "read_failures": "SELECT run_id, 100, NULL FROM runs UNION ALL SELECT run_id, 100, ',even,' FROM runs",
    "read_alarms": "SELECT run_id, NULL FROM runs UNION ALL SELECT run_id, ',even,' FROM runs",
    "read_sites": f"SELECT {NOW}, 0, 1000, NULL, NULL UNION ALL "
                  "SELECT (SELECT max(started_ms) FROM runs), 1, 1000, ',even,', ',failing,silent,'",
    "page_sites": f"SELECT run_id, {NOW} FROM runs",
    "page_time": f"SELECT run_id, {NOW}, 24 FROM runs",
    "page_latency": "SELECT run_id FROM runs", "page_bytes": "SELECT run_id FROM runs",
    "page_results": "SELECT run_id FROM runs",
    "page_growth": f"SELECT run_id, {NOW} FROM runs",
    "metrics_store": "", "metrics_sites": f"SELECT {NOW}",
    "read_subscriptions": "SELECT NULL UNION ALL SELECT ',third,'",
    "count_sites": "SELECT NULL UNION ALL SELECT ',third,even,'", "read_apis": "SELECT NULL UNION ALL SELECT ',even,'",
    "read_reasons": "SELECT 1000, NULL UNION ALL SELECT 1000, ',even,'",
    "explain_url": ORIGIN_URL,
    "explain_queue": "SELECT h.origin, h.origin || q.path FROM queue q JOIN hosts h USING (host_id) LIMIT 20",
    "explain_host": "SELECT origin FROM hosts",
    "explain_source": "SELECT h.origin, f.url FROM feeds f JOIN hosts h USING (host_id)",
    "explain_budget": "SELECT h.origin, substr(u.url, length(h.origin) + 1), u.url FROM urls u "
                      "JOIN hosts h USING (host_id) ORDER BY u.hash LIMIT 20",
    "explain_takedown": "SELECT url, url FROM urls WHERE site_id IN (6, 7)",
    "preview_takedown": TAKEN, "preview_taken_articles": TAKEN, "read_takedowns": "",
    "explain_site": "SELECT domain FROM sites LIMIT 3",
    "explain_fetches": "SELECT url_id, 10 FROM urls LIMIT 20",
    "explain_told_by": "SELECT url_id, 10 FROM url_sources LIMIT 20",
    "explain_article": ARTICLE,
    "versions_of_url": "SELECT h.origin, u.url, u.url FROM articles a JOIN urls u USING (url_id) "
                       "JOIN hosts h USING (host_id) ORDER BY a.rev_count DESC LIMIT 9",
    "export_articles": "", "export_pages": "",
}

# name: (parameters, tables it may change)
WRITE = {
    "count_queued": ("SELECT 5", "meta"), "recount_queued": ("", "meta"),
    "mark_crashed_runs": ("", "runs"), "fill_backlog": ("", "search_backlog"),
    "bring_looks_back": (f"SELECT {NOW - 10**11}, 5", "urls"),
    "bring_queue_back": (f"SELECT {NOW - 10**11}, 5", "queue"),
    "bring_feeds_back": (f"SELECT {NOW - 10**11}, 5", "feeds"),
    "bring_hosts_back": ("SELECT 5, 6", "hosts"),
    "insert_run": ("SELECT 5, 'host', 77, '1.0', '[\"a\", \"b\"]'", "runs"),
    "add_to_run": ("SELECT max(run_id), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 FROM runs", "runs"),
    "hasten_source_retries": ("SELECT 5", "queue"),
    "put_site": ("SELECT 'site', home_url, domain, 'Other', NULL, 70, NULL, 5, 'A/B', 'DE', NULL FROM sites LIMIT 2",
                 "sites"),
    "put_site_rule": ("SELECT 3, 'lead', 'css', 'p', NULL, NULL, 5", "site_rules"),
    "drop_site_rules": ("SELECT 2", "site_rules"),
    "reread_site_articles": ("SELECT 2", "articles"), "reread_site_versions": (SITE, "article_revisions"),
    "reread_site_urls": (SITE, "urls"),
    "tell_site_rule": ("SELECT rule_id, site_id, rule_id % 2, 99 FROM site_rules", "site_rules"),
    "set_site": ("SELECT 2, 'name', 'N' UNION ALL SELECT 2, 'enabled', NULL UNION ALL SELECT 3, 'enabled', '0' UNION ALL "
                 "SELECT 2, 'per_host', '3' UNION ALL SELECT 5, 'sources', NULL UNION ALL SELECT 5, 'cookie_jar', '1'",
                 "sites"),
    "forget_robots": (SITE, "hosts"), "put_label": ("SELECT site_id, 'even' FROM sites", "site_labels"),
    "put_label_by_url": ("SELECT home_url, 'new' FROM sites", "site_labels"),
    "drop_label": ("SELECT 2, NULL UNION ALL SELECT 6, 'even'", "site_labels"),
    "put_secret": ("SELECT 3, 'auth', '', 'v', 0 UNION ALL SELECT 5, 'header', 'A', 'b', 1", "site_secrets"),
    "drop_secret": ("SELECT 3, 'header', 'x-KEY' UNION ALL SELECT 4, 'proxy', NULL", "site_secrets"),
    "add_to_site_day": ("SELECT site_id, day, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 FROM site_days "
                        "UNION ALL SELECT site_id, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 FROM sites",
                        "site_days"),
    "set_site_verdict": ("SELECT site_id, day, 'silent', 'why' FROM site_days LIMIT 3", "site_days"),
    "insert_host": ("SELECT 'https://new.example'", "hosts"),
    "set_host_site": ("SELECT host_id, 3 FROM hosts", "hosts"),
    "update_host": ("SELECT host_id, 1, 2, 3, 4, -500, 6 FROM hosts", "hosts"),
    "count_new_queued": ("SELECT host_id, 3 FROM hosts", "hosts"),
    "update_host_robots": ("SELECT host_id, 200, 5, 'User-agent: *', NULL, 8 FROM hosts", "hosts"),
    "put_host_file": ("SELECT host_id, 1, 200, 5, 8, 'text' FROM hosts UNION ALL "
                      "SELECT host_id, 1, 500, 6, 9, NULL FROM hosts", "host_files"),
    "see": ("SELECT 1, 17 UNION ALL SELECT host_id, hash FROM seen WHERE host_id = 1 LIMIT 3", "seen"),
    "enqueue": ("SELECT 1, 1, 2, 3, 0, 1, NULL, 0, 0, 0, 5, NULL, 'T', '/x' UNION ALL "
                "SELECT host_id, band, rank, hash, 1, 1, 1, 1, 1, 1, 1, 1, 'x', '/y' FROM queue LIMIT 5", "queue"),
    "dequeue": (QUEUED, "queue"), "unqueue": (URL, "queue"),
    "put_budget": ("SELECT site_id, kind, hash, 1, 2, 3, 4, 5, 6, 1, 7, 1, name FROM budgets UNION ALL "
                   "SELECT 1, 1, 5, 1, 2, 3, 4, 5, 6, 1, NULL, 1, 'new'", "budgets"),
    "insert_url": ("SELECT host_id, hash + 1, url, site_id, NULL, 2, 'done', NULL, 1, 0, 5, 6, NULL, 'e', NULL, "
                   "7, NULL, NULL FROM urls LIMIT 3", "urls"),
    "update_url": ("SELECT host_id, hash, url, 99, 98, 2, 'retry', 'why', 1, 2, 3, 4, 5, NULL, NULL, NULL, NULL, "
                   "NULL, url_id % 2 FROM urls", "urls"),
    "skip_url": ("SELECT host_id, hash + url_id % 2, url, 1, NULL, 2, 'why', 5 FROM urls LIMIT 9", "urls"),
    "skip_form": ("SELECT host_id, hash, url, 1, NULL, 'why', 5, 6 FROM urls", "urls"),
    "put_form": ("SELECT host_id, hash, url, 1, 'why', 5, 1, 6 FROM urls", "urls"),
    "release_form": (URL, "urls"), "mark_redirect_loop": (URL, "urls"),
    "set_url_article": ("SELECT url_id, 1, 5 FROM urls LIMIT 9", "urls"),
    "put_url_source": (f"SELECT url_id, 1, {NOW} FROM urls", "url_sources"),
    "put_source_of_known_url": (f"SELECT host_id, hash, 2, {NOW} FROM urls", "url_sources"),
    "insert_fetch": ("SELECT run_id, url_id, 9, 5, 6, 7, 200, NULL, NULL, '2', '::1', 8, 9, 'text/html', "
                     "'utf-8', 0, 4, NULL, NULL FROM fetches LIMIT 3", "fetches"),
    "insert_raw": ("SELECT 5, 6, 'gzip', 'a: b', CAST('body' AS BLOB)", "raw_pages"),
    "touch_raw": ("SELECT raw_id, 5 FROM raw_pages LIMIT 3", "raw_pages"),
    "drop_raw_page": ("SELECT raw_id FROM raw_pages LIMIT 3", "raw_pages"),
    "drop_fetches": (f"SELECT {NOW}, 5", "fetches"),
    "insert_feed": ("SELECT site_id, host_id, hash + 1, url, 3, 'link', 0 FROM feeds LIMIT 3", "feeds"),
    "hasten_source": (f"SELECT host_id, hash, {NOW}, 5 FROM feeds", "queue"),
    "revive_feed": (FEED_URL, "feeds"),
    "list_feed": ("SELECT host_id, hash, 3, 5, NULL FROM feeds", "feeds"),
    "unlist_feeds": (f"SELECT feed_id, {NOW} FROM feeds", "feeds"),
    "set_feed_moving": ("SELECT feed_id, 1, 5 FROM feeds", "feeds"),
    "move_feed": ("SELECT feed_id, host_id, hash + feed_id % 2, 'https://m.example' FROM feeds", "feeds"),
    "retire_feed": ("SELECT feed_id, 5 FROM feeds LIMIT 3", "feeds"),
    "update_feed": ("SELECT feed_id, 'rss', NULL, 'hub', 1, 5, 6, 7, NULL, 8, NULL, 9, 10, NULL, 11, 200, NULL, "
                    "0.5, 'ok', 12, NULL, CASE feed_id % 2 WHEN 0 THEN 3 END, NULL FROM feeds", "feeds"),
    "put_api_record": ("SELECT feed_id, 'new', 1, 5, '{\"a\": [1, 2.50, \"\\u00e9\"]}' FROM feeds "
                       "WHERE feed_id < 3 UNION ALL SELECT feed_id, key, 1, 7, data || ' ' FROM api_records UNION ALL "
                       "SELECT feed_id, key, 1, 7, data FROM api_records UNION ALL "
                       "SELECT feed_id, 'bad', 1, 5, '{no json' FROM feeds LIMIT 9", "api_records"),
    "put_told_url": ("SELECT host_id, hash, url, 1, 1, 5 FROM urls LIMIT 3", "urls"),
    "insert_article": (WHOLE.format("site_id, (SELECT max(url_id) FROM urls WHERE article_id IS NULL)",
                       "title, lead, body, story_id, lasting_hash, NULL") + " LIMIT 1", "articles"),
    "keep_revision": (ARTICLE, "article_revisions"),
    "revise_article": ("SELECT article_id, 'T', NULL, body, 1, 2, 3, 4, 5, 'title', 6, NULL, 'x', NULL, 'a', 'b', "
                       "NULL, article_id % 2, NULL FROM articles", "articles"),
    "correct_article": (WHOLE.format("site_id, url_id", "title, lead, 'another body', article_id, lasting_hash")
                        + " LIMIT 20", "articles"),
    "set_article_gone": ("SELECT article_id, 5 FROM articles LIMIT 3", "articles"),
    "disown_canonical": (ARTICLE, "articles"),
    "move_article": ("SELECT article_id, url_id, 'https://m.example/' || article_id, NULL FROM articles",
                     "articles"),
    "add_story_keys": ("SELECT 5, NULL, 6, 5, NULL, 3", "story_keys"),
    "begin_story": (ARTICLE, "articles"),
    "insert_author": ("SELECT 'New Name' UNION ALL SELECT upper(name) FROM authors", "authors"),
    "insert_article_author": ("SELECT x.article_id + 1, upper(w.name), 7 FROM article_authors x "
                              "JOIN authors w USING (author_id) WHERE x.article_id + 1 IN "
                              "(SELECT article_id FROM articles)", "article_authors"),
    "insert_tag": ("SELECT 'new tag' UNION ALL SELECT upper(tag) FROM tags", "tags"),
    "insert_article_tag": ("SELECT (SELECT max(article_id) FROM articles), tag FROM tags", "article_tags"),
    "insert_link": ("SELECT article_id, to_url, 'd', 'a', 'r' FROM links LIMIT 5", "links"),
    "drop_links": (ARTICLE, "links"), "drop_article_authors": (ARTICLE, "article_authors"),
    "put_reservations": ("SELECT article_id, 8, NULL, NULL, 0 FROM articles UNION ALL "
                         "SELECT article_id, NULL, 1, NULL, 4 FROM articles WHERE article_id % 2 UNION ALL "
                         "SELECT article_id, 0, 0, 0, NULL FROM articles", "reservations"),
    "drop_article_tags": (ARTICLE, "article_tags"),
    "drop_story_keys": ("SELECT key, NULL, 1, 2, 3, article_id FROM story_keys LIMIT 3", "story_keys"),
    "drop_second_look": (ARTICLE, "queue"), "forget_article_of_url": (ARTICLE, "urls"),
    "drop_article": (ARTICLE, "articles article_revisions article_authors article_tags links reservations"),
    "drop_unused_author": ("SELECT author_id FROM authors WHERE author_id NOT IN "
                           "(SELECT author_id FROM article_authors) UNION ALL SELECT 1", "authors"),
    "drop_unused_tag": ("SELECT tag_id FROM tags WHERE tag_id NOT IN (SELECT tag_id FROM article_tags)", "tags"),
    "rename_story": ("SELECT DISTINCT story_id, 5 FROM articles WHERE story_id IS NOT NULL", "articles"),
    "insert_takedown": ("SELECT 'p', 3, 'd.example', 'reason', NULL, 5 UNION ALL "
                        "SELECT 'q', 3, 'd.example', 'reason', NULL, 5", "takedowns"),
    "count_taken_rows": ("SELECT 1, 5", "takedowns"), "set_takedown_removed": ("SELECT 1, 5", "takedowns"),
    "set_takedowns_done": ("SELECT 5", "takedowns"),
    "deny_url": ("SELECT host_id, hash + url_id % 2, url, 1, NULL, 2, 'taken down', 5 FROM urls LIMIT 20", "urls"),
    "drop_taken_records": (TAKEN, "api_records"), "drop_taken_records_of_urls": (TAKEN, "api_records"),
    "keep_taken_waiting": (TAKEN, "urls"), "deny_taken_urls": (TAKEN, "urls"), "deny_taken_twins": ("", "urls"),
    "drop_taken_waiting": ("", "queue"), "recount_new_queued": ("", "hosts"),
    "retire_taken_feeds": ("SELECT *, 5 FROM (" + TAKEN + ")", "feeds"), "disable_taken_sites": (TAKEN, "sites"),
    "mark_taken_raw": ("", "raw_pages"), "drop_taken_raw": ("", "raw_pages"),
    "forget_taken_fetches": ("", "fetches"), "forget_taken_urls": ("", "urls"),
    "drop_unused_authors": ("", "authors"), "drop_unused_tags": ("", "tags"),
    "add_to_backlog": (ARTICLE, "search_backlog"), "drop_from_backlog": (ARTICLE, "search_backlog"),
    "pack_raw_page": ("SELECT raw_id, raw_id, CAST('f' AS BLOB) FROM raw_pages LIMIT 3", "raw_pages"),
    "leave_raw_page": ("SELECT raw_id FROM raw_pages LIMIT 3", "raw_pages"),
    "correct_version": ("SELECT article_id, rev, 'T', NULL, 'B', 1, 2, NULL, 'x' FROM article_revisions",
                        "article_revisions"),
    "mark_version_read": ("SELECT article_id, 'x', fetch_id FROM article_revisions", "article_revisions"),
    "date_back_next_version": ("SELECT article_id, rev FROM article_revisions", "article_revisions"),
    "date_back_article": ("SELECT article_id, rev FROM article_revisions", "articles"),
    "drop_version": ("SELECT article_id, rev FROM article_revisions", "article_revisions"),
    "renumber_versions": ("SELECT article_id, 0 FROM article_revisions", "article_revisions"),
    "turn_numbers_of_versions": ("SELECT article_id, -9 FROM article_revisions", "article_revisions"),
    "tell_changes_of_versions": ("SELECT article_id FROM article_revisions", "article_revisions"),
    "tell_changes_of_article": ("SELECT article_id FROM article_revisions", "articles"),
    "set_story": ("SELECT article_id, 5 FROM articles", "articles"),
    "mark_article_read": ("SELECT article_id, 'x' FROM articles LIMIT 3", "articles"),
    "mark_url_read": ("SELECT url_id, 'x' FROM urls LIMIT 3", "urls"),
    "set_url_of_reread": ("SELECT url_id, 5 FROM urls LIMIT 3", "urls"),
    "put_source_of_reread": ("SELECT url_id FROM urls", "url_sources"),
}

# Not compared row by row, and why.
APART = {
    "begin": "", "begin_reading": "", "commit": "", "rollback": "",
    "insert_hash_seed": "there is one already",
    "search_articles": "ranked by other rules: test_questions.py searches",
    "index_article": "another kind of index", "index_article_of_signs": "another kind of index",
    "unindex_article": "another kind of index", "unindex_article_of_signs": "another kind of index",
    "end_run": "tells the bytes of the database", "doctor_store": "tells its own version",
    "begin_copy": "of meta", "mark_copy": "of meta", "end_copy": "of meta",
    "export_columns": "one row without values", "page_totals": "tells the bytes of the database",
}

# Rows that are alike to their ORDER BY, so that either order is right.
TIES = {"oldest_raw_pages", "read_failures", "read_reasons"}

# Statements that read a whole table, and may: once in a run, by take-downs, or for a report.
READS_ALL = set("""read_rules_of_domain read_site_rules read_labels holds_secrets read_secrets read_settings page_latency_points
doctor_store read_subscriptions reread_site_versions read_site_names forget_robots reread_site_urls
bring_looks_back bring_feeds_back bring_hosts_back all_hosts raw_bytes wake_hosts wake_articles drop_links
drop_taken_records drop_taken_records_of_urls keep_taken_waiting deny_taken_urls deny_taken_twins
drop_taken_waiting recount_new_queued recount_queued retire_taken_feeds disable_taken_sites taken_articles
mark_taken_raw forget_taken_fetches forget_taken_urls pages_to_pack read_failures read_alarms read_sites
page_latency page_bytes page_results page_growth page_totals metrics_store metrics_sites count_sites
read_apis read_reasons copy_mark fill_backlog explain_budget preview_takedown preview_taken_articles export_pages""".split())
# from one end of an index to the other
READS_ALL_BY_INDEX = set("export_articles find_sites read_access page_sites drop_unused_authors drop_unused_tags".split())
