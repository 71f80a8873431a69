/* bench_stories.c - how well copies of a text are told from other texts, and what that costs.
 *
 *     crawler extract --jsonl PAGES... | bench_stories pairs
 *     bench_stories base ARTICLES
 *
 * `pairs` makes labelled pairs out of the texts it reads and prints precision and recall. Those of
 * one story: a copy with a lead of its own, paragraphs cut, swapped and put in, words replaced; at
 * least a fifth of its words differ. Those of two: another article that quotes two paragraphs of
 * the first, neighbouring tickers of one site, and texts that end in the same long notice. All of
 * them go through a store, and the store's story_id decides.
 *
 * `base` stores that many articles, 10,000 a day, one in eight a copy, and prints the CPU time that
 * finding and remembering stories takes of each further one, and what the commits take.
 *
 * The database is made in the current directory and removed. One line of JSON per figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "storage/sqlite/connection.h"
#include "storage/tables/stories.h"
#include "storage/store.h"
#include "support/storebox.h"

enum { TEXTS_MAX = 4000, PARAGRAPHS_MAX = 400, WORDS_MIN = 120, PARAGRAPHS_MIN = 4 };

static uint64_t random_state = 7;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static size_t below(size_t count)
{
    return (size_t)(random_next() % count);
}

/* ---- texts ---- */

struct text {
    const char *paragraphs[PARAGRAPHS_MAX];
    size_t count;
};

static struct text texts[TEXTS_MAX];
static size_t texts_count;

static void read_texts(struct arena *arena)
{
    char *line = NULL;
    size_t room = 0;
    while (texts_count < TEXTS_MAX && getline(&line, &room, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        const char *body = json_string_value(json_object_get(row, "text"));
        struct text *text = &texts[texts_count];
        *text = (struct text){.count = 0};
        char *rest = body ? arena_string(arena, body) : NULL, *paragraph;
        while (rest && text->count < PARAGRAPHS_MAX && (paragraph = strsep(&rest, "\n")))
            if (*paragraph)
                text->paragraphs[text->count++] = paragraph;
        if (body && text->count >= PARAGRAPHS_MIN && text_measure(body).words >= WORDS_MIN)
            texts_count++;
        json_decref(row);
    }
    free(line);
}

static char *joined(const struct text *text, struct arena *arena)
{
    struct bytes out;
    bytes_init(&out, 0);
    for (size_t i = 0; i < text->count; i++) {
        bytes_append_string(&out, i ? "\n" : "");
        bytes_append_string(&out, text->paragraphs[i]);
    }
    char *copy = arena_copy(arena, out.data ? out.data : "", out.size);
    bytes_clear(&out);
    return copy;
}

static const char *any_paragraph(void)
{
    const struct text *text = &texts[below(texts_count)];
    return text->paragraphs[below(text->count)];
}

/* ---- edits ---- */

/* One word in `rate` becomes one of another text. */
static const char *replace_words(const char *paragraph, size_t rate, struct arena *arena)
{
    struct bytes out;
    char *rest = arena_string(arena, paragraph), *word;
    bytes_init(&out, 0);
    while ((word = strsep(&rest, " "))) {
        const char *other = any_paragraph();
        bool replaced = below(rate) == 0;
        bytes_append_string(&out, out.size ? " " : "");
        if (replaced)
            bytes_append(&out, other, strcspn(other, " "));
        else
            bytes_append_string(&out, word);
    }
    char *copy = arena_copy(arena, out.data ? out.data : "", out.size);
    bytes_clear(&out);
    return copy;
}

static void insert_paragraph(struct text *text, size_t at, const char *paragraph)
{
    memmove(&text->paragraphs[at + 1], &text->paragraphs[at],
            (text->count - at) * sizeof(text->paragraphs[0]));
    text->paragraphs[at] = paragraph;
    text->count++;
}

/* What a wire's text undergoes on its way into another paper. */
static char *edited(const struct text *original, struct arena *arena)
{
    struct text text = *original;
    text.paragraphs[0] = any_paragraph();
    size_t cut = below(6); /* tenths, off the end */
    text.count -= text.count * cut / 10;
    if (text.count > 3 && below(2)) {
        size_t a = 1 + below(text.count - 1), b = 1 + below(text.count - 1);
        const char *swapped = text.paragraphs[a];
        text.paragraphs[a] = text.paragraphs[b];
        text.paragraphs[b] = swapped;
    }
    if (below(2) && text.count < PARAGRAPHS_MAX)
        insert_paragraph(&text, below(text.count), any_paragraph());
    size_t rate = 10 + below(40);
    for (size_t i = 1; i < text.count; i++)
        text.paragraphs[i] = replace_words(text.paragraphs[i], rate, arena);
    return joined(&text, arena);
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static size_t words_of(char *text, const char **words, size_t words_max)
{
    size_t count = 0;
    for (char *rest = text, *word; count < words_max && (word = strsep(&rest, " \n"));)
        if (*word)
            words[count++] = word;
    qsort(words, count, sizeof(*words), by_text);
    return count;
}

/* Share of the longer one's words that the other does not have, whatever their order. */
static double words_changed(const char *a, const char *b, struct arena *arena)
{
    enum { WORDS_READ = 20000 };
    const char **of_a = arena_alloc(arena, WORDS_READ * sizeof(*of_a));
    const char **of_b = arena_alloc(arena, WORDS_READ * sizeof(*of_b));
    size_t a_count = words_of(arena_string(arena, a), of_a, WORDS_READ);
    size_t b_count = words_of(arena_string(arena, b), of_b, WORDS_READ);
    size_t shared = 0, longer = a_count > b_count ? a_count : b_count;
    for (size_t i = 0, k = 0; i < a_count && k < b_count;) {
        int order = strcmp(of_a[i], of_b[k]);
        shared += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    return longer ? 1 - (double)shared / (double)longer : 0;
}

/* Another article that quotes two paragraphs; NULL where these would be most of it. */
static char *same_event(size_t of, struct arena *arena)
{
    size_t index = below(texts_count);
    if (index == of)
        return NULL;
    struct text text = texts[index];
    char *own = joined(&text, arena);
    size_t quoted = 0;
    for (int i = 0; i < 2 && text.count < PARAGRAPHS_MAX; i++) {
        const char *quote = texts[of].paragraphs[below(texts[of].count)];
        insert_paragraph(&text, below(text.count), quote);
        quoted += strlen(quote);
    }
    return quoted * 3 > strlen(own) ? NULL : joined(&text, arena);
}

static char *ticker(size_t number, struct arena *arena)
{
    static const char *const moves[] = {"rose", "fell", "hardly moved", "gained a little"};
    struct bytes out;
    bytes_init(&out, 0);
    for (size_t i = 0; i < 12; i++)
        bytes_append_string(
            &out,
            arena_format(arena,
                         "Share %zu of the main index %s on %zu trades and closed at %zu.%02zu "
                         "points, which is %zu.%zu per cent more or less than the day before.\n",
                         i, moves[below(4)], 100 + below(9000), 10 + below(400), below(100),
                         below(4), below(10)));
    bytes_append_string(&out,
                        arena_format(arena, "This is report number %zu of this desk.", number));
    char *copy = arena_copy(arena, out.data, out.size);
    bytes_clear(&out);
    return copy;
}

static const char *const notice =
    "This text was written by a news agency and has not been edited by this newspaper. All rights "
    "reserved. No part of it may be copied, stored or passed on without the agency's consent in "
    "writing. Readers who find a mistake are asked to write to the address in the imprint, where "
    "they also find how to complain to the press council and how to cancel a subscription.";

static char *with_notice(const struct text *text, struct arena *arena)
{
    return arena_format(arena, "%s\n%s", joined(text, arena), notice);
}

/* ---- the store ---- */

enum { SITES = 4 };

static struct queue {
    struct api_row *rows;
    size_t count;
} queues[SITES];

/* Returns its URL. */
static const char *queue_text(struct arena *arena, unsigned site, const char *name, size_t number,
                              const char *body, int64_t published_ms)
{
    struct queue *queue = &queues[site];
    struct article_record *article = arena_alloc(arena, sizeof(*article));
    const char *url = arena_format(arena, "https://site%u.example/%s/%zu", site, name, number);
    *article = storebox_article(url, body);
    article->url = article->canonical_url = url;
    article->published_ms = published_ms;
    queue->rows[queue->count++] = (struct api_row){.key = url, .json = "{}", .article = article};
    return url;
}

static void open_box(struct storebox *box)
{
    char url[64];
    storebox_open(box);
    for (unsigned site = 0; site < SITES; site++) {
        snprintf(url, sizeof(url), "https://site%u.example/", site);
        storebox_add(box, "api", url);
    }
    storebox_begin(box, T0);
    storebox_lease(box, T0, 100);
}

static void store_all(struct storebox *box)
{
    char url[64];
    for (unsigned site = 0; site < SITES; site++) {
        snprintf(url, sizeof(url), "site%u.example/", site);
        struct result_record result = storebox_result(storebox_leased(box, url), T0);
        result.api_rows = queues[site].rows;
        result.api_rows_count = queues[site].count;
        storebox_commit(box, &result);
        queues[site].count = 0;
    }
}

/* ---- pairs ---- */

enum kind { COPY, EVENT, TICKER, NOTICE, KINDS };

static const char *const kind_names[KINDS] = {"copy", "event", "ticker", "notice"};

struct pair {
    enum kind kind;
    const char *a, *b;
};

static int64_t day_of_text(size_t number)
{
    return T0 - (int64_t)(1 + number % 20) * DAY;
}

static size_t make_pairs(struct pair *pairs, struct arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < texts_count; i++) {
        int64_t day = day_of_text(i), later = day + (int64_t)below(20) * HOUR;
        char *original = joined(&texts[i], arena), *copy = edited(&texts[i], arena);
        char *event = same_event(i, arena);
        const char *url = queue_text(arena, 0, "text", i, original, day);
        if (words_changed(original, copy, arena) >= 0.2)
            pairs[count++] = (struct pair){COPY, url, queue_text(arena, 1, "copy", i, copy, later)};
        if (event)
            pairs[count++] =
                (struct pair){EVENT, url, queue_text(arena, 2, "event", i, event, later)};
    }
    for (size_t i = 0; i + 1 < texts_count; i += 2) {
        int64_t day = day_of_text(i), year_before = day - 365 * DAY;
        pairs[count++] =
            (struct pair){TICKER, queue_text(arena, 3, "ticker", i, ticker(i, arena), day),
                          queue_text(arena, 3, "ticker", i + 1, ticker(i + 1, arena), day)};
        /* where the same texts without the notice are far away */
        pairs[count++] = (struct pair){
            NOTICE, queue_text(arena, 2, "notice", i, with_notice(&texts[i], arena), year_before),
            queue_text(arena, 3, "notice", i + 1, with_notice(&texts[i + 1], arena), year_before)};
    }
    return count;
}

static bool one_story(const struct storebox *box, const struct pair *pair, struct arena *arena)
{
    const char *sql = arena_format(
        arena,
        "SELECT count(*) FROM v_articles a JOIN v_articles b ON a.story_id = b.story_id"
        " WHERE a.url = '%s' AND b.url = '%s'",
        pair->a, pair->b);
    return *storebox_ask(box, sql) != '0';
}

static void run_pairs(void)
{
    size_t made[KINDS] = {0}, joined_up[KINDS] = {0}, wrong = 0;
    struct storebox box;
    struct arena arena;
    arena_init(&arena, 0);
    read_texts(&arena);
    struct pair *pairs = arena_alloc(&arena, (4 * texts_count + 4) * sizeof(*pairs));
    for (size_t i = 0; i < SITES; i++)
        queues[i].rows = arena_alloc(&arena, (4 * texts_count + 4) * sizeof(*queues[i].rows));
    size_t count = make_pairs(pairs, &arena);
    open_box(&box);
    store_all(&box);
    for (size_t i = 0; i < count; i++) {
        made[pairs[i].kind]++;
        joined_up[pairs[i].kind] += one_story(&box, &pairs[i], &arena);
    }
    for (enum kind kind = COPY; kind < KINDS; kind++) {
        wrong += kind == COPY ? 0 : joined_up[kind];
        printf("{\"what\":\"%s\",\"pairs\":%zu,\"one_story\":%zu}\n", kind_names[kind], made[kind],
               joined_up[kind]);
    }
    size_t told = joined_up[COPY] + wrong;
    printf("{\"what\":\"stories\",\"precision\":%.4f,\"recall\":%.4f}\n",
           told ? (double)joined_up[COPY] / (double)told : 0,
           made[COPY] ? (double)joined_up[COPY] / (double)made[COPY] : 0);
    storebox_close(&box);
    arena_clear(&arena);
}

/* ---- cost ---- */

enum {
    A_DAY = 10000,
    BASE_WORDS = 90,
    FURTHER_WORDS = 500,
    COPY_EVERY = 8,
    TIMED = 20000,
    BATCH = 500
};

/* Words out of a vocabulary as large as a language's, the frequent ones more often. */
static char *base_text(size_t number, size_t words, struct arena *arena)
{
    struct bytes out;
    bytes_init(&out, 0);
    random_state = number * 1000003 + 11;
    for (size_t i = 0; i < words; i++) {
        size_t range = (size_t)64 << below(10);
        bytes_append_string(&out, arena_format(arena, "%sw%zu", i ? " " : "", below(range)));
    }
    char *copy = arena_copy(arena, out.data, out.size);
    bytes_clear(&out);
    return copy;
}

/* Every eighth text is one that stood on another site just before. */
static size_t text_number(size_t number)
{
    return number % COPY_EVERY ? number : number - (number ? 3 : 0);
}

static sqlite3_stmt *prepared(struct sqlite_store *store, const char *sql)
{
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &insert, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    return insert;
}

/* Its rows alone, without what a request leaves. */
static void insert_article(sqlite3_stmt *url, sqlite3_stmt *article, const struct story_text *text,
                           int64_t article_id)
{
    sqlite3_bind_int64(url, 1, article_id);
    sqlite3_step(url);
    sqlite3_reset(url);
    sqlite3_bind_int64(article, 1, article_id);
    sqlite3_bind_int64(article, 2, text->site_id);
    sqlite3_bind_int64(article, 3, text->moment_ms);
    sqlite3_bind_text(article, 4, text->body, -1, SQLITE_STATIC);
    if (text->story_id)
        sqlite3_bind_int64(article, 5, text->story_id);
    else
        sqlite3_bind_null(article, 5);
    sqlite3_bind_int64(article, 6, (int64_t)text->figures->simhash);
    if (sqlite3_step(article) != SQLITE_DONE)
        fail_msg("bench_stories: %s", sqlite3_errmsg(sqlite3_db_handle(article)));
    sqlite3_reset(article);
}

struct cost {
    uint64_t story_us, commit_us;
};

/* Stores `count` articles after the first `done`; adds the CPU time of finding and remembering
 * their stories, and of the commit. The texts are measured before, as the store does it anyway. */
static void add_articles(struct sqlite_store *sqlite, size_t done, size_t count, size_t words,
                         int64_t moment_ms, struct arena *arena, struct cost *cost)
{
    sqlite3_stmt *url =
        prepared(sqlite, "INSERT INTO urls(url_id, host_id, hash, kind, state, found_ms,"
                         " url) VALUES (?1, 1, ?1, 2, 'done', 0, '')");
    sqlite3_stmt *article = prepared(
        sqlite, "INSERT INTO articles(article_id, site_id, url_id, first_seen_ms, text_hash,"
                " extractor, canonical_url, body, story_id, simhash)"
                " VALUES (?1, ?2, ?1, ?3, 0, '', '', ?4, ?5, ?6)");
    struct database *store = &sqlite->database;
    int err = transaction_begin(store);
    for (size_t i = done; !err && i < done + count; i++) {
        char *body = base_text(text_number(i), words, arena);
        struct text_figures figures = text_measure(body);
        struct story_text text = {.site_id = (int64_t)(1 + i % SITES),
                                  .moment_ms = moment_ms,
                                  .body = body,
                                  .figures = &figures};
        uint64_t started_us = clock_thread_cpu_us();
        err = stories_find(store, &text);
        cost->story_us += clock_thread_cpu_us() - started_us;
        insert_article(url, article, &text, (int64_t)i + 1);
        started_us = clock_thread_cpu_us();
        err = err ? err : stories_remember(store, &text, (int64_t)i + 1);
        cost->story_us += clock_thread_cpu_us() - started_us;
    }
    sqlite3_finalize(url);
    sqlite3_finalize(article);
    uint64_t started_us = clock_thread_cpu_us();
    err = transaction_end(store, err);
    store_checkpoint(&store->store);
    cost->commit_us += clock_thread_cpu_us() - started_us;
    if (err)
        fail_msg("bench_stories: error %d", err);
    arena_reset(arena);
}

static void run_base(size_t articles)
{
    struct storebox box;
    struct arena arena;
    struct cost cost = {0};
    size_t done = 0;
    arena_init(&arena, 0);
    open_box(&box);
    struct sqlite_store *store = (struct sqlite_store *)box.store;
    for (; done < articles; done += BATCH)
        add_articles(store, done, BATCH, BASE_WORDS,
                     T0 - (int64_t)((articles - done) / A_DAY) * DAY, &arena, &cost);
    printf("{\"what\":\"base\",\"articles\":%zu,", done);
    printf("\"stories\":%s,", storebox_ask(&box, "SELECT count(DISTINCT story_id) FROM articles"));
    printf("\"key_bytes_each\":%s}\n",
           storebox_ask(&box, "SELECT sum(pgsize) / (SELECT count(*) FROM articles) FROM dbstat"
                              " WHERE name = 'story_keys'"));
    fflush(stdout);
    cost = (struct cost){0};
    for (size_t i = 0; i < TIMED; i += BATCH)
        add_articles(store, done + i, BATCH, FURTHER_WORDS, T0, &arena, &cost);
    printf("{\"what\":\"further\",\"count\":%d,\"cpu_us_each\":%.2f,\"commit_us_each\":%.2f}\n",
           TIMED, (double)cost.story_us / TIMED, (double)cost.commit_us / TIMED);
    storebox_close(&box);
    arena_clear(&arena);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "pairs") == 0)
        run_pairs();
    else if (argc == 3 && strcmp(argv[1], "base") == 0)
        run_base(strtoul(argv[2], NULL, 10));
    else {
        fprintf(stderr, "usage: bench_stories pairs < TEXTS | bench_stories base ARTICLES\n");
        return 2;
    }
    return 0;
}
