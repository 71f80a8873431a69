/* A coded body; the first byte says by which coding. Never more comes out than the ceiling. */
#include "base/alloc.h"
#include "extract/decode.h"
#include "fuzz/fuzz.h"

enum { DECODED_MAX = 1 << 20 };

void fuzz_input(const uint8_t *data, size_t size)
{
    static const char *const codings[] = {NULL,   "gzip",     "deflate",         "br",
                                          "zstd", "gzip, br", "deflate, deflate"};
    struct bytes out;
    if (!size)
        return;
    bytes_init(&out, 0);
    decode_body(data + 1, size - 1, codings[data[0] % COUNT(codings)], DECODED_MAX, &out);
    FUZZ_CHECK(out.size <= DECODED_MAX);
    bytes_clear(&out);
}
