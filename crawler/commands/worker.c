/* crawler worker - what the extractor starts; of no use by hand. */
#include "commands/commands.h"
#include "extract/worker.h"

int command_worker(const struct options *options)
{
    (void)options;
    return worker_run();
}
