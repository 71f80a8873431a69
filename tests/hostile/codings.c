/* Bodies that are packed wrongly, too well, or not as they say. A part of a page must never be
 * stored as a page. */
#include <stdlib.h>
#include <string.h>

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "hostile/groups.h"
#include "support/site.h"

enum { MEGABYTE = 1024 * 1024, BOMB_MEMBERS = 2000, BOMB_BYTES = 12 * MEGABYTE };

/* How a body is made, and what it is called. */
struct packing {
    const char *coding; /* Content-Encoding; NULL: no such field */
    void (*pack)(struct visit *visit, struct bytes *body); /* in place, of the page */
    long cut;           /* this many bytes are missing at the end; below 0: half of them */
    const char *behind; /* follows it */
    long flipped;       /* this byte from the end, from 1, is another one */
};

static void serve_packed(struct visit *visit)
{
    const struct packing *packing = visit->fault->context;
    struct bytes body;
    bytes_init(&body, 0);
    visit_story(visit, &body);
    if (packing->pack)
        packing->pack(visit, &body);
    size_t cut = packing->cut < 0 ? body.size / 2 : (size_t)packing->cut;
    if (packing->flipped)
        body.data[body.size - (size_t)packing->flipped] ^= 0x55;
    body.size -= cut;
    if (packing->behind)
        bytes_append_string(&body, packing->behind);
    const char *type = "Content-Type: text/html; charset=utf-8\r\n";
    visit_answer(visit,
                 packing->coding ? arena_format(visit->arena, "%sContent-Encoding: %s\r\n", type,
                                                packing->coding)
                                 : type,
                 body.data, body.size);
    bytes_clear(&body);
}

/* ---- gzip and deflate ---- */

static void pack_gzip(struct visit *visit, struct bytes *body)
{
    (void)visit;
    site_gzip(body);
}

static void pack_twice(struct visit *visit, struct bytes *body)
{
    (void)visit;
    site_gzip(body);
    site_gzip(body);
}

static void pack_five_times(struct visit *visit, struct bytes *body)
{
    (void)visit;
    for (unsigned i = 0; i < 5; i++)
        site_gzip(body);
}

static void pack_members(struct visit *visit, struct bytes *body)
{
    struct bytes first, second;
    size_t half = body->size / 2;
    (void)visit;
    bytes_init(&first, 0);
    bytes_init(&second, 0);
    bytes_append(&first, body->data, half);
    bytes_append(&second, body->data + half, body->size - half);
    site_gzip(&first);
    site_gzip(&second);
    bytes_append(&first, second.data, second.size);
    bytes_clear(&second);
    bytes_clear(body);
    *body = first;
}

/* The page, and then a long row of white space. */
static void append_space(struct bytes *body, size_t size)
{
    bytes_reserve(body, size);
    memset(body->data + body->size, ' ', size);
    body->size += size;
}

static void pack_bomb(struct visit *visit, struct bytes *body)
{
    (void)visit;
    append_space(body, BOMB_BYTES);
    site_gzip(body);
}

/* 2 MB that are 2 GB. */
static void pack_members_bomb(struct visit *visit, struct bytes *body)
{
    struct bytes space;
    (void)visit;
    site_gzip(body);
    bytes_init(&space, 0);
    append_space(&space, MEGABYTE);
    site_gzip(&space);
    for (unsigned i = 0; i < BOMB_MEMBERS; i++)
        bytes_append(body, space.data, space.size);
    bytes_clear(&space);
}

static void pack_bomb_twice(struct visit *visit, struct bytes *body)
{
    pack_members_bomb(visit, body);
    site_gzip(body);
}

/* A head that promises a file name, which never ends. */
static void pack_long_name(struct visit *visit, struct bytes *body)
{
    (void)visit;
    bytes_clear(body);
    bytes_append(body, "\x1f\x8b\x08\x08\0\0\0\0\0\xff", 10);
    append_space(body, MEGABYTE);
}

static void pack_long_extra(struct visit *visit, struct bytes *body)
{
    (void)visit;
    site_gzip(body);
    body->data[3] = 4; /* the first two bytes of the stream are its length now */
}

static void pack_deflate(struct bytes *body, int window_bits)
{
    z_stream stream = {0};
    struct bytes packed;
    bytes_init(&packed, 0);
    deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    size_t bound = deflateBound(&stream, body->size);
    bytes_reserve(&packed, bound);
    stream.next_in = (Bytef *)body->data;
    stream.avail_in = (uInt)body->size;
    stream.next_out = (Bytef *)packed.data;
    stream.avail_out = (uInt)bound;
    deflate(&stream, Z_FINISH);
    packed.size = stream.total_out;
    deflateEnd(&stream);
    bytes_clear(body);
    *body = packed;
}

static void pack_zlib(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_deflate(body, MAX_WBITS);
}

static void pack_raw(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_deflate(body, -MAX_WBITS);
}

static void pack_zlib_bomb(struct visit *visit, struct bytes *body)
{
    (void)visit;
    append_space(body, BOMB_BYTES);
    pack_deflate(body, MAX_WBITS);
}

/* ---- brotli and zstd ---- */

static void pack_brotli_window(struct bytes *body, uint32_t window)
{
    struct bytes packed;
    BrotliEncoderState *state = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    bytes_init(&packed, 0);
    bytes_reserve(&packed, body->size + 1024);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, 3);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LARGE_WINDOW, window > BROTLI_MAX_WINDOW_BITS);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, window);
    size_t in = body->size, out = packed.capacity - 1;
    const uint8_t *from = (const uint8_t *)body->data;
    uint8_t *to = (uint8_t *)packed.data;
    BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &in, &from, &out, &to, NULL);
    packed.size = (size_t)(to - (uint8_t *)packed.data);
    BrotliEncoderDestroyInstance(state);
    bytes_clear(body);
    *body = packed;
}

static void pack_brotli(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_brotli_window(body, 22);
}

static void pack_brotli_wide(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_brotli_window(body, 30);
}

static void pack_brotli_bomb(struct visit *visit, struct bytes *body)
{
    (void)visit;
    append_space(body, BOMB_BYTES);
    pack_brotli_window(body, 22);
}

static void pack_zstd_window(struct bytes *body, int window_log, int checksum)
{
    struct bytes packed;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    bytes_init(&packed, 0);
    bytes_reserve(&packed, ZSTD_compressBound(body->size));
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
    /* A stream, whose frame does not tell its size: then the window is what it says. */
    ZSTD_inBuffer in = {body->data, body->size, 0};
    ZSTD_outBuffer out = {packed.data, packed.capacity - 1, 0};
    while (in.pos < in.size)
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
    while (ZSTD_compressStream2(context, &out, &in, ZSTD_e_end))
        ;
    packed.size = out.pos;
    ZSTD_freeCCtx(context);
    bytes_clear(body);
    *body = packed;
}

static void pack_zstd(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_zstd_window(body, 20, 1);
}

static void pack_zstd_wide(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_zstd_window(body, 27, 1);
}

static void pack_zstd_bomb(struct visit *visit, struct bytes *body)
{
    (void)visit;
    append_space(body, BOMB_BYTES);
    pack_zstd_window(body, 20, 1);
}

/* Frames to be skipped, of which there is no end of. */
static void pack_zstd_skipped(struct visit *visit, struct bytes *body)
{
    struct bytes frames;
    (void)visit;
    bytes_init(&frames, 0);
    pack_zstd_window(body, 20, 1);
    for (unsigned i = 0; i < MEGABYTE / 8; i++)
        bytes_append(&frames, "\x50\x2a\x4d\x18\0\0\0\0", 8);
    bytes_append(&frames, body->data, body->size);
    bytes_clear(body);
    *body = frames;
}

/* ---- nothing that anybody knows ---- */

static void pack_secretly(struct visit *visit, struct bytes *body)
{
    unsigned state = 1;
    (void)visit;
    for (size_t i = 0; i < body->size; i++) {
        state = state * 1664525u + 1013904223u;
        body->data[i] ^= (char)(state >> 24);
    }
}

static void pack_compress(struct visit *visit, struct bytes *body)
{
    (void)visit;
    pack_secretly(visit, body);
    memcpy(body->data, "\x1f\x9d\x90", 3);
}

static void pack_nothing(struct visit *visit, struct bytes *body)
{
    (void)visit;
    bytes_clear(body);
}

#define PACKED(...)                                                                                \
    .serve = serve_packed, .context = &(const struct packing)                                      \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define WHOLE  .error = "http 200", .articles = 1
#define BROKEN .error = "bad encoding%"
#define BOMB   .error = "too large%"

static const struct fault faults[] = {
    {.name = "gzip", PACKED(.coding = "gzip", .pack = pack_gzip), WHOLE},
    {.name = "gzip, half of it", PACKED(.coding = "gzip", .pack = pack_gzip, .cut = -1), BROKEN},
    {.name = "gzip without its tail",
     PACKED(.coding = "gzip", .pack = pack_gzip, .cut = 8),
     BROKEN},
    {.name = "gzip without its last byte",
     PACKED(.coding = "gzip", .pack = pack_gzip, .cut = 1),
     BROKEN},
    {.name = "gzip, all but its head cut",
     PACKED(.coding = "gzip", .pack = pack_nothing, .behind = "\x1f\x8b\x08"),
     BROKEN},
    {.name = "gzip with a wrong checksum",
     PACKED(.coding = "gzip", .pack = pack_gzip, .flipped = 8),
     BROKEN},
    {.name = "gzip with a wrong size",
     PACKED(.coding = "gzip", .pack = pack_gzip, .flipped = 1),
     BROKEN},
    {.name = "gzip with a wrong bit",
     PACKED(.coding = "gzip", .pack = pack_gzip, .flipped = 100),
     BROKEN},
    {.name = "gzip and junk behind",
     PACKED(.coding = "gzip", .pack = pack_gzip, .behind = "<!-- served by nobody -->"),
     WHOLE},
    {.name = "gzip of two members", PACKED(.coding = "gzip", .pack = pack_members), WHOLE},
    {.name = "gzip of two members, the second cut",
     PACKED(.coding = "gzip", .pack = pack_members, .cut = 20),
     BROKEN},
    {.name = "gzip, and the head of another",
     PACKED(.coding = "gzip", .pack = pack_gzip, .behind = "\x1f\x8b\x08\x01"),
     BROKEN},
    {.name = "gzip with a name without end",
     PACKED(.coding = "gzip", .pack = pack_long_name),
     BROKEN},
    {.name = "gzip with a field longer than itself",
     PACKED(.coding = "gzip", .pack = pack_long_extra),
     BROKEN},
    {.name = "gzip of nothing",
     PACKED(.coding = "gzip", .pack = pack_nothing),
     .error = "not %|bad encoding%"},
    {.name = "gzip, called x-gzip", PACKED(.coding = "x-gzip", .pack = pack_gzip), WHOLE},
    {.name = "gzip, called GZIP", PACKED(.coding = "GZIP", .pack = pack_gzip), WHOLE},
    {.name = "gzip, called nothing", PACKED(.pack = pack_gzip), WHOLE},
    {.name = "gzip, called nothing, half of it", PACKED(.pack = pack_gzip, .cut = -1), BROKEN},
    {.name = "gzip, called br", PACKED(.coding = "br", .pack = pack_gzip), WHOLE},
    {.name = "gzip, called identity", PACKED(.coding = "identity", .pack = pack_gzip), WHOLE},
    {.name = "plain, called gzip", PACKED(.coding = "gzip"), WHOLE},
    {.name = "plain, called br", PACKED(.coding = "br"), WHOLE},
    {.name = "plain, called zstd", PACKED(.coding = "zstd"), WHOLE},
    {.name = "plain, called deflate", PACKED(.coding = "deflate"), WHOLE},
    {.name = "plain, called utf-8", PACKED(.coding = "utf-8"), WHOLE},
    {.name = "gzip twice", PACKED(.coding = "gzip, gzip", .pack = pack_twice), WHOLE},
    {.name = "gzip twice, called once", PACKED(.coding = "gzip", .pack = pack_twice), WHOLE},
    {.name = "gzip five times, called once",
     PACKED(.coding = "gzip", .pack = pack_five_times),
     .error = "bad encoding%|not %"},
    {.name = "gzip five times, called so",
     PACKED(.coding = "gzip, gzip, gzip, gzip, gzip", .pack = pack_five_times),
     WHOLE},
    {.name = "gzip, called a hundred times",
     PACKED(.coding = "gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,"
                      "gzip,gzip,"
                      "gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip",
            .pack = pack_gzip),
     .error = "http 200|bad encoding%",
     .articles = 1},
    {.name = "a gzip bomb", PACKED(.coding = "gzip", .pack = pack_bomb), BOMB},
    {.name = "a gzip bomb of 2,000 members",
     PACKED(.coding = "gzip", .pack = pack_members_bomb),
     BOMB},
    {.name = "a gzip bomb in gzip", PACKED(.coding = "gzip, gzip", .pack = pack_bomb_twice), BOMB},
    {.name = "a gzip bomb in gzip, called once",
     PACKED(.coding = "gzip", .pack = pack_bomb_twice),
     BOMB},
    {.name = "deflate", PACKED(.coding = "deflate", .pack = pack_zlib), WHOLE},
    {.name = "deflate without its wrapping", PACKED(.coding = "deflate", .pack = pack_raw), WHOLE},
    {.name = "deflate, half of it",
     PACKED(.coding = "deflate", .pack = pack_zlib, .cut = -1),
     BROKEN},
    {.name = "deflate without its wrapping, half of it",
     PACKED(.coding = "deflate", .pack = pack_raw, .cut = -1),
     BROKEN},
    {.name = "deflate with a wrong checksum",
     PACKED(.coding = "deflate", .pack = pack_zlib, .flipped = 1),
     BROKEN},
    {.name = "a deflate bomb", PACKED(.coding = "deflate", .pack = pack_zlib_bomb), BOMB},
    {.name = "brotli", PACKED(.coding = "br", .pack = pack_brotli), WHOLE},
    {.name = "brotli, half of it", PACKED(.coding = "br", .pack = pack_brotli, .cut = -1), BROKEN},
    {.name = "brotli without its last byte",
     PACKED(.coding = "br", .pack = pack_brotli, .cut = 1),
     BROKEN},
    {.name = "brotli, called gzip",
     PACKED(.coding = "gzip", .pack = pack_brotli),
     .error = "bad encoding%|not %"},
    {.name = "brotli with a window of 1 GB",
     PACKED(.coding = "br", .pack = pack_brotli_wide),
     BROKEN},
    {.name = "a brotli bomb", PACKED(.coding = "br", .pack = pack_brotli_bomb), BOMB},
    {.name = "zstd", PACKED(.coding = "zstd", .pack = pack_zstd), WHOLE},
    {.name = "zstd, half of it", PACKED(.coding = "zstd", .pack = pack_zstd, .cut = -1), BROKEN},
    {.name = "zstd without its last byte",
     PACKED(.coding = "zstd", .pack = pack_zstd, .cut = 1),
     BROKEN},
    {.name = "zstd with a wrong checksum",
     PACKED(.coding = "zstd", .pack = pack_zstd, .flipped = 1),
     BROKEN},
    {.name = "zstd with a window of 128 MB",
     PACKED(.coding = "zstd", .pack = pack_zstd_wide),
     BROKEN},
    {.name = "zstd behind frames to be skipped",
     PACKED(.coding = "zstd", .pack = pack_zstd_skipped),
     WHOLE},
    {.name = "a zstd bomb", PACKED(.coding = "zstd", .pack = pack_zstd_bomb), BOMB},
    {.name = "a coding that nobody knows",
     PACKED(.coding = "hurdy-gurdy", .pack = pack_secretly),
     .error = "bad encoding%"},
    {.name = "a coding that nobody knows, in gzip",
     PACKED(.coding = "hurdy-gurdy, gzip", .pack = pack_secretly),
     .error = "bad encoding%"},
    {.name = "plain, called what nobody knows", PACKED(.coding = "hurdy-gurdy"), WHOLE},
    {.name = "compress",
     PACKED(.coding = "compress", .pack = pack_compress),
     .error = "bad encoding%"},
    {.name = "noise, called gzip",
     PACKED(.coding = "gzip", .pack = pack_secretly),
     .error = "bad encoding%"},
    {.name = "noise, called br",
     PACKED(.coding = "br", .pack = pack_secretly),
     .error = "bad encoding%"},
    {.name = "noise, called zstd",
     PACKED(.coding = "zstd", .pack = pack_secretly),
     .error = "bad encoding%"},
    {.name = "noise, called nothing",
     PACKED(.pack = pack_secretly),
     .error = "not %|bad encoding%"},
};

const struct group group_codings = FAULT_GROUP("codings", faults);
