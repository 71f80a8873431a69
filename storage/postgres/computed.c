#include "storage/postgres/computed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/prepared.h"
#include "storage/postgres/session.h"
#include "storage/shape.h"
#include "storage/tables/taken.h"
#include "storage/tables/urls.h"

/* ---- the text ---- */

static int place_at(const char *text)
{
    return *text == '$' ? atoi(text + 1) : 0;
}

/* Reads "name($1, $2, 0)" at *at, if it stands there, and moves *at behind it. */
static bool read_call(const char **at, const char *name, int *one, int *two, int *three)
{
    size_t size = strlen(name);
    int end = 0;
    if (strncmp(*at, name, size) != 0 || (*at)[size] != '(')
        return false;
    const char *inside = *at + size + 1;
    *two = *three = 0;
    if (sscanf(inside, "$%d)%n", one, &end) == 1 && end) {
    } else if (sscanf(inside, "$%d, $%d)%n", one, two, &end) == 2 && end) {
    } else if (sscanf(inside, "$%d, $%d, %d)%n", one, two, three, &end) == 3 && end) {
    } else {
        return false;
    }
    *at = inside + end;
    return true;
}

static int add_computed(struct postgres_statement *statement, struct computed computed)
{
    for (int i = 0; i < statement->computed_count; i++) {
        const struct computed *other = &statement->computed[i];
        if (other->what == computed.what && other->of == computed.of && other->and == computed.and
            &&other->coarse == computed.coarse)
            return statement->places + i + 1;
    }
    statement->computed[statement->computed_count++] = computed;
    return statement->places + statement->computed_count;
}

void computed_read(struct postgres_statement *statement, const char *sql)
{
    static const char limit[] = "LIMIT $";
    char *out = statement->sql = memory_zeroed(1, strlen(sql) + 256);
    for (const char *at = sql; *at; at++)
        if (place_at(at) > statement->places)
            statement->places = place_at(at);
    for (const char *at = sql; *at;) {
        int one, two, three;
        struct computed computed = {0};
        const char *type;
        bool begins = at == sql || strchr(" (,=\n", at[-1]);
        if (begins && read_call(&at, "url_hash", &one, &two, &three)) {
            computed = (struct computed){URL_HASH, one, 0, false};
            type = "bigint";
        } else if (begins && read_call(&at, "url_shape", &one, &two, &three)) {
            computed = (struct computed){URL_SHAPE, one, two, three};
            type = "text";
        } else if (begins && read_call(&at, "taken_hashes", &one, &two, &three)) {
            computed = (struct computed){TAKEN_HASHES, one, two, false};
            type = "bigint[]";
        } else if (begins && strncmp(at, limit, strlen(limit)) == 0) {
            at += strlen(limit);
            out += sprintf(out, "LIMIT nullif(greatest($%d::bigint, -1), -1)",
                           (int)strtol(at, (char **)&at, 10));
            continue;
        } else {
            *out++ = *at++;
            continue;
        }
        statement->is_text[computed.what == TAKEN_HASHES ? computed.and -1 : computed.of - 1] =
            true;
        if (computed.what == URL_SHAPE)
            statement->is_text[computed.and -1] = true;
        out += sprintf(out, "$%d::%s", add_computed(statement, computed), type);
    }
    statement->params_count = statement->places + statement->computed_count;
}

/* ---- the parameters ---- */

static const char *text_of(struct param *param)
{
    if (param->form != FORM_TEXT)
        return NULL;
    if (!param->mended)
        param->data = param->mended = memory_string(param->data, param->size);
    return param->data;
}

static char *hashes_text(const struct database *database, int64_t kind, const char *matches)
{
    struct taken taken;
    char *out = memory_zeroed(8, NUMBER_BYTES), *at = out;
    taken_init(&taken, database, (enum takedown_kind)kind, matches);
    for (int i = 0; i < 4; i++)
        at += sprintf(at, "%c%lld", i ? ',' : '{', (long long)taken.hashes[i]);
    strcpy(at, "}");
    return out;
}

static void compute(struct postgres_statement *statement, int which)
{
    const struct computed *computed = &statement->computed[which];
    const struct database *database = &statement->store->database;
    int place = statement->places + which + 1;
    struct statement *base = &statement->statement;
    struct param *one = &statement->params[computed->of - 1];
    struct param *two = computed->and ? &statement->params[computed->and -1] : NULL;
    const char *text = text_of(computed->what == TAKEN_HASHES ? two : one);
    const char *path = computed->what == URL_SHAPE ? text_of(two) : text;
    bind_null(base, place);
    if (!text || !path)
        return;
    if (computed->what == URL_HASH) {
        bind_integer(base, place, urls_hash(database, text));
        return;
    }
    struct param *param = &statement->params[place - 1];
    if (computed->what == TAKEN_HASHES) {
        param->mended = hashes_text(database, one->integer, text);
    } else {
        param->mended = memory_zeroed(1, SHAPE_BYTES);
        shape_write(param->mended, text, strlen(text), path, computed->coarse);
    }
    param->form = FORM_TEXT;
    param->data = param->mended;
    param->size = strlen(param->mended);
}

void computed_bind(struct postgres_statement *statement)
{
    for (int i = 0; i < statement->computed_count; i++)
        compute(statement, i);
}
