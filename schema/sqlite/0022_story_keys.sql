-- Texts are noted under fewer keys, and others. What was stored in the eight days before the latest run
-- is noted anew, since copies of it may still come; articles by the text that they were stored with.
DELETE FROM story_keys;
INSERT OR IGNORE INTO story_keys(key, article_id)
SELECT k.value, a.article_id
  FROM sites s
 CROSS JOIN articles a
    ON a.site_id = s.site_id
   AND a.first_seen_ms > (SELECT max(started_ms) FROM runs) - 8 * 86400000
  LEFT JOIN article_revisions r ON r.article_id = a.article_id AND r.rev = 1
 CROSS JOIN json_each(story_keys_of(coalesce(a.published_ms, a.first_seen_ms),
                                    iif(r.rev IS NULL, a.body, r.body))) k;
