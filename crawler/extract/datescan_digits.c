/* datescan_digits.c - texts that write dates in the figures of another script. */
#include <string.h>

#include "base/date_tokens.h"
#include "base/utf8.h"
#include "extract/datescan.h"

size_t datescan_ascii(char *out, uint32_t *places, struct span text)
{
    size_t size = 0;
    bool changed = false;
    for (size_t at = 0, length; at < text.size; at += length) {
        uint32_t point;
        length = utf8_decode(text.data + at, text.size - at, &point);
        int digit = point >= 0x80 ? date_digit_value(point) : -1;
        if (digit >= 0) {
            places[size] = (uint32_t)at;
            out[size++] = (char)('0' + digit);
            changed = true;
            continue;
        }
        for (size_t i = 0; i < length; i++) {
            places[size] = (uint32_t)(at + i);
            out[size++] = text.data[at + i];
        }
    }
    return changed ? size : 0;
}
