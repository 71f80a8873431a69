/* reread_report.h - what crawler reextract changed, counted by site, as text or JSON.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_REREAD_REPORT_H
#define CRAWLER_COMMANDS_REREAD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/map.h"
#include "storage/record.h"

enum { REREAD_FIELDS = 6, REREAD_FIELDS_AT = 2 };

/* What is counted, of each site and in all. */
enum reread_figure {
    REREAD_PAGES,   /* that were read */
    REREAD_CHANGED, /* articles of which any field is another now; each field has a figure too */
    REREAD_NEW = REREAD_FIELDS_AT + REREAD_FIELDS,
    REREAD_VERSIONS, /* older versions of which a text is another now, or which were none */
    REREAD_NONE,     /* articles whose page shows none any more */
    REREAD_FAILED,   /* pages at which a worker failed: left for another time */
    REREAD_REFUSED,  /* pages of which the database did not take what was read: the same */
    REREAD_FIGURES
};

struct reread_figures {
    char *domain; /* NULL: of all sites */
    int64_t at[REREAD_FIGURES];
};

struct reread_report {
    struct map sites; /* by domain: struct reread_figures */
    struct reread_figures all;
    json_t *none; /* the addresses behind REREAD_NONE */
    bool stopped;
    uint64_t took_ms;
};

void reread_report_init(struct reread_report *report);
void reread_report_clear(struct reread_report *report);

/* The figures of a site; they live as long as the report. */
struct reread_figures *reread_report_site(struct reread_report *report, const char *domain);

void reread_report_failed(struct reread_report *report, struct reread_figures *site);
void reread_report_refused(struct reread_report *report, struct reread_figures *site);
/* `why` there is no article, or NULL. */
void reread_report_count(struct reread_report *report, struct reread_figures *site,
                         const struct reread_outcome *outcome, const char *url, const char *why);

void reread_report_print(struct reread_report *report, bool json);

#endif
