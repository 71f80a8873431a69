/* robots.h - robots.txt: which paths of an origin an agent may ask for (RFC 9309).
 *
 * Beyond the RFC it reads what other large crawlers read: a missing colon, the common misspellings
 * of `disallow`, a whole or partial byte order mark, UTF-16, Crawl-delay, and what the content may
 * be used for (usage.h). Any bytes are valid input; what can't be read is skipped. Parsing takes
 * time linear in the text but for one sort, and memory of a few times the text, of which 500 KiB
 * are read (RFC 9309 section 2.5). Thread: any; a struct robots is never changed once parsed. */
#ifndef CRAWLER_POLITENESS_ROBOTS_H
#define CRAWLER_POLITENESS_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { ROBOTS_BYTES_MAX = 500 * 1024 };

struct robots;

/* The rules that `data` has for `agent`: of its groups, or of the `*` groups where it has none.
 * An agent is known by its product token, what precedes the first character outside [A-Za-z_-];
 * where that is a blank, it has none and takes the `*` groups.
 * Never NULL; returned owned, for robots_free(). Borrows nothing. */
struct robots *robots_parse(const void *data, size_t size, const char *agent);
void robots_free(struct robots *robots); /* NULL is fine */

/* Whether a URL may be asked for. `path_and_query` is what follows its host, escaped or not; an
 * empty path is "/", a fragment is not looked at. The longest rule that matches wins, allow on a
 * tie; "/robots.txt" is always allowed (section 2.2.2). Rules that would take more than some ten
 * milliseconds, which only hostile ones do, forbid. */
bool robots_allows(const struct robots *robots, struct span path_and_query);

/* Crawl-delay of the agent's groups, or -1 when they have none that is a number. */
int64_t robots_crawl_delay_ms(const struct robots *robots);

/* What its Content-Signal and Content-Usage lines say of a URL: bits of enum rights
 * (storage/record.h). It is no verdict on fetching. */
unsigned robots_rights(const struct robots *robots, struct span path_and_query);

/* Stores the addresses of the Sitemap lines, as written, in file order; borrowed from `robots`.
 * Returns how many. */
size_t robots_sitemaps(const struct robots *robots, const char *const **out);

/* Appends a small robots.txt that, parsed for any agent, has the same verdicts, delay, rights and
 * sitemaps.
 * It is ASCII, unless escapes would make it longer than ROBOTS_BYTES_MAX: then it is about as long
 * as the lines it was read from. Returns 0, or ERR_TOO_LARGE when `out` has a ceiling and meets it,
 * leaving `out` as it was. */
int robots_reduce(const struct robots *robots, struct bytes *out);

#endif
