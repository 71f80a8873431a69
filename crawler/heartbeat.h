/* heartbeat.h - writes the metrics file every few seconds while a run goes on.
 *
 * The loop only copies the report's counts; a thread of libuv's pool makes the text and writes it,
 * so a slow disk costs no turn of the loop, only a beat. Thread: loop thread only. */
#ifndef CRAWLER_HEARTBEAT_H
#define CRAWLER_HEARTBEAT_H

struct heartbeat;
struct log;
struct metrics;
struct report;
struct uv_loop_s;

/* Begins to beat and returns it; heartbeat_stop() frees it. Borrows the others until the loop has
 * ended. */
struct heartbeat *heartbeat_start(struct uv_loop_s *loop, struct metrics *metrics,
                                  struct report *report, struct log *log);

/* Takes it; NULL does nothing. The loop ends when a beat that is under way is written. */
void heartbeat_stop(struct heartbeat *heartbeat);

#endif
