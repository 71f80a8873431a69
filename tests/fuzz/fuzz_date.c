/* A date in any form. What is understood can be written and read again. */
#include "base/date.h"
#include "fuzz/fuzz.h"

static void check_written(const struct moment *moment, struct arena *arena)
{
    struct moment again;
    char *text = date_format(moment, arena);
    FUZZ_CHECK(date_parse_feed(span_of(text), &again) == 0);
    FUZZ_CHECK(again.ms <= moment->ms && moment->ms - again.ms < 1000); /* whole seconds */
}

void fuzz_input(const uint8_t *data, size_t size)
{
    static const char *const languages[] = {NULL, "en", "de", "fr", "ru", "ja", "ar", "pl"};
    struct arena arena;
    struct moment moment;
    struct span text = {(const char *)data, size};
    uint64_t wait_ms;
    arena_init(&arena, 0);
    if (date_parse_http(text, FUZZ_NOW_MS, &moment) == 0)
        check_written(&moment, &arena);
    if (date_parse_feed(text, &moment) == 0)
        check_written(&moment, &arena);
    if (date_parse_text(text, languages[size % 8], FUZZ_NOW_MS, &moment) == 0)
        check_written(&moment, &arena);
    date_retry_after(text, FUZZ_NOW_MS, &wait_ms);
    arena_clear(&arena);
}
