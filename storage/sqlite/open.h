/* open.h - opening a database file: whose it is, its schema's version, migrations.
 *
 * A file that is foreign, newer, cut short or no database at all is refused as it is.
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_OPEN_H
#define STORAGE_SQLITE_OPEN_H

struct store;

void open_close(struct store *store); /* takes */

#endif
