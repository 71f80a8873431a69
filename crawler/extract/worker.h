/* worker.h - what runs in a worker process: one page after another, from bytes to answer.
 *
 * Its first message is an empty one: it runs, and has given up its rights.
 * Decides what a document is and calls the plain functions that read it: robots.txt, feeds,
 * sitemaps, JSON APIs, pages. Keeps nothing from one page to the next. Thread: the worker's. */
#ifndef CRAWLER_EXTRACT_WORKER_H
#define CRAWLER_EXTRACT_WORKER_H

#include "base/arena.h"
#include "extract/wire.h"

/* The worker's whole life: reads requests from descriptor 0 and writes answers to it until it is
 * closed. Returns the exit status. */
int worker_run(void);

/* One request's answer; everything in it lives in the arena or is borrowed from the request. */
void worker_answer(struct worker_answer *out, struct arena *arena,
                   const struct worker_request *request);

#endif
