/* reservations.h - what a host reserves in files of their own: ai.txt and tdmrep.json.
 *
 * /ai.txt (Spawning) has the grammar of robots.txt; by path or by kind of file (`*.txt`) it tells
 * what models may not be trained on. /.well-known/tdmrep.json (TDM Reservation Protocol, W3C
 * community group report, "TDM File on the Origin Server") is a list of path patterns, of which the
 * first that matches decides. Neither allows or forbids to fetch. Plain functions. Thread: any. */
#ifndef CRAWLER_POLITENESS_RESERVATIONS_H
#define CRAWLER_POLITENESS_RESERVATIONS_H

#include <stddef.h>

#include "base/bytes.h"
#include "storage/record.h"

struct robots;
struct tdm_rule; /* reservations.c */

/* Zeroed nothing is reserved; reservations_clear() frees it. */
struct reservations {
    struct robots *ai;      /* owned; NULL: says nothing */
    struct tdm_rule *rules; /* of tdmrep.json, in its order; owned */
    size_t rules_count;
    char *text; /* what their patterns borrow; owned */
};

/* Where the file is, as "/ai.txt". */
const char *reservations_path(enum host_file file);

/* Takes what the file says in place of what it said before. `reduced` is borrowed: of ai.txt a
 * small robots.txt for all agents, of tdmrep.json what tdmrep_reduce() (extract/tdmrep.h) wrote;
 * NULL: nothing. */
void reservations_learn(struct reservations *reservations, enum host_file file,
                        const char *reduced);

/* The bits of enum rights for a page: RIGHTS_NO_TRAIN where ai.txt keeps its path, or HTML or text
 * there, from training; RIGHTS_TDM. */
unsigned reservations_rights(const struct reservations *reservations, struct span path_and_query);

void reservations_clear(struct reservations *reservations);

#endif
