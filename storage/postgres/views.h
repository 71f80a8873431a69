/* views.h - the crawler's views on a server while its tables are brought up to date.
 *
 * Whatever is not by one of views.sql's names belongs to others: extensions, people. What of theirs
 * stands on one of ours keeps that one and those below it, which then are replaced where they are;
 * a new version that can't do that changes nothing, and says whose views are in the way. Inside a
 * transaction. Thread: the store's. */
#ifndef STORAGE_POSTGRES_VIEWS_H
#define STORAGE_POSTGRES_VIEWS_H

struct postgres_store;

/* Drops the crawler's own views, but those that something else stands on. */
int views_drop(struct postgres_store *store);

/* Makes them, or replaces those that there are. */
int views_make(struct postgres_store *store);

/* After the end of a transaction in which that, or a change of the tables below, has failed: tells
 * of views of others that stand on ours, where there are any. */
void views_explain(struct postgres_store *store);

#endif
