#include "extract/charset.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset_private.h"

static bool starts_with(struct span span, const char *bytes, size_t size)
{
    return span.size >= size && memcmp(span.data, bytes, size) == 0;
}

/* Encoding Standard, "BOM sniff". */
static const char *charset_of_bom(struct span in)
{
    if (starts_with(in, "\xef\xbb\xbf", 3))
        return "UTF-8";
    if (starts_with(in, "\xfe\xff", 2))
        return "UTF-16BE";
    return starts_with(in, "\xff\xfe", 2) ? "UTF-16LE" : NULL;
}

/* Two-byte units without a mark: nearly all of a western text's zeros stand on one side. */
static const char *charset_of_zeros(struct span in)
{
    enum { LOOKED_AT = 1024 };
    size_t size = in.size < LOOKED_AT ? in.size : LOOKED_AT, zeros[2] = {0, 0};
    for (size_t i = 0; i < size; i++)
        zeros[i & 1] += in.data[i] == '\0';
    size_t units = size / 2;
    if (units < 2 || zeros[0] + zeros[1] < units / 2)
        return NULL;
    if (zeros[1] > 8 * zeros[0])
        return "UTF-16LE";
    return zeros[0] > 8 * zeros[1] ? "UTF-16BE" : NULL;
}

/* How much of the bytes is UTF-8. */
struct utf8_count {
    size_t well, broken; /* sequences of more than one byte; maximal subparts that are none */
    bool cut;            /* the last is not whole */
};

/* A sequence that the end of the bytes cuts is neither: bodies are cut at ceilings. */
static struct utf8_count count_utf8(struct span in)
{
    struct utf8_count count = {0};
    for (size_t at = 0; at < in.size;) {
        at += utf8_ascii_run(in.data + at, in.size - at);
        if (at == in.size)
            break;
        uint32_t point;
        size_t length = utf8_length(in.data + at, in.size - at);
        if (length)
            count.well++;
        else if (at + UTF8_LENGTH_MAX > in.size && utf8_cut(in.data, in.size) <= at)
            count.cut = true;
        else
            count.broken++;
        if (count.cut)
            break;
        at += length ? length : utf8_decode(in.data + at, in.size - at, &point);
    }
    return count;
}

/* Other encodings hardly ever make a sequence of UTF-8, so many of them outweigh a broken one. */
static bool is_utf8(struct utf8_count count)
{
    return count.well && count.well >= 50 * count.broken;
}

/* Called UTF-8 and next to nothing of it is: the name comes from a template. In XML, where what is
 * broken is nothing at all, one byte is enough if no other says the opposite. */
static bool is_hardly_utf8(struct utf8_count count, enum charset_context context)
{
    if (context == CHARSET_XML && count.broken && !count.well)
        return true;
    return count.broken > 8 && count.broken > count.well;
}

static const char *charset_declared(struct span in, const char *content_type,
                                    enum charset_context context)
{
    const char *encoding = charset_of_header(content_type);
    if (encoding || context == CHARSET_TEXT)
        return encoding;
    if (context == CHARSET_HTML)
        encoding = charset_of_meta(in);
    if (!encoding)
        encoding = charset_of_xml(in);
    /* Whoever wrote it in ASCII didn't write it in two-byte units. */
    if (encoding && strncmp(encoding, "UTF-16", 6) == 0)
        return "UTF-8";
    if (encoding && strcmp(encoding, "x-user-defined") == 0)
        return "windows-1252";
    return encoding;
}

/* Stores in *valid whether the bytes are known to be UTF-8 all of them. */
static const char *choose(struct span in, const char *content_type, enum charset_context context,
                          bool *valid)
{
    const char *encoding = charset_of_bom(in);
    *valid = false;
    if (!encoding)
        encoding = charset_of_zeros(in);
    if (encoding)
        return encoding;
    struct utf8_count count = count_utf8(in);
    *valid = !count.broken && !count.cut;
    if (is_utf8(count))
        return "UTF-8";
    encoding = charset_declared(in, content_type, context);
    if (encoding && strncmp(encoding, "UTF-16", 6) == 0 && charset_of_zeros(in) == NULL)
        encoding = count.broken ? NULL : "UTF-8";
    if (encoding && strcmp(encoding, "UTF-8") == 0 && is_hardly_utf8(count, context))
        encoding = NULL;
    if (encoding && strcmp(encoding, "replacement") != 0)
        return encoding;
    return charset_detect(in.data, in.size);
}

const char *charset_of(const void *data, size_t size, const char *content_type,
                       enum charset_context context)
{
    bool valid;
    return choose((struct span){data, size}, content_type, context, &valid);
}

const char *charset_read(struct span *text, struct bytes *converted, struct span data,
                         const char *content_type, enum charset_context context)
{
    bool valid;
    const char *encoding = choose(data, content_type, context, &valid);
    if (valid && strcmp(encoding, "UTF-8") == 0 && !memchr(data.data, '\0', data.size)) {
        *text = data;
        return encoding;
    }
    size_t before = converted->size;
    charset_to_utf8(data.data, data.size, encoding, converted);
    *text =
        (struct span){converted->data ? converted->data + before : "", converted->size - before};
    return encoding;
}

enum charset_context charset_context_of(const char *content_type, const void *data, size_t size)
{
    static const struct {
        const char *part; /* of the media type */
        enum charset_context context;
    } types[] = {
        {"html", CHARSET_HTML}, {"xml", CHARSET_XML},   {"rss", CHARSET_XML},
        {"atom", CHARSET_XML},  {"json", CHARSET_TEXT}, {"text/plain", CHARSET_TEXT},
    };
    for (size_t i = 0; content_type && i < COUNT(types); i++) {
        size_t length = strcspn(content_type, "; \t"), part = strlen(types[i].part);
        for (size_t at = 0; at + part <= length; at++)
            if (strncasecmp(content_type + at, types[i].part, part) == 0)
                return types[i].context;
    }
    struct span start = span_trimmed((struct span){data, size});
    if (starts_with(start, "{", 1) || starts_with(start, "[", 1))
        return CHARSET_TEXT;
    return starts_with(start, "<?xml", 5) ? CHARSET_XML : CHARSET_HTML;
}
