/* password.h - the password of a connection string, kept apart from it.
 *
 * What stands in a connection string is seen by many: the process list, the row of a run, messages.
 * So the password is taken out of it, in its place, as soon as the program has read its options
 * (store_hide_password() in store.h). Thread: main, before any other. */
#ifndef STORAGE_PASSWORD_H
#define STORAGE_PASSWORD_H

/* What was taken out of this connection string, as it is now; NULL: none was. */
const char *password_of(const char *dsn);

#endif
