/* statement.h - the named statements of queries.sql, bound, stepped and read the same way whatever
 * database runs them.
 *
 * A statement is prepared once, on first use, bound with the helpers below and reset by who stepped
 * it (statement_finish). One that could not be prepared can be bound all the same; stepping returns
 * the reason. A backend may put off what statement_run() was told, up to the next call that asks
 * for an answer: whatever fails then makes the transaction fail. Thread: the store's. */
#ifndef STORAGE_TABLES_STATEMENT_H
#define STORAGE_TABLES_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "storage/store.h"

struct database;

/* What is told of a row that was added: 1 where it changed something; the number of the row that an
 * INSERT made; or the integer columns of the row that a query, or RETURNING, gives. Where it is
 * none of that, what stands there stays. */
enum answer { ANSWER_CHANGED, ANSWER_NUMBER, ANSWER_COLUMNS };

/* Each backend's begins with one. */
struct statement {
    const struct statement_kind *kind;
};

/* What a backend does with its statements. Text and bytes are borrowed until the step; places count
 * from 1, columns from 0; what a column is read as is borrowed until the next step. */
struct statement_kind {
    void (*bind_null)(struct statement *statement, int place);
    void (*bind_integer)(struct statement *statement, int place, int64_t value);
    void (*bind_real)(struct statement *statement, int place, double value);
    void (*bind_text)(struct statement *statement, int place, const char *value, size_t size);
    void (*bind_bytes)(struct statement *statement, int place, const void *value, size_t size);
    int (*step)(struct statement *statement);
    int (*run)(struct statement *statement);
    int64_t (*change)(struct statement *statement);
    int (*insert)(struct statement *statement, int64_t *id);
    int (*add)(struct statement *statement, enum answer what, int64_t *out);
    int (*settle)(struct statement *statement);
    void (*finish)(struct statement *statement);
    void (*clear)(struct statement *statement);
    int (*columns)(struct statement *statement);
    bool (*is_null)(struct statement *statement, int column);
    int64_t (*integer)(struct statement *statement, int column);
    double (*real)(struct statement *statement, int column);
    const char *(*text)(struct statement *statement, int column);
    size_t (*size)(struct statement *statement, int column);
    void (*value)(struct statement *statement, int column, struct store_value *out);
};

/* The named statement, ready to be bound. */
struct statement *statement(struct database *store, enum sql sql);

/* ---- binding ---- */

static inline void bind_null(struct statement *statement, int place)
{
    statement->kind->bind_null(statement, place);
}

static inline void bind_integer(struct statement *statement, int place, int64_t value)
{
    statement->kind->bind_integer(statement, place, value);
}

static inline void bind_real(struct statement *statement, int place, double value)
{
    statement->kind->bind_real(statement, place, value);
}

/* 0: NULL */
static inline void bind_nonzero(struct statement *statement, int place, int64_t value)
{
    if (value)
        bind_integer(statement, place, value);
    else
        bind_null(statement, place);
}

/* MOMENT_NONE: NULL */
static inline void bind_moment(struct statement *statement, int place, int64_t value)
{
    if (value != MOMENT_NONE)
        bind_integer(statement, place, value);
    else
        bind_null(statement, place);
}

/* negative: NULL */
static inline void bind_positive(struct statement *statement, int place, int64_t value)
{
    if (value >= 0)
        bind_integer(statement, place, value);
    else
        bind_null(statement, place);
}

/* A part of a text. */
static inline void bind_part(struct statement *statement, int place, const char *value, size_t size)
{
    statement->kind->bind_text(statement, place, value, size);
}

/* NULL: NULL */
static inline void bind_text(struct statement *statement, int place, const char *value)
{
    if (value)
        bind_part(statement, place, value, strlen(value));
    else
        bind_null(statement, place);
}

static inline void bind_bytes(struct statement *statement, int place, const void *value,
                              size_t size)
{
    statement->kind->bind_bytes(statement, place, value, size);
}

/* ---- running ---- */

/* One step: returns 1 with a row, 0 without, or a store_error; without a row it is reset. */
static inline int statement_step(struct statement *statement)
{
    return statement->kind->step(statement);
}

/* Resets after rows were read. */
static inline void statement_finish(struct statement *statement)
{
    statement->kind->finish(statement);
}

/* For a statement that gives no rows, or whose rows don't matter: 0 or a store_error. */
static inline int statement_run(struct statement *statement)
{
    return statement->kind->run(statement);
}

/* For a statement that gives at most one row of one integer: 1 with it, 0 without, or an error. */
int statement_integer(struct statement *statement, int64_t *out);

/* For an INSERT into a table whose rows have numbers: 1 with that of the new row in *id, 0 where
 * none was made, or a store_error. In PostgreSQL's dialect such a statement returns the number. */
static inline int statement_insert(struct statement *statement, int64_t *id)
{
    return statement->kind->insert(statement, id);
}

/* Runs a statement that gives no rows: how many it changed, or a store_error. */
static inline int64_t statement_change(struct statement *statement)
{
    return statement->kind->change(statement);
}

/* ---- the same for many rows ---- */

/* Runs the statement for what is bound, sooner or later, but as if in this order: 0 or a
 * store_error. The answer is in *out after statement_settle(), and not before; NULL: nobody wants
 * it. Text and bytes are borrowed until here. A backend that gathers rows runs them at once, so
 * none may depend on what came of another. */
static inline int statement_add(struct statement *statement, enum answer what, int64_t *out)
{
    return statement->kind->add(statement, what, out);
}

/* All rows that were added to it have been run, and answered. Within the transaction of the rows;
 * before whatever else reads or writes what they change. */
static inline int statement_settle(struct statement *statement)
{
    return statement->kind->settle(statement);
}

/* Forgets what was bound: it may be gone by the next use. */
static inline void statement_clear(struct statement *statement)
{
    statement->kind->clear(statement);
}

/* ---- columns of a row ---- */

static inline bool column_is_null(struct statement *statement, int column)
{
    return statement->kind->is_null(statement, column);
}

static inline int64_t column_integer(struct statement *statement, int column) /* 0 for NULL */
{
    return statement->kind->integer(statement, column);
}

static inline double column_real(struct statement *statement, int column) /* 0 for NULL */
{
    return statement->kind->real(statement, column);
}

static inline int64_t column_moment(struct statement *statement, int column)
{
    return column_is_null(statement, column) ? MOMENT_NONE : column_integer(statement, column);
}

static inline const char *column_text(struct statement *statement, int column) /* NULL for NULL */
{
    return statement->kind->text(statement, column);
}

static inline size_t column_size(struct statement *statement, int column) /* of text or bytes */
{
    return statement->kind->size(statement, column);
}

/* The column as commands get it, with its name. */
static inline void column_value(struct statement *statement, int column, struct store_value *out)
{
    statement->kind->value(statement, column, out);
}

static inline int columns_count(struct statement *statement)
{
    return statement->kind->columns(statement);
}

#endif
