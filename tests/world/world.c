#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "world/world.h"

enum { COLUMNS = 10, LINES_MAX = 250 };

bool has_word(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += size)
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

static _Noreturn void wrong(const char *line, const char *what)
{
    fprintf(stderr, "demo-world: sites.txt: %s: %s\n", line, what);
    exit(2);
}

static char *trimmed(char *text)
{
    text += strspn(text, " ");
    size_t size = strlen(text);
    while (size && text[size - 1] == ' ')
        text[--size] = '\0';
    return text;
}

static const struct language *find_language(struct world *world, const char *code)
{
    for (size_t i = 0; i < world->languages_count; i++)
        if (strcmp(world->languages[i].code, code) == 0)
            return &world->languages[i];
    if (world->languages_count == COUNT(world->languages))
        wrong(code, "too many languages");
    struct language *language = &world->languages[world->languages_count++];
    language_read(language, &world->arena, world->directory, code);
    return language;
}

static const struct blocks *find_layout(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->layouts_count; i++)
        if (strcmp(world->layouts[i].name, name) == 0)
            return &world->layouts[i].blocks;
    if (world->layouts_count == COUNT(world->layouts))
        wrong(name, "too many layouts");
    struct blocks *blocks = &world->layouts[world->layouts_count].blocks;
    world->layouts[world->layouts_count++].name = name;
    blocks_read(blocks, &world->arena,
                arena_format(&world->arena, "%s/layouts/%s.html", world->directory, name));
    return blocks;
}

/* "name | language | charset | …" as sites.txt explains it. */
static void read_site(struct world *world, char *line)
{
    struct world_site *site = &world->sites[world->sites_count];
    char *columns[COLUMNS];
    size_t count = 0;
    for (char *rest = line, *part; (part = strsep(&rest, "|")) && count < COLUMNS;)
        columns[count++] = trimmed(part);
    if (count != COLUMNS)
        wrong(line, "needs ten columns");

    char *mark = strstr(columns[2], "+m");
    *site = (struct world_site){.world = world,
                                .index = world->sites_count++,
                                .name = columns[0],
                                .language = find_language(world, columns[1]),
                                .charset = columns[2],
                                .charset_in_page = mark != NULL,
                                .layout = find_layout(world, columns[3]),
                                .zone_h = atoi(columns[4]),
                                .articles_count = strtoul(columns[5], NULL, 10),
                                .paths = columns[6],
                                .robots = columns[7],
                                .sources = columns[8],
                                .fault = columns[9]};
    if (mark)
        *mark = '\0';
    articles_make(site);
    for (size_t i = 0; i < site->articles_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(site->articles[i].path, site->articles[j].path) == 0)
                wrong(site->name, site->articles[i].path);
}

void world_create(struct world *world, const char *directory, int64_t day_s)
{
    *world = (struct world){.directory = directory, .day_s = day_s};
    struct arena *arena = &world->arena;
    arena_init(arena, 0);
    find_layout(world, "classic"); /* stands first: page.c knows the old one by its place */
    blocks_read(&world->sources, arena, arena_format(arena, "%s/sources.xml", directory));
    blocks_read(&world->robots, arena, arena_format(arena, "%s/robots.txt", directory));
    world->sites = arena_alloc_zeroed(arena, LINES_MAX * sizeof(*world->sites));
    char *rest = file_text(arena, arena_format(arena, "%s/sites.txt", directory));
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line && *line != '#' && world->sites_count < LINES_MAX)
            read_site(world, line);
}

void world_clear(struct world *world)
{
    arena_clear(&world->arena);
}
