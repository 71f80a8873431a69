#include "commands/listing.h"

#include <stdio.h>
#include <string.h>

#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/decode.h"

struct reader {
    const char *name;
    listing_fn *read;
};

/* Bytes may be gzip; of a broken one what can be had is read. */
static int read_listing(const struct reader *reader, struct span bytes, const char *url,
                        const char *content_type, struct arena *arena, struct listing *out)
{
    struct bytes body;
    bytes_init(&body, 0);
    *out = (struct listing){.about = json_object(), .entries = json_array()};
    int err = decode_body(bytes.data, bytes.size, NULL, 0, &body);
    if (!err || body.size)
        err = reader->read(out, arena, (struct span){body.data, body.size}, url, content_type);
    bytes_clear(&body);
    return err;
}

static void clear_listing(struct listing *listing)
{
    json_decref(listing->about);
    json_decref(listing->entries);
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    const struct reader *reader = context;
    char *data;
    size_t size;
    struct listing listing = {0};
    int err = batch_bytes(input, "data", arena, &data, &size);
    if (!err)
        err = read_listing(reader, (struct span){data, size}, batch_string(input, "url"),
                           batch_string(input, "content_type"), arena, &listing);
    if (err) {
        json_object_set_new(answer, "error", json_sprintf("not a %s", reader->name));
    } else {
        json_object_update(answer, listing.about);
        json_object_set(answer, "entries", listing.entries);
    }
    clear_listing(&listing);
    return err;
}

static void print_entries(const char *path, const struct listing *listing)
{
    size_t i;
    json_t *entry;
    json_array_foreach(listing->entries, i, entry)
    {
        json_t *line = json_object();
        batch_set_text(line, "file", path);
        json_object_update(line, listing->about);
        json_object_update(line, entry);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(line);
    }
}

static int print_file(const struct options *options, const char *path, struct arena *arena,
                      void *context)
{
    const struct reader *reader = context;
    char *data;
    size_t size;
    struct listing listing;
    int err = batch_read_file(path, arena, &data, &size);
    if (err)
        return err;
    err = read_listing(reader, (struct span){data, size}, options->url, options->content_type,
                       arena, &listing);
    if (err)
        fprintf(stderr, "crawler: %s: not a %s\n", path, reader->name);
    else if (listing.entries_max)
        fprintf(stderr, "crawler: %s: only the first %zu entries are read\n", path,
                listing.entries_max);
    if (!err)
        print_entries(path, &listing);
    clear_listing(&listing);
    return err;
}

int listing_run(const struct options *options, const char *name, listing_fn *read)
{
    struct reader reader = {name, read};
    return options->batch ? batch_run(options->batch, answer_case, &reader)
                          : batch_files(options, name, print_file, &reader);
}
