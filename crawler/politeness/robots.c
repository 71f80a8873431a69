#include "politeness/robots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "politeness/robots_pattern.h"
#include "politeness/usage.h"

/* Whom a line is for: the agent asked about, everybody, or both when their groups are one. */
enum group { GROUP_AGENT = 1, GROUP_ALL = 2 };

/* Tens of thousands of wildcards on a long path would hold up the loop: what has not been decided
 * after so many bytes, some ten milliseconds, is forbidden. */
enum { SEARCHED_MAX = 16 * 1024 * 1024 };

struct rule {
    struct pattern pattern;
    bool allow;
    unsigned char groups;
};

struct robots {
    struct rule *rules; /* heaviest first, allow before disallow: the first that matches decides */
    size_t rules_count;
    char *text; /* what the patterns borrow */
    const char **sitemaps;
    size_t sitemaps_count;
    int64_t crawl_delay_ms;
    struct usages usages;
};

struct reader {
    struct robots *robots;
    struct span agent; /* its product token */
    size_t rules_capacity, sitemaps_capacity;
    size_t text_size;
    unsigned groups_seen, groups; /* in the file; of the current line */
    bool groups_begun;            /* a user-agent line was read */
    bool in_rules;                /* the next one begins a new group */
    int64_t agent_delay_ms, all_delay_ms;
};

/* ---- lines ---- */

static bool is_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span product_token(struct span text)
{
    size_t size = 0;
    while (size < text.size && is_token(text.data[size]))
        size++;
    return (struct span){text.data, size};
}

/* What follows the token may be a version; a blank in it makes a phrase, and that is nobody's name.
 */
static struct span agent_token(struct span agent)
{
    struct span token = product_token(agent);
    if (token.size < agent.size && is_blank(agent.data[token.size]))
        token.size = 0;
    return token;
}

static void read_user_agent(struct reader *reader, struct span value)
{
    if (reader->in_rules)
        reader->groups = 0;
    reader->in_rules = false;
    reader->groups_begun = true;
    struct span token = product_token(value);
    if (value.size && value.data[0] == '*' &&
        (value.size == 1 || value.data[1] == ' ' || value.data[1] == '\t'))
        reader->groups |= GROUP_ALL;
    else if (token.size && token.size == reader->agent.size &&
             strncasecmp(token.data, reader->agent.data, token.size) == 0)
        reader->groups |= GROUP_AGENT;
    reader->groups_seen |= reader->groups;
}

static void add_rule(struct reader *reader, struct span value, bool allow)
{
    reader->in_rules = true;
    if (!reader->groups || !value.size)
        return;
    struct robots *robots = reader->robots;
    robots->rules = alloc_room(robots->rules, robots->rules_count, &reader->rules_capacity,
                               sizeof *robots->rules);
    struct rule *rule = &robots->rules[robots->rules_count++];
    rule->allow = allow;
    rule->groups = (unsigned char)reader->groups;
    pattern_compile(&rule->pattern, value, robots->text + reader->text_size);
    reader->text_size += rule->pattern.size;
}

static void read_allow(struct reader *reader, struct span value)
{
    add_rule(reader, value, true);
}

static void read_disallow(struct reader *reader, struct span value)
{
    add_rule(reader, value, false);
}

/* Digits, and at most one dot among them: anything else is no delay, -1. */
static int64_t parse_delay_ms(struct span text)
{
    const int64_t seconds_max = 1000000000;
    int64_t seconds = 0, ms = 0, unit = 100;
    size_t at = 0, dot;
    for (; at < text.size && text.data[at] >= '0' && text.data[at] <= '9'; at++)
        seconds = seconds > seconds_max ? seconds : seconds * 10 + (text.data[at] - '0');
    if (!at)
        return -1;
    dot = at;
    if (at < text.size && text.data[at] == '.')
        for (at++; at < text.size && text.data[at] >= '0' && text.data[at] <= '9'; at++, unit /= 10)
            ms += unit * (text.data[at] - '0');
    if (at < text.size || at == dot + 1)
        return -1;
    return (seconds > seconds_max ? seconds_max : seconds) * 1000 + ms;
}

/* For the agents named so far: a delay neither ends nor begins a group, the first one counts. */
static void read_crawl_delay(struct reader *reader, struct span value)
{
    int64_t delay_ms = parse_delay_ms(value);
    if (reader->groups & GROUP_AGENT && reader->agent_delay_ms < 0)
        reader->agent_delay_ms = delay_ms;
    if (reader->groups & GROUP_ALL && reader->all_delay_ms < 0)
        reader->all_delay_ms = delay_ms;
}

/* Like a delay these neither end nor begin a group: whoever does not know them reads the same
 * rules. Before the first group they are for everybody. */
static unsigned usage_groups(const struct reader *reader)
{
    return reader->groups_begun ? reader->groups : GROUP_AGENT | GROUP_ALL;
}

static void read_content_signal(struct reader *reader, struct span value)
{
    usages_add(&reader->robots->usages, value, false, usage_groups(reader));
}

static void read_content_usage(struct reader *reader, struct span value)
{
    usages_add(&reader->robots->usages, value, true, usage_groups(reader));
}

static void read_sitemap(struct reader *reader, struct span value)
{
    struct robots *robots = reader->robots;
    if (!value.size || memchr(value.data, '\0', value.size))
        return;
    robots->sitemaps = alloc_room(robots->sitemaps, robots->sitemaps_count,
                                  &reader->sitemaps_capacity, sizeof *robots->sitemaps);
    char *copy = alloc_bytes(value.size + 1);
    memcpy(copy, value.data, value.size);
    copy[value.size] = '\0';
    robots->sitemaps[robots->sitemaps_count++] = copy;
}

static const struct {
    const char *key;
    void (*read)(struct reader *reader, struct span value);
} keys[] = {
    {"disallow", read_disallow},
    {"allow", read_allow},
    {"user-agent", read_user_agent},
    {"crawl-delay", read_crawl_delay},
    {"sitemap", read_sitemap},
    {"useragent", read_user_agent},
    {"user agent", read_user_agent},
    {"site-map", read_sitemap},
    {"dissallow", read_disallow},
    {"dissalow", read_disallow},
    {"disalow", read_disallow},
    {"diasllow", read_disallow},
    {"disallaw", read_disallow},
    {"content-signal", read_content_signal},
    {"content-usage", read_content_usage},
};

/* Splits at the colon; or, where there is none, at the blank between exactly two words. */
static bool split_line(struct span line, struct span *key, struct span *value)
{
    const char *colon = memchr(line.data, ':', line.size);
    size_t cut = colon ? (size_t)(colon - line.data) : 0;
    while (!colon && cut < line.size && !is_blank(line.data[cut]))
        cut++;
    if (cut == line.size)
        return false;
    *key = span_trimmed((struct span){line.data, cut});
    *value = span_trimmed((struct span){line.data + cut + 1, line.size - cut - 1});
    for (size_t i = 0; !colon && i < value->size; i++)
        if (is_blank(value->data[i]))
            return false;
    return true;
}

static void read_line(struct reader *reader, struct span line)
{
    const char *comment = memchr(line.data, '#', line.size);
    struct span key, value;
    if (comment)
        line.size = (size_t)(comment - line.data);
    line = span_trimmed(line);
    if (!line.size || !split_line(line, &key, &value))
        return;
    for (size_t i = 0; i < COUNT(keys); i++)
        if (span_equals_nocase(key, keys[i].key)) {
            keys[i].read(reader, value);
            return;
        }
}

static void read_lines(struct reader *reader, struct span text)
{
    const char *at = text.data, *end = at + text.size;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        read_line(reader, (struct span){at, (size_t)(stop - at)});
        at = stop + 1;
    }
}

/* ---- the whole text ---- */

/* A line that the ceiling cut in two would be a shorter rule, so a wider one: it is left out.
 * `cut`: the text was longer before it was decoded. */
static struct span whole_lines(struct span text, bool cut)
{
    if (!cut && text.size <= ROBOTS_BYTES_MAX)
        return text;
    if (text.size > ROBOTS_BYTES_MAX)
        text.size = ROBOTS_BYTES_MAX;
    while (text.size && text.data[text.size - 1] != '\n' && text.data[text.size - 1] != '\r')
        text.size--;
    return text;
}

static struct span without_bom(struct span text)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t size = 0;
    while (size < 3 && size < text.size && text.data[size] == bom[size])
        size++;
    return (struct span){text.data + size, text.size - size};
}

/* UTF-16 behind its byte order mark, as UTF-8 that the caller owns; NULL when it is not UTF-16. */
static char *utf16_decoded(struct span text, size_t *out_size)
{
    const unsigned char *from = (const unsigned char *)text.data;
    bool big = text.size >= 2 && from[0] == 0xfe && from[1] == 0xff;
    bool little = text.size >= 2 && from[0] == 0xff && from[1] == 0xfe;
    if (!big && !little)
        return NULL;
    if (text.size > ROBOTS_BYTES_MAX)
        text.size = ROBOTS_BYTES_MAX;
    char *to = alloc_bytes(text.size * 2);
    uint32_t high = 0;
    *out_size = 0;
    for (size_t i = 2; i + 1 < text.size; i += 2) {
        uint32_t unit =
            big ? (uint32_t)from[i] << 8 | from[i + 1] : (uint32_t)from[i + 1] << 8 | from[i];
        bool pair = high && unit >= 0xdc00 && unit <= 0xdfff;
        uint32_t c = pair ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : unit;
        high = unit >= 0xd800 && unit <= 0xdbff ? unit : 0;
        if (!high)
            *out_size += utf8_encode(c, to + *out_size); /* U+FFFD for half a pair */
    }
    return to;
}

static int compare_rules(const void *left, const void *right)
{
    const struct rule *a = left, *b = right;
    uint32_t weight_a = pattern_weight(&a->pattern), weight_b = pattern_weight(&b->pattern);
    if (weight_a != weight_b)
        return weight_a < weight_b ? 1 : -1;
    if (a->allow != b->allow)
        return a->allow ? -1 : 1;
    if (a->pattern.size != b->pattern.size)
        return a->pattern.size < b->pattern.size ? 1 : -1;
    return memcmp(a->pattern.text, b->pattern.text, a->pattern.size);
}

/* Keeps the rules of the groups that count, sorts them and drops the repeated ones. */
static void settle_rules(struct robots *robots, unsigned groups)
{
    struct rule *rules = robots->rules;
    size_t kept = 0, count = 0;
    for (size_t i = 0; i < robots->rules_count; i++)
        if (rules[i].groups & groups)
            rules[kept++] = rules[i];
    if (kept)
        qsort(rules, kept, sizeof *rules, compare_rules);
    for (size_t i = 0; i < kept; i++)
        if (!i || compare_rules(&rules[count - 1], &rules[i]) != 0)
            rules[count++] = rules[i];
    robots->rules_count = count;
}

/* Copies what is left into memory of its size: an origin's rules are kept for a day. */
static void shrink(struct robots *robots)
{
    size_t size = 0;
    for (size_t i = 0; i < robots->rules_count; i++)
        size += robots->rules[i].pattern.size;
    char *text = alloc_bytes(size), *at = text;
    for (size_t i = 0; i < robots->rules_count; i++) {
        struct pattern *pattern = &robots->rules[i].pattern;
        memcpy(at, pattern->text, pattern->size);
        pattern->text = at;
        at += pattern->size;
    }
    free(robots->text);
    robots->text = text;
    robots->rules = alloc_resized(robots->rules, robots->rules_count * sizeof *robots->rules);
}

struct robots *robots_parse(const void *data, size_t size, const char *agent)
{
    struct robots *robots = alloc_zeroed(1, sizeof *robots);
    struct span text = {size ? data : "", size};
    size_t decoded_size;
    char *decoded = utf16_decoded(text, &decoded_size);
    text = decoded ? (struct span){decoded, decoded_size} : without_bom(text);
    text = whole_lines(text, size > ROBOTS_BYTES_MAX);
    robots->text = alloc_bytes(pattern_form_bytes_max(text.size));
    struct reader reader = {.robots = robots,
                            .agent = agent_token(span_of(agent)),
                            .agent_delay_ms = -1,
                            .all_delay_ms = -1};
    read_lines(&reader, text);
    free(decoded);
    bool named = reader.groups_seen & GROUP_AGENT;
    robots->crawl_delay_ms = named ? reader.agent_delay_ms : reader.all_delay_ms;
    settle_rules(robots, named ? GROUP_AGENT : GROUP_ALL);
    usages_settle(&robots->usages, named ? GROUP_AGENT : GROUP_ALL);
    shrink(robots);
    return robots;
}

void robots_free(struct robots *robots)
{
    if (!robots)
        return;
    for (size_t i = 0; i < robots->sitemaps_count; i++)
        free((char *)robots->sitemaps[i]);
    free(robots->sitemaps);
    usages_clear(&robots->usages);
    free(robots->rules);
    free(robots->text);
    free(robots);
}

bool robots_allows(const struct robots *robots, struct span path_and_query)
{
    char small[2048], *large = NULL;
    struct pattern_subject subject;
    size_t needed = pattern_form_bytes_max(path_and_query.size);
    if (needed > sizeof small)
        large = alloc_bytes(needed);
    pattern_subject(&subject, path_and_query, large ? large : small);
    bool allowed = true;
    size_t i = 0, searched = 0;
    while (i < robots->rules_count && searched < SEARCHED_MAX &&
           !pattern_matches(&robots->rules[i].pattern, &subject, &searched))
        i++;
    if (i < robots->rules_count)
        allowed = (robots->rules[i].allow && searched < SEARCHED_MAX) ||
                  span_equals((struct span){subject.text, subject.size}, "/robots.txt");
    free(large);
    return allowed;
}

int64_t robots_crawl_delay_ms(const struct robots *robots)
{
    return robots->crawl_delay_ms;
}

unsigned robots_rights(const struct robots *robots, struct span path_and_query)
{
    return usages_of(&robots->usages, path_and_query);
}

size_t robots_sitemaps(const struct robots *robots, const char *const **out)
{
    *out = robots->sitemaps;
    return robots->sitemaps_count;
}

/* ---- the way back ---- */

static int write_reduced(const struct robots *robots, bool escaped, struct bytes *out)
{
    char delay[64];
    int err = 0;
    if (robots->rules_count || robots->crawl_delay_ms >= 0 || robots->usages.count)
        err = bytes_append_string(out, "User-agent:*\n");
    for (size_t i = 0; i < robots->rules_count && !err; i++) {
        err = bytes_append_string(out, robots->rules[i].allow ? "Allow:" : "Disallow:");
        if (!err)
            err = pattern_write(&robots->rules[i].pattern, escaped, out);
        if (!err)
            err = bytes_append_string(out, "\n");
    }
    if (robots->crawl_delay_ms >= 0 && !err) {
        snprintf(delay, sizeof delay, "Crawl-delay:%jd.%03jd\n",
                 (intmax_t)(robots->crawl_delay_ms / 1000),
                 (intmax_t)(robots->crawl_delay_ms % 1000));
        err = bytes_append_string(out, delay);
    }
    if (!err)
        err = usages_write(&robots->usages, escaped, out);
    for (size_t i = 0; i < robots->sitemaps_count && !err; i++) {
        err = bytes_append_string(out, "Sitemap:");
        if (!err)
            err = bytes_append_string(out, robots->sitemaps[i]);
        if (!err)
            err = bytes_append_string(out, "\n");
    }
    return err;
}

int robots_reduce(const struct robots *robots, struct bytes *out)
{
    size_t before = out->size;
    int err = write_reduced(robots, true, out);
    if (err == 0 && out->size - before <= ROBOTS_BYTES_MAX)
        return 0;
    out->size = before; /* escapes treble a text in a script other than Latin: do without them */
    err = write_reduced(robots, false, out);
    if (err)
        out->size = before;
    return err;
}
