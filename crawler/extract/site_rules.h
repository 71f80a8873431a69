/* site_rules.h - rules that a person gives for a site where general extraction fails.
 *
 * A rule says where on the site's pages a field stands, and from which day to which day the pages
 * were made so. As text a rule is a line:
 *
 *     FIELD [FROM..UNTIL] css|xpath SELECTOR
 *
 *     title      css    h1.headline
 *     published  2024-05-01..  css  time.pub::attr(datetime)
 *     body       ..2024-04-30  xpath  //div[@id='story']/p
 *
 * Empty lines and those that begin with # say nothing. Of a field the first rule that holds on the
 * page's day and finds something decides; where none does, what general extraction found stays.
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_SITE_RULES_H
#define CRAWLER_EXTRACT_SITE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct page;

enum { SITE_RULES_MAX = 200 };

#define RULE_DAY_FIRST INT32_MIN /* no day to begin with */
#define RULE_DAY_LAST  INT32_MAX

struct site_rule {
    int64_t id;           /* of its row */
    const char *field;    /* of site_rule_fields() */
    bool is_css;          /* else XPath 1.0 */
    const char *selector; /* as it was written */
    int32_t from_day;     /* since 1970, UTC */
    int32_t until_day;    /* the last one */
};

/* The fields, for people: "title, lead, …". */
const char *site_rule_fields(void);

/* Reads a line, comments and empty lines apart; the rule lives in the arena, its id is left alone.
 * Returns 0; or ERR_INPUT with a sentence in `reason`. */
int site_rule_parse(struct site_rule *out, struct arena *arena, struct span line, char *reason,
                    size_t reason_size);

/* Whether a line holds no rule. */
bool site_rule_is_blank(struct span line);

/* Appends the rule as a line, without its end. */
void site_rule_format(struct bytes *out, const struct site_rule *rule);

/* Rules as a site's leases and requests to workers carry them: a JSON object whose "fields" are
 * arrays [id, field, "css" or "xpath", selector, from_day or null, until_day or null]. Reading
 * passes over what it doesn't know. */
const char *site_rules_write(const struct site_rule *rules, size_t count, struct arena *arena);
size_t site_rules_read(struct site_rule **out, struct arena *arena, const char *json);

/* Sets the fields of page->article that the rules find; each says 'rule' where its provenance is
 * kept. A body that a rule found makes the page an article. `data` is the page as article_extract()
 * was given it, `now_ms` the moment at which it came. Stores which rules found something and which
 * did not as "+12 -13" in *told, NULL where none was tried: none is on a page that is no article,
 * or is too odd to be safely read a second time. */
void site_rules_apply(struct page *page, const char *json, const void *data, size_t size,
                      const char *content_type, int64_t now_ms, const char **told);

#endif
