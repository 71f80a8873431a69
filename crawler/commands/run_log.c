#include "commands/run_log.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/log.h"
#include "report.h"

void run_log_begun(struct log *log, int64_t run_id, const char *database,
                   const struct report *report)
{
    char message[128];
    const struct log_field fields[] = {
        {"run", NULL, (double)run_id},
        {"version", CRAWLER_VERSION, 0},
        {"database", database, 0},
        {"sites_total", NULL, report->now.sites},
    };
    snprintf(message, sizeof message, "run %lld begins", (long long)run_id);
    log_event(log, LOG_INFO, "begun", message, fields, COUNT(fields));
}

static void log_site(struct log *log, const struct report_alarm *alarm)
{
    char message[512];
    const struct log_field fields[] = {
        {"site", alarm->site, 0},
        {"verdict", alarm->verdict, 0},
        {"why", alarm->why, 0},
    };
    snprintf(message, sizeof message, "%s %s: %s", alarm->site, alarm->verdict, alarm->why);
    log_event(log, LOG_WARNING, "site", message, fields, COUNT(fields));
}

void run_log_ended(struct log *log, int64_t run_id, const char *outcome, int exit_status,
                   const struct report *report, uint64_t now_ms)
{
    char message[128];
    for (size_t i = 0; i < report->alarms_count; i++)
        log_site(log, &report->alarms[i]);
    const struct log_field fields[] = {
        {"run", NULL, (double)run_id},
        {"outcome", outcome, 0},
        {"exit_status", NULL, exit_status},
        {"seconds", NULL, (double)(now_ms - report->started_ms) / 1000},
        {"sites", NULL, report->sites.count},
        {"requests", NULL, (double)report->requests},
        {"errors", NULL, (double)report->failed_requests},
        {"articles", NULL, (double)report->articles_new},
        {"articles_revised", NULL, (double)report->articles_revised},
        {"sites_in_trouble", NULL, (double)report->alarms_count},
    };
    snprintf(message, sizeof message, "run %lld ended: %s", (long long)run_id, outcome);
    log_event(log, LOG_INFO, "ended", message, fields, COUNT(fields));
}
