/* datescan_digits.c - texts that write dates in the figures of another script. */
#include "base/date_tokens.h"
#include "base/utf8.h"
#include "extract/datescan.h"

static int figure_of(uint32_t point)
{
    return point >= 0x80 ? date_digit_value(point) : -1;
}

bool datescan_is_foreign(struct span text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t point = (unsigned char)text.data[at];
        at += point < 0x80 ? 1 : utf8_decode(text.data + at, text.size - at, &point);
        if (figure_of(point) >= 0)
            return true;
    }
    return false;
}

size_t datescan_ascii(char *out, uint32_t *places, struct span text)
{
    size_t size = 0;
    for (size_t at = 0, length; at < text.size; at += length) {
        uint32_t point;
        length = utf8_decode(text.data + at, text.size - at, &point);
        int digit = figure_of(point);
        if (digit >= 0) {
            places[size] = (uint32_t)at;
            out[size++] = (char)('0' + digit);
            continue;
        }
        for (size_t i = 0; i < length; i++) {
            places[size] = (uint32_t)(at + i);
            out[size++] = text.data[at + i];
        }
    }
    return size;
}
