/* views.h - the views of a database while its tables are brought up to date.
 *
 * SQLite refuses to change tables as long as a view does not fit them, so all views are dropped for
 * that time: the crawler's own (views.sql), which are made anew, and those that people made, which
 * come back as they were, with their triggers. Inside a transaction. Thread: the store's. */
#ifndef STORAGE_SQLITE_VIEWS_H
#define STORAGE_SQLITE_VIEWS_H

struct sqlite_store;

/* Drops every view; *others: SQL that makes people's own again, for views_put_back(). */
int views_put_aside(struct sqlite_store *store, char **others);

/* Takes `others`, which may be NULL, and makes what it says, unless `err`; returns the first
 * failure. */
int views_put_back(struct sqlite_store *store, char *others, int err);

#endif
