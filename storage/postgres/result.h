/* result.h - the columns of a row that a statement gave, whatever they came as. Thread: the
 * store's.
 */
#ifndef STORAGE_POSTGRES_RESULT_H
#define STORAGE_POSTGRES_RESULT_H

#include "storage/postgres/prepared.h"

int result_columns(struct statement *statement);
bool result_is_null(struct statement *statement, int column);
int64_t result_integer(struct statement *statement, int column);
double result_real(struct statement *statement, int column);
const char *result_text(struct statement *statement, int column);
size_t result_size(struct statement *statement, int column);
void result_value(struct statement *statement, int column, struct store_value *out);

#endif
