/* test_sharing.c - several runs at a time on the hosts of one database, which only a server can
 * have. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/storebox.h"

#define LEASED_ADDRESSES                                                                           \
    "SELECT string_agg(address, ' ' ORDER BY address) FROM addresses WHERE leased_by IS NOT NULL"

static struct storebox first, second;

/* Two runs, the second of which began an hour later. */
static void start(void)
{
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "site", "https://example.org/");
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
}

static void end(void)
{
    storebox_leave(&second);
    storebox_close(&first);
}

/* What the second one queues for itself, the first one asks when the host comes to it. */
static void test_the_later_run_hands_over(void **state)
{
    int64_t now_ms = T0 + HOUR;
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, now_ms, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&second, "/"), now_ms);
    struct found_record target = storebox_found("https://example.org/start");
    target.via = "redirect";
    target.kind = URL_SOURCE;
    target.source = result.lease.source;
    target.hops = 1;
    result.fetch.status = 301;
    result.fetch.redirect_url = target.url;
    result.found = &target;
    result.found_count = 1;
    storebox_commit(&second, &result);
    assert_int_equal(storebox_lease(&second, now_ms, 0), 0);
    assert_int_equal(storebox_lease(&first, now_ms, 10), 1);
    storebox_answer(&first, "/start", now_ms);
    end();
}

/* A source that came due between the two is asked, whoever holds its host when the second begins.
 */
static void test_due_since_the_later_began(void **state)
{
    (void)state;
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "site", "https://example.org/");
    storebox_begin(&first, T0);
    assert_int_equal(storebox_lease(&first, T0, 10), 1);
    storebox_answer(&first, "/", T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + 40 * DAY);
    assert_int_equal(storebox_lease(&first, T0 + 40 * DAY, 0), 0); /* gives it back */
    assert_int_equal(storebox_lease(&second, T0 + 40 * DAY, 10), 1);
    storebox_answer(&second, "/", T0 + 40 * DAY);
    end();
}

enum { PAGES = 24, PAGE_AUTHORS = 30, AUTHORS = PAGES / 2 * PAGE_AUTHORS };

static char author_names[AUTHORS][32];

/* A batch whose articles have the same authors as the other run's, from the last to the first. */
struct crowd {
    struct storebox *box;
    bool backwards;
    size_t count; /* of articles */
    int err;
};

static void *store_crowd(void *context)
{
    struct crowd *crowd = context;
    static _Thread_local const char *authors[PAGES][PAGE_AUTHORS];
    static _Thread_local struct article_record articles[PAGES];
    static _Thread_local struct result_record results[PAGES];
    const struct result_record *pointers[PAGES];
    struct commit_outcome outcomes[PAGES];
    size_t author = 0;
    for (size_t i = 0; i < crowd->box->answer.hosts_count; i++, crowd->count++) {
        results[i] = storebox_result(&crowd->box->answer.hosts[i].urls[0], T0 + HOUR);
        articles[i] = storebox_article(NULL, NULL);
        articles[i].authors = authors[i];
        articles[i].authors_count = PAGE_AUTHORS;
        results[i].article = &articles[i];
        pointers[i] = &results[i];
        for (size_t k = 0; k < PAGE_AUTHORS; k++, author = (author + 1) % AUTHORS)
            authors[i][k] = author_names[crowd->backwards ? AUTHORS - 1 - author : author];
    }
    crowd->err = store_commit(crowd->box->store, pointers, crowd->count, outcomes);
    return NULL;
}

/* Each waits for names that the other has added would be the end of one of them, again and again.
 */
static void test_the_same_new_authors_at_once(void **state)
{
    char url[64];
    pthread_t thread;
    struct crowd one = {.box = &first}, other = {.box = &second, .backwards = true};
    (void)state;
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    for (int i = 0; i < AUTHORS; i++)
        snprintf(author_names[i], sizeof(author_names[i]), "Author %d", i);
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof(url), "https://p%d.example/story", i);
        storebox_add(&first, "page", url);
    }
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
    assert_true(storebox_lease(&first, T0 + HOUR, PAGES / 2) > 2);
    assert_true(storebox_lease(&second, T0 + HOUR, PAGES / 2) > 2);
    assert_int_equal(pthread_create(&thread, NULL, store_crowd, &one), 0);
    store_crowd(&other);
    pthread_join(thread, NULL);
    assert_int_equal(one.err, 0);
    assert_int_equal(other.err, 0);
    end();
}

/* A run that was cut off for longer than its lease writes nothing of what it had, and leases anew.
 */
static void test_leases_that_ran_out(void **state)
{
    int64_t now_ms = T0 + HOUR;
    struct commit_outcome outcome;
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, now_ms, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&second, "/"), now_ms);
    struct url_lease lease = result.lease;
    lease.url = "https://example.org/";
    result.lease = lease;
    result.host = (struct host_record){.host_id = lease.host_id, .ready_ms = now_ms + DAY};
    const struct result_record *results[] = {&result};
    storebox_do(&first, "UPDATE workers SET until_ms = 0 WHERE worker_id = "
                        "(SELECT leased_by FROM hosts WHERE leased_by IS NOT NULL)");
    assert_int_equal(store_renew(first.store), 0);
    assert_int_equal(store_commit(second.store, results, 1, &outcome), STORE_LOST);
    assert_int_equal(store_renew(second.store), STORE_LOST);
    storebox_expect(&first, "SELECT count(*) FROM fetches", "0");
    assert_int_equal(storebox_lease(&first, now_ms, 10), 1);
    assert_int_equal(store_rejoin(second.store), 0);
    assert_int_equal(store_commit(second.store, results, 1, &outcome), 0);
    assert_true(outcome.lost);
    storebox_expect(&first, "SELECT count(*) FROM fetches", "0");
    storebox_expect(&first, "SELECT count(*) FROM hosts WHERE ready_ms > 0", "0");
    assert_int_equal(store_renew(second.store), 0);
    storebox_answer(&first, "/", now_ms);
    storebox_expect(&first, "SELECT count(*) FROM fetches", "1");
    end();
}

/* A server that comes up without the latest commits (synchronous_commit is off) has them again. */
static void test_commits_that_the_server_lost(void **state)
{
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, T0 + HOUR, 10), 1);
    storebox_do(&first, "UPDATE workers SET batch = batch - 1 WHERE batch > 0");
    assert_int_equal(store_renew(second.store), STORE_LOST);
    assert_int_equal(store_rejoin(second.store), 0);
    assert_int_equal(storebox_lease(&second, T0 + HOUR, 10), 1);
    storebox_answer(&second, "/", T0 + HOUR);
    end();
}

/* Ends the sessions of all runs on this database, and of no other's on the server. */
static void cut_off(struct storebox *box)
{
    storebox_do(box, "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                     "WHERE locktype = 'advisory' AND classid::bigint << 32 | objid::bigint = "
                     "hashtextextended(current_schema() || '.crawler.run', 0)");
}

/* It has given a host's number to another host meanwhile: none of that one's URLs is told as the
 * first one's. */
static void test_a_number_that_comes_twice(void **state)
{
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, T0 + HOUR, 10), 1);
    struct host_want want = {.host_id = storebox_leased(&second, "/")->host_id, .urls_max = 10};
    struct lease_request request = {
        .now_ms = T0 + HOUR, .urls_max = 10, .urls_per_host = 4, .wants = &want, .wants_count = 1};
    storebox_do(&first, "UPDATE workers SET batch = batch - 1 WHERE batch > 0;"
                        "UPDATE hosts SET origin = 'https://other.example', leased_by = NULL;"
                        "UPDATE queue SET path = '/elsewhere', hash = hash + 1");
    cut_off(&first);
    int err = STORE_BUSY;
    for (int i = 0; err == STORE_BUSY && i < 100; i++)
        err = store_lease(second.store, &request, &second.answer);
    assert_int_equal(err, STORE_LOST);
    assert_int_equal(store_rejoin(second.store), 0);
    end();
}

/* A page out of an archive, of a site that the import itself has made. */
static struct result_record adopted(const char *url)
{
    bool wanted = false;
    struct url_lease lease = {
        .kind = URL_PAGE, .url = url, .domain = "one.example", .hint_published_ms = MOMENT_NONE};
    assert_int_equal(store_adopt(second.store, url, T0 + HOUR, &lease, &wanted), 0);
    assert_true(wanted);
    return storebox_result(&lease, T0 + HOUR);
}

/* Whose numbers were others' when the server came up without that. */
static void test_sites_of_an_import_that_the_server_lost(void **state)
{
    struct commit_outcome outcome;
    (void)state;
    start();
    struct result_record result = adopted("https://www.one.example/a");
    storebox_commit(&second, &result);
    storebox_expect(&first, "SELECT domain FROM urls JOIN sites USING (site_id)", "one.example");
    storebox_do(&first, "UPDATE workers SET batch = batch - 1 WHERE batch > 0;"
                        "UPDATE sites SET home_url = 'https://two.example/', domain = "
                        "'two.example' WHERE domain = 'one.example';"
                        "UPDATE hosts SET origin = 'https://two.example' "
                        "WHERE origin = 'https://www.one.example'");
    result = adopted("https://www.one.example/b");
    const struct result_record *results[] = {&result};
    assert_int_equal(store_commit(second.store, results, 1, &outcome), STORE_LOST);
    assert_int_equal(store_rejoin(second.store), 0);
    assert_int_equal(store_commit(second.store, results, 1, &outcome), 0);
    assert_false(outcome.lost);
    storebox_expect(&first,
                    "SELECT domain || ' ' || origin FROM urls JOIN sites USING (site_id) "
                    "JOIN hosts USING (host_id) WHERE url LIKE '%/b'",
                    "one.example https://www.one.example");
    end();
}

/* A run's commit, on a thread of its own. */
struct commit_thread {
    struct storebox *box;
    const struct result_record *result;
    pthread_t thread;
    int err;
};

static void *commit_one(void *context)
{
    struct commit_thread *commit = context;
    struct commit_outcome outcome;
    commit->err = store_commit(commit->box->store, &commit->result, 1, &outcome);
    return NULL;
}

/* From now on who writes down when a host may be asked again takes a while over it. */
static void write_hosts_slowly(void)
{
    storebox_do(&first, "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                        "$$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;"
                        "CREATE TRIGGER dawdle AFTER UPDATE ON hosts FOR EACH ROW "
                        "WHEN (old.ready_ms <> new.ready_ms) EXECUTE FUNCTION dawdle()");
}

static void await_dawdlers(const char *count)
{
    for (int i = 0; i < 1000; i++) {
        if (strcmp(storebox_ask(&first, "SELECT count(*) FROM pg_stat_activity "
                                        "WHERE wait_event = 'PgSleep'"),
                   count) == 0)
            return;
        usleep(5000);
    }
}

/* Who is in the middle of a commit as its lease runs out is not ended: both would wait for each
 * other. */
static void test_a_lease_that_runs_out_during_a_commit(void **state)
{
    int64_t now_ms = T0 + HOUR;
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, now_ms, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&second, "/"), now_ms);
    result.host.ready_ms = now_ms + MINUTE;
    struct commit_thread commit = {.box = &second, .result = &result};
    storebox_do(&first, "UPDATE workers SET until_ms = 0 WHERE worker_id = "
                        "(SELECT leased_by FROM hosts WHERE leased_by IS NOT NULL)");
    write_hosts_slowly();
    assert_int_equal(pthread_create(&commit.thread, NULL, commit_one, &commit), 0);
    await_dawdlers("1");
    assert_int_equal(store_renew(first.store), 0);
    pthread_join(commit.thread, NULL);
    assert_int_equal(commit.err, 0);
    assert_int_equal(store_renew(second.store), 0);
    end();
}

/* Two runs that each have leased a page of their own, and what came of it. */
static void start_on_pages(struct result_record results[2], struct commit_thread commits[2])
{
    struct storebox *boxes[2] = {&first, &second};
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "page", "https://a.example/page");
    storebox_add(&first, "page", "https://b.example/page");
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(storebox_lease(boxes[i], T0 + HOUR, 1), 1);
        results[i] = storebox_result(&boxes[i]->answer.hosts[0].urls[0], T0 + HOUR);
        commits[i] = (struct commit_thread){.box = boxes[i], .result = &results[i]};
    }
}

static void commit_both(struct commit_thread commits[2])
{
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&commits[i].thread, NULL, commit_one, &commits[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(commits[i].thread, NULL);
    assert_int_equal(commits[0].err, 0);
    assert_int_equal(commits[1].err, 0);
}

/* Two hosts of two runs that tell of each other. */
static void test_batches_that_tell_of_each_others_hosts(void **state)
{
    struct result_record results[2];
    struct found_record found[2];
    struct commit_thread commits[2];
    (void)state;
    start_on_pages(results, commits);
    for (int i = 0; i < 2; i++) {
        bool tells_of_a = strncmp(results[i].lease.url, "https://b", 9) == 0;
        found[i] = storebox_found(tells_of_a ? "https://a.example/new" : "https://b.example/new");
        results[i].host.ready_ms = T0 + HOUR + MINUTE;
        results[i].found = &found[i];
        results[i].found_count = 1;
    }
    storebox_do(&first, "UPDATE hosts SET site_id = -1"); /* as when they have done so before */
    write_hosts_slowly();
    commit_both(commits);
    storebox_expect(&first, "SELECT count(*) FROM queue WHERE path = '/new'", "2");
    end();
}

/* From now on each row that is written so takes a while, once it is locked. */
static void write_slowly(const char *event, const char *table)
{
    char sql[512];
    snprintf(sql, sizeof(sql),
             "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
             "$$ BEGIN PERFORM pg_sleep(0.5); RETURN new; END $$;"
             "CREATE TRIGGER dawdle %s ON %s FOR EACH ROW EXECUTE FUNCTION dawdle()",
             event, table);
    storebox_do(&first, sql);
}

/* The one comes to what the other comes to last. */
static void test_the_same_new_hosts_at_once(void **state)
{
    struct result_record results[2];
    struct commit_thread commits[2];
    struct found_record found[2][2];
    (void)state;
    start_on_pages(results, commits);
    for (int i = 0; i < 2; i++) {
        found[i][i] = storebox_found("https://c.example/new");
        found[i][!i] = storebox_found("https://d.example/new");
        results[i].found = found[i];
        results[i].found_count = 2;
    }
    write_slowly("AFTER INSERT", "hosts");
    commit_both(commits);
    storebox_expect(&first, "SELECT count(*) FROM hosts", "4");
    storebox_expect(&first, "SELECT count(*) FROM queue WHERE path = '/new'", "2");
    end();
}

/* The server comes up without what a batch that is still to be written had made before. */
static void test_new_hosts_that_the_server_lost(void **state)
{
    struct result_record results[2];
    struct commit_thread commits[2];
    (void)state;
    start_on_pages(results, commits);
    struct found_record found = storebox_found("https://c.example/new");
    results[0].found = &found;
    results[0].found_count = 1;
    storebox_do(&first, "ALTER TABLE queue ADD CONSTRAINT none CHECK (path <> '/new')");
    commit_one(&commits[0]);
    assert_int_equal(commits[0].err, STORE_UNFIT);
    storebox_do(&first, "ALTER TABLE queue DROP CONSTRAINT none;"
                        "DELETE FROM hosts WHERE origin = 'https://c.example'");
    commit_one(&commits[0]);
    assert_int_equal(commits[0].err, 0);
    storebox_expect(&first,
                    "SELECT origin FROM queue JOIN hosts USING (host_id) WHERE path = '/new'",
                    "https://c.example");
    end();
}

/* Known hosts, of which it is noted that they have URLs of several sites. */
static void test_sites_of_the_same_hosts_at_once(void **state)
{
    struct result_record results[2];
    struct commit_thread commits[2];
    struct found_record found[2][2];
    (void)state;
    start_on_pages(results, commits);
    storebox_do(&first, "INSERT INTO hosts(origin, site_id) VALUES ('https://c.example', 99), "
                        "('https://d.example', 99)");
    for (int i = 0; i < 2; i++) {
        found[i][0] = storebox_found(i ? "https://c.example/new" : "https://d.example/new");
        found[i][1] = storebox_found(i ? "https://d.example/amp" : "https://c.example/amp");
        found[i][1].plain = i ? "d.example/story" : "c.example/story"; /* comes behind the others */
        results[i].found = found[i];
        results[i].found_count = 2;
    }
    write_slowly("BEFORE UPDATE OF site_id", "hosts");
    commit_both(commits);
    storebox_expect(&first, "SELECT count(*) FROM hosts WHERE site_id = -1", "2");
    end();
}

/* Who takes the database for itself while a run is cut off ends that run's leases. */
static void test_cut_off_during_a_take_down(void **state)
{
    struct storebox *box = &first;
    struct storebox other;
    (void)state;
    if (!storebox_is_server())
        skip();
    storebox_open(box);
    storebox_add(box, "site", "https://example.org/");
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    cut_off(box);
    storebox_join(&other, box);
    assert_int_equal(store_pack_begin(other.store, T0), 0);
    int err = store_renew(box->store);
    for (int i = 0; i < 3; i++, err = store_renew(box->store))
        assert_int_equal(err, STORE_BUSY); /* the other one has the database */
    storebox_leave(&other);
    for (int i = 0; err == STORE_BUSY && i < 100; i++)
        err = store_renew(box->store);
    assert_int_equal(err, STORE_LOST);
    assert_int_equal(store_rejoin(box->store), 0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    storebox_close(box);
}

/* Whether the run may ask its one host at an address, as told by a call that leases nothing. What
 * it has leased is kept, but for the texts. */
static bool place(struct storebox *box, struct host_lease *host, const char *address)
{
    struct lease_answer told;
    struct host_place where = {.host_id = host->host_id};
    struct lease_request request = {.now_ms = T0 + HOUR, .places = &where, .places_count = 1};
    snprintf(where.address, sizeof(where.address), "%s", address);
    assert_int_equal(store_lease(box->store, &request, &told), 0);
    box->answer = (struct lease_answer){.hosts = host, .hosts_count = 1};
    assert_true(told.placed_count == 0 || told.placed[0] == where.host_id);
    return told.placed_count == 1;
}

/* Hosts that turn out to be on one address after two runs have leased them: one of the two asks. */
static void test_one_run_asks_an_address(void **state)
{
    (void)state;
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "page", "https://p1.example/story");
    storebox_add(&first, "page", "https://p2.example/story");
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
    assert_int_equal(storebox_lease(&first, T0 + HOUR, 1), 1);
    assert_int_equal(storebox_lease(&second, T0 + HOUR, 1), 1);
    assert_null(first.answer.hosts[0].address);
    struct host_lease one = first.answer.hosts[0], other = second.answer.hosts[0];
    struct result_record result = storebox_result(&one.urls[0], T0 + HOUR);
    result.completion = COMPLETE_RELEASED;
    storebox_commit(&first, &result);
    assert_true(place(&second, &other, "192.0.2.1"));
    assert_false(place(&first, &one, "192.0.2.1"));
    assert_int_equal(storebox_lease(&first, T0 + HOUR, 0), 0); /* gives it back */
    storebox_expect(&first, "SELECT string_agg(address, ' ') FROM hosts", "192.0.2.1 192.0.2.1");
    /* who asks there gets it, and knows that it may */
    struct lease_request request = {.now_ms = T0 + HOUR, .urls_max = 1, .urls_per_host = 1};
    assert_int_equal(store_lease(second.store, &request, &second.answer), 0);
    assert_int_equal(second.answer.hosts_count, 1);
    assert_int_equal(second.answer.hosts[0].host_id, one.host_id);
    assert_string_equal(second.answer.hosts[0].address, "192.0.2.1");
    /* both move: the address that they leave is free */
    assert_true(place(&second, &one, "192.0.2.2"));
    storebox_expect(&first, LEASED_ADDRESSES, "192.0.2.1 192.0.2.2");
    assert_true(place(&second, &other, "192.0.2.2"));
    storebox_expect(&first, LEASED_ADDRESSES, "192.0.2.2");
    end();
}

/* A call that leases nothing, on a thread of its own. */
struct lease_thread {
    struct storebox *box;
    struct lease_request request;
    pthread_t thread;
    int err;
};

static void *lease_nothing(void *context)
{
    struct lease_thread *lease = context;
    struct lease_answer told;
    lease->request.now_ms = T0 + HOUR;
    lease->err = store_lease(lease->box->store, &lease->request, &told);
    return NULL;
}

/* Two runs that hold two hosts each, by their numbers. */
static void start_on_hosts(int64_t ids[2][2])
{
    struct storebox *boxes[2] = {&first, &second};
    char url[64];
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    for (int i = 0; i < 4; i++) {
        snprintf(url, sizeof(url), "https://p%d.example/story", i);
        storebox_add(&first, "page", url);
    }
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(storebox_lease(boxes[i], T0 + HOUR, 2), 2);
        for (int k = 0; k < 2; k++)
            ids[i][k] = boxes[i]->answer.hosts[k].host_id;
    }
}

/* Each goes where the other comes from. */
static void test_addresses_that_two_runs_change(void **state)
{
    static const char *const to[2][2] = {{"192.0.2.2", "192.0.2.3"}, {"192.0.2.1", "192.0.2.4"}};
    struct host_place places[2][2];
    struct lease_thread leases[2] = {{.box = &first}, {.box = &second}};
    int64_t ids[2][2];
    (void)state;
    start_on_hosts(ids);
    for (int i = 0; i < 2; i++) {
        struct storebox *box = leases[i].box;
        struct host_lease host = {.host_id = ids[i][0]};
        assert_true(place(box, &host, i ? "192.0.2.2" : "192.0.2.1"));
        for (int k = 0; k < 2; k++) {
            places[i][k] = (struct host_place){.host_id = ids[i][k]};
            snprintf(places[i][k].address, sizeof(places[i][k].address), "%s", to[i][k]);
        }
        leases[i].request = (struct lease_request){.places = places[i], .places_count = 2};
        box->answer.hosts_count = 0;
    }
    write_slowly("BEFORE INSERT", "addresses");
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&leases[i].thread, NULL, lease_nothing, &leases[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(leases[i].thread, NULL);
    assert_int_equal(leases[0].err, 0);
    assert_int_equal(leases[1].err, 0);
    end();
}

/* The second one gives its hosts back, the last first. */
static void begin_release(struct lease_thread *lease, const int64_t *ids)
{
    static int64_t released[2];
    released[0] = ids[0] > ids[1] ? ids[0] : ids[1];
    released[1] = ids[0] > ids[1] ? ids[1] : ids[0];
    *lease = (struct lease_thread){.box = &second,
                                   .request = {.released = released, .released_count = 2}};
    write_slowly("BEFORE UPDATE OF leased_by", "hosts");
    assert_int_equal(pthread_create(&lease->thread, NULL, lease_nothing, lease), 0);
    await_dawdlers("1");
}

/* Of both of which the first one has just found URLs. */
static void test_hosts_told_of_while_they_are_given_back(void **state)
{
    struct lease_thread lease;
    struct commit_outcome outcome;
    struct found_record found[2];
    int64_t ids[2][2];
    char urls[2][64];
    (void)state;
    start_on_hosts(ids);
    struct result_record result = storebox_result(&first.answer.hosts[0].urls[0], T0 + HOUR);
    for (int i = 0; i < 2; i++) {
        snprintf(urls[i], sizeof(urls[i]), "%.40s", second.answer.hosts[i].origin);
        strcat(urls[i], "/new");
        found[i] = storebox_found(urls[i]);
    }
    result.found = found;
    result.found_count = 2;
    const struct result_record *results[] = {&result};
    /* in the table, and by its indexes, the first one now comes last */
    storebox_do(&first,
                "UPDATE hosts SET site_id = 99 WHERE host_id = (SELECT min(host_id) FROM hosts "
                "WHERE origin IN (SELECT origin FROM hosts WHERE leased_by = "
                "(SELECT max(worker_id) FROM workers)))");
    begin_release(&lease, ids[1]);
    assert_int_equal(store_commit(first.store, results, 1, &outcome), 0);
    pthread_join(lease.thread, NULL);
    assert_int_equal(lease.err, 0);
    end();
}

/* Who gives hosts back as its lease runs out is not ended meanwhile. */
static void test_a_lease_that_runs_out_while_hosts_are_given_back(void **state)
{
    struct lease_thread lease;
    int64_t ids[2][2];
    char sql[160];
    (void)state;
    start_on_hosts(ids);
    snprintf(sql, sizeof(sql),
             "UPDATE workers SET until_ms = 0 WHERE worker_id = "
             "(SELECT leased_by FROM hosts WHERE host_id = %jd)",
             (intmax_t)ids[1][0]);
    storebox_do(&first, sql);
    begin_release(&lease, ids[1]);
    assert_int_equal(store_renew(first.store), 0);
    pthread_join(lease.thread, NULL);
    assert_int_equal(lease.err, 0);
    end();
}

/* Of a host whose lease ran out it is not said that the run may ask it. */
static void test_a_place_for_a_lost_host(void **state)
{
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, T0 + HOUR, 10), 1);
    struct host_lease host = second.answer.hosts[0];
    storebox_do(&first, "UPDATE workers SET until_ms = 0 WHERE worker_id = "
                        "(SELECT leased_by FROM hosts WHERE leased_by IS NOT NULL)");
    assert_int_equal(store_renew(first.store), 0);
    assert_int_equal(store_renew(second.store), STORE_LOST);
    assert_int_equal(store_rejoin(second.store), 0);
    assert_false(place(&second, &host, "192.0.2.1"));
    second.answer.hosts_count = 0;
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_new_authors_at_once),
        cmocka_unit_test(test_the_later_run_hands_over),
        cmocka_unit_test(test_due_since_the_later_began),
        cmocka_unit_test(test_leases_that_ran_out),
        cmocka_unit_test(test_one_run_asks_an_address),
        cmocka_unit_test(test_a_place_for_a_lost_host),
        cmocka_unit_test(test_commits_that_the_server_lost),
        cmocka_unit_test(test_a_number_that_comes_twice),
        cmocka_unit_test(test_sites_of_an_import_that_the_server_lost),
        cmocka_unit_test(test_a_lease_that_runs_out_during_a_commit),
        cmocka_unit_test(test_batches_that_tell_of_each_others_hosts),
        cmocka_unit_test(test_the_same_new_hosts_at_once),
        cmocka_unit_test(test_new_hosts_that_the_server_lost),
        cmocka_unit_test(test_sites_of_the_same_hosts_at_once),
        cmocka_unit_test(test_addresses_that_two_runs_change),
        cmocka_unit_test(test_hosts_told_of_while_they_are_given_back),
        cmocka_unit_test(test_a_lease_that_runs_out_while_hosts_are_given_back),
        cmocka_unit_test(test_cut_off_during_a_take_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
