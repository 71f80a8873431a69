/* figures.h - numbers as people read them.
 *
 * All append to `out`. Thread: any. */
#ifndef CRAWLER_BASE_FIGURES_H
#define CRAWLER_BASE_FIGURES_H

#include <stdint.h>

#include "base/bytes.h"

void figures_count(struct bytes *out, int64_t number); /* 1,234,567 */
void figures_size(struct bytes *out, int64_t bytes);   /* 512 bytes, 12.3 MiB */
void figures_span(struct bytes *out, int64_t ms);      /* 850 ms, 1.5 s, 3 min 20 s, 2 h 5 min */

#endif
