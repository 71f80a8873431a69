/* facts_meta.h - the names of <meta> elements by what they mean. Internal to metadata. Thread: any.
 */
#ifndef CRAWLER_EXTRACT_FACTS_META_H
#define CRAWLER_EXTRACT_FACTS_META_H

#include <stdbool.h>
#include <stdint.h>

#include "extract/facts.h"

/* Tells what a name (small letters) means; false for one that is not known. */
bool facts_meta_named(const char *name, enum meta_key *out_key, uint8_t *out_rank);

#endif
