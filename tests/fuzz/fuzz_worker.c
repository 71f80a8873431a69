/* A document of any kind as a worker reads it: three bytes that choose what it is asked for, a line
 * with its type, the document. The loop must believe whatever an honest worker answers. */
#include "extract/wire.h"
#include "extract/worker.h"
#include "fuzz/fuzz.h"

enum { BODY_BYTES_MAX = 1 << 20, CHOICES = 3 };

static void check_believed(const struct worker_answer *answer, struct arena *arena)
{
    struct worker_answer again;
    struct bytes sent;
    bytes_init(&sent, 0);
    FUZZ_CHECK(wire_put_answer(&sent, answer) == 0);
    FUZZ_CHECK(wire_get_answer(&again, arena, sent.data, sent.size) == 0);
    FUZZ_CHECK(again.found_count == answer->found_count);
    FUZZ_CHECK(again.links_count == answer->links_count);
    bytes_clear(&sent);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct worker_answer answer;
    if (size < CHOICES)
        return;
    struct span rest = {(const char *)data + CHOICES, size - CHOICES}, type = fuzz_line(&rest);
    arena_init(&arena, 0);
    struct worker_request request = {
        .kind = data[0] % (URL_PAGE + 1u),
        .source = data[1] % (KIND_API + 1u),
        .file = data[1] / (KIND_API + 1u) % HOST_FILES,
        .depth = data[2] % 8,
        .now_ms = FUZZ_NOW_MS,
        .url = data[2] & 8 ? "https://news.example/2026/a/page" : "https://news.example/",
        .site_home = "https://news.example/",
        .content_type = arena_copy(&arena, type.data, type.size),
        .content_encoding = data[2] & 16 ? "gzip" : NULL,
        .rules = data[2] & 32 ? "{\"items\":\"/data\",\"url\":\"/url\"}" : NULL,
        .since_ms = data[2] & 64 ? FUZZ_NOW_MS - 86400000 : 0,
        .body_bytes_max = BODY_BYTES_MAX,
        .agent = "testbot",
        .body = rest,
    };
    worker_answer(&answer, &arena, &request);
    check_believed(&answer, &arena);
    arena_clear(&arena);
}
