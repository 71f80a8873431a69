/* jsonld_mend.c - the usual faults of JSON-LD on pages. */
#include "extract/jsonld.h"

#include <string.h>
#include <strings.h>

static bool starts_with(struct span text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && strncasecmp(text.data, prefix, size) == 0;
}

static bool ends_with(struct span text, const char *suffix)
{
    size_t size = strlen(suffix);
    return text.size >= size && strncasecmp(text.data + text.size - size, suffix, size) == 0;
}

/* Comments and CDATA marks before and after the text, in any order. */
static struct span unwrapped(struct span text)
{
    static const char *const before[] = {"<!--",          "//<![CDATA[",     "<![CDATA[",
                                         "/*<![CDATA[*/", "/* <![CDATA[ */", "// <![CDATA[",
                                         "\xef\xbb\xbf"};
    static const char *const after[] = {"-->",       "//]]>",  "]]>", "/*]]>*/",
                                        "/* ]]> */", "// ]]>", ";",   "//"};
    bool found = true;
    while (found) {
        found = false;
        text = span_trimmed(text);
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            if (starts_with(text, before[i])) {
                text.data += strlen(before[i]);
                text.size -= strlen(before[i]);
                found = true;
            }
        for (size_t i = 0; i < sizeof after / sizeof *after; i++)
            if (ends_with(text, after[i])) {
                text.size -= strlen(after[i]);
                found = true;
            }
    }
    return text;
}

struct mender {
    struct span in;
    size_t at;
    char *out;
    size_t size;
    unsigned depth;
};

static void put(struct mender *mender, const char *text, size_t size)
{
    memcpy(mender->out + mender->size, text, size);
    mender->size += size;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit of "\uXXXX" at `at`, or -1. */
static int read_unit(const struct mender *mender, size_t at)
{
    if (at + 6 > mender->in.size || mender->in.data[at] != '\\' || mender->in.data[at + 1] != 'u')
        return -1;
    int unit = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = hex_value(mender->in.data[at + i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* An escape: lone surrogates and zeros become U+FFFD, unknown ones lose their backslash. */
static void mend_escape(struct mender *mender)
{
    const char *text = mender->in.data + mender->at;
    int unit = read_unit(mender, mender->at);
    if (unit >= 0xd800 && unit <= 0xdbff) {
        int low = read_unit(mender, mender->at + 6);
        bool pair = low >= 0xdc00 && low <= 0xdfff;
        put(mender, pair ? text : "\\ufffd", pair ? 12 : 6);
        mender->at += pair ? 12 : 6;
    } else if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff)) {
        put(mender, "\\ufffd", 6);
        mender->at += 6;
    } else if (unit > 0) {
        put(mender, text, 6);
        mender->at += 6;
    } else if (mender->at + 1 < mender->in.size && text[1] && strchr("\"\\/bfnrt", text[1])) {
        put(mender, text, 2);
        mender->at += 2;
    } else {
        mender->at++;
    }
}

/* A quotation mark inside a string that ends nothing: what follows it can't follow a string. */
static bool quote_ends(const struct mender *mender)
{
    for (size_t i = mender->at + 1; i < mender->in.size; i++) {
        char c = mender->in.data[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            continue;
        return c == ',' || c == '}' || c == ']' || c == ':';
    }
    return true;
}

static void mend_string(struct mender *mender)
{
    put(mender, "\"", 1);
    mender->at++;
    while (mender->at < mender->in.size) {
        char c = mender->in.data[mender->at];
        if (c == '\\') {
            mend_escape(mender);
            continue;
        }
        if (c == '"') {
            if (quote_ends(mender))
                break;
            put(mender, "\\\"", 2);
        } else {
            put(mender, (unsigned char)c < ' ' ? " " : &c, 1);
        }
        mender->at++;
    }
    put(mender, "\"", 1);
    mender->at++;
}

/* Whether a comma is one too many: another, a closing bracket or nothing comes next. */
static bool comma_is_idle(const struct mender *mender, size_t at)
{
    while (at < mender->in.size && (unsigned char)mender->in.data[at] <= ' ')
        at++;
    return at >= mender->in.size || mender->in.data[at] == '}' || mender->in.data[at] == ']' ||
           mender->in.data[at] == ',';
}

static void mend_mark(struct mender *mender, char c)
{
    mender->at++;
    if (c == ',' && (!mender->depth || comma_is_idle(mender, mender->at)))
        return;
    if (c == '{' || c == '[') {
        if (!mender->depth && mender->size > 1)
            put(mender, ",", 1);
        mender->depth++;
    } else if (c == '}' || c == ']') {
        if (!mender->depth)
            return;
        mender->depth--;
    }
    put(mender, &c, 1);
}

struct span jsonld_mended(struct arena *arena, struct span block)
{
    block = unwrapped(block);
    struct mender mender = {.in = block, .out = arena_alloc(arena, block.size * 2 + 8)};
    put(&mender, "[", 1);
    while (mender.at < block.size) {
        char c = block.data[mender.at];
        if (c == '"') {
            mend_string(&mender);
        } else if (strchr("{}[],", c) && c) {
            mend_mark(&mender, c);
        } else {
            if (mender.depth)
                put(&mender, (unsigned char)c < ' ' ? " " : &c, 1);
            mender.at++;
        }
    }
    put(&mender, "]", 1);
    return (struct span){mender.out, mender.size};
}
