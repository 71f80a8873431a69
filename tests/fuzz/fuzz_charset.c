/* Which encoding, and the bytes as UTF-8; the first line is a label. */
#include "extract/charset.h"
#include "fuzz/fuzz.h"

static void transcode(struct span bytes, const char *encoding)
{
    struct bytes out;
    bytes_init(&out, 0);
    FUZZ_CHECK(encoding != NULL);
    charset_to_utf8(bytes.data, bytes.size, encoding, &out);
    FUZZ_CHECK(utf8_valid(out.data, out.size));
    bytes_clear(&out);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    static const enum charset_context contexts[] = {CHARSET_HTML, CHARSET_XML};
    struct span rest = {(const char *)data, size}, label = fuzz_line(&rest);
    const char *named = charset_canonical(label);
    if (named)
        transcode(rest, named);
    transcode(rest, charset_of(rest.data, rest.size, NULL, contexts[size % 2]));
}
