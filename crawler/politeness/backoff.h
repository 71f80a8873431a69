/* backoff.h - how long to wait after a failure.
 *
 * Plain arithmetic: chance comes in as an argument, time goes out in milliseconds. Thread: any. */
#ifndef CRAWLER_POLITENESS_BACKOFF_H
#define CRAWLER_POLITENESS_BACKOFF_H

#include <stdint.h>

/* What a server asked for with Retry-After, believed up to 30 days: a longer one is a mistake of
 * its clock or of its units, and the host would never be heard of again. */
uint64_t backoff_asked_ms(uint64_t retry_after_ms);

/* How long one URL waits before try `attempt + 1`: up to 2**attempt seconds, `draw` (0..1, at
 * random) saying how much of it, so that what failed together doesn't come back together. It comes
 * after what the server asked for with Retry-After (`retry_after_ms`, 0: nothing): that is never
 * undercut, and all that it held back is spread too. Never above a day but for Retry-After. */
uint64_t backoff_delay_ms(unsigned attempt, double draw, uint64_t retry_after_ms);

/* How long a host in trouble rests that has rested `rests_before` times since its last success:
 * `first_ms`, doubling up to `most_ms`. */
uint64_t backoff_rest_ms(unsigned rests_before, uint64_t first_ms, uint64_t most_ms);

#endif
