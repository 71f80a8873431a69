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
    SPARK_HEIGHT = 9, /* steps of it; one digit each, as thousands stand on a page */
};

static int64_t greatest(const struct chart_value *values, size_t count)
{
    int64_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = values[i].count > most ? values[i].count : most;
    return most;
}

static void begin(struct bytes *out, int width, int height, const char *name)
{
    bytes_append_format(out, "<svg class=chart viewBox=\"0 0 %d %d\" role=img aria-label=\"", width,
                        height);
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
                   size_t count, const struct chart_axis *axis)
{
    struct bytes most_text;
    int64_t most = greatest(values, count);
    double unit = most ? 1.0 / (double)most : 0;
    double step = (double)WIDTH / (double)(count ? count : 1);
    begin(out, WIDTH, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW, name);
    bytes_append_string(out, "\">");
    for (size_t i = 0; i < count; i++) {
        double height = (double)values[i].count * COLUMNS_HEIGHT * unit;
        double failed = (double)values[i].failed * COLUMNS_HEIGHT * unit;
        double x = (double)i * step, width = step > 3 ? step - 1 : step;
        rectangle(out, "good", x, COLUMNS_TOP + COLUMNS_HEIGHT - height, width, height - failed);
        rectangle(out, "bad", x, COLUMNS_TOP + COLUMNS_HEIGHT - failed, width, failed);
    }
    rectangle(out, "axis", 0, COLUMNS_TOP + COLUMNS_HEIGHT, WIDTH, 1);
    bytes_init(&most_text, 0);
    axis->figure(&most_text, most);
    words(out, "start", 0, COLUMNS_TOP - 5, most_text.data);
    bytes_clear(&most_text);
    words(out, "start", 0, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW - 4, axis->left);
    words(out, "end", WIDTH, COLUMNS_TOP + COLUMNS_HEIGHT + COLUMNS_BELOW - 4, axis->right);
    bytes_append_string(out, "</svg>");
}

void chart_bars(struct bytes *out, const char *name, const struct chart_value *values, size_t count)
{
    int64_t most = greatest(values, count);
    double unit = most ? 1.0 / (double)most : 0;
    begin(out, WIDTH, (int)count * BAR_PITCH, name);
    for (size_t i = 0; i < count; i++) {
        bytes_append_string(out, i ? ", " : ": ");
        markup_text(out, values[i].label);
        bytes_append_format(out, " %" PRId64, values[i].count);
    }
    bytes_append_string(out, "\">");
    for (size_t i = 0; i < count; i++) {
        struct bytes number;
        double y = (double)i * BAR_PITCH, room = WIDTH - BAR_LEFT - BAR_RIGHT;
        double width = (double)values[i].count * room * unit;
        double failed = (double)values[i].failed * room * unit;
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

/* A step of one to the right and `rise` up; the sign parts the numbers where there is one. */
static void append_step(struct bytes *out, size_t steps, int64_t rise)
{
    if (steps > 0)
        bytes_append_format(out, rise > 0 ? "%zu%" PRId64 " " : "%zu %" PRId64 " ", steps, -rise);
}

void chart_spark(struct bytes *out, const int64_t *values, size_t count)
{
    int64_t most = 1, before = 0, slope = 0;
    size_t steps = 0; /* of that slope, not yet written */
    for (size_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    bytes_append_format(out, "<svg class=spark viewBox=\"0 0 %zu %d\" aria-hidden=true><path d=\"",
                        count ? count - 1 : 0, SPARK_HEIGHT);
    for (size_t i = 0; i < count; i++) {
        int64_t height = values[i] * SPARK_HEIGHT / most;
        if (i == 0) {
            bytes_append_format(out, "M0 %" PRId64 "l", SPARK_HEIGHT - height);
        } else if (steps > 0 && height - before == slope) {
            steps++;
        } else {
            append_step(out, steps, slope * (int64_t)steps);
            slope = height - before;
            steps = 1;
        }
        before = height;
    }
    append_step(out, steps, slope * (int64_t)steps);
    bytes_append_string(out, "\" /></svg>");
}
