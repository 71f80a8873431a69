/* run_log.h - what a run's log tells machines: where it begins, which sites are not as they were,
 * and how it ended. People get that as a summary. Thread: main. */
#ifndef CRAWLER_COMMANDS_RUN_LOG_H
#define CRAWLER_COMMANDS_RUN_LOG_H

#include <stdint.h>

struct log;
struct report;

void run_log_begun(struct log *log, int64_t run_id, const char *database,
                   const struct report *report);
void run_log_ended(struct log *log, int64_t run_id, const char *outcome, int exit_status,
                   const struct report *report, uint64_t now_ms);

#endif
