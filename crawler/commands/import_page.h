/* import_page.h - an archive's record as a job, as if its page had come from the net just now.
 *
 * Thread: any. */
#ifndef CRAWLER_COMMANDS_IMPORT_PAGE_H
#define CRAWLER_COMMANDS_IMPORT_PAGE_H

#include <stdbool.h>

#include "base/arena.h"
#include "exchange/warc_reader.h"
#include "storage/record.h"

struct job;

struct import_page {
    const struct warc_record *record; /* borrowed, with its block */
    struct warc_answer answer;
    struct url_lease lease; /* for store_adopt() */
    const char *key;        /* the URL's identity */
};

/* Whether the record may hold a page; *out lives as long as the record and the arena. The record's
 * block is changed on the way (warc_answer_parse()). */
bool import_page_read(struct import_page *out, const struct warc_record *record,
                      struct arena *arena);

/* A job that is fetched, owned by the caller. */
struct job *import_page_job(const struct import_page *page);

/* Of a job that was extracted: the page as it came is to be kept, or isn't. One in several content
 * codings, or in one that we don't know, is never. */
void import_page_keep_raw(struct job *job, bool keep);

#endif
