/* feed_names.h - what the elements of XML feeds mean: namespaces and names, as tables. */
#ifndef CRAWLER_DISCOVER_FEED_NAMES_H
#define CRAWLER_DISCOVER_FEED_NAMES_H

#include "discover/feed_draft.h"

enum vocabulary {
    VOCABULARY_OTHER,
    VOCABULARY_MAIN, /* RSS, Atom, CDF: they share their names */
    VOCABULARY_DC,
    VOCABULARY_DCTERMS,
    VOCABULARY_CONTENT,
    VOCABULARY_MEDIA,
    VOCABULARY_ITUNES,
    VOCABULARY_PLAY,
    VOCABULARY_XHTML,
    VOCABULARY_BURNER,
    VOCABULARY_RDF,
    VOCABULARY_SY,
};

struct feed_name {
    enum vocabulary vocabulary;
    const char *name;
    enum feed_field field;
    unsigned char rank; /* lower wins */
};

/* The vocabulary of a namespace; "" is that of no namespace. */
enum vocabulary feed_vocabulary(struct span uri);

/* The vocabulary that a prefix mostly stands for, for feeds that forgot to bind it. */
enum vocabulary feed_prefix_vocabulary(struct span prefix);

/* What an element gives an entry or, directly below the feed, the feed; NULL: nothing. */
const struct feed_name *feed_entry_name(enum vocabulary vocabulary, struct span local);
const struct feed_name *feed_channel_name(enum vocabulary vocabulary, struct span local);

#endif
