#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/copy/copy.h"
#include "storage/tables/database.h"

/* One of both databases' rows of a table. */
struct side {
    XXH3_state_t *digest;
    struct copied_value row[COPIED_COLUMNS_MAX];
    int more; /* 1: `row` is one; 0: there was none left */
};

struct comparison {
    struct side from, to;
};

static int begin(struct store_copy *copy)
{
    const struct copied_table *table = &copied_tables[copy->table];
    int err = copy->source->kind->read(copy->source, table, NULL);
    if (err)
        return copy_failed_at(copy, copy->from, err);
    err = copy->target->kind->read(copy->target, table, NULL);
    if (err)
        return err;
    struct comparison *comparison = memory_zeroed(1, sizeof(*comparison));
    comparison->from.digest = XXH3_createState();
    comparison->to.digest = XXH3_createState();
    XXH3_128bits_reset(comparison->from.digest);
    XXH3_128bits_reset(comparison->to.digest);
    copy->comparison = comparison;
    copy->tables[copy->table].rows = 0;
    return 0;
}

void compare_stop(struct store_copy *copy)
{
    if (!copy->comparison)
        return;
    copy->source->kind->stop(copy->source);
    copy->target->kind->stop(copy->target);
    XXH3_freeState(copy->comparison->from.digest);
    XXH3_freeState(copy->comparison->to.digest);
    free(copy->comparison);
    copy->comparison = NULL;
}

/* Of each value: whether there is one, how many bytes it has, and these; numbers as the machine has
 * them, which are 8 bytes. So no row has the bytes of another. */
static void digest_row(struct side *side, const struct copied_table *table)
{
    for (size_t i = 0; i < table->columns_count; i++) {
        const struct copied_value *value = &side->row[i];
        enum copied_type type = table->columns[i].type;
        uint64_t size = value->is_null ? UINT64_MAX : sizeof(uint64_t);
        if (!value->is_null && (type == COPIED_TEXT || type == COPIED_BYTES))
            size = value->size;
        XXH3_128bits_update(side->digest, &size, sizeof(size));
        if (value->is_null)
            continue;
        const void *data = type == COPIED_INTEGER ? (const void *)&value->integer
                           : type == COPIED_REAL  ? (const void *)&value->real
                                                  : value->data;
        if (size)
            XXH3_128bits_update(side->digest, data, size);
    }
}

static bool is_same(enum copied_type type, const struct copied_value *one,
                    const struct copied_value *two)
{
    if (one->is_null || two->is_null)
        return one->is_null == two->is_null;
    if (type == COPIED_INTEGER)
        return one->integer == two->integer;
    if (type == COPIED_REAL)
        return memcmp(&one->real, &two->real, sizeof(one->real)) == 0;
    return one->size == two->size && (!one->size || memcmp(one->data, two->data, one->size) == 0);
}

static int order_of(enum copied_type type, const struct copied_value *one,
                    const struct copied_value *two)
{
    if (type == COPIED_INTEGER)
        return (one->integer > two->integer) - (one->integer < two->integer);
    int order = memcmp(one->data, two->data, one->size < two->size ? one->size : two->size);
    return order ? order : (one->size > two->size) - (one->size < two->size);
}

/* Which of both rows comes first by the key; 0: they have the same. */
static int order_of_rows(const struct copied_table *table, const struct copied_value *one,
                         const struct copied_value *two)
{
    for (size_t i = 0; i < table->keys; i++)
        if (!is_same(table->columns[i].type, &one[i], &two[i]))
            return order_of(table->columns[i].type, &one[i], &two[i]);
    return 0;
}

static void say(struct store_copy *copy, const struct copied_value *row, const char *what)
{
    const struct copied_table *table = &copied_tables[copy->table];
    struct copy_table *result = &copy->tables[copy->table];
    size_t size = sizeof(result->difference), used = 0;
    for (size_t i = 0; i < table->keys && used < size; i++) {
        const char *name = table->columns[i].name, *comma = i ? ", " : "";
        char *at = result->difference + used;
        int written =
            table->columns[i].type == COPIED_INTEGER
                ? snprintf(at, size - used, "%s%s %lld", comma, name, (long long)row[i].integer)
                : snprintf(at, size - used, "%s%s %.*s", comma, name,
                           row[i].size < 100 ? (int)row[i].size : 100, row[i].data);
        used += (size_t)written;
    }
    if (used < size)
        snprintf(result->difference + used, size - used, ": %s", what);
}

/* Whether both rows are the same; else the first difference is told. */
static bool check_row(struct store_copy *copy)
{
    const struct copied_table *table = &copied_tables[copy->table];
    const struct side *from = &copy->comparison->from, *to = &copy->comparison->to;
    char what[96];
    int order = !from->more ? 1 : !to->more ? -1 : order_of_rows(table, from->row, to->row);
    if (order < 0)
        say(copy, from->row, "the target does not have this row");
    else if (order > 0)
        say(copy, to->row, "the source does not have this row");
    for (size_t i = table->keys; !order && i < table->columns_count; i++) {
        if (is_same(table->columns[i].type, &from->row[i], &to->row[i]))
            continue;
        snprintf(what, sizeof(what), "%s is another", table->columns[i].name);
        say(copy, from->row, what);
        return false;
    }
    return order == 0;
}

static void write_digest(struct store_copy *copy)
{
    struct copy_table *result = &copy->tables[copy->table];
    XXH128_hash_t from = XXH3_128bits_digest(copy->comparison->from.digest);
    XXH128_hash_t to = XXH3_128bits_digest(copy->comparison->to.digest);
    snprintf(result->digest, sizeof(result->digest), "%016llx%016llx",
             (unsigned long long)from.high64, (unsigned long long)from.low64);
    result->same = XXH128_isEqual(from, to);
}

int compare_step(struct store_copy *copy, bool *done)
{
    const struct copied_table *table = &copied_tables[copy->table];
    size_t bytes = 0;
    *done = false;
    int err = copy->comparison ? 0 : begin(copy);
    for (int i = 0; !err && i < COPY_ROWS_MAX && bytes < COPY_BYTES_MAX; i++) {
        struct side *from = &copy->comparison->from, *to = &copy->comparison->to;
        from->more = copy_next(copy, from->row);
        if (from->more < 0) {
            err = from->more;
            break;
        }
        to->more = copy->target->kind->next(copy->target, to->row);
        if (to->more < 0) {
            err = to->more;
            break;
        }
        *done = !from->more && !to->more;
        if (*done) {
            write_digest(copy);
            break;
        }
        if (!check_row(copy)) {
            *done = true;
            break;
        }
        digest_row(from, table);
        digest_row(to, table);
        copy->tables[copy->table].rows++;
        copy->progress.rows++;
        for (size_t k = 0; k < table->columns_count; k++)
            bytes += from->row[k].size;
    }
    if (err || *done)
        compare_stop(copy);
    if (err) /* it begins anew */
        copy->progress.rows -= copy->tables[copy->table].rows;
    return err;
}
