/* site_rules_private.h - what site_rules.c and site_rules_apply.c share. Thread: any. */
#ifndef CRAWLER_EXTRACT_SITE_RULES_PRIVATE_H
#define CRAWLER_EXTRACT_SITE_RULES_PRIVATE_H

#include <libxml/xpath.h>

/* What an expression gives on a document, to be freed; NULL where it is none, or takes more steps.
 * Nothing is printed. */
xmlXPathObjectPtr site_rule_evaluate(xmlDocPtr document, const char *xpath,
                                     unsigned long steps_max);

#endif
