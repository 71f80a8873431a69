#include "commands/reread_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "commands/rows.h"
#include "storage/store.h"

enum { URLS_SHOWN = 20 };

static const char *const figure_names[REREAD_FIGURES] = {
    "pages", "changed", "title",    "lead", "body",   "authors", "dates",
    "other", "new",     "versions", "none", "failed", "refused"};

void reread_report_init(struct reread_report *report)
{
    *report = (struct reread_report){.none = json_array()};
}

void reread_report_clear(struct reread_report *report)
{
    struct reread_figures *site;
    for (size_t at = 0; (site = map_next(&report->sites, &at));) {
        free(site->domain);
        free(site);
    }
    map_clear(&report->sites);
    json_decref(report->none);
}

struct reread_figures *reread_report_site(struct reread_report *report, const char *domain)
{
    struct reread_figures *site = map_get(&report->sites, domain);
    if (!site) {
        site = alloc_zeroed(1, sizeof *site);
        site->domain = alloc_string(domain);
        map_put(&report->sites, site->domain, site);
    }
    return site;
}

/* ---- counting ---- */

static void count_one(struct reread_report *report, struct reread_figures *site,
                      enum reread_figure figure)
{
    site->at[figure]++;
    report->all.at[figure]++;
}

void reread_report_failed(struct reread_report *report, struct reread_figures *site)
{
    count_one(report, site, REREAD_FAILED);
}

void reread_report_refused(struct reread_report *report, struct reread_figures *site)
{
    count_one(report, site, REREAD_REFUSED);
}

void reread_report_count(struct reread_report *report, struct reread_figures *site,
                         const struct reread_outcome *outcome, const char *url, const char *why)
{
    count_one(report, site, REREAD_PAGES);
    if (outcome->changed)
        count_one(report, site, REREAD_CHANGED);
    for (unsigned i = 0; i < REREAD_FIELDS; i++) /* in the order of enum reread_change */
        if (outcome->changed & 1U << i)
            count_one(report, site, (enum reread_figure)(REREAD_FIELDS_AT + i));
    if (outcome->article_new)
        count_one(report, site, REREAD_NEW);
    if (outcome->version_changed)
        count_one(report, site, REREAD_VERSIONS);
    if (!outcome->no_article)
        return;
    count_one(report, site, REREAD_NONE);
    json_array_append_new(report->none, json_pack("{s:s, s:s?}", "url", url, "why", why));
}

/* ---- printing ---- */

static json_t *figures_json(const struct reread_figures *figures)
{
    json_t *object = json_object();
    if (figures->domain)
        json_object_set_new(object, "domain", json_string(figures->domain));
    for (size_t i = 0; i < REREAD_FIGURES; i++)
        json_object_set_new(object, figure_names[i], json_integer(figures->at[i]));
    return object;
}

static int by_domain(const void *left, const void *right)
{
    const struct reread_figures *const *a = left, *const *b = right;
    return strcmp((*a)->domain, (*b)->domain);
}

/* The sites by name, owned by the caller. */
static struct reread_figures **sorted_sites(struct reread_report *report)
{
    struct reread_figures **sites = alloc_zeroed(report->sites.count + 1, sizeof *sites);
    size_t count = 0, at = 0;
    while ((sites[count] = map_next(&report->sites, &at)))
        count++;
    qsort(sites, count, sizeof(struct reread_figures *), by_domain);
    return sites;
}

static void print_json(struct reread_report *report, struct reread_figures *const *sites,
                       double seconds)
{
    json_t *document = figures_json(&report->all), *list = json_array();
    for (; *sites; sites++)
        json_array_append_new(list, figures_json(*sites));
    json_object_set_new(document, "extractor", json_string(store_extractor()));
    json_object_set_new(document, "stopped", json_boolean(report->stopped));
    json_object_set_new(document, "seconds", json_real(seconds));
    json_object_set_new(document, "sites", list);
    json_object_set(document, "none_any_more", report->none);
    rows_dump(document);
}

static bool tells_of_something(const struct reread_figures *figures)
{
    const int64_t *at = figures->at;
    return at[REREAD_CHANGED] || at[REREAD_NEW] || at[REREAD_VERSIONS] || at[REREAD_NONE] ||
           at[REREAD_FAILED] || at[REREAD_REFUSED];
}

static void print_text(struct reread_report *report, struct reread_figures *const *sites,
                       double seconds)
{
    struct arena arena;
    const int64_t *all = report->all.at;
    arena_init(&arena, 0);
    printf("%jd pages read by %s in %.1f s (%.0f a second): %jd articles changed, %jd new\n",
           (intmax_t)all[REREAD_PAGES], store_extractor(), seconds,
           (double)all[REREAD_PAGES] / (seconds + 0.001), (intmax_t)all[REREAD_CHANGED],
           (intmax_t)all[REREAD_NEW]);
    if (tells_of_something(&report->all)) {
        printf("\n%-32s", "site");
        for (size_t i = 0; i < REREAD_FIGURES; i++)
            printf(" %8s", figure_names[i]);
        putchar('\n');
    }
    for (; *sites; sites++) {
        const int64_t *at = (*sites)->at;
        if (!tells_of_something(*sites))
            continue;
        printf("%-32s", utf8_printable(&arena, (*sites)->domain));
        for (size_t i = 0; i < REREAD_FIGURES; i++)
            printf(" %8jd", (intmax_t)at[i]);
        putchar('\n');
    }
    size_t count = json_array_size(report->none);
    if (count)
        puts("\nNo article any more, kept as it was:");
    for (size_t i = 0; i < count && i < URLS_SHOWN; i++)
        printf("  %s\n", utf8_printable(&arena, json_string_value(json_object_get(
                                                    json_array_get(report->none, i), "url"))));
    if (count > URLS_SHOWN)
        printf("  … and %zu more, all of them with --json\n", count - URLS_SHOWN);
    if (all[REREAD_REFUSED])
        printf("\nThe database did not take what was read in %jd pages: these are as they were.\n",
               (intmax_t)all[REREAD_REFUSED]);
    if (report->stopped)
        puts("\nStopped: call it again for the rest.");
    arena_clear(&arena);
}

void reread_report_print(struct reread_report *report, bool json)
{
    double seconds = (double)report->took_ms / 1000;
    struct reread_figures **sites = sorted_sites(report);
    if (json)
        print_json(report, sites, seconds);
    else
        print_text(report, sites, seconds);
    free(sites);
}
