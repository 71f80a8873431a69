#include "extract/tdmrep.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"

enum { RULES_MAX = 256, LOCATION_BYTES_MAX = 2048 };

/* Some write the number as a string. */
static bool is_one(const json_t *value)
{
    const char *text = json_string_value(value);
    return json_is_integer(value) ? json_integer_value(value) == 1 : text && !strcmp(text, "1");
}

static bool is_usual(const char *location)
{
    size_t size = location ? strlen(location) : 0;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)location[i] < ' ')
            return false;
    return size && size <= LOCATION_BYTES_MAX;
}

int tdmrep_reduce(const char *data, size_t size, struct bytes *out)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t skip = size >= 3 && memcmp(data, mark, 3) == 0 ? 3 : 0;
    json_t *root = json_loadb(data + skip, size - skip, 0, NULL);
    int err = json_is_array(root) ? 0 : ERR_INPUT;
    size_t count = err ? 0 : json_array_size(root);
    for (size_t i = 0; i < count && i < RULES_MAX && !err; i++) {
        const json_t *rule = json_array_get(root, i);
        const char *location = json_string_value(json_object_get(rule, "location"));
        if (!is_usual(location))
            continue;
        err = bytes_append_string(out,
                                  is_one(json_object_get(rule, "tdm-reservation")) ? "1 " : "0 ");
        if (!err)
            err = bytes_append_string(out, location);
        if (!err)
            err = bytes_append_string(out, "\n");
    }
    json_decref(root);
    return err;
}
