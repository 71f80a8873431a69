/* response.h - what a server answered, and how long it took.
 *
 * Plain data, filled by the fetcher; header lines are picked apart here. Text lives in the job's
 * arena. Moments are wall clock, durations milliseconds. Source: RFC 9110, RFC 9111. */
#ifndef CRAWLER_FETCH_RESPONSE_H
#define CRAWLER_FETCH_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct response {
    int status; /* 0: no answer */
    int64_t started_ms;
    int64_t total_ms;
    int64_t sent_us; /* until it was about to be sent, a connection being there; 0: it was not */
    int64_t first_byte_ms;
    const char *http; /* "1.0", "1.1" */
    const char *ip;
    int64_t bytes_wire;
    bool closes; /* says that it is the last answer of its connection */
    bool has_length;
    bool bad_length; /* Content-Length is no number, or several differ (RFC 9110, section 8.6) */
    int64_t length;
    const char *content_type;
    const char *content_encoding; /* NULL: identity */
    const char *etag;             /* verbatim */
    const char *last_modified;    /* verbatim */
    const char *location;         /* verbatim */
    const char *x_robots_tag;
    const char *tdm_reservation;
    const char *content_signal;
    const char *content_usage;
    const char *link;        /* the Link fields, joined by commas */
    uint64_t retry_after_ms; /* 0: not said */
    int64_t max_age_s;       /* from Cache-Control or Expires; -1: not said */
    const char *headers;     /* all lines, joined by \n, for the raw page */
    struct bytes body;       /* wire bytes; freed after extraction */
};

/* Takes one header line (no CRLF) into the response. `now_ms` is the wall clock. */
void response_take_header(struct response *response, struct arena *arena, struct span line,
                          int64_t now_ms);

/* True for 301, 302, 303, 307, 308 with a Location. */
bool response_is_redirect(const struct response *response);

#endif
