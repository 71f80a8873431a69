/* prometheus.h - reads Prometheus' text format (exposition format 0.0.4) strictly, for tests.
 *
 * Thread: the test's. What is wrong fails the cmocka test with the line. */
#ifndef TESTS_SUPPORT_PROMETHEUS_H
#define TESTS_SUPPORT_PROMETHEUS_H

/* Fails unless `text` is well-formed and keeps the conventions: each family once, with HELP and
 * TYPE before its samples, no series twice, counters and only they named _total, base units, no
 * timestamps. Where promtool is installed (Debian's package prometheus) it is asked as well. */
void prometheus_check(const char *text);

/* The value of the one series of this name whose labels hold `labels` ("" for any); NAN: none. */
double prometheus_value(const char *text, const char *name, const char *labels);

/* How many series have this name. */
unsigned prometheus_count(const char *text, const char *name);

#endif
