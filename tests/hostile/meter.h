/* meter.h - how much memory a program and its children hold together, at most.
 *
 * PSS as the kernel adds it up, looked at ten times a second by a thread of its own. Linux only;
 * elsewhere it is 0. */
#ifndef TESTS_HOSTILE_METER_H
#define TESTS_HOSTILE_METER_H

#include <stddef.h>
#include <sys/types.h>

struct meter;

struct meter *meter_start(pid_t pid); /* returned owned: meter_stop() frees it */
/* The most that all of them held at one moment, in KiB. */
size_t meter_stop(struct meter *meter);

#endif
