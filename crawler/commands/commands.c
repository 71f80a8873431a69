#include "commands/commands.h"

#include "base/alloc.h"

const struct command_row command_rows[] = {
    {COMMAND_URL, "url", command_url, "--batch FILE", "URLs parsed, resolved and normalised",
     "crawler url --batch urls.jsonl"},
};
const size_t command_rows_count = COUNT(command_rows);
