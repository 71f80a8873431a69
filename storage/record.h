/* record.h - rows as plain structs: what the store takes and gives.
 *
 * Text is UTF-8 and NUL-terminated, NULL where there is none, and borrowed: it lives in the arena
 * of whoever handed the record over. Moments are milliseconds since 1970 UTC, MOMENT_NONE where
 * there is none. */
#ifndef STORAGE_RECORD_H
#define STORAGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOMENT_NONE INT64_MIN

/* An article as a page (or a record of an API) gives it. `*_from` says where the field was found:
 * 'json-ld', 'meta', 'time-tag', 'feed', 'sitemap-news', 'url', 'text', 'last-modified', 'h1',
 * 'title-tag', 'microdata', 'byline', 'api' … */
struct article_record {
    const char *url;           /* the page's address, as fetched */
    const char *canonical_url; /* checked: same site, not the front page; else NULL */
    const char *short_url;     /* rel=shortlink: same site, by the number of the article; or NULL */
    const char *title;
    const char *title_from;
    const char *lead; /* standfirst or description */
    const char *body; /* one block (paragraph, subhead, list item) a line */
    const char *body_from;
    const char *lang; /* ISO 639-1, or BCP 47 where the page says more */
    const char *section;
    const char *image_url;
    const char *site_name;
    const char **authors;
    size_t authors_count;
    const char *authors_from;
    const char **tags;
    size_t tags_count;
    int64_t published_ms;
    const char *published_from;
    bool published_has_time; /* false: only the day is known, published_ms is its 00:00 UTC */
    int published_zone_min;  /* minutes east of UTC, as the page gave it; ZONE_NONE: not given */
    int64_t modified_ms;
    bool modified_has_time;
    int modified_zone_min;
    bool is_article; /* false: a section page, gallery, video page, log-in wall, soft 404 … */
    const char *not_article_why;
    int free_access; /* 1 free, 0 paywalled, -1 not known */
};

/* What is asked of those who use an article: the bits of a channel. A use that nobody named has
 * neither of its two. */
enum rights {
    RIGHTS_NOINDEX = 1 << 0,   /* not to be found by search */
    RIGHTS_NOARCHIVE = 1 << 1, /* the page not to be kept */
    RIGHTS_TDM = 1 << 2,       /* text and data mining is reserved */
    RIGHTS_NO_TRAIN = 1 << 3,  /* models not to be trained on it */
    RIGHTS_NO_INPUT = 1 << 4,  /* models not to be given it to answer from */
    RIGHTS_NO_SEARCH = 1 << 5, /* no search index to be built of it */
    RIGHTS_MAY_TRAIN = RIGHTS_NO_TRAIN << 3,
    RIGHTS_MAY_INPUT = RIGHTS_NO_INPUT << 3,
    RIGHTS_MAY_SEARCH = RIGHTS_NO_SEARCH << 3,
    RIGHTS_KNOWN = 1 << 9, /* the channel was looked at; without it it stays as it was */
};

/* Who asks it. */
enum rights_channel {
    RIGHTS_OF_PAGE,   /* <meta> */
    RIGHTS_OF_HEAD,   /* the answer's fields */
    RIGHTS_OF_ROBOTS, /* robots.txt */
    RIGHTS_OF_FILES,  /* ai.txt and tdmrep.json */
    RIGHTS_CHANNELS
};

#define ZONE_NONE INT32_MIN

/* A link of a page: for discovery and for the citation network. */
struct link_record {
    const char *url;    /* absolute, without fragment */
    const char *anchor; /* text, white space collapsed */
    const char *rel;
    const char *domain; /* registrable domain of url; NULL: the store takes the host */
    bool in_body;       /* stands in the article's text */
    float score;        /* how likely an article lies behind it, 0 to 1 */
};

/* ---- the frontier: what is leased ------------------------------------------------------------ */

enum url_kind {
    URL_ROBOTS,  /* an enum host_file: asked by the scheduler, has no row in the queue */
    URL_SOURCE,  /* announces articles: see enum source_kind */
    URL_ARTICLE, /* a page that is thought to hold an article */
    URL_PAGE,    /* just this page, no discovery (`add --kind page`) */
};

/* What a host says of itself as a whole. */
enum host_file { HOST_ROBOTS, HOST_AI_TXT, HOST_TDMREP, HOST_FILES };

/* What a row of `feeds` is asked for. Bit (kind - 1) is the kind's bit in --sources. */
enum source_kind { KIND_NO_SOURCE, KIND_FRONT, KIND_SECTION, KIND_FEED, KIND_SITEMAP, KIND_API };

/* One URL on lease. (host_id, band, rank, hash) is its key in the queue. */
struct url_lease {
    int64_t host_id;
    int64_t hash;
    int64_t rank; /* bands 0, 2, 3: due moment; band 1: the second it was announced, since 1970 */
    int band;     /* 0 sources, 1 new articles, 2 retries, 3 second looks */
    int64_t site_id;
    int64_t feed_id; /* the source that this URL is, or that announced it; 0: none */
    enum url_kind kind;
    enum source_kind source; /* of a URL_SOURCE */
    enum host_file file;     /* of a URL_ROBOTS */
    unsigned depth;          /* of a sitemap in indexes, of a section page from the front page */
    unsigned hops;           /* redirects that led here */
    unsigned tries;          /* failed requests so far */
    bool known;              /* an article of this URL is stored: a second look */
    bool adopted; /* its answer comes from an archive: the queue has no row of it, see store_adopt()
                   */
    const char *url;        /* absolute, no fragment, no user info */
    const char *domain;     /* of an adopted one: the registrable domain, its site's; else NULL */
    const char *site_home;  /* the site's own address: what counts as the same site */
    const char *rules;      /* the site's rules as JSON: an API's mapping, and "fields"
                               (extract/site_rules.h); or NULL */
    int64_t found_ms;       /* when it was first heard of */
    const char *hint_title; /* what its source announced */
    int64_t hint_published_ms;
    const char *etag; /* validators of the last answer, verbatim */
    const char *last_modified;
    uint64_t body_hash; /* of the last answer's body; 0: none */
    uint64_t told_hash; /* of a source: source_record.told_hash of its last answer; 0: none */
};

/* A host on lease with some of its URLs. Hosts are leased whole: until it is released or the
 * lease runs out nobody else asks it. Of a host that was held already only host_id and the URLs
 * are told: what the loop knows of it is newer. */
struct host_lease {
    int64_t host_id;
    const char *origin; /* "https://example.org:8443" */
    /* where this run alone asks, and its requests went last; NULL: not known */
    const char *address;
    int64_t ready_ms;    /* wall clock: not to be asked before */
    int64_t delay_ms;    /* the site's own delay between starts; -1: the run's */
    unsigned per_host;   /* the site's own requests at one time; 0: the run's */
    int64_t response_ms; /* smoothed time to answer; 0: not known */
    unsigned fails_in_row;
    unsigned rests;            /* rests in a row so far */
    unsigned slowed;           /* times that its delay was doubled */
    int64_t robots_fetched_ms; /* MOMENT_NONE: never */
    int robots_status;         /* HTTP status of that answer; 0: unreachable */
    const char *robots_body;   /* the part that concerns us, as a small robots.txt; or NULL */
    struct {
        int64_t asked_ms; /* 0: never */
        const char *body; /* what it says, reduced; or NULL */
    } files[HOST_FILES];  /* beside robots.txt */
    int64_t site_id;      /* on whose behalf its robots.txt is asked */
    const char *site_home;
    bool robots_wanted;     /* it has nothing to lease, but its robots.txt may name sitemaps */
    struct url_lease *urls; /* in the order in which they should be asked */
    size_t urls_count;
    size_t urls_left; /* more that are due now; exact below 64, else 64 */
};

struct host_want {
    int64_t host_id;
    unsigned urls_max;
};

enum { ADDRESS_BYTES = 46 }; /* of an IP address in text, its NUL included */

/* Where the requests to a host that is held would go. */
struct host_place {
    int64_t host_id;
    char address[ADDRESS_BYTES];
};

struct lease_request {
    int64_t now_ms;                /* wall clock */
    unsigned urls_max;             /* in all: the places that are free */
    unsigned urls_per_host;        /* of hosts that come new */
    const struct host_want *wants; /* hosts held already that have room for more */
    size_t wants_count;
    /* where hosts are shared: may this run ask there? All hosts of one address are asked by one
     * run, so that its budget holds */
    const struct host_place *places;
    size_t places_count;
    const int64_t *released; /* hosts given back: their next moment is computed and stored */
    size_t released_count;
};

/* Borrowed by the receiver for the time of one call. */
struct lease_answer {
    struct host_lease *hosts; /* held ones first, only those that got URLs or have none left */
    size_t hosts_count;
    const int64_t *placed; /* of the request's places, those where this run may ask; the other hosts
                              are to be given back, for who asks at their address */
    size_t placed_count;
    int64_t next_due_ms; /* earliest moment at which a host not held has something for this run;
                            MOMENT_NONE: never */
    int64_t queued;      /* URLs that wait in the frontier, roughly: for the progress line */
};

/* ---- what came of it ---------------------------------------------------------------------------
 */

enum completion {
    COMPLETE_DONE,     /* answered: stored, unchanged, redirected, or no article */
    COMPLETE_RETRY,    /* to be asked again at retry_ms */
    COMPLETE_GONE,     /* 404 or 410 */
    COMPLETE_DENIED,   /* robots.txt, the address guard, a reservation */
    COMPLETE_SKIPPED,  /* our own rules */
    COMPLETE_ERROR,    /* failed for good, tonight at least */
    COMPLETE_RELEASED, /* not asked: goes back as it was, leaves no trace */
};

/* The uniform row of a request: {url, status, data, error} and its facts. */
struct fetch_record {
    bool asked;       /* false: no request was made (denied, released), no row is left */
    unsigned attempt; /* from 1 */
    int64_t started_ms;
    int64_t total_ms;
    int64_t ttfb_ms;
    int status;             /* 0: no answer */
    const char *error;      /* class ('timeout', 'dns', 'reset' …) and detail, or NULL */
    int64_t retry_after_ms; /* 0: not said */
    const char *http;       /* '1.1', '2' */
    const char *ip;
    int64_t bytes_wire;
    int64_t bytes_body;
    const char *mime;
    const char *charset;
    bool truncated;
    uint64_t body_hash;       /* XXH3-64 of the decoded body; 0: none */
    const char *redirect_url; /* where a 3xx led, absolute */
};

/* The page as it came, for reextract and export. */
struct raw_record {
    const char *headers; /* lines as received, joined by \n */
    const void *body;    /* wire bytes */
    size_t body_size;    /* 0: nothing is kept */
    const char *codec;   /* 'none', 'gzip', 'zstd', 'br' */
};

/* A URL that a page, feed, sitemap or redirect told of. */
struct found_record {
    const char *url;   /* what to ask: absolute, no fragment */
    const char *key;   /* its identity (base/url.h); NULL: same as url */
    const char *plain; /* of an AMP or mobile page what it shares with its plain form: see
                          discover/twins.h; else NULL */
    enum url_kind kind;
    enum source_kind source;
    const char *via; /* 'config' 'robots' 'link' 'guess' 'index' 'websub' 'feed' 'sitemap'
                        'front' 'section' 'redirect' 'api' 'next'; 'amp' 'canonical': another
                        address of the article that came with it, not to be asked */
    const char *title;
    int64_t published_ms; /* MOMENT_NONE: not announced */
    unsigned depth;
    unsigned hops;
    const char *skip_why; /* not to be queued: known, with this reason */
};

struct api_row {
    const char *key;
    const char *json;
    const struct article_record *article; /* or NULL */
    const char *url_key;                  /* identity of the article's URL; NULL: same as url */
};

/* What a source said of itself. */
struct source_record {
    const char *kind; /* 'rss' 'atom' 'rdf' 'jsonfeed' 'sitemap' 'sitemap-news' 'sitemap-index'
                         'section' 'json-api'; NULL: not known */
    const char *title;
    const char *hub;
    unsigned hint_min;  /* ttl, sy:update*, Cache-Control, Expires: minutes; 0: none */
    uint64_t told_hash; /* digest of what it announced: the same although its bytes differ */
};

/* A host's state after the request, all of it. */
struct host_record {
    int64_t host_id;
    int64_t ready_ms;
    int64_t response_ms;
    unsigned fails_in_row;
    unsigned rests;
    unsigned slowed;
    bool robots_known; /* the four named robots_ below are news, of lease.file */
    int robots_status;
    int64_t robots_fetched_ms;
    const char *robots_body; /* NULL, of another file than robots.txt: as before */
    int64_t crawl_delay_ms;  /* -1: none */
    unsigned robots_rights;  /* enum rights: what it says of the front page */
};

/* Everything one request leaves, written in one transaction. */
struct result_record {
    struct url_lease lease;
    enum completion completion;
    const char *why; /* the reason, for everything but a plain DONE */
    int64_t retry_ms;
    bool unchanged; /* 304, or the same body as before, or the same announcements */
    struct fetch_record fetch;
    const char *etag;
    const char *last_modified;
    struct raw_record raw;
    const struct article_record *article; /* NULL: none */
    unsigned rights[RIGHTS_CHANNELS];     /* enum rights: what is asked as to this page */
    const struct link_record *links;      /* of the article's text: the citation network */
    size_t links_count;
    const struct found_record *found;
    size_t found_count;
    const struct api_row *api_rows;
    size_t api_rows_count;
    struct source_record source;
    struct host_record host;
    const char *rules_told; /* of the site's rules, by row: "+12 -13", one found what it is for, one
                               did not; NULL: none was tried */
};

/* ---- kept pages that were read again ------------------------------------------------------------
 */

struct reread_record {
    int64_t url_id;
    int64_t article_id; /* 0: it had brought none */
    bool version;       /* the page is that of an older version of the article */
    int64_t site_id;
    int64_t fetch_id;                     /* the request that brought the page … */
    int64_t fetched_ms;                   /* … and when it ended */
    const char *url;                      /* that was asked */
    const struct article_record *article; /* NULL or not is_article: there is none on it */
    unsigned rights[RIGHTS_CHANNELS];     /* as of a result_record */
    const struct link_record *links;
    size_t links_count;
};

/* Which fields of an article are others now. */
enum reread_change {
    REREAD_TITLE = 1 << 0,
    REREAD_LEAD = 1 << 1,
    REREAD_BODY = 1 << 2,
    REREAD_AUTHORS = 1 << 3,
    REREAD_DATES = 1 << 4, /* published or modified */
    REREAD_OTHER = 1 << 5, /* language, section, addresses, image … */
};

struct reread_outcome {
    unsigned changed;     /* enum reread_change; 0: none, or it is an older version */
    bool version_changed; /* its texts are others now, or it says what the next one says: it was
                             none */
    bool article_new;     /* the page had brought none */
    bool no_article; /* its article stays as it was, though none is found on the page any more */
};

/* ---- kept pages, packed -------------------------------------------------------------------------
 */

struct packed_record {
    int64_t raw_id;
    int64_t base_id;   /* the page that it is packed against; its own: a frame by itself */
    const void *frame; /* NULL: it stays as it came */
    size_t size;
};

/* ---- sites --------------------------------------------------------------------------------------
 */

struct site_record {
    const char *kind; /* 'site', 'api', 'page' */
    const char *url;  /* normalised: its front page, endpoint or page */
    const char *key;  /* url's identity */
    const char *origin;
    const char *feed_url; /* a feed of the site that was given with it, or NULL */
    const char *feed_key;
    const char *domain; /* registrable domain, or the host */
    const char *name;
    const char *country; /* ISO 3166-1 alpha-2, or NULL */
    const char *lang;    /* BCP 47, or NULL */
    const char *folder;  /* where it stands in the list it came with: "World/Europe", or NULL */
    const char *rules;   /* JSON, or NULL */
    int64_t delay_ms;    /* -1: the run's */
    int64_t max_per_run; /* -1: the run's */
};

struct run_record {
    int64_t started_ms;
    const char *argv; /* JSON array */
    const char *version;
    unsigned sources;   /* bits of source_kind */
    const char *labels; /* ",europe,daily,": sites with one of these alone; NULL: all. Borrowed
                           until the run ends */
    bool discover_only;
    bool poll_all;
    bool backfill;    /* of an archive: all sitemaps in full, and articles of a time alone */
    int64_t since_ms; /* of a backfill: that time, both ends counted */
    int64_t until_ms;
    unsigned max_per_site; /* 0: no limit */
    unsigned max_pages;    /* 0: no limit */
    unsigned sources_max;  /* of each sort of a site's sources, see quota.h; 0: no limit */
    unsigned tries_max;
    int64_t lease_ms;
    int64_t keep_raw_ms;      /* 0: keep none */
    int64_t max_raw_bytes;    /* of kept pages, the oldest go first; 0: no limit */
    int64_t keep_fetches_ms;  /* 0: keep none */
    int64_t keep_articles_ms; /* since they were first seen; 0: for ever */
    bool search;              /* feed the full-text index */
    bool sync_full;           /* each commit is on the disk before it counts */
};

/* ---- take-downs ---------------------------------------------------------------------------------
 */

enum takedown_kind {
    TAKEDOWN_URL = 1, /* this page, under all addresses by which it was met */
    TAKEDOWN_PREFIX,  /* all that begins so */
    TAKEDOWN_DOMAIN,  /* a domain and all below it */
};

struct takedown_record {
    const char *pattern; /* as it was given */
    enum takedown_kind kind;
    const char *matches;  /* identity or beginning of the URL, both without its scheme; or domain */
    const char *reason;   /* NULL: not given; then it can be looked at, not noted */
    const char *asked_by; /* or NULL */
};

/* What is gone so far. */
struct takedown_progress {
    int64_t articles;
    int64_t revisions;   /* older versions of these */
    int64_t raw_pages;   /* as they came */
    int64_t api_records; /* of JSON APIs */
    int64_t waiting;     /* URLs that were to be asked */
    bool done;           /* and nothing of them is left in the file */
};

#endif
