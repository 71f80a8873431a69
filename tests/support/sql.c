#include "support/sql.h"

#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "base/alloc.h"
#include "base/bytes.h"

enum { BUSY_MS = 10000 };

struct question {
    sqlite3 *database;
    sqlite3_stmt *statement;
    const char *query;
};

static _Noreturn void give_up(const struct question *question)
{
    fprintf(stderr, "sql: %s: %s\n", question->query, sqlite3_errmsg(question->database));
    abort();
}

static void ask(struct question *question, const char *path, const char *query)
{
    *question = (struct question){.query = query};
    if (sqlite3_open_v2(path, &question->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        give_up(question);
    sqlite3_busy_timeout(question->database, BUSY_MS);
    if (sqlite3_prepare_v2(question->database, query, -1, &question->statement, NULL) != SQLITE_OK)
        give_up(question);
}

static int next_row(struct question *question)
{
    int got = sqlite3_step(question->statement);
    if (got != SQLITE_ROW && got != SQLITE_DONE)
        give_up(question);
    return got == SQLITE_ROW;
}

static void question_clear(struct question *question)
{
    sqlite3_finalize(question->statement);
    sqlite3_close(question->database);
}

int64_t sql_integer(const char *path, const char *query)
{
    struct question question;
    ask(&question, path, query);
    int64_t value = next_row(&question) ? sqlite3_column_int64(question.statement, 0) : 0;
    question_clear(&question);
    return value;
}

char *sql_text(const char *path, const char *query)
{
    struct question question;
    ask(&question, path, query);
    const unsigned char *text =
        next_row(&question) ? sqlite3_column_text(question.statement, 0) : NULL;
    char *copy = text ? alloc_string((const char *)text) : NULL;
    question_clear(&question);
    return copy;
}

char *sql_rows(const char *path, const char *query)
{
    struct question question;
    struct bytes rows;
    bytes_init(&rows, 0);
    bytes_append_string(&rows, "");
    ask(&question, path, query);
    while (next_row(&question)) {
        for (int i = 0; i < sqlite3_column_count(question.statement); i++) {
            const unsigned char *text = sqlite3_column_text(question.statement, i);
            bytes_append_string(&rows, i ? "|" : "");
            bytes_append_string(&rows, text ? (const char *)text : "");
        }
        bytes_append_string(&rows, "\n");
    }
    question_clear(&question);
    return rows.data;
}

void sql_do(const char *path, const char *statements)
{
    struct question question = {.query = statements};
    if (sqlite3_open_v2(path, &question.database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        give_up(&question);
    sqlite3_busy_timeout(question.database, BUSY_MS);
    if (sqlite3_exec(question.database, statements, NULL, NULL, NULL) != SQLITE_OK)
        give_up(&question);
    question_clear(&question);
}
