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

static int print_file(const struct options *options, const char *path, struct arena *arena,
                      void *context)
{
    (void)context;
    char *data;
    size_t size;
    int err = batch_read_file(path, arena, &data, &size);
    if (err)
        return err;
    json_t *line = json_object();
    batch_set_text(line, "file", path);
    batch_set_text(line, "encoding", encoding_of(data, size, options->content_type));
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
    return 0;
}

int command_charset(const struct options *options)
{
    return options->batch ? batch_run(options->batch, answer_case, NULL)
                          : batch_files(options, "charset", print_file, NULL);
}
