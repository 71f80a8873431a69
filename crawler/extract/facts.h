/* facts.h - what a page says of itself, gathered once: meta elements by meaning, JSON-LD, and the
 * elements whose attributes speak of author, date or headline.
 *
 * The parts of metadata (title, authors, pagedate, language, kind) choose among these; none walks
 * the tree again. Internal to metadata. Everything lives in the page's arena. Thread: any. */
#ifndef CRAWLER_EXTRACT_FACTS_H
#define CRAWLER_EXTRACT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/url.h"
#include "extract/document.h"
#include "extract/jsonld.h"

/* What a <meta> is about. */
enum meta_key {
    META_TITLE,
    META_AUTHOR,
    META_PUBLISHED,
    META_CREATED, /* may be the publication, or a later save of it */
    META_MODIFIED,
    META_DATE, /* some date: mostly the publication */
    META_LANGUAGE,
    META_SITE,
    META_APP, /* the name as an icon on a telephone has it: often the site's */
    META_SECTION,
    META_TAG,
    META_DESCRIPTION,
    META_IMAGE,
    META_URL,
    META_TYPE,
    META_TIER, /* free or paid */
    META_GENERATOR,
    META_KEYS
};

struct meta_fact {
    enum meta_key key;
    uint8_t rank; /* of several names for one thing: 0 is the most trusted */
    const char *content;
};

/* What an element's attributes say that it holds. */
enum mark {
    MARK_AUTHOR_PROP,    /* itemprop=author or rel=author */
    MARK_AUTHOR_CLASS,   /* class or id of a byline or an author */
    MARK_PUBLISHED_PROP, /* itemprop=datePublished */
    MARK_MODIFIED_PROP,
    MARK_DATE_CLASS,  /* class or id of a date */
    MARK_TIME,        /* <time> */
    MARK_HEADLINE,    /* itemprop=headline or name of an article */
    MARK_TITLE_CLASS, /* class of a headline */
    MARK_PAYWALL,
    MARK_KINDS
};

struct marked {
    uint32_t node;
    uint8_t kind;  /* enum mark */
    bool aside;    /* stands in what is about something else: related, comments, footer … */
    uint8_t score; /* how plainly its class says so */
};

/* A piece of the page's text that is about something else. */
struct text_range {
    uint32_t from, to;
    bool soft; /* a teaser: or the head of the article itself, when the title stands by it */
};

/* The site's names as site_name_is() compares them, folded; the host's also without blanks. NULL
 * where not known. */
struct site_words {
    const char *name, *publisher;
    const char *site, *label; /* "thepapercouk", "thepaper" */
};

struct facts {
    struct arena *arena;
    const struct document *document;
    struct url url; /* the page's */
    bool has_url;
    int64_t now_ms;

    struct meta_fact *metas; /* in order of the page */
    size_t metas_count;
    struct jsonld jsonld;
    struct marked *marked; /* in order of the page */
    size_t marked_count, marked_capacity;
    struct text_range *asides; /* in order, not overlapping */
    size_t asides_count, asides_capacity;
    uint32_t article; /* the first <article> or <main>, or DOCUMENT_NONE */

    /* Set by metadata as they become known. */
    const char *title;
    uint32_t title_node; /* the element that shows it, or DOCUMENT_NONE */
    uint32_t title_text; /* where it stands in the text, or UINT32_MAX */
    const char *site_name;
    struct site_words site_words;
    const char *lang;
};

void facts_gather(struct facts *out, struct arena *arena, const struct document *document,
                  const char *url, int64_t now_ms);

/* The content of the best ranked meta of a key, or NULL. */
const char *facts_meta(const struct facts *facts, enum meta_key key);

/* Whether the text at an offset is about something else. */
bool facts_aside(const struct facts *facts, uint32_t text);

/* Whether an element is about something else. */
bool facts_marked_aside(const struct facts *facts, const struct marked *marked);

/* How near a place of the text is to the title: 0 (far) to 14 (right behind it). */
int facts_nearness(const struct facts *facts, uint32_t text);

/* The words of a class or id: calls are made with each, small, split at hyphens, underscores and
 * where a capital follows a small letter. *at moves through the value; the word is written to
 * `word`, cut to `size`. Returns its length, 0 at the end. */
size_t facts_next_word(const char **at, char *word, size_t size);

#endif
