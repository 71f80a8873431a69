/* try.c - crawler try: one page, fetched and read as a crawl would, printed and not stored.
 *
 * Runs two of the crawl's stations in a loop of its own, one job at a time:
 *
 *     ask_robots → fetcher → extractor → on_robots ─▶ ask_page → fetcher → extractor → finish
 *                                            ▲                      │ redirect
 *                                            └──────────────────────┘
 *
 * Every hop of a redirect begins with the robots.txt of its origin, unless that is the one at hand.
 * Thread: main, which is the loop thread while command_try() runs. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "commands/article_out.h"
#include "commands/commands.h"
#include "commands/one_url.h"
#include "commands/site_access.h"
#include "commands/rows.h"
#include "commands/rules_file.h"
#include "commands/try_site.h"
#include "extract/extractor.h"
#include "fetch/fetcher.h"
#include "fetch/guard.h"
#include "job.h"
#include "politeness/robots.h"

enum { USER_AGENT_BYTES = 512 };

struct attempt {
    const struct options *options;
    struct arena arena;
    uv_loop_t loop;
    uv_timer_t end; /* closes everything, outside of the stations' callbacks */
    struct guard guard;
    struct access access; /* how requests on behalf of the site differ */
    struct try_site site; /* of --sites */
    char user_agent[USER_AGENT_BYTES];
    char program[PATH_MAX];
    struct fetcher *fetcher;
    struct extractor *extractor;
    struct site_rule *rules; /* of --rules, their ids are lines; else those of the site */
    size_t rules_count;
    struct url url;     /* to ask next */
    const char **trail; /* the URLs of all hops */
    unsigned hops;      /* of the page */
    unsigned robots_hops;
    const char *origin;  /* whose robots.txt is at hand, or being asked for */
    const char *verdict; /* of that, in words */
    bool denied;
    struct job *page; /* where it ended; NULL: not asked */
    const char *why;  /* nothing came of it */
    bool no_worker;   /* can be started any more */
};

static int build(struct attempt *attempt);
static void ask_robots(struct attempt *attempt, const char *url);
static void ask_page(struct attempt *attempt);
static void on_fetched(struct job *job, void *context);
static void on_extracted(struct job *job, void *context);
static void on_no_worker(void *context);
static void on_robots(struct attempt *attempt, struct job *job);
static void on_page(struct attempt *attempt, struct job *job);
static void finish(struct attempt *attempt);
static void on_uv_end(uv_timer_t *timer);
static int print(struct attempt *attempt);

int command_try(const struct options *options)
{
    struct attempt attempt = {.options = options};
    access_init(&attempt.access);
    arena_init(&attempt.arena, 0);
    int status = one_url_read(&attempt.url, &attempt.arena, options, "try");
    if (status == EXIT_COMPLETED && options->rules)
        status = rules_file_read(&attempt.rules, &attempt.rules_count, &attempt.arena, "try",
                                 options->rules);
    if (status == EXIT_COMPLETED)
        status =
            try_site_read(&attempt.site, &attempt.access, &attempt.arena, options, &attempt.url);
    if (status == EXIT_COMPLETED && !options->rules) {
        attempt.rules = attempt.site.rules;
        attempt.rules_count = attempt.site.rules_count;
    }
    if (status == EXIT_COMPLETED) {
        signal(SIGPIPE, SIG_IGN);
        if (uv_loop_init(&attempt.loop))
            alloc_no_descriptors();
        int err = build(&attempt);
        if (!err)
            ask_page(&attempt);
        uv_run(&attempt.loop, UV_RUN_DEFAULT);
        uv_loop_close(&attempt.loop);
        status = err                 ? (int)error_exit_status(err)
                 : attempt.no_worker ? EXIT_FULL
                                     : print(&attempt);
    }
    job_free(attempt.page);
    guard_clear(&attempt.guard);
    access_clear(&attempt.access);
    arena_clear(&attempt.arena);
    return status;
}

/* ---- building ---- */

static int build_fetcher(struct attempt *attempt)
{
    const struct options *options = attempt->options;
    struct fetcher_config config = {
        .transfers_max = 1,
        .per_host_max = 1,
        .sockets_max = 2,
        .connect_timeout_ms = options->connect_timeout_ms,
        .timeout_ms = options->timeout_ms,
        .low_speed_bytes = options->low_speed,
        .low_speed_ms = options->low_speed_ms,
        .robots_bytes_max = options->robots_max,
        .body_bytes_max = options->wire_max,
        .sitemap_bytes_max = options->wire_sitemap_max,
        .header_bytes_max = options->headers_max,
        .bodies_bytes_max = options->bodies_max,
        .user_agent = attempt->user_agent,
        .guard = &attempt->guard,
        .dns_servers = options->dns_servers,
        .ca_file = options->ca_file,
        .access = &attempt->access,
    };
    return fetcher_create(&attempt->fetcher, &attempt->loop, &config, on_fetched, attempt);
}

static int build_extractor(struct attempt *attempt)
{
    size_t size = sizeof attempt->program;
    struct extractor_config config = {
        .workers = 1,
        .on_failed = on_no_worker,
        .program = attempt->program,
        .agent = attempt->user_agent,
        .page_bytes_max = attempt->options->page_max,
        .feed_bytes_max = attempt->options->feed_max,
        .sitemap_bytes_max = attempt->options->sitemap_max,
        .wait_ms_max = EXTRACTOR_WAIT_MS,
    };
    if (uv_exepath(attempt->program, &size))
        return ERR_FULL;
    return extractor_create(&attempt->extractor, &attempt->loop, &config, on_extracted, attempt);
}

/* After a failure the loop has only what closes it. */
static int build(struct attempt *attempt)
{
    const struct options *options = attempt->options;
    const char *bad = NULL;
    char message[512];
    attempt->trail =
        arena_alloc_zeroed(&attempt->arena, (options->redirects + 1) * sizeof *attempt->trail);
    options_user_agent(options, attempt->user_agent, sizeof attempt->user_agent);
    uv_timer_init(&attempt->loop, &attempt->end);
    attempt->end.data = attempt;
    int err =
        guard_init(&attempt->guard, options->allow_net.values, options->allow_net.count, &bad);
    if (err)
        fprintf(stderr, "crawler try: --allow-net: '%s' is no network like 10.0.0.0/8\n", bad);
    else if ((err = site_access_set_proxy(&attempt->access, options, message, sizeof message)))
        fprintf(stderr, "crawler try: %s\n", message);
    if (!err && (err = build_fetcher(attempt)) == ERR_USAGE)
        fprintf(stderr, "crawler try: --dns-server: '%s' is no list of addresses\n",
                options->dns_servers);
    if (err == ERR_CURL)
        fputs("crawler try: libcurl can't be started\n", stderr);
    if (!err && (err = build_extractor(attempt)))
        on_no_worker(attempt);
    if (err)
        finish(attempt);
    return err;
}

/* ---- one request after another ---- */

static void submit(struct attempt *attempt, enum url_kind kind, const char *url, unsigned hops)
{
    struct url_lease lease = {
        .kind = kind,
        .url = url,
        .site_id = attempt->site.site_id,
        .site_home = attempt->site.url ? attempt->site.url
                                       : arena_format(&attempt->arena, "%s/", attempt->origin),
        .rules = attempt->rules_count
                     ? site_rules_write(attempt->rules, attempt->rules_count, &attempt->arena)
                     : NULL,
        .hops = hops,
        .hint_published_ms = MOMENT_NONE,
    };
    struct job *job = job_create(&lease, NULL);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    fetcher_submit(attempt->fetcher, job);
}

static void drop_job(struct attempt *attempt, struct job *job)
{
    size_t size = job->response.body.size;
    job_free(job);
    if (size)
        fetcher_body_freed(attempt->fetcher, size);
}

/* `url` is NULL for the place where a robots.txt belongs. */
static void ask_robots(struct attempt *attempt, const char *url)
{
    if (!url)
        url = arena_format(&attempt->arena, "%s/robots.txt", attempt->origin);
    submit(attempt, URL_ROBOTS, url, attempt->robots_hops);
}

static void ask_page(struct attempt *attempt)
{
    const char *origin = url_origin(&attempt->url, &attempt->arena);
    const char *url = url_fetchable(&attempt->url, &attempt->arena);
    if (!attempt->origin || strcmp(attempt->origin, origin) != 0) {
        attempt->origin = origin;
        attempt->robots_hops = 0;
        ask_robots(attempt, NULL);
        return;
    }
    if (attempt->denied) {
        attempt->why = attempt->verdict;
        finish(attempt);
        return;
    }
    attempt->trail[attempt->hops] = url;
    submit(attempt, URL_PAGE, url, attempt->hops);
}

/* fetcher: the answer is whole, or there is none. */
static void on_fetched(struct job *job, void *context)
{
    struct attempt *attempt = context;
    if (job->outcome == OUTCOME_OK)
        extractor_submit(attempt->extractor, job);
    else if (job->result.lease.kind == URL_ROBOTS)
        on_robots(attempt, job);
    else
        on_page(attempt, job);
}

/* extractor: the document has been read. */
static void on_extracted(struct job *job, void *context)
{
    struct attempt *attempt = context;
    if (job->outcome == OUTCOME_RELEASED) { /* on_no_worker() tells why */
        drop_job(attempt, job);
        finish(attempt);
    } else if (job->result.lease.kind == URL_ROBOTS) {
        on_robots(attempt, job);
    } else {
        on_page(attempt, job);
    }
}

/* extractor: it has no worker, and gets none. */
static void on_no_worker(void *context)
{
    struct attempt *attempt = context;
    attempt->no_worker = true;
    fputs("crawler try: " EXTRACTOR_NO_WORKER "\n", stderr);
}

/* What a robots.txt allows, by RFC 9309: none is everything, an unreachable one nothing. */
static void judge(struct attempt *attempt, const struct job *job)
{
    int status = job->response.status;
    const char *body = job->result.host.robots_body;
    if (job->outcome == OUTCOME_OK) {
        struct robots *robots = robots_parse(body ? body : "", body ? strlen(body) : 0,
                                             job->agent ? job->agent : attempt->user_agent);
        attempt->denied = !robots_allows(robots, url_path_and_query(&attempt->url));
        robots_free(robots);
        attempt->verdict = attempt->denied ? "robots.txt disallows it" : "allows it";
    } else if (status >= 300 && status < 500 && status != 429) {
        attempt->denied = false;
        attempt->verdict = "there is none, so everything is allowed";
    } else {
        const char *name = outcome_row(job->outcome)->name;
        attempt->denied = true;
        attempt->verdict = arena_format(
            &attempt->arena, "its robots.txt can't be read (%s%s%s), so nothing may be asked",
            name ? name : "?", job->detail ? ": " : "", job->detail ? job->detail : "");
    }
}

static void on_robots(struct attempt *attempt, struct job *job)
{
    struct url target;
    if (job->outcome == OUTCOME_REDIRECT && attempt->robots_hops < attempt->options->redirects &&
        url_parse(&target, &attempt->arena, span_of(job->response.location), &job->url, NULL) ==
            0) {
        attempt->robots_hops++;
        ask_robots(attempt, url_fetchable(&target, &attempt->arena));
    } else {
        judge(attempt, job);
        ask_page(attempt);
    }
    drop_job(attempt, job);
}

static void on_page(struct attempt *attempt, struct job *job)
{
    if (job->outcome == OUTCOME_REDIRECT && attempt->hops < attempt->options->redirects &&
        url_parse(&attempt->url, &attempt->arena, span_of(job->response.location), &job->url,
                  NULL) == 0) {
        attempt->hops++;
        drop_job(attempt, job);
        ask_page(attempt);
        return;
    }
    if (job->outcome == OUTCOME_REDIRECT)
        job_fail(job, OUTCOME_TOO_MANY_HOPS, NULL);
    job_record_fetch(job);
    attempt->page = job;
    finish(attempt);
}

static void finish(struct attempt *attempt)
{
    uv_timer_start(&attempt->end, on_uv_end, 0, 0);
}

/* libuv: the stations are empty and may be closed. The loop ends with their last handle. */
static void on_uv_end(uv_timer_t *timer)
{
    struct attempt *attempt = timer->data;
    if (attempt->fetcher)
        fetcher_close(attempt->fetcher);
    extractor_close(attempt->extractor);
    uv_close((uv_handle_t *)timer, NULL);
}

/* ---- what came out ---- */

static void print_fact(struct attempt *attempt, const char *name, const char *text)
{
    if (text && *text)
        printf("  %-11s %s\n", name, utf8_printable(&attempt->arena, text));
}

static void print_answer(struct attempt *attempt)
{
    const struct fetch_record *fetch = &attempt->page->result.fetch;
    struct arena *arena = &attempt->arena;
    for (unsigned i = 1; i <= attempt->hops && attempt->trail[i]; i++)
        print_fact(attempt, "led to", attempt->trail[i]);
    if (attempt->site.url)
        print_fact(attempt, "site",
                   arena_format(arena, "%s (%s)", attempt->site.url, attempt->site.told));
    print_fact(attempt, "robots.txt", attempt->verdict);
    if (fetch->status)
        print_fact(attempt, "answer",
                   arena_format(arena, "%d by HTTP/%s from %s, %lld bytes in %lld ms",
                                fetch->status, fetch->http ? fetch->http : "?",
                                fetch->ip ? fetch->ip : "?", (long long)fetch->bytes_wire,
                                (long long)fetch->total_ms));
    if (fetch->mime)
        print_fact(
            attempt, "type",
            arena_format(arena, "%s, %s", fetch->mime, fetch->charset ? fetch->charset : "?"));
    print_fact(attempt, "trouble", fetch->error);
}

/* '+' where the rule found something on the page, '-' where it did not, ' ' where it was not tried.
 */
static char told_of(const struct attempt *attempt, const struct site_rule *rule)
{
    const char *at = attempt->page->result.rules_told;
    while (at && *at) {
        char *end;
        char sign = *at;
        if (strtoll(at + 1, &end, 10) == rule->id)
            return sign;
        at = *end == ' ' ? end + 1 : NULL;
    }
    return ' ';
}

static const char *rule_text(struct attempt *attempt, const struct site_rule *rule)
{
    struct bytes line;
    bytes_init(&line, 0);
    site_rule_format(&line, rule);
    const char *text = arena_copy(&attempt->arena, line.data, line.size);
    bytes_clear(&line);
    return text;
}

static void print_rules(struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->rules_count; i++) {
        const struct site_rule *rule = &attempt->rules[i];
        char told = told_of(attempt, rule);
        print_fact(attempt, "rule",
                   arena_format(&attempt->arena, "%s: %s",
                                told == '+'   ? "found"
                                : told == '-' ? "found nothing"
                                              : "not tried",
                                rule_text(attempt, rule)));
    }
}

static json_t *rules_json(struct attempt *attempt)
{
    json_t *rules = json_array();
    for (size_t i = 0; i < attempt->rules_count; i++) {
        const struct site_rule *rule = &attempt->rules[i];
        char told = told_of(attempt, rule);
        json_array_append_new(rules,
                              json_pack("{s:I, s:s, s:o}", "line", (json_int_t)rule->id, "rule",
                                        rule_text(attempt, rule), "found",
                                        told == ' ' ? json_null() : json_boolean(told == '+')));
    }
    return rules;
}

static json_t *text_json(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *answer_json(struct attempt *attempt)
{
    json_t *out = json_object(), *trail = json_array();
    for (unsigned i = 0; i <= attempt->hops && attempt->trail[i]; i++)
        json_array_append_new(trail, json_string(attempt->trail[i]));
    json_object_set_new(out, "url", json_string(attempt->options->arguments[0]));
    json_object_set_new(out, "trail", trail);
    json_object_set_new(out, "site", text_json(attempt->site.url));
    json_object_set_new(out, "robots", text_json(attempt->verdict));
    if (!attempt->page) {
        json_object_set_new(out, "error", text_json(attempt->why));
        return out;
    }
    const struct result_record *result = &attempt->page->result;
    const struct fetch_record *fetch = &result->fetch;
    json_object_set_new(out, "status", fetch->status ? json_integer(fetch->status) : json_null());
    json_object_set_new(out, "error", text_json(fetch->error));
    json_object_set_new(out, "http", text_json(fetch->http));
    json_object_set_new(out, "ip", text_json(fetch->ip));
    json_object_set_new(out, "ms", json_integer(fetch->total_ms));
    json_object_set_new(out, "bytes_wire", json_integer(fetch->bytes_wire));
    json_object_set_new(out, "mime", text_json(fetch->mime));
    json_object_set_new(out, "charset", text_json(fetch->charset));
    json_object_set_new(out, "links", json_integer((json_int_t)result->links_count));
    if (attempt->rules_count)
        json_object_set_new(out, "rules", rules_json(attempt));
    json_t *article = json_null();
    if (result->article) {
        article = article_out_json(result->lease.url, result->article, &attempt->arena);
        article_out_add_provenance(article, result->article);
        json_object_del(article, "file");
        json_object_del(article, "error");
    }
    json_object_set_new(out, "article", article);
    return out;
}

/* 0 when a page was fetched and read, be it an article or not. */
static int print(struct attempt *attempt)
{
    struct job *page = attempt->page;
    bool read = page && (page->outcome == OUTCOME_OK || page->outcome == OUTCOME_NOT_ARTICLE);
    if (attempt->options->json) {
        rows_dump(answer_json(attempt));
    } else if (!page) {
        fprintf(stderr, "crawler try: not fetched: %s\n",
                utf8_printable(&attempt->arena, attempt->why ? attempt->why : "no answer"));
    } else {
        puts(utf8_printable(&attempt->arena, attempt->trail[0]));
        print_answer(attempt);
        print_rules(attempt);
        if (page->result.article) {
            putchar('\n');
            article_out_print(page->result.article, &attempt->arena);
        }
    }
    return read ? EXIT_COMPLETED : EXIT_NEEDS_A_PERSON;
}
