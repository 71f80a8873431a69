/* rules.h - what class names and short phrases tell of the part of a page they stand in.
 *
 * Tables of words, in the languages of news sites; none is of one site. A match is a hint for the
 * model that judges blocks (block.h), never a verdict. Thread: any. */
#ifndef CRAWLER_EXTRACT_RULES_H
#define CRAWLER_EXTRACT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Kinds of parts, told by class, id, role, data-* and itemprop. */
enum part {
    PART_BODY,     /* the article's text, by two words together or a name that means just that */
    PART_CONTENT,  /* content of some sort */
    PART_RELATED,  /* other articles */
    PART_SHARE,    /* sharing and social networks */
    PART_SIGNUP,   /* newsletters, subscriptions, apps, log-in */
    PART_NAV,      /* menus, headers, footers, breadcrumbs */
    PART_MEDIA,    /* pictures and films, their captions and credits */
    PART_META,     /* authors, dates, tags */
    PART_AD,       /* advertising */
    PART_ASIDE,    /* boxes beside or within the text */
    PART_COMMENT,  /* readers' words */
    PART_LEAD,     /* standfirst, summary */
    PART_OVERLAY,  /* consent, pop-ups */
    PART_HEADLINE, /* titles */
    PART_LEGAL,    /* disclaimers, copyright, footnotes */
    PART_EMBED,    /* posts of other services, quotes */
    PART_COUNT
};

/* The parts (bits of enum part) that the words of an attribute's value name. */
uint32_t rules_parts_of(struct span names);

/* What a line of text begins with or holds. */
enum phrase {
    PHRASE_READ_MORE, /* at its start: "Read also:" */
    PHRASE_SIGNUP,    /* anywhere: newsletter, subscribe, app */
    PHRASE_SHARE,     /* anywhere: share, follow us */
    PHRASE_CREDIT,    /* at its start: "Photo:", "Source:" */
    PHRASE_COPYRIGHT, /* anywhere: "All rights reserved" */
    PHRASE_AD,        /* the whole line */
    PHRASE_META,      /* at its start: "By", "Published", "Updated" */
    PHRASE_COMMENTS,  /* at its start */
    PHRASE_COOKIES,   /* anywhere: cookies, personal data, browsers */
    PHRASE_NOTICE,    /* anywhere: what only consent and browser notices say */
    PHRASE_COUNT
};

/* The phrases (bits of enum phrase) that a line holds. Long lines are looked at only at their
 * beginning. */
uint32_t rules_phrases_of(struct span line);

/* Whether the word (lower case) speaks to the reader, or of the publisher: "you", "our". */
bool rules_speaks_to_reader(struct span word);

#endif
