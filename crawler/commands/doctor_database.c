/* doctor_database.c - the database: whether it opens, is whole, is ours to write, and who has it.
 */
#include "commands/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/figures.h"
#include "report.h"
#include "storage/store.h"

enum { MESSAGE_BYTES = 1024, FAULTS_MAX = 5, PATIENT_BYTES = 1 << 30 };

/* What the store says of itself. */
struct facts {
    int64_t version, sites, articles, run, last_ms;
    char library[64], outcome[16], error[256];
};

static int64_t file_bytes(const char *path, const char *tail)
{
    struct bytes name;
    struct stat info;
    bytes_init(&name, 0);
    bytes_append_format(&name, "%s%s", path, tail);
    int64_t size = stat(name.data, &info) ? 0 : (int64_t)info.st_size;
    bytes_clear(&name);
    return size;
}

static int take_facts(const struct store_value *row, size_t count, void *context)
{
    struct facts *facts = context;
    const char *outcome = store_column(row, count, "outcome")->text;
    const char *error = store_column(row, count, "error")->text;
    *facts = (struct facts){.version = store_column(row, count, "version")->integer,
                            .sites = store_column(row, count, "sites")->integer,
                            .articles = store_column(row, count, "articles")->integer,
                            .run = store_column(row, count, "run")->integer,
                            .last_ms = store_column(row, count, "last_ms")->integer};
    snprintf(facts->library, sizeof facts->library, "%s",
             store_column(row, count, "library")->text);
    snprintf(facts->outcome, sizeof facts->outcome, "%s", outcome ? outcome : "");
    snprintf(facts->error, sizeof facts->error, "%s%s", error ? ": " : "", error ? error : "");
    return 0;
}

struct faults {
    struct doctor *doctor;
    unsigned count;
};

static int take_fault(const struct store_value *row, size_t count, void *context)
{
    struct faults *faults = context;
    const char *fault = store_column(row, count, "fault")->text;
    static const char head[] = "*** in database main ***\n"; /* of which there is only one */
    if (strcmp(fault, "ok") == 0)
        return 0;
    if (strncmp(fault, head, sizeof head - 1) == 0)
        fault += sizeof head - 1;
    if (faults->count++ == 0)
        doctor_say(faults->doctor, DOCTOR_ERROR,
                   store_is_server(faults->doctor->options->sites)
                       ? "REINDEX mends an index; pg_amcheck reads everything and tells more"
                       : "put back a copy, or save what can be read: sqlite3 DB .recover | "
                         "sqlite3 NEW",
                   "%s is damaged: %s", faults->doctor->options->sites, fault);
    return 0;
}

/* Reads the whole file, so a large one is announced. */
static void check_pages(struct doctor *doctor, struct store *store)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(FAULTS_MAX)};
    struct faults faults = {.doctor = doctor};
    struct bytes size;
    bytes_init(&size, 0);
    figures_size(&size, doctor->database_bytes);
    if (doctor->database_bytes > PATIENT_BYTES)
        fprintf(stderr, "crawler doctor: reading all of the database, %s\n", size.data);
    int err = store_each_row(store, SQL_DOCTOR_FAULTS, params, 1, take_fault, &faults);
    if (err)
        doctor_say(doctor, DOCTOR_ERROR, NULL, "%s", store_message(store));
    else if (!faults.count && store_is_server(doctor->options->sites))
        doctor_say(doctor, DOCTOR_OK, NULL, "its server knows of nothing that is damaged");
    else if (!faults.count)
        doctor_say(doctor, DOCTOR_OK, NULL, "its %s are whole (quick_check)", size.data);
    bytes_clear(&size);
}

static void check_log(struct doctor *doctor)
{
    struct bytes size;
    int64_t log_bytes = file_bytes(doctor->options->sites, "-wal");
    bytes_init(&size, 0);
    figures_size(&size, log_bytes);
    if (log_bytes > REPORT_LOG_BYTES_MAX)
        doctor_say(doctor, DOCTOR_WARNING,
                   "another program reads one old state of it all the time: end that program or "
                   "its transaction (lsof tells which have the file open)",
                   "its log (-wal) has grown to %s", size.data);
    bytes_clear(&size);
}

/* A crawl makes files beside the database. */
static void check_rights(struct doctor *doctor)
{
    const char *path = doctor->options->sites;
    if (access(path, W_OK))
        doctor_say(doctor, DOCTOR_ERROR, "a crawl has to run as a user who may write to it",
                   "%s may not be written (%s)", path, strerror(errno));
    else if (access(doctor->folder, W_OK | X_OK))
        doctor_say(doctor, DOCTOR_ERROR,
                   "a crawl makes a lock and a log beside the database: give it the right to",
                   "its folder %s may not be written (%s)", doctor->folder, strerror(errno));
}

static void check_runs(struct doctor *doctor, const struct facts *facts)
{
    char message[MESSAGE_BYTES];
    if (store_is_held(doctor->options->sites, message, sizeof message))
        doctor_say(doctor, DOCTOR_OK, NULL, "%s", message);
    else if (strcmp(facts->outcome, "failed") == 0)
        doctor_say(doctor, DOCTOR_WARNING,
                   "nothing is lost: the next run goes on from there once that is mended",
                   "the last run (%lld) failed%s", (long long)facts->run, facts->error);
    else if (strcmp(facts->outcome, "crashed") == 0 || strcmp(facts->outcome, "running") == 0)
        doctor_say(
            doctor, DOCTOR_WARNING,
            "nothing is lost: the next run goes on from there; its log, or the kernel's, may "
            "tell who killed it",
            "the last run (%lld) was killed, or crashed", (long long)facts->run);
}

static void check_open(struct doctor *doctor, struct store *store)
{
    struct facts facts;
    struct bytes articles;
    int err = store_each_row(store, SQL_DOCTOR_STORE, NULL, 0, take_facts, &facts);
    if (err) {
        doctor_say(doctor, DOCTOR_ERROR, NULL, "%s", store_message(store));
        return;
    }
    snprintf(doctor->library, sizeof doctor->library, "%s %.50s",
             store_is_server(doctor->options->sites) ? "PostgreSQL" : "SQLite", facts.library);
    doctor->last_run_wall_ms = facts.last_ms;
    bytes_init(&articles, 0);
    figures_count(&articles, facts.articles);
    doctor_say(doctor, DOCTOR_OK, NULL, "%s opens: schema %lld, %lld sites, %s articles",
               doctor->options->sites, (long long)facts.version, (long long)facts.sites,
               articles.data);
    bytes_clear(&articles);
    if (facts.sites == 0)
        doctor_say(doctor, DOCTOR_WARNING, "crawler add --sites DB URL... adds some",
                   "it has no sites that are crawled");
    check_pages(doctor, store);
    check_runs(doctor, &facts);
}

void doctor_database(struct doctor *doctor)
{
    const char *path = doctor->options->sites;
    char message[MESSAGE_BYTES] = "";
    struct store *store;
    if (!path)
        return;
    doctor->database_bytes = file_bytes(path, "");
    if (store_is_older(path)) {
        doctor_say(doctor, DOCTOR_WARNING,
                   "the next run, or any command that writes, brings it up to date; then ask again",
                   "%s has the schema of an older version", path);
    } else if (store_open(&store, path, STORE_READ, message, sizeof message)) {
        doctor_say(doctor, DOCTOR_ERROR, NULL, "%s", message);
        return;
    } else {
        check_open(doctor, store);
        store_close(store);
    }
    if (store_is_server(path))
        return;
    check_log(doctor);
    check_rights(doctor);
}
