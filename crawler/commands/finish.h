/* finish.h - hands a run's report to a command when the run has ended: --on-finish.
 *
 * Thread: main, with no loop running. */
#ifndef CRAWLER_COMMANDS_FINISH_H
#define CRAWLER_COMMANDS_FINISH_H

#include <stdint.h>

#include "base/bytes.h"

struct log;

struct finish {
    const char *command; /* for /bin/sh -c */
    uint64_t time_ms;    /* it may take; then it is ended, with all that it started */
    const char *database;
    int64_t run_id;      /* 0: no run began */
    const char *outcome; /* 'ok', 'partial', 'stopped', 'failed' */
    int exit_status;     /* the program's own */
    struct span report;  /* JSON, for its standard input */
};

/* Runs the command, waits for it and says in the log how it ended. What it prints goes to standard
 * error. It starts in a session of its own, with signals as usual and with an environment of what
 * programs need (PATH, HOME, language and time zone …) and four CRAWLER_ names: nothing secret that
 * this program was given reaches it. A command that doesn't read its input, or closes it, is as
 * good as any. A signal that would stop a run ends the command. */
void finish_run(const struct finish *finish, struct log *log);

#endif
