/* From any encoding to UTF-8, without a way to fail. */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset.h"
#include "extract/charset_private.h"

/* ---- single bytes ------------------------------------------------------------------------------
 */

struct letter {
    char bytes[3]; /* nothing here lies past U+FFFF */
    unsigned char size;
};

static bool letters_load(const char *encoding, struct letter letters[128])
{
    for (size_t i = 0; i < charset_tables_count; i++) {
        if (strcmp(charset_tables[i].encoding, encoding) != 0)
            continue;
        const char *at = charset_tables[i].upper;
        for (size_t k = 0; k < 128; k++) {
            letters[k].size = (unsigned char)utf8_length(at, strlen(at));
            memcpy(letters[k].bytes, at, letters[k].size);
            at += letters[k].size;
        }
        return true;
    }
    return false;
}

static void single_bytes_to_utf8(struct span in, const struct letter letters[128],
                                 struct bytes *out)
{
    enum { PIECE = 4096 };
    for (size_t at = 0; at < in.size;) {
        size_t piece = in.size - at < PIECE ? in.size - at : PIECE;
        if (bytes_reserve(out, 3 * piece))
            return;
        char *to = out->data + out->size;
        for (const char *end = in.data + at + piece, *from = in.data + at; from < end;) {
            size_t same = utf8_ascii_run(from, (size_t)(end - from));
            memcpy(to, from, same);
            to += same;
            from += same;
            for (; from < end && (unsigned char)*from >= 0x80; from++) {
                const struct letter *letter = &letters[(unsigned char)*from - 0x80];
                memcpy(to, letter->bytes, sizeof letter->bytes); /* there is room for three */
                to += letter->size;
            }
        }
        out->size = (size_t)(to - out->data);
        out->data[out->size] = '\0';
        at += piece;
    }
}

/* Encoding Standard, 14.5: the upper half is a private area. */
static void user_defined_to_utf8(struct span in, struct bytes *out)
{
    for (size_t i = 0; i < in.size; i++) {
        unsigned char byte = (unsigned char)in.data[i];
        utf8_append(out, byte < 0x80 ? byte : 0xf780u + byte - 0x80);
    }
}

/* ---- UTF-16 ------------------------------------------------------------------------------------
 */

static uint32_t unit_at(struct span in, size_t at, bool big_endian)
{
    unsigned char first = (unsigned char)in.data[at], second = (unsigned char)in.data[at + 1];
    return big_endian ? (uint32_t)first << 8 | second : (uint32_t)second << 8 | first;
}

static void utf16_to_utf8(struct span in, bool big_endian, struct bytes *out)
{
    size_t at = 0;
    while (at + 1 < in.size) {
        uint32_t unit = unit_at(in, at, big_endian);
        at += 2;
        if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < in.size) {
            uint32_t low = unit_at(in, at, big_endian);
            if (low >= 0xdc00 && low < 0xe000) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                at += 2;
            }
        }
        if (utf8_append(out, unit)) /* a lone surrogate gives U+FFFD */
            return;
    }
    if (at < in.size)
        bytes_append(out, UTF8_REPLACEMENT, 3);
}

/* ---- several bytes, by iconv -------------------------------------------------------------------
 */

/* The standard's decoders know the additions of the usual vendors; the first name that the system
 * has is taken. */
static const struct {
    const char *encoding;
    const char *names[3];
} converters[] = {
    {"GBK", {"GB18030", "GBK", NULL}},
    {"gb18030", {"GB18030", "GBK", NULL}},
    {"Big5", {"BIG5-HKSCS", "CP950", "BIG5"}},
    {"EUC-JP", {"EUC-JP-MS", "EUC-JP", NULL}},
    {"ISO-2022-JP", {"ISO-2022-JP-3", "ISO-2022-JP", NULL}},
    {"Shift_JIS", {"CP932", "SHIFT_JIS", NULL}},
    {"EUC-KR", {"CP949", "UHC", "EUC-KR"}},
};

static iconv_t converter(const char *encoding)
{
    static _Thread_local iconv_t kept[COUNT(converters)];
    static _Thread_local bool is_open[COUNT(converters)];
    iconv_t none = (iconv_t)-1;
    for (size_t i = 0; i < COUNT(converters); i++) {
        if (strcmp(converters[i].encoding, encoding) != 0)
            continue;
        if (!is_open[i])
            kept[i] = none;
        for (size_t k = 0; !is_open[i] && k < COUNT(converters[i].names); k++)
            if (converters[i].names[k]) {
                kept[i] = iconv_open("UTF-8", converters[i].names[k]);
                is_open[i] = kept[i] != none;
            }
        return kept[i];
    }
    return none;
}

void charset_prepare(void)
{
    for (size_t i = 0; i < COUNT(converters); i++) {
        struct bytes nothing;
        bytes_init(&nothing, 0);
        charset_to_utf8("\xb0\xa1", 2, converters[i].encoding, &nothing);
        bytes_clear(&nothing);
    }
}

/* What stands for the byte that can't be read. Code page 936 has the euro sign in one byte. */
static const char *stand_in(const char *encoding, char byte)
{
    return strcmp(encoding, "GBK") == 0 && byte == '\x80' ? "\xe2\x82\xac" : UTF8_REPLACEMENT;
}

static void iconv_to_utf8(struct span in, const char *encoding, iconv_t cd, struct bytes *out)
{
    char *from = (char *)(uintptr_t)in.data;
    size_t left = in.size;
    iconv(cd, NULL, NULL, NULL, NULL);
    while (left) {
        if (bytes_reserve(out, left + left / 2 + 16))
            return;
        char *to = out->data + out->size;
        size_t room = out->capacity - out->size - 1;
        size_t got = iconv(cd, &from, &left, &to, &room);
        int error = got == (size_t)-1 ? errno : 0;
        out->size = (size_t)(to - out->data);
        out->data[out->size] = '\0';
        if (error == 0)
            break;
        if (error == E2BIG)
            continue;
        if (bytes_append_string(out, stand_in(encoding, *from)) || error == EINVAL)
            return; /* EINVAL: cut in the middle of a character */
        from++;
        left--;
    }
}

/* ---- all of them -------------------------------------------------------------------------------
 */

/* NUL ends texts of libraries, so none may come out. */
static void replace_nuls(struct bytes *out, size_t start)
{
    const char *nul = out->size > start ? memchr(out->data + start, '\0', out->size - start) : NULL;
    if (!nul)
        return;
    struct bytes clean;
    bytes_init(&clean, out->bytes_max);
    size_t at = 0;
    for (; nul; nul = memchr(out->data + at, '\0', out->size - at)) {
        size_t size = (size_t)(nul - out->data) - at;
        if (bytes_append(&clean, out->data + at, size) || bytes_append(&clean, UTF8_REPLACEMENT, 3))
            break;
        at += size + 1;
    }
    if (!nul)
        bytes_append(&clean, out->data + at, out->size - at);
    bytes_clear(out);
    *out = clean;
}

static struct span without_bom(struct span in, const char *encoding)
{
    static const struct {
        const char *encoding, *bom;
        size_t size;
    } marks[] = {
        {"UTF-8", "\xef\xbb\xbf", 3},
        {"UTF-16BE", "\xfe\xff", 2},
        {"UTF-16LE", "\xff\xfe", 2},
        {"gb18030", "\x84\x31\x95\x33", 4},
    };
    for (size_t i = 0; i < COUNT(marks); i++)
        if (strcmp(marks[i].encoding, encoding) == 0 && in.size >= marks[i].size &&
            memcmp(in.data, marks[i].bom, marks[i].size) == 0)
            return (struct span){in.data + marks[i].size, in.size - marks[i].size};
    return in;
}

void charset_to_utf8(const void *data, size_t size, const char *encoding, struct bytes *out)
{
    struct span in = without_bom((struct span){data, size}, encoding);
    struct letter letters[128];
    size_t start = out->size;
    iconv_t cd;
    if (strcmp(encoding, "ISO-8859-8-I") == 0) /* differs only in who puts the letters in order */
        encoding = "ISO-8859-8";
    if (letters_load(encoding, letters))
        single_bytes_to_utf8(in, letters, out);
    else if (strncmp(encoding, "UTF-16", 6) == 0)
        utf16_to_utf8(in, strcmp(encoding, "UTF-16BE") == 0, out);
    else if (strcmp(encoding, "x-user-defined") == 0)
        user_defined_to_utf8(in, out);
    else if ((cd = converter(encoding)) != (iconv_t)-1)
        iconv_to_utf8(in, encoding, cd, out);
    else
        utf8_append_clean(out, in.data, in.size);
    replace_nuls(out, start);
}
