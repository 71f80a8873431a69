/* chart.h - small charts as inline SVG, drawn from numbers alone.
 *
 * Each is one image for a screen reader, with its figures as the name; colours are those of the
 * page's style, so that they follow light and dark. Thread: any. */
#ifndef CRAWLER_PAGE_CHART_H
#define CRAWLER_PAGE_CHART_H

#include <stdint.h>

#include "base/bytes.h"

struct chart_value {
    const char *label; /* any text */
    int64_t count;
    int64_t failed; /* of count, drawn in the colour of trouble */
};

/* Upright columns side by side, for what goes along a time: `left` and `right` stand below the
 * first and the last, the greatest value beside the top. */
void chart_columns(struct bytes *out, const char *name, const struct chart_value *values,
                   size_t count, const char *left, const char *right);

/* A line for each value: label, bar, number. */
void chart_bars(struct bytes *out, const char *name, const struct chart_value *values,
                size_t count);

/* A line as high as text, without any words of its own. */
void chart_spark(struct bytes *out, const char *name, const int64_t *values, size_t count);

#endif
