/* title.h - the page's own headline. Internal to metadata.
 *
 * og:title, JSON-LD's headline, the h1 elements and <title> are compared with each other: what two
 * agree on is the headline, the site's name before or behind it goes. Thread: any. */
#ifndef CRAWLER_EXTRACT_TITLE_H
#define CRAWLER_EXTRACT_TITLE_H

struct facts;

/* Sets facts->title, title_node and title_text. Returns where the title comes from ("h1", "meta",
 * "json-ld", "microdata", "title-tag"), NULL when there is none. Wants facts->site_name. */
const char *title_choose(struct facts *facts);

#endif
