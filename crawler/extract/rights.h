/* rights.h - what a page, or the server for it, says may not be done with it.
 *
 * Sources: X-Robots-Tag as Google documents it; TDM Reservation Protocol (W3C community report).
 * Plain functions over headers; what a page's own <meta> say is read by article.c. Thread: any. */
#ifndef CRAWLER_EXTRACT_RIGHTS_H
#define CRAWLER_EXTRACT_RIGHTS_H

#include <stdbool.h>

/* Whether the value of an X-Robots-Tag (NULL: none) has the directive, or "none" where that means
 * it, for all crawlers or for the one whose User-Agent is `agent`: of that its first word. */
bool rights_tag_has(const char *tag, const char *directive, const char *agent);

/* Whether the value of a tdm-reservation field (NULL: none) reserves text and data mining. */
bool rights_tdm_reserved(const char *field);

#endif
