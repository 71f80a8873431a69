#include "extract/sniff.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

enum {
    LOOKED_AT_BYTES = 4096,
    BINARY_ONE_IN = 32, /* of what is packed or encrypted a tenth are control characters */
    WIDE_ONE_IN = 8,    /* zeros: UTF-16 without a mark, where any byte may follow */
};

/* What no text holds (MIME Sniffing Standard, "binary data byte"), less NUL. */
static bool is_binary_byte(unsigned char byte)
{
    return byte && (byte <= 0x08 || byte == 0x0b || (byte >= 0x0e && byte <= 0x1a) ||
                    (byte >= 0x1c && byte <= 0x1f));
}

bool sniff_is_binary(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    size_t looked_at = size < LOOKED_AT_BYTES ? size : LOOKED_AT_BYTES, binary = 0, zeros = 0;
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return false;
    for (size_t i = 0; i < looked_at; i++) {
        binary += is_binary_byte(bytes[i]);
        zeros += !bytes[i];
    }
    return binary * BINARY_ONE_IN > looked_at && zeros * WIDE_ONE_IN < looked_at;
}

bool sniff_is_html(const char *content_type, const void *data, size_t size)
{
    static const char *const pages[] = {"text/", "application/xhtml", "application/xml"};
    bool said = false;
    for (size_t i = 0; content_type && i < sizeof pages / sizeof pages[0]; i++)
        said |= strncasecmp(content_type, pages[i], strlen(pages[i])) == 0;
    if (!said) {
        struct span start = span_trimmed((struct span){data, size});
        bool open = !content_type || strncasecmp(content_type, "application/octet-stream", 24) == 0;
        if (!open || !start.size || start.data[0] != '<')
            return false;
    }
    return !sniff_is_binary(data, size);
}
