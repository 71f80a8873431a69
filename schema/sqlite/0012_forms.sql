-- An address that was not asked because another one of the same article was holds that one's hash, and
-- is found by it should it turn out to have no article.
CREATE INDEX urls_forms ON urls(redirect_hash)
 WHERE redirect_hash IS NOT NULL AND asked_ms IS NULL;
