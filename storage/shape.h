/* shape.h - the pattern that a URL's address follows: what addresses of one kind have in common.
 *
 * Numbers become #, slugs and whatever stands last *, the words between stay, of a query the names:
 * "https://example.org/news/2025/a-slug.html" follows "example.org/news/#/" + "*.html". What a site
 * brings is judged by pattern (sqlite/budget.h). Plain functions, linear in the address. Thread:
 * any. */
#ifndef STORAGE_SHAPE_H
#define STORAGE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum { SHAPE_BYTES = 192 }; /* with the NUL; longer ones are cut */

/* Writes the pattern of `origin` ("https://example.org") and `path` (with its query). `coarse`:
 * only how many segments there are, for a site with more patterns than are kept. */
void shape_write(char out[SHAPE_BYTES], const char *origin, size_t origin_size, const char *path,
                 bool coarse);

#endif
