#include "commands/rules_file.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "commands/batch.h"

enum { REASON_BYTES = 700 };

int rules_file_read(struct site_rule **out, size_t *out_count, struct arena *arena,
                    const char *command, const char *path)
{
    char *text, reason[REASON_BYTES];
    size_t size, bad = 0, places = 0;
    int64_t line_number = 0;
    if (batch_read_file(path, arena, &text, &size))
        return EXIT_USAGE;
    *out = NULL;
    *out_count = 0;
    for (const char *at = text, *end = text + size; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct span line = {at, (size_t)((line_end ? line_end : end) - at)};
        at += line.size + 1;
        line_number++;
        if (site_rule_is_blank(line))
            continue;
        *out = arena_room(arena, *out, *out_count, &places, sizeof **out);
        struct site_rule *rule = &(*out)[*out_count];
        if (site_rule_parse(rule, arena, line, reason, sizeof reason)) {
            fprintf(stderr, "crawler %s: %s:%lld: %s\n", command,
                    strcmp(path, "-") == 0 ? "standard input" : path, (long long)line_number,
                    utf8_printable(arena, reason));
            bad++;
            continue;
        }
        rule->id = line_number;
        if (++*out_count > SITE_RULES_MAX) {
            fprintf(stderr, "crawler %s: %s has more than %d rules\n", command, path,
                    SITE_RULES_MAX);
            return EXIT_USAGE;
        }
    }
    return bad ? EXIT_USAGE : 0;
}
