/* robots_pattern.h - one path pattern of a robots.txt, compiled and matched (RFC
 * 9309 2.2.2, 2.2.3).
 *
 * Patterns and paths are first brought to one form: octets that a URI doesn't have are escaped, hex
 * is upper case, escapes of unreserved characters are undone. So is `%2A`, which is the plain star
 * while `*` is the wildcard PATTERN_ANY, a byte that the form has no other use for. Thread: any. */
#ifndef CRAWLER_POLITENESS_ROBOTS_PATTERN_H
#define CRAWLER_POLITENESS_ROBOTS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { PATTERN_ANY = 1 };

struct pattern {
    const char *text; /* in the one form, PATTERN_ANY for each wildcard; borrowed */
    uint32_t size;
    bool anchored;  /* ended by `$`: the path ends there too */
    uint64_t pairs; /* which pairs of neighbouring bytes its fixed parts have, as a set of hashes */
};

struct pattern_subject {
    const char *text;
    size_t size;
    uint64_t pairs;
};

/* How many octets decide which of two matching patterns is the longer one. */
uint32_t pattern_weight(const struct pattern *pattern);

/* Bytes that pattern_compile() and pattern_subject() write at most for `size` bytes of input. */
size_t pattern_form_bytes_max(size_t size);

/* Writes the form of `rule` to `text`, which the pattern borrows. */
void pattern_compile(struct pattern *out, struct span rule, char *text);

/* The same for a path with query; "/" is put before it where it has none, a fragment is cut. */
void pattern_subject(struct pattern_subject *out, struct span path, char *text);

/* Time is linear in both; a run of wildcards costs no more than one. Adds to *searched at most how
 * many bytes of the subject were looked through for what follows wildcards. */
bool pattern_matches(const struct pattern *pattern, const struct pattern_subject *subject,
                     size_t *searched);

/* Appends the pattern as robots.txt has it. `escaped`: octets stay escaped, the text is ASCII; else
 * it is as short as the rule was. Returns 0 or ERR_TOO_LARGE. */
int pattern_write(const struct pattern *pattern, bool escaped, struct bytes *out);

#endif
