/* charset.c - `crawler charset`: in which encoding files are written. */
#include "extract/charset.h"

#include <stdio.h>

#include "base/error.h"
#include "commands/batch.h"
#include "commands/commands.h"

static const char *encoding_of(const char *data, size_t size, const char *content_type)
{
    return charset_of(data, size, content_type, charset_context_of(content_type, data, size));
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    char *data;
    size_t size;
    int err = batch_bytes(input, "data", arena, &data, &size);
    if (err)
        return err;
    batch_set_text(answer, "encoding",
                   encoding_of(data, size, batch_string(input, "content_type")));
    return 0;
}

int command_charset(const struct options *options)
{
    if (options->batch)
        return batch_run(options->batch, answer_case, NULL);
    if (!options->arguments_count) {
        fputs("crawler: charset wants files; see crawler charset --help\n", stderr);
        return EXIT_USAGE;
    }
    struct arena arena;
    arena_init(&arena, 0);
    int status = EXIT_COMPLETED;
    for (size_t i = 0; i < options->arguments_count; i++) {
        char *data;
        size_t size;
        if (batch_read_file(options->arguments[i], &arena, &data, &size)) {
            status = EXIT_USAGE;
            continue;
        }
        json_t *line = json_object();
        batch_set_text(line, "file", options->arguments[i]);
        batch_set_text(line, "encoding", encoding_of(data, size, options->content_type));
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
        arena_reset(&arena);
    }
    arena_clear(&arena);
    return status;
}
