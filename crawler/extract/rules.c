#include "extract/rules.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "extract/rules_index.h"

/* How a word has to match. */
enum match { PREFIX, WHOLE };

struct part_row {
    const char *word;
    uint8_t part;
    uint8_t match;
};

/* Two of these together, one of each list, mean the body: "article-body", "storyContent". */
enum role { ROLE_ARTICLE = 1, ROLE_BODY = 2 };

static const struct role_row {
    const char *word;
    unsigned roles;
} role_rows[] = {
    {"article", ROLE_ARTICLE}, {"story", ROLE_ARTICLE},    {"post", ROLE_ARTICLE},
    {"entry", ROLE_ARTICLE},   {"news", ROLE_ARTICLE},     {"page", ROLE_ARTICLE},
    {"artikel", ROLE_ARTICLE}, {"nota", ROLE_ARTICLE},     {"noticia", ROLE_ARTICLE},
    {"single", ROLE_ARTICLE},  {"articulo", ROLE_ARTICLE}, {"materia", ROLE_ARTICLE},
    {"detail", ROLE_ARTICLE},  {"main", ROLE_ARTICLE},     {"text", ROLE_ARTICLE | ROLE_BODY},
    {"body", ROLE_BODY},       {"content", ROLE_BODY},     {"copy", ROLE_BODY},
    {"texte", ROLE_BODY},      {"texto", ROLE_BODY},       {"corpo", ROLE_BODY},
    {"tekst", ROLE_BODY},      {"paragraph", ROLE_BODY},   {"contents", ROLE_BODY},
};

static const struct part_row part_rows[] = {
    {"articlebody", PART_BODY, PREFIX},
    {"articletext", PART_BODY, PREFIX},
    {"articlecontent", PART_BODY, PREFIX},
    {"storybody", PART_BODY, PREFIX},
    {"storytext", PART_BODY, PREFIX},
    {"storycontent", PART_BODY, PREFIX},
    {"postbody", PART_BODY, PREFIX},
    {"postcontent", PART_BODY, PREFIX},
    {"entrycontent", PART_BODY, PREFIX},
    {"newsbody", PART_BODY, PREFIX},
    {"newstext", PART_BODY, PREFIX},
    {"bodytext", PART_BODY, PREFIX},
    {"bodycopy", PART_BODY, PREFIX},
    {"maintext", PART_BODY, PREFIX},
    {"richtext", PART_BODY, PREFIX},
    {"prose", PART_BODY, WHOLE},
    {"fulltext", PART_BODY, PREFIX},
    {"article", PART_CONTENT, WHOLE},
    {"story", PART_CONTENT, WHOLE},
    {"post", PART_CONTENT, WHOLE},
    {"entry", PART_CONTENT, WHOLE},
    {"content", PART_CONTENT, WHOLE},
    {"text", PART_CONTENT, WHOLE},
    {"body", PART_CONTENT, WHOLE},
    {"main", PART_CONTENT, WHOLE},
    {"paragraph", PART_CONTENT, PREFIX},
    {"copy", PART_CONTENT, WHOLE},
    {"artikel", PART_CONTENT, PREFIX},
    {"texte", PART_CONTENT, PREFIX},
    {"contenido", PART_CONTENT, PREFIX},
    {"noticia", PART_CONTENT, PREFIX},
    {"hentry", PART_CONTENT, WHOLE},
    {"related", PART_RELATED, PREFIX},
    {"recommend", PART_RELATED, PREFIX},
    {"more", PART_RELATED, WHOLE},
    {"similar", PART_RELATED, PREFIX},
    {"also", PART_RELATED, WHOLE},
    {"popular", PART_RELATED, PREFIX},
    {"trending", PART_RELATED, PREFIX},
    {"latest", PART_RELATED, PREFIX},
    {"mostread", PART_RELATED, PREFIX},
    {"most", PART_RELATED, WHOLE},
    {"readmore", PART_RELATED, PREFIX},
    {"next", PART_RELATED, WHOLE},
    {"prev", PART_RELATED, PREFIX},
    {"outbrain", PART_RELATED, PREFIX},
    {"taboola", PART_RELATED, PREFIX},
    {"suggest", PART_RELATED, PREFIX},
    {"card", PART_RELATED, PREFIX},
    {"teaser", PART_RELATED, PREFIX},
    {"promo", PART_RELATED, PREFIX},
    {"links", PART_RELATED, WHOLE},
    {"linklist", PART_RELATED, PREFIX},
    {"relacionad", PART_RELATED, PREFIX},
    {"relat", PART_RELATED, PREFIX},
    {"correlat", PART_RELATED, PREFIX},
    {"weiterlesen", PART_RELATED, PREFIX},
    {"mehr", PART_RELATED, WHOLE},
    {"lire", PART_RELATED, WHOLE},
    {"leggi", PART_RELATED, PREFIX},
    {"feed", PART_RELATED, WHOLE},
    {"list", PART_RELATED, WHOLE},
    {"listing", PART_RELATED, WHOLE},
    {"headlines", PART_RELATED, WHOLE},
    {"stories", PART_RELATED, WHOLE},
    {"articles", PART_RELATED, WHOLE},
    {"posts", PART_RELATED, WHOLE},
    {"archive", PART_RELATED, WHOLE},
    {"share", PART_SHARE, PREFIX},
    {"sharing", PART_SHARE, PREFIX},
    {"social", PART_SHARE, PREFIX},
    {"follow", PART_SHARE, PREFIX},
    {"bookmark", PART_SHARE, PREFIX},
    {"print", PART_SHARE, WHOLE},
    {"toolbar", PART_SHARE, PREFIX},
    {"tools", PART_SHARE, WHOLE},
    {"actions", PART_SHARE, WHOLE},
    {"compartir", PART_SHARE, PREFIX},
    {"teilen", PART_SHARE, WHOLE},
    {"addtoany", PART_SHARE, PREFIX},
    {"sharedaddy", PART_SHARE, PREFIX},
    {"newsletter", PART_SIGNUP, PREFIX},
    {"subscri", PART_SIGNUP, PREFIX},
    {"signup", PART_SIGNUP, PREFIX},
    {"paywall", PART_SIGNUP, PREFIX},
    {"cta", PART_SIGNUP, WHOLE},
    {"donat", PART_SIGNUP, PREFIX},
    {"piano", PART_SIGNUP, PREFIX},
    {"register", PART_SIGNUP, PREFIX},
    {"login", PART_SIGNUP, PREFIX},
    {"offer", PART_SIGNUP, PREFIX},
    {"app", PART_SIGNUP, WHOLE},
    {"abo", PART_SIGNUP, WHOLE},
    {"suscri", PART_SIGNUP, PREFIX},
    {"optin", PART_SIGNUP, PREFIX},
    {"mailing", PART_SIGNUP, PREFIX},
    {"form", PART_SIGNUP, WHOLE},
    {"nav", PART_NAV, PREFIX},
    {"menu", PART_NAV, PREFIX},
    {"breadcrumb", PART_NAV, PREFIX},
    {"header", PART_NAV, WHOLE},
    {"footer", PART_NAV, PREFIX},
    {"foot", PART_NAV, WHOLE},
    {"masthead", PART_NAV, PREFIX},
    {"pagination", PART_NAV, PREFIX},
    {"pager", PART_NAV, PREFIX},
    {"topbar", PART_NAV, PREFIX},
    {"toc", PART_NAV, WHOLE},
    {"crumb", PART_NAV, PREFIX},
    {"skip", PART_NAV, WHOLE},
    {"search", PART_NAV, PREFIX},
    {"site", PART_NAV, WHOLE},
    {"caption", PART_MEDIA, PREFIX},
    {"figure", PART_MEDIA, PREFIX},
    {"image", PART_MEDIA, PREFIX},
    {"img", PART_MEDIA, PREFIX},
    {"photo", PART_MEDIA, PREFIX},
    {"gallery", PART_MEDIA, PREFIX},
    {"video", PART_MEDIA, PREFIX},
    {"media", PART_MEDIA, PREFIX},
    {"picture", PART_MEDIA, PREFIX},
    {"credit", PART_MEDIA, PREFIX},
    {"slide", PART_MEDIA, PREFIX},
    {"player", PART_MEDIA, PREFIX},
    {"legend", PART_MEDIA, PREFIX},
    {"carousel", PART_MEDIA, PREFIX},
    {"lightbox", PART_MEDIA, PREFIX},
    {"bild", PART_MEDIA, PREFIX},
    {"foto", PART_MEDIA, PREFIX},
    {"audio", PART_MEDIA, PREFIX},
    {"podcast", PART_MEDIA, PREFIX},
    {"byline", PART_META, PREFIX},
    {"author", PART_META, PREFIX},
    {"autor", PART_META, PREFIX},
    {"auteur", PART_META, PREFIX},
    {"meta", PART_META, PREFIX},
    {"date", PART_META, PREFIX},
    {"time", PART_META, WHOLE},
    {"timestamp", PART_META, PREFIX},
    {"publish", PART_META, PREFIX},
    {"tags", PART_META, PREFIX},
    {"tag", PART_META, WHOLE},
    {"topic", PART_META, PREFIX},
    {"categor", PART_META, PREFIX},
    {"keyword", PART_META, PREFIX},
    {"info", PART_META, WHOLE},
    {"dateline", PART_META, PREFIX},
    {"source", PART_META, PREFIX},
    {"bio", PART_META, WHOLE},
    {"contributor", PART_META, PREFIX},
    {"signature", PART_META, PREFIX},
    {"writer", PART_META, PREFIX},
    {"datum", PART_META, PREFIX},
    {"fecha", PART_META, PREFIX},
    {"data", PART_META, WHOLE},
    {"details", PART_META, WHOLE},
    {"rating", PART_META, PREFIX},
    {"ad", PART_AD, WHOLE},
    {"ads", PART_AD, WHOLE},
    {"advert", PART_AD, PREFIX},
    {"sponsor", PART_AD, PREFIX},
    {"banner", PART_AD, PREFIX},
    {"dfp", PART_AD, PREFIX},
    {"adslot", PART_AD, PREFIX},
    {"anzeige", PART_AD, PREFIX},
    {"publicid", PART_AD, PREFIX},
    {"werbung", PART_AD, PREFIX},
    {"reklam", PART_AD, PREFIX},
    {"affiliate", PART_AD, PREFIX},
    {"sidebar", PART_ASIDE, PREFIX},
    {"aside", PART_ASIDE, PREFIX},
    {"widget", PART_ASIDE, PREFIX},
    {"box", PART_ASIDE, PREFIX},
    {"infobox", PART_ASIDE, PREFIX},
    {"factbox", PART_ASIDE, PREFIX},
    {"fact", PART_ASIDE, PREFIX},
    {"rail", PART_ASIDE, WHOLE},
    {"secondary", PART_ASIDE, PREFIX},
    {"complementary", PART_ASIDE, PREFIX},
    {"inset", PART_ASIDE, PREFIX},
    {"pullquote", PART_ASIDE, PREFIX},
    {"pull", PART_ASIDE, WHOLE},
    {"kasten", PART_ASIDE, PREFIX},
    {"encadre", PART_ASIDE, PREFIX},
    {"callout", PART_ASIDE, PREFIX},
    {"right", PART_ASIDE, WHOLE},
    {"sb", PART_ASIDE, WHOLE},
    {"side", PART_ASIDE, WHOLE},
    {"comment", PART_COMMENT, PREFIX},
    {"disqus", PART_COMMENT, PREFIX},
    {"discussion", PART_COMMENT, PREFIX},
    {"reply", PART_COMMENT, PREFIX},
    {"replies", PART_COMMENT, PREFIX},
    {"respond", PART_COMMENT, PREFIX},
    {"response", PART_COMMENT, PREFIX},
    {"kommentar", PART_COMMENT, PREFIX},
    {"comentario", PART_COMMENT, PREFIX},
    {"commentaire", PART_COMMENT, PREFIX},
    {"forum", PART_COMMENT, PREFIX},
    {"lead", PART_LEAD, WHOLE},
    {"lede", PART_LEAD, WHOLE},
    {"standfirst", PART_LEAD, PREFIX},
    {"summary", PART_LEAD, PREFIX},
    {"subtitle", PART_LEAD, PREFIX},
    {"intro", PART_LEAD, PREFIX},
    {"excerpt", PART_LEAD, PREFIX},
    {"chapo", PART_LEAD, PREFIX},
    {"chapeau", PART_LEAD, PREFIX},
    {"deck", PART_LEAD, WHOLE},
    {"dek", PART_LEAD, WHOLE},
    {"description", PART_LEAD, PREFIX},
    {"abstract", PART_LEAD, PREFIX},
    {"sommario", PART_LEAD, PREFIX},
    {"vorspann", PART_LEAD, PREFIX},
    {"entradilla", PART_LEAD, PREFIX},
    {"bajada", PART_LEAD, PREFIX},
    {"ingress", PART_LEAD, PREFIX},
    {"subheadline", PART_LEAD, PREFIX},
    {"highlights", PART_LEAD, PREFIX},
    {"bullets", PART_LEAD, PREFIX},
    {"keypoint", PART_LEAD, PREFIX},
    {"sub", PART_LEAD, WHOLE},
    {"cookie", PART_OVERLAY, PREFIX},
    {"consent", PART_OVERLAY, PREFIX},
    {"gdpr", PART_OVERLAY, PREFIX},
    {"modal", PART_OVERLAY, PREFIX},
    {"popup", PART_OVERLAY, PREFIX},
    {"overlay", PART_OVERLAY, PREFIX},
    {"notice", PART_OVERLAY, PREFIX},
    {"alert", PART_OVERLAY, PREFIX},
    {"warning", PART_OVERLAY, PREFIX},
    {"hidden", PART_OVERLAY, WHOLE},
    {"hide", PART_OVERLAY, WHOLE},
    {"noprint", PART_OVERLAY, WHOLE},
    {"tooltip", PART_OVERLAY, PREFIX},
    {"dialog", PART_OVERLAY, PREFIX},
    {"title", PART_HEADLINE, PREFIX},
    {"headline", PART_HEADLINE, WHOLE},
    {"heading", PART_HEADLINE, PREFIX},
    {"titre", PART_HEADLINE, PREFIX},
    {"titulo", PART_HEADLINE, PREFIX},
    {"kicker", PART_HEADLINE, PREFIX},
    {"disclaimer", PART_LEGAL, PREFIX},
    {"copyright", PART_LEGAL, PREFIX},
    {"legal", PART_LEGAL, PREFIX},
    {"footnote", PART_LEGAL, PREFIX},
    {"license", PART_LEGAL, PREFIX},
    {"terms", PART_LEGAL, WHOLE},
    {"correction", PART_LEGAL, PREFIX},
    {"reference", PART_LEGAL, PREFIX},
    {"note", PART_LEGAL, PREFIX},
    {"embed", PART_EMBED, PREFIX},
    {"tweet", PART_EMBED, PREFIX},
    {"twitter", PART_EMBED, PREFIX},
    {"instagram", PART_EMBED, PREFIX},
    {"facebook", PART_EMBED, PREFIX},
    {"quote", PART_EMBED, PREFIX},
    {"blockquote", PART_EMBED, PREFIX},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static const struct rules_index *part_index(void)
{
    static _Thread_local struct rules_index index;
    _Static_assert(COUNT(part_rows) <= COUNT(index.next), "every row has its link");
    for (size_t i = 0; i < COUNT(part_rows) && !index.made; i++)
        rules_index_add(&index, part_rows[i].word, i);
    index.made = true;
    return &index;
}

static uint32_t parts_of_word(const char *word, size_t size)
{
    const struct rules_index *index = part_index();
    uint32_t parts = 0;
    if (size < 2)
        return 0;
    for (unsigned at = index->first[rules_index_place(word)]; at; at = index->next[at - 1]) {
        const struct part_row *row = &part_rows[at - 1];
        if ((row->match == PREFIX || index->sizes[at - 1] == size) &&
            rules_index_matches(index, at - 1, row->word, word, size))
            parts |= 1U << row->part;
    }
    return parts;
}

static const struct rules_index *role_index(void)
{
    static _Thread_local struct rules_index index;
    for (size_t i = 0; i < COUNT(role_rows) && !index.made; i++)
        rules_index_add(&index, role_rows[i].word, i);
    index.made = true;
    return &index;
}

static unsigned roles_of_word(const char *word, size_t size)
{
    const struct rules_index *index = role_index();
    if (size < 2)
        return 0;
    for (unsigned at = index->first[rules_index_place(word)]; at; at = index->next[at - 1])
        if (index->sizes[at - 1] == size &&
            rules_index_matches(index, at - 1, role_rows[at - 1].word, word, size))
            return role_rows[at - 1].roles;
    return 0;
}

uint32_t rules_parts_of(struct span names)
{
    enum { WORD_MAX = 24 };
    char word[WORD_MAX];
    uint32_t parts = 0;
    bool of_article = false, of_body = false;
    for (size_t i = 0; i < names.size;) {
        if (!is_letter(names.data[i])) {
            /* Names of one class go together, those of two classes do not. */
            if (names.data[i] == ' ')
                of_article = of_body = false;
            i++;
            continue;
        }
        size_t size = 0;
        do {
            if (size < WORD_MAX)
                word[size++] = (char)(names.data[i] | 0x20);
            i++;
        } while (i < names.size && is_letter(names.data[i]) &&
                 !(is_upper(names.data[i]) && !is_upper(names.data[i - 1])));
        parts |= parts_of_word(word, size);
        unsigned roles = roles_of_word(word, size);
        of_body |= of_article && roles & ROLE_BODY;
        of_article |= (roles & ROLE_ARTICLE) != 0;
        if (of_body)
            parts |= 1U << PART_BODY;
    }
    return parts;
}
