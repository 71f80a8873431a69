#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "extract/rules.h"
#include "extract/rules_index.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct phrase_row {
    const char *words; /* lower case */
    uint8_t phrase;
    bool anywhere; /* at any word's beginning, not only the line's */
};

static const struct phrase_row phrase_rows[] = {
    {"read more", PHRASE_READ_MORE, false},
    {"read also", PHRASE_READ_MORE, false},
    {"read:", PHRASE_READ_MORE, false},
    {"read next", PHRASE_READ_MORE, false},
    {"also read", PHRASE_READ_MORE, false},
    {"see also", PHRASE_READ_MORE, false},
    {"see more", PHRASE_READ_MORE, false},
    {"more:", PHRASE_READ_MORE, false},
    {"more on", PHRASE_READ_MORE, false},
    {"more from", PHRASE_READ_MORE, false},
    {"more stories", PHRASE_READ_MORE, false},
    {"related", PHRASE_READ_MORE, false},
    {"recommended", PHRASE_READ_MORE, false},
    {"you may also", PHRASE_READ_MORE, false},
    {"you might also", PHRASE_READ_MORE, false},
    {"don't miss", PHRASE_READ_MORE, false},
    {"click here", PHRASE_READ_MORE, true},
    {"watch:", PHRASE_READ_MORE, false},
    {"watch more", PHRASE_READ_MORE, false},
    {"continue reading", PHRASE_READ_MORE, false},
    {"next article", PHRASE_READ_MORE, false},
    {"previous article", PHRASE_READ_MORE, false},
    {"top stories", PHRASE_READ_MORE, false},
    {"latest", PHRASE_READ_MORE, false},
    {"most read", PHRASE_READ_MORE, false},
    {"most popular", PHRASE_READ_MORE, false},
    {"trending", PHRASE_READ_MORE, false},
    {"mehr zum thema", PHRASE_READ_MORE, false},
    {"mehr dazu", PHRASE_READ_MORE, false},
    {"mehr:", PHRASE_READ_MORE, false},
    {"lesen sie", PHRASE_READ_MORE, false},
    {"lies auch", PHRASE_READ_MORE, false},
    {"auch interessant", PHRASE_READ_MORE, false},
    {"siehe auch", PHRASE_READ_MORE, false},
    {"weiterlesen", PHRASE_READ_MORE, false},
    {"weitere artikel", PHRASE_READ_MORE, false},
    {"lire aussi", PHRASE_READ_MORE, false},
    {"à lire", PHRASE_READ_MORE, false},
    {"lire la suite", PHRASE_READ_MORE, false},
    {"voir aussi", PHRASE_READ_MORE, false},
    {"sur le même sujet", PHRASE_READ_MORE, false},
    {"lea también", PHRASE_READ_MORE, false},
    {"lee también", PHRASE_READ_MORE, false},
    {"leer más", PHRASE_READ_MORE, false},
    {"te puede interesar", PHRASE_READ_MORE, false},
    {"ver también", PHRASE_READ_MORE, false},
    {"más información", PHRASE_READ_MORE, false},
    {"leia também", PHRASE_READ_MORE, false},
    {"leia mais", PHRASE_READ_MORE, false},
    {"veja também", PHRASE_READ_MORE, false},
    {"saiba mais", PHRASE_READ_MORE, false},
    {"leggi anche", PHRASE_READ_MORE, false},
    {"leggi tutto", PHRASE_READ_MORE, false},
    {"potrebbe interessarti", PHRASE_READ_MORE, true},
    {"lees ook", PHRASE_READ_MORE, false},
    {"lees meer", PHRASE_READ_MORE, false},
    {"læs også", PHRASE_READ_MORE, false},
    {"les også", PHRASE_READ_MORE, false},
    {"läs också", PHRASE_READ_MORE, false},
    {"läs mer", PHRASE_READ_MORE, false},
    {"lue myös", PHRASE_READ_MORE, false},
    {"czytaj", PHRASE_READ_MORE, false},
    {"zobacz", PHRASE_READ_MORE, false},
    {"čtěte", PHRASE_READ_MORE, false},
    {"přečtěte", PHRASE_READ_MORE, false},
    {"olvassa", PHRASE_READ_MORE, false},
    {"citeşte", PHRASE_READ_MORE, false},
    {"citește", PHRASE_READ_MORE, false},
    {"читайте", PHRASE_READ_MORE, false},
    {"читать", PHRASE_READ_MORE, false},
    {"смотрите", PHRASE_READ_MORE, false},
    {"διαβάστε", PHRASE_READ_MORE, false},
    {"ayrıca", PHRASE_READ_MORE, false},
    {"baca juga", PHRASE_READ_MORE, false},
    {"اقرأ", PHRASE_READ_MORE, false},
    {"関連", PHRASE_READ_MORE, false},
    {"相关", PHRASE_READ_MORE, false},
    {"newsletter", PHRASE_SIGNUP, true},
    {"subscribe", PHRASE_SIGNUP, true},
    {"subscription", PHRASE_SIGNUP, true},
    {"sign up", PHRASE_SIGNUP, true},
    {"sign in", PHRASE_SIGNUP, true},
    {"log in", PHRASE_SIGNUP, true},
    {"register", PHRASE_SIGNUP, true},
    {"download the app", PHRASE_SIGNUP, true},
    {"download our", PHRASE_SIGNUP, true},
    {"our app", PHRASE_SIGNUP, true},
    {"your inbox", PHRASE_SIGNUP, true},
    {"your email", PHRASE_SIGNUP, true},
    {"notifications", PHRASE_SIGNUP, true},
    {"donate", PHRASE_SIGNUP, true},
    {"abonnieren", PHRASE_SIGNUP, true},
    {"anmelden", PHRASE_SIGNUP, true},
    {"abonnez", PHRASE_SIGNUP, true},
    {"inscrivez", PHRASE_SIGNUP, true},
    {"s'inscrire", PHRASE_SIGNUP, true},
    {"abonné", PHRASE_SIGNUP, true},
    {"suscríb", PHRASE_SIGNUP, true},
    {"suscripci", PHRASE_SIGNUP, true},
    {"inscreva", PHRASE_SIGNUP, true},
    {"assine", PHRASE_SIGNUP, true},
    {"iscriviti", PHRASE_SIGNUP, true},
    {"abbonati", PHRASE_SIGNUP, true},
    {"подпис", PHRASE_SIGNUP, true},
    {"zapisz się", PHRASE_SIGNUP, true},
    {"nieuwsbrief", PHRASE_SIGNUP, true},
    {"nyhedsbrev", PHRASE_SIGNUP, true},
    {"nyhetsbrev", PHRASE_SIGNUP, true},
    {"telegram", PHRASE_SIGNUP, true},
    {"whatsapp", PHRASE_SIGNUP, true},
    {"share", PHRASE_SHARE, false},
    {"share this", PHRASE_SHARE, true},
    {"follow", PHRASE_SHARE, false},
    {"follow us", PHRASE_SHARE, true},
    {"on facebook", PHRASE_SHARE, true},
    {"on twitter", PHRASE_SHARE, true},
    {"on instagram", PHRASE_SHARE, true},
    {"tweet", PHRASE_SHARE, false},
    {"facebook", PHRASE_SHARE, false},
    {"twitter", PHRASE_SHARE, false},
    {"print", PHRASE_SHARE, false},
    {"email", PHRASE_SHARE, false},
    {"copy link", PHRASE_SHARE, true},
    {"teilen", PHRASE_SHARE, true},
    {"folgen sie", PHRASE_SHARE, true},
    {"partager", PHRASE_SHARE, true},
    {"suivez", PHRASE_SHARE, true},
    {"compart", PHRASE_SHARE, true},
    {"síguenos", PHRASE_SHARE, true},
    {"siga", PHRASE_SHARE, false},
    {"condividi", PHRASE_SHARE, true},
    {"seguici", PHRASE_SHARE, true},
    {"поделиться", PHRASE_SHARE, true},
    {"udostępnij", PHRASE_SHARE, true},
    {"photo", PHRASE_CREDIT, false},
    {"image", PHRASE_CREDIT, false},
    {"picture", PHRASE_CREDIT, false},
    {"credit", PHRASE_CREDIT, true},
    {"source", PHRASE_CREDIT, false},
    {"via:", PHRASE_CREDIT, false},
    {"getty", PHRASE_CREDIT, true},
    {"shutterstock", PHRASE_CREDIT, true},
    {"file photo", PHRASE_CREDIT, true},
    {"courtesy", PHRASE_CREDIT, true},
    {"illustration", PHRASE_CREDIT, false},
    {"foto", PHRASE_CREDIT, false},
    {"bild", PHRASE_CREDIT, false},
    {"quelle", PHRASE_CREDIT, false},
    {"crédit", PHRASE_CREDIT, true},
    {"imagen", PHRASE_CREDIT, false},
    {"fuente", PHRASE_CREDIT, false},
    {"fonte", PHRASE_CREDIT, false},
    {"фото", PHRASE_CREDIT, false},
    {"источник", PHRASE_CREDIT, false},
    {"zdroj", PHRASE_CREDIT, false},
    {"fot.", PHRASE_CREDIT, false},
    {"video:", PHRASE_CREDIT, false},
    {"video", PHRASE_CREDIT, false},
    {"copyright", PHRASE_COPYRIGHT, true},
    {"©", PHRASE_COPYRIGHT, true},
    {"(c)", PHRASE_COPYRIGHT, true},
    {"all rights reserved", PHRASE_COPYRIGHT, true},
    {"rights reserved", PHRASE_COPYRIGHT, true},
    {"alle rechte", PHRASE_COPYRIGHT, true},
    {"tous droits", PHRASE_COPYRIGHT, true},
    {"derechos reservados", PHRASE_COPYRIGHT, true},
    {"direitos reservados", PHRASE_COPYRIGHT, true},
    {"riproduzione riservata", PHRASE_COPYRIGHT, true},
    {"may not be published", PHRASE_COPYRIGHT, true},
    {"without permission", PHRASE_COPYRIGHT, true},
    {"terms of", PHRASE_COPYRIGHT, true},
    {"privacy policy", PHRASE_COPYRIGHT, true},
    {"cookie", PHRASE_COOKIES, true},
    {"cookies", PHRASE_COOKIES, true},
    {"use cookies", PHRASE_NOTICE, true},
    {"uses cookies", PHRASE_NOTICE, true},
    {"using cookies", PHRASE_NOTICE, true},
    {"necessary cookies", PHRASE_NOTICE, true},
    {"accept cookies", PHRASE_NOTICE, true},
    {"cookies are absolutely", PHRASE_NOTICE, true},
    {"cookies that may not", PHRASE_NOTICE, true},
    {"verwendet cookies", PHRASE_NOTICE, true},
    {"verwenden cookies", PHRASE_NOTICE, true},
    {"nutzen cookies", PHRASE_NOTICE, true},
    {"utilise des cookies", PHRASE_NOTICE, true},
    {"utilisons des cookies", PHRASE_NOTICE, true},
    {"utiliza cookies", PHRASE_NOTICE, true},
    {"utilizamos cookies", PHRASE_NOTICE, true},
    {"utilizza cookie", PHRASE_NOTICE, true},
    {"utilizziamo cookie", PHRASE_NOTICE, true},
    {"gebruikt cookies", PHRASE_NOTICE, true},
    {"использует cookie", PHRASE_NOTICE, true},
    {"requires javascript", PHRASE_NOTICE, true},
    {"enable javascript", PHRASE_NOTICE, true},
    {"javascript is disabled", PHRASE_NOTICE, true},
    {"javascript aktivieren", PHRASE_NOTICE, true},
    {"browser does not support", PHRASE_NOTICE, true},
    {"browser unterstützt", PHRASE_NOTICE, true},
    {"your consent", PHRASE_COOKIES, true},
    {"personal data", PHRASE_COOKIES, true},
    {"datenschutz", PHRASE_COOKIES, true},
    {"personenbezogene", PHRASE_COOKIES, true},
    {"javascript", PHRASE_COOKIES, true},
    {"your browser", PHRASE_COOKIES, true},
    {"browser", PHRASE_COOKIES, true},
    {"affiliate", PHRASE_COPYRIGHT, true},
    {"commission", PHRASE_COPYRIGHT, true},
    {"first published", PHRASE_COPYRIGHT, true},
    {"originally appeared", PHRASE_COPYRIGHT, true},
    {"originally published", PHRASE_COPYRIGHT, true},
    {"syndicated", PHRASE_COPYRIGHT, true},
    {"contributed to this", PHRASE_COPYRIGHT, true},
    {"reporting by", PHRASE_COPYRIGHT, true},
    {"editing by", PHRASE_COPYRIGHT, true},
    {"advert", PHRASE_AD, false},
    {"ad", PHRASE_AD, false},
    {"sponsored", PHRASE_AD, false},
    {"promoted", PHRASE_AD, false},
    {"anzeige", PHRASE_AD, false},
    {"werbung", PHRASE_AD, false},
    {"publicidad", PHRASE_AD, false},
    {"publicité", PHRASE_AD, false},
    {"publicidade", PHRASE_AD, false},
    {"pubblicità", PHRASE_AD, false},
    {"advertentie", PHRASE_AD, false},
    {"reklama", PHRASE_AD, false},
    {"реклама", PHRASE_AD, false},
    {"by ", PHRASE_META, false},
    {"published", PHRASE_META, false},
    {"posted", PHRASE_META, false},
    {"updated", PHRASE_META, false},
    {"last updated", PHRASE_META, false},
    {"written by", PHRASE_META, false},
    {"min read", PHRASE_META, true},
    {"minute read", PHRASE_META, true},
    {"minutes read", PHRASE_META, true},
    {"reading time", PHRASE_META, true},
    {"tags", PHRASE_META, false},
    {"topics", PHRASE_META, false},
    {"filed under", PHRASE_META, false},
    {"filed in", PHRASE_META, false},
    {"categor", PHRASE_META, false},
    {"tagged", PHRASE_META, false},
    {"keywords", PHRASE_META, false},
    {"about the author", PHRASE_META, false},
    {"von ", PHRASE_META, false},
    {"veröffentlicht", PHRASE_META, false},
    {"aktualisiert", PHRASE_META, false},
    {"stand:", PHRASE_META, false},
    {"schlagw", PHRASE_META, false},
    {"themen", PHRASE_META, false},
    {"par ", PHRASE_META, false},
    {"publié", PHRASE_META, false},
    {"mis à jour", PHRASE_META, false},
    {"por ", PHRASE_META, false},
    {"publicado", PHRASE_META, false},
    {"actualizado", PHRASE_META, false},
    {"atualizado", PHRASE_META, false},
    {"etiquetas", PHRASE_META, false},
    {"di ", PHRASE_META, false},
    {"pubblicato", PHRASE_META, false},
    {"aggiornato", PHRASE_META, false},
    {"door ", PHRASE_META, false},
    {"опубликовано", PHRASE_META, false},
    {"автор", PHRASE_META, false},
    {"теги", PHRASE_META, false},
    {"comment", PHRASE_COMMENTS, false},
    {"leave a", PHRASE_COMMENTS, false},
    {"comments", PHRASE_COMMENTS, true},
    {"reply", PHRASE_COMMENTS, false},
    {"join the conversation", PHRASE_COMMENTS, true},
    {"kommentar", PHRASE_COMMENTS, false},
    {"kommentieren", PHRASE_COMMENTS, true},
    {"commentaire", PHRASE_COMMENTS, true},
    {"comentario", PHRASE_COMMENTS, true},
    {"comentário", PHRASE_COMMENTS, true},
    {"commenti", PHRASE_COMMENTS, true},
    {"комментар", PHRASE_COMMENTS, true},
};

enum { LINE_MAX = 220 };

/* Lower case for as many bytes as are ASCII, eight at a time; returns how many. In each byte the
 * top bit tells whether the letter is at least 'A', and whether it is beyond 'Z'. */
static size_t lower_ascii(const char *text, size_t size, char *out)
{
    static const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    size_t at = 0;
    uint64_t eight;
    for (; at + sizeof(eight) <= size; at += sizeof(eight)) {
        memcpy(&eight, text + at, sizeof(eight));
        if (eight & tops)
            break;
        uint64_t from_a = eight + ones * (0x80 - 'A'), past_z = eight + ones * (0x7f - 'Z');
        eight |= (from_a & ~past_z & tops) >> 2;
        memcpy(out + at, &eight, sizeof(eight));
    }
    return at;
}

/* Lower case for ASCII, Latin-1 and Cyrillic capitals, byte by byte, length kept. */
static size_t lower_line(struct span line, char *out)
{
    size_t size = line.size < LINE_MAX ? line.size : LINE_MAX;
    for (size_t i = lower_ascii(line.data, size, out); i < size; i++) {
        unsigned char c = (unsigned char)line.data[i];
        if (c < 0x80) {
            out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
            continue;
        }
        unsigned char before = i ? (unsigned char)out[i - 1] : 0;
        if (before == 0xc3 && c >= 0x80 && c <= 0x9e)
            c |= 0x20;
        else if (before == 0xd0 && c >= 0x90 && c <= 0x9f)
            c += 0x20;
        else if (before == 0xd0 && c >= 0xa0 && c <= 0xaf) {
            out[i - 1] = (char)0xd1;
            c -= 0x20;
        }
        out[i] = (char)c;
    }
    return size;
}

static const struct rules_index *phrase_index(void)
{
    static _Thread_local struct rules_index index;
    _Static_assert(COUNT(phrase_rows) <= COUNT(index.next), "every row has its link");
    for (size_t i = 0; i < COUNT(phrase_rows) && !index.made; i++)
        rules_index_add(&index, phrase_rows[i].words, i);
    index.made = true;
    return &index;
}

uint32_t rules_phrases_of(struct span line)
{
    const struct rules_index *index = phrase_index();
    char text[LINE_MAX + 1];
    uint32_t phrases = 0;
    size_t size = lower_line(line, text), from = 0;
    text[size] = ' '; /* ends the last word */
    while (from < size && !((unsigned char)text[from] >= 0x80) && !is_letter(text[from]))
        from++;
    for (size_t at = from; at + 1 < size; at++) { /* from word to word */
        for (unsigned i = index->first[rules_index_place(text + at)]; i; i = index->next[i - 1]) {
            const struct phrase_row *row = &phrase_rows[i - 1];
            if (at > from && !row->anywhere)
                continue;
            if (rules_index_matches(index, i - 1, row->words, text + at, size - at))
                phrases |= 1U << row->phrase;
        }
        while ((unsigned char)text[at] > ' ' && text[at] != '(')
            at++;
    }
    return phrases;
}

static const char *const reader_words[] = {
    "you",   "your",  "yours", "our",   "us",     "we",    "sie",     "ihr",     "ihre",
    "ihren", "ihnen", "uns",   "unser", "unsere", "wir",   "vous",    "votre",   "vos",
    "nous",  "notre", "nos",   "usted", "tu",     "tus",   "nuestro", "nuestra", "nosotros",
    "você",  "seu",   "sua",   "nosso", "nossa",  "voi",   "vostro",  "nostro",  "nostra",
    "noi",   "je",    "jouw",  "uw",    "ons",    "onze",  "ви",      "вы",      "вас",
    "ваш",   "нас",   "наш",   "нашем", "du",     "dich",  "dir",     "dein",    "deine",
    "euch",  "euer",  "click", "hier",  "here",   "klick", "aqui",    "aquí",    "ici",
};

static const struct rules_index *reader_index(void)
{
    static _Thread_local struct rules_index index;
    for (size_t i = 0; i < COUNT(reader_words) && !index.made; i++)
        rules_index_add(&index, reader_words[i], i);
    index.made = true;
    return &index;
}

bool rules_speaks_to_reader(struct span word)
{
    const struct rules_index *index = reader_index();
    bool may_be = word.size > 1 && word.size < 16;
    unsigned at = may_be ? index->first[rules_index_place(word.data)] : 0;
    for (; at; at = index->next[at - 1]) {
        if (index->sizes[at - 1] == word.size &&
            rules_index_matches(index, at - 1, reader_words[at - 1], word.data, word.size))
            return true;
    }
    return false;
}
