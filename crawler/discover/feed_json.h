/* feed_json.h - JSON Feed 1.0 and 1.1 (jsonfeed.org). Internal to feed.c. Thread: any. */
#ifndef CRAWLER_DISCOVER_FEED_JSON_H
#define CRAWLER_DISCOVER_FEED_JSON_H

#include "base/bytes.h"

struct feed_build;

/* Fills in build->feed (feed_draft.h). 0, or ERR_INPUT when the document is no such feed. */
int feed_read_json(struct feed_build *build, struct span document);

#endif
