/* markup.h - values as HTML: every text that comes from the net goes through here.
 *
 * Texts are made harmless first (base/utf8.h), then escaped, so that none of them leaves its
 * element or attribute. Thread: any. */
#ifndef CRAWLER_PAGE_MARKUP_H
#define CRAWLER_PAGE_MARKUP_H

#include "base/bytes.h"

/* Appends a text, for an element or for an attribute in double quotes; NULL is nothing. */
void markup_text(struct bytes *out, const char *text);

/* Appends a link that shows `text`; the text alone where the address is not http or https. */
void markup_link(struct bytes *out, const char *url, const char *text);

#endif
