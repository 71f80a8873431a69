/* program.h - runs a program from a test: arguments in, output, exit status and cost out.
 *
 * The child is the leader of a process group of its own, which program_wait() kills when the time
 * is over, so that its children end with it; on Linux it also dies with the test. What it prints
 * goes to unnamed files, so it never waits for a reader. Thread: any, one at a time per program. */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct program; /* a child that was started and not yet waited for */

struct program_result {
    int exit_status; /* -1: ended by a signal */
    int signal;      /* that signal; 0: it exited */
    bool timed_out;  /* was killed because the limit was over */
    uint64_t wall_ms;
    struct rusage usage; /* of the child and those it waited for */
    char *out;           /* standard output; NUL-terminated */
    size_t out_size;
    char *err; /* standard error, likewise */
    size_t err_size;
};

/* Starts arguments[0] (looked up in PATH when it has no slash); the array ends with NULL. `input`
 * is what standard input gives, or NULL for nothing. Returned owned: program_wait() frees it. The
 * test ends with a message when it can't be started; a missing program exits with 127. */
struct program *program_start(const char *const *arguments, const char *input);

pid_t program_id(const struct program *program);
/* To the program alone, or to its whole group. */
void program_signal(struct program *program, int signal);
void program_signal_group(struct program *program, int signal);
/* SIGKILL to the processes that it has started itself. Returns how many there were. */
unsigned program_kill_children(const struct program *program);
/* Whether it has not ended yet. */
bool program_running(struct program *program);
/* What it printed so far. Returned owned. */
char *program_output(struct program *program);
char *program_errors(struct program *program);

/* Takes `program`: waits until it ended, or kills its group after `limit_ms`. */
void program_wait(struct program *program, uint64_t limit_ms, struct program_result *out);
void program_result_clear(struct program_result *result);

/* program_start() without input, and program_wait(). */
void program_run(const char *const *arguments, uint64_t limit_ms, struct program_result *out);

#endif
