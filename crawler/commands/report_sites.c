#include "commands/report_sites.h"

#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "commands/report_parts.h"
#include "commands/report_tables.h"

enum { TROUBLES_SHOWN = 15 };

/* What a person looks at first. What is not in the list stands behind it. */
static const char *const states[] = {"failing", "blocked", "broken", "silent", "paywalled"};

/* The troubled ones in that order, with how many there are of each: "5 failing, 12 broken". */
static json_t *sorted_troubles(const struct page *page, struct bytes *counts)
{
    json_t *rows = json_array();
    for (size_t i = 0; i <= COUNT(states); i++) {
        size_t before = json_array_size(rows);
        for (size_t k = 0; k < json_array_size(page->sites); k++) {
            json_t *site = json_array_get(page->sites, k);
            const char *state = page_text(site, "state");
            size_t place = 0;
            while (place < COUNT(states) && strcmp(state, states[place]) != 0)
                place++;
            if (place == i && json_is_true(json_object_get(site, "wrong")))
                json_array_append(rows, site);
        }
        if (json_array_size(rows) == before)
            continue;
        bytes_append_string(counts, counts->size ? ", " : "");
        figures_count(counts, (int64_t)(json_array_size(rows) - before));
        bytes_append_format(counts, " %s", i < COUNT(states) ? states[i] : "in other trouble");
    }
    return rows;
}

void page_write_troubles(struct page *page)
{
    static const struct column columns[] = {
        {"url", "Site", CELL_HEAD},     {"state", "State", CELL_STATE},
        {"since", "Since", CELL_TEXT},  {"trouble", "Now and before", CELL_WHY},
        {"days", "30 days", CELL_DAYS},
    };
    static const struct table table = {
        "troubles", "Sites that do not answer, or are not as they were, with the figures",
        columns,    COUNT(columns),
        true,       false};
    struct bytes counts;
    if (!page->troubles_count)
        return;
    bytes_init(&counts, 0);
    json_t *rows = sorted_troubles(page, &counts);
    bytes_append_string(page->out, "<h2>What needs a person</h2>\n<p>");
    bytes_append(page->out, counts.data, counts.size);
    bytes_append_string(page->out, ".</p>\n");
    page_table(page->out, &table, rows, 0, TROUBLES_SHOWN);
    if (json_array_size(rows) > TROUBLES_SHOWN) {
        bytes_append_format(page->out, "<details><summary>%zu more</summary>\n",
                            json_array_size(rows) - TROUBLES_SHOWN);
        page_table(page->out, &table, rows, TROUBLES_SHOWN, json_array_size(rows));
        bytes_append_string(page->out, "</details>\n");
    }
    json_decref(rows);
    bytes_clear(&counts);
}

void page_write_sites(struct page *page)
{
    static const struct column columns[] = {
        {"url", "Site", CELL_HEAD},
        {"state", "State", CELL_STATE},
        {"articles_new", "New", CELL_COUNT},
        {"days", "30 days", CELL_DAYS},
        {"title_ok", "Title", CELL_SHARE},
        {"body_ok", "Text", CELL_SHARE},
        {"date_ok", "Date", CELL_SHARE},
        {"requests", "Requests", CELL_COUNT},
        {"failed", "Errors", CELL_COUNT},
        {"slowest_ms", "Slowest", CELL_SPAN},
        {"gap_ms", "Smallest gap", CELL_SPAN},
        {"trouble", "Trouble", CELL_WHY},
    };
    static const struct table table = {
        "sites",
        "New articles, requests, errors, slowest answer and smallest gap between two requests to "
        "one "
        "host are of this run; the shares of articles with title, text and date are of seven days",
        columns,
        COUNT(columns),
        true,
        true};
    bytes_append_string(page->out, "<h2>Sites</h2>\n<p id=find hidden><label>Show those with "
                                   "<input type=search></label> <span role=status></span></p>\n");
    page_table(page->out, &table, page->sites, 0, json_array_size(page->sites));
}
