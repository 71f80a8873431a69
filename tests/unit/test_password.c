/* test_password.c - a connection string keeps all but its password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/password.h"
#include "storage/store.h"

static void test_passwords_are_taken_out(void **state)
{
    static const struct {
        const char *dsn, *left, *password;
    } cases[] = {
        {"postgresql://me:se%40same@db/news", "postgresql://me@db/news", "se@same"},
        {"postgres://me:a:b@db:5433", "postgres://me@db:5433", "a:b"},
        {"postgresql://db/news?password=sesame&sslmode=require",
         "postgresql://db/news?sslmode=require", "sesame"},
        {"postgresql://me@db/news?sslmode=require&password=x",
         "postgresql://me@db/news?sslmode=require&", "x"},
        {"host=db password=sesame dbname=news", "host=db  dbname=news", "sesame"},
        {"host=db password = 'it\\'s me' user=me", "host=db  user=me", "it's me"},
        {"service=news", "service=news", NULL},
        {"password=kept.db", "password=kept.db", NULL}, /* a file */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char dsn[128];
        snprintf(dsn, sizeof(dsn), "%s", cases[i].dsn);
        store_hide_password(dsn);
        const char *password = password_of(dsn);
        bool same = cases[i].password && password ? strcmp(password, cases[i].password) == 0
                                                  : password == cases[i].password;
        if (strcmp(dsn, cases[i].left) != 0 || !same)
            fail_msg("%s: got '%s' and '%s'", cases[i].dsn, dsn, password);
    }
}

static void test_each_has_its_own(void **state)
{
    char from[] = "postgresql://me:one@db/news", to[] = "postgresql://me:two@other/news";
    (void)state;
    store_hide_password(from);
    store_hide_password(to);
    assert_string_equal(password_of(from), "one");
    assert_string_equal(password_of(to), "two");
    assert_null(password_of("postgresql://other/news"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_has_its_own),
                                       cmocka_unit_test(test_passwords_are_taken_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
