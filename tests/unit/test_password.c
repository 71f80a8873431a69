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
        {"password=sesame host=db", " host=db", "sesame"},
        {"user=me password=sesame dbname = news", "user=me  dbname = news", "sesame"},
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

static void test_what_is_a_server(void **state)
{
    static const struct {
        const char *dsn;
        bool is_server;
    } cases[] = {
        {"postgresql://db/news", true},
        {"postgres://", true},
        {"host=db", true},
        {"dbname = news", true},
        {"user=me port=5433 dbname=news", true},
        {"sslmode=require hostaddr=127.0.0.1", true},
        {"connect_timeout=3 service=news", true},
        {"news.db", false},
        {"./host=db", false},
        {"/var/lib/crawler/dbname=news", false},
        {"user=me.db", false},
        {"my host=db.db", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (store_is_server(cases[i].dsn) != cases[i].is_server)
            fail_msg("%s", cases[i].dsn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_has_its_own),
                                       cmocka_unit_test(test_passwords_are_taken_out),
                                       cmocka_unit_test(test_what_is_a_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
