#include "storage/encoding.h"

#include <stdint.h>
#include <string.h>

#include "storage/memory.h"

/* How many bytes the character at `text` has; 0: it is none. */
static size_t character(const unsigned char *text, size_t size)
{
    unsigned char first = text[0];
    size_t count = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (!first || (first >= 0x80 && first < 0xc2) || first > 0xf4 || count > size)
        return 0;
    for (size_t i = 1; i < count; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool too_long = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
    bool surrogate = first == 0xed && text[1] > 0x9f, too_far = first == 0xf4 && text[1] > 0x8f;
    return too_long || surrogate || too_far ? 0 : count;
}

/* Of eight bytes that all are ASCII and no NUL. */
static bool are_ascii(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
    return !((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080));
}

bool encoding_is_utf8(const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        if (size - i >= 8 && are_ascii(text + i)) {
            i += 8;
            continue;
        }
        size_t count = character((const unsigned char *)text + i, size - i);
        if (!count)
            return false;
        i += count;
    }
    return true;
}

char *encoding_mended(const char *text, size_t size, size_t *mended_size)
{
    char *out = memory_zeroed(3, size + 1), *at = out;
    for (size_t i = 0; i < size;) {
        size_t count = character((const unsigned char *)text + i, size - i);
        memcpy(at, count ? text + i : "\xef\xbf\xbd", count ? count : 3);
        at += count ? count : 3;
        i += count ? count : 1;
    }
    *mended_size = (size_t)(at - out);
    return out;
}
