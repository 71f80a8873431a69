/* The test server, asked by libcurl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/site.h"

struct reply {
    CURLcode code;
    long status;
    struct bytes body;
    char etag[64];
};

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    bytes_append(context, data, size * count);
    return size * count;
}

/* Asks for `url` over `curl`, with one further header or NULL. */
static void get(CURL *curl, const char *url, const char *header, struct reply *reply)
{
    struct curl_slist *headers = header ? curl_slist_append(NULL, header) : NULL;
    *reply = (struct reply){0};
    bytes_init(&reply->body, 0);
    bytes_append_string(&reply->body, "");
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply->body);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 1000L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    reply->code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_slist_free_all(headers);
}

static void shout(const struct site_request *request, struct site_answer *answer, void *context)
{
    bytes_append_string(&answer->body, context);
    bytes_append_string(&answer->body, request->path);
    answer->headers = arena_format(answer->arena, "X-Size: %zu\r\n", answer->body.size);
}

static const struct site_route routes[] = {
    {.path = "/", .body = "<a href={base}/a>a</a> {base:1} {base:9} {based}"},
    {.path = "/text?q=1", .type = "text/plain", .body = "with a query"},
    {.path = "/bytes", .body = "a\0b{base}", .body_size = 9},
    {.path = "/moved", .location = "{base}/text?q=1"},
    {.path = "/gone", .status = 410, .body = "gone"},
    {.path = "/etag", .body = "tagged", .etag = "\"v1\""},
    {.path = "/dated", .body = "dated", .last_modified = "Mon, 02 Jan 2023 00:00:00 GMT"},
    {.path = "/gzip", .body = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", .gzip = true},
    {.path = "/twice", .body = "at last", .fail_first = 2},
    {.path = "/shout/*", .answer = shout, .context = (void *)"heard "},
    {.path = "/reset", .body = "x", .fault = SITE_RESET},
    {.path = "/hang", .fault = SITE_HANG},
    {.path = "/short", .body = "0123456789", .fault = SITE_SHORT_BODY},
    {.path = "/drip", .body = "012", .fault = SITE_DRIP},
    {.path = "/garbage", .fault = SITE_GARBAGE},
};

static const struct site_host hosts[] = {
    {.routes = routes, .routes_count = COUNT(routes)},
    {.routes = routes, .routes_count = COUNT(routes)},
    {.refuse = true},
};

static const struct {
    const char *path, *header;
    CURLcode code;
    long status;
    const char *body;
} cases[] = {
    {"/text?q=1", NULL, CURLE_OK, 200, "with a query"},
    {"/text", NULL, CURLE_OK, 404, ""},
    {"/moved", NULL, CURLE_OK, 302, ""},
    {"/gone", NULL, CURLE_OK, 410, "gone"},
    {"/etag", NULL, CURLE_OK, 200, "tagged"},
    {"/etag", "If-None-Match: \"v1\"", CURLE_OK, 304, ""},
    {"/etag", "If-None-Match: \"v0\"", CURLE_OK, 200, "tagged"},
    {"/dated", "If-Modified-Since: Mon, 02 Jan 2023 00:00:00 GMT", CURLE_OK, 304, ""},
    {"/gzip", NULL, CURLE_OK, 200, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"/twice", NULL, CURLE_OK, 503, "at last"},
    {"/twice", NULL, CURLE_OK, 503, "at last"},
    {"/twice", NULL, CURLE_OK, 200, "at last"},
    {"/shout/a?b", NULL, CURLE_OK, 200, "heard /shout/a?b"},
    {"/reset", NULL, CURLE_RECV_ERROR, 0, ""},
    {"/hang", NULL, CURLE_OPERATION_TIMEDOUT, 0, ""},
    {"/short", NULL, CURLE_PARTIAL_FILE, 200, "01234"},
    {"/drip", NULL, CURLE_OK, 200, "012"},
    {"/garbage", NULL, CURLE_UNSUPPORTED_PROTOCOL, 0, ""},
};

static void answers_as_its_table_says(void **state)
{
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    CURL *curl = curl_easy_init();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply;
        get(curl, site_url(site, 0, cases[i].path), cases[i].header, &reply);
        bool refused = cases[i].code == CURLE_UNSUPPORTED_PROTOCOL; /* its code differs */
        if ((refused ? reply.code == CURLE_OK : reply.code != cases[i].code) ||
            reply.status != cases[i].status || strcmp(reply.body.data, cases[i].body) != 0)
            fail_msg("%s: code %d, status %ld, body %s", cases[i].path, (int)reply.code,
                     reply.status, reply.body.data);
        bytes_clear(&reply.body);
    }
    assert_int_equal(site_requests(site, 0, "/twice"), 3);
    assert_int_equal(site_requests(site, 1, NULL), 0);
    curl_easy_cleanup(curl);
    site_stop(site);
}

static void fills_in_addresses_and_refuses(void **state)
{
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    CURL *curl = curl_easy_init();
    struct reply reply;
    char expected[512];
    (void)state;
    get(curl, site_url(site, 0, "/"), NULL, &reply);
    snprintf(expected, sizeof(expected), "<a href=%s>a</a> %s {base:9} {based}",
             site_url(site, 0, "/a"), site_url(site, 1, ""));
    assert_string_equal(reply.body.data, expected);
    bytes_clear(&reply.body);

    get(curl, site_url(site, 0, "/bytes"), NULL, &reply);
    assert_int_equal(reply.body.size, 9);
    assert_memory_equal(reply.body.data, "a\0b{base}", 9);
    bytes_clear(&reply.body);

    get(curl, site_url(site, 2, "/"), NULL, &reply);
    assert_int_equal(reply.code, CURLE_COULDNT_CONNECT);
    bytes_clear(&reply.body);
    curl_easy_cleanup(curl);
    site_stop(site);
}

static void records_what_was_asked(void **state)
{
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    CURL *curl = curl_easy_init();
    struct reply reply;
    struct site_visit record;
    char value[64];
    (void)state;
    for (int i = 0; i < 2; i++) {
        get(curl, site_url(site, 1, "/gzip"), "Accept-Encoding: gzip", &reply);
        assert_int_equal((unsigned char)reply.body.data[0], 0x1f);
        bytes_clear(&reply.body);
    }
    assert_true(site_visit(site, SITE_ANY, "/gzip", 1, &record));
    assert_int_equal(record.host, 1);
    assert_int_equal(record.status, 200);
    assert_true(record.reused);
    assert_true(record.end_us >= record.start_us);
    assert_true(site_header(record.head, "accept-ENCODING", value, sizeof(value)));
    assert_string_equal(value, "gzip");
    assert_false(site_header(record.head, "accept-encodin", value, sizeof(value)));
    site_visit_clear(&record);
    assert_false(site_visit(site, SITE_ANY, "/gzip", 2, &record));
    assert_int_equal(site_most_at_once(site, 1), 1);
    assert_int_equal(site_most_connections(site, 0), 0);
    curl_easy_cleanup(curl);
    site_stop(site);
}

/* Asks for the same URL over `count` connections at once; returns how many answered `status`. */
static size_t get_at_once(const char *url, size_t count, long status)
{
    CURLM *multi = curl_multi_init();
    CURL *handles[1000];
    struct bytes sink;
    bytes_init(&sink, 0);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)count);
    for (size_t i = 0; i < count; i++) {
        handles[i] = curl_easy_init();
        curl_easy_setopt(handles[i], CURLOPT_URL, url);
        curl_easy_setopt(handles[i], CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(handles[i], CURLOPT_WRITEDATA, &sink);
        curl_easy_setopt(handles[i], CURLOPT_NOPROXY, "*");
        curl_multi_add_handle(multi, handles[i]);
    }
    for (int running = 1; running;) {
        curl_multi_perform(multi, &running);
        if (running)
            curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
    size_t matching = 0;
    for (size_t i = 0; i < count; i++) {
        long got = 0;
        curl_easy_getinfo(handles[i], CURLINFO_RESPONSE_CODE, &got);
        matching += got == status;
        curl_multi_remove_handle(multi, handles[i]);
        curl_easy_cleanup(handles[i]);
    }
    curl_multi_cleanup(multi);
    bytes_clear(&sink);
    return matching;
}

static void latency_delays_nobody_else(void **state)
{
    static const struct site_route slow[] = {{.path = "/slow", .body = "x", .latency_ms = 300}};
    static const struct site_host host = {.routes = slow, .routes_count = 1};
    struct site *site = site_start(&host, 1, 0);
    (void)state;
    uint64_t start_ms = clock_monotonic_ms();
    assert_int_equal(get_at_once(site_url(site, 0, "/slow"), 400, 200), 400);
    uint64_t took_ms = clock_monotonic_ms() - start_ms;
    assert_in_range(took_ms, 290, 5000); /* one after the other it is 120 s */
    assert_in_range(site_most_at_once(site, 0), 100, 400);
    assert_in_range(site_most_connections(site, SITE_ANY), 100, 400);
    site_stop(site);
}

static void bans_who_opens_too_many(void **state)
{
    static const struct site_route slow[] = {{.path = "/slow", .body = "x", .latency_ms = 100}};
    static const struct site_host host = {.routes = slow, .routes_count = 1, .connections_max = 10};
    struct site *site = site_start(&host, 1, 0);
    (void)state;
    assert_int_equal(get_at_once(site_url(site, 0, "/slow"), 10, 200), 10);
    assert_false(site_banned(site, 0));
    get_at_once(site_url(site, 0, "/slow"), 20, 200);
    assert_true(site_banned(site, 0));
    assert_int_equal(get_at_once(site_url(site, 0, "/slow"), 1, 403), 1);
    site_stop(site);
}

static void stops_with_requests_under_way(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct site *site = site_start(hosts, COUNT(hosts), 0);
        CURL *curl = curl_easy_init();
        struct reply reply;
        get(curl, site_url(site, 0, "/etag"), NULL, &reply); /* its connection stays open */
        site_stop(site);
        bytes_clear(&reply.body);
        curl_easy_cleanup(curl);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_as_its_table_says),
        cmocka_unit_test(fills_in_addresses_and_refuses),
        cmocka_unit_test(records_what_was_asked),
        cmocka_unit_test(latency_delays_nobody_else),
        cmocka_unit_test(bans_who_opens_too_many),
        cmocka_unit_test(stops_with_requests_under_way),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
