/* charset_private.h - what the files of charset.h share: the tables and the search for
 * declarations.
 */
#ifndef CRAWLER_EXTRACT_CHARSET_PRIVATE_H
#define CRAWLER_EXTRACT_CHARSET_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct charset_table {
    const char *encoding;
    const char *upper; /* the characters of 0x80 to 0xFF in UTF-8 */
};

extern const struct charset_table charset_tables[];
extern const size_t charset_tables_count;

/* The encoding that a page's meta tags declare, or NULL (charset_prescan.c). */
const char *charset_of_meta(struct span page);

/* The encoding that an XML declaration names, or NULL. Blanks and junk may stand before it. */
const char *charset_of_xml(struct span document);

/* The encoding of text with one byte to each letter, in the Latin script or in any; of two that fit
 * alike, `guess` (charset_letters.c). */
const char *charset_of_letters(struct span text, bool latin_only, const char *guess);

/* The encoding that a Content-Type header names, or NULL. */
const char *charset_of_header(const char *content_type);

#endif
