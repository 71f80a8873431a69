#include "extract/names_east.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

enum {
    NAME_POINTS_MIN = 2,
    NAME_POINTS_MAX = 5,     /* of a name in Han or Hangul */
    FOREIGN_POINTS_MAX = 16, /* of one in kana, with a dot between its parts */
    REPORTER_BYTES_MAX = 90  /* of a line with an address behind the reporter */
};

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9fff) || c == 0x3005 || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x323af);
}

static bool is_kana(uint32_t c)
{
    return c >= 0x3041 && c <= 0x30ff && c != 0x30fb;
}

static bool is_hangul(uint32_t c)
{
    return c >= 0xac00 && c <= 0xd7a3;
}

bool names_east_like(struct span name)
{
    size_t han = 0, kana = 0, hangul = 0, dots = 0;
    for (size_t at = 0; at < name.size;) {
        uint32_t point;
        at += utf8_decode(name.data + at, name.size - at, &point);
        han += is_han(point);
        kana += is_kana(point);
        hangul += is_hangul(point);
        dots += point == 0x30fb || point == 0xb7;
        if (!is_han(point) && !is_kana(point) && !is_hangul(point) && point != ' ' &&
            point != 0x3000 && point != 0x30fb && point != 0xb7)
            return false;
    }
    size_t points = han + kana + hangul,
           max = kana > han || dots ? FOREIGN_POINTS_MAX : NAME_POINTS_MAX;
    return points >= NAME_POINTS_MIN && points <= max && !(hangul && (han || kana));
}

struct span names_east_cut(struct span text)
{
    /* "reports from …", "reporter", in the words that stand behind a name */
    static const char *const ends[] = {"报道",   "報導",     "報道",    "电",   "電",
                                       "摄",     "攝",       "记者",    "記者", "기자",
                                       "특파원", "논설위원", "인턴기자"};
    const char *blank = memchr(text.data, ' ', text.size);
    if (!blank || !names_east_like((struct span){text.data, (size_t)(blank - text.data)}))
        return text;
    for (size_t i = 0; i < COUNT(ends); i++) {
        size_t size = strlen(ends[i]);
        if (text.size > size &&
            (memcmp(text.data + text.size - size, ends[i], size) == 0 ||
             memmem(blank, (size_t)(text.data + text.size - blank), ends[i], size)))
            return (struct span){text.data, (size_t)(blank - text.data)};
    }
    return text;
}

struct span names_east_reporter(struct span line)
{
    struct span none = {line.data, 0};
    if (line.size > REPORTER_BYTES_MAX || !(line.size && line.data[0] & 0x80))
        return none;
    struct span name = names_east_cut(line);
    return name.size < line.size ? name : none;
}
