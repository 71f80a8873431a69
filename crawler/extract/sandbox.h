/* sandbox.h - the rights a worker gives up before it sees its first page.
 *
 * Everywhere: limits on memory, files and processes. On Linux also: no new privileges, Landlock
 * with no path at all, and a seccomp filter that leaves reading and writing what is open, memory
 * and time. Sanitizer builds keep the memory limit and the filter off: they need what those
 * forbid. Thread: the worker's only one. */
#ifndef CRAWLER_EXTRACT_SANDBOX_H
#define CRAWLER_EXTRACT_SANDBOX_H

#include <stdint.h>
#include <sys/types.h>

/* What a system may lack, as bits: a worker goes on without. */
enum sandbox_part {
    SANDBOX_NO_PRIVILEGES = 1, /* programs it starts may gain some */
    SANDBOX_LANDLOCK = 2,
    SANDBOX_SECCOMP = 4,
    SANDBOX_PARTS = 7, /* all of them */
};

/* Gives up all that a worker does not need; cannot be undone. Returns which parts this system
 * lacks; 0 when everything holds. */
unsigned sandbox_enter(void);

/* What sandbox_enter() would return here, tried in a process of its own. Without children: main
 * thread, before there are others. */
unsigned sandbox_try(void);

/* The version of Landlock that this kernel has; 0: none. */
unsigned sandbox_landlock_version(void);

/* "Landlock, seccomp": the names of `parts`. A literal. */
const char *sandbox_names(unsigned parts);

/* The CPU time that another process of ours has used, as the kernel tells it; 0 when it is gone. */
uint64_t sandbox_cpu_ms(pid_t process);

/* Ends the process by SIGPROF once `cpu_ms` more of CPU time are used; 0 takes the limit away. */
void sandbox_cpu_budget(uint64_t cpu_ms);

#endif
