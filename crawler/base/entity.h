/* entity.h - character references of HTML: "&eacute;", "&#233;", "&#xe9;".
 *
 * Known by name are those of HTML 4.01 (24) and, of the HTML Standard's, those of ASCII, of Latin
 * letters, of punctuation and of a few signs: "&ccaron;", "&numero;". Thread: any. */
#ifndef CRAWLER_BASE_ENTITY_H
#define CRAWLER_BASE_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { ENTITY_NAME_MAX = 8 }; /* bytes; thetasym is the longest */

/* The code point of the name, given without '&' and ';'; 0 when it is not known. */
uint32_t entity_named(const char *name, size_t size);

/* Reads the reference at the beginning of `text`, which is a '&'. Returns its length and stores its
 * code point, 0 for a number that is no character; returns 0 when the '&' is just that. A number
 * may lack its ';', as in browsers. `old_names` lets the oldest names lack it too, where something
 * other than a letter follows: for text, never for addresses, where "&copy=1" is a parameter. */
size_t entity_read(struct span text, bool old_names, uint32_t *out);

#endif
