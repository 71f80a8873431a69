/* try_site.h - what is set in a database for the site that a page belongs to: crawler try --sites.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_TRY_SITE_H
#define CRAWLER_COMMANDS_TRY_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "extract/site_rules.h"
#include "options.h"

struct access;
struct url;

struct try_site {
    int64_t site_id; /* 0: no site has this page */
    const char *url; /* its address */
    bool off;        /* a run does not ask it */
    struct site_rule *rules;
    size_t rules_count;
    const char *told; /* what differs for it, for people: "its user agent, 2 rules" */
};

/* Finds the site of `url` in the database of --sites, of several of a domain the one of its origin,
 * and reads what is set for it: how to ask into `access`, the rest into *out, in the arena. Without
 * --sites, or where no site has it, *out is all zero. Returns 0, or an exit status after a
 * sentence.
 */
int try_site_read(struct try_site *out, struct access *access, struct arena *arena,
                  const struct options *options, const struct url *url);

#endif
