/* crawl.h - runs the crawler itself from a test, with the time limits and checks all tests want.
 *
 * Thread: the test's. A call that goes wrong fails the cmocka test with what was printed. */
#ifndef TESTS_SUPPORT_CRAWL_H
#define TESTS_SUPPORT_CRAWL_H

#include "support/program.h"
#include "support/site.h"

/* A path for a new database, in a scratch directory of its own. Borrowed. */
const char *crawl_database(void);

/* Runs `crawler` with the arguments, expects `exit_status`, and returns what it wrote to standard
 * output, owned. CRAWLER(0, "report", "--sites", database) is the short form. */
char *crawler_expect(int exit_status, const char *const *arguments);
#define CRAWLER(exit_status, ...)                                                                  \
    crawler_expect(exit_status, (const char *const[]){__VA_ARGS__, NULL})

/* Starts it, for those who want to do something meanwhile. */
struct program *crawler_start(const char *const *arguments);
#define CRAWLER_START(...) crawler_start((const char *const[]){__VA_ARGS__, NULL})

/* `crawler add --kind KIND` for `path` on the first `count` hosts of `site`. */
void crawl_add(const char *database, const char *kind, struct site *site, size_t count,
               const char *path);

/* Waits until the hosts of `site` together were asked `count` times, or the program has ended. */
void crawl_await(struct program *program, struct site *site, size_t count);

void pause_ms(unsigned ms);

/* The flags by which a test reaches loopback without waiting between requests. */
#define CRAWL_FAST "--allow-net", "127.0.0.0/8", "--contact", "test@example.org", "--delay", "0"

#endif
