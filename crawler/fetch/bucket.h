/* bucket.h - so many bytes a second, over all requests: a token bucket.
 *
 * It fills steadily up to a quarter of a second's worth. Who takes more than there is leaves a debt
 * behind, and nothing more is to be begun until that is paid: so the mean over any longer time
 * keeps to the rate. Moments are monotonic milliseconds. Thread: the owner's. */
#ifndef CRAWLER_FETCH_BUCKET_H
#define CRAWLER_FETCH_BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bucket {
    uint64_t rate;   /* bytes a second; 0: no limit */
    int64_t level;   /* thousandths of a byte; below 0: a debt */
    uint64_t now_ms; /* until then it has been filled */
};

void bucket_init(struct bucket *bucket, uint64_t rate, uint64_t now_ms);
void bucket_take(struct bucket *bucket, size_t size);
void bucket_give_back(struct bucket *bucket, size_t size);

/* Whether there is nothing to take. */
bool bucket_is_empty(struct bucket *bucket, uint64_t now_ms);
/* How long it stays so, at least 1. */
uint64_t bucket_wait_ms(const struct bucket *bucket);

#endif
