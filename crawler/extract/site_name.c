#include "extract/site_name.h"

#include <string.h>

#include "base/alloc.h"
#include "base/url.h"
#include "extract/facts.h"
#include "extract/tidy.h"

enum {
    HEADING_NODES_MAX = 60,
    SITE_BYTES_MAX = 80,
    HOST_BYTES_MAX = 200,
    SQUEEZED_BYTES = 128,
    LABEL_BYTES_MIN = 5 /* a shorter one is part of too many words */
};

/* Letters and digits of a folded text without the blanks, as much as fits. */
static size_t squeezed(const char *folded, char *out, size_t size)
{
    size_t length = 0;
    for (; *folded && length < size - 1; folded++)
        if (*folded != ' ')
            out[length++] = *folded;
    out[length] = '\0';
    return length;
}

static const char *squeezed_span(const struct facts *facts, struct span text)
{
    char name[SQUEEZED_BYTES];
    size_t size = squeezed(tidy_folded(facts->arena, text), name, sizeof name);
    return arena_copy(facts->arena, name, size);
}

/* "/", "https://example.org", also behind another address as archives write it. */
static bool is_home(const char *href)
{
    const char *at = href, *found;
    while ((found = strstr(at, "://")))
        at = found + 3;
    if (at == href)
        return strcmp(href, "/") == 0;
    at += strcspn(at, "/?#");
    return !*at || strcmp(at, "/") == 0;
}

bool site_name_links(const struct document *document, uint32_t heading)
{
    uint32_t end = document->nodes[heading].end;
    for (uint32_t at = heading; at < end && at - heading < HEADING_NODES_MAX; at++)
        if (document->nodes[at].tag == TAG_A) {
            const char *href = node_attribute(document, at, ATTRIBUTE_HREF);
            return href && is_home(href);
        }
    return false;
}

/* "Deutsche Welle" of "dw". */
static bool are_initials(const char *folded, const char *label)
{
    bool begin = true;
    for (; *folded; folded++) {
        if (begin && *folded != *label++)
            return false;
        begin = *folded == ' ';
    }
    return !*label;
}

/* "thepaper.co.uk" and its first label. A headline that the name stands in is longer than a name
 * with a word or two about it: "The Paper Online". */
static bool is_host_name(const struct site_words *words, const char *folded)
{
    char name[SQUEEZED_BYTES];
    size_t size = words->label ? squeezed(folded, name, sizeof name) : 0;
    if (size < 2)
        return false;
    if (strcmp(name, words->label) == 0 || strcmp(name, words->site) == 0 ||
        are_initials(folded, words->label))
        return true;
    size_t label_size = strlen(words->label);
    if (size < LABEL_BYTES_MIN || label_size < LABEL_BYTES_MIN)
        return false;
    return strstr(words->label, name) || (size <= 2 * label_size && strstr(name, words->label));
}

/* "https://www.thepaper.com" given as a name is an address: "thepaper.com". */
static const char *without_scheme(struct arena *arena, const char *name)
{
    const char *host = name ? strstr(name, "://") : NULL;
    if (!host)
        return name;
    host += 3;
    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
    return arena_copy(arena, host, strcspn(host, "/?#"));
}

static const char *if_host_name(const struct facts *facts, const char *name)
{
    bool fits = name && strlen(name) <= SITE_BYTES_MAX &&
                is_host_name(&facts->site_words, tidy_folded(facts->arena, span_of(name)));
    return fits ? tidy_string(facts->arena, name) : NULL;
}

/* What <title> ends with, where that is how the host is called. */
static const char *title_end(const struct facts *facts)
{
    const char *title = facts->document->title, *end = NULL;
    static const char *const marks[] = {" | ", " - ", " – ", " — ", " · ", " » "};
    for (size_t i = 0; title && i < COUNT(marks); i++)
        for (const char *at = title; (at = strstr(at, marks[i]));) {
            at += strlen(marks[i]);
            end = !end || at > end ? at : end;
        }
    return if_host_name(facts, end);
}

static const char *find_name(const struct facts *facts)
{
    const struct document *document = facts->document;
    const char *name =
        without_scheme(facts->arena, tidy_string(facts->arena, facts_meta(facts, META_SITE)));
    if (!name)
        name = facts->jsonld.publisher;
    for (size_t i = 0; i < document->h1s.count && !name; i++) {
        uint32_t node = document->h1s.nodes[i];
        if (site_name_links(document, node) && node_text(document, node).size <= SITE_BYTES_MAX)
            name = tidy_line(facts->arena, node_text(document, node));
    }
    if (!name)
        name = title_end(facts);
    return name ? name : if_host_name(facts, facts_meta(facts, META_APP));
}

static void find_host(struct facts *facts)
{
    struct site_words *words = &facts->site_words;
    if (!facts->has_url || !facts->url.host.size || facts->url.host.size > HOST_BYTES_MAX)
        return;
    const char *site = url_site(facts->url.host, facts->arena);
    if (!site)
        return;
    words->site = squeezed_span(facts, span_of(site));
    words->label = squeezed_span(facts, (struct span){site, strcspn(site, ".")});
}

void site_name_find(struct facts *facts)
{
    struct site_words *words = &facts->site_words;
    find_host(facts);
    facts->site_name = find_name(facts);
    if (facts->site_name)
        words->name = tidy_folded(facts->arena, span_of(facts->site_name));
    if (facts->jsonld.publisher)
        words->publisher = tidy_folded(facts->arena, span_of(facts->jsonld.publisher));
}

bool site_name_equals(const struct facts *facts, const char *folded)
{
    const struct site_words *words = &facts->site_words;
    char name[SQUEEZED_BYTES];
    squeezed(folded, name, sizeof name);
    return (words->name && strcmp(folded, words->name) == 0) ||
           (words->publisher && strcmp(folded, words->publisher) == 0) ||
           (words->label && (strcmp(name, words->label) == 0 || strcmp(name, words->site) == 0));
}

bool site_name_is(const struct facts *facts, const char *folded)
{
    return *folded && (site_name_equals(facts, folded) || is_host_name(&facts->site_words, folded));
}
