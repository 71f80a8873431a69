/* test_options.c - argv, environment and config files → fields, or the one line that complains. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "commands/commands.h"
#include "options.h"
#include "options_table.h"
#include "support/scratch.h"

enum { WORDS_MAX = 12 };

/* Splits at single blanks; "~" stands for a word with nothing in it. The words live until the next
 * call, as those of main() outlive the options. */
static int read_words(struct options *out, const char *words, char *message, size_t size)
{
    static char text[1024], program[] = "crawler", nothing[] = "";
    char *argv[WORDS_MAX] = {program};
    int argc = 1;
    snprintf(text, sizeof text, "%s", words);
    for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "~") == 0 ? nothing : word;
    message[0] = '\0';
    return options_read(out, argc, argv, message, size);
}

#define NUMBER(field) offsetof(struct options, field), sizeof(((struct options *)0)->field)

static void test_numbers(void **state)
{
    static const struct {
        const char *words;
        size_t field, size;
        uint64_t expected;
    } cases[] = {
        {"--sites x", NUMBER(concurrency), 50},
        {"--sites x", NUMBER(per_host), 1},
        {"--sites x", NUMBER(delay_ms), 1000},
        {"--sites x", NUMBER(crawl_delay_max_ms), 30000},
        {"--sites x", NUMBER(connect_timeout_ms), 5000},
        {"--sites x", NUMBER(timeout_ms), 20000},
        {"--sites x", NUMBER(low_speed), 100},
        {"--sites x", NUMBER(low_speed_ms), 10000},
        {"--sites x", NUMBER(tries), 3},
        {"--sites x", NUMBER(rest_after), 5},
        {"--sites x", NUMBER(rest_ms), 600000},
        {"--sites x", NUMBER(rest_max_ms), 86400000},
        {"--sites x", NUMBER(wire_max), 10 << 20},
        {"--sites x", NUMBER(wire_sitemap_max), 50 << 20},
        {"--sites x", NUMBER(headers_max), 256 << 10},
        {"--sites x", NUMBER(page_max), 8 << 20},
        {"--sites x", NUMBER(feed_max), 16 << 20},
        {"--sites x", NUMBER(sitemap_max), 64 << 20},
        {"--sites x", NUMBER(robots_max), 500 << 10},
        {"--sites x", NUMBER(bodies_max), 64 << 20},
        {"--sites x", NUMBER(redirects), 5},
        {"--sites x", NUMBER(robots_keep_ms), 86400000},
        {"--sites x", NUMBER(ask_reservations_ms), 0},
        {"--sites x --ask-reservations 30d", NUMBER(ask_reservations_ms), INT64_C(2592000000)},
        {"--sites x", NUMBER(max_per_site), 1000},
        {"--sites x", NUMBER(max_pages), 0},
        {"--sites x", NUMBER(max_time_ms), 0},
        {"--sites x", NUMBER(patience_ms), 60000},
        {"--sites x", NUMBER(sources), SOURCE_ALL},
        {"--sites x", NUMBER(jobs_max), 1024},
        {"--sites x", NUMBER(commit_rows), 256},
        {"--sites x", NUMBER(commit_ms), 200},
        {"--sites x", NUMBER(lease_ms), 120000},
        {"--sites x", NUMBER(grace_ms), 5000},
        {"--sites x", NUMBER(keep_raw_ms), UINT64_C(30) * 86400000},
        {"--sites x", NUMBER(max_raw), UINT64_C(20) << 30},
        {"--sites x", NUMBER(keep_fetches_ms), UINT64_C(90) * 86400000},
        {"--sites x", NUMBER(poll_all), 0},
        {"--sites x", NUMBER(log), LOG_TEXT},
        {"--sites x --concurrency 7", NUMBER(concurrency), 7},
        {"--sites x --concurrency=7", NUMBER(concurrency), 7},
        {"--sites x -c 7", NUMBER(concurrency), 7},
        {"--sites x -c7", NUMBER(concurrency), 7},
        {"run --sites x -c 7", NUMBER(concurrency), 7},
        {"--sites x -c 7 --concurrency 8", NUMBER(concurrency), 8},
        {"--sites x --delay 0", NUMBER(delay_ms), 0},
        {"--sites x --delay 0.5", NUMBER(delay_ms), 500},
        {"--sites x --delay .25", NUMBER(delay_ms), 250},
        {"--sites x --delay 2", NUMBER(delay_ms), 2000},
        {"--sites x --delay 1.5s", NUMBER(delay_ms), 1500},
        {"--sites x --delay 40ms", NUMBER(delay_ms), 40},
        {"--sites x --patience 2m", NUMBER(patience_ms), 120000},
        {"--sites x --patience 1.5h", NUMBER(patience_ms), 5400000},
        {"--sites x --keep-raw 7D", NUMBER(keep_raw_ms), UINT64_C(7) * 86400000},
        {"--sites x --max-page 500", NUMBER(page_max), 500},
        {"--sites x --max-page 500K", NUMBER(page_max), 512000},
        {"--sites x --max-page 1.5m", NUMBER(page_max), 3 << 19},
        {"--sites x --max-page 2GiB", NUMBER(page_max), UINT64_C(2) << 30},
        {"--sites x --sources front", NUMBER(sources), SOURCE_FRONT},
        {"--sites x --sources front,api", NUMBER(sources), SOURCE_FRONT | SOURCE_API},
        {"--sites x --sources feed,Sitemap,section", NUMBER(sources),
         SOURCE_FEED | SOURCE_SITEMAP | SOURCE_SECTION},
        {"--sites x --sources all", NUMBER(sources), SOURCE_ALL},
        {"--sites x --poll all", NUMBER(poll_all), 1},
        {"--sites x --poll due", NUMBER(poll_all), 0},
        {"--sites x --discover-only", NUMBER(discover_only), 1},
        {"--sites x --discover-only=no", NUMBER(discover_only), 0},
        {"--sites x --log json", NUMBER(log), LOG_JSON},
        {"--sites x -q", NUMBER(quiet), 1},
        {"add --sites x u", NUMBER(site_delay_ms), OPTION_NOT_GIVEN},
        {"add --sites x u --delay 3", NUMBER(site_delay_ms), 3000},
        {"add --sites x u --delay 3", NUMBER(delay_ms), 1000},
        {"add --sites x u -- --delay 3", NUMBER(arguments_count), 3},
        {"add --sites x - --delay 3 v", NUMBER(arguments_count), 2},
        {"--sites x --allow-net 10.0.0.0/8,::1/128 --allow-net=127.0.0.0/8",
         NUMBER(allow_net.count), 3},
        {"--sites x --help", NUMBER(request), REQUEST_HELP},
        {"robots -h", NUMBER(request), REQUEST_HELP},
        {"--version", NUMBER(request), REQUEST_VERSION},
        {"-V", NUMBER(request), REQUEST_VERSION},
        {"--man", NUMBER(request), REQUEST_MAN},
        {"--completions", NUMBER(request), REQUEST_COMPLETIONS},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct options options;
        char message[512];
        uint64_t got = 0;
        if (read_words(&options, cases[i].words, message, sizeof message))
            fail_msg("%s: %s", cases[i].words, message);
        memcpy(&got, (char *)&options + cases[i].field, cases[i].size); /* little-endian */
        if (got != cases[i].expected)
            fail_msg("%s: got %ju, expected %ju", cases[i].words, (uintmax_t)got,
                     (uintmax_t)cases[i].expected);
        options_clear(&options);
    }
}

static void test_texts(void **state)
{
    static const struct {
        const char *words;
        size_t field;
        const char *expected;
    } cases[] = {
        {"--sites news.db", offsetof(struct options, sites), "news.db"},
        {"-s news.db", offsetof(struct options, sites), "news.db"},
        {"--sites=a=b", offsetof(struct options, sites), "a=b"},
        {"add --sites x u", offsetof(struct options, kind), "site"},
        {"add --sites x u --kind API", offsetof(struct options, kind), "api"},
        {"--sites x", offsetof(struct options, contact), NULL},
        {"--sites x --contact ~", offsetof(struct options, contact), ""},
        {"--sites x --contact=--me--", offsetof(struct options, contact), "--me--"},
        {"--sites x --contact -", offsetof(struct options, contact), "-"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct options options;
        char message[512];
        if (read_words(&options, cases[i].words, message, sizeof message))
            fail_msg("%s: %s", cases[i].words, message);
        const char *got = *(const char **)((char *)&options + cases[i].field);
        if ((got == NULL) != (cases[i].expected == NULL) ||
            (got && strcmp(got, cases[i].expected) != 0))
            fail_msg("%s: got '%s', expected '%s'", cases[i].words, got ? got : "NULL",
                     cases[i].expected ? cases[i].expected : "NULL");
        options_clear(&options);
    }
}

static void test_list(void **state)
{
    struct options options;
    char message[512];
    (void)state;
    assert_int_equal(read_words(&options,
                                "add --sites x u --map url=/link,title=/t/0 --map body=/b", message,
                                sizeof message),
                     0);
    assert_int_equal(options.map.count, 3);
    assert_string_equal(options.map.values[1], "title=/t/0");
    assert_string_equal(options.map.values[2], "body=/b");
    options_clear(&options);
}

static void test_complaints(void **state)
{
    static const struct {
        const char *words;
        const char *says; /* part of the line */
    } cases[] = {
        {"", "Give --sites DB to crawl, or a command; see crawler --help"},
        {"robts", "there is no command 'robts', did you mean 'robots'?"},
        {"frobnicate", "there is no command 'frobnicate'. See crawler --help"},
        {"--max-tme 3", "there is no option --max-tme, did you mean --max-time?"},
        {"--max-tme=3", "there is no option --max-tme, did you mean --max-time?"},
        {"--concurency 3 --sites x", "did you mean --concurrency?"},
        {"--sites x --frobnicate", "there is no option --frobnicate. See crawler run --help"},
        {"--sites x -Z", "there is no option -Z."},
        {"--sites x -qc", "there is no option -qc."},
        {"robots --delay 3", "crawler robots: there is no option --delay"},
        {"--delay 0", "crawler: which database? Give --sites DB"},
        {"--sites ~", "which database?"},
        {"run", "crawler run: which database? Give --sites DB"},
        {"--sites x sites", "the command stands first: crawler sites"},
        {"--sites x extra", "crawler run: takes no words, but got 'extra'"},
        {"sites --sites x extra", "crawler sites: takes no words, but got 'extra'"},
        {"--sites", "--sites wants a value: --sites DB"},
        {"--sites --delay 0", "--sites wants a value: --sites DB"},
        {"--sites x --delay ~", "--delay wants a value: --delay TIME"},
        {"--sites x --delay=", "--delay wants a value: --delay TIME"},
        {"--sites x --delay soon", "crawler: --delay: 'soon' is not a time like"},
        {"--sites x --delay -1", "'-1' is not a time"},
        {"--sites x --delay 1.2.3", "'1.2.3' is not a time"},
        {"--sites x --delay .", "'.' is not a time"},
        {"--sites x --delay 1w", "'1w' is not a time"},
        {"--sites x --delay 2d", "'2d' is too large, the most is 1d"},
        {"--sites x --delay 99999999999999999999", "is not a time"},
        {"--sites x --delay 9223372036854775807d", "is not a time"},
        {"--sites x --timeout 0", "'0' is too small, the least is 1ms"},
        {"--sites x --robots-keep 0", "'0' is too small, the least is 1m"},
        {"--sites x --tries 0", "crawler: --tries: '0' is too small, the least is 1"},
        {"--sites x --tries 21", "'21' is too large, the most is 20"},
        {"--sites x --tries 1.5", "'1.5' is not a whole number"},
        {"--sites x --tries 3x", "'3x' is not a whole number"},
        {"--sites x --tries 0x10", "'0x10' is not a whole number"},
        {"--sites x --max-page 3T", "'3T' is not a size"},
        {"--sites x --max-per-site 4294967296", "is too large"},
        {"--sites x --sources front,foo",
         "'foo' is none of front, section, feed, sitemap, api, all"},
        {"--sites x --sources ,", "--sources: names nothing"},
        {"--sites x --poll maybe", "'maybe' is none of due, all"},
        {"--sites x --log xml", "'xml' is none of text, json"},
        {"add --sites x --kind blog", "'blog' is none of site, api, page"},
        {"--sites x --quiet=perhaps", "'perhaps' is none of no, yes"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct options options;
        char message[512];
        int err = read_words(&options, cases[i].words, message, sizeof message);
        if (err != ERR_USAGE || !strstr(message, cases[i].says) || strchr(message, '\n') ||
            strncmp(message, "crawler", 7) != 0)
            fail_msg("'%s': got %d '%s', expected '%s'", cases[i].words, err, message,
                     cases[i].says);
        options_clear(&options);
    }
}

static void test_config_files(void **state)
{
    static const struct {
        const char *text;
        const char *says; /* NULL: it is good, and concurrency is then `expected` */
        unsigned expected;
    } cases[] = {
        {"", NULL, 50},
        {"concurrency = 7\n", NULL, 7},
        {"concurrency=7", NULL, 7},
        {"\xef\xbb\xbf  concurrency\t=  7  \r\n", NULL, 7},
        {"# a comment\n\nconcurrency = 7 # another\n", NULL, 7},
        {"concurrency = 7\nconcurrency = 8\n", NULL, 8},
        {"contact = https://example.org/#us\nconcurrency = 9\n", NULL, 9},
        {"discover-only = yes\nconcurrency = 9\n", NULL, 9},
        {"concurrency = 7\nconcurency = 8\n",
         ":2: there is no option 'concurency' for a config file, did you mean 'concurrency'?", 0},
        {"concurrency\n", ":1: 'concurrency' has no value, write name = value", 0},
        {"\n\n  concurrency = many\n", ":3: concurrency: 'many' is not a whole number", 0},
        {"= 3\n", ":1: there is no option ''", 0},
        {"config = other\n", ":1: a config file can't name another one", 0},
        {"kind = api\n", ":1: there is no option 'kind'", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct options options;
        char message[1024], words[512];
        const char *path = scratch_file(scratch_directory(), "crawler.conf", cases[i].text);
        snprintf(words, sizeof words, "--sites x --config %s", path);
        int err = read_words(&options, words, message, sizeof message);
        if (cases[i].says && (err != ERR_USAGE || !strstr(message, cases[i].says) ||
                              strncmp(message, path, strlen(path)) != 0))
            fail_msg("'%s': got %d '%s'", cases[i].text, err, message);
        if (!cases[i].says && (err || options.concurrency != cases[i].expected))
            fail_msg("'%s': got %d '%s', %u", cases[i].text, err, message, options.concurrency);
        options_clear(&options);
    }
}

static void test_missing_config_file(void **state)
{
    struct options options;
    char message[512];
    (void)state;
    assert_int_equal(read_words(&options, "--sites x --config /no/such/file", message, 512),
                     ERR_USAGE);
    assert_non_null(strstr(message, "can't read the config file /no/such/file: No such file"));
    options_clear(&options);
}

/* The command line wins over the file, the file over the environment. */
static void test_layers(void **state)
{
    struct options options;
    char message[512], words[512];
    const char *path = scratch_file(scratch_directory(), "crawler.conf",
                                    "tries = 4\nper-host = 4\nallow-net = 10.0.0.0/8\n"
                                    "allow-net = 11.0.0.0/8\n");
    (void)state;
    setenv("CRAWLER_CONCURRENCY", "2", 1);
    setenv("CRAWLER_TRIES", "2", 1);
    setenv("CRAWLER_PER_HOST", "2", 1);
    setenv("CRAWLER_DISCOVER_ONLY", "1", 1);
    setenv("CRAWLER_STRICT", "", 1);
    setenv("CRAWLER_ALLOW_NET", "12.0.0.0/8", 1);
    snprintf(words, sizeof words, "--sites x --per-host 6 --config=%s", path);
    int err = read_words(&options, words, message, sizeof message);
    assert_string_equal(message, "");
    assert_int_equal(err, 0);
    assert_int_equal(options.concurrency, 2);
    assert_int_equal(options.tries, 4);
    assert_int_equal(options.per_host, 6);
    assert_true(options.discover_only);
    assert_false(options.strict);
    assert_int_equal(options.allow_net.count,
                     2); /* a layer's list replaces that of the one below */
    assert_string_equal(options.allow_net.values[0], "10.0.0.0/8");
    options_clear(&options);

    setenv("CRAWLER_TRIES", "many", 1);
    assert_int_equal(read_words(&options, "--sites x", message, sizeof message), ERR_USAGE);
    assert_string_equal(message, "CRAWLER_TRIES: 'many' is not a whole number");
    options_clear(&options);
    assert_int_equal(read_words(&options, "robots f u", message, sizeof message), 0);
    options_clear(&options);

    unsetenv("CRAWLER_TRIES");
    setenv("CRAWLER_CONFIG", path, 1);
    assert_int_equal(read_words(&options, "--sites x", message, sizeof message), 0);
    assert_int_equal(options.tries, 4);
    options_clear(&options);
    unsetenv("CRAWLER_CONCURRENCY");
    unsetenv("CRAWLER_PER_HOST");
    unsetenv("CRAWLER_DISCOVER_ONLY");
    unsetenv("CRAWLER_STRICT");
    unsetenv("CRAWLER_ALLOW_NET");
    unsetenv("CRAWLER_CONFIG");
}

/* What the table promises of itself: defaults that its own limits allow, each name once for each
 * command, helps that fit beside each other. */
static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_rows_count; i++) {
        const struct option_row *row = &option_rows[i];
        struct options options = {0};
        char reason[256];
        arena_init(&options.texts, 0);
        if (row->standard && option_set(&options, row, row->standard, reason, sizeof reason))
            fail_msg("--%s: its default %s", row->name, reason);
        if (!row->argument && (row->type != TYPE_FLAG || row->choices))
            fail_msg("--%s takes a value without a name", row->name);
        for (size_t j = i + 1; j < option_rows_count; j++)
            if (row->commands & option_rows[j].commands &&
                (strcmp(row->name, option_rows[j].name) == 0 ||
                 (row->letter && row->letter == option_rows[j].letter)))
                fail_msg("--%s and --%s are one for some command", row->name, option_rows[j].name);
        arena_clear(&options.texts);
    }
}

static void test_help(void **state)
{
    (void)state;
    for (size_t i = 0; i <= command_rows_count; i++) {
        unsigned command = i < command_rows_count ? command_rows[i].command : 0;
        char *text;
        size_t size;
        FILE *file = open_memstream(&text, &size);
        options_print_help(file, command);
        fclose(file);
        if (command == 0 || command_rows[i].summary)
            assert_non_null(strstr(text, "Example:\n  crawler "));
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            if (strlen(line) > 110) /* bytes; an ellipsis has three */
                fail_msg("too long: %s", line);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_config_files),
        cmocka_unit_test(test_missing_config_file),
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
