/* The cap on all answers together.
 *
 * What an answer will probably take is taken from the bucket when it is asked for, so that no more
 * is begun than can be received in time; what it takes beyond that, as it comes, and while there is
 * nothing it pauses. */
#include "fetch/fetcher_private.h"

#include "base/clock.h"

enum { EXPECTED_BYTES = 32 * 1024 }; /* of an answer, before there was any */

void bandwidth_init(struct fetcher *fetcher)
{
    bucket_init(&fetcher->bucket, fetcher->config.bandwidth, clock_monotonic_ms());
    fetcher->expected_bytes = EXPECTED_BYTES;
    uv_timer_init(fetcher->loop, &fetcher->refill_timer);
    fetcher->refill_timer.data = fetcher;
}

bool fetcher_is_throttled(struct fetcher *fetcher)
{
    return fetcher->config.bandwidth && bucket_is_empty(&fetcher->bucket, clock_monotonic_ms());
}

void bandwidth_reserve(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    transfer->reserved = fetcher->config.bandwidth ? fetcher->expected_bytes : 0;
    bucket_take(&fetcher->bucket, transfer->reserved);
}

void bandwidth_count(struct transfer *transfer, size_t size)
{
    size_t reserved = size < transfer->reserved ? size : transfer->reserved;
    transfer->reserved -= reserved;
    bucket_take(&transfer->fetcher->bucket, size - reserved);
}

/* Seven parts of what was, one of what is. */
void bandwidth_settle(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    size_t took = transfer->header_bytes + transfer->discarded + transfer->job->response.body.size;
    if (transfer->running)
        fetcher->expected_bytes = (fetcher->expected_bytes * 7 + took) / 8;
    bucket_give_back(&fetcher->bucket, transfer->reserved);
    transfer->reserved = 0;
}

/* libuv: there is something in the bucket again. */
static void on_uv_refill(uv_timer_t *timer)
{
    fetcher_resume_paused(timer->data);
}

bool bandwidth_is_spent(const struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    if (transfer->reserved || !fetcher_is_throttled(fetcher))
        return false;
    if (!uv_is_active((uv_handle_t *)&fetcher->refill_timer))
        uv_timer_start(&fetcher->refill_timer, on_uv_refill, bucket_wait_ms(&fetcher->bucket), 0);
    return true;
}
