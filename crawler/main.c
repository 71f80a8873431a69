/* main.c - options, then the command they name, then its exit status. */
#include <stdio.h>

#include "base/error.h"
#include "commands/commands.h"
#include "options.h"

int main(int argc, char **argv)
{
    struct options options;
    bool done;
    int err = options_parse(&options, argc, argv, &done);
    if (err || done) {
        options_clear(&options);
        return (int)error_exit_status(err);
    }
    int status = EXIT_USAGE;
    for (size_t i = 0; i < command_rows_count; i++)
        if (command_rows[i].command == options.command)
            status = command_rows[i].run(&options);
    options_clear(&options);
    return status;
}
