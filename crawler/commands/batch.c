#include "commands/batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/utf8.h"

static void answer_line(char *line, size_t size, batch_fn *answer, void *context,
                        struct arena *arena)
{
    json_error_t error;
    utf8_repair_json(line, size);
    json_t *input = json_loadb(line, size, JSON_ALLOW_NUL, &error);
    json_t *output = json_object();
    const char *id = batch_string(input, "id");
    if (!output)
        alloc_failed(0);
    json_object_set_new(output, "id", id ? json_string(id) : json_null());
    if (!id)
        json_object_set_new(output, "error", json_string("not a JSON object with an id"));
    else if (answer(input, output, arena, context) && !json_object_get(output, "error"))
        json_object_set_new(output, "error", json_string("cannot be read"));
    json_dumpf(output, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(output);
    json_decref(input);
}

int batch_run(const char *path, batch_fn *answer, void *context)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "crawler: cannot read %s: %s\n", path, strerror(errno));
        return EXIT_USAGE;
    }
    struct arena arena;
    arena_init(&arena, 0);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, file)) >= 0) {
        if (span_trimmed((struct span){line, (size_t)size}).size)
            answer_line(line, (size_t)size, answer, context, &arena);
        arena_reset(&arena);
    }
    bool failed = ferror(file);
    if (failed)
        fprintf(stderr, "crawler: cannot read %s: %s\n", path, strerror(errno));
    free(line);
    arena_clear(&arena);
    if (file != stdin)
        fclose(file);
    return fflush(stdout) || failed ? EXIT_USAGE : EXIT_COMPLETED;
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

int batch_bytes(json_t *input, const char *key, struct arena *arena, char **out, size_t *out_size)
{
    json_t *value = json_object_get(input, key);
    if (!json_is_string(value))
        return ERR_NOT_FOUND;
    const char *text = json_string_value(value);
    char *bytes = arena_alloc(arena, json_string_length(value) + 1);
    size_t size = 0;
    unsigned bits = 0, held = 0;
    for (; *text && *text != '='; text++) {
        int digit = base64_value(*text);
        if (digit < 0)
            return ERR_INPUT;
        held = held << 6 | (unsigned)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[size++] = (char)(held >> bits & 0xff);
        }
    }
    bytes[size] = '\0';
    *out = bytes;
    *out_size = size;
    return 0;
}

const char *batch_string(json_t *input, const char *key)
{
    return json_string_value(json_object_get(input, key));
}

void batch_set_text(json_t *answer, const char *key, const char *text)
{
    if (!text) {
        json_object_set_new(answer, key, json_null());
        return;
    }
    struct bytes clean;
    bytes_init(&clean, 0);
    utf8_append_clean(&clean, text, strlen(text));
    json_object_set_new(answer, key, json_stringn(clean.size ? clean.data : "", clean.size));
    bytes_clear(&clean);
}

int batch_read_file(const char *path, struct arena *arena, char **out, size_t *out_size)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct bytes bytes;
    bytes_init(&bytes, 0);
    size_t got = 0;
    if (file)
        do {
            bytes_reserve(&bytes, 64 * 1024);
            got = fread(bytes.data + bytes.size, 1, 64 * 1024, file);
            bytes.size += got;
        } while (got);
    bool failed = !file || ferror(file);
    if (failed)
        fprintf(stderr, "crawler: cannot read %s: %s\n", path, strerror(errno));
    if (file && file != stdin)
        fclose(file);
    if (!failed) {
        *out = arena_copy(arena, bytes.size ? bytes.data : "", bytes.size);
        *out_size = bytes.size;
    }
    bytes_clear(&bytes);
    return failed ? ERR_IO : 0;
}

int batch_read_text(const char *path, struct arena *arena, char **out, size_t *out_size)
{
    int err = batch_read_file(path, arena, out, out_size);
    if (err || !memchr(*out, '\0', *out_size))
        return err;
    fprintf(stderr,
            "crawler: %s is no text: it holds NUL bytes; if it is UTF-16, save it as UTF-8\n",
            strcmp(path, "-") == 0 ? "standard input" : path);
    return ERR_INPUT;
}

int batch_files(const struct options *options, const char *name, batch_file_fn *print_file,
                void *context)
{
    if (!options->arguments_count) {
        fprintf(stderr, "crawler: %s wants files; see crawler %s --help\n", name, name);
        return EXIT_USAGE;
    }
    int status = EXIT_COMPLETED;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < options->arguments_count; i++) {
        if (print_file(options, options->arguments[i], &arena, context))
            status = EXIT_USAGE;
        arena_reset(&arena);
    }
    arena_clear(&arena);
    return status;
}
