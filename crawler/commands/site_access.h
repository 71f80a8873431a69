/* site_access.h - what is set for the network at sites, as a run uses it. Thread: main. */
#ifndef CRAWLER_COMMANDS_SITE_ACCESS_H
#define CRAWLER_COMMANDS_SITE_ACCESS_H

#include "fetch/access.h"
#include "options.h"
#include "storage/store.h"

struct log;

/* Fills `access`, which the caller has begun and clears in any case, with the enabled sites that
 * have one of these labels (groups.h; NULL: all) and anything set; with a site_id that one alone
 * (0: all). A credential that can't be had is a warning: its site will not be asked. Returns 0 or a
 * store_error. */
int site_access_read(struct access *access, struct store *store, const char *labels,
                     int64_t site_id, struct log *log);

/* Sets the proxy of --proxy. Returns 0; or ERR_USAGE with one sentence in `message`. */
int site_access_set_proxy(struct access *access, const struct options *options, char *message,
                          size_t message_size);

#endif
