#include "storage/postgres/rows.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/copy/tables.h"
#include "storage/memory.h"
#include "storage/postgres/bytes.h"
#include "storage/postgres/session.h"

/* 11 bytes, then no flags and no extension */
static const char signature[19] = "PGCOPY\n\377\r\n";

enum {
    SEND_BYTES = 256 * 1024,
    NUMBER_BYTES = 8,
    FIELD_BYTES = 4,
    PAGE_BYTES = 512 * 1024, /* of rows that come together, roughly; the first are few */
    PAGE_ROWS_FIRST = 64,
    PAGE_ROWS_MAX = 4096,
};

struct postgres_rows {
    struct rows rows; /* first */
    struct postgres_store *store;
    const struct copied_table *table; /* that is read or written … */
    int widths[COPIED_COLUMNS_MAX];   /* … and the bytes of its columns' numbers, to be written */
    PGresult *page;                   /* rows that came together … */
    int next;                         /* … of which this one is the next */
    int asked;                        /* rows of a page that is on its way; 0: none is */
    bool copying;                     /* a COPY is under way */
    char *out;                        /* to be sent */
    size_t out_size, out_capacity;
};

static struct postgres_rows *of(struct rows *rows)
{
    return (struct postgres_rows *)rows;
}

static struct rows *on_open(struct database *database)
{
    struct postgres_rows *rows = memory_zeroed(1, sizeof(*rows));
    rows->rows = (struct rows){&postgres_rows, database};
    rows->store = postgres_of(database);
    return &rows->rows;
}

/* ---- the connection ---- */

/* Outside of pipeline mode, which knows no COPY. */
static PGresult *execute(struct postgres_rows *rows, const char *sql, ExecStatusType wanted,
                         int *err)
{
    PQexitPipelineMode(rows->store->connection);
    PQsetnonblocking(rows->store->connection, 0); /* COPY waits for the server's pace */
    PGresult *result = PQexec(rows->store->connection, sql);
    *err = PQresultStatus(result) == wanted ? 0 : session_error(rows->store, result);
    return result;
}

static int run(struct postgres_rows *rows, const char *sql)
{
    int err;
    PQclear(execute(rows, sql, PGRES_COMMAND_OK, &err));
    return err;
}

/* The answer to a COPY that has come to its end, or was given up. */
static int read_end(struct postgres_rows *rows)
{
    PGconn *connection = rows->store->connection;
    int err = 0;
    for (PGresult *result; (result = PQgetResult(connection)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && !err)
            err = session_error(rows->store, result);
        if (status == PGRES_COPY_IN) { /* it was lost */
            PQclear(result);
            break;
        }
    }
    rows->copying = false;
    return err;
}

static void on_stop(struct rows *base)
{
    struct postgres_rows *rows = of(base);
    PQclear(rows->page);
    while (rows->asked && (rows->page = PQgetResult(rows->store->connection)))
        PQclear(rows->page);
    rows->page = NULL;
    rows->next = rows->asked = 0;
}

/* Connected and in no transaction. */
static int leave(struct postgres_rows *rows)
{
    on_stop(&rows->rows);
    int err = session_ready(rows->store);
    if (!err && PQtransactionStatus(rows->store->connection) != PQTRANS_IDLE)
        err = run(rows, "ROLLBACK");
    return err;
}

static void on_close(struct rows *base)
{
    struct postgres_rows *rows = of(base);
    on_stop(base);
    if (PQtransactionStatus(rows->store->connection) != PQTRANS_IDLE)
        run(rows, "ROLLBACK");
    PQenterPipelineMode(rows->store->connection);
    PQsetnonblocking(rows->store->connection, 1);
    free(rows->out);
    free(rows);
}

/* ---- reading ---- */

/* Each page by the index of its key, also where the server knows nothing of the table yet: else it
 * may sort all that is left, for each. */
static const char begin_reading[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SELECT set_config(name, 'off', true) FROM pg_settings"
    " WHERE name IN ('enable_seqscan', 'enable_bitmapscan', 'enable_sort')";

static int enter(struct postgres_rows *rows)
{
    on_stop(&rows->rows);
    if (PQtransactionStatus(rows->store->connection) == PQTRANS_INTRANS)
        return 0;
    int err = leave(rows);
    if (!err)
        PQclear(execute(rows, begin_reading, PGRES_TUPLES_OK, &err));
    return err;
}

static int on_count(struct rows *base, const struct copied_table *table, int64_t *out)
{
    struct postgres_rows *rows = of(base);
    char sql[96];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table->name);
    int err = enter(rows);
    if (err)
        return err;
    PGresult *result = execute(rows, sql, PGRES_TUPLES_OK, &err);
    if (!err)
        *out = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return err;
}

/* As it stands in SQL; owned by the caller. */
static char *literal(struct postgres_rows *rows, enum copied_type type,
                     const struct copied_value *value)
{
    char number[32];
    if (type == COPIED_INTEGER) {
        snprintf(number, sizeof(number), "%lld", (long long)value->integer);
        return memory_string(number, strlen(number));
    }
    char *escaped = PQescapeLiteral(rows->store->connection, value->data, value->size);
    char *text = memory_string(escaped ? escaped : "NULL", strlen(escaped ? escaped : "NULL"));
    PQfreemem(escaped);
    return text;
}

/* Integers come in as many bytes as their type has. */
static void read_value(struct copied_value *value, enum copied_type type, const char *data,
                       size_t size)
{
    int64_t bits = type == COPIED_INTEGER || type == COPIED_REAL ? bytes_get(data, (int)size) : 0;
    if (type == COPIED_INTEGER)
        value->integer = bits;
    else if (type == COPIED_REAL)
        memcpy(&value->real, &bits, sizeof(bits));
    value->data = data;
    value->size = size;
}

static void read_row(const struct copied_table *table, const PGresult *page, int place,
                     struct copied_value *row)
{
    for (int i = 0; i < (int)table->columns_count; i++) {
        row[i] = (struct copied_value){.is_null = PQgetisnull(page, place, i)};
        if (!row[i].is_null)
            read_value(&row[i], table->columns[i].type, PQgetvalue(page, place, i),
                       (size_t)PQgetlength(page, place, i));
    }
}

/* In binary: COPY sends them no faster, and not every server has one that does so. */
static int ask(struct postgres_rows *rows, const char *sql, int limit)
{
    PGconn *connection = rows->store->connection;
    PQexitPipelineMode(connection);
    PQsetnonblocking(connection, 0);
    int sent = PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1);
    rows->asked = sent == 1 ? limit : 0;
    return sent == 1 ? 0 : session_error(rows->store, NULL);
}

static int ask_behind(struct postgres_rows *rows, const struct copied_value *after, int limit)
{
    const struct copied_table *table = rows->table;
    char *literals[COPIED_KEYS_MAX] = {NULL};
    for (size_t i = 0; after && i < table->keys; i++)
        literals[i] = literal(rows, table->columns[i].type, &after[i]);
    char *select =
        rows_select(table, ROWS_FROM_FIRST, after ? (const char *const *)literals : NULL);
    size_t size = strlen(select) + 32;
    char *sql = memory_zeroed(1, size);
    snprintf(sql, size, "%s LIMIT %d", select, limit);
    int err = ask(rows, sql, limit);
    free(sql);
    free(select);
    for (size_t i = 0; i < COPIED_KEYS_MAX; i++)
        free(literals[i]);
    return err;
}

/* As the last page's rows say, and not suddenly. */
static int next_limit(const PGresult *page)
{
    int rows = PQntuples(page);
    size_t fit = (size_t)PAGE_BYTES * (size_t)rows / PQresultMemorySize(page);
    size_t max = (size_t)rows * 8 < PAGE_ROWS_MAX ? (size_t)rows * 8 : PAGE_ROWS_MAX;
    return fit < 1 ? 1 : (int)(fit < max ? fit : max);
}

/* The page that is on its way. Where it is full the next one is asked for at once: the server makes
 * it while this one is worked on. */
static int take_page(struct postgres_rows *rows)
{
    struct copied_value last[COPIED_COLUMNS_MAX];
    int limit = rows->asked;
    PQclear(rows->page);
    rows->page = PQgetResult(rows->store->connection);
    rows->next = 0;
    int err =
        PQresultStatus(rows->page) == PGRES_TUPLES_OK ? 0 : session_error(rows->store, rows->page);
    for (PGresult *rest; (rest = PQgetResult(rows->store->connection));)
        PQclear(rest);
    rows->asked = 0;
    int count = PQntuples(rows->page);
    if (err || count < limit)
        return err;
    read_row(rows->table, rows->page, count - 1, last);
    return ask_behind(rows, last, next_limit(rows->page));
}

static int on_read(struct rows *base, const struct copied_table *table,
                   const struct copied_value *after)
{
    struct postgres_rows *rows = of(base);
    int err = enter(rows);
    rows->table = table;
    return err ? err : ask_behind(rows, after, PAGE_ROWS_FIRST);
}

static int on_next(struct rows *base, struct copied_value *row)
{
    struct postgres_rows *rows = of(base);
    int err = rows->next == PQntuples(rows->page) && rows->asked ? take_page(rows) : 0;
    if (err || rows->next == PQntuples(rows->page))
        return err;
    read_row(rows->table, rows->page, rows->next++, row);
    return 1;
}

static int on_last(struct rows *base, const struct copied_table *table, struct copied_value *row)
{
    struct postgres_rows *rows = of(base);
    int err = enter(rows);
    rows->table = table;
    char *select = rows_select(table, ROWS_LAST_ALONE, NULL);
    if (!err)
        err = ask(rows, select, INT_MAX); /* none follows it */
    free(select);
    return err ? err : on_next(base, row);
}

/* ---- writing ---- */

static int learn_widths(struct postgres_rows *rows, const struct copied_table *table,
                        const char *columns)
{
    char *sql = memory_zeroed(1, strlen(columns) + 96);
    int err;
    sprintf(sql, "SELECT %s FROM %s LIMIT 0", columns, table->name);
    PGresult *result = execute(rows, sql, PGRES_TUPLES_OK, &err);
    for (int i = 0; !err && i < (int)table->columns_count; i++)
        rows->widths[i] = PQfsize(result, i);
    PQclear(result);
    free(sql);
    rows->table = err ? NULL : table;
    return err;
}

/* What the server loses if it crashes is copied again: the rows that it has tell where to go on.
 * Foreign keys held where the rows come from, and each is compared with those: a role that may do
 * without asking for each row's parents, does, which saves a third of the CPU time. */
static const char begin_writing[] =
    "BEGIN; SET LOCAL synchronous_commit = off;"
    "DO $$ BEGIN SET LOCAL session_replication_role = replica;"
    " EXCEPTION WHEN insufficient_privilege OR undefined_object THEN NULL; END $$";

static int on_begin(struct rows *base, const struct copied_table *table)
{
    struct postgres_rows *rows = of(base);
    int err = leave(rows);
    if (!err)
        err = run(rows, begin_writing);
    if (err)
        return err;
    char *columns = rows_columns(table), *sql = memory_zeroed(1, strlen(columns) + 128);
    err = learn_widths(rows, table, columns);
    if (!err) {
        sprintf(sql, "COPY %s(%s) FROM STDIN (FORMAT binary)", table->name, columns);
        PQclear(execute(rows, sql, PGRES_COPY_IN, &err));
        rows->copying = !err;
    }
    rows->out_capacity = rows->out ? rows->out_capacity : SEND_BYTES;
    rows->out = rows->out ? rows->out : memory_zeroed(1, rows->out_capacity);
    memcpy(rows->out, signature, sizeof(signature));
    rows->out_size = sizeof(signature);
    free(columns);
    free(sql);
    return err;
}

static int send(struct postgres_rows *rows)
{
    int sent = PQputCopyData(rows->store->connection, rows->out, (int)rows->out_size);
    rows->out_size = 0;
    return sent == 1 ? 0 : session_error(rows->store, NULL);
}

static void add(struct postgres_rows *rows, const void *data, size_t size)
{
    if (size)
        memcpy(rows->out + rows->out_size, data, size);
    rows->out_size += size;
}

static void add_number(struct postgres_rows *rows, uint64_t value, int bytes)
{
    char data[NUMBER_BYTES];
    bytes_put(data, value, bytes);
    add(rows, data, (size_t)bytes);
}

static bool fits(int64_t value, int bytes)
{
    return bytes == 8 || (bytes == 4 && value == (int32_t)value) ||
           (bytes == 2 && value == (int16_t)value);
}

static int too_large(struct postgres_rows *rows, size_t column, int64_t value)
{
    struct database *database = rows->rows.database;
    snprintf(database->store.message, sizeof(database->store.message),
             "%s: %s.%s can't be %lld there", database->name, rows->table->name,
             rows->table->columns[column].name, (long long)value);
    return STORE_FAILED;
}

static int add_value(struct postgres_rows *rows, size_t i, const struct copied_value *value)
{
    uint64_t bits = (uint64_t)value->integer;
    switch (rows->table->columns[i].type) {
    case COPIED_INTEGER:
        if (!fits(value->integer, rows->widths[i]))
            return too_large(rows, i, value->integer);
        add_number(rows, (uint64_t)rows->widths[i], FIELD_BYTES);
        add_number(rows, bits, rows->widths[i]);
        break;
    case COPIED_REAL:
        memcpy(&bits, &value->real, sizeof(bits));
        add_number(rows, NUMBER_BYTES, FIELD_BYTES);
        add_number(rows, bits, NUMBER_BYTES);
        break;
    case COPIED_TEXT:
    case COPIED_BYTES:
        add_number(rows, value->size, FIELD_BYTES);
        add(rows, value->data, value->size);
        break;
    }
    return 0;
}

static void make_room(struct postgres_rows *rows, const struct copied_value *row)
{
    size_t need = rows->out_size + 2 * NUMBER_BYTES;
    for (size_t i = 0; i < rows->table->columns_count; i++)
        need += row[i].size + NUMBER_BYTES + FIELD_BYTES;
    while (rows->out_capacity < need)
        rows->out = memory_room(rows->out, rows->out_capacity, &rows->out_capacity, 1);
}

static int on_put(struct rows *base, const struct copied_value *row)
{
    struct postgres_rows *rows = of(base);
    int err = 0;
    make_room(rows, row);
    add_number(rows, rows->table->columns_count, 2);
    for (size_t i = 0; i < rows->table->columns_count && !err; i++) {
        if (row[i].is_null)
            add_number(rows, UINT32_MAX, FIELD_BYTES);
        else
            err = add_value(rows, i, &row[i]);
    }
    return err || rows->out_size < SEND_BYTES / 2 ? err : send(rows);
}

/* The server tells what was wrong with a row when it has them all; the first failure is the one we
 * report. */
static int on_end(struct rows *base, int err)
{
    struct postgres_rows *rows = of(base);
    struct store *store = &base->database->store;
    char message[STORE_MESSAGE_BYTES];
    if (!err) {
        add_number(rows, UINT16_MAX, 2);
        err = send(rows);
    }
    memcpy(message, store->message, sizeof(message));
    if (rows->copying) {
        PQputCopyEnd(rows->store->connection, err ? "given up" : NULL);
        int ended = read_end(rows);
        if (!err)
            memcpy(message, store->message, sizeof(message));
        err = err ? err : ended;
    }
    if (!err)
        return run(rows, "COMMIT");
    if (PQstatus(rows->store->connection) == CONNECTION_OK)
        run(rows, "ROLLBACK");
    memcpy(store->message, message, sizeof(message));
    return err;
}

/* ---- what comes after ---- */

static int on_settle(struct rows *base)
{
    struct postgres_rows *rows = of(base);
    int err = leave(rows);
    for (size_t i = 0; i < copied_tables_count && !err; i++) {
        const struct copied_table *table = &copied_tables[i];
        const char *name = table->columns[0].name;
        char sql[256];
        if (!table->numbered)
            continue;
        snprintf(sql, sizeof(sql),
                 "SELECT setval(pg_get_serial_sequence('%s', '%s'), "
                 "greatest(coalesce(max(%s), 1), 1), max(%s) IS NOT NULL) FROM %s",
                 table->name, name, name, name, table->name);
        PQclear(execute(rows, sql, PGRES_TUPLES_OK, &err));
    }
    return err ? err : run(rows, "ANALYZE");
}

const struct rows_kind postgres_rows = {
    .utf8_only = true,
    .open = on_open,
    .close = on_close,
    .count = on_count,
    .read = on_read,
    .next = on_next,
    .stop = on_stop,
    .last = on_last,
    .begin = on_begin,
    .put = on_put,
    .end = on_end,
    .settle = on_settle,
};
