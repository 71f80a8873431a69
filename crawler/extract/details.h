/* details.h - what else a page says of itself: its own address, lead, image, section, tags.
 * Internal to metadata. Thread: any. */
#ifndef CRAWLER_EXTRACT_DETAILS_H
#define CRAWLER_EXTRACT_DETAILS_H

struct article_record;
struct facts;

/* Fills canonical_url (of the same site and not its front page, else NULL), lead, image_url,
 * section and tags. Wants the title in `facts`. */
void details_take(struct article_record *article, const struct facts *facts);

#endif
