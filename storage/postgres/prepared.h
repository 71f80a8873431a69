/* prepared.h - a named statement as PostgreSQL has it: what the files behind statement.h share.
 *
 * Thread: the store's. */
#ifndef STORAGE_POSTGRES_PREPARED_H
#define STORAGE_POSTGRES_PREPARED_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/tables/statement.h"

struct postgres_store;
struct gathered;

enum { PARAMS_MAX = 40, COMPUTED_MAX = 4, NUMBER_BYTES = 32 };

/* Object ids of the types that are read and written as bytes (pg_type.dat). */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_JSON = 114,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_VARCHAR = 1043,
    TYPE_TIMESTAMPTZ = 1184,
    TYPE_NUMERIC = 1700,
    TYPE_VOID = 2278,
};

enum form { FORM_NULL, FORM_INTEGER, FORM_REAL, FORM_TEXT, FORM_BYTES };

struct param {
    enum form form;
    int64_t integer;
    double real;
    const char *data; /* borrowed */
    size_t size;
    char *mended; /* owned: valid UTF-8, or with its NUL */
    char number[NUMBER_BYTES];
};

/* A parameter that the program computes of others. */
struct computed {
    enum { URL_HASH, URL_SHAPE, TAKEN_HASHES } what;
    int of, and; /* places */
    bool coarse;
};

struct postgres_statement {
    struct statement statement; /* first */
    struct postgres_store *store;
    char *sql;           /* owned, with the computed parameters in it */
    char name[24];       /* on the server */
    unsigned generation; /* of the session that it was prepared in; 0: none */
    int places;          /* that the text has by itself */
    int params_count;    /* with those computed */
    bool is_text[PARAMS_MAX];
    Oid types[PARAMS_MAX];
    struct param params[PARAMS_MAX];
    struct computed computed[COMPUTED_MAX];
    int computed_count;
    struct gathered *gathered; /* owned; NULL: its parameters are no arrays */
    bool binary;               /* its columns come as bytes */
    PGresult *result;
    int row, rows_count;
    char (*numbers)[NUMBER_BYTES]; /* columns of numbers as text */
};

/* Parameters on their way. */
struct wire {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
};

static inline struct postgres_statement *prepared_of(struct statement *statement)
{
    return (struct postgres_statement *)statement;
}

#endif
