#include "extract/kind.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/facts.h"
#include "extract/kind_phrases.h"
#include "extract/tidy.h"
#include "storage/record.h"

enum {
    WALL_TEXT_MAX = 3000,   /* bytes of text of a page that is nothing but a wall */
    WALL_BODY_MAX = 1500,   /* of the sentences that explain it */
    MISSING_BODY_MAX = 800, /* of a page that says "not found" */
    TITLE_WORDS_MORE = 4,   /* around the words of a wall */
    BODY_MIN = 160,         /* less is no text */
    MEDIA_BODY_MAX = 500,   /* beside a video or pictures */
    SENTENCE_MIN = 200,     /* bytes of a line that is prose, in any script */
    TEASER_BODY_MAX = 2000, /* what a paywall leaves to be read */
    OFFER_BEHIND_MAX = 1500 /* bytes behind it where the offer stands */
};

static size_t size_of(const char *text)
{
    return text ? strlen(text) : 0;
}

static size_t longest_line(const char *body)
{
    size_t longest = 0;
    while (body && *body) {
        size_t size = strcspn(body, "\n");
        longest = size > longest ? size : longest;
        body += size + (body[size] == '\n');
    }
    return longest;
}

/* ---- walls ---- */

/* Whether one of the phrases stands in a folded text, as whole words. */
static bool says(const char *folded, const char *const *phrases)
{
    for (; *phrases; phrases++) {
        size_t size = strlen(*phrases);
        for (const char *at = folded; (at = strstr(at, *phrases)); at++)
            if ((at == folded || at[-1] == ' ' || (*at & 0x80)) &&
                (!at[size] || at[size] == ' ' || (at[size] & 0x80)))
                return true;
    }
    return false;
}

static size_t count_words(const char *folded)
{
    size_t count = *folded != '\0';
    for (; *folded; folded++)
        count += *folded == ' ';
    return count;
}

/* What a page may be headed by, folded: its <title>, the first h1, the title that was chosen. */
struct titles {
    const char *items[3];
};

static struct titles folded_titles(const struct facts *facts)
{
    const struct document *document = facts->document;
    const char *all[] = {document->title, NULL, facts->title};
    struct titles titles;
    if (document->h1s.count)
        all[1] = node_line(document, document->h1s.nodes[0], facts->arena);
    for (size_t i = 0; i < COUNT(all); i++)
        titles.items[i] = tidy_folded(facts->arena, span_of(all[i] ? all[i] : ""));
    return titles;
}

/* Whether a title is one of the phrases with at most `more` words around it, such as a site's
 * name: a headline that has the phrase in it is longer. */
static bool headed_by(const struct titles *titles, const char *const *phrases, size_t more)
{
    for (size_t i = 0; i < COUNT(titles->items); i++)
        for (const char *const *phrase = phrases; *phrase; phrase++)
            if (count_words(titles->items[i]) <= count_words(*phrase) + more &&
                says(titles->items[i], (const char *const[]){*phrase, NULL}))
                return true;
    return false;
}

/* The whole text of a page that holds little more than a wall. */
static bool text_says(const struct facts *facts, const char *const *phrases)
{
    const struct document *document = facts->document;
    return says(tidy_folded(facts->arena, (struct span){document->text, document->text_size}),
                phrases);
}

static const char *wall_of(const struct article_record *article, const struct facts *facts)
{
    bool small = facts->document->text_size <= WALL_TEXT_MAX;
    bool empty = size_of(article->body) <= MISSING_BODY_MAX;
    if ((facts->jsonld.has_article || !small) && !empty)
        return NULL;
    struct titles titles = folded_titles(facts);
    size_t more = empty ? TITLE_WORDS_MORE : 0;
    if (small && headed_by(&titles, kind_bot_titles, more))
        return "bot wall";
    if (small && headed_by(&titles, kind_consent_titles, more))
        return "consent page";
    if (headed_by(&titles, kind_missing_titles, more))
        return "soft 404";
    if (headed_by(&titles, kind_login_titles, more))
        return "log-in wall";
    if (small && size_of(article->body) <= WALL_BODY_MAX && text_says(facts, kind_bot_texts))
        return "bot wall";
    return small && empty && text_says(facts, kind_region_texts) ? "not for this region" : NULL;
}

/* ---- pages of other kinds ---- */

static bool is_front(const struct facts *facts)
{
    static const char *const names[] = {"/", "/index.html", "/index.htm", "/index.php", "/home"};
    struct span path = facts->url.path;
    if (!facts->has_url || facts->url.query.size)
        return false;
    for (size_t i = 0; i < COUNT(names); i++)
        if (span_equals_nocase(path, names[i]))
            return true;
    return path.size == 0;
}

/* "/tag/x", "/author/x", "/search": pages that list articles. */
static bool is_list_path(const struct facts *facts)
{
    static const char *const names[] = {
        "tag",    "tags",    "category", "categories", "kategorie", "categoria", "categorie",
        "author", "authors", "autor",    "autoren",    "search",    "suche",     "buscar",
        "topic",  "topics",  "thema",    "themen",     "tema",      "temas",
    };
    const char *path = facts->url.path.data;
    size_t size = facts->has_url ? facts->url.path.size : 0;
    if (size < 2)
        return false;
    size_t first = 1;
    while (first < size && path[first] != '/')
        first++;
    struct span segment = {path + 1, first - 1};
    size_t segments = 0;
    for (size_t i = 0; i + 1 < size; i++)
        segments += path[i] == '/';
    for (size_t i = 0; i < COUNT(names) && segments <= 2; i++)
        if (span_equals_nocase(segment, names[i]))
            return true;
    return false;
}

static bool type_is(const char *type, const char *const *names)
{
    for (; type && *names; names++)
        if (strcasecmp(type, *names) == 0)
            return true;
    return false;
}

static const char *other_kind(const struct article_record *article, const struct facts *facts)
{
    static const char *const lists[] = {"CollectionPage", "SearchResultsPage", "ProfilePage",
                                        "ContactPage",    "CheckoutPage",      NULL};
    static const char *const galleries[] = {"ImageGallery", "MediaGallery", NULL};
    const struct jsonld *jsonld = &facts->jsonld;
    const char *og_type = facts_meta(facts, META_TYPE);
    size_t body = size_of(article->body);
    bool says_article = jsonld->has_article || (og_type && strcasestr(og_type, "article"));
    bool prose = longest_line(article->body) >= SENTENCE_MIN;
    bool video = (og_type && strncasecmp(og_type, "video", 5) == 0) || jsonld->is_video;
    if (video && !jsonld->has_article && body < MEDIA_BODY_MAX)
        return "video page";
    if (type_is(jsonld->page_type, galleries) && body < MEDIA_BODY_MAX)
        return "gallery";
    if (body < BODY_MIN)
        return "no text";
    if (jsonld->has_article)
        return NULL;
    if (is_front(facts) && !says_article)
        return "front page";
    if (is_list_path(facts) || (type_is(jsonld->page_type, lists) && !says_article))
        return "section page";
    if (!says_article && !prose && article->published_ms == MOMENT_NONE)
        return "section page";
    return NULL;
}

/* ---- access ---- */

/* Whether an offer to pay stands where the text of a short article ends. */
static bool says_paid(const struct article_record *article, const struct facts *facts)
{
    const struct document *document = facts->document;
    size_t from = facts->title_text == UINT32_MAX ? 0 : facts->title_text;
    size_t size = document->text_size > from ? document->text_size - from : 0;
    size_t body = size_of(article->body);
    if (body >= TEASER_BODY_MAX)
        return false;
    size = size > body + OFFER_BEHIND_MAX ? body + OFFER_BEHIND_MAX : size;
    return says(tidy_folded(facts->arena, (struct span){document->text + from, size}),
                kind_paid_texts);
}

static int access_of(const struct article_record *article, const struct facts *facts)
{
    static const char *const paid[] = {"locked",     "paid",        "premium", "metered",
                                       "subscriber", "subscribers", "plus",    NULL};
    const char *tier = facts_meta(facts, META_TIER);
    if (facts->jsonld.free_access >= 0)
        return facts->jsonld.free_access;
    if (type_is(tier, (const char *const[]){"free", NULL}))
        return 1;
    if (type_is(tier, paid))
        return 0;
    for (size_t i = 0; i < facts->marked_count; i++)
        if (facts->marked[i].kind == MARK_PAYWALL && size_of(article->body) < TEASER_BODY_MAX)
            return 0;
    return article->is_article && says_paid(article, facts) ? 0 : -1;
}

void kind_judge(struct article_record *article, const struct facts *facts)
{
    article->not_article_why = wall_of(article, facts);
    if (!article->not_article_why)
        article->not_article_why = other_kind(article, facts);
    article->is_article = !article->not_article_why;
    article->free_access = access_of(article, facts);
}
