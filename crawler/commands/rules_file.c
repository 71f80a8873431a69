#include "commands/rules_file.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/paragraph.h"
#include "base/utf8.h"
#include "commands/batch.h"

enum { COMPLAINTS_MAX = 20, REASON_BYTES = 700, COLUMN = 12 };

/* What stands on a line, in its order. */
static const struct {
    const char *name, *help;
} parts[] = {
    {"FIELD", "title, lead, authors, published, modified, section, lang, image, tags or body"},
    {"FROM..UNTIL", "days on which the pages came that are made so, as 2024-05-01..2025-04-30, "
                    "2024-05-01.. or ..2025-04-30; without it all of them"},
    {"css", "a selector as of Selectors Level 3, at its end perhaps ::attr(NAME): names, .class, "
            "#id, [attribute] with = ~= |= ^= $= *=, blank > + ~ and commas, :first-child, "
            ":last-child, :only-child, :nth-child(N), :empty, :not(), p:first-of-type, "
            "p:last-of-type, p:nth-of-type(N)"},
    {"xpath", "an XPath 1.0 expression"},
};
static const char about[] =
    "Of a field the first rule decides that holds on the page's day and finds something; where "
    "none "
    "does, what was found without rules stays. A <meta> gives its content, a <time> its datetime, "
    "an <img> its src, all else its text. A body that a rule finds makes a page an article.";

int rules_file_read(struct site_rule **out, size_t *out_count, struct arena *arena,
                    const char *command, const char *path)
{
    char *text, reason[REASON_BYTES];
    size_t size, bad = 0, places = 0;
    int64_t line_number = 0;
    if (batch_read_text(path, arena, &text, &size))
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
            if (bad < COMPLAINTS_MAX)
                fprintf(stderr, "crawler %s: %s:%lld: %s\n", command,
                        strcmp(path, "-") == 0 ? "standard input" : path, (long long)line_number,
                        utf8_printable(arena, reason));
            else if (bad == COMPLAINTS_MAX)
                fprintf(stderr, "crawler %s: … and more like that\n", command);
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

void rules_print_help(FILE *out)
{
    fputs("\nRules, one a line: FIELD [FROM..UNTIL] css|xpath SELECTOR\n", out);
    for (size_t i = 0; i < COUNT(parts); i++) {
        fprintf(out, "  %-*s", COLUMN, parts[i].name);
        paragraph_print(out, parts[i].help, COLUMN + 2);
    }
    fputc('\n', out);
    paragraph_print(out, about, 0);
}

void rules_print_man(FILE *out)
{
    fputs(".SH RULES OF SITES\nWhat \\fBcrawler rules \\-\\-file\\fR takes, one a line: "
          "\\fIFIELD\\fR "
          "[\\fIFROM\\fR..\\fIUNTIL\\fR] \\fBcss\\fR|\\fBxpath\\fR \\fISELECTOR\\fR\n",
          out);
    for (size_t i = 0; i < COUNT(parts); i++) {
        fprintf(out, ".TP\n\\fB%s\\fR\n", parts[i].name);
        paragraph_print_roff(out, parts[i].help);
        fputc('\n', out);
    }
    fputs(".PP\n", out);
    paragraph_print_roff(out, about);
    fputc('\n', out);
}
