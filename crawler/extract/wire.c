#include "extract/wire.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"

enum {
    UNPACKED_TIMES_MAX = 100,
    REPEATED_TIMES = 3,            /* text as JSON and as itself, one byte of a page as three */
    SPARE_BYTES = 8 * 1024 * 1024, /* the lengths, addresses that were relative */
};

/* Every struct that travels is a table of its fields, read by one writer and one reader. */
enum field_type {
    FIELD_TEXT,  /* const char * */
    FIELD_TEXTS, /* const char ** and its count */
    FIELD_I64,
    FIELD_U64,
    FIELD_INT, /* int or unsigned: 32 bits */
    FIELD_BOOL,
    FIELD_FLOAT,
    FIELD_SPAN, /* any bytes */
};

struct field {
    enum field_type type;
    size_t at;
    size_t count_at; /* of FIELD_TEXTS */
};

struct row {
    const struct field *fields;
    size_t count;
};

#define F(type, record, member)                                                                    \
    {                                                                                              \
        FIELD_##type, offsetof(struct record, member), 0                                           \
    }
#define TEXTS(record, member)                                                                      \
    {                                                                                              \
        FIELD_TEXTS, offsetof(struct record, member), offsetof(struct record, member##_count)      \
    }

static const struct field request_fields[] = {
    F(INT, worker_request, kind),           F(INT, worker_request, source),
    F(INT, worker_request, file),           F(INT, worker_request, depth),
    F(INT, worker_request, hops),           F(I64, worker_request, now_ms),
    F(I64, worker_request, since_ms),       F(I64, worker_request, until_ms),
    F(TEXT, worker_request, url),           F(TEXT, worker_request, site_home),
    F(TEXT, worker_request, content_type),  F(TEXT, worker_request, content_encoding),
    F(TEXT, worker_request, link),          F(TEXT, worker_request, rules),
    F(TEXT, worker_request, hint_title),    F(I64, worker_request, hint_published_ms),
    F(U64, worker_request, body_bytes_max), F(TEXT, worker_request, agent),
    F(SPAN, worker_request, body),
};

static const struct field answer_fields[] = {
    F(INT, worker_answer, outcome),
    F(TEXT, worker_answer, detail),
    F(TEXT, worker_answer, mime),
    F(TEXT, worker_answer, charset),
    F(U64, worker_answer, body_hash),
    F(I64, worker_answer, bytes_body),
    F(BOOL, worker_answer, has_article),
    F(INT, worker_answer, rights),
    F(TEXT, worker_answer, source.kind),
    F(TEXT, worker_answer, source.title),
    F(TEXT, worker_answer, source.hub),
    F(INT, worker_answer, source.hint_min),
    F(U64, worker_answer, source.told_hash),
    F(TEXT, worker_answer, robots_body),
    F(TEXT, worker_answer, rules_told),
    F(U64, worker_answer, cpu_us),
};

static const struct field article_fields[] = {
    F(TEXT, article_record, url),
    F(TEXT, article_record, canonical_url),
    F(TEXT, article_record, short_url),
    F(TEXT, article_record, title),
    F(TEXT, article_record, title_from),
    F(TEXT, article_record, lead),
    F(TEXT, article_record, body),
    F(TEXT, article_record, body_from),
    F(TEXT, article_record, lang),
    F(TEXT, article_record, section),
    F(TEXT, article_record, image_url),
    F(TEXT, article_record, site_name),
    TEXTS(article_record, authors),
    F(TEXT, article_record, authors_from),
    TEXTS(article_record, tags),
    F(I64, article_record, published_ms),
    F(TEXT, article_record, published_from),
    F(BOOL, article_record, published_has_time),
    F(INT, article_record, published_zone_min),
    F(I64, article_record, modified_ms),
    F(BOOL, article_record, modified_has_time),
    F(INT, article_record, modified_zone_min),
    F(BOOL, article_record, is_article),
    F(TEXT, article_record, not_article_why),
    F(INT, article_record, free_access),
};

static const struct field link_fields[] = {
    F(TEXT, link_record, url),    F(TEXT, link_record, anchor),  F(TEXT, link_record, rel),
    F(TEXT, link_record, domain), F(BOOL, link_record, in_body), F(FLOAT, link_record, score),
};

static const struct field found_fields[] = {
    F(TEXT, found_record, url),         F(TEXT, found_record, key),   F(INT, found_record, kind),
    F(INT, found_record, source),       F(TEXT, found_record, via),   F(TEXT, found_record, title),
    F(I64, found_record, published_ms), F(INT, found_record, depth),  F(INT, found_record, hops),
    F(TEXT, found_record, skip_why),    F(TEXT, found_record, plain),
};

static const struct field api_fields[] = {
    F(TEXT, api_row, key),
    F(TEXT, api_row, url_key),
    F(TEXT, api_row, json),
};

#define ROW(name)                                                                                  \
    {                                                                                              \
        name##_fields, COUNT(name##_fields)                                                        \
    }

static const struct row request_row = ROW(request), answer_row = ROW(answer),
                        article_row = ROW(article), link_row = ROW(link), found_row = ROW(found),
                        api_row_row = ROW(api);

/* ---- writing ---- */

static void put_u32(struct bytes *out, uint32_t value)
{
    unsigned char bytes[4] = {(unsigned char)value, (unsigned char)(value >> 8),
                              (unsigned char)(value >> 16), (unsigned char)(value >> 24)};
    bytes_append(out, bytes, sizeof bytes);
}

static void set_u32(struct bytes *out, size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out->data[at + i] = (char)(value >> (8 * i));
}

static void put_u64(struct bytes *out, uint64_t value)
{
    put_u32(out, (uint32_t)value);
    put_u32(out, (uint32_t)(value >> 32));
}

/* A text is its length plus one, so that NULL is 0. */
static void put_text(struct bytes *out, const char *text)
{
    size_t size = text ? strlen(text) : 0;
    if (size > WIRE_TEXT_BYTES_MAX)
        size = utf8_cut(text, WIRE_TEXT_BYTES_MAX);
    size_t start = out->size;
    put_u32(out, text ? (uint32_t)size + 1 : 0);
    if (utf8_valid(text, size)) {
        bytes_append(out, text, size);
        return;
    }
    utf8_append_clean(out, text, size); /* longer than it was: so is the length in front of it */
    set_u32(out, start, (uint32_t)(out->size - start - 4) + 1);
}

static void put_texts(struct bytes *out, const char *const *texts, size_t count)
{
    if (count > WIRE_LIST_MAX)
        count = WIRE_LIST_MAX;
    put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_text(out, texts[i]);
}

static void put_span(struct bytes *out, const struct span *span)
{
    put_u32(out, (uint32_t)span->size);
    bytes_append(out, span->data, span->size);
}

static void put_row(struct bytes *out, const struct row *row, const void *record)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct field *field = &row->fields[i];
        const void *at = (const char *)record + field->at;
        uint32_t bits;
        switch (field->type) {
        case FIELD_TEXT:
            put_text(out, *(const char *const *)at);
            break;
        case FIELD_TEXTS:
            put_texts(out, *(const char *const *const *)at,
                      *(const size_t *)(const void *)((const char *)record + field->count_at));
            break;
        case FIELD_I64:
        case FIELD_U64:
            put_u64(out, *(const uint64_t *)at);
            break;
        case FIELD_INT:
        case FIELD_FLOAT:
            memcpy(&bits, at, sizeof bits);
            put_u32(out, bits);
            break;
        case FIELD_BOOL:
            put_u32(out, *(const bool *)at);
            break;
        case FIELD_SPAN:
            put_span(out, at);
            break;
        }
    }
}

static void put_rows(struct bytes *out, const struct row *row, const void *records, size_t size,
                     size_t count, size_t count_max)
{
    if (count > count_max)
        count = count_max;
    put_u32(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_row(out, row, (const char *)records + i * size);
}

/* Writes the length over its four bytes once it is known. */
static int close_message(struct bytes *out, size_t start)
{
    size_t size = out->size - start - 4;
    if (size > WIRE_MESSAGE_BYTES_MAX)
        return ERR_TOO_LARGE;
    set_u32(out, start, (uint32_t)size);
    return 0;
}

int wire_put_request(struct bytes *out, const struct worker_request *request)
{
    size_t start = out->size;
    put_u32(out, 0);
    put_row(out, &request_row, request);
    return close_message(out, start);
}

int wire_put_answer(struct bytes *out, const struct worker_answer *answer)
{
    size_t start = out->size;
    put_u32(out, 0);
    put_row(out, &answer_row, answer);
    if (answer->has_article)
        put_row(out, &article_row, &answer->article);
    put_rows(out, &link_row, answer->links, sizeof *answer->links, answer->links_count,
             WIRE_LIST_MAX);
    put_rows(out, &found_row, answer->found, sizeof *answer->found, answer->found_count,
             WIRE_FOUND_MAX);
    size_t rows = answer->api_rows_count < WIRE_LIST_MAX ? answer->api_rows_count : WIRE_LIST_MAX;
    put_u32(out, (uint32_t)rows);
    for (size_t i = 0; i < rows; i++) {
        put_row(out, &api_row_row, &answer->api_rows[i]);
        put_u32(out, answer->api_rows[i].article != NULL);
        if (answer->api_rows[i].article)
            put_row(out, &article_row, answer->api_rows[i].article);
    }
    return close_message(out, start);
}

size_t wire_answer_bytes_max(const struct worker_request *request)
{
    bool names = request->kind == URL_SOURCE &&
                 (request->source == KIND_SITEMAP || request->source == KIND_FEED);
    uint64_t most = (uint64_t)request->body.size * UNPACKED_TIMES_MAX;
    if (most > request->body_bytes_max)
        most = request->body_bytes_max;
    if (most > WIRE_MESSAGE_BYTES_MAX)
        most = WIRE_MESSAGE_BYTES_MAX;
    most = most * (names ? 1 : REPEATED_TIMES) + SPARE_BYTES;
    return most < WIRE_MESSAGE_BYTES_MAX ? (size_t)most : WIRE_MESSAGE_BYTES_MAX;
}

void wire_put_greeting(struct bytes *out, unsigned lacks)
{
    const char part = (char)lacks;
    put_u32(out, 1);
    bytes_append(out, &part, 1);
}

int wire_get_greeting(unsigned *lacks, const void *data, size_t size)
{
    if (size != WIRE_GREETING_BYTES)
        return ERR_INPUT;
    *lacks = ((const unsigned char *)data)[4];
    return 0;
}

/* ---- reading ---- */

struct reader {
    const unsigned char *at;
    const unsigned char *end;
    struct arena *arena;
    bool bad; /* once set, everything read is zero */
};

static uint32_t get_u32(struct reader *reader)
{
    if (reader->bad || reader->end - reader->at < 4) {
        reader->bad = true;
        return 0;
    }
    const unsigned char *b = reader->at;
    reader->at += 4;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_u64(struct reader *reader)
{
    uint64_t low = get_u32(reader);
    return low | (uint64_t)get_u32(reader) << 32;
}

static struct span get_bytes(struct reader *reader, size_t size)
{
    if (reader->bad || (size_t)(reader->end - reader->at) < size) {
        reader->bad = true;
        return (struct span){NULL, 0};
    }
    struct span span = {(const char *)reader->at, size};
    reader->at += size;
    return span;
}

/* Whether the arena takes so much more: it ends the program where it doesn't. */
static bool has_room(struct reader *reader, size_t size)
{
    const struct arena *arena = reader->arena;
    if (arena->bytes_max && arena->bytes + size + ARENA_BLOCK_BYTES_MAX > arena->bytes_max)
        reader->bad = true;
    return !reader->bad;
}

static void *get_room(struct reader *reader, size_t size)
{
    return has_room(reader, size) ? arena_alloc_zeroed(reader->arena, size) : NULL;
}

static const char *get_text(struct reader *reader)
{
    uint32_t length = get_u32(reader);
    if (!length)
        return NULL;
    struct span span = get_bytes(reader, length - 1);
    if (reader->bad || span.size > WIRE_TEXT_BYTES_MAX || !utf8_valid(span.data, span.size) ||
        (span.size && memchr(span.data, '\0', span.size)) || !has_room(reader, span.size)) {
        reader->bad = true;
        return NULL;
    }
    return arena_copy(reader->arena, span.data, span.size);
}

/* How many things follow; each takes at least `size` bytes, so a count can't lie by much. */
static size_t get_count(struct reader *reader, size_t count_max, size_t size)
{
    size_t count = get_u32(reader);
    if (count > count_max || count * size > (size_t)(reader->end - reader->at))
        reader->bad = true;
    return reader->bad ? 0 : count;
}

static const char **get_texts(struct reader *reader, size_t *count)
{
    *count = get_count(reader, WIRE_LIST_MAX, 4);
    const char **texts = get_room(reader, (*count + 1) * sizeof *texts);
    size_t kept = 0;
    for (size_t i = 0; i < *count && !reader->bad; i++)
        if ((texts[kept] = get_text(reader)))
            kept++;
    *count = kept;
    return texts;
}

static void get_row(struct reader *reader, const struct row *row, void *record)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct field *field = &row->fields[i];
        void *at = (char *)record + field->at;
        uint32_t bits;
        switch (field->type) {
        case FIELD_TEXT:
            *(const char **)at = get_text(reader);
            break;
        case FIELD_TEXTS:
            *(const char ***)at =
                get_texts(reader, (size_t *)(void *)((char *)record + field->count_at));
            break;
        case FIELD_I64:
        case FIELD_U64:
            *(uint64_t *)at = get_u64(reader);
            break;
        case FIELD_INT:
        case FIELD_FLOAT:
            bits = get_u32(reader);
            memcpy(at, &bits, sizeof bits);
            break;
        case FIELD_BOOL:
            *(bool *)at = get_u32(reader) == 1;
            break;
        case FIELD_SPAN:
            *(struct span *)at = get_bytes(reader, get_u32(reader));
            break;
        }
    }
}

static void *get_rows(struct reader *reader, const struct row *row, size_t size, size_t *count,
                      size_t count_max)
{
    *count = get_count(reader, count_max, 4 * row->count);
    char *records = get_room(reader, *count * size + 1);
    for (size_t i = 0; i < *count && !reader->bad; i++)
        get_row(reader, row, records + i * size);
    return records;
}

size_t wire_message_size(const void *data, size_t size)
{
    struct reader reader = {.at = data, .end = (const unsigned char *)data + size};
    return size < 4 ? 0 : (size_t)get_u32(&reader) + 4;
}

static struct reader open_message(struct arena *arena, const void *data, size_t size)
{
    struct reader reader = {.at = data, .end = (const unsigned char *)data + size, .arena = arena};
    if ((size_t)get_u32(&reader) + 4 != size)
        reader.bad = true;
    return reader;
}

int wire_get_request(struct worker_request *out, struct arena *arena, const void *data, size_t size)
{
    struct reader reader = open_message(arena, data, size);
    memset(out, 0, sizeof *out);
    get_row(&reader, &request_row, out);
    return reader.bad || reader.at != reader.end || !out->url ? ERR_INPUT : 0;
}

static bool found_sane(const struct worker_answer *answer)
{
    for (size_t i = 0; i < answer->found_count; i++) {
        const struct found_record *found = &answer->found[i];
        if (!found->url || !found->via || (unsigned)found->kind > URL_PAGE ||
            (unsigned)found->source > KIND_API)
            return false;
    }
    for (size_t i = 0; i < answer->links_count; i++)
        if (!answer->links[i].url)
            return false;
    return true;
}

int wire_get_answer(struct worker_answer *out, struct arena *arena, const void *data, size_t size)
{
    struct reader reader = open_message(arena, data, size);
    memset(out, 0, sizeof *out);
    get_row(&reader, &answer_row, out);
    if (out->has_article)
        get_row(&reader, &article_row, &out->article);
    out->links = get_rows(&reader, &link_row, sizeof *out->links, &out->links_count, WIRE_LIST_MAX);
    out->found =
        get_rows(&reader, &found_row, sizeof *out->found, &out->found_count, WIRE_FOUND_MAX);
    out->api_rows_count = get_count(&reader, WIRE_LIST_MAX, 12);
    out->api_rows = get_room(&reader, (out->api_rows_count + 1) * sizeof *out->api_rows);
    for (size_t i = 0; i < out->api_rows_count && !reader.bad; i++) {
        struct api_row *row = &out->api_rows[i];
        get_row(&reader, &api_row_row, row);
        if (get_u32(&reader) == 1) {
            struct article_record *article = get_room(&reader, sizeof *article);
            if (article)
                get_row(&reader, &article_row, article);
            row->article = article;
        }
        if (!row->key || !row->json)
            reader.bad = true;
    }
    if (reader.bad || reader.at != reader.end || out->outcome > OUTCOME_RELEASED ||
        !found_sane(out))
        return ERR_INPUT;
    return 0;
}
