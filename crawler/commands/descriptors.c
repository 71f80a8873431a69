#include "commands/descriptors.h"

#include <sys/resource.h>

/* Connections kept alive, sockets, pipes: more than the usual 1,024 are of use. */
void descriptors_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}
