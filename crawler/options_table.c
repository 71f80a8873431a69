#include "options_table.h"

#include "base/alloc.h"

enum {
    STORED = COMMAND_RUN | COMMAND_ADD | COMMAND_SITES | COMMAND_REPORT | COMMAND_EXPLAIN |
             COMMAND_DIFF | COMMAND_SEARCH | COMMAND_EXPORT | COMMAND_IMPORT | COMMAND_TAKEDOWN |
             COMMAND_REEXTRACT | COMMAND_PACK | COMMAND_SET | COMMAND_RULES | COMMAND_DOCTOR,
    FETCHING = COMMAND_RUN | COMMAND_TRY,
    KEEPING = COMMAND_RUN | COMMAND_IMPORT,
    PARSERS = COMMAND_ROBOTS | COMMAND_FEED | COMMAND_SITEMAP | COMMAND_URL | COMMAND_CHARSET |
              COMMAND_DATE,
    JSON = COMMAND_RUN | COMMAND_SITES | COMMAND_REPORT | COMMAND_EXPLAIN | COMMAND_DIFF |
           COMMAND_SEARCH | COMMAND_TRY | COMMAND_EXTRACT | COMMAND_TAKEDOWN | COMMAND_REEXTRACT |
           COMMAND_PACK | COMMAND_SET | COMMAND_RULES | COMMAND_DOCTOR | COMMAND_COPY,
    ALL = 0x7fffffff,
};

#define FIELD(name) offsetof(struct options, name)
#define MINUTE_MS   UINT64_C(60000)
#define DAY_MS      UINT64_C(86400000)
#define NO_LIMIT    (UINT64_MAX / 2)
#define NUMBER_MAX  UINT32_MAX

const char *const option_groups[GROUPS] = {
    [GROUP_GENERAL] = "General",
    [GROUP_WHAT] = "What is crawled",
    [GROUP_SPEED] = "Speed and politeness",
    [GROUP_PATIENCE] = "Time-outs and tries",
    [GROUP_NETWORK] = "Network",
    [GROUP_LIMITS] = "Limits",
    [GROUP_STORAGE] = "Storage",
    [GROUP_COMMAND] = "Options of this command",
};

static const char *const log_formats[] = {"text", "json", NULL};
static const char *const polls[] = {"due", "all", NULL};
static const char *const syncs[] = {"normal", "full", NULL};
static const char *const sources[] = {"front", "section", "feed", "sitemap", "api", NULL};
static const char *const formats[] = {"jsonl", "csv", "parquet", "warc", NULL};
static const char *const kinds[] = {"site", "api", "page", NULL};

/* name, letter, type, field, commands, group, smallest, largest, default, choices, argument, help
 */
const struct option_row option_rows[] = {
    {"sites", 's', TYPE_TEXT, FIELD(sites), STORED | COMMAND_TRY, GROUP_GENERAL, 0, 0, NULL, NULL,
     "DB", "the database: a file, or a connection string of PostgreSQL", false},
    {"config", 0, TYPE_TEXT, FIELD(config), ALL, GROUP_GENERAL, 0, 0, NULL, NULL, "FILE",
     "read options from this file, a `name = value` a line", false},
    {"log", 0, TYPE_CHOICE, FIELD(log), FETCHING | STORED | COMMAND_COPY, GROUP_GENERAL, 0, 0,
     "text", log_formats, "FORMAT", "messages as text or as JSON lines", false},
    {"quiet", 'q', TYPE_FLAG, FIELD(quiet),
     COMMAND_RUN | COMMAND_ADD | COMMAND_SET | COMMAND_RULES | COMMAND_EXPORT | COMMAND_IMPORT |
         COMMAND_REEXTRACT | COMMAND_PACK | COMMAND_TAKEDOWN | COMMAND_COPY,
     GROUP_GENERAL, 0, 0, NULL, NULL, NULL, "no progress, only what went wrong", false},
    {"json", 0, TYPE_FLAG, FIELD(json), JSON, GROUP_GENERAL, 0, 0, NULL, NULL, NULL,
     "print JSON, with keys that stay", false},

    {"group", 'g', TYPE_LIST, FIELD(groups), COMMAND_RUN, GROUP_WHAT, 0, 0, NULL, NULL, "WORD",
     "only sites with this label (crawler set SITE label=WORD), or with one of several", false},
    {"sources", 0, TYPE_BITS, FIELD(sources), COMMAND_RUN, GROUP_WHAT, 0, 0, "all", sources, "LIST",
     "kinds of sources to ask", false},
    {"poll", 0, TYPE_FLAG, FIELD(poll_all), COMMAND_RUN, GROUP_WHAT, 0, 0, "due", polls, "WHICH",
     "ask the sources that are due, or all of them", false},
    {"discover-only", 0, TYPE_FLAG, FIELD(discover_only), COMMAND_RUN, GROUP_WHAT, 0, 0, NULL, NULL,
     NULL, "ask the sources, fetch no article", false},
    {"since", 0, TYPE_SINCE, FIELD(since_ms), COMMAND_RUN, GROUP_WHAT, 0, 0, NULL, NULL, "WHEN",
     "ask all sitemaps in full for articles of this day (2026-11-01), this long ago (7d) or later",
     true},
    {"until", 0, TYPE_UNTIL, FIELD(until_ms), COMMAND_RUN, GROUP_WHAT, 0, 0, NULL, NULL, "WHEN",
     "… and of this day or earlier; each also without the other", true},
    {"max-per-site", 0, TYPE_UNSIGNED, FIELD(max_per_site), COMMAND_RUN, GROUP_WHAT, 0, NUMBER_MAX,
     "1000", NULL, "N", "article pages per site, freshest first; 0: no limit", false},
    {"max-sources", 0, TYPE_UNSIGNED, FIELD(max_sources), COMMAND_RUN, GROUP_WHAT, 0,
     NUMBER_MAX / 10, "1000", NULL, "N",
     "sources of each sort per site: sitemaps new in its indexes, left by the last run (both "
     "freshest first), known there; other sitemaps; all else; ten times as many with --since or "
     "--until; 0: no limit",
     false},
    {"max-pages", 0, TYPE_UNSIGNED, FIELD(max_pages), COMMAND_RUN, GROUP_WHAT, 0, NUMBER_MAX, "0",
     NULL, "N", "article pages of the whole run; 0: no limit", false},
    {"max-time", 0, TYPE_DURATION, FIELD(max_time_ms), COMMAND_RUN, GROUP_WHAT, 0, NO_LIMIT, "0",
     NULL, "TIME", "stop in order after this time; 0: no limit", false},
    {"patience", 0, TYPE_DURATION, FIELD(patience_ms), COMMAND_RUN, GROUP_WHAT, 0, NO_LIMIT, "60s",
     NULL, "TIME", "wait this long for retries and resting hosts once all else is done", false},
    {"strict", 0, TYPE_FLAG, FIELD(strict), COMMAND_RUN, GROUP_WHAT, 0, 0, NULL, NULL, NULL,
     "exit with 1 when a site fails, is not as it was, or has rules that find nothing any more",
     false},

    {"concurrency", 'c', TYPE_UNSIGNED, FIELD(concurrency), COMMAND_RUN | COMMAND_DOCTOR,
     GROUP_SPEED, 1, 10000, "50", NULL, "N", "requests at one time, over all hosts", false},
    {"per-host", 0, TYPE_UNSIGNED, FIELD(per_host), COMMAND_RUN, GROUP_SPEED, 1, 10000, "1", NULL,
     "N", "requests at one time to one host", false},
    {"per-address", 0, TYPE_UNSIGNED, FIELD(per_address), COMMAND_RUN, GROUP_SPEED, 0, 10000, "0",
     NULL, "N", "requests at one time to all hosts of one IP address; 0: twice --per-host", false},
    {"delay", 0, TYPE_DURATION, FIELD(delay_ms), COMMAND_RUN, GROUP_SPEED, 0, DAY_MS, "1s", NULL,
     "TIME", "between the starts of two requests to one host, longer for slow hosts; 0: none",
     false},
    {"crawl-delay-max", 0, TYPE_DURATION, FIELD(crawl_delay_max_ms), COMMAND_RUN, GROUP_SPEED, 0,
     DAY_MS, "30s", NULL, "TIME", "a longer Crawl-delay of a robots.txt counts as this", false},
    {"robots-keep", 0, TYPE_DURATION, FIELD(robots_keep_ms), COMMAND_RUN, GROUP_SPEED, MINUTE_MS,
     7 * DAY_MS, "24h", NULL, "TIME", "how long a robots.txt is believed", false},
    {"ask-reservations", 0, TYPE_DURATION, FIELD(ask_reservations_ms), COMMAND_RUN, GROUP_SPEED, 0,
     3650 * DAY_MS, "0", NULL, "TIME",
     "ask each host for /ai.txt and /.well-known/tdmrep.json, once in this time (30d); 0: never",
     false},
    {"workers", 0, TYPE_UNSIGNED, FIELD(workers), KEEPING | COMMAND_DOCTOR, GROUP_SPEED, 0, 256,
     "0", NULL, "N", "processes that read pages; 0: a core less than there are", false},
    {"jobs", 0, TYPE_UNSIGNED, FIELD(jobs_max), COMMAND_RUN, GROUP_SPEED, 1, 1000000, "1024", NULL,
     "N", "URLs under way at one time", false},
    {"jobs-per-host", 0, TYPE_UNSIGNED, FIELD(jobs_per_host_max), COMMAND_RUN, GROUP_SPEED, 0,
     1000000, "0", NULL, "N",
     "of one host; 0: the larger of 4 and twice --per-host, and more while there are few hosts",
     false},

    {"connect-timeout", 0, TYPE_DURATION, FIELD(connect_timeout_ms), FETCHING, GROUP_PATIENCE, 1,
     DAY_MS, "5s", NULL, "TIME", "until a connection stands", false},
    {"timeout", 't', TYPE_DURATION, FIELD(timeout_ms), FETCHING, GROUP_PATIENCE, 1, DAY_MS, "20s",
     NULL, "TIME", "for one whole request", false},
    {"low-speed", 0, TYPE_UNSIGNED, FIELD(low_speed), FETCHING, GROUP_PATIENCE, 0, NUMBER_MAX,
     "100", NULL, "N", "give up on an answer of fewer bytes a second than this …", false},
    {"low-speed-time", 0, TYPE_DURATION, FIELD(low_speed_ms), FETCHING, GROUP_PATIENCE, 1000,
     DAY_MS, "10s", NULL, "TIME", "… over this time", false},
    {"tries", 0, TYPE_UNSIGNED, FIELD(tries), COMMAND_RUN, GROUP_PATIENCE, 1, 20, "3", NULL, "N",
     "requests for one URL before it counts as failed", false},
    {"retry-after-max", 0, TYPE_DURATION, FIELD(retry_after_max_ms), COMMAND_RUN, GROUP_PATIENCE, 0,
     NO_LIMIT, "1h", NULL, "TIME",
     "what a server asked for with Retry-After is waited for up to this, else left to a later run",
     false},
    {"rest-after", 0, TYPE_UNSIGNED, FIELD(rest_after), COMMAND_RUN, GROUP_PATIENCE, 1, 1000000,
     "5", NULL, "N", "failures in a row after which a host rests", false},
    {"rest", 0, TYPE_DURATION, FIELD(rest_ms), COMMAND_RUN, GROUP_PATIENCE, 0, 30 * DAY_MS, "10m",
     NULL, "TIME", "a host's first rest; each further one is twice as long …", false},
    {"rest-max", 0, TYPE_DURATION, FIELD(rest_max_ms), COMMAND_RUN, GROUP_PATIENCE, 0, 30 * DAY_MS,
     "1d", NULL, "TIME", "… up to this, and a success ends the count", false},
    {"grace", 0, TYPE_DURATION, FIELD(grace_ms), COMMAND_RUN, GROUP_PATIENCE, 0, DAY_MS, "5s", NULL,
     "TIME", "for requests in flight when the run is stopped", false},

    {"contact", 0, TYPE_TEXT, FIELD(contact), FETCHING, GROUP_NETWORK, 0, 0, NULL, NULL, "TEXT",
     "a URL or mail address for those who are crawled, sent as part of the user agent", false},
    {"user-agent", 0, TYPE_TEXT, FIELD(user_agent), FETCHING, GROUP_NETWORK, 0, 0, NULL, NULL,
     "TEXT", "send this instead of crawler/VERSION (+CONTACT)", false},
    {"allow-net", 0, TYPE_LIST, FIELD(allow_net), FETCHING | COMMAND_DOCTOR, GROUP_NETWORK, 0, 0,
     NULL, NULL, "CIDR",
     "addresses to reach although they are private, as 10.0.0.0/8; may be repeated", false},
    {"dns-server", 0, TYPE_TEXT, FIELD(dns_servers), FETCHING | COMMAND_DOCTOR, GROUP_NETWORK, 0, 0,
     NULL, NULL, "ADDRESS",
     "name servers to ask instead of the system's, as 10.0.0.53 or [fd00::53]:5353, "
     "parted by commas",
     false},
    {"ca-file", 0, TYPE_TEXT, FIELD(ca_file), FETCHING | COMMAND_DOCTOR, GROUP_NETWORK, 0, 0, NULL,
     NULL, "FILE", "certificates (PEM) of the authorities to believe, instead of the system's",
     false},
    {"proxy", 0, TYPE_TEXT, FIELD(proxy), FETCHING, GROUP_NETWORK, 0, 0, NULL, NULL, "URL",
     "ask through http://[USER:PASSWORD@]HOST:PORT or socks5h://..., which look names up; @/FILE "
     "or "
     "$VARIABLE may hold it",
     false},
    {"bandwidth", 0, TYPE_SIZE, FIELD(bandwidth), COMMAND_RUN, GROUP_NETWORK, 0, NO_LIMIT / 1024,
     "0", NULL, "SIZE", "bytes a second of all answers together, as 500K; 0: no limit", false},
    {"redirects", 0, TYPE_UNSIGNED, FIELD(redirects), FETCHING, GROUP_NETWORK, 0, 50, "5", NULL,
     "N", "hops that are followed", false},

    {"max-wire", 0, TYPE_SIZE, FIELD(wire_max), FETCHING | COMMAND_IMPORT, GROUP_LIMITS, 1,
     NO_LIMIT, "10M", NULL, "SIZE", "bytes of an answer as they travel", false},
    {"max-wire-sitemap", 0, TYPE_SIZE, FIELD(wire_sitemap_max), FETCHING, GROUP_LIMITS, 1, NO_LIMIT,
     "50M", NULL, "SIZE", "the same, of a sitemap", false},
    {"max-headers", 0, TYPE_SIZE, FIELD(headers_max), FETCHING, GROUP_LIMITS, 1024, NO_LIMIT,
     "256K", NULL, "SIZE", "bytes of an answer's headers", false},
    {"max-page", 0, TYPE_SIZE, FIELD(page_max),
     FETCHING | COMMAND_IMPORT | COMMAND_REEXTRACT | COMMAND_PACK, GROUP_LIMITS, 1, NO_LIMIT, "8M",
     NULL, "SIZE", "bytes of a page once decoded", false},
    {"max-feed", 0, TYPE_SIZE, FIELD(feed_max), FETCHING | COMMAND_IMPORT, GROUP_LIMITS, 1,
     NO_LIMIT, "16M", NULL, "SIZE", "bytes of a feed or an API's answer once decoded", false},
    {"max-sitemap", 0, TYPE_SIZE, FIELD(sitemap_max), FETCHING | COMMAND_IMPORT, GROUP_LIMITS, 1,
     NO_LIMIT, "64M", NULL, "SIZE", "bytes of a sitemap once decoded", false},
    {"max-robots", 0, TYPE_SIZE, FIELD(robots_max), FETCHING, GROUP_LIMITS, 1, NO_LIMIT, "500K",
     NULL, "SIZE", "bytes of a robots.txt that are read", false},
    {"max-bodies", 0, TYPE_SIZE, FIELD(bodies_max), FETCHING | COMMAND_REEXTRACT | COMMAND_DOCTOR,
     GROUP_LIMITS, 1, NO_LIMIT, "64M", NULL, "SIZE", "bytes of answers held at one time", false},

    {"keep-raw", 0, TYPE_DURATION, FIELD(keep_raw_ms), KEEPING, GROUP_STORAGE, 0, NO_LIMIT, "30d",
     NULL, "TIME", "how long pages are kept as they came; 0: not at all", false},
    {"max-raw", 0, TYPE_SIZE, FIELD(max_raw), KEEPING, GROUP_STORAGE, 0, NO_LIMIT, "20G", NULL,
     "SIZE", "room for the pages that are kept, the oldest go first; 0: no limit", false},
    {"keep-fetches", 0, TYPE_DURATION, FIELD(keep_fetches_ms), KEEPING, GROUP_STORAGE, 0, NO_LIMIT,
     "90d", NULL, "TIME", "how long the rows of requests are kept; 0: not at all", false},
    {"keep-articles", 0, TYPE_DURATION, FIELD(keep_articles_ms), COMMAND_RUN, GROUP_STORAGE, 0,
     NO_LIMIT, "0", NULL, "TIME",
     "how long articles are kept since they were first seen; 0: for ever", false},
    {"no-search", 0, TYPE_FLAG, FIELD(no_search), KEEPING | COMMAND_COPY, GROUP_STORAGE, 0, 0, NULL,
     NULL, NULL, "leave the full-text index as it is", false},
    {"commit-rows", 0, TYPE_UNSIGNED, FIELD(commit_rows), COMMAND_RUN, GROUP_STORAGE, 1, 100000,
     "256", NULL, "N", "write results when there are so many …", false},
    {"commit-after", 0, TYPE_DURATION, FIELD(commit_ms), COMMAND_RUN, GROUP_STORAGE, 0, 60000,
     "200ms", NULL, "TIME", "… or this long after the first", false},
    {"sync", 0, TYPE_CHOICE, FIELD(sync_full), KEEPING, GROUP_STORAGE, 0, 0, "normal", syncs,
     "WHICH",
     "full: wait for the disk at each commit, so that a loss of power takes nothing; normal: it "
     "may "
     "take the last seconds, which are fetched again",
     false},
    {"lease", 0, TYPE_DURATION, FIELD(lease_ms), COMMAND_RUN, GROUP_STORAGE, 10000, DAY_MS, "2m",
     NULL, "TIME", "how long work stays reserved for a run that no longer answers", false},
    {"stats", 0, TYPE_TEXT, FIELD(stats), COMMAND_RUN, GROUP_STORAGE, 0, 0, NULL, NULL, "FILE",
     "write the run's figures as JSON", false},
    {"metrics", 0, TYPE_TEXT, FIELD(metrics), COMMAND_RUN, GROUP_STORAGE, 0, 0, NULL, NULL, "FILE",
     "keep the run's figures in this file as Prometheus reads them, at the start, every 5 s and at "
     "the end",
     false},
    {"on-finish", 0, TYPE_TEXT, FIELD(on_finish), COMMAND_RUN, GROUP_STORAGE, 0, 0, NULL, NULL,
     "COMMAND",
     "run this by the shell when the run has ended, however it did: the report as JSON on its "
     "standard input, CRAWLER_OUTCOME, CRAWLER_EXIT_STATUS, CRAWLER_RUN and CRAWLER_SITES in its "
     "environment",
     false},
    {"on-finish-time", 0, TYPE_DURATION, FIELD(on_finish_time_ms), COMMAND_RUN, GROUP_STORAGE, 1,
     DAY_MS, "60s", NULL, "TIME", "which is ended after this time", false},

    {"kind", 0, TYPE_TEXT, FIELD(kind), COMMAND_ADD, GROUP_COMMAND, 0, 0, "site", kinds, "KIND",
     "site; api: a JSON endpoint; page: just this URL, no discovery", true},
    {"file", 'f', TYPE_TEXT, FIELD(file), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "LIST",
     "a URL a line, perhaps with a name after it, # for comments; - is standard input", true},
    {"opml", 0, TYPE_TEXT, FIELD(opml), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "FILE",
     "the subscriptions of a feed reader", true},
    {"file", 'f', TYPE_TEXT, FIELD(file), COMMAND_RULES, GROUP_COMMAND, 0, 0, NULL, NULL, "FILE",
     "what the rules of these sites are from now on: FIELD [FROM..UNTIL] css|xpath SELECTOR a "
     "line; "
     "an empty one takes them away; - is standard input",
     true},
    {"rules", 0, TYPE_TEXT, FIELD(rules), COMMAND_TRY, GROUP_COMMAND, 0, 0, NULL, NULL, "FILE",
     "read the page with these rules, as crawler rules --file takes them; - is standard input",
     true},
    {"starter", 0, TYPE_LIST, FIELD(starter), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "WHERE",
     "well-known news sites of a country (germany, DE), in a language (de), or all; another word "
     "tells which there are",
     true},
    {"opml", 0, TYPE_FLAG, FIELD(as_opml), COMMAND_SITES, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "print the sites and their feeds as a list for feed readers, and for crawler add", true},
    {"name", 0, TYPE_TEXT, FIELD(name), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "TEXT",
     "what the site is called", true},
    {"items", 0, TYPE_TEXT, FIELD(items), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "POINTER",
     "where an API's answer has its records, as /data/items (RFC 6901)", true},
    {"map", 0, TYPE_LIST, FIELD(map), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "FIELD=POINTER",
     "where a record has url, title, lead, body, published, modified, authors, lang, section, "
     "image, tags or id",
     true},
    {"delay", 0, TYPE_DURATION, FIELD(site_delay_ms), COMMAND_ADD, GROUP_COMMAND, 0, DAY_MS, NULL,
     NULL, "TIME", "between two requests to this site, instead of the run's", true},
    {"max-per-site", 0, TYPE_SIZE, FIELD(site_max_per_site), COMMAND_ADD, GROUP_COMMAND, 0,
     NUMBER_MAX, NULL, NULL, "N", "article pages of this site per run, instead of the run's", true},

    {"label", 0, TYPE_LIST, FIELD(labels), COMMAND_ADD, GROUP_COMMAND, 0, 0, NULL, NULL, "WORD",
     "a group that the sites belong to, as europe; may be repeated", true},
    {"csv", 0, TYPE_FLAG, FIELD(csv), COMMAND_SITES, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "print all there is of each site as CSV; of secrets, only that they are set", true},
    {"state", 0, TYPE_LIST, FIELD(states), COMMAND_SITES, GROUP_COMMAND, 0, 0, NULL, NULL, "STATE",
     "only sites in this state, or in one of several, as failing,silent", true},
    {"group", 'g', TYPE_LIST, FIELD(groups),
     COMMAND_SET | COMMAND_RULES | COMMAND_SITES | COMMAND_REPORT | COMMAND_SEARCH |
         COMMAND_EXPORT | COMMAND_REEXTRACT,
     GROUP_COMMAND, 0, 0, NULL, NULL, "WORD", "of sites with this label, or with one of several",
     true},
    {"all", 0, TYPE_FLAG, FIELD(all), COMMAND_SET, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "every site", true},

    {"run", 0, TYPE_UNSIGNED, FIELD(run), COMMAND_REPORT, GROUP_COMMAND, 0, NUMBER_MAX, "0", NULL,
     "N", "the run of this number; 0: the last one", true},
    {"html", 0, TYPE_TEXT, FIELD(html), COMMAND_REPORT, GROUP_COMMAND, 0, 0, NULL, NULL, "FILE",
     "write the report as one page for a browser; - is standard output", true},
    {"apis", 0, TYPE_FLAG, FIELD(apis), COMMAND_REPORT, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "how each JSON API answered", true},

    {"since", 0, TYPE_SINCE, FIELD(since_ms), COMMAND_SEARCH, GROUP_COMMAND, 0, 0, NULL, NULL,
     "WHEN", "published since this day (2026-11-01) or this long ago (7d)", true},
    {"since", 0, TYPE_SINCE, FIELD(since_ms), COMMAND_EXPORT, GROUP_COMMAND, 0, 0, NULL, NULL,
     "WHEN",
     "published (if that is not known, first seen) since this day (2026-11-01) or this long ago "
     "(7d)",
     true},
    {"until", 0, TYPE_UNTIL, FIELD(until_ms), COMMAND_EXPORT, GROUP_COMMAND, 0, 0, NULL, NULL,
     "WHEN", "… up to this day, or this long ago", true},
    {"since", 0, TYPE_SINCE, FIELD(since_ms), COMMAND_REEXTRACT, GROUP_COMMAND, 0, 0, NULL, NULL,
     "WHEN", "pages fetched since this day (2026-11-01) or this long ago (7d)", true},
    {"workers", 0, TYPE_UNSIGNED, FIELD(workers), COMMAND_REEXTRACT, GROUP_COMMAND, 0, 256, "0",
     NULL, "N", "processes that read pages; 0: as many as there are cores", true},
    {"where", 0, TYPE_TEXT, FIELD(where), COMMAND_EXPORT, GROUP_COMMAND, 0, 0, NULL, NULL, "SQL",
     "for which this is true: an SQL condition over the columns of v_articles, as \"lang = 'de' "
     "AND "
     "words > 300\"",
     true},
    {"to", 'o', TYPE_TEXT, FIELD(to), COMMAND_EXPORT, GROUP_COMMAND, 0, 0, "-", NULL, "FILE",
     "the file to write, which appears when it is complete; - is standard output", true},
    {"format", 0, TYPE_TEXT, FIELD(format), COMMAND_EXPORT, GROUP_COMMAND, 0, 0, NULL, formats,
     "FORMAT",
     "jsonl, csv, parquet or warc; else as the file's name ends, and jsonl if that says nothing",
     true},
    {"rotate", 0, TYPE_SIZE, FIELD(rotate), COMMAND_EXPORT, GROUP_COMMAND, 0, NO_LIMIT, "1G", NULL,
     "SIZE", "begin another WARC file (news-00001.warc.gz …) after this much; 0: never", true},
    {"site", 0, TYPE_TEXT, FIELD(site), COMMAND_SEARCH | COMMAND_EXPORT | COMMAND_REEXTRACT,
     GROUP_COMMAND, 0, 0, NULL, NULL, "DOMAIN", "of this site only", true},
    {"limit", 'n', TYPE_UNSIGNED, FIELD(limit), COMMAND_SEARCH, GROUP_COMMAND, 1, 100000, "20",
     NULL, "N", "how many to print", true},

    {"from", 0, TYPE_TEXT, FIELD(from), COMMAND_COPY, GROUP_COMMAND, 0, 0, NULL, NULL, "DB",
     "the database that is read: a file, or a connection string of PostgreSQL", true},
    {"to", 0, TYPE_TEXT, FIELD(to), COMMAND_COPY, GROUP_COMMAND, 0, 0, NULL, NULL, "DB",
     "the one that gets its rows: a new file, or an empty database of a server", true},
    {"compare", 0, TYPE_FLAG, FIELD(compare), COMMAND_COPY, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "copy nothing, compare every row of both", true},

    {"resolve", 0, TYPE_TEXT, FIELD(resolve), COMMAND_DOCTOR, GROUP_COMMAND, 0, 0, NULL, NULL,
     "NAME", "ask the name servers for this name; else nothing is asked of the net", true},

    {"reason", 0, TYPE_TEXT, FIELD(reason), COMMAND_TAKEDOWN, GROUP_COMMAND, 0, 0, NULL, NULL,
     "TEXT", "why; it stays in the database, without what was removed", true},
    {"by", 0, TYPE_TEXT, FIELD(asked_by), COMMAND_TAKEDOWN, GROUP_COMMAND, 0, 0, NULL, NULL, "WHO",
     "who asked for it", true},
    {"dry-run", 0, TYPE_FLAG, FIELD(dry_run), COMMAND_TAKEDOWN, GROUP_COMMAND, 0, 0, NULL, NULL,
     NULL, "print what would go, and change nothing", true},

    {"batch", 0, TYPE_TEXT, FIELD(batch), PARSERS, GROUP_COMMAND, 0, 0, NULL, NULL, "FILE",
     "many cases: JSON Lines in, JSON Lines out", true},
    {"agent", 0, TYPE_TEXT, FIELD(agent), COMMAND_ROBOTS, GROUP_COMMAND, 0, 0, "crawler", NULL,
     "NAME", "product token that asks", true},
    {"url", 0, TYPE_TEXT, FIELD(url),
     COMMAND_FEED | COMMAND_SITEMAP | COMMAND_EXTRACT | COMMAND_URL, GROUP_COMMAND, 0, 0, NULL,
     NULL, "URL", "where the file is from: base of its links", true},
    {"content-type", 0, TYPE_TEXT, FIELD(content_type),
     COMMAND_FEED | COMMAND_SITEMAP | COMMAND_CHARSET | COMMAND_EXTRACT, GROUP_COMMAND, 0, 0, NULL,
     NULL, "TYPE", "the media type as the server said it", true},
    {"url-map", 0, TYPE_TEXT, FIELD(url_map), COMMAND_EXTRACT, GROUP_COMMAND, 0, 0, NULL, NULL,
     "FILE", "lines of path TAB URL: where each file is from", true},
    {"jsonl", 0, TYPE_FLAG, FIELD(jsonl), COMMAND_EXTRACT, GROUP_COMMAND, 0, 0, NULL, NULL, NULL,
     "a JSON object a line", true},
    {"markdown", 0, TYPE_FLAG, FIELD(markdown), COMMAND_EXTRACT, GROUP_COMMAND, 0, 0, NULL, NULL,
     NULL, "Markdown, with the fields before it as YAML", true},
};
const size_t option_rows_count = COUNT(option_rows);

const struct option_row option_common[] = {
    {.name = "help", .letter = 'h', .help = "print what the command takes"},
    {.name = "version", .letter = 'V', .help = "print the version"},
};
const size_t option_common_count = COUNT(option_common);
