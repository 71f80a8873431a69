#include "base/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void figures_count(struct bytes *out, int64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    const char *at = digits;
    if (*at == '-')
        bytes_append(out, at++, 1);
    for (size_t left = strlen(at); left > 0; left--, at++) {
        bytes_append(out, at, 1);
        bytes_append_string(out, left > 1 && left % 3 == 1 ? "," : "");
    }
}

void figures_size(struct bytes *out, int64_t size)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double number = (double)size;
    size_t unit = 0;
    for (; number >= 1024 && unit + 1 < COUNT(units); unit++)
        number /= 1024;
    bytes_append_format(out, unit ? "%.1f %s" : "%.0f %s", number, units[unit]);
}

void figures_span(struct bytes *out, int64_t ms)
{
    int64_t s = (ms + 500) / 1000;
    if (ms < 1000)
        bytes_append_format(out, "%" PRId64 " ms", ms);
    else if (ms < 10000)
        bytes_append_format(out, "%.1f s", (double)ms / 1000);
    else if (s < 60)
        bytes_append_format(out, "%" PRId64 " s", s);
    else if (s < 3600)
        bytes_append_format(out, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
    else
        bytes_append_format(out, "%" PRId64 " h %" PRId64 " min", s / 3600, s % 3600 / 60);
}
