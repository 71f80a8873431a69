/* url_punycode.c - Punycode (RFC 3492). Quadratic in the label: callers cap it. */
#include "base/url_text.h"

#include "base/error.h"

enum {
    BASE = 36,
    T_MIN = 1,
    T_MAX = 26,
    SKEW = 38,
    DAMP = 700,
    BIAS_FIRST = 72,
    POINT_FIRST = 128
};

static uint32_t adapted_bias(uint32_t delta, size_t points, bool is_first)
{
    uint32_t k = 0;
    delta /= is_first ? DAMP : 2;
    delta += delta / (uint32_t)points;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias)
{
    return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

/* Reads one number of variable length from *at on. */
static int read_delta(struct span text, size_t *at, uint32_t bias, uint32_t *out)
{
    uint64_t value = 0, weight = 1;
    for (uint32_t k = BASE;; k += BASE) {
        if (*at == text.size)
            return ERR_INPUT;
        char c = text.data[(*at)++];
        if (!is_ascii_digit(c) && !is_ascii_alpha(c))
            return ERR_INPUT;
        uint32_t digit =
            is_ascii_digit(c) ? (uint32_t)(c - '0') + 26 : (uint32_t)((c | 0x20) - 'a');
        value += digit * weight;
        if (value > UINT32_MAX)
            return ERR_INPUT;
        uint32_t t = threshold(k, bias);
        if (digit < t)
            break;
        weight *= BASE - t; /* at most 35 times what is in `value` already */
    }
    *out = (uint32_t)value;
    return 0;
}

int url_punycode_decode(struct arena *arena, struct span text, struct url_points *out)
{
    const char *delimiter = text.size ? memrchr(text.data, '-', text.size) : NULL;
    size_t basic = delimiter ? (size_t)(delimiter - text.data) : 0;
    uint32_t *points = arena_alloc(arena, (text.size + 1) * sizeof *points);
    size_t count = 0;
    while (count < basic) {
        points[count] = (unsigned char)text.data[count];
        count++;
    }
    uint64_t point = POINT_FIRST, index = 0;
    uint32_t bias = BIAS_FIRST, delta;
    for (size_t at = delimiter ? basic + 1 : 0; at < text.size;) {
        if (read_delta(text, &at, bias, &delta))
            return ERR_INPUT;
        count++;
        bias = adapted_bias(delta, count, count == basic + 1);
        index += delta;
        point += index / count;
        index %= count;
        if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return ERR_INPUT;
        memmove(points + index + 1, points + index, (count - 1 - index) * sizeof *points);
        points[index++] = (uint32_t)point;
    }
    *out = (struct url_points){points, count};
    return 0;
}

static void write_delta(struct url_writer *writer, uint32_t delta, uint32_t bias)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = threshold(k, bias);
        if (delta < t)
            break;
        url_write_byte(writer, digits[t + (delta - t) % (BASE - t)]);
        delta = (delta - t) / (BASE - t);
    }
    url_write_byte(writer, digits[delta]);
}

/* The smallest point that is not below `least`. */
static uint32_t next_point(struct url_points label, uint32_t least)
{
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < label.count; i++)
        if (label.data[i] >= least && label.data[i] < next)
            next = label.data[i];
    return next;
}

void url_write_punycode(struct url_writer *writer, struct url_points label)
{
    size_t basic = 0;
    for (size_t i = 0; i < label.count; i++)
        if (label.data[i] < POINT_FIRST) {
            url_write_byte(writer, (char)label.data[i]);
            basic++;
        }
    if (basic)
        url_write_byte(writer, '-');
    uint32_t point = POINT_FIRST, bias = BIAS_FIRST, delta = 0;
    for (size_t done = basic; done < label.count; delta++, point++) {
        uint32_t next = next_point(label, point);
        delta += (next - point) * (uint32_t)(done + 1);
        point = next;
        for (size_t i = 0; i < label.count; i++) {
            if (label.data[i] < point)
                delta++;
            if (label.data[i] != point)
                continue;
            write_delta(writer, delta, bias);
            bias = adapted_bias(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
}
