/* judge.h - asks the database whether each fault ended as its row expects.
 *
 * What is wrong goes to standard output, a line each. Thread: the caller's. */
#ifndef TESTS_HOSTILE_JUDGE_H
#define TESTS_HOSTILE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "hostile/world.h"

struct judge;

/* Opens the database, which no run writes to any more. Returned owned. */
struct judge *judge_open(struct world *world, const char *database);
void judge_close(struct judge *judge);

/* Each is true when nothing is wrong: with a fault … */
bool judge_fault(struct judge *judge, const struct fault *fault, size_t index, const char *group);
/* … and with what concerns all: the run, the file, who was connected to. */
bool judge_run(struct judge *judge);

#endif
