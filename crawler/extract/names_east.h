/* names_east.h - names in scripts without capitals and mostly without blanks: Chinese, Japanese,
 * Korean. Internal to names.c. Thread: any. */
#ifndef CRAWLER_EXTRACT_NAMES_EAST_H
#define CRAWLER_EXTRACT_NAMES_EAST_H

#include <stdbool.h>

#include "base/bytes.h"

/* Whether `name` is written like a person's name in one of them: as short as names are. */
bool names_east_like(struct span name);

/* What is left of "王小明 北京报道" and "홍길동 기자": the name without what a reporter's line has
 * behind it. `text` itself where it is not such a line. */
struct span names_east_cut(struct span text);

/* The name in a line of nothing but a name and "reporter": "홍길동 기자", "王小明 記者". Empty
 * where the line is something else. */
struct span names_east_reporter(struct span line);

#endif
