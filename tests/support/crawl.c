#include "support/crawl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/scratch.h"

enum { LIMIT_MS = 120000, ARGUMENTS_MAX = 64 };

const char *crawl_database(void)
{
    return scratch_path(scratch_directory(), "news.db");
}

struct program *crawler_start(const char *const *arguments)
{
    const char *all[ARGUMENTS_MAX] = {CRAWLER_PROGRAM};
    for (size_t i = 0; arguments[i]; i++) {
        assert_in_range(i, 0, ARGUMENTS_MAX - 3);
        all[i + 1] = arguments[i];
    }
    return program_start(all, NULL);
}

char *crawler_expect(int exit_status, const char *const *arguments)
{
    struct program_result result;
    program_wait(crawler_start(arguments), LIMIT_MS, &result);
    if (result.exit_status != exit_status)
        fail_msg("crawler %s: exit %d, signal %d%s after %ju ms\n%s\n%s", arguments[0],
                 result.exit_status, result.signal, result.timed_out ? ", timed out" : "",
                 (uintmax_t)result.wall_ms, result.out, result.err);
    free(result.err);
    return result.out;
}

void crawl_add(const char *database, const char *kind, struct site *site, size_t count,
               const char *path)
{
    struct bytes list;
    bytes_init(&list, 0);
    for (size_t i = 0; i < count; i++) {
        bytes_append_string(&list, site_url(site, i, path));
        bytes_append_string(&list, "\n");
    }
    const char *file = scratch_file(scratch_directory(), "list", list.data);
    free(CRAWLER(0, "add", "--sites", database, "--kind", kind, "--file", file));
    bytes_clear(&list);
}

void crawl_await(struct program *program, struct site *site, size_t count)
{
    while (site_requests(site, SITE_ANY, NULL) < count && program_running(program))
        pause_ms(1);
}

void pause_ms(unsigned ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}
