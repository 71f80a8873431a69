/* What the program exits with: scripts and timers rely on it (README). */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"

static void test_exit_status(void **state)
{
    static const struct {
        int error;
        enum exit_status status;
    } cases[] = {
        {ERR_NONE, EXIT_COMPLETED}, {ERR_USAGE, EXIT_USAGE},       {ERR_INPUT, EXIT_USAGE},
        {ERR_IO, EXIT_DATABASE},    {ERR_DATABASE, EXIT_DATABASE}, {ERR_BUSY, EXIT_BUSY},
        {ERR_FULL, EXIT_FULL},      {ERR_CURL, EXIT_FULL},         {ERR_STOPPED, EXIT_STOPPED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (error_exit_status(cases[i].error) != cases[i].status)
            fail_msg("error %d: %d", cases[i].error, (int)error_exit_status(cases[i].error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exit_status)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
