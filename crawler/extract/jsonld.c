#include "extract/jsonld.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/alloc.h"
#include "extract/tidy.h"

enum {
    BLOCKS_MAX = 64,
    OBJECTS_MAX = 20000, /* looked at on one page */
    DEPTH_MAX = 12,
    STACK_MAX = 4096,
    KNOWN_MAX = 512,   /* objects with an "@id" */
    ARTICLES_MAX = 32, /* candidates */
    LIST_MAX = 64      /* items of one list */
};

enum kind { KIND_NONE, KIND_PAGE, KIND_MEDIA, KIND_WORK, KIND_ARTICLE };

struct candidate {
    json_t *object;
    enum kind kind;
    int score;
};

struct reader {
    struct jsonld *out;
    struct arena *arena;
    struct span page_path;
    json_t *roots[BLOCKS_MAX];
    size_t roots_count;
    struct {
        const char *id;
        json_t *object;
    } known[KNOWN_MAX];
    size_t known_count;
    struct candidate candidates[ARTICLES_MAX];
    size_t candidates_count;
    struct {
        json_t *value;
        unsigned depth;
    } stack[STACK_MAX];
    size_t stack_count;
};

/* ---- values ---- */

/* An object in place of a reference to it. */
static json_t *followed(const struct reader *reader, json_t *value)
{
    const char *id = json_string_value(json_object_get(value, "@id"));
    if (!id || json_object_size(value) > 2 || json_object_get(value, "name"))
        return value;
    for (size_t i = 0; i < reader->known_count; i++)
        if (strcmp(reader->known[i].id, id) == 0)
            return reader->known[i].object;
    return value;
}

/* The first string in a value: itself, the first of a list, "@value", "name", "url" or "@id". */
static const char *plain(const struct reader *reader, json_t *value, const char *key)
{
    for (unsigned i = 0; value && i < 4; i++) {
        if (json_is_string(value))
            return *json_string_value(value) ? json_string_value(value) : NULL;
        if (json_is_array(value)) {
            value = json_array_get(value, 0);
        } else {
            value = followed(reader, value);
            json_t *inner = json_object_get(value, key);
            value = inner ? inner : json_object_get(value, "@value");
        }
    }
    return NULL;
}

static const char *field(const struct reader *reader, json_t *object, const char *name,
                         const char *key)
{
    return tidy_string(reader->arena, plain(reader, json_object_get(object, name), key));
}

/* "Article" of "http://schema.org/Article". */
static const char *bare_type(const char *type)
{
    const char *slash = type ? strrchr(type, '/') : NULL;
    const char *name = slash ? slash + 1 : type;
    return name && strncmp(name, "schema:", 7) == 0 ? name + 7 : name;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t size = strlen(text), suffix_size = strlen(suffix);
    return size >= suffix_size && strcasecmp(text + size - suffix_size, suffix) == 0;
}

static enum kind kind_of_type(const char *type)
{
    static const struct {
        const char *name;
        enum kind kind;
    } names[] = {
        {"Report", KIND_ARTICLE},
        {"Review", KIND_WORK},
        {"JobPosting", KIND_NONE},
        {"Recipe", KIND_WORK},
        {"CreativeWork", KIND_WORK},
        {"ClaimReview", KIND_WORK},
        {"HowTo", KIND_WORK},
        {"VideoObject", KIND_MEDIA},
        {"AudioObject", KIND_MEDIA},
        {"PodcastEpisode", KIND_MEDIA},
        {"NewsVideoObject", KIND_MEDIA},
        {"QAPage", KIND_PAGE},
        {"DiscussionForumPosting", KIND_ARTICLE},
        {"MediaGallery", KIND_PAGE},
        {"ImageGallery", KIND_PAGE},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcasecmp(type, names[i].name) == 0)
            return names[i].kind;
    if (ends_with(type, "Article") || ends_with(type, "Posting") || ends_with(type, "NewsReport"))
        return KIND_ARTICLE;
    return ends_with(type, "Page") ? KIND_PAGE : KIND_NONE;
}

/* The best of an object's types. */
static enum kind kind_of(json_t *object, const char **out_type)
{
    json_t *types = json_object_get(object, "@type");
    enum kind best = KIND_NONE;
    size_t count = json_is_array(types) ? json_array_size(types) : 1;
    for (size_t i = 0; i < count && i < 8; i++) {
        json_t *value = json_is_array(types) ? json_array_get(types, i) : types;
        const char *type = bare_type(json_string_value(value));
        enum kind kind = type ? kind_of_type(type) : KIND_NONE;
        if (kind > best) {
            best = kind;
            *out_type = type;
        }
    }
    return best;
}

/* ---- finding the article ---- */

static void push(struct reader *reader, json_t *value, unsigned depth)
{
    if (reader->stack_count == STACK_MAX || depth > DEPTH_MAX)
        return;
    if (json_is_object(value) || json_is_array(value)) {
        reader->stack[reader->stack_count].value = value;
        reader->stack[reader->stack_count++].depth = depth;
    }
}

/* What stands behind these is about something else than the page. */
static bool leads_away(const char *key)
{
    static const char *const keys[] = {
        "itemListElement", "comment",         "comments",        "mentions",
        "about",           "citation",        "relatedLink",     "review",
        "potentialAction", "breadcrumb",      "publisher",       "sourceOrganization",
        "offers",          "aggregateRating", "liveBlogUpdate",  "hasPart",
        "subjectOf",       "isBasedOn",       "suggestedAnswer", "acceptedAnswer",
        "associatedMedia", "significantLink", "isRelatedTo",     "workExample",
        "blogPost",        "episodes",        "episode",         "itemReviewed",
    };
    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* The path of an absolute or relative address, without query and the slash at its end. */
static struct span path_of(const char *url)
{
    const char *at = strstr(url, "://");
    at = at ? at + 3 : url;
    at += at == url ? 0 : strcspn(at, "/?#");
    size_t size = strcspn(at, "?#");
    while (size && at[size - 1] == '/')
        size--;
    return (struct span){at, size};
}

static bool is_of_page(const struct reader *reader, const char *url)
{
    struct span page = reader->page_path, path = url ? path_of(url) : (struct span){0};
    while (page.size && page.data[page.size - 1] == '/')
        page.size--;
    return path.size && path.size == page.size && memcmp(path.data, page.data, path.size) == 0;
}

static void consider(struct reader *reader, json_t *object, unsigned depth)
{
    const char *type = NULL;
    enum kind kind = kind_of(object, &type);
    if (kind == KIND_NONE || reader->candidates_count == ARTICLES_MAX)
        return;
    int score = (int)kind * 100 - (int)depth;
    bool has_headline = json_object_get(object, "headline") || json_object_get(object, "name");
    if (is_of_page(reader, plain(reader, json_object_get(object, "url"), "@id")) ||
        is_of_page(reader, plain(reader, json_object_get(object, "mainEntityOfPage"), "@id")) ||
        is_of_page(reader, json_string_value(json_object_get(object, "@id"))))
        score += 60;
    score += has_headline ? 20 : 0;
    score += json_object_get(object, "datePublished") ? 15 : 0;
    score += json_object_get(object, "author") ? 10 : 0;
    reader->candidates[reader->candidates_count++] = (struct candidate){object, kind, score};
}

static void note_id(struct reader *reader, json_t *object)
{
    const char *id = json_string_value(json_object_get(object, "@id"));
    if (!id || reader->known_count == KNOWN_MAX || json_object_size(object) < 2)
        return;
    reader->known[reader->known_count].id = id;
    reader->known[reader->known_count++].object = object;
}

static void visit(struct reader *reader, json_t *value, unsigned depth)
{
    const char *key;
    json_t *inner;
    size_t i;
    if (json_is_array(value)) {
        size_t count = json_array_size(value);
        for (i = count < LIST_MAX * 4 ? count : LIST_MAX * 4; i > 0; i--)
            push(reader, json_array_get(value, i - 1), depth + 1);
        return;
    }
    note_id(reader, value);
    consider(reader, value, depth);
    json_object_foreach(value, key, inner) if (!leads_away(key)) push(reader, inner, depth + 1);
}

static void walk(struct reader *reader)
{
    size_t visited = 0;
    for (size_t i = reader->roots_count; i > 0; i--)
        push(reader, reader->roots[i - 1], 0);
    while (reader->stack_count && visited++ < OBJECTS_MAX) {
        reader->stack_count--;
        visit(reader, reader->stack[reader->stack_count].value,
              reader->stack[reader->stack_count].depth);
    }
}

/* ---- taking its facts ---- */

static void add_author(struct reader *reader, const char *name)
{
    struct jsonld *out = reader->out;
    name = tidy_string(reader->arena, name);
    if (!name || out->authors_count == JSONLD_AUTHORS_MAX)
        return;
    for (size_t i = 0; i < out->authors_count; i++)
        if (strcmp(out->authors[i], name) == 0)
            return;
    out->authors[out->authors_count++] = name;
}

static void take_author(struct reader *reader, json_t *author)
{
    author = followed(reader, author);
    if (json_is_string(author)) {
        add_author(reader, json_string_value(author));
        return;
    }
    json_t *name = json_object_get(author, "name");
    if (json_is_array(name)) {
        for (size_t i = 0; i < json_array_size(name) && i < LIST_MAX; i++)
            add_author(reader, json_string_value(json_array_get(name, i)));
    } else if (name) {
        add_author(reader, plain(reader, name, "name"));
    } else {
        const char *given = json_string_value(json_object_get(author, "givenName"));
        const char *family = json_string_value(json_object_get(author, "familyName"));
        if (given && family)
            add_author(reader, arena_format(reader->arena, "%s %s", given, family));
    }
}

static void take_authors(struct reader *reader, json_t *authors)
{
    if (!json_is_array(authors)) {
        take_author(reader, authors);
        return;
    }
    for (size_t i = 0; i < json_array_size(authors) && i < LIST_MAX; i++)
        take_author(reader, json_array_get(authors, i));
}

static void add_tag(struct reader *reader, struct span tag)
{
    struct jsonld *out = reader->out;
    const char *text = tidy_line(reader->arena, tag);
    if (text && out->tags_count < JSONLD_TAGS_MAX && strlen(text) < 120)
        out->tags[out->tags_count++] = text;
}

/* Keywords: a list, or one string with commas. */
static void take_tags(struct reader *reader, json_t *tags)
{
    if (json_is_array(tags)) {
        for (size_t i = 0; i < json_array_size(tags) && i < LIST_MAX; i++) {
            const char *tag = plain(reader, json_array_get(tags, i), "name");
            if (tag)
                add_tag(reader, span_of(tag));
        }
        return;
    }
    for (const char *at = json_string_value(tags); at && *at;) {
        size_t size = strcspn(at, ",;");
        add_tag(reader, (struct span){at, size});
        at += size + (at[size] != '\0');
    }
}

/* A JSON boolean, or its name, or the address of schema.org's. */
static int truth_of(json_t *value)
{
    if (json_is_boolean(value))
        return json_is_true(value);
    const char *text = bare_type(json_string_value(value));
    if (!text)
        return -1;
    return strcasecmp(text, "true") == 0 ? 1 : strcasecmp(text, "false") == 0 ? 0 : -1;
}

static int free_access_of(json_t *object)
{
    int said = truth_of(json_object_get(object, "isAccessibleForFree"));
    json_t *part = json_object_get(object, "hasPart");
    if (json_is_array(part))
        part = json_array_get(part, 0);
    return said < 0 ? truth_of(json_object_get(part, "isAccessibleForFree")) : said;
}

#define TAKE(member, name, key)                                                                    \
    do {                                                                                           \
        if (!reader->out->member)                                                                  \
            reader->out->member = field(reader, object, name, key);                                \
    } while (0)

static void take_dates(struct reader *reader, json_t *object)
{
    TAKE(published, "datePublished", "@value");
    TAKE(modified, "dateModified", "@value");
    TAKE(created, "dateCreated", "@value");
}

static void take_article(struct reader *reader, json_t *object)
{
    struct jsonld *out = reader->out;
    TAKE(headline, "headline", "@value");
    TAKE(headline, "name", "@value");
    TAKE(alternative_headline, "alternativeHeadline", "@value");
    TAKE(language, "inLanguage", "alternateName");
    TAKE(section, "articleSection", "name");
    TAKE(description, "description", "@value");
    TAKE(image, "image", "url");
    TAKE(image, "thumbnailUrl", "url");
    TAKE(url, "url", "@id");
    TAKE(publisher, "publisher", "name");
    take_dates(reader, object);
    if (!out->authors_count)
        take_authors(reader, json_object_get(object, "author"));
    if (!out->authors_count)
        take_authors(reader, json_object_get(object, "creator"));
    if (!out->tags_count)
        take_tags(reader, json_object_get(object, "keywords"));
    if (!out->body)
        out->body = arena_string(reader->arena,
                                 plain(reader, json_object_get(object, "articleBody"), "@value"));
    if (out->free_access < 0)
        out->free_access = free_access_of(object);
}

static void take_page(struct reader *reader, json_t *object, enum kind kind)
{
    const char *type = NULL;
    if (kind == KIND_PAGE && !reader->out->page_type && kind_of(object, &type))
        reader->out->page_type = arena_string(reader->arena, type);
    reader->out->is_video |= kind == KIND_MEDIA;
    TAKE(page_published, "datePublished", "@value");
    TAKE(page_published, "uploadDate", "@value");
    TAKE(page_modified, "dateModified", "@value");
    TAKE(language, "inLanguage", "alternateName");
    TAKE(publisher, "publisher", "name");
    if (reader->out->free_access < 0)
        reader->out->free_access = free_access_of(object);
}

/* Two objects about the same: neither names another headline. */
static bool same_article(const struct reader *reader, json_t *a, json_t *b)
{
    const char *left = plain(reader, json_object_get(a, "headline"), "@value");
    const char *right = plain(reader, json_object_get(b, "headline"), "@value");
    return !left || !right || strcmp(left, right) == 0;
}

static void take_facts(struct reader *reader)
{
    const struct candidate *best = NULL;
    for (size_t i = 0; i < reader->candidates_count; i++)
        if (!best || reader->candidates[i].score > best->score)
            best = &reader->candidates[i];
    if (best && best->kind >= KIND_WORK) {
        const char *type = NULL;
        kind_of(best->object, &type);
        reader->out->type = arena_string(reader->arena, type);
        reader->out->has_article = best->kind == KIND_ARTICLE;
        take_article(reader, best->object);
    }
    for (size_t i = 0; i < reader->candidates_count; i++) {
        const struct candidate *other = &reader->candidates[i];
        if (other->kind >= KIND_WORK && other != best && other->kind == best->kind &&
            same_article(reader, best->object, other->object))
            take_article(reader, other->object);
        else if (other->kind == KIND_PAGE || other->kind == KIND_MEDIA)
            take_page(reader, other->object, other->kind);
    }
}

static json_t *parsed(struct arena *arena, struct span block)
{
    const size_t flags = JSON_DECODE_ANY;
    if (!block.size || block.size > JSONLD_BLOCK_BYTES_MAX)
        return NULL;
    json_t *root = json_loadb(block.data, block.size, flags, NULL);
    if (root)
        return root;
    struct span mended = jsonld_mended(arena, block);
    return json_loadb(mended.data, mended.size, flags, NULL);
}

void jsonld_read(struct jsonld *out, struct arena *arena, const struct span *blocks, size_t count,
                 struct span page_path)
{
    *out = (struct jsonld){.free_access = -1};
    if (!count)
        return;
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    reader->out = out;
    reader->arena = arena;
    reader->page_path = page_path;
    reader->roots_count = reader->known_count = reader->candidates_count = reader->stack_count = 0;
    for (size_t i = 0; i < count && reader->roots_count < BLOCKS_MAX; i++) {
        json_t *root = parsed(arena, blocks[i]);
        if (root)
            reader->roots[reader->roots_count++] = root;
    }
    walk(reader);
    take_facts(reader);
    for (size_t i = 0; i < reader->roots_count; i++)
        json_decref(reader->roots[i]);
}
