/* selector.h - a CSS selector as an XPath expression, for the rules that people give for sites.
 *
 * Of Selectors Level 3 (www.w3.org/TR/selectors-3), with ::attr(NAME) at the end for the value of
 * an attribute:
 *
 *     p  *  .class  #id                      names, classes, ids; \ takes the next sign as it is
 *     [a] [a=v] [a~=v] [a|=v] [a^=v] [a$=v] [a*=v]
 *     a b   a > b   a + b   a ~ b   a, b
 *     :first-child :last-child :only-child :nth-child(N|odd|even) :empty :not(SIMPLE)
 *     p:first-of-type p:last-of-type p:nth-of-type(N|odd|even)
 *
 * Anything else is an error that says what isn't known. Thread: any. */
#ifndef CRAWLER_EXTRACT_SELECTOR_H
#define CRAWLER_EXTRACT_SELECTOR_H

#include <stddef.h>

#include "base/arena.h"

enum { SELECTOR_BYTES_MAX = 1000 };

/* Stores the expression, in the arena, in *xpath. Returns 0; or ERR_INPUT with the end of a
 * sentence that begins with the selector in `reason`. */
int selector_to_xpath(const char **xpath, struct arena *arena, const char *selector, char *reason,
                      size_t reason_size);

#endif
