#include "commands/commands.h"

#include "base/alloc.h"
#include "commands/rules_file.h"
#include "commands/settings.h"

const struct command_row command_rows[] = {
    {COMMAND_ADD, "add", command_add, "URL... | --file LIST | --opml FILE | -",
     "add sites to the database, which is made if there is none",
     "crawler add --sites news.db https://example.org/ --file more.txt"},
    {COMMAND_CHARSET, "charset", command_charset, "[--content-type TYPE] FILE... | --batch FILE",
     "in which encoding files are written", "crawler charset page.html"},
    {COMMAND_COPY, "copy", command_copy, NULL,
     "a whole database into a new one, from SQLite to PostgreSQL or back: a crawl goes on there",
     "crawler copy --from news.db --to postgresql://crawler@db/news"},
    {COMMAND_DATE, "date", command_date, "TEXT... | --batch FILE", "what moments texts mean",
     "crawler date 'Sun, 06 Nov 1994 08:49:37 GMT'"},
    {COMMAND_DIFF, "diff", command_diff, "URL", "what was changed in an article, word by word",
     "crawler diff --sites news.db https://example.org/2026/story.html"},
    {COMMAND_DOCTOR, "doctor", command_doctor, NULL,
     "whether a crawl would go well here: database, disk, clock, memory, sandbox, certificates …",
     "crawler doctor --sites news.db"},
    {COMMAND_EXPLAIN, "explain", command_explain, "URL",
     "everything known about one URL: why fetched, why not, when next",
     "crawler explain --sites news.db https://example.org/2026/story.html"},
    {COMMAND_EXPORT, "export", command_export, NULL,
     "articles as JSON Lines, CSV or Parquet, their pages as WARC",
     "crawler export --sites news.db --since 7d --where \"lang = 'en'\" -o week.csv"},
    {COMMAND_EXTRACT, "extract", command_extract, "FILE...",
     "articles out of saved pages (.html, .html.gz, -)", "crawler extract --jsonl page.html.gz"},
    {COMMAND_FEED, "feed", command_feed,
     "[--url BASE] [--content-type TYPE] FILE... | --batch FILE", "what feeds announce",
     "crawler feed --url https://example.org/ feed.xml"},
    {COMMAND_IMPORT, "import", command_import, "FILE...",
     "articles out of WARC files that somebody made; what is stored already is not doubled",
     "crawler import --sites news.db CC-NEWS-20160826124520-00000.warc.gz"},
    {COMMAND_PACK, "pack", command_pack, NULL,
     "keep of each page only what others of its site don't have: far fewer bytes",
     "crawler pack --sites news.db"},
    {COMMAND_REEXTRACT, "reextract", command_reextract, NULL,
     "run today's extractor over the pages that were kept, no network",
     "crawler reextract --sites news.db --site example.org"},
    {COMMAND_REPORT, "report", command_report, NULL,
     "how the last run went, and what went wrong where", "crawler report --sites news.db --json"},
    {COMMAND_RULES, "rules", command_rules, "[SITE...]",
     "where on a site's pages its title, date, text … stand, for the few on which that is not "
     "found",
     "crawler rules --sites news.db example.org --file rules.txt"},
    {COMMAND_RUN, "run", command_run, NULL, "crawl what is due in a database",
     "crawler run --sites sites.db --contact https://example.org/bot"},
    {COMMAND_ROBOTS, "robots", command_robots, "[--agent NAME] FILE URL... | --batch FILE",
     "what a robots.txt says about URLs",
     "crawler robots --agent crawler robots.txt https://example.org/news/"},
    {COMMAND_SEARCH, "search", command_search, "WORD...", "articles by their words (FTS5 syntax)",
     "crawler search --sites news.db --since 7d 'climate NEAR protest'"},
    {COMMAND_SET, "set", command_set, "SITE... | --group WORD | --all [KEY=VALUE...]",
     "what a site has instead of the run's own; without a KEY, what is set",
     "crawler set --sites news.db example.org delay=5s label+=daily"},
    {COMMAND_SITEMAP, "sitemap", command_sitemap,
     "[--url BASE] [--content-type TYPE] FILE... | --batch FILE", "which addresses sitemaps name",
     "crawler sitemap sitemap.xml.gz"},
    {COMMAND_SITES, "sites", command_sites, NULL, "the sites and how each is doing",
     "crawler sites --sites news.db"},
    {COMMAND_TAKEDOWN, "takedown", command_takedown, "[PATTERN...]",
     "remove what is under a URL, a URL's beginning (https://example.org/a/*) or a domain for "
     "good, "
     "and never fetch it again; without a pattern, print what was removed so far",
     "crawler takedown --sites news.db https://example.org/2026/story.html --reason 'GDPR 17'"},
    {COMMAND_TRY, "try", command_try, "URL",
     "fetch one page as a crawl would and print what came out; nothing is stored",
     "crawler try https://example.org/2026/story.html"},
    {COMMAND_URL, "url", command_url, "URL... | --batch FILE",
     "URLs parsed, resolved and normalised", "crawler url https://example.org/a/../b?utm_source=x"},
    {COMMAND_WORKER, "worker", command_worker, "", NULL, NULL},
};
const size_t command_rows_count = COUNT(command_rows);

const struct option_row *command_key(enum command command, size_t place)
{
    return command == COMMAND_SET && place < setting_rows_count ? &setting_rows[place].value : NULL;
}

void command_print_more(FILE *out, enum command command)
{
    if (command == COMMAND_SET)
        settings_print_help(out);
    if (command == COMMAND_RULES)
        rules_print_help(out);
}

void command_print_man_more(FILE *out)
{
    settings_print_man(out);
    rules_print_man(out);
}
