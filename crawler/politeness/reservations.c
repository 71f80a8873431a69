#include "politeness/reservations.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "politeness/robots.h"
#include "politeness/robots_pattern.h"

/* Looked through for one page; beyond, which only hostile patterns take, it counts as reserved. */
enum { SEARCHED_MAX = 1024 * 1024 };

struct tdm_rule {
    struct pattern pattern;
    bool reserved;
};

const char *reservations_path(enum host_file file)
{
    static const char *const paths[HOST_FILES] = {"/robots.txt", "/ai.txt",
                                                  "/.well-known/tdmrep.json"};
    return paths[file];
}

static void clear_rules(struct reservations *reservations)
{
    free(reservations->rules);
    free(reservations->text);
    reservations->rules = NULL;
    reservations->text = NULL;
    reservations->rules_count = 0;
}

/* Lines of "1 /pattern" or "0 /pattern". */
static void learn_rules(struct reservations *reservations, const char *reduced)
{
    size_t lines = 0, size = strlen(reduced), used = 0;
    clear_rules(reservations);
    for (const char *at = reduced; (at = strchr(at, '\n')); at++)
        lines++;
    if (!lines)
        return;
    reservations->rules = alloc_zeroed(lines, sizeof *reservations->rules);
    reservations->text = alloc_bytes(pattern_form_bytes_max(size));
    for (const char *line = reduced, *end; (end = strchr(line, '\n')); line = end + 1) {
        struct span rule = {line + 2, (size_t)(end - line) - 2};
        if (end - line < 3)
            continue;
        struct tdm_rule *next = &reservations->rules[reservations->rules_count++];
        next->reserved = line[0] == '1';
        pattern_compile(&next->pattern, rule, reservations->text + used);
        used += next->pattern.size;
    }
}

void reservations_learn(struct reservations *reservations, enum host_file file, const char *reduced)
{
    if (file == HOST_TDMREP) {
        learn_rules(reservations, reduced ? reduced : "");
        return;
    }
    robots_free(reservations->ai);
    reservations->ai = reduced && *reduced ? robots_parse(reduced, strlen(reduced), "*") : NULL;
}

/* ---- of a page ---- */

/* A page is text, whatever its address ends in: rules for such files are for it, too. */
static bool ai_forbids(const struct robots *ai, struct span path_and_query)
{
    static const char *const kinds[] = {".html", ".txt"};
    const char *query = memchr(path_and_query.data, '?', path_and_query.size);
    size_t size = query ? (size_t)(query - path_and_query.data) : path_and_query.size;
    bool forbids = !robots_allows(ai, path_and_query);
    char *path = alloc_bytes(size + 8);
    memcpy(path, path_and_query.data, size);
    for (size_t i = 0; i < COUNT(kinds) && !forbids; i++) {
        size_t kind_size = strlen(kinds[i]);
        memcpy(path + size, kinds[i], kind_size);
        forbids = !robots_allows(ai, (struct span){path, size + kind_size});
    }
    free(path);
    return forbids;
}

static bool tdm_reserved(const struct reservations *reservations, struct span path_and_query)
{
    struct pattern_subject subject;
    size_t searched = 0;
    bool found = false, reserved = false;
    char *text = alloc_bytes(pattern_form_bytes_max(path_and_query.size));
    pattern_subject(&subject, path_and_query, text);
    for (size_t i = 0; i < reservations->rules_count && !found; i++) {
        const struct tdm_rule *rule = &reservations->rules[i];
        found = searched > SEARCHED_MAX || pattern_matches(&rule->pattern, &subject, &searched);
        reserved = found && (searched > SEARCHED_MAX || rule->reserved);
    }
    free(text);
    return reserved;
}

unsigned reservations_rights(const struct reservations *reservations, struct span path_and_query)
{
    unsigned rights = 0;
    if (reservations->ai && ai_forbids(reservations->ai, path_and_query))
        rights |= RIGHTS_NO_TRAIN;
    if (reservations->rules_count && tdm_reserved(reservations, path_and_query))
        rights |= RIGHTS_TDM;
    return rights;
}

void reservations_clear(struct reservations *reservations)
{
    robots_free(reservations->ai);
    reservations->ai = NULL;
    clear_rules(reservations);
}
