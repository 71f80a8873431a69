#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static uint64_t read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

#ifndef CLOCK_BOOTTIME /* it goes on while the machine sleeps */
#define CLOCK_BOOTTIME CLOCK_MONOTONIC
#endif

int64_t clock_wall_ms(void)
{
    static atomic_int_fast64_t ahead_ms; /* of the clock that nobody sets; 0: not known yet */
    int64_t since_ms = (int64_t)(read_us(CLOCK_BOOTTIME) / 1000);
    int_fast64_t ahead = atomic_load(&ahead_ms);
    if (!ahead) {
        int_fast64_t first = (int_fast64_t)(read_us(CLOCK_REALTIME) / 1000) - since_ms;
        if (atomic_compare_exchange_strong(&ahead_ms, &ahead, first))
            ahead = first;
    }
    return since_ms + ahead;
}

uint64_t clock_monotonic_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

uint64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t clock_thread_cpu_us(void)
{
    return read_us(CLOCK_THREAD_CPUTIME_ID);
}
