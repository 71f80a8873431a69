/* charset.h - in which encoding bytes are written, and the same bytes as UTF-8.
 *
 * Names, labels and tables are those of the Encoding Standard (WHATWG), the search for a
 * declaration in a page is the "prescan" of the HTML Standard (13.2.3.2). Order: byte order mark;
 * UTF-8 that is valid and not mere ASCII, whatever was declared; the charset of Content-Type; the
 * XML declaration or a meta tag; what the bytes look like. Thread: any, one call at a time in each.
 */
#ifndef CRAWLER_EXTRACT_CHARSET_H
#define CRAWLER_EXTRACT_CHARSET_H

#include <stddef.h>

#include "base/bytes.h"

/* Where a declaration may stand. */
enum charset_context {
    CHARSET_HTML, /* meta tags, else an XML declaration */
    CHARSET_XML,  /* an XML declaration */
    CHARSET_TEXT, /* nowhere: plain text, JSON */
};

/* Opens the system's converters for East Asian encodings, which are files loaded when first used.
 * To be called once before the process gives up the right to open files; needless otherwise. */
void charset_prepare(void);

/* The context that a Content-Type (may be NULL) and the first bytes ask for. */
enum charset_context charset_context_of(const char *content_type, const void *data, size_t size);

/* The encoding of `data`: a canonical name of the Encoding Standard, static, never NULL.
 * `content_type` is the header's value, or NULL. */
const char *charset_of(const void *data, size_t size, const char *content_type,
                       enum charset_context context);

/* What the bytes look like when nothing is declared; as charset_of(). */
const char *charset_detect(const void *data, size_t size);

/* Appends `data` as UTF-8, without byte order mark. Never fails: what can't be read and NUL become
 * U+FFFD, and where *out has a ceiling the rest is dropped. `encoding` is a canonical name. */
void charset_to_utf8(const void *data, size_t size, const char *encoding, struct bytes *out);

/* Both in one: the encoding of `data`, with *text set to its bytes as UTF-8: those of `data` itself
 * where they are that already, as they mostly are, else what is appended to *converted. */
const char *charset_read(struct span *text, struct bytes *converted, struct span data,
                         const char *content_type, enum charset_context context);

/* The canonical name of the encoding that `label` means, static; NULL where it means none. */
const char *charset_canonical(struct span label);

#endif
