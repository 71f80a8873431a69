/* sandbox.h - the rights a worker gives up before it sees its first page.
 *
 * Everywhere: limits on memory, files and processes. On Linux also: no new privileges, Landlock
 * with no path at all, and a seccomp filter that leaves reading and writing what is open, memory
 * and time. Sanitizer builds keep the memory limit and the filter off: they need what those
 * forbid. Thread: the worker's only one. */
#ifndef CRAWLER_EXTRACT_SANDBOX_H
#define CRAWLER_EXTRACT_SANDBOX_H

#include <stdint.h>

/* Gives up all that a worker does not need; cannot be undone. Returns a line on what this system
 * lacks, or NULL when everything holds. */
const char *sandbox_enter(void);

/* Ends the process by SIGPROF once `cpu_ms` more of CPU time are used; 0 takes the limit away. */
void sandbox_cpu_budget(uint64_t cpu_ms);

#endif
