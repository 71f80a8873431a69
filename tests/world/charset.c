#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world/world.h"

/* Appends one character that the charset lacks as a reference, and returns its size in UTF-8. */
static size_t append_reference(const char *at, struct bytes *out)
{
    const unsigned char *bytes = (const unsigned char *)at;
    size_t size = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    unsigned code = bytes[0] & (0x7fu >> size);
    char reference[16];
    for (size_t i = 1; i < size; i++)
        code = code << 6 | (bytes[i] & 0x3f);
    snprintf(reference, sizeof(reference), "&#%u;", code);
    bytes_append_string(out, reference);
    return size;
}

void charset_encode(struct bytes *bytes, const char *charset)
{
    if (strcmp(charset, "utf-8") == 0)
        return;
    iconv_t converter = iconv_open(charset, "UTF-8");
    if (converter == (iconv_t)-1) {
        fprintf(stderr, "demo-world: this system can't write %s\n", charset);
        exit(2);
    }
    struct bytes out;
    bytes_init(&out, 0);
    char *at = bytes->data;
    size_t left = bytes->size;
    while (left > 0) {
        bytes_reserve(&out, 4096);
        char *to = out.data + out.size;
        size_t room = 4096;
        size_t got = iconv(converter, &at, &left, &to, &room);
        out.size = (size_t)(to - out.data);
        if (got == (size_t)-1 && errno != E2BIG) {
            size_t size = append_reference(at, &out);
            at += size;
            left -= size < left ? size : left;
        }
    }
    iconv_close(converter);
    bytes_clear(bytes);
    *bytes = out;
}
