#include "extract/title_parts.h"

#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/facts.h"
#include "extract/site_name.h"
#include "extract/tidy.h"

enum {
    ROUNDS_MAX = 4,       /* names taken off one title */
    SHOWN_BYTES_MIN = 8,  /* a shorter line may be anything */
    TAIL_POINTS_MAX = 40, /* of what is no part of the headline */
    TITLE_POINTS_MIN = 2
};

/* What stands between a headline and a site's name. Only " - " and the like: a hyphen inside a
 * word is none. */
static const char *const separators[] = {
    " | ",
    " - ",
    " \xe2\x80\x93 ",
    " \xe2\x80\x94 ",
    " \xc2\xbb ",
    " \xc2\xab ",
    " :: ",
    " \xc2\xb7 ",
    " \xe2\x80\xa2 ",
    " / ",
    " < ",
    " > ",
    " \xe2\x80\xb9 ",
    " \xe2\x80\xba ",
    "\xef\xbd\x9c",
    " \xe2\x98\x85 ",
    " ~ ",
    " \\ ",
    " -- ",
    " \xe2\x80\xa6 | ",
    " * ",
    "|",
    " # ",
    " \xe2\x80\x90 ",
    " \xe2\x88\x92 ",
    " \xe2\x86\x92 ",
    " \xe2\x9d\x98 ",
};

/* The next separator at or after `at`, the longest that fits; *size becomes its length. */
static const char *find_separator(const char *at, size_t *size)
{
    const char *best = NULL;
    for (size_t i = 0; i < COUNT(separators); i++) {
        const char *found = strstr(at, separators[i]);
        if (found && (!best || found < best || (found == best && strlen(separators[i]) > *size))) {
            best = found;
            *size = strlen(separators[i]);
        }
    }
    return best;
}

static const char *find_last_separator(const char *text, size_t *size)
{
    const char *last = NULL;
    size_t length = 0;
    for (const char *at = text; (at = find_separator(at, &length)); at += length) {
        last = at;
        *size = length;
    }
    return last;
}

/* Whether some other place of the page has this very text as a headline. */
static bool is_confirmed(const struct facts *facts, struct span text,
                         const struct headlines *others)
{
    const char *folded = tidy_folded(facts->arena, text);
    for (size_t i = 0; i < others->count; i++)
        if (*others->folded[i] && strcmp(others->folded[i], folded) == 0)
            return true;
    return false;
}

static bool is_site(const struct facts *facts, struct span text)
{
    return text.size && site_name_is(facts, tidy_folded(facts->arena, text));
}

const char *title_without_site(const struct facts *facts, const char *title,
                               const struct headlines *others)
{
    const char *text = title;
    for (unsigned rounds = 0; rounds < ROUNDS_MAX; rounds++) {
        size_t size = 0, first_size = 0;
        const char *last = find_last_separator(text, &size);
        const char *first = find_separator(text, &first_size);
        if (!last || is_confirmed(facts, span_of(text), others))
            break;
        struct span head = {text, (size_t)(last - text)}, front = {text, (size_t)(first - text)};
        struct span rest = span_of(first + first_size);
        if (is_confirmed(facts, head, others) ||
            (head.size && is_site(facts, span_of(last + size))))
            text = tidy_line(facts->arena, head);
        else if (is_confirmed(facts, rest, others) || (rest.size && is_site(facts, front)))
            text = tidy_line(facts->arena, rest);
        else
            break;
        if (!text)
            return title;
    }
    return tidy_points(span_of(text)) < TITLE_POINTS_MIN ? title : text;
}

/* Whether the page shows this text in a line of its own. */
static bool is_line(const struct document *document, struct span text)
{
    const char *at = document->text, *end = document->text + document->text_size;
    while (text.size && at < end && (at = memmem(at, (size_t)(end - at), text.data, text.size))) {
        bool begins = at == document->text || at[-1] == '\n';
        const char *behind = at + text.size;
        if (begins && (behind == end || *behind == '\n'))
            return true;
        at += text.size;
    }
    return false;
}

const char *title_shown_part(const struct facts *facts, const char *title)
{
    struct span best = {0};
    size_t size = 0;
    for (const char *at = title, *end; at; at = end ? end + size : NULL) {
        end = find_separator(at, &size);
        struct span part = span_trimmed(end ? (struct span){at, (size_t)(end - at)} : span_of(at));
        if (part.size > best.size && part.size >= SHOWN_BYTES_MIN &&
            is_line(facts->document, part) && !is_site(facts, part))
            best = part;
    }
    return best.size ? tidy_line(facts->arena, best) : NULL;
}

const char *title_main_part(const struct facts *facts, const char *title)
{
    size_t size = 0;
    const char *last = find_last_separator(title, &size);
    if (!last)
        return title;
    struct span head = {title, (size_t)(last - title)};
    struct span tail = span_of(last + size);
    if (tidy_points(head) >= 2 * tidy_points(tail) && tidy_points(tail) <= TAIL_POINTS_MAX)
        return tidy_line(facts->arena, head);
    return title;
}
