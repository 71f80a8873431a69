/* nights.h - a database with the nights of many sites, as nights.sql writes them.
 *
 * Thread: the test's. */
#ifndef TESTS_SUPPORT_NIGHTS_H
#define TESTS_SUPPORT_NIGHTS_H

#include <stdbool.h>

/* The path of a new one, in a scratch directory of its own: seventeen runs, the last of which went
 * badly for one site in twelve, or well. Borrowed. */
const char *nights_database(int sites, bool bad);

#endif
