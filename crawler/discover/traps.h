/* traps.h - addresses that no editor wrote: what software makes without end.
 *
 * Judged by the address alone, so only what no news site does on purpose counts; traps that look
 * like articles are told by what they bring (storage/tables/budget.h). Thread: any. */
#ifndef CRAWLER_DISCOVER_TRAPS_H
#define CRAWLER_DISCOVER_TRAPS_H

struct url;

/* Why this address is not asked, static; NULL: nothing is wrong with it. */
const char *traps_judge(const struct url *url);

/* What can be done about a reason, in plain words; NULL where `why` is none of ours. */
const char *traps_advice(const char *why);

#endif
