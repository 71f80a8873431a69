#include "storage/copy/tables.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define I COPIED_INTEGER
#define R COPIED_REAL
#define T COPIED_TEXT
#define B COPIED_BYTES

static const struct copied_column runs[] = {
    {"run_id", I},     {"started_ms", I},   {"ended_ms", I},
    {"host", T},       {"pid", I},          {"version", T},
    {"argv", T},       {"outcome", T},      {"requests", I},
    {"ok", I},         {"not_modified", I}, {"throttled", I},
    {"server_err", I}, {"net_err", I},      {"bytes", I},
    {"urls_new", I},   {"articles_new", I}, {"articles_revised", I},
    {"report", T}};
static const struct copied_column sites[] = {
    {"site_id", I},    {"kind", T},    {"home_url", T},   {"domain", T},       {"name", T},
    {"country", T},    {"lang", T},    {"enabled", I},    {"min_delay_ms", I}, {"max_per_run", I},
    {"rules", T},      {"note", T},    {"added_ms", I},   {"folder", T},       {"per_host", I},
    {"timeout_ms", I}, {"sources", I}, {"user_agent", T}, {"cookie_jar", I}};
static const struct copied_column site_labels[] = {{"label", T}, {"site_id", I}};
static const struct copied_column site_secrets[] = {
    {"site_id", I}, {"key", T}, {"name", T}, {"value", T}, {"secret", I}};
static const struct copied_column site_rules[] = {
    {"rule_id", I},  {"site_id", I},       {"field", T},     {"kind", T},
    {"selector", T}, {"from_day", I},      {"until_day", I}, {"added_ms", I},
    {"matched", I},  {"missed_in_row", I}, {"matched_ms", I}};
static const struct copied_column hosts[] = {
    {"host_id", I},        {"origin", T},        {"site_id", I},
    {"ready_ms", I},       {"response_ms", I},   {"fails_in_row", I},
    {"rests", I},          {"robots_status", I}, {"robots_fetched_ms", I},
    {"crawl_delay_ms", I}, {"robots_body", T},   {"new_queued", I},
    {"slowed", I},         {"robots_rights", I}};
static const struct copied_column host_files[] = {{"host_id", I},  {"file", I},   {"status", I},
                                                  {"asked_ms", I}, {"rights", I}, {"body", T}};
static const struct copied_column site_days[] = {
    {"site_id", I}, {"day", I},      {"polled_ms", I}, {"polls", I},  {"polls_ok", I},
    {"pages", I},   {"refused", I},  {"articles", I},  {"titled", I}, {"bodied", I},
    {"dated", I},   {"authored", I}, {"words", I},     {"open", I},   {"walled", I},
    {"verdict", T}, {"why", T}};
static const struct copied_column seen[] = {{"host_id", I}, {"hash", I}};
static const struct copied_column queue[] = {
    {"host_id", I},    {"band", I},    {"rank", I},     {"hash", I},
    {"kind", I},       {"site_id", I}, {"feed_id", I},  {"depth", I},
    {"hops", I},       {"tries", I},   {"found_ms", I}, {"hint_published_ms", I},
    {"hint_title", T}, {"path", T}};
static const struct copied_column feeds[] = {
    {"feed_id", I},      {"site_id", I},     {"host_id", I},    {"hash", I},
    {"url", T},          {"source", I},      {"kind", T},       {"found_via", T},
    {"depth", I},        {"title", T},       {"hub", T},        {"sends_304", I},
    {"hint_min", I},     {"poll_min", I},    {"next_ms", I},    {"asked_ms", I},
    {"last_ok_ms", I},   {"last_new_ms", I}, {"last_ms", I},    {"last_bytes", I},
    {"last_records", I}, {"last_new", I},    {"last_http", I},  {"last_error", T},
    {"fail_score", R},   {"moving", I},      {"status", T},     {"parent_id", I},
    {"listed_ms", I},    {"unlisted_ms", I}, {"lastmod_ms", I}, {"newest_ms", I},
    {"retired_ms", I},   {"polls", I},       {"unchanged", I},  {"told_hash", I}};
static const struct copied_column urls[] = {
    {"url_id", I},   {"host_id", I},       {"hash", I},          {"site_id", I},
    {"feed_id", I},  {"article_id", I},    {"kind", I},          {"state", T},
    {"tries", I},    {"nights", I},        {"found_ms", I},      {"asked_ms", I},
    {"next_ms", I},  {"body_hash", I},     {"redirect_hash", I}, {"why", T},
    {"etag", T},     {"last_modified", T}, {"redirect_url", T},  {"url", T},
    {"extractor", T}};
static const struct copied_column url_sources[] = {
    {"url_id", I}, {"feed_id", I}, {"first_ms", I}, {"last_ms", I}};
static const struct copied_column budgets[] = {
    {"site_id", I},   {"kind", I},    {"hash", I}, {"asked", I},   {"articles", I},
    {"barren", I},    {"held", I},    {"kept", I}, {"skipped", I}, {"closed", I},
    {"closed_ms", I}, {"trusted", I}, {"name", T}};
static const struct copied_column fetches[] = {
    {"fetch_id", I}, {"run_id", I},    {"url_id", I},     {"attempt", I},    {"started_ms", I},
    {"total_ms", I}, {"ttfb_ms", I},   {"status", I},     {"error", T},      {"retry_after_ms", I},
    {"http", T},     {"ip", T},        {"bytes_wire", I}, {"bytes_body", I}, {"mime", T},
    {"charset", T},  {"truncated", I}, {"body_hash", I},  {"raw_id", I},     {"redirect_url", T}};
static const struct copied_column raw_pages[] = {
    {"raw_id", I},      {"body_hash", I}, {"last_ms", I}, {"codec", T},  {"warc_file", T},
    {"warc_offset", I}, {"headers", T},   {"body", B},    {"base_id", I}};
static const struct copied_column articles[] = {{"article_id", I},
                                                {"site_id", I},
                                                {"url_id", I},
                                                {"first_seen_ms", I},
                                                {"published_ms", I},
                                                {"published_has_time", I},
                                                {"published_zone_min", I},
                                                {"published_from", T},
                                                {"modified_ms", I},
                                                {"words", I},
                                                {"lang", T},
                                                {"section", T},
                                                {"free_access", I},
                                                {"rev_count", I},
                                                {"revised_ms", I},
                                                {"changed", T},
                                                {"fetch_id", I},
                                                {"text_hash", I},
                                                {"title_hash", I},
                                                {"simhash", I},
                                                {"story_id", I},
                                                {"gone_ms", I},
                                                {"withdrawn_ms", I},
                                                {"extractor", T},
                                                {"canonical_url", T},
                                                {"image_url", T},
                                                {"site_name", T},
                                                {"title_from", T},
                                                {"body_from", T},
                                                {"authors_from", T},
                                                {"title", T},
                                                {"lead", T},
                                                {"body", T},
                                                {"lasting_hash", I}};
static const struct copied_column article_revisions[] = {
    {"article_id", I},  {"rev", I},       {"seen_ms", I}, {"fetch_id", I},
    {"modified_ms", I}, {"text_hash", I}, {"words", I},   {"changed", T},
    {"title", T},       {"lead", T},      {"body", T},    {"extractor", T}};
static const struct copied_column authors[] = {{"author_id", I}, {"name", T}};
static const struct copied_column article_authors[] = {
    {"article_id", I}, {"author_id", I}, {"pos", I}};
static const struct copied_column tags[] = {{"tag_id", I}, {"tag", T}};
static const struct copied_column article_tags[] = {{"article_id", I}, {"tag_id", I}};
static const struct copied_column links[] = {
    {"article_id", I}, {"to_url", T}, {"to_domain", T}, {"anchor", T}, {"rel", T}};
static const struct copied_column api_records[] = {
    {"record_id", I}, {"feed_id", I}, {"key", T}, {"fetch_id", I},
    {"first_ms", I},  {"seen_ms", I}, {"data", T}};
static const struct copied_column reservations[] = {
    {"article_id", I}, {"page", I}, {"head", I}, {"robots", I}, {"files", I}};
static const struct copied_column takedowns[] = {
    {"takedown_id", I}, {"pattern", T}, {"reason", T},  {"asked_by", T},   {"at_ms", I},
    {"rows_gone", I},   {"kind", I},    {"matches", T}, {"removed_ms", I}, {"done_ms", I}};
static const struct copied_column story_keys[] = {{"key", I}, {"article_id", I}};

const struct copied_table copied_tables[] = {
    {"runs", runs, COUNT(runs), 1, true},
    {"sites", sites, COUNT(sites), 1, true},
    {"site_labels", site_labels, COUNT(site_labels), 2, false},
    {"site_secrets", site_secrets, COUNT(site_secrets), 3, false},
    {"site_rules", site_rules, COUNT(site_rules), 1, true},
    {"hosts", hosts, COUNT(hosts), 1, true},
    {"host_files", host_files, COUNT(host_files), 2, false},
    {"site_days", site_days, COUNT(site_days), 2, false},
    {"seen", seen, COUNT(seen), 2, false},
    {"queue", queue, COUNT(queue), 4, false},
    {"feeds", feeds, COUNT(feeds), 1, true},
    {"urls", urls, COUNT(urls), 1, true},
    {"url_sources", url_sources, COUNT(url_sources), 2, false},
    {"budgets", budgets, COUNT(budgets), 3, false},
    {"fetches", fetches, COUNT(fetches), 1, true},
    {"raw_pages", raw_pages, COUNT(raw_pages), 1, true},
    {"articles", articles, COUNT(articles), 1, true},
    {"article_revisions", article_revisions, COUNT(article_revisions), 2, false},
    {"authors", authors, COUNT(authors), 1, true},
    {"article_authors", article_authors, COUNT(article_authors), 2, false},
    {"tags", tags, COUNT(tags), 1, true},
    {"article_tags", article_tags, COUNT(article_tags), 2, false},
    {"links", links, COUNT(links), 2, false},
    {"api_records", api_records, COUNT(api_records), 1, true},
    {"reservations", reservations, COUNT(reservations), 1, false},
    {"takedowns", takedowns, COUNT(takedowns), 1, true},
    {"story_keys", story_keys, COUNT(story_keys), 2, false},
};
const size_t copied_tables_count = COUNT(copied_tables);
