#include "commands/starter.h"

#include <ctype.h>
#include <string.h>

static bool is_country(const char *country, const char *word)
{
    for (; *country && *word; country++, word++)
        if (tolower((unsigned char)*country) != tolower((unsigned char)*word) &&
            !(*country == ' ' && *word == '-'))
            return false;
    return !*country && !*word;
}

static bool is_language(const char *lang, const char *word)
{
    size_t size = strlen(word);
    return size > 0 && strncmp(lang, word, size) == 0 && (!lang[size] || lang[size] == '-');
}

bool starter_matches(const struct starter_site *site, const char *word)
{
    return strcmp(word, "all") == 0 || strcmp(site->code, word) == 0 ||
           is_country(site->country, word) || is_language(site->lang, word);
}

/* Appends a site's value with the number of those that have it, once for each value. */
static void tell_once(struct bytes *out, size_t i, const char *value, size_t offset, bool coded)
{
    size_t count = 0;
    for (size_t k = 0; k < starter_sites_count; k++) {
        const char *other = *(const char *const *)((const char *)&starter_sites[k] + offset);
        if (strcmp(other, value) != 0)
            continue;
        if (k < i)
            return;
        count++;
    }
    bytes_append_format(out, i ? ", %s" : "%s", value);
    if (coded)
        bytes_append_format(out, " (%s)", starter_sites[i].code);
    bytes_append_format(out, " %zu", count);
}

void starter_tell(struct bytes *out)
{
    bytes_append_string(out, "Countries: ");
    for (size_t i = 0; i < starter_sites_count; i++)
        tell_once(out, i, starter_sites[i].country, offsetof(struct starter_site, country), true);
    bytes_append_string(out, "\nLanguages: ");
    for (size_t i = 0; i < starter_sites_count; i++)
        tell_once(out, i, starter_sites[i].lang, offsetof(struct starter_site, lang), false);
    bytes_append_string(out, "\n");
}
