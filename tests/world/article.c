#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "world/world.h"

enum {
    DAY_S = 86400,
    DAYS = 20,       /* over which a site's articles are spread */
    FIRST_HOUR = 10, /* local: then the day is the same in UTC, from -5 to +9 hours */
    HOURS = 8,
    SPONSORED = 2, /* the last ones of a site whose robots.txt forbids them */
    TITLE_TRIES = 1000,
};

/* Letters that become ASCII in a path; two bytes of UTF-8 each. */
static const struct {
    const char *letters, *ascii;
} plain[] = {
    {"àáâãåąÀÁÂÃÅĄ", "a"}, {"çćčÇĆČ", "c"}, {"èéêëęÈÉÊËĘ", "e"}, {"ìíîïÌÍÎÏ", "i"},
    {"łŁ", "l"},           {"ñńÑŃ", "n"},   {"òóôõøÒÓÔÕØ", "o"}, {"śŚ", "s"},
    {"ùúûÙÚÛ", "u"},       {"źżŹŻ", "z"},   {"äÄ", "ae"},        {"öÖ", "oe"},
    {"üÜ", "ue"},          {"ß", "ss"},     {"ıİ", "i"},         {"ş", "s"},
    {"аА", "a"},           {"бБ", "b"},     {"вВ", "v"},         {"гГ", "g"},
    {"дД", "d"},           {"еёэЕЁЭ", "e"}, {"жЖ", "zh"},        {"зЗ", "z"},
    {"ийИЙ", "i"},         {"кК", "k"},     {"лЛ", "l"},         {"мМ", "m"},
    {"нН", "n"},           {"оО", "o"},     {"пП", "p"},         {"рР", "r"},
    {"сС", "s"},           {"тТ", "t"},     {"уУ", "u"},         {"фФ", "f"},
    {"хХ", "kh"},          {"цЦ", "ts"},    {"чЧ", "ch"},        {"шщШЩ", "sh"},
    {"ыЫ", "y"},           {"юЮ", "yu"},    {"яЯ", "ya"},
};

static const char *plain_letter(const char *letter)
{
    char two[3] = {letter[0], letter[1], '\0'};
    for (size_t i = 0; i < COUNT(plain); i++)
        if (strstr(plain[i].letters, two))
            return plain[i].ascii;
    return "";
}

/* "Vote in Aldermere" → "vote-in-aldermere"; empty for scripts that have no short ASCII form. */
static const char *slug_of(const char *title, struct arena *arena)
{
    char slug[96];
    size_t size = 0;
    for (const char *at = title; *at && size < sizeof(slug) - 4;) {
        unsigned char c = (unsigned char)*at;
        char lower = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
            slug[size++] = lower;
        else if (c >= 0xc2 && c < 0xe0 && at[1])
            size += (size_t)snprintf(slug + size, sizeof(slug) - size, "%s", plain_letter(at));
        else if (c < 0x80 && size && slug[size - 1] != '-')
            slug[size++] = '-';
        at += c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    }
    while (size && slug[size - 1] == '-')
        size--;
    return size < 8 ? "" : arena_copy(arena, slug, size);
}

static const char *path_of(const struct world_site *site, const struct article *article)
{
    struct arena *arena = &site->world->arena;
    const char *section = site->language->topics[article->section].slug;
    const char *slug = slug_of(article->title, arena);
    const struct language digits = {.labels = {{"year", "{Y}"}}, .labels_count = 1};
    const char *year = language_date(&digits, "year", article->published_s, arena);
    if (!*slug)
        slug = arena_format(arena, "story-%zu", article->id);
    if (article->sponsored && strcmp(site->paths, "slash") == 0)
        return arena_format(arena, "/sponsored/%s-%zu/", slug, article->id);
    if (article->sponsored)
        return arena_format(arena, "/sponsored/%s-%zu.html", slug, article->id);
    if (strcmp(site->paths, "dated") == 0)
        return arena_format(arena, "/%s/%s/%s-%zu", section, year, slug, article->id);
    if (strcmp(site->paths, "query") == 0)
        return arena_format(arena, "/news.php?id=%zu&lang=%s", article->id, site->language->code);
    if (strcmp(site->paths, "slash") == 0)
        return arena_format(arena, "/%s/%s/", section, slug);
    return arena_format(arena, "/%s/%s-%zu.html", section, slug, article->id);
}

/* Draws `count` of the sentences in an order of their own, and appends them to `chosen`. */
static size_t draw(const struct strings *from, size_t count, struct random *random,
                   const char **chosen, size_t chosen_count)
{
    struct strings left = *from;
    while (count-- > 0 && left.count > 0) {
        size_t index = random_below(random, left.count);
        chosen[chosen_count++] = left.at[index];
        left.count--;
        memmove(&left.at[index], &left.at[index + 1], (left.count - index) * sizeof(left.at[0]));
    }
    return chosen_count;
}

static void write_paragraphs(struct world_site *site, struct article *article,
                             const struct facts *facts, struct random *random)
{
    const struct language *language = site->language;
    const struct topic *topic = &language->topics[article->section];
    struct arena *arena = &site->world->arena;
    const char *chosen[2 * SENTENCES_MAX];
    size_t count = draw(&topic->sentences, 5 + random_below(random, 4), random, chosen, 0);
    count = draw(&language->generic, 6 + random_below(random, 9), random, chosen, count);

    article->paragraphs = arena_alloc_zeroed(arena, count * sizeof(char *));
    for (size_t i = 0; i < count;) {
        struct bytes paragraph;
        bytes_init(&paragraph, 0);
        size_t sentences = 2 + random_below(random, 3);
        for (size_t j = 0; j < sentences && i < count; j++, i++) {
            bytes_append_string(&paragraph, j ? language->joiner : "");
            language_fill(language, chosen[i], facts, random, &paragraph);
        }
        article->paragraphs[article->paragraphs_count++] =
            arena_copy(arena, paragraph.data, paragraph.size);
        bytes_clear(&paragraph);
    }
}

static bool title_is_taken(const struct world_site *site, size_t count, const char *title)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(site->articles[i].title, title) == 0)
            return true;
    return false;
}

static void write_line(struct world_site *site, const char *pattern, const struct facts *facts,
                       struct random *random, const char **out)
{
    struct bytes line;
    bytes_init(&line, 0);
    language_fill(site->language, pattern, facts, random, &line);
    *out = arena_copy(&site->world->arena, line.data, line.size);
    bytes_clear(&line);
}

static void make_article(struct world_site *site, size_t index)
{
    const struct language *language = site->language;
    struct article *article = &site->articles[index];
    struct random random = {site->index * 1000003 + index * 7919 + 17};
    article->id = 1000 + site->index * 100 + index;
    article->section = random_below(&random, SECTIONS);
    article->sponsored =
        has_word("rules delay wildcard", site->robots) && index + SPONSORED >= site->articles_count;
    article->allowed = !article->sponsored && strcmp(site->robots, "closed") != 0;
    struct facts facts = {.author =
                              language->people.at[random_below(&random, language->people.count)],
                          .small = article->section == SECTIONS - 1};
    const struct topic *topic = &language->topics[article->section];
    for (int tries = 0; tries < TITLE_TRIES; tries++) {
        size_t person = random_below(&random, language->people.count);
        facts.place = language->places.at[random_below(&random, language->places.count)];
        facts.org = language->orgs.at[random_below(&random, language->orgs.count)];
        facts.person = language->people.at[person];
        facts.person2 = language->people.at[(person + 1) % language->people.count];
        write_line(site, topic->headlines.at[random_below(&random, topic->headlines.count)], &facts,
                   &random, &article->title);
        if (!title_is_taken(site, index, article->title))
            break;
    }
    article->author = facts.author;
    article->place = facts.place;
    write_line(site, topic->sentences.at[0], &facts, &random, &article->summary);
    write_paragraphs(site, article, &facts, &random);

    int64_t days = 1 + (int64_t)(index * DAYS / site->articles_count);
    int64_t minutes = FIRST_HOUR * 60 + (int64_t)random_below(&random, HOURS * 60);
    article->published_s =
        site->world->day_s - days * DAY_S + minutes * 60 - site->zone_h * (int64_t)3600;
    article->path = path_of(site, article);
}

void articles_make(struct world_site *site)
{
    site->articles = arena_alloc_zeroed(&site->world->arena,
                                        (site->articles_count + 1) * sizeof(*site->articles));
    for (size_t i = 0; i < site->articles_count; i++)
        make_article(site, i);
}
