/* options.h - every flag in one table.
 *
 * A row names the flag, the field it sets, its type, its limits, its default and its help; the
 * command line, the environment (CRAWLER_NAME), the config file, --help, the man page and what
 * shells complete are all read from that table (options_table.c). main() fills one struct options;
 * afterwards everybody reads and nobody writes. Thread: any, once parsed. */
#ifndef CRAWLER_OPTIONS_H
#define CRAWLER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/log.h"

/* The subcommands, as bits, so that a row of the table can say which of them take its flag. */
enum command {
    COMMAND_RUN = 1 << 0,
    COMMAND_ADD = 1 << 1,
    COMMAND_SITES = 1 << 2,
    COMMAND_REPORT = 1 << 3,
    COMMAND_EXPLAIN = 1 << 4,
    COMMAND_TRY = 1 << 5,
    COMMAND_EXTRACT = 1 << 6,
    COMMAND_ROBOTS = 1 << 7,
    COMMAND_FEED = 1 << 8,
    COMMAND_SITEMAP = 1 << 9,
    COMMAND_URL = 1 << 10,
    COMMAND_CHARSET = 1 << 11,
    COMMAND_DATE = 1 << 12,
    COMMAND_SEARCH = 1 << 13,
    COMMAND_EXPORT = 1 << 15,
    COMMAND_IMPORT = 1 << 16,
    COMMAND_TAKEDOWN = 1 << 18,
    COMMAND_DIFF = 1 << 20,
    COMMAND_REEXTRACT = 1 << 17,
    COMMAND_PACK = 1 << 19,
    COMMAND_SET = 1 << 21,
    COMMAND_COPY = 1 << 22,
    COMMAND_DOCTOR = 1 << 24,
    COMMAND_RULES = 1 << 23,
    COMMAND_WORKER = 1 << 14, /* internal: what an extraction worker runs */
};

/* Which kinds of sources a run asks, as bits (--sources). */
enum source_bits {
    SOURCE_FRONT = 1 << 0,
    SOURCE_SECTION = 1 << 1,
    SOURCE_FEED = 1 << 2,
    SOURCE_SITEMAP = 1 << 3,
    SOURCE_API = 1 << 4,
    SOURCE_ALL = 0x1f,
};

struct option_list {
    const char **values; /* in the order given; owned by the options */
    size_t count;
};

/* What was asked for instead of a command. */
enum options_request {
    REQUEST_NONE,
    REQUEST_HELP,
    REQUEST_VERSION,
    REQUEST_MAN,
    REQUEST_COMPLETIONS
};

struct options {
    enum command command;
    int argc; /* as the program was called; borrowed */
    char **argv;
    enum options_request request;
    struct arena texts; /* of the lists and of the config file */

    /* the words after the flags: URLs, files, a query */
    const char **arguments;
    size_t arguments_count;

    /* which database, what to print */
    const char *sites; /* path or postgresql:// */
    const char *config;
    enum log_format log;
    bool quiet;
    bool json;

    /* run */
    unsigned concurrency; /* transfers at one time, all hosts */
    unsigned per_host;    /* transfers at one time, one host */
    unsigned per_address; /* transfers at one time, all hosts of an address; 0: twice per_host */
    uint64_t delay_ms;    /* between starts on one host */
    uint64_t connect_timeout_ms;
    uint64_t timeout_ms; /* the whole request */
    unsigned low_speed;  /* bytes a second; slower than this over low_speed_ms ends the request */
    uint64_t low_speed_ms;
    unsigned tries;
    unsigned rest_after; /* failures in a row after which a host rests */
    uint64_t rest_ms;    /* its first rest; each further one is twice as long */
    uint64_t rest_max_ms;
    uint64_t crawl_delay_max_ms;  /* a longer Crawl-delay counts as this */
    uint64_t robots_keep_ms;      /* how long a robots.txt is believed */
    uint64_t ask_reservations_ms; /* once in this time for ai.txt and tdmrep.json; 0: never */
    unsigned redirects;           /* hops that are followed */
    uint64_t grace_ms;            /* for requests in flight when a run is stopped */
    unsigned max_per_site;        /* article pages per site and run; 0: no limit */
    unsigned max_sources;         /* of each sort of a site's sources; ten times with --since */
    unsigned max_pages;           /* article pages of the whole run; 0: no limit */
    uint64_t max_time_ms;         /* 0: no limit */
    uint64_t patience_ms;
    uint64_t retry_after_max_ms; /* longer ones are left to a later run */
    unsigned sources;            /* enum source_bits */
    int64_t since_ms; /* run: the archive of this time; else: published since; 0: not given */
    int64_t until_ms; /* 0: not given */
    bool discover_only;
    bool poll_all;
    unsigned workers;           /* 0: cores - 1, at least 1 */
    unsigned jobs_max;          /* URLs under way at one time */
    unsigned jobs_per_host_max; /* 0: the larger of 4 and twice per_host */
    uint64_t bodies_max;        /* bytes of bodies held at one time */
    uint64_t wire_max;          /* bytes of one answer as they travel */
    uint64_t wire_sitemap_max;
    uint64_t headers_max;
    uint64_t page_max; /* bytes of one answer once decoded */
    uint64_t feed_max;
    uint64_t sitemap_max;
    uint64_t robots_max;
    unsigned commit_rows; /* a batch is written when it holds so many results … */
    uint64_t commit_ms;   /* … or this long after its first */
    uint64_t lease_ms;
    struct option_list allow_net;
    const char *dns_servers; /* NULL: the system's */
    const char *ca_file;     /* NULL: the system's */
    const char *proxy;       /* NULL: none; user and password go once they are read */
    uint64_t bandwidth;      /* bytes a second; 0: no limit */
    const char *contact;
    const char *user_agent;
    uint64_t keep_raw_ms;      /* 0: keep none */
    uint64_t max_raw;          /* bytes of kept pages; 0: no limit */
    uint64_t keep_fetches_ms;  /* 0: keep none */
    uint64_t keep_articles_ms; /* 0: for ever */
    bool no_search;
    int sync_full; /* 1: each commit is on the disk before it counts */
    bool strict;
    const char *stats;     /* file for figures as JSON */
    const char *metrics;   /* file for figures as Prometheus reads them */
    const char *on_finish; /* a command for the shell */
    uint64_t on_finish_time_ms;

    /* add */
    const char *kind; /* site, api, page */
    const char *file;
    const char *opml;
    const char *rules;          /* try: file of a site's rules */
    struct option_list starter; /* countries and languages of sites to start from */
    bool as_opml;               /* sites: as a feed reader's list */
    bool csv;
    struct option_list states; /* sites: those in one of these */
    struct option_list labels; /* add: of every site */
    const char *items;         /* JSON pointer to an API's array of records */
    struct option_list map;    /* field=pointer pairs for an API */
    const char *name;
    uint64_t site_delay_ms;     /* OPTION_NOT_GIVEN: the run's */
    uint64_t site_max_per_site; /* OPTION_NOT_GIVEN: the run's */

    /* sites alike */
    struct option_list groups; /* labels: sites with one of these */
    bool all;                  /* set: every site */

    /* report */
    unsigned run; /* 0: the last one */
    const char *html;
    bool apis;

    /* the parsers by themselves, extract and try */
    const char *batch; /* JSON Lines in, JSON Lines out */
    const char *url;   /* base of relative links; the page's address */
    const char *url_map;
    const char *content_type;
    const char *agent;
    bool jsonl;
    bool markdown;

    /* search, export */
    const char *site;
    unsigned limit;
    const char *where;  /* an SQL condition over v_articles */
    const char *to;     /* export: file, or - */
    const char *format; /* NULL: as the file's name says */
    uint64_t rotate;    /* bytes of a WARC file, about; 0: no limit */

    const char *from; /* copy: path or postgresql://; its other one is `to` */
    bool compare;     /* copy: only compares both */

    const char *resolve; /* doctor: a name to look up; NULL: none */

    /* takedown */
    const char *reason;
    const char *asked_by;
    bool dry_run;
};

#define OPTION_NOT_GIVEN UINT64_MAX

/* Reads environment, config file and command line, in that order, the later ones winning, into
 * *out, which the caller gives to options_clear() in any case. Returns 0; or ERR_USAGE with one
 * line (without line end) in `message` that says what is wrong, where, and what to do. */
int options_read(struct options *out, int argc, char **argv, char *message, size_t message_size);

/* options_read() for main(): prints the line to standard error, and what --help, --version, --man
 * or --completions ask for to standard output, with *done set. */
int options_parse(struct options *out, int argc, char **argv, bool *done);
void options_clear(struct options *options);

/* What a run calls itself to servers: --user-agent, or crawler/VERSION with the contact. */
void options_user_agent(const struct options *options, char *out, size_t size);

/* The help of one command, or of all for 0; and the manual page as roff. */
void options_print_help(FILE *out, unsigned command);
void options_print_man(FILE *out);

/* The script by which bash, zsh or fish completes what is typed. Returns 0; or ERR_USAGE for
 * another shell, with a line to standard error. */
int options_print_completions(FILE *out, const char *shell);

#endif
