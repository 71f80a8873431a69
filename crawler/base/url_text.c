#include "base/url_text.h"

#include "base/utf8.h"

/* The sets as the URL Standard builds them, each out of the one before. */
#define IN_CONTROL_SET(c) ((c) < 0x20 || (c) > 0x7e)
#define IN_FRAGMENT_SET(c)                                                                         \
    (IN_CONTROL_SET(c) || (c) == ' ' || (c) == '"' || (c) == '<' || (c) == '>' || (c) == '`')
#define IN_QUERY_SET(c)                                                                            \
    (IN_CONTROL_SET(c) || (c) == ' ' || (c) == '"' || (c) == '#' || (c) == '<' || (c) == '>' ||    \
     (c) == '\'')
#define IN_PATH_SET(c)                                                                             \
    ((IN_QUERY_SET(c) && (c) != '\'') || (c) == '?' || (c) == '^' || (c) == '`' || (c) == '{' ||   \
     (c) == '}')
#define IN_USERINFO_SET(c)                                                                         \
    (IN_PATH_SET(c) || (c) == '/' || (c) == ':' || (c) == ';' || (c) == '=' || (c) == '@' ||       \
     ((c) >= '[' && (c) <= ']') || (c) == '|')

/* Queries are left with characters that no other software agrees on: one form for the identity. */
#define IN_KEY_SET(c)                                                                              \
    (IN_FRAGMENT_SET(c) || (c) == '%' || (c) == '\\' || (c) == '^' || (c) == '{' || (c) == '}')

#define IS_ALPHA(c) (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'z')
#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_UNRESERVED(c)                                                                           \
    (IS_ALPHA(c) || IS_DIGIT(c) || (c) == '-' || (c) == '.' || (c) == '_' || (c) == '~')

/* ASCII but for the forbidden domain code points, of which the percent sign is one. */
#define IS_IN_HOST(c)                                                                              \
    (!IN_CONTROL_SET(c) && (c) != ' ' && (c) != '#' && (c) != '%' && (c) != '/' && (c) != ':' &&   \
     (c) != '<' && (c) != '>' && (c) != '?' && (c) != '@' && !((c) >= '[' && (c) <= '^') &&        \
     (c) != '|')

#define CLASS(c)                                                                                   \
    ((IN_FRAGMENT_SET(c) ? ESCAPED_IN_FRAGMENT : 0) | (IN_QUERY_SET(c) ? ESCAPED_IN_QUERY : 0) |   \
     (IN_PATH_SET(c) ? ESCAPED_IN_PATH : 0) | (IN_USERINFO_SET(c) ? ESCAPED_IN_USERINFO : 0) |     \
     (IN_KEY_SET(c) ? ESCAPED_IN_KEY : 0) | (IS_IN_HOST(c) ? IN_HOST : 0) |                        \
     (IS_UNRESERVED(c) ? UNRESERVED : 0) |                                                         \
     ((c) == '/' || (c) == '\\' || (c) == '?' || (c) == '#' ? ENDS_SEGMENT : 0))
#define CLASS_4(c)  CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define CLASS_16(c) CLASS_4(c), CLASS_4((c) + 4), CLASS_4((c) + 8), CLASS_4((c) + 12)
#define CLASS_64(c) CLASS_16(c), CLASS_16((c) + 16), CLASS_16((c) + 32), CLASS_16((c) + 48)

const unsigned char url_classes[256] = {CLASS_64(0), CLASS_64(64), CLASS_64(128), CLASS_64(192)};

void url_writer_init(struct url_writer *writer, struct arena *arena, size_t capacity)
{
    *writer = (struct url_writer){
        .arena = arena, .data = arena_alloc(arena, capacity), .capacity = capacity};
}

void url_writer_grow(struct url_writer *writer, size_t size)
{
    size_t capacity = 2 * (writer->capacity + size);
    writer->data = arena_grow(writer->arena, writer->data, writer->capacity, capacity);
    writer->capacity = capacity;
}

char *url_writer_finish(struct url_writer *writer)
{
    url_write_byte(writer, '\0');
    writer->size--;
    return arena_grow(writer->arena, writer->data, writer->capacity, writer->size + 1);
}

void url_write_escape(struct url_writer *writer, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    url_writer_reserve(writer, 3);
    char *at = writer->data + writer->size;
    at[0] = '%';
    at[1] = digits[byte >> 4];
    at[2] = digits[byte & 15];
    writer->size += 3;
}

/* Writes the character at `text`, escaped, and returns its length. */
static size_t write_escaped_character(struct url_writer *writer, const char *text, size_t size)
{
    size_t length = utf8_length(text, size);
    uint32_t broken;
    const char *shown = length ? text : UTF8_REPLACEMENT;
    for (size_t i = 0; i < (length ? length : 3); i++)
        url_write_escape(writer, (unsigned char)shown[i]);
    return length ? length : utf8_decode(text, size, &broken);
}

void url_write_escaped(struct url_writer *writer, struct span text, unsigned escaped)
{
    for (size_t at = 0; at < text.size;) {
        size_t run = at;
        while (run < text.size && !url_is(text.data[run], escaped))
            run++;
        url_write(writer, text.data + at, run - at);
        at = run;
        if (at < text.size)
            at += write_escaped_character(writer, text.data + at, text.size - at);
    }
}
