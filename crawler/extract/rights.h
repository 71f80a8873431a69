/* rights.h - what a page, or the server for it, says may not be done with it, or may.
 *
 * Sources: <meta name=robots> and X-Robots-Tag as Google documents them, with `noai` as art sites
 * brought it up; TDM Reservation Protocol (W3C community report); politeness/usage.h. All answer
 * with bits of enum rights (storage/record.h). Plain functions. Thread: any. */
#ifndef CRAWLER_EXTRACT_RIGHTS_H
#define CRAWLER_EXTRACT_RIGHTS_H

struct response;

/* Of a list of directives (NULL: none): those for all crawlers and for the one whose User-Agent is
 * `agent`, of that its first word; with `agent` NULL all of them. */
unsigned rights_of_tag(const char *tag, const char *agent);

/* Of the value of tdm-reservation (NULL: none). */
unsigned rights_of_tdm(const char *value);

/* Of an answer's fields. */
unsigned rights_of_head(const struct response *response, const char *agent);

#endif
