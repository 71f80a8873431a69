/* feed_xml.h - RSS, RDF, Atom and what calls itself so, by the events of
 * xml.h, a stack of what is open and one text under way. Internal to feed.c. Thread: any. */
#ifndef CRAWLER_DISCOVER_FEED_XML_H
#define CRAWLER_DISCOVER_FEED_XML_H

#include "base/bytes.h"

struct feed_build;

/* Fills in build->feed (feed_draft.h). 0, or ERR_INPUT when the document is no such feed. */
int feed_read_xml(struct feed_build *build, struct span document);

#endif
