#include "fetch/bucket.h"

enum { PARTS = 1000, FULL_MS = 250 };

static int64_t full(const struct bucket *bucket)
{
    return (int64_t)bucket->rate * FULL_MS;
}

void bucket_init(struct bucket *bucket, uint64_t rate, uint64_t now_ms)
{
    *bucket = (struct bucket){.rate = rate, .now_ms = now_ms};
    bucket->level = full(bucket);
}

void bucket_take(struct bucket *bucket, size_t size)
{
    if (bucket->rate)
        bucket->level -= (int64_t)size * PARTS;
}

void bucket_give_back(struct bucket *bucket, size_t size)
{
    if (bucket->rate)
        bucket->level += (int64_t)size * PARTS;
}

bool bucket_is_empty(struct bucket *bucket, uint64_t now_ms)
{
    if (!bucket->rate)
        return false;
    if (now_ms > bucket->now_ms)
        bucket->level += (int64_t)(bucket->rate * (now_ms - bucket->now_ms));
    bucket->now_ms = now_ms;
    if (bucket->level > full(bucket))
        bucket->level = full(bucket);
    return bucket->level <= 0;
}

uint64_t bucket_wait_ms(const struct bucket *bucket)
{
    return bucket->level < 0 ? (uint64_t)(-bucket->level) / bucket->rate + 1 : 1;
}
