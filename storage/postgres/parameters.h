/* parameters.h - what is bound to a statement, and how it goes over the wire: as bytes, since a
 * prepared statement knows its types. Thread: the store's. */
#ifndef STORAGE_POSTGRES_PARAMETERS_H
#define STORAGE_POSTGRES_PARAMETERS_H

#include "storage/postgres/prepared.h"

void parameters_bind_null(struct statement *statement, int place);
void parameters_bind_integer(struct statement *statement, int place, int64_t value);
void parameters_bind_real(struct statement *statement, int place, double value);
void parameters_bind_text(struct statement *statement, int place, const char *value, size_t size);
void parameters_bind_bytes(struct statement *statement, int place, const void *value, size_t size);
void parameters_clear(struct statement *statement);

/* Parameter `i` as one of that type; borrowed from it. */
void parameters_put(struct param *param, Oid type, struct wire *wire, int i);

#endif
