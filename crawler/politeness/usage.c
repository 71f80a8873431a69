#include "politeness/usage.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "politeness/robots_pattern.h"
#include "storage/record.h"

/* Nobody has so many; each is tried on each page. */
enum { USAGES_MAX = 256, SEARCHED_MAX = 1024 * 1024 };

struct usage {
    struct pattern pattern;
    char *text; /* owned; what the pattern borrows. NULL: for every path, and beside all others */
    unsigned rights, groups;
};

/* The first key of a bit is the one that is written. */
static const struct {
    const char *key;
    unsigned no, yes;
} uses[] = {
    {"search", RIGHTS_NO_SEARCH, RIGHTS_MAY_SEARCH},
    {"ai-input", RIGHTS_NO_INPUT, RIGHTS_MAY_INPUT},
    {"ai-train", RIGHTS_NO_TRAIN, RIGHTS_MAY_TRAIN},
    {"train-ai", RIGHTS_NO_TRAIN, RIGHTS_MAY_TRAIN},
    {"train-genai", RIGHTS_NO_TRAIN, RIGHTS_MAY_TRAIN},
    {"tdm", RIGHTS_TDM, 0},
};
enum { FORBIDDEN = RIGHTS_NO_TRAIN | RIGHTS_NO_INPUT | RIGHTS_NO_SEARCH };

unsigned usage_join(unsigned a, unsigned b)
{
    unsigned all = a | b;
    return all & ~((all & FORBIDDEN) << 3); /* RIGHTS_MAY_… where it says no, too */
}

static unsigned parse_item(struct span item)
{
    const char *sign = memchr(item.data, '=', item.size);
    if (!sign)
        return 0;
    size_t at = (size_t)(sign - item.data);
    struct span key = span_trimmed((struct span){item.data, at});
    struct span value = span_trimmed((struct span){sign + 1, item.size - at - 1});
    bool yes = span_equals_nocase(value, "yes") || span_equals_nocase(value, "y");
    bool no = span_equals_nocase(value, "no") || span_equals_nocase(value, "n");
    for (size_t i = 0; i < COUNT(uses); i++)
        if (span_equals_nocase(key, uses[i].key))
            return yes ? uses[i].yes : no ? uses[i].no : 0;
    return 0;
}

unsigned usage_parse(struct span list)
{
    unsigned rights = 0;
    for (size_t at = 0, end; at < list.size; at = end + 1) {
        end = at;
        while (end < list.size && list.data[end] != ',' && list.data[end] != ';')
            end++;
        rights = usage_join(rights, parse_item((struct span){list.data + at, end - at}));
    }
    return rights;
}

/* ---- the lines of a robots.txt ---- */

/* Content-Usage: [path] list */
static struct span cut_path(struct span *value)
{
    struct span path = {"/", 1};
    size_t size = 0;
    if (!value->size || (value->data[0] != '/' && value->data[0] != '*'))
        return path;
    while (size < value->size && value->data[size] != ' ' && value->data[size] != '\t')
        size++;
    path = (struct span){value->data, size};
    *value = (struct span){value->data + size, value->size - size};
    return path;
}

void usages_add(struct usages *usages, struct span value, bool has_path, unsigned groups)
{
    struct span path = has_path ? cut_path(&value) : (struct span){"", 0};
    unsigned rights = usage_parse(value);
    if (!rights || usages->count == USAGES_MAX)
        return;
    usages->rows = alloc_room(usages->rows, usages->count, &usages->capacity, sizeof *usages->rows);
    struct usage *usage = &usages->rows[usages->count++];
    *usage = (struct usage){.rights = rights, .groups = groups};
    if (!has_path)
        return;
    usage->text = alloc_bytes(pattern_form_bytes_max(path.size));
    pattern_compile(&usage->pattern, path, usage->text);
}

void usages_settle(struct usages *usages, unsigned groups)
{
    size_t kept = 0;
    for (size_t i = 0; i < usages->count; i++) {
        if (usages->rows[i].groups & groups)
            usages->rows[kept++] = usages->rows[i];
        else
            free(usages->rows[i].text);
    }
    usages->count = kept;
}

unsigned usages_of(const struct usages *usages, struct span path_and_query)
{
    char small[2048], *large = NULL;
    struct pattern_subject subject;
    unsigned signals = 0, rights = 0;
    uint32_t longest = 0;
    size_t searched = 0, needed = pattern_form_bytes_max(path_and_query.size);
    if (!usages->count)
        return 0;
    if (needed > sizeof small)
        large = alloc_bytes(needed);
    pattern_subject(&subject, path_and_query, large ? large : small);
    for (size_t i = 0; i < usages->count && searched < SEARCHED_MAX; i++) {
        const struct usage *usage = &usages->rows[i];
        uint32_t weight = pattern_weight(&usage->pattern);
        if (!usage->text) {
            signals = usage_join(signals, usage->rights);
        } else if (weight >= longest && pattern_matches(&usage->pattern, &subject, &searched)) {
            rights = weight > longest ? usage->rights : usage_join(rights, usage->rights);
            longest = weight;
        }
    }
    free(large);
    return usage_join(signals, rights);
}

static int write_list(unsigned rights, struct bytes *out)
{
    const char *before = "";
    int err = 0;
    for (size_t i = 0; i < COUNT(uses) && !err; i++) {
        unsigned said = rights & (uses[i].no | uses[i].yes);
        if (!said)
            continue;
        rights &= ~said;
        err = bytes_append_string(out, before);
        if (!err)
            err = bytes_append_string(out, uses[i].key);
        if (!err)
            err = bytes_append_string(out, said & uses[i].no ? "=no" : "=yes");
        before = ",";
    }
    return err ? err : bytes_append_string(out, "\n");
}

int usages_write(const struct usages *usages, bool escaped, struct bytes *out)
{
    int err = 0;
    for (size_t i = 0; i < usages->count && !err; i++) {
        const struct usage *usage = &usages->rows[i];
        err = bytes_append_string(out, usage->text ? "Content-Usage:" : "Content-Signal:");
        if (!err && usage->text)
            err = pattern_write(&usage->pattern, escaped, out);
        if (!err && usage->text)
            err = bytes_append_string(out, " ");
        if (!err)
            err = write_list(usage->rights, out);
    }
    return err;
}

void usages_clear(struct usages *usages)
{
    for (size_t i = 0; i < usages->count; i++)
        free(usages->rows[i].text);
    free(usages->rows);
    *usages = (struct usages){0};
}
