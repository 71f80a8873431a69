/* A URL (the second line) relative to another (the first), with a charset (the third). Its
 * serialisation must parse to itself, and so must its key and what is asked of a server. */
#include "base/url.h"
#include "fuzz/fuzz.h"

static void check_stable(const char *text, struct arena *arena)
{
    struct url again;
    FUZZ_CHECK(url_parse(&again, arena, span_of(text), NULL, NULL) == 0);
    FUZZ_CHECK(strcmp(again.href, text) == 0);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {NULL, "windows-1252", "Shift_JIS", "gb18030"};
    struct arena arena;
    struct url base, url;
    struct span rest = {(const char *)data, size}, first = fuzz_line(&rest);
    struct span second = fuzz_line(&rest);
    arena_init(&arena, 0);
    bool has_base = url_parse(&base, &arena, first, NULL, NULL) == 0;
    if (url_parse(&url, &arena, second, has_base ? &base : NULL, encodings[rest.size % 4]) == 0) {
        FUZZ_CHECK(strlen(url.href) == url.href_size);
        FUZZ_CHECK(utf8_is_ascii(url.href, url.href_size));
        FUZZ_CHECK(url.host.size > 0 && url.path.size > 0 && url.path.data[0] == '/');
        if (url.href_size <= URL_BYTES_MAX) {
            check_stable(url.href, &arena);
            check_stable(url_fetchable(&url, &arena), &arena);
        }
        const char *key = url_key(&url, &arena);
        struct url of_key;
        if (strlen(key) <= URL_BYTES_MAX &&
            url_parse(&of_key, &arena, span_of(key), NULL, NULL) == 0)
            FUZZ_CHECK(strcmp(url_key(&of_key, &arena), key) == 0);
        url_origin(&url, &arena);
        url_site(url.host, &arena);
        FUZZ_CHECK(url_same_site(&url, &url));
    }
    arena_clear(&arena);
}
