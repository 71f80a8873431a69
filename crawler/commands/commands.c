#include "commands/commands.h"

#include "base/alloc.h"

const struct command_row command_rows[] = {
    {COMMAND_ADD, "add", command_add, "URL... | --file LIST | --opml FILE | -",
     "add sites to the database, which is made if there is none",
     "crawler add --sites news.db https://example.org/ --file more.txt"},
    {COMMAND_CHARSET, "charset", command_charset, "[--content-type TYPE] FILE... | --batch FILE",
     "in which encoding files are written", "crawler charset page.html"},
    {COMMAND_DATE, "date", command_date, "TEXT... | --batch FILE", "what moments texts mean",
     "crawler date 'Sun, 06 Nov 1994 08:49:37 GMT'"},
    {COMMAND_EXPLAIN, "explain", command_explain, "URL",
     "everything known about one URL: why fetched, why not, when next",
     "crawler explain --sites news.db https://example.org/2026/story.html"},
    {COMMAND_EXTRACT, "extract", command_extract, "FILE...",
     "articles out of saved pages (.html, .html.gz, -)", "crawler extract --jsonl page.html.gz"},
    {COMMAND_FEED, "feed", command_feed,
     "[--url BASE] [--content-type TYPE] FILE... | --batch FILE", "what feeds announce",
     "crawler feed --url https://example.org/ feed.xml"},
    {COMMAND_REPORT, "report", command_report, NULL,
     "how the last run went, and what went wrong where", "crawler report --sites news.db --json"},
    {COMMAND_ROBOTS, "robots", command_robots, "[--agent NAME] FILE URL... | --batch FILE",
     "what a robots.txt says about URLs",
     "crawler robots --agent crawler robots.txt https://example.org/news/"},
    {COMMAND_SEARCH, "search", command_search, "WORD...", "articles by their words (FTS5 syntax)",
     "crawler search --sites news.db --since 7d 'climate NEAR protest'"},
    {COMMAND_SITEMAP, "sitemap", command_sitemap,
     "[--url BASE] [--content-type TYPE] FILE... | --batch FILE", "which addresses sitemaps name",
     "crawler sitemap sitemap.xml.gz"},
    {COMMAND_SITES, "sites", command_sites, NULL, "the sites and how each is doing",
     "crawler sites --sites news.db"},
    {COMMAND_TRY, "try", command_try, "URL",
     "fetch one page as a crawl would and print what came out; nothing is stored",
     "crawler try https://example.org/2026/story.html"},
    {COMMAND_URL, "url", command_url, "URL... | --batch FILE",
     "URLs parsed, resolved and normalised", "crawler url https://example.org/a/../b?utm_source=x"},
};
const size_t command_rows_count = COUNT(command_rows);
