#include "page/chart.h"

#include <inttypes.h>

#include "base/figures.h"
#include "page/markup.h"

/* In units of the drawing; text of 12 of them stays legible on a page 360 px wide. */
enum {
    WIDTH = 340,
    COLUMNS_TOP = 16,
    COLUMNS_HEIGHT = 90,
    COLUMNS_BELOW = 18,
    BAR_PITCH = 20,
    BAR_HEIGHT = 12,
    BAR_LEFT = 130,
    BAR_RIGHT = 60,
    SPARK_STEP = 3,
    SPARK_HEIGHT = 18,
};

static int64_t greatest(const struct chart_value *values, size_t count)
{
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = values[i].count > most ? values[i].count : most;
    return most;
}

static void begin(struct bytes *out, const char *class, int width, int height, const char *name)
{
    bytes_append_format(out, "<svg class=%s viewBox=\"0 0 %d %d\" role=img aria-label=\"", class,
                        width, height);
    markup_text(out, name);
}

static void rectangle(struct bytes *out, const char *class, double x, double y, double width,
                      double height)
{
    if (height > 0 && width > 0)
        bytes_append_format(out, "<rect class=%s x=%.1f y=%.1f width=%.1f height=%.1f />", class, x,
                            y, width, height);
}

static void words(struct bytes *out, const char *anchor, double x, double y, const char *text)
{
    bytes_append_format(out, "<text x=%.1f y=%.1f text-anchor=%s>", x, y, anchor);
    markup_text(out, text);
    bytes_append_string(out, "</text>");
}

void chart_columns(struct bytes *out, const char *name, const struct chart_value *values,
                   size_t count, const char *left, const char *right)
{
    struct bytes most_text;
    int64_t most = greatest(values, count), sum = 0;
    double step = (double)WIDTH / (double)(count ? count : 1);
    for (size_t i = 0; i < count; i++)
        sum += values[i].count;
    begin(out, "chart", WIDTH, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW, name);
    bytes_append_format(out, ": %" PRId64 " in all, at most %" PRId64 " in one column\">", sum,
                        most);
    for (size_t i = 0; i < count; i++) {
        double height = (double)values[i].count * COLUMNS_HEIGHT / (double)most;
        double failed = (double)values[i].failed * COLUMNS_HEIGHT / (double)most;
        double x = (double)i * step, width = step > 3 ? step - 1 : step;
        rectangle(out, "good", x, COLUMNS_TOP + COLUMNS_HEIGHT - height, width, height - failed);
        rectangle(out, "bad", x, COLUMNS_TOP + COLUMNS_HEIGHT - failed, width, failed);
    }
    rectangle(out, "axis", 0, COLUMNS_TOP + COLUMNS_HEIGHT, WIDTH, 1);
    bytes_init(&most_text, 0);
    figures_count(&most_text, most);
    words(out, "start", 0, COLUMNS_TOP - 5, most_text.data);
    bytes_clear(&most_text);
    words(out, "start", 0, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW - 4, left);
    words(out, "end", WIDTH, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW - 4, right);
    bytes_append_string(out, "</svg>");
}

void chart_bars(struct bytes *out, const char *name, const struct chart_value *values, size_t count)
{
    int64_t most = greatest(values, count);
    begin(out, "chart", WIDTH, (int)count * BAR_PITCH, name);
    for (size_t i = 0; i < count; i++) {
        bytes_append_string(out, i ? ", " : ": ");
        markup_text(out, values[i].label);
        bytes_append_format(out, " %" PRId64, values[i].count);
    }
    bytes_append_string(out, "\">");
    for (size_t i = 0; i < count; i++) {
        struct bytes number;
        double y = (double)i * BAR_PITCH, room = WIDTH - BAR_LEFT - BAR_RIGHT;
        double width = (double)values[i].count * room / (double)most;
        double failed = (double)values[i].failed * room / (double)most;
        bytes_init(&number, 0);
        figures_count(&number, values[i].count);
        words(out, "end", BAR_LEFT - 6, y + BAR_HEIGHT, values[i].label);
        rectangle(out, "good", BAR_LEFT, y + 2, width - failed, BAR_HEIGHT);
        rectangle(out, "bad", BAR_LEFT + width - failed, y + 2, failed, BAR_HEIGHT);
        words(out, "start", BAR_LEFT + width + 4, y + BAR_HEIGHT, number.data);
        bytes_clear(&number);
    }
    bytes_append_string(out, "</svg>");
}

void chart_spark(struct bytes *out, const char *name, const int64_t *values, size_t count)
{
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    begin(out, "spark", (int)count * SPARK_STEP, SPARK_HEIGHT, name);
    bytes_append_string(out, "\"><path d=\"");
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i + 1 < count && values[i - 1] == values[i] && values[i + 1] == values[i])
            continue; /* the line is straight: thousands of these stand on a page */
        int64_t y = SPARK_HEIGHT - 1 - values[i] * (SPARK_HEIGHT - 2) / most;
        bytes_append_format(out, "%s%zu %" PRId64, i ? " " : "M", i * SPARK_STEP, y);
    }
    bytes_append_string(out, "\" /></svg>");
}
