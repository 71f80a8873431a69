#include "heartbeat.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "metrics.h"
#include "report.h"

enum { BEAT_MS = 5000 };

struct heartbeat {
    uv_timer_t timer;
    uv_work_t work;
    struct metrics *metrics;
    struct report *report;
    struct log *log;
    bool writing;       /* a thread has the fields below */
    bool closed;        /* the timer is */
    struct report copy; /* its pointers are not followed */
    int64_t wall_ms;
    uint64_t now_ms;
    int system_error; /* of the write; 0: none */
};

static void on_uv_beat(uv_timer_t *timer);
static void on_uv_work(uv_work_t *work);
static void on_uv_worked(uv_work_t *work, int status);
static void on_uv_closed(uv_handle_t *handle);

struct heartbeat *heartbeat_start(struct uv_loop_s *loop, struct metrics *metrics,
                                  struct report *report, struct log *log)
{
    struct heartbeat *heartbeat = alloc_zeroed(1, sizeof *heartbeat);
    heartbeat->metrics = metrics;
    heartbeat->report = report;
    heartbeat->log = log;
    heartbeat->timer.data = heartbeat->work.data = heartbeat;
    uv_timer_init(loop, &heartbeat->timer);
    uv_timer_start(&heartbeat->timer, on_uv_beat, BEAT_MS, BEAT_MS);
    return heartbeat;
}

/* libuv: time for a beat. One that finds the last still being written is left out. */
static void on_uv_beat(uv_timer_t *timer)
{
    struct heartbeat *heartbeat = timer->data;
    if (heartbeat->writing)
        return;
    report_process(heartbeat->report);
    heartbeat->report->log_dropped = log_dropped(heartbeat->log);
    heartbeat->copy = *heartbeat->report;
    heartbeat->wall_ms = clock_wall_ms();
    heartbeat->now_ms = clock_monotonic_ms();
    heartbeat->writing =
        uv_queue_work(timer->loop, &heartbeat->work, on_uv_work, on_uv_worked) == 0;
}

/* libuv: on a thread of the pool. */
static void on_uv_work(uv_work_t *work)
{
    struct heartbeat *heartbeat = work->data;
    int err =
        metrics_write(heartbeat->metrics, &heartbeat->copy, heartbeat->wall_ms, heartbeat->now_ms);
    heartbeat->system_error = err ? errno : 0;
}

/* Both ways to its end lead here: whichever comes last frees it. */
static void free_if_done(struct heartbeat *heartbeat)
{
    if (heartbeat->closed && !heartbeat->writing)
        free(heartbeat);
}

/* libuv: on the loop again. */
static void on_uv_worked(uv_work_t *work, int status)
{
    struct heartbeat *heartbeat = work->data;
    (void)status;
    heartbeat->writing = false;
    if (heartbeat->system_error)
        metrics_complain(heartbeat->metrics, heartbeat->log, heartbeat->system_error);
    free_if_done(heartbeat);
}

/* libuv: the timer's memory is free. */
static void on_uv_closed(uv_handle_t *handle)
{
    struct heartbeat *heartbeat = handle->data;
    heartbeat->closed = true;
    free_if_done(heartbeat);
}

void heartbeat_stop(struct heartbeat *heartbeat)
{
    if (heartbeat)
        uv_close((uv_handle_t *)&heartbeat->timer, on_uv_closed);
}
