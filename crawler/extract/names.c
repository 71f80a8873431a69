#include "extract/names.h"

#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/utf8.h"
#include "extract/names_east.h"
#include "extract/names_words.h"
#include "extract/tidy.h"

/* Dates in bylines have a year, so any moment of these years does. */
static const int64_t DATE_NOW_MS = INT64_C(1800000000000);

enum {
    DATE_BYTES_MAX = 24,
    HEAD_BYTES_MAX = 48, /* of an announcement and a character more */
    NAME_POINTS_MAX = 60,
    NAME_WORDS_MAX = 7,
    PROSE_WORDS_MAX = 5,
    TEXT_BYTES_MAX = 1000,
    PARTS_MAX = 24
};

/* ---- words ---- */

static char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Whether `text` begins with `word`; ASCII capitals count as small letters. */
static bool begins(struct span text, const char *word)
{
    size_t size = strlen(word);
    if (text.size < size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (lowered(text.data[i]) != word[i])
            return false;
    return true;
}

static bool is_in(struct span word, const char *const *list)
{
    char first = word.size ? lowered(word.data[0]) : '\0';
    for (; *list; list++)
        if ((**list == first || (unsigned char)first >= 0x80) && strlen(*list) == word.size &&
            begins(word, *list))
            return true;
    return false;
}

static struct span behind(struct span text, size_t size)
{
    return (struct span){text.data + size, text.size - size};
}

/* The length of what ends an announcement: blanks and colons; 0 when the word goes on. */
static size_t announcement_end(struct span rest)
{
    size_t size = 0;
    while (size < rest.size) {
        if (rest.data[size] == ' ' || rest.data[size] == ':' || rest.data[size] == '\n')
            size++;
        else if (rest.size - size >= 3 &&
                 (memcmp(rest.data + size, "：", 3) == 0 ||
                  memcmp(rest.data + size, "／", 3) == 0 || memcmp(rest.data + size, "　", 3) == 0))
            size += 3;
        else if (rest.size - size >= 2 && memcmp(rest.data + size, "\xc2\xa0", 2) == 0)
            size += 2;
        else
            break;
    }
    return size;
}

/* The beginning of a line in small letters, as long as an announcement can be. */
struct head {
    char data[HEAD_BYTES_MAX];
    size_t size;
};

static void read_head(struct head *head, struct span line)
{
    head->size = 0;
    while (head->size < line.size && head->size < HEAD_BYTES_MAX - UTF8_LENGTH_MAX) {
        size_t at = head->size;
        if (!(line.data[at] & 0x80)) {
            head->data[head->size++] = lowered(line.data[at]);
            continue;
        }
        uint32_t point;
        size_t taken = utf8_decode(line.data + at, line.size - at, &point);
        if (utf8_encode(tidy_small(point), head->data + at) != taken)
            memcpy(head->data + at, line.data + at, taken);
        head->size += taken;
    }
}

/* Whether a word of a list needs no blank behind it: "Text:", and in scripts without blanks. */
static bool is_closed(const char *word, size_t size)
{
    return word[size - 1] == ':' || word[size - 1] == '/' || word[size - 1] == '-' ||
           (unsigned char)word[0] >= 0xe3;
}

/* The first word of a list that begins with a byte, or where it would stand. */
static size_t first_with(const char *const *list, size_t count, unsigned char byte)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((unsigned char)*list[middle] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t announced(const struct head *head, struct span line, const char *const *list,
                        size_t count)
{
    size_t i = first_with(list, count, (unsigned char)head->data[0]);
    for (; i < count && *list[i] == head->data[0]; i++) {
        size_t size = strlen(list[i]);
        if (size > head->size || memcmp(list[i], head->data, size) != 0)
            continue;
        size_t end = announcement_end(behind(line, size));
        if (end || is_closed(list[i], size) || line.size == size)
            return size + end;
    }
    return 0;
}

size_t names_byword(struct span line, bool *plain)
{
    if (plain)
        *plain = false;
    if (!line.size)
        return 0;
    struct head head;
    read_head(&head, line);
    size_t size = announced(&head, line, names_bywords, names_bywords_count);
    if (!size && (size = announced(&head, line, names_openers, names_openers_count)) && plain)
        *plain = true;
    return size;
}

static bool is_byword(struct span text)
{
    struct head head;
    read_head(&head, text);
    return text.size && announced(&head, text, names_bywords, names_bywords_count) == text.size;
}

/* ---- one name ---- */

static bool is_capital(struct span word)
{
    uint32_t point;
    if (!word.size)
        return false;
    utf8_decode(word.data, word.size, &point);
    if (point < 0x80)
        return point >= 'A' && point <= 'Z';
    bool odd = (point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17e);
    if (point < 0x180)
        return (point >= 0xc0 && point <= 0xde) || (point >= 0x100 && (point & 1) == odd);
    return point < 0x370 || (point >= 0x386 && point <= 0x3ab) ||
           (point >= 0x400 && point <= 0x42f) || point >= 0x500;
}

/* Written like a person's name: two to five words with capitals, particles between them. */
static bool looks_personal(struct span name)
{
    if (name.size && (unsigned char)name.data[0] >= 0xe3)
        return names_east_like(name);
    size_t words = 0, capitals = 0;
    while (name.size) {
        const char *end = memchr(name.data, ' ', name.size);
        struct span word = {name.data, end ? (size_t)(end - name.data) : name.size};
        bool capital = is_capital(word);
        if (!capital && (!words || !is_in(word, names_particles)))
            return false;
        if (word.size > 24 || strchr(".,;:!?", word.data[word.size - 1]) != NULL)
            if (word.size > 5 || word.data[word.size - 1] != '.')
                return false;
        words++;
        capitals += capital;
        name = behind(name, word.size + (end != NULL));
    }
    return words >= 2 && words <= PROSE_WORDS_MAX && capitals >= 2;
}

static bool has_role(struct span part)
{
    while (part.size) {
        const char *end = memchr(part.data, ' ', part.size);
        struct span word = {part.data, end ? (size_t)(end - part.data) : part.size};
        if (is_in(word, names_roles))
            return true;
        part = behind(part, word.size + (end != NULL));
    }
    return false;
}

static size_t count_words(const char *text)
{
    size_t count = *text != '\0';
    for (; *text; text++)
        count += *text == ' ';
    return count;
}

/* Letters of a name alone: "TK" of "Tina Klostermeier". */
static bool is_initials_of(const char *text, const char *folded_name)
{
    char initials[NAME_WORDS_MAX + 1];
    size_t count = 0;
    bool begin = true;
    for (const char *c = folded_name; *c && count < NAME_WORDS_MAX; c++) {
        if (begin)
            initials[count++] = *c;
        begin = *c == ' ';
    }
    initials[count] = '\0';
    return count > 1 && strcmp(text, initials) == 0;
}

static struct span stripped(struct span name)
{
    static const char marks[] = " \t\n,;:|/-*_\"'.()[]<>\\";
    while (name.size && strchr(marks, name.data[0]) && name.data[0])
        name = behind(name, 1);
    while (name.size && strchr(marks, name.data[name.size - 1]) && name.data[name.size - 1]) {
        /* "Jr.", "S." keep their stop */
        if (name.data[name.size - 1] == '.' && name.size > 2 &&
            (name.data[name.size - 3] == ' ' || (name.size > 3 && name.data[name.size - 4] == ' ')))
            break;
        name.size--;
    }
    return name;
}

static bool contains(struct span text, const char *part)
{
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

static bool is_address(struct span part)
{
    return contains(part, "://") || contains(part, "@");
}

/* "View all posts", "Zur Autorenseite": what begins so is a link's text. */
static bool begins_otherwise(struct span part)
{
    const char *end = memchr(part.data, ' ', part.size);
    return is_in((struct span){part.data, end ? (size_t)(end - part.data) : part.size},
                 names_not_first);
}

/* "wordpressadmin", "admin2": an account that nobody renamed. */
static bool is_account(const char *folded)
{
    size_t size = strlen(folded);
    return !strchr(folded, ' ') && (strncmp(folded, "admin", 5) == 0 ||
                                    (size > 5 && strcmp(folded + size - 5, "admin") == 0));
}

static bool is_nobody(const char *folded)
{
    static const char license[] = "creative commons";
    return is_in(span_of(folded), names_nobody) || is_account(folded) ||
           strncmp(folded, license, sizeof license - 1) == 0;
}

static bool add_name(struct names *names, struct arena *arena, struct span part,
                     enum names_trust trust)
{
    part = stripped(part);
    if (!part.size || is_address(part) || tidy_points(part) > NAME_POINTS_MAX ||
        tidy_points(part) < 2 || names->count == NAMES_MAX)
        return false;
    if (trust == NAMES_PROSE && !looks_personal(part))
        return false;
    if (trust == NAMES_SHOWN && part.data[0] >= '0' && part.data[0] <= '9')
        return false;
    const char *folded = tidy_folded(arena, part);
    bool letters = false;
    for (const char *c = folded; *c; c++)
        letters |= (*c & 0x80) || (*c >= 'a' && *c <= 'z');
    char last = part.data[part.size - 1];
    if (last == '!' || last == '?' || (trust != NAMES_GIVEN && begins_otherwise(part)))
        return false;
    if (is_byword(part))
        return false;
    if (!letters || count_words(folded) > NAME_WORDS_MAX || is_nobody(folded))
        return false;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->folded[i], folded) == 0 || is_initials_of(folded, names->folded[i]))
            return false;
    names->folded[names->count] = folded;
    names->items[names->count++] = arena_copy(arena, part.data, part.size);
    return true;
}

/* ---- several ---- */

/* Where the first of the strings in `list` stands in `text`; text.size when none does. */
static size_t find_first(struct span text, const char *const *list, size_t *size)
{
    size_t best = text.size;
    for (; *list; list++) {
        const char *found = memmem(text.data, text.size, *list, strlen(*list));
        if (found && (size_t)(found - text.data) < best) {
            best = (size_t)(found - text.data);
            *size = strlen(*list);
        }
    }
    return best;
}

static struct span cut_at(struct span text, const char *const *list)
{
    size_t size;
    for (size_t from = 0; from < text.size;) {
        size_t at = find_first(behind(text, from), list, &size);
        if (from + at > 2)
            return (struct span){text.data, from + at};
        from += at + 1;
    }
    return text;
}

static bool is_date(struct span text)
{
    struct moment moment;
    if (text.size > DATE_BYTES_MAX)
        text.size = utf8_cut(text.data, DATE_BYTES_MAX);
    return !date_parse_text(text, NULL, DATE_NOW_MS, &moment);
}

/* "Jane Doe January 7, 2025": a month belongs to the figures behind it, when they need it. */
static struct span without_month(struct span name, struct span text)
{
    struct span figures = behind(text, name.size);
    name = span_trimmed(name);
    const char *blank = memrchr(name.data, ' ', name.size);
    if (!blank || is_date(figures))
        return name;
    size_t at = (size_t)(blank - name.data);
    return is_date(behind(text, at + 1)) ? (struct span){name.data, at} : name;
}

/* What follows the names in a shown byline goes: dates, places, roles after a dash. */
static struct span cut_tail(struct span text, enum names_trust trust)
{
    struct span first = names_east_cut(cut_at(text, names_marks));
    if (trust != NAMES_GIVEN)
        first = cut_at(first, names_enders);
    for (size_t i = 1; i < first.size; i++)
        if (first.data[i] >= '0' && first.data[i] <= '9' && first.data[i - 1] == ' ') {
            first.size = i;
            return without_month(first, text);
        }
    return first;
}

/* The next part of a list of names; *text moves behind it. */
static struct span next_part(struct span *text)
{
    static const char *const marks[] = {", ",
                                        ",",
                                        ";",
                                        " / ",
                                        " | ",
                                        "|",
                                        " // ",
                                        "\n",
                                        "\xe3\x80\x81",
                                        "\xef\xbc\x8c",
                                        " \xe2\x80\xa2 ",
                                        " \xc2\xb7 ",
                                        " + ",
                                        NULL};
    size_t mark_size = 0, joiner_size = 0;
    size_t mark = find_first(*text, marks, &mark_size);
    size_t joiner = find_first(*text, names_joiners, &joiner_size);
    size_t at = mark < joiner ? mark : joiner;
    size_t size = at == text->size ? 0 : mark < joiner ? mark_size : joiner_size;
    struct span part = {text->data, at};
    *text = behind(*text, at + size);
    return part;
}

/* "Von der Leyen" and "Di Natale" begin with no announcement: what follows one has a capital, and
 * in a field for names is more than one word. */
static bool opens_name(struct span text, size_t size, enum names_trust trust)
{
    struct span rest = behind(text, size);
    if (trust == NAMES_GIVEN && is_capital(text) && !begins(text, "by ") &&
        !memchr(rest.data, ' ', rest.size))
        return false;
    return !memchr(rest.data, ' ', rest.size) || is_capital(rest) || begins(text, "by ");
}

/* "ByJane Doe": a byword whose element ended without a blank. */
static size_t glued_byword(struct span text)
{
    static const char *const words[] = {"By", "Von", "von", "Par", "Por", "by", "par", "por"};
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t size = strlen(words[i]);
        if (text.size > size + 1 && memcmp(text.data, words[i], size) == 0 &&
            text.data[size] >= 'A' && text.data[size] <= 'Z' &&
            !(text.data[size + 1] >= 'A' && text.data[size + 1] <= 'Z'))
            return size;
    }
    return 0;
}

static struct span without_byword(struct span text, enum names_trust trust)
{
    text = span_trimmed(text);
    for (unsigned i = 0; i < 2; i++) {
        bool plain = false;
        size_t size = names_byword(text, &plain);
        if (!size)
            size = glued_byword(text);
        if (!size || (plain && !opens_name(text, size, trust)))
            break;
        text = behind(text, size);
    }
    const char *by = memmem(text.data, text.size, " by ", 4); /* "Analysis by Jane Doe" */
    struct span inner = by ? behind(text, (size_t)(by - text.data) + 4) : (struct span){0};
    return by && is_capital(inner) ? inner : text;
}

/* "Site - Name", "Name | Site": the site's name goes, unless nothing else is there. */
static struct span without_site(struct arena *arena, struct span text, const char *site)
{
    static const char *const marks[] = {" - ", " | ", " \xe2\x80\x93 ", " / ", ", ", NULL};
    size_t size = 0, at = find_first(text, marks, &size);
    if (!site || at == text.size)
        return text;
    const char *name = tidy_folded(arena, span_of(site));
    struct span left = {text.data, at}, right = behind(text, at + size);
    if (strcmp(tidy_folded(arena, left), name) == 0)
        return right;
    return strcmp(tidy_folded(arena, right), name) == 0 ? left : text;
}

size_t names_add(struct names *names, struct arena *arena, struct span text, const char *site,
                 enum names_trust trust)
{
    size_t before = names->count, parts = 0;
    if (text.size > TEXT_BYTES_MAX)
        text.size = utf8_cut(text.data, TEXT_BYTES_MAX);
    const char *tidy = tidy_line(arena, text);
    if (!tidy)
        return 0;
    struct span rest = without_site(arena, without_byword(span_of(tidy), trust), site);
    if (trust != NAMES_GIVEN)
        rest = cut_tail(rest, trust);
    while (rest.size && parts++ < PARTS_MAX) {
        struct span part = without_byword(next_part(&rest), trust);
        if (names->count && has_role(part))
            continue;
        if (trust == NAMES_GIVEN)
            part = cut_tail(part, trust);
        if (!add_name(names, arena, part, trust) && trust == NAMES_PROSE)
            break;
    }
    return names->count - before;
}
