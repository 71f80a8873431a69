/* functions.h - what queries may call beside SQLite's own functions.
 *
 * url_hash(key): a URL's identity; url_shape(origin, path, coarse): its pattern;
 * url_is_taken(url, hash, kind, matches), json_is_taken(json, kind, matches): whether a take-down
 * covers it; page_plain(body, base), page_alone(body, base): a packed page (packed.h), base being
 * NULL for one that stands by itself; story_keys_of(moment_ms, text): under which keys it is noted,
 * as a JSON array; search_query(query), search_join(snippet): for the index of signs. */
#ifndef STORAGE_SQLITE_FUNCTIONS_H
#define STORAGE_SQLITE_FUNCTIONS_H

struct sqlite_store;

void functions_register(struct sqlite_store *store);

#endif
