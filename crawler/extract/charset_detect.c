/* What bytes look like when nothing says their encoding: uchardet's guess on their text. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <uchardet.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset.h"
#include "extract/charset_private.h"

/* uchardet's names that are no labels of the standard, and the nearest encoding that is one. */
static const struct {
    const char *name, *encoding;
} names[] = {
    {"MAC-CYRILLIC", "x-mac-cyrillic"},
    {"UHC", "EUC-KR"},
    {"JOHAB", "EUC-KR"},
    {"GB18030", "GBK"},
    {"VISCII", "windows-1258"},
    {"IBM855", "IBM866"},
    {"EUC-TW", "Big5"},
};

static const char *name_to_encoding(const char *name)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcasecmp(names[i].name, name) == 0)
            return names[i].encoding;
    const char *encoding = charset_canonical(span_of(name));
    return encoding && strcmp(encoding, "replacement") != 0 ? encoding : "windows-1252";
}

/* Without a byte above 0x7F there is one encoding left to find: ISO-2022-JP and its escapes. */
static bool has_japanese_escape(struct span in)
{
    const char *at = in.data, *end = in.data + in.size;
    while (at < end && (at = memchr(at, '\x1b', (size_t)(end - at))) && end - at >= 3) {
        if ((at[1] == '$' && (at[2] == 'B' || at[2] == '@')) ||
            (at[1] == '(' && (at[2] == 'J' || at[2] == 'I')))
            return true;
        at++;
    }
    return false;
}

const char *charset_detect(const void *data, size_t size)
{
    if (utf8_is_ascii(data, size))
        return has_japanese_escape((struct span){data, size}) ? "ISO-2022-JP" : "UTF-8";
    uchardet_t detector = uchardet_new();
    if (!detector)
        alloc_failed(0);
    uchardet_handle_data(detector, data, size);
    uchardet_data_end(detector);
    const char *encoding = name_to_encoding(uchardet_get_charset(detector));
    uchardet_delete(detector);
    return encoding;
}
