#include "commands/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int output_failed(const char *path, int system_error)
{
    fprintf(stderr, "crawler: cannot write %s: %s\n",
            strcmp(path, "-") == 0 ? "to standard output" : path, strerror(system_error));
    return system_error == ENOSPC || system_error == EDQUOT ? EXIT_FULL : EXIT_DATABASE;
}
