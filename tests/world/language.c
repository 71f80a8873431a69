#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "world/world.h"

/* splitmix64: small, and the same everywhere. */
uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

size_t random_below(struct random *random, size_t count)
{
    return (size_t)(random_next(random) % count);
}

static _Noreturn void wrong(const struct language *language, const char *what)
{
    fprintf(stderr, "demo-world: languages/%s.txt: %s\n", language->code, what);
    exit(2);
}

static void strings_add(struct language *language, struct strings *strings, const char *text)
{
    if (strings->count == SENTENCES_MAX)
        wrong(language, text);
    strings->at[strings->count++] = text;
}

/* Splits `text` in place at '|'. */
static void strings_split(struct language *language, struct strings *strings, char *text)
{
    for (char *rest = text, *part; (part = strsep(&rest, "|"));)
        strings_add(language, strings, part);
}

/* "politics=Politics|business=Business|…" */
static void read_sections(struct language *language, char *text)
{
    size_t count = 0;
    for (char *rest = text, *part; (part = strsep(&rest, "|")); count++) {
        char *equals = strchr(part, '=');
        if (!equals || count == SECTIONS)
            wrong(language, part);
        *equals = '\0';
        language->topics[count].slug = part;
        language->topics[count].label = equals + 1;
    }
    if (count != SECTIONS)
        wrong(language, "needs five sections");
}

/* "@name text": some are lists, the others labels. */
static void read_label(struct language *language, char *name, char *text)
{
    const struct {
        const char *name;
        struct strings *strings;
    } lists[] = {{"people", &language->people},
                 {"places", &language->places},
                 {"orgs", &language->orgs},
                 {"months", &language->months}};
    for (size_t i = 0; i < COUNT(lists); i++)
        if (strcmp(name, lists[i].name) == 0) {
            strings_split(language, lists[i].strings, text);
            return;
        }
    if (strcmp(name, "sections") == 0) {
        read_sections(language, text);
        return;
    }
    if (language->labels_count == LABELS_MAX)
        wrong(language, name);
    language->labels[language->labels_count].name = name;
    language->labels[language->labels_count++].text = text;
}

/* "[topic slug]" or "[generic]" */
static struct topic *find_topic(struct language *language, char *line)
{
    line[strcspn(line, "]")] = '\0';
    if (strcmp(line, "[generic") == 0)
        return NULL;
    for (size_t i = 0; i < SECTIONS; i++)
        if (language->topics[i].slug &&
            strcmp(line + strlen("[topic "), language->topics[i].slug) == 0)
            return &language->topics[i];
    wrong(language, line);
}

void language_read(struct language *language, struct arena *arena, const char *directory,
                   const char *code)
{
    *language = (struct language){.code = code};
    char *rest = file_text(arena, arena_format(arena, "%s/languages/%s.txt", directory, code));
    struct topic *topic = NULL;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *space = strchr(line, ' ');
        if (*line == '\0' || *line == '#')
            continue;
        if (*line == '@' && space) {
            *space = '\0';
            read_label(language, line + 1, space + 1);
        } else if (*line == '[') {
            topic = find_topic(language, line);
        } else if (strncmp(line, "= ", 2) == 0 && topic) {
            strings_add(language, &topic->headlines, line + 2);
        } else {
            strings_add(language, topic ? &topic->sentences : &language->generic, line);
        }
    }
    if (language->months.count != 12 || language->people.count < 3 || !language->generic.count)
        wrong(language, "is not complete");
    language->joiner = *language_label(language, "unspaced") ? "" : " ";
}

const char *language_label(const struct language *language, const char *name)
{
    for (size_t i = 0; i < language->labels_count; i++)
        if (strcmp(language->labels[i].name, name) == 0)
            return language->labels[i].text;
    return "";
}

/* 12400 as the language writes it. */
static void append_thousands(const struct language *language, size_t number, struct bytes *out)
{
    const char *mark = language_label(language, "thousands");
    char text[64];
    if (number < 10000 && *mark == '_') /* 1400, but 12 400 */
        mark = "";
    snprintf(text, sizeof(text), "%zu%s%03zu", number / 1000, *mark == '_' ? " " : mark,
             number % 1000);
    bytes_append_string(out, text);
}

static void append_number(size_t number, struct bytes *out)
{
    char text[32];
    snprintf(text, sizeof(text), "%zu", number);
    bytes_append_string(out, text);
}

static void fill_slot(const struct language *language, const char *name, const struct facts *facts,
                      struct random *random, size_t *n, struct bytes *out)
{
    const struct {
        const char *name, *text;
    } words[] = {{"place", facts->place},
                 {"person", facts->person},
                 {"person2", facts->person2},
                 {"org", facts->org},
                 {"author", facts->author}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(name, words[i].name) == 0) {
            bytes_append_string(out, words[i].text);
            return;
        }
    if (strcmp(name, "n") == 0)
        append_number(*n = 3 + random_below(random, facts->small ? 4 : 45), out);
    else if (strcmp(name, "m") == 0)
        append_number(1 + random_below(random, *n > 1 ? *n - 1 : 1), out);
    else if (strcmp(name, "big") == 0)
        append_thousands(language, 1200 + 100 * random_below(random, 900), out);
    else if (strcmp(name, "money") == 0)
        append_number(3 + random_below(random, 88), out);
    else if (strcmp(name, "year") == 0)
        append_number(1961 + random_below(random, 59), out);
    else {
        fprintf(stderr, "demo-world: {%s} is no slot\n", name);
        exit(2);
    }
}

void language_fill(const struct language *language, const char *pattern, const struct facts *facts,
                   struct random *random, struct bytes *out)
{
    size_t n = 3 + random_below(random, 40);
    for (const char *brace; (brace = strchr(pattern, '{')); pattern += 1) {
        char inside[512];
        bytes_append(out, pattern, (size_t)(brace - pattern));
        size_t size = strcspn(brace + 1, "}");
        snprintf(inside, sizeof(inside), "%.*s", (int)size, brace + 1);
        pattern = brace + 1 + size;
        if (!strchr(inside, '|')) {
            fill_slot(language, inside, facts, random, &n, out);
            continue;
        }
        size_t choices = 1;
        for (const char *bar = inside; (bar = strchr(bar, '|')); bar++)
            choices++;
        size_t choice = random_below(random, choices);
        char *rest = inside;
        while (choice-- > 0)
            strsep(&rest, "|");
        bytes_append_string(out, strsep(&rest, "|"));
    }
    bytes_append_string(out, pattern);
}

const char *language_date(const struct language *language, const char *label, int64_t local_s,
                          struct arena *arena)
{
    time_t moment = (time_t)local_s;
    struct tm parts;
    gmtime_r(&moment, &parts);
    struct bytes out;
    bytes_init(&out, 0);
    for (const char *at = language_label(language, label); *at;) {
        char number[16] = "";
        if (strncmp(at, "{month}", 7) == 0)
            bytes_append_string(&out, language->months.at[parts.tm_mon]);
        else if (strncmp(at, "{d}", 3) == 0)
            snprintf(number, sizeof(number), "%d", parts.tm_mday);
        else if (strncmp(at, "{Y}", 3) == 0)
            snprintf(number, sizeof(number), "%d", parts.tm_year + 1900);
        else if (strncmp(at, "{H}", 3) == 0)
            snprintf(number, sizeof(number), "%02d", parts.tm_hour);
        else if (strncmp(at, "{M}", 3) == 0)
            snprintf(number, sizeof(number), "%02d", parts.tm_min);
        else
            snprintf(number, sizeof(number), "%c", *at);
        bytes_append_string(&out, number);
        at += *at == '{' ? strcspn(at, "}") + 1 : 1;
    }
    char *text = arena_copy(arena, out.data ? out.data : "", out.size);
    bytes_clear(&out);
    return text;
}
