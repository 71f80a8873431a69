#include "base/paragraph.h"

#include <string.h>

enum { COLUMNS = 98 };

void paragraph_print(FILE *out, const char *text, int column)
{
    int at = column;
    while (*text) {
        int size = (int)strcspn(text, " ");
        if (at > column && at + 1 + size > COLUMNS) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, (size_t)size, out);
        at += size;
        text += size;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void paragraph_print_roff(FILE *out, const char *text)
{
    if (*text == '.')
        fputs("\\&", out);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else if (*text == '`')
            fputs("\\(ga", out);
        else
            fputc(*text, out);
}
