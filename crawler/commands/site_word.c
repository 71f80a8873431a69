#include "commands/site_word.h"

#include <string.h>

#include "base/error.h"

/* Whether a scheme stands before the text: letters and a colon that begins "//". */
static bool has_scheme(struct span text)
{
    size_t i = 0;
    while (i < text.size && ((text.data[i] | 0x20) >= 'a' && (text.data[i] | 0x20) <= 'z'))
        i++;
    return i > 0 && text.size >= i + 3 && memcmp(text.data + i, "://", 3) == 0;
}

/* Whether the text begins with a host name as people write it: with a dot, perhaps a port. */
static bool has_host(struct span text)
{
    bool dot = false;
    size_t i = 0;
    for (; i < text.size && !strchr("/?#:", text.data[i]); i++) {
        if (strchr(" @\\", text.data[i]))
            return false;
        dot |= text.data[i] == '.';
    }
    if (i < text.size && text.data[i] == ':')
        for (i++; i < text.size && !strchr("/?#", text.data[i]); i++)
            if (text.data[i] < '0' || text.data[i] > '9')
                return false;
    return dot;
}

const char *site_word_read(struct arena *arena, struct span text, struct url *out)
{
    if (!has_scheme(text)) {
        if (!has_host(text))
            return "is no URL; write it like https://example.org/";
        char *full = arena_format(arena, "https://%.*s", (int)text.size, text.data);
        text = span_of(full);
    }
    int err = url_parse(out, arena, text, NULL, NULL);
    if (err == ERR_TOO_LARGE)
        return "is too long for a URL";
    if (err)
        return "can't be crawled; it takes an http or https URL";
    return NULL;
}
