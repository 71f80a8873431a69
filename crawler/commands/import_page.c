#include "commands/import_page.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/url.h"
#include "job.h"

static bool may_be_page(const struct warc_answer *answer)
{
    return answer->status >= 200 && answer->status < 300 && answer->body.size > 0;
}

bool import_page_read(struct import_page *out, const struct warc_record *record,
                      struct arena *arena)
{
    struct url url;
    *out = (struct import_page){.record = record};
    if (!record->block.size || !record->target || record->date_ms == MOMENT_NONE ||
        warc_answer_parse(&out->answer, record->block) || !may_be_page(&out->answer) ||
        url_parse(&url, arena, span_of(record->target), NULL, NULL))
        return false;
    const char *domain = url_site(url.host, arena);
    out->key = url_key(&url, arena);
    out->lease = (struct url_lease){
        .kind = URL_ARTICLE,
        .url = url_fetchable(&url, arena),
        .domain = domain ? domain : arena_copy(arena, url.host.data, url.host.size),
        .site_home = arena_format(arena, "%s/", url_origin(&url, arena)),
        .hint_published_ms = MOMENT_NONE};
    return true;
}

/* The head's lines as the crawl keeps them, and what they say. */
static void take_head(struct job *job, struct span head, int64_t now_ms)
{
    struct bytes lines;
    bytes_init(&lines, 0);
    for (const char *at = head.data, *end = head.data + head.size; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct span line = span_trimmed((struct span){at, (size_t)(line_end - at)});
        at = line_end + 1;
        bytes_append(&lines, "\n", lines.size ? 1 : 0);
        bytes_append(&lines, line.data, line.size);
        response_take_header(&job->response, &job->arena, line, now_ms);
    }
    job->response.headers = arena_copy(&job->arena, lines.data, lines.size);
    bytes_clear(&lines);
}

struct job *import_page_job(const struct import_page *page)
{
    const struct warc_record *record = page->record;
    const struct span body = page->answer.body;
    struct job *job = job_create(&page->lease, NULL);
    job->response = (struct response){.status = page->answer.status,
                                      .started_ms = record->date_ms,
                                      .max_age_s = -1,
                                      .ip = arena_string(&job->arena, record->ip),
                                      .bytes_wire = (int64_t)body.size};
    take_head(job, page->answer.head, record->date_ms);
    bytes_append(&job->response.body, body.data, body.size);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    return job;
}

void import_page_keep_raw(struct job *job, bool keep)
{
    static const char *const codecs[] = {"none", "gzip", "zstd", "br"};
    const char *coding = job->response.content_encoding;
    struct raw_record *raw = &job->result.raw;
    if (!coding || strcasecmp(coding, "identity") == 0)
        coding = codecs[0];
    for (size_t i = 0; i < COUNT(codecs); i++)
        if (strcasecmp(coding, codecs[i]) == 0)
            raw->codec = codecs[i];
    if (!raw->codec || !keep) {
        raw->body_size = 0;
        bytes_clear(&job->response.body);
        return;
    }
    raw->headers = job->response.headers;
    raw->body = job->response.body.data;
}
