/* wire.h - request and answer between the loop and a worker process, as bytes.
 *
 * A message is its length (4 bytes, little-endian, the length itself not counted) and its fields in
 * a fixed order; both sides are the same program, so there is no version. The loop believes nothing
 * of what it reads: lengths, counts, enums and UTF-8 are checked, and text holds no NUL. Page
 * bodies travel as they came. Thread: any. */
#ifndef CRAWLER_EXTRACT_WIRE_H
#define CRAWLER_EXTRACT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "job.h"
#include "storage/record.h"

enum {
    WIRE_MESSAGE_BYTES_MAX = 256 * 1024 * 1024,
    WIRE_TEXT_BYTES_MAX = 16 * 1024 * 1024,
    WIRE_FOUND_MAX = 50 * 1000, /* URLs that one document may announce: as sitemaps.org has it */
    WIRE_LIST_MAX = 20 * 1000,  /* links, API records, authors … */
    WIRE_GREETING_BYTES = 5,
};

/* What a worker is asked. Texts may be NULL. */
struct worker_request {
    unsigned kind;   /* enum url_kind */
    unsigned source; /* enum source_kind */
    unsigned file;   /* enum host_file */
    unsigned depth;
    unsigned hops;
    int64_t now_ms;
    int64_t since_ms; /* articles published before are left out; 0: no limit */
    int64_t until_ms; /* and those published later */
    const char *url;
    const char *site_home;
    const char *content_type;
    const char *content_encoding;
    const char *link; /* the answer's Link fields */
    const char *rules;
    const char *hint_title;
    int64_t hint_published_ms;
    uint64_t body_bytes_max; /* decoded */
    const char *agent;       /* product token that robots.txt rules are chosen by */
    struct span body;        /* borrowed */
};

/* What it makes of it. */
struct worker_answer {
    unsigned outcome; /* enum outcome */
    const char *detail;
    const char *mime;
    const char *charset;
    uint64_t body_hash;
    int64_t bytes_body;
    bool has_article;
    unsigned rights; /* enum rights: what the page itself says */
    struct article_record article;
    struct link_record *links;
    size_t links_count;
    struct found_record *found;
    size_t found_count;
    struct api_row *api_rows;
    size_t api_rows_count;
    struct source_record source;
    const char *robots_body;
    const char *rules_told; /* as site_rules_apply() tells it */
    uint64_t cpu_us;        /* of this page */
};

/* Append a whole message, its length first. Return 0, or ERR_TOO_LARGE. */
int wire_put_request(struct bytes *out, const struct worker_request *request);
int wire_put_answer(struct bytes *out, const struct worker_answer *answer);

/* The longest answer that this request may have: what a document of its kind and size can honestly
 * yield. Its body may have unpacked to a hundred times its size, but not to more than was allowed;
 * of that an article or an API's records repeat what they hold, a sitemap or feed only names it. */
size_t wire_answer_bytes_max(const struct worker_request *request);

/* Appends the message with which a worker greets: one byte, what its sandbox lacks. */
void wire_put_greeting(struct bytes *out, unsigned lacks);

/* The length of the message that begins at `data`, its own four bytes counted; 0 while fewer than
 * four are there. */
size_t wire_message_size(const void *data, size_t size);

/* Read a whole message. Texts are copied into the arena; a request's body is borrowed from `data`.
 * Return 0, or ERR_INPUT when anything about it is wrong, or it has more in it than fits into the
 * arena. */
int wire_get_request(struct worker_request *out, struct arena *arena, const void *data,
                     size_t size);
int wire_get_greeting(unsigned *lacks, const void *data, size_t size);
int wire_get_answer(struct worker_answer *out, struct arena *arena, const void *data, size_t size);

#endif
