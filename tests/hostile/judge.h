/* judge.h - asks the database whether each fault ended as its row expects. */
#ifndef TESTS_HOSTILE_JUDGE_H
#define TESTS_HOSTILE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "hostile/world.h"

/* Prints what is wrong with the fault, a line each on standard output; true when nothing is. */
bool judge_fault(struct world *world, const struct fault *fault, size_t index, const char *group,
                 const char *database);
/* The same of what concerns all of them: the run, the file, who was connected to. */
bool judge_run(struct world *world, const char *database);

#endif
