/* groups.h - the groups of faults, each in the file of its name. */
#ifndef TESTS_HOSTILE_GROUPS_H
#define TESTS_HOSTILE_GROUPS_H

#include "hostile/fault.h"

extern const struct group group_tcp, group_framing, group_redirects, group_addresses, group_codings,
    group_answers, group_cookies, group_dns, group_tls, group_rules, group_sitemaps, group_feeds,
    group_pages, group_texts, group_traps;

#endif
