/* tdmrep.h - the list of rules in a /.well-known/tdmrep.json.
 *
 * TDM Reservation Protocol, W3C community group report: an array of objects with a `location`, a
 * pattern as of robots.txt, and `tdm-reservation`, 1 or 0; another value is as none. Plain
 * function. Thread: any. */
#ifndef CRAWLER_EXTRACT_TDMREP_H
#define CRAWLER_EXTRACT_TDMREP_H

#include <stddef.h>

#include "base/bytes.h"

/* Appends a line "1 LOCATION" (reserved) or "0 LOCATION" for each rule, in their order, 256 at
 * most. Rules without a location, or with one that nobody has (over 2,048 bytes, control
 * characters), are left out. Returns 0, or ERR_INPUT when it is no JSON array. */
int tdmrep_reduce(const char *data, size_t size, struct bytes *out);

#endif
