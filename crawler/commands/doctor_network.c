/* doctor_network.c - what a crawl needs to reach others: authorities to believe, name servers to
 * ask, addresses that may be, libraries. Only --resolve asks one of them something. */
#include "commands/doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/url.h"
#include "extract/document.h"
#include "fetch/guard.h"
#include "fetch/resolver.h"
#include "fetch/trust.h"
#include "job.h"
#include "report.h"
#include "storage/store.h"

enum { SERVERS_BYTES = 256, LIBRARIES_BYTES = 256, MESSAGE_BYTES = 1024 };

void doctor_certificates(struct doctor *doctor)
{
    static const char advice[] = "install the package ca-certificates, or give --ca-file FILE";
    const char *ca_file = doctor->options->ca_file;
    struct trust trust;
    if (trust_read(ca_file, doctor->now_wall_ms, &trust))
        doctor_say(doctor, DOCTOR_ERROR, advice, "%s%s cannot be read (%s): no https",
                   ca_file ? "--ca-file " : "", trust.path ? trust.path : "the system's bundle",
                   strerror(errno));
    else if (!trust.certificates)
        doctor_say(doctor, DOCTOR_ERROR, advice, "%s holds no certificate (PEM): no https",
                   trust.path);
    else if (!trust.valid)
        doctor_say(doctor, DOCTOR_ERROR, "is the clock right? Else update ca-certificates",
                   "none of the %u certificates of %s is valid today: no https", trust.certificates,
                   trust.path);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%u authorities in %s", trust.valid, trust.path);
}

/* ---- names ---- */

struct question {
    struct doctor *doctor;
    struct resolver *resolver;
};

/* resolver: the name's addresses, or why there are none. */
static void on_resolved(const struct resolved *result, void *context)
{
    struct question *question = context;
    const char *name = question->doctor->options->resolve;
    if (result->count)
        doctor_say(question->doctor, DOCTOR_OK, NULL, "%s has %zu address%s", name, result->count,
                   result->count == 1 ? "" : "es");
    else
        doctor_say(question->doctor, DOCTOR_ERROR,
                   "can this machine reach its name servers? --dns-server names others", "%s: %s",
                   name, result->why);
}

/* uv_run() returns when nothing is under way. */
static void ask(struct doctor *doctor)
{
    struct question question = {.doctor = doctor};
    uv_loop_t loop;
    if (uv_loop_init(&loop))
        return;
    if (resolver_create(&question.resolver, &loop, doctor->options->dns_servers) == 0) {
        resolver_ask(question.resolver, doctor->options->resolve, on_resolved, &question);
        uv_run(&loop, UV_RUN_DEFAULT);
        resolver_close(question.resolver);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
}

void doctor_resolver(struct doctor *doctor)
{
    static const char file[] = "/etc/resolv.conf";
    const char *given = doctor->options->dns_servers;
    char servers[SERVERS_BYTES];
    int err = resolver_servers(given, servers, sizeof servers);
    if (err == ERR_USAGE) {
        doctor_say(doctor, DOCTOR_ERROR, "write it like 10.0.0.53,[fd00::53]:5353",
                   "--dns-server %s is no list of addresses", given);
        return;
    }
    if (err || !*servers) {
        doctor_say(doctor, DOCTOR_ERROR, "name one in /etc/resolv.conf, or by --dns-server",
                   "there is no name server to ask");
        return;
    }
    if (!given && access(file, R_OK))
        doctor_say(doctor, DOCTOR_WARNING, "write a line `nameserver ADDRESS` into it",
                   "%s cannot be read (%s): %s is asked", file, strerror(errno), servers);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "names are asked of %s%s", servers,
                   doctor->options->resolve ? "" : " (not tried; --resolve NAME does)");
    if (doctor->options->resolve)
        ask(doctor);
}

/* ---- addresses of sites ---- */

struct privates {
    struct doctor *doctor;
    struct guard guard;
    unsigned count;
    const char *example;
};

/* Whether a run would refuse it: as its address says, or as the last run did. */
static bool is_refused(struct privates *privates, const char *home_url, const char *error)
{
    struct arena *arena = &privates->doctor->arena;
    struct url url;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const char *refusal = outcome_row(OUTCOME_FORBIDDEN_ADDRESS)->name;
    if (url_parse(&url, arena, span_of(home_url), NULL, NULL))
        return false;
    const char *host = arena_copy(arena, url.host.data, url.host.size);
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
        return !guard_allows(&privates->guard, (struct sockaddr *)&v4);
    if (*host == '[')
        host = arena_copy(arena, host + 1, strlen(host) - 2);
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1)
        return !guard_allows(&privates->guard, (struct sockaddr *)&v6);
    return !privates->guard.allowed_count && error && strncmp(error, refusal, strlen(refusal)) == 0;
}

static int take_site(const struct store_value *row, size_t count, void *context)
{
    struct privates *privates = context;
    const char *url = store_column(row, count, "url")->text;
    if (strcmp(store_column(row, count, "state")->text, "off") == 0 ||
        !is_refused(privates, url, store_column(row, count, "error")->text))
        return 0;
    if (!privates->count++)
        privates->example = arena_string(&privates->doctor->arena, url);
    return 0;
}

/* What can't be opened has been told by doctor_database(). */
void doctor_addresses(struct doctor *doctor)
{
    const struct options *options = doctor->options;
    struct privates privates = {.doctor = doctor};
    char message[MESSAGE_BYTES];
    const char *bad = NULL;
    struct store *store;
    if (guard_init(&privates.guard, options->allow_net.values, options->allow_net.count, &bad)) {
        doctor_say(doctor, DOCTOR_ERROR, "write it like 10.0.0.0/8 or fd00::/8",
                   "--allow-net %s is no network", bad);
        return;
    }
    if (options->sites && !store_is_older(options->sites) &&
        store_open(&store, options->sites, STORE_READ, message, sizeof message) == 0) {
        const struct store_value params[] = {STORE_PARAM_INTEGER(doctor->now_wall_ms),
                                             STORE_PARAM_INTEGER(0), STORE_PARAM_INTEGER(-1)};
        store_each_row(store, SQL_READ_SITES, params, COUNT(params), take_site, &privates);
        store_close(store);
        if (privates.count)
            doctor_say(doctor, DOCTOR_WARNING, REPORT_PRIVATE_ADVICE,
                       "%u of the sites, as %s, %s at private addresses, which a run refuses",
                       privates.count, privates.example, privates.count == 1 ? "is" : "are");
        else
            doctor_say(doctor, DOCTOR_OK, NULL, "no site is at an address that a run refuses");
    }
    guard_clear(&privates.guard);
}

/* ---- libraries ---- */

void doctor_libraries(struct doctor *doctor)
{
    char network[LIBRARIES_BYTES];
    unsigned xml = document_library_version();
    trust_libraries(network, sizeof network);
    doctor_say(doctor, DOCTOR_OK, NULL,
               "crawler %s with %s, libuv %s, libxml2 %u.%u.%u, jansson %s%s%s", CRAWLER_VERSION,
               network, uv_version_string(), xml / 10000, xml / 100 % 100, xml % 100,
               jansson_version_str(), *doctor->library ? ", " : "", doctor->library);
}
