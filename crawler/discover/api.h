/* api.h - the records of a JSON endpoint, and articles of them where a mapping says how.
 *
 * The answer is an array, an object that holds one (found, or named by a JSON Pointer, RFC 6901) or
 * a single object. WordPress REST (wp/v2) and JSON Feed 1.x are known without a mapping.
 * Thread: any. */
#ifndef CRAWLER_DISCOVER_API_H
#define CRAWLER_DISCOVER_API_H

#include <stddef.h>

#include "base/arena.h"
#include "storage/record.h"

/* JSON Pointers into a record ("/meta/title"); NULL: no such field. One that leads to an array of
 * objects takes their "name" or "title". */
struct api_mapping {
    const char *items; /* into the answer, to the array; NULL: found */
    const char *url;
    const char *title;
    const char *published;
    const char *modified;
    const char *body; /* may hold HTML */
    const char *lead;
    const char *authors;
    const char *lang;
    const char *section;
    const char *id;
    const char *tags;
    const char *image;
};

struct api_record {
    const char *key;                /* its id, else its address, else its place in the answer */
    const char *json;               /* compact, keys in their order */
    struct article_record *article; /* NULL: nothing says how to make one */
};

struct api_answer {
    struct api_record *records;
    size_t records_count;
    const char *shape;    /* array object wordpress jsonfeed */
    const char *next_url; /* the next page, where the answer names one */
};

/* Sets the pointer of one field by its name ("title", "items"). Returns 0, or ERR_USAGE when there
 * is no such field or `pointer` is no JSON Pointer. Borrows `pointer`. */
int api_mapping_set(struct api_mapping *mapping, const char *field, const char *pointer);

/* A mapping as a JSON object of fields and pointers ({"items":"/data","title":"/head"}), the form
 * in which a site's rules keep it, and back. Reading passes over what it doesn't know and returns
 * 0, or ERR_INPUT when it is no JSON object; all is in the arena. */
const char *api_mapping_write(const struct api_mapping *mapping, struct arena *arena);
int api_mapping_read(struct api_mapping *out, struct arena *arena, const char *rules);

/* Reads a decoded answer. `base_url` (may be NULL) is for relative addresses, `mapping` may be
 * NULL. All is in the arena. Returns 0, or ERR_INPUT when it is no JSON, ERR_NOT_FOUND when `items`
 * leads nowhere; *out is then as it was. */
int api_parse(struct api_answer *out, struct arena *arena, const void *data, size_t size,
              const char *base_url, const struct api_mapping *mapping);

#endif
