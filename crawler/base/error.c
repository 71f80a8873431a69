#include "base/error.h"

enum exit_status error_exit_status(int error)
{
    switch (error) {
    case ERR_NONE:
        return EXIT_COMPLETED;
    case ERR_DATABASE:
    case ERR_IO:
        return EXIT_DATABASE;
    case ERR_BUSY:
        return EXIT_BUSY;
    case ERR_FULL:
    case ERR_CURL: /* it can't be set up without memory and descriptors */
        return EXIT_FULL;
    case ERR_STOPPED:
        return EXIT_STOPPED;
    default:
        return EXIT_USAGE;
    }
}
