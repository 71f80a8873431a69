/* sniff.h - whether an answer can be a page.
 *
 * What the Content-Type says is believed as far as the bytes bear it out: a picture, or what was
 * packed in a way that nobody named, is no page though it is called one. Thread: any. */
#ifndef CRAWLER_EXTRACT_SNIFF_H
#define CRAWLER_EXTRACT_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* `content_type` is the header's value, or NULL. */
bool sniff_is_html(const char *content_type, const void *data, size_t size);

/* Whether they are not text, in whatever charset. */
bool sniff_is_binary(const void *data, size_t size);

#endif
