#include "discover/feed_draft.h"

#include <string.h>

#include "base/alloc.h"
#include "discover/plain.h"

void feed_draft_begin(struct feed_build *build)
{
    build->draft = (struct feed_draft){.entry = {.title = NULL}};
    memset(build->draft.ranks, RANK_NONE, sizeof build->draft.ranks);
    build->authors_count = 0;
}

static const char **authors_kept(struct feed_build *build)
{
    size_t size = build->authors_count * sizeof *build->authors;
    if (!size)
        return NULL;
    return memcpy(arena_alloc(build->arena, size), build->authors, size);
}

static struct feed_entry *entry_add(struct feed_build *build)
{
    struct feed *feed = &build->feed;
    if (feed->entries_count == FEED_ENTRIES_MAX)
        return NULL;
    feed->entries = arena_room(build->arena, feed->entries, feed->entries_count,
                               &build->entries_room, sizeof *feed->entries);
    return &feed->entries[feed->entries_count++];
}

void feed_draft_end(struct feed_build *build)
{
    struct feed_entry *entry = entry_add(build);
    if (!entry)
        return;
    *entry = build->draft.entry;
    if (!entry->summary)
        entry->summary = entry->content;
    entry->authors = authors_kept(build);
    entry->authors_count = build->authors_count;
    build->authors_count = 0;
}

bool feed_draft_wants(struct feed_build *build, enum feed_field field, unsigned char rank)
{
    if (rank >= build->draft.ranks[field])
        return false;
    build->draft.ranks[field] = rank;
    return true;
}

/* Of several dates of one kind the last one counts: elements are added when an entry changes. */
void feed_draft_date(struct feed_build *build, enum feed_field field, unsigned char rank,
                     struct span text)
{
    struct feed_entry *entry = &build->draft.entry;
    struct moment moment;
    unsigned char *ranks = build->draft.ranks;
    if (date_parse_feed(plain_trimmed(text), &moment))
        return;
    if (field != FIELD_UPDATED && rank <= ranks[FIELD_PUBLISHED]) {
        entry->published = moment;
        entry->has_published = true;
        ranks[FIELD_PUBLISHED] = rank;
    }
    if (field != FIELD_PUBLISHED && rank <= ranks[FIELD_UPDATED]) {
        entry->updated = moment;
        entry->has_updated = true;
        ranks[FIELD_UPDATED] = rank;
    }
}

/* ---- people ------------------------------------------------------------------------------------
 */

static bool has_byte(struct span text, char byte)
{
    return text.size && memchr(text.data, byte, text.size);
}

/* Of "outer (inner)" the part that is no mail address; both may be. */
static struct span name_of(struct span person)
{
    static const char pairs[][2] = {{'(', ')'}, {'<', '>'}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *open = person.size ? memchr(person.data, pairs[i][0], person.size) : NULL;
        size_t before = open ? (size_t)(open - person.data) : 0;
        const char *close = open ? memchr(open, pairs[i][1], person.size - before) : NULL;
        if (!close)
            continue;
        struct span outer = span_trimmed((struct span){person.data, before});
        struct span inner = span_trimmed((struct span){open + 1, (size_t)(close - open - 1)});
        if (has_byte(inner, '@') && outer.size)
            return outer;
        if (has_byte(outer, '@') && inner.size)
            return inner;
        if (!outer.size && inner.size)
            return inner;
    }
    return person;
}

void feed_author_add(struct feed_build *build, struct span person)
{
    struct span name = name_of(plain_trimmed(person));
    if (name.size > 1 && name.data[0] == '"' && name.data[name.size - 1] == '"')
        name = (struct span){name.data + 1, name.size - 2};
    const char *text = plain_of_html(name, build->arena);
    if (!*text || build->authors_count == FEED_AUTHORS_MAX)
        return;
    for (size_t i = 0; i < build->authors_count; i++)
        if (strcmp(build->authors[i], text) == 0)
            return;
    build->authors[build->authors_count++] = text;
}
