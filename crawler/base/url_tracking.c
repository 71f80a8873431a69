/* url_tracking.c - query parameters that tell how a reader came, or who he is, and name no page.
 *
 * A name belongs here when its vendor documents it and no site can mean anything else by it: two
 * pages taken for one are a loss, one taken for two is only a second request. That is why "ref",
 * "source", "sid" and the like are missing. */
#include "base/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/url_text.h"

/* In the order of strcmp(), in lower case. */
static const char *const names[] = {
    "__hsfp",               /* HubSpot */
    "__hssc",               /* HubSpot */
    "__hstc",               /* HubSpot */
    "__twitter_impression", /* Twitter */
    "_branch_match_id",     /* Branch */
    "_ga",                  /* Google Analytics */
    "_gl",                  /* Google Analytics, across domains */
    "_hsenc",               /* HubSpot */
    "_hsmi",                /* HubSpot */
    "_openstat",            /* Openstat */
    "at_campaign",          /* AT Internet */
    "at_medium",            /* AT Internet */
    "cmpid",                /* newsrooms' campaigns */
    "dclid",                /* Google Display */
    "fb_action_ids",        /* Facebook */
    "fb_action_types",      /* Facebook */
    "fb_ref",               /* Facebook */
    "fb_source",            /* Facebook */
    "fbclid",               /* Facebook */
    "gad_campaignid",       /* Google Ads */
    "gad_source",           /* Google Ads */
    "gbraid",               /* Google Ads */
    "gclid",                /* Google Ads */
    "gclsrc",               /* Google Ads */
    "icid",                 /* campaigns inside a site */
    "igshid",               /* Instagram */
    "ito",                  /* newsrooms' campaigns */
    "jsessionid",           /* Java servlets: a session */
    "li_fat_id",            /* LinkedIn */
    "mc_cid",               /* Mailchimp */
    "mc_eid",               /* Mailchimp */
    "mibextid",             /* Facebook */
    "mkt_tok",              /* Marketo */
    "msclkid",              /* Microsoft Advertising */
    "ncid",                 /* newsrooms' campaigns */
    "ns_campaign",          /* comScore */
    "ns_linkname",          /* comScore */
    "ns_mchannel",          /* comScore */
    "ns_source",            /* comScore */
    "ocid",                 /* newsrooms' campaigns */
    "oly_anon_id",          /* Omeda */
    "oly_enc_id",           /* Omeda */
    "phpsessid",            /* PHP: a session */
    "pk_campaign",          /* Piwik */
    "pk_kwd",               /* Piwik */
    "pk_medium",            /* Piwik */
    "pk_source",            /* Piwik */
    "srsltid",              /* Google Merchant */
    "ttclid",               /* TikTok */
    "twclid",               /* Twitter */
    "vero_id",              /* Vero */
    "wbraid",               /* Google Ads */
    "wt_mc",                /* Webtrekk */
    "wt_zmc",               /* Webtrekk */
    "xtor",                 /* AT Internet */
    "yclid",                /* Yandex */
    "ysclid",               /* Yandex */
};

/* Families: a prefix, then letters and underscores, or one digit. */
static const struct {
    const char *prefix;
    bool digit;
} families[] = {
    {"at_custom", true}, /* AT Internet */
    {"mtm_", false},     /* Matomo */
    {"utm_", false},     /* Urchin, and everybody since */
};

/* Sessions, by names that may mean something else: only with a value that no person wrote. In the
 * order of strcmp(), in lower case. */
static const char *const session_names[] = {
    "aspsessionid", "cfid",    "cftoken",    "jsessionid", "phpsessid", "s",     "sess",
    "sessid",       "session", "session_id", "sessionid",  "sid",       "zenid",
};

enum { NAME_BYTES_MAX = 40, TOKEN_BYTES_MIN = 16 };

static bool is_of_family(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        size_t prefix = strlen(families[i].prefix);
        if (size <= prefix || memcmp(name, families[i].prefix, prefix) != 0)
            continue;
        const char *rest = name + prefix;
        if (families[i].digit)
            return size == prefix + 1 && is_ascii_digit(*rest);
        while (is_ascii_alpha(*rest) || *rest == '_')
            rest++;
        return *rest == '\0';
    }
    return false;
}

static int compare_names(const void *key, const void *element)
{
    const char *const *name = element;
    return strcmp(key, *name);
}

/* False: too long, or not text. */
static bool lower_name(char lower[NAME_BYTES_MAX + 1], struct span name)
{
    if (!name.size || name.size > NAME_BYTES_MAX || memchr(name.data, '\0', name.size))
        return false;
    for (size_t i = 0; i < name.size; i++)
        lower[i] = ascii_lower(name.data[i]);
    lower[name.size] = '\0';
    return true;
}

/* Letters and digits, many and mixed. */
static bool is_token(struct span value)
{
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < value.size; i++) {
        digits += is_ascii_digit(value.data[i]);
        letters += is_ascii_alpha(value.data[i]);
    }
    return value.size >= TOKEN_BYTES_MIN && digits >= 3 && letters >= 3 &&
           digits + letters == value.size;
}

bool url_is_session(struct span name, struct span value)
{
    char lower[NAME_BYTES_MAX + 1];
    return is_token(value) && lower_name(lower, name) &&
           bsearch(lower, session_names, COUNT(session_names), sizeof session_names[0],
                   compare_names);
}

bool url_is_tracking(struct span name)
{
    char lower[NAME_BYTES_MAX + 1];
    if (name.size < 3 || !lower_name(lower, name))
        return false;
    return is_of_family(lower, name.size) ||
           bsearch(lower, names, COUNT(names), sizeof names[0], compare_names);
}
