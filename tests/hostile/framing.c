/* Answers whose length is not what they say, or which are hardly HTTP. */
#include "base/alloc.h"
#include "hostile/groups.h"

static const struct fault faults[] = {
    {.name = "Content-Length too long",
     .bytes = HTML_HEAD "Content-Length: 99999\r\n\r\n{story}",
     .error = "reset%"},
};

const struct group group_framing = FAULT_GROUP("framing", faults);
