/* chart.h - small charts as inline SVG, drawn from numbers alone.
 *
 * Each is one image for a screen reader, with `name` as what it tells; colours are those of the
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

/* Appends a number as people read it (base/figures.h). */
typedef void chart_figure_fn(struct bytes *out, int64_t number);

struct chart_axis {
    const char *left, *right; /* below the first column and the last one */
    chart_figure_fn *figure;  /* the greatest value, above them */
};

/* Upright columns side by side, for what goes along a time. */
void chart_columns(struct bytes *out, const char *name, const struct chart_value *values,
                   size_t count, const struct chart_axis *axis);

/* A line for each value: label, bar, number. Those are told behind the name. */
void chart_bars(struct bytes *out, const char *name, const struct chart_value *values,
                size_t count);

/* A line as high as text. Nothing for a screen reader: its sum stands beside it. */
void chart_spark(struct bytes *out, const int64_t *values, size_t count);

#endif
