/* feed_draft.h - a feed under way, for the readers of XML and JSON.
 *
 * Several elements may give one field; each has a rank, and the lowest one seen wins. */
#ifndef CRAWLER_DISCOVER_FEED_DRAFT_H
#define CRAWLER_DISCOVER_FEED_DRAFT_H

#include "base/bytes.h"
#include "base/url.h"
#include "discover/feed.h"

enum { RANK_NONE = 255, FEED_ENTRIES_MAX = 200000, FEED_AUTHORS_MAX = 64 };

enum feed_field {
    FIELD_NONE,
    FIELD_TITLE,
    FIELD_LINK,
    FIELD_ID,
    FIELD_SUMMARY,
    FIELD_CONTENT,
    FIELD_PUBLISHED,
    FIELD_UPDATED,
    FIELD_AUTHOR,
    FIELD_DATE, /* published and updated at once */
    FIELD_GUID,
    FIELD_NAME, /* of a person */
    FIELD_MAIL,
    FIELD_TTL,
    FIELD_LANGUAGE,
    FIELD_PERIOD,    /* sy:updatePeriod */
    FIELD_FREQUENCY, /* sy:updateFrequency */
    FIELD_COUNT,
};

struct feed_draft {
    struct feed_entry entry;
    unsigned char ranks[FIELD_COUNT];
};

/* A feed under way; its texts are in the arena, the array of entries too. */
struct feed_build {
    struct arena *arena;
    struct feed feed;
    const struct url *base; /* of the document, or NULL */
    size_t entries_room;
    struct feed_draft draft;
    const char *authors[FEED_AUTHORS_MAX]; /* of the draft, or of the feed before any entry */
    size_t authors_count;
    const char **feed_authors;
    size_t feed_authors_count;
};

void feed_draft_begin(struct feed_build *build);
void feed_draft_end(struct feed_build *build);

/* Whether a value of this rank is wanted for the field; then the rank is noted. */
bool feed_draft_wants(struct feed_build *build, enum feed_field field, unsigned char rank);
void feed_draft_date(struct feed_build *build, enum feed_field field, unsigned char rank,
                     struct span text);

/* A person as written: "Name (mail)", "mail (Name)", "Name <mail>", a bare name or mail. */
void feed_author_add(struct feed_build *build, struct span person);

#endif
