-- The first schema. A landed migration is never edited: changes come as 0002_….sql.
-- Every table and column is explained in schema/README.md. Moments: INTEGER milliseconds UTC.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_id     INTEGER PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  ended_ms   INTEGER,
  host       TEXT NOT NULL,
  pid        INTEGER NOT NULL,
  version    TEXT NOT NULL,
  argv       TEXT NOT NULL CHECK (json_valid(argv)),
  outcome    TEXT NOT NULL DEFAULT 'running'
             CHECK (outcome IN ('running','ok','partial','stopped','failed','crashed')),
  requests     INTEGER NOT NULL DEFAULT 0,
  ok           INTEGER NOT NULL DEFAULT 0,
  not_modified INTEGER NOT NULL DEFAULT 0,
  throttled    INTEGER NOT NULL DEFAULT 0,
  server_err   INTEGER NOT NULL DEFAULT 0,
  net_err      INTEGER NOT NULL DEFAULT 0,
  bytes        INTEGER NOT NULL DEFAULT 0,
  urls_new         INTEGER NOT NULL DEFAULT 0,
  articles_new     INTEGER NOT NULL DEFAULT 0,
  articles_revised INTEGER NOT NULL DEFAULT 0,
  report     TEXT CHECK (report IS NULL OR json_valid(report))
) STRICT;

CREATE TABLE sites (
  site_id      INTEGER PRIMARY KEY,
  kind         TEXT NOT NULL DEFAULT 'site' CHECK (kind IN ('site','api','page')),
  home_url     TEXT NOT NULL UNIQUE,
  domain       TEXT NOT NULL,
  name         TEXT,
  country      TEXT,
  lang         TEXT,
  enabled      INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0,1)),
  min_delay_ms INTEGER CHECK (min_delay_ms >= 0),
  max_per_run  INTEGER CHECK (max_per_run >= 0),
  rules        TEXT CHECK (rules IS NULL OR json_valid(rules)),
  note         TEXT,
  added_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX sites_domain ON sites(domain);

CREATE TABLE hosts (
  host_id           INTEGER PRIMARY KEY,
  origin            TEXT NOT NULL UNIQUE,
  site_id           INTEGER,
  ready_ms          INTEGER NOT NULL DEFAULT 0,
  response_ms       INTEGER NOT NULL DEFAULT 0,
  fails_in_row      INTEGER NOT NULL DEFAULT 0,
  rests             INTEGER NOT NULL DEFAULT 0,
  robots_status     INTEGER,
  robots_fetched_ms INTEGER,
  crawl_delay_ms    INTEGER,
  robots_body       TEXT
) STRICT;

-- The frontier: `seen` knows every URL ever discovered, by host and hash, and never forgets;
-- `queue` holds those that wait; `urls` those that were requested or refused. A discovered URL
-- costs one short row of each of the first two until something happens to it.
-- queue.rank: bands 0 (sources), 2 (retries) and 3 (second looks): the due moment; band 1 (new
-- articles): minus the announced moment, so that the freshest come first.
CREATE TABLE seen (
  host_id INTEGER NOT NULL,
  hash    INTEGER NOT NULL,
  PRIMARY KEY (host_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue (
  host_id           INTEGER NOT NULL,
  band              INTEGER NOT NULL,
  rank              INTEGER NOT NULL,
  hash              INTEGER NOT NULL,
  kind              INTEGER NOT NULL,
  site_id           INTEGER NOT NULL,
  feed_id           INTEGER,
  depth             INTEGER NOT NULL DEFAULT 0,
  hops              INTEGER NOT NULL DEFAULT 0,
  tries             INTEGER NOT NULL DEFAULT 0,
  found_ms          INTEGER, -- in band 1 NULL where the rank tells it: nothing was announced
  hint_published_ms INTEGER, -- in band 1 always NULL: the rank tells it, if found_ms is set
  hint_title        TEXT,
  path              TEXT NOT NULL,
  PRIMARY KEY (host_id, band, rank, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE feeds (
  feed_id       INTEGER PRIMARY KEY,
  site_id       INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
  host_id       INTEGER NOT NULL REFERENCES hosts,
  hash          INTEGER NOT NULL,
  url           TEXT NOT NULL,
  source        INTEGER NOT NULL CHECK (source BETWEEN 1 AND 5),
  kind          TEXT,
  found_via     TEXT NOT NULL,
  depth         INTEGER NOT NULL DEFAULT 0,
  title         TEXT,
  hub           TEXT,
  sends_304     INTEGER NOT NULL DEFAULT 0 CHECK (sends_304 IN (0,1)),
  hint_min      INTEGER,
  poll_min      INTEGER NOT NULL DEFAULT 60 CHECK (poll_min > 0),
  next_ms       INTEGER,
  asked_ms      INTEGER,
  last_ok_ms    INTEGER,
  last_new_ms   INTEGER,
  last_ms       INTEGER,
  last_bytes    INTEGER,
  last_records  INTEGER,
  last_new      INTEGER,
  last_http     INTEGER,
  last_error    TEXT,
  fail_score    REAL NOT NULL DEFAULT 0,
  moving        INTEGER NOT NULL DEFAULT 0 CHECK (moving IN (0,1)),
  status        TEXT NOT NULL DEFAULT 'new'
                CHECK (status IN ('new','ok','failing','dead','moved')),
  UNIQUE (host_id, hash)
) STRICT;
CREATE INDEX feeds_site ON feeds(site_id);

CREATE TABLE urls (
  url_id        INTEGER PRIMARY KEY,
  host_id       INTEGER NOT NULL REFERENCES hosts,
  hash          INTEGER NOT NULL,
  site_id       INTEGER,
  feed_id       INTEGER,
  article_id    INTEGER,
  kind          INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
  state         TEXT NOT NULL CHECK (state IN ('done','retry','gone','denied','skipped','error')),
  tries         INTEGER NOT NULL DEFAULT 0,
  nights        INTEGER NOT NULL DEFAULT 0,
  found_ms      INTEGER NOT NULL,
  asked_ms      INTEGER,
  next_ms       INTEGER,
  body_hash     INTEGER,
  redirect_hash INTEGER,
  why           TEXT,
  etag          TEXT,
  last_modified TEXT,
  redirect_url  TEXT,
  url           TEXT NOT NULL,
  UNIQUE (host_id, hash)
) STRICT;

CREATE TABLE url_sources (
  url_id   INTEGER NOT NULL REFERENCES urls ON DELETE CASCADE,
  feed_id  INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms  INTEGER NOT NULL,
  PRIMARY KEY (url_id, feed_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetches (
  fetch_id       INTEGER PRIMARY KEY,
  run_id         INTEGER NOT NULL REFERENCES runs,
  url_id         INTEGER NOT NULL REFERENCES urls,
  attempt        INTEGER NOT NULL,
  started_ms     INTEGER NOT NULL,
  total_ms       INTEGER,
  ttfb_ms        INTEGER,
  status         INTEGER,
  error          TEXT,
  retry_after_ms INTEGER,
  http           TEXT,
  ip             TEXT,
  bytes_wire     INTEGER,
  bytes_body     INTEGER,
  mime           TEXT,
  charset        TEXT,
  truncated      INTEGER NOT NULL DEFAULT 0 CHECK (truncated IN (0,1)),
  body_hash      INTEGER,
  raw_id         INTEGER,
  redirect_url   TEXT,
  CHECK (status IS NOT NULL OR error IS NOT NULL)
) STRICT;
CREATE INDEX fetches_url ON fetches(url_id, started_ms);
CREATE INDEX fetches_run ON fetches(run_id, status);

CREATE TABLE raw_pages (
  raw_id      INTEGER PRIMARY KEY,
  body_hash   INTEGER NOT NULL UNIQUE,
  last_ms     INTEGER NOT NULL,
  codec       TEXT NOT NULL CHECK (codec IN ('none','gzip','zstd','br')),
  warc_file   TEXT,
  warc_offset INTEGER,
  headers     TEXT NOT NULL,
  body        BLOB
) STRICT;
CREATE INDEX raw_pages_last ON raw_pages(last_ms);

CREATE TABLE articles (
  article_id         INTEGER PRIMARY KEY,
  site_id            INTEGER NOT NULL REFERENCES sites,
  url_id             INTEGER NOT NULL UNIQUE REFERENCES urls,
  first_seen_ms      INTEGER NOT NULL,
  published_ms       INTEGER,
  published_has_time INTEGER CHECK (published_has_time IN (0,1)),
  published_zone_min INTEGER,
  published_from     TEXT,
  modified_ms        INTEGER,
  words              INTEGER NOT NULL DEFAULT 0,
  lang               TEXT,
  section            TEXT,
  free_access        INTEGER CHECK (free_access IN (0,1)),
  rev_count          INTEGER NOT NULL DEFAULT 1,
  revised_ms         INTEGER,
  changed            TEXT,
  fetch_id           INTEGER,
  text_hash          INTEGER NOT NULL,
  title_hash         INTEGER,
  simhash            INTEGER,
  story_id           INTEGER,
  gone_ms            INTEGER,
  withdrawn_ms       INTEGER,
  extractor          TEXT NOT NULL,
  pub_day            TEXT GENERATED ALWAYS AS
                     (date(coalesce(published_ms, first_seen_ms) / 1000, 'unixepoch')) STORED,
  canonical_url      TEXT NOT NULL,
  image_url          TEXT,
  site_name          TEXT,
  title_from         TEXT,
  body_from          TEXT,
  authors_from       TEXT,
  title              TEXT,
  lead               TEXT,
  body               TEXT,
  -- a guard only: the writer stores NULL first, a bad date must never lose an article
  CHECK (published_ms IS NULL OR published_ms < first_seen_ms + 172800000)
) STRICT;
CREATE INDEX articles_day ON articles(pub_day, site_id);
CREATE INDEX articles_canon ON articles(canonical_url);
CREATE INDEX articles_seen ON articles(site_id, first_seen_ms);
CREATE INDEX articles_title ON articles(title_hash, site_id) WHERE title_hash IS NOT NULL;
CREATE INDEX articles_story ON articles(story_id) WHERE story_id IS NOT NULL;
CREATE INDEX articles_revised ON articles(revised_ms) WHERE revised_ms IS NOT NULL;
CREATE INDEX articles_gone ON articles(gone_ms) WHERE gone_ms IS NOT NULL;

-- What an article was before; what it is now stands in `articles` alone.
CREATE TABLE article_revisions (
  article_id  INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  rev         INTEGER NOT NULL,
  seen_ms     INTEGER NOT NULL,
  fetch_id    INTEGER,
  modified_ms INTEGER,
  text_hash   INTEGER NOT NULL,
  words       INTEGER NOT NULL,
  changed     TEXT,
  title       TEXT,
  lead        TEXT,
  body        TEXT,
  PRIMARY KEY (article_id, rev)
) STRICT, WITHOUT ROWID;

CREATE TABLE authors (
  author_id INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;
CREATE TABLE article_authors (
  article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  author_id  INTEGER NOT NULL REFERENCES authors,
  pos        INTEGER NOT NULL,
  PRIMARY KEY (article_id, author_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_authors_author ON article_authors(author_id);

CREATE TABLE tags (
  tag_id INTEGER PRIMARY KEY,
  tag    TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;
CREATE TABLE article_tags (
  article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  tag_id     INTEGER NOT NULL REFERENCES tags,
  PRIMARY KEY (article_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_tags_tag ON article_tags(tag_id);

CREATE TABLE links (
  article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
  to_url     TEXT NOT NULL,
  to_domain  TEXT NOT NULL,
  anchor     TEXT,
  rel        TEXT,
  PRIMARY KEY (article_id, to_url)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_records (
  record_id INTEGER PRIMARY KEY,
  feed_id   INTEGER NOT NULL REFERENCES feeds ON DELETE CASCADE,
  key       TEXT NOT NULL,
  fetch_id  INTEGER,
  first_ms  INTEGER NOT NULL,
  seen_ms   INTEGER NOT NULL,
  data      TEXT NOT NULL CHECK (json_valid(data)),
  UNIQUE (feed_id, key)
) STRICT;

CREATE TABLE takedowns (
  takedown_id INTEGER PRIMARY KEY,
  pattern     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  asked_by    TEXT,
  at_ms       INTEGER NOT NULL,
  rows_gone   INTEGER
) STRICT;

-- Full-text search over articles. The writer feeds it by statements, so that a run can do without;
-- what it left out stands in search_backlog until a later run catches up.
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, lead, body, content='articles', content_rowid='article_id',
  tokenize='unicode61 remove_diacritics 2');
-- Merging less often costs a fifth less (118 for 153 us an article); a query then reads some more
-- segments, which nobody notices.
INSERT INTO articles_fts(articles_fts, rank) VALUES ('automerge', 16);
CREATE TABLE search_backlog (article_id INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
  INSERT INTO articles_fts(articles_fts, rowid, title, lead, body)
    SELECT 'delete', old.article_id, old.title, old.lead, old.body
     WHERE NOT EXISTS (SELECT 1 FROM search_backlog WHERE article_id = old.article_id);
  DELETE FROM search_backlog WHERE article_id = old.article_id;
END;
