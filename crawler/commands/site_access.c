#include "commands/site_access.h"

#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/url.h"
#include "commands/database.h"

enum { REASON_BYTES = 512 };

static const char *text_of(const struct store_value *row, size_t count, const char *name)
{
    return store_column(row, count, name)->text;
}

struct reading {
    struct access *access;
    int64_t site_id; /* that is wanted; 0: all */
};

static int take_site(const struct store_value *row, size_t count, void *context)
{
    const struct reading *reading = context;
    struct access *access = reading->access;
    struct url url;
    if (reading->site_id && store_column(row, count, "site_id")->integer != reading->site_id)
        return 0;
    if (url_parse(&url, &access->arena, span_of(text_of(row, count, "home_url")), NULL, NULL))
        return 0;
    struct access_site *site = access_add(access, store_column(row, count, "site_id")->integer,
                                          url_origin(&url, &access->arena));
    unsigned per_host = (unsigned)store_column(row, count, "per_host")->integer;
    site->timeout_ms = (uint64_t)store_column(row, count, "timeout_ms")->integer;
    site->user_agent = arena_string(&access->arena, text_of(row, count, "user_agent"));
    site->keeps_cookies = store_column(row, count, "cookie_jar")->integer != 0;
    if (access->per_host_max < per_host)
        access->per_host_max = per_host;
    return 0;
}

static int take_secret(const struct store_value *row, size_t count, void *context)
{
    struct access *access = context;
    struct access_site *site = access_find(access, store_column(row, count, "site_id")->integer);
    const char *key = text_of(row, count, "key");
    for (size_t i = 0; site && i < CREDENTIAL_KINDS; i++)
        if (strcmp(credential_names[i], key) == 0)
            access_add_credential(access, site, (enum credential_kind)i,
                                  text_of(row, count, "name"), text_of(row, count, "value"));
    return 0;
}

/* Credentials are in memory now: no core of the process, and nobody but root looks into it. */
static void close_memory(void)
{
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

int site_access_read(struct access *access, struct store *store, const char *labels,
                     int64_t site_id, struct log *log)
{
    struct reading reading = {access, site_id};
    const struct store_value sites[] = {STORE_PARAM_TEXT(labels)};
    const struct store_value secrets[] = {site_id ? STORE_PARAM_INTEGER(site_id)
                                                  : (struct store_value){.type = STORE_NULL}};
    int err = database_each_row(store, SQL_READ_ACCESS, sites, COUNT(sites), take_site, &reading);
    if (!err)
        err = database_each_row(store, SQL_READ_SECRETS, secrets, COUNT(secrets), take_secret,
                                access);
    for (size_t i = 0; !err && i < access->count; i++)
        if (access->sites[i].lacks)
            log_say(log, LOG_WARNING, "credentials", "%s is not asked without its %s",
                    access->sites[i].origin, access->sites[i].lacks);
    if (access->secret)
        close_memory();
    return err;
}

int site_access_set_proxy(struct access *access, const struct options *options, char *message,
                          size_t message_size)
{
    char reason[REASON_BYTES];
    int err = access_set_proxy(access, (char *)(uintptr_t)options->proxy, reason, sizeof reason);
    if (err)
        snprintf(message, message_size, "what --proxy says %s", reason);
    return err;
}
