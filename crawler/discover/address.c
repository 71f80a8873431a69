#include "discover/address.h"

#include <stdbool.h>
#include <strings.h>

#include "discover/plain.h"

const char *address_of(struct span text, const struct url *base, struct arena *arena)
{
    text = plain_trimmed(text);
    bool is_plain = text.size > 8 && (strncasecmp(text.data, "http://", 7) == 0 ||
                                      strncasecmp(text.data, "https://", 8) == 0);
    for (size_t i = 0; i < text.size && is_plain; i++)
        is_plain = (unsigned char)text.data[i] > ' ';
    if (is_plain)
        return text.size <= URL_BYTES_MAX ? arena_copy(arena, text.data, text.size) : NULL;
    struct url url;
    if (!text.size || url_parse(&url, arena, text, base, NULL))
        return NULL;
    return url.href;
}
