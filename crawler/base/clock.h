/* clock.h - what time it is, in milliseconds.
 *
 * The wall clock (UTC, since 1970) is for what is stored and due; the monotonic one is for delays.
 * Plain functions take moments as arguments; only stations and commands ask here. Thread: any. */
#ifndef CRAWLER_BASE_CLOCK_H
#define CRAWLER_BASE_CLOCK_H

#include <stdint.h>

/* The wall clock as it was when this process first asked, and the time that has passed since: a
 * clock that is set in the middle of a run does not matter to it. */
int64_t clock_wall_ms(void);
uint64_t clock_monotonic_ms(void);
uint64_t clock_monotonic_us(void);
uint64_t clock_thread_cpu_us(void); /* CPU time of the calling thread */

#endif
