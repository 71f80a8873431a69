/* test_views.c - people's own views on a server, when a new version makes the crawler's anew. What
 * a file does with them is in test_migration.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#ifdef HAVE_LIBPQ
#include "storage/postgres/session.h"
#include "storage/postgres/views.h"

/* What open.c does around a version's migrations; the message where that fails, else "". */
static const char *renew(struct storebox *box)
{
    struct postgres_store *server = (struct postgres_store *)box->store;
    assert_int_equal(session_run(server, "BEGIN"), 0);
    int err = views_drop(server);
    if (!err)
        err = views_make(server);
    char message[STORE_MESSAGE_BYTES];
    snprintf(message, sizeof(message), "%s", store_message(box->store));
    assert_int_equal(session_run(server, err ? "ROLLBACK" : "COMMIT"), 0);
    if (!err)
        return "";
    assert_int_equal(err, STORE_FAILED);
    snprintf(server->database.store.message, STORE_MESSAGE_BYTES, "%s", message);
    views_explain(server);
    return store_message(box->store);
}

static void open_with_own_views(struct storebox *box)
{
    storebox_open(box);
    storebox_do(box, "CREATE VIEW own_titles AS SELECT title FROM v_articles;"
                     "CREATE MATERIALIZED VIEW own_count AS SELECT count(*) FROM own_titles;"
                     "CREATE VIEW v_own AS SELECT 7 AS seven");
}

static void test_own_views_stay(void **state)
{
    struct storebox box;
    (void)state;
    if (!storebox_is_server())
        skip();
    open_with_own_views(&box);
    storebox_do(&box, "DROP VIEW v_takedowns; CREATE VIEW v_takedowns AS SELECT 1 AS of_old");
    assert_string_equal(renew(&box), "");
    storebox_expect(&box, "SELECT seven FROM v_own", "7");
    storebox_expect(&box, "SELECT count(*) FROM own_titles", "0");
    storebox_expect(&box, "SELECT count FROM own_count", "0");
    storebox_expect(&box, "SELECT count(pattern) FROM v_takedowns", "0");
    storebox_close(&box);
}

static void test_views_in_the_way_are_named(void **state)
{
    struct storebox box;
    (void)state;
    if (!storebox_is_server())
        skip();
    open_with_own_views(&box);
    storebox_do(&box, "DROP VIEW v_takedowns; CREATE VIEW v_takedowns AS SELECT 1 AS of_old;"
                      "CREATE VIEW own_old AS SELECT of_old FROM v_takedowns");
    const char *told = renew(&box);
    if (!strstr(told, "own_old") || strstr(told, "v_own"))
        fail_msg("%s", told);
    storebox_expect(&box, "SELECT of_old FROM own_old", "1");
    storebox_do(&box, "DROP VIEW own_old");
    assert_string_equal(renew(&box), "");
    storebox_expect(&box, "SELECT count(pattern) FROM v_takedowns", "0");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_views_stay),
        cmocka_unit_test(test_views_in_the_way_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
