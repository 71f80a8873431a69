/* test_alloc.c - how the program ends when there is no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"

enum { THREADS = 8, ROUNDS = 20 };

static pthread_barrier_t barrier;

static void *run_out(void *context)
{
    (void)context;
    pthread_barrier_wait(&barrier);
    alloc_failed(1);
}

static _Noreturn void run_out_in_all_threads(int err)
{
    pthread_t threads[THREADS];
    dup2(err, STDERR_FILENO);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, run_out, NULL);
    pthread_join(threads[0], NULL);
    _exit(0);
}

static void it_says_so_once(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char said[1024];
        size_t size = 0;
        int ends[2], status;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            run_out_in_all_threads(ends[1]);
        close(ends[1]);
        for (ssize_t got; (got = read(ends[0], said + size, sizeof said - 1 - size)) > 0;)
            size += (size_t)got;
        said[size] = '\0';
        close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), EXIT_FULL);
        assert_string_equal(said,
                            "crawler: out of memory: stopped; the next run goes on from here\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_so_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
