/* test_password.c - a connection string keeps all but its password. */
#include <setjmp.h>
#include <stdarg.h>
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
    const char *before = NULL;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char dsn[128];
        snprintf(dsn, sizeof(dsn), "%s", cases[i].dsn);
        store_hide_password(dsn);
        before = cases[i].password ? cases[i].password : before; /* the last one stays */
        if (strcmp(dsn, cases[i].left) != 0 || strcmp(password_hidden(), before) != 0)
            fail_msg("%s: got '%s' and '%s'", cases[i].dsn, dsn, password_hidden());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_passwords_are_taken_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
