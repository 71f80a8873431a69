#include "commands/settings.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/paragraph.h"
#include "base/utf8.h"

enum { LABEL_BYTES_MAX = 64, TEXT_BYTES_MAX = 1000 };

#define DAY_MS     UINT64_C(86400000)
#define NUMBER_MAX UINT32_MAX
/* Values are read into the field of a struct options of their own, as options are. */
#define FIELD(name) offsetof(struct options, name)

static bool fold_country(char *text);
static bool fold_language(char *text);
static bool fold_line(char *text);

static const char *const sources[] = {"front", "section", "feed", "sitemap", "api", NULL};
static const char *const answers[] = {"no", "yes", NULL};

/* clang-format off */
const struct setting_row setting_rows[] = {
    {{"name", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "TEXT",
      "what the site is called", false},
     SETTING_COLUMN, "name", 0, fold_line},
    {{"country", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "CC",
      "two letters (ISO 3166), as AT", false},
     SETTING_COLUMN, "country", 0, fold_country},
    {{"lang", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "LANG",
      "language (BCP 47), as de or pt-BR", false},
     SETTING_COLUMN, "lang", 0, fold_language},
    {{"note", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "TEXT",
      "for people; nothing goes by it", false},
     SETTING_COLUMN, "note", 0, fold_line},
    {{"label", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "WORD,...",
      "groups that the site belongs to (run --group WORD); label+=WORD adds one, label-=WORD takes "
      "one away", false},
     SETTING_LABELS, NULL, 0, NULL},
    {{"enabled", 0, TYPE_FLAG, FIELD(quiet), 0, 0, 0, 0, "yes", answers, "yes|no",
      "no: it is not asked; what is stored stays", false},
     SETTING_COLUMN, "enabled", 0, NULL},

    {{"delay", 0, TYPE_DURATION, FIELD(delay_ms), 0, 0, 0, DAY_MS, NULL, NULL, "TIME",
      "between the starts of two requests to a host of it", false},
     SETTING_COLUMN, "min_delay_ms", 0, NULL},
    {{"max-per-site", 0, TYPE_UNSIGNED, FIELD(max_per_site), 0, 0, 0, NUMBER_MAX, NULL, NULL, "N",
      "article pages a run; 0: no limit", false},
     SETTING_COLUMN, "max_per_run", 0, NULL},
    {{"per-host", 0, TYPE_UNSIGNED, FIELD(per_host), 0, 0, 1, 10000, NULL, NULL, "N",
      "requests at one time to a host of it", false},
     SETTING_COLUMN, "per_host", 0, NULL},
    {{"timeout", 0, TYPE_DURATION, FIELD(timeout_ms), 0, 0, 1, DAY_MS, NULL, NULL, "TIME",
      "for one whole request", false},
     SETTING_COLUMN, "timeout_ms", 0, NULL},
    {{"sources", 0, TYPE_BITS, FIELD(sources), 0, 0, 0, 0, NULL, sources, "LIST",
      "kinds of sources to ask, of those that the run asks", false},
     SETTING_COLUMN, "sources", 0, NULL},
    {{"user-agent", 0, TYPE_TEXT, FIELD(user_agent), 0, 0, 0, 0, NULL, NULL, "TEXT",
      "send this; its robots.txt is read for this name, too", false},
     SETTING_COLUMN, "user_agent", 0, fold_line},

    {{"auth", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "HOW",
      "basic:USER:SECRET or bearer:SECRET", false},
     SETTING_SECRET, NULL, CREDENTIAL_AUTH, NULL},
    {{"header", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "'NAME: SECRET'",
      "a header of your own; header+= adds one more, header-=NAME takes it away", false},
     SETTING_SECRET, NULL, CREDENTIAL_HEADER, NULL},
    {{"cookie", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "SECRET",
      "cookies to send, as 'consent=yes; session=1'", false},
     SETTING_SECRET, NULL, CREDENTIAL_COOKIE, NULL},
    {{"cookie-jar", 0, TYPE_FLAG, FIELD(quiet), 0, 0, 0, 0, "no", answers, "yes|no",
      "yes: keep the cookies that the site sets, until the run ends", false},
     SETTING_COLUMN, "cookie_jar", 0, NULL},
    {{"proxy", 0, TYPE_TEXT, FIELD(name), 0, 0, 0, 0, NULL, NULL, "SECRET",
      "ask through http://[USER:PASSWORD@]HOST:PORT or socks5h://...", false},
     SETTING_SECRET, NULL, CREDENTIAL_PROXY, NULL},
};
/* clang-format on */
const size_t setting_rows_count = COUNT(setting_rows);

const struct setting_row *setting_find(const char *name, const char **nearest)
{
    struct nearest near = {.word = name};
    for (size_t i = 0; i < setting_rows_count; i++) {
        if (strcmp(setting_rows[i].value.name, name) == 0)
            return &setting_rows[i];
        nearest_consider(&near, setting_rows[i].value.name);
    }
    *nearest = near.best;
    return NULL;
}

/* ---- texts ---- */

static bool fold_country(char *text)
{
    for (size_t i = 0; i < 2; i++) {
        text[i] = (char)toupper((unsigned char)text[i]);
        if (text[i] < 'A' || text[i] > 'Z')
            return false;
    }
    return !text[2];
}

/* Two or three letters, perhaps more subtags of letters and digits. */
static bool fold_language(char *text)
{
    size_t letters = 0;
    for (; (text[letters] | 0x20) >= 'a' && (text[letters] | 0x20) <= 'z'; letters++)
        text[letters] = (char)tolower((unsigned char)text[letters]);
    if (letters < 2 || letters > 3 || (text[letters] && text[letters] != '-'))
        return false;
    for (const char *at = text + letters; *at; at++)
        if (!isalnum((unsigned char)*at) && (*at != '-' || !at[1] || at[1] == '-'))
            return false;
    return strlen(text) <= 35;
}

static bool fold_line(char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return strlen(text) <= TEXT_BYTES_MAX && utf8_valid(text, strlen(text));
}

bool setting_fold_label(char *text)
{
    for (char *at = text; *at; at++) {
        if ((unsigned char)*at <= 0x20 || *at == 0x7f || strchr("\"'`,=", *at))
            return false;
        if (*at >= 'A' && *at <= 'Z')
            *at |= 0x20;
    }
    return *text && *text != '-' && strlen(text) <= LABEL_BYTES_MAX &&
           utf8_valid(text, strlen(text));
}

/* ---- values ---- */

int setting_read(const struct setting_row *row, struct arena *arena, const char *text,
                 struct store_value *out, char *reason, size_t reason_size)
{
    struct options scratch = {0};
    if (option_set(&scratch, &row->value, text, reason, reason_size))
        return ERR_USAGE;
    const void *field = (const char *)&scratch + row->value.field;
    switch (row->value.type) {
    case TYPE_FLAG:
        *out = STORE_PARAM_INTEGER(*(const bool *)field);
        return 0;
    case TYPE_UNSIGNED:
    case TYPE_BITS:
        *out = STORE_PARAM_INTEGER(*(const unsigned *)field);
        return 0;
    case TYPE_DURATION:
        *out = STORE_PARAM_INTEGER((int64_t) * (const uint64_t *)field);
        return 0;
    default:
        break;
    }
    char *folded = arena_string(arena, text);
    if (row->fold && !row->fold(folded)) {
        snprintf(reason, reason_size, "'%s' is not %s", text,
                 row->fold == fold_line ? "one line of text" : row->value.help);
        return ERR_USAGE;
    }
    *out = STORE_PARAM_TEXT(folded);
    return 0;
}

static const char *write_bits(const struct setting_row *row, struct arena *arena, unsigned bits)
{
    const char *text = "";
    for (unsigned i = 0; row->value.choices[i]; i++)
        if (bits & 1u << i)
            text = arena_format(arena, "%s%s%s", text, *text ? "," : "", row->value.choices[i]);
    return text;
}

const char *setting_write(const struct setting_row *row, struct arena *arena,
                          const struct store_value *value)
{
    char number[32];
    const char *standard = row->value.standard;
    if (!value || value->type == STORE_NULL)
        return NULL;
    switch (row->value.type) {
    case TYPE_FLAG:
        if (standard && strcmp(standard, answers[value->integer != 0]) == 0)
            return NULL;
        return answers[value->integer != 0];
    case TYPE_BITS:
        return write_bits(row, arena, (unsigned)value->integer);
    case TYPE_UNSIGNED:
    case TYPE_DURATION:
        option_write_number(number, sizeof number, (uint64_t)value->integer, row->value.type);
        return arena_string(arena, number);
    default:
        return arena_string(arena, value->text);
    }
}

/* ---- for people ---- */

static const char about_secrets[] =
    "auth, header and cookie are sent to the site's own address alone: its scheme, host and port, "
    "never where a redirect leads. For a SECRET, @/FILE (its first line) or $VARIABLE may stand, "
    "which a run looks up when it begins; else the database holds it and is made its owner's "
    "alone.";

void settings_print_help(FILE *out)
{
    enum { COLUMN = 28 };
    fputs("\nSettings (KEY= goes back to what the run has):\n", out);
    for (size_t i = 0; i < setting_rows_count; i++) {
        const struct option_row *value = &setting_rows[i].value;
        int used = fprintf(out, "  %s=%s", value->name, value->argument);
        fprintf(out, "%*s", used + 2 > COLUMN ? 2 : COLUMN - used, "");
        paragraph_print(out, value->help, COLUMN);
    }
    fputc('\n', out);
    paragraph_print(out, about_secrets, 0);
}

void settings_print_man(FILE *out)
{
    fputs(".SH SETTINGS OF SITES\nWhat \\fBcrawler set\\fR takes, as \\fIKEY\\fR=\\fIVALUE\\fR; "
          "\\fIKEY\\fR= goes back to what the run has.\n",
          out);
    for (size_t i = 0; i < setting_rows_count; i++) {
        const struct option_row *value = &setting_rows[i].value;
        fputs(".TP\n\\fB", out);
        paragraph_print_roff(out, value->name);
        fputs("\\fR=\\fI", out);
        paragraph_print_roff(out, value->argument);
        fputs("\\fR\n", out);
        paragraph_print_roff(out, value->help);
        fputc('\n', out);
    }
    fputs(".PP\n", out);
    paragraph_print_roff(out, about_secrets);
    fputc('\n', out);
}
