#include "base/date_cursor.h"

struct date_cursor cursor_over(struct span text)
{
    const char *data = text.size ? text.data : ""; /* no arithmetic on NULL */
    return (struct date_cursor){data, data, data + text.size};
}

bool cursor_done(const struct date_cursor *cursor)
{
    return cursor->at == cursor->end;
}

bool cursor_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool cursor_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool cursor_take(struct date_cursor *cursor, char c)
{
    if (cursor_done(cursor) ||
        (*cursor->at != c && !(cursor_is_letter(c) && (*cursor->at ^ c) == 0x20)))
        return false;
    cursor->at++;
    return true;
}

int64_t cursor_number(struct date_cursor *cursor, size_t digits_max, size_t *digits)
{
    int64_t value = 0;
    size_t count = 0;
    for (; !cursor_done(cursor) && cursor_is_digit(*cursor->at); cursor->at++)
        if (++count <= digits_max)
            value = value * 10 + (*cursor->at - '0');
    if (digits)
        *digits = count;
    return count && count <= digits_max ? value : -1;
}
