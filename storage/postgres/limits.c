#include "storage/postgres/limits.h"

#include "storage/postgres/arrays.h"
#include "storage/postgres/session.h"
#include "storage/tables/frontier.h"

/* Runs that always overlap would have one night for ever: who begins so long after it did begins
 * another. */
enum { NIGHT_MS_MAX = 12 * 3600 * 1000 };

int limits_join(struct database *database)
{
    int err = statement_run(statement(database, SQL_LOCK_NIGHT));
    if (err)
        return err;
    struct statement *begin = statement(database, SQL_BEGIN_NIGHT);
    bind_integer(begin, 1, database->run.started_ms);
    bind_integer(begin, 2, NIGHT_MS_MAX);
    err = statement_run(begin);
    if (err)
        return err;
    int row = statement_integer(statement(database, SQL_NIGHT_BEGAN), &database->night_ms);
    return row == 1 ? 0 : row < 0 ? row : STORE_FAILED;
}

int limits_reserve(struct database *database, const struct room *room, unsigned want,
                   int64_t *granted)
{
    struct statement *open = statement(database, SQL_OPEN_ROOM);
    bind_integer(open, 1, room->site_id);
    bind_integer(open, 2, room->sort);
    int err = statement_run(open);
    if (err)
        return err;
    struct statement *reserve = statement(database, SQL_RESERVE_ROOM);
    bind_integer(reserve, 1, postgres_of(database)->worker_id);
    bind_integer(reserve, 2, room->site_id);
    bind_integer(reserve, 3, room->sort);
    bind_integer(reserve, 4, room->max);
    bind_integer(reserve, 5, want);
    int row = statement_integer(reserve, granted);
    if (row == 0)
        *granted = -1;
    return row < 0 ? row : 0;
}

/* Their keys, and how much of each, as arrays from place 2 on. */
static void bind_rooms(struct statement *statement, struct pool *pool,
                       const struct room *const *rooms, const int64_t *amounts, size_t count)
{
    int64_t *values = pool_alloc(pool, (count + 1) * sizeof(*values));
    for (size_t i = 0; i < count; i++)
        values[i] = rooms[i]->site_id;
    bind_text(statement, 2, array_of_integers(pool, values, count));
    for (size_t i = 0; i < count; i++)
        values[i] = rooms[i]->sort;
    bind_text(statement, 3, array_of_integers(pool, values, count));
    bind_text(statement, 4, array_of_integers(pool, amounts, count));
}

static struct room *room_of(struct room *const *rooms, size_t count, int64_t site_id, int sort)
{
    for (size_t i = 0; i < count; i++)
        if (rooms[i]->site_id == site_id && rooms[i]->sort == sort)
            return rooms[i];
    return NULL;
}

int limits_give(struct database *database, struct room *const *rooms, size_t count)
{
    struct pool *pool = &database->frontier->answer;
    int64_t *amounts = pool_alloc(pool, (count + 1) * sizeof(*amounts));
    for (size_t i = 0; i < count; i++)
        amounts[i] = (int64_t)rooms[i]->granted - rooms[i]->taken;
    struct statement *give = statement(database, SQL_RETURN_ROOMS);
    bind_integer(give, 1, postgres_of(database)->worker_id);
    bind_rooms(give, pool, (const struct room *const *)rooms, amounts, count);
    int row;
    bool wanted = false;
    while ((row = statement_step(give)) == 1) { /* those that nobody is just changing */
        struct room *room = room_of(rooms, count, column_integer(give, 0), column_integer(give, 1));
        int64_t amount = column_integer(give, 2);
        wanted |= column_integer(give, 3) != 0;
        if (!room)
            continue;
        room->granted -= (unsigned)amount;
        room->change -= (int)amount;
    }
    return row || !wanted ? row : limits_wake(database);
}

int limits_spend(struct database *database, const struct room *const *rooms, size_t count)
{
    struct pool *pool = &database->pool;
    int64_t *amounts = pool_alloc(pool, (count + 1) * sizeof(*amounts));
    for (size_t i = 0; i < count; i++)
        amounts[i] = 1;
    struct statement *spend = statement(database, SQL_SPEND_ROOMS);
    bind_integer(spend, 1, postgres_of(database)->worker_id);
    bind_rooms(spend, pool, rooms, amounts, count);
    return statement_run(spend);
}

enum { WOKEN_MAX = 4096 }; /* sites at a time; the others are woken the next time */

int limits_wake(struct database *database)
{
    int64_t sites[WOKEN_MAX];
    size_t count = 0;
    bool all = false;
    int row;
    struct statement *open = statement(database, SQL_TAKE_OPEN_LIMITS);
    bind_integer(open, 1, WOKEN_MAX);
    while ((row = statement_step(open)) == 1) {
        sites[count++] = column_integer(open, 0);
        all |= sites[count - 1] == 0;
    }
    if (row || !count)
        return row;
    struct pool pool = {0};
    struct statement *wake = statement(database, SQL_WAKE_SITES);
    bind_text(wake, 1, array_of_integers(&pool, sites, count));
    int err = statement_run(wake);
    pool_clear(&pool);
    return err || !all ? err : statement_run(statement(database, SQL_WAKE_ARTICLES));
}
