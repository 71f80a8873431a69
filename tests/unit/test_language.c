#include "extract/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"

static const struct {
    const char *lang, *text;
} texts[] = {
    {"en",
     "The bridge has been closed since the storm and it is not known when it will open again."},
    {"de",
     "Die Br\xc3\xbc"
     "cke ist seit dem Sturm gesperrt und niemand wei\xc3\x9f, wann sie wieder f\xc3\xbcr den "
     "Verkehr ge\xc3\xb6"
     "ffnet wird."},
    {"fr", "Le pont est ferm\xc3\xa9 depuis la temp\xc3\xaate et on ne sait pas quand il sera de "
           "nouveau ouvert dans "
           "les deux sens."},
    {"es", "El puente est\xc3\xa1 cerrado desde la tormenta y no se sabe cu\xc3\xa1ndo se "
           "abrir\xc3\xa1 de nuevo para los "
           "vecinos."},
    {"pt", "A ponte est\xc3\xa1 fechada desde a tempestade e n\xc3\xa3o se sabe quando ser\xc3\xa1 "
           "aberta para os moradores, "
           "mas h\xc3\xa1 um plano."},
    {"it", "Il ponte \xc3\xa8 chiuso dalla tempesta e non si sa quando sar\xc3\xa0 riaperto per i "
           "cittadini della citt\xc3\xa0."},
    {"nl", "De brug is sinds de storm gesloten en het is niet bekend wanneer die weer voor het "
           "verkeer open gaat."},
    {"sv", "Bron har varit st\xc3\xa4ngd sedan stormen och ingen vet n\xc3\xa4r den ska "
           "\xc3\xb6ppnas igen f\xc3\xb6r trafik "
           "men det \xc3\xa4r inte s\xc3\xa5 l\xc3\xa4nge till."},
    {"da",
     "Broen har v\xc3\xa6ret lukket siden stormen, og ingen ved, hvorn\xc3\xa5r den bliver \xc3\xa5"
     "bnet igen, men det "
     "skal ikke blive af efter sommer."},
    {"pl", "Most jest zamkni\xc4\x99ty od czasu burzy i nie wiadomo, kiedy zostanie otwarty dla "
           "ruchu, ale to "
           "nie jest tylko problem miasta."},
    {"tr", "K\xc3\xb6pr\xc3\xbc f\xc4\xb1rt\xc4\xb1nadan sonra kapal\xc4\xb1 ve ne zaman "
           "a\xc3\xa7\xc4\xb1laca\xc4\x9f\xc4\xb1 belli "
           "de\xc4\x9fil ama belediye i\xc3\xa7in bu \xc3\xa7ok \xc3\xb6nemli bir konu olarak "
           "kal\xc4\xb1yor."},
    {"zu",
     "Ibhuloho livaliwe ngemva kwesiphepho futhi akekho owaziyo ukuthi lizovulwa nini kodwa abantu "
     "bathi kumele kwenziwe okuthile manje."},
    {"ru",
     "\xd0\x9c\xd0\xbe\xd1\x81\xd1\x82 \xd0\xb7\xd0\xb0\xd0\xba\xd1\x80\xd1\x8b\xd1\x82 "
     "\xd0\xbf\xd0\xbe\xd1\x81\xd0\xbb\xd0\xb5 "
     "\xd0\xb1\xd1\x83\xd1\x80\xd0\xb8, \xd0\xb8 \xd0\xbd\xd0\xb5 \xd0\xb1\xd1\x8b\xd0\xbb\xd0\xbe "
     "\xd0\xb8\xd0\xb7\xd0\xb2\xd0\xb5\xd1\x81\xd1\x82\xd0\xbd\xd0\xbe, "
     "\xd0\xba\xd0\xbe\xd0\xb3\xd0\xb4\xd0\xb0 "
     "\xd0\xbe\xd0\xbd \xd0\xb1\xd1\x83\xd0\xb4\xd0\xb5\xd1\x82 "
     "\xd0\xbe\xd1\x82\xd0\xba\xd1\x80\xd1\x8b\xd1\x82 "
     "\xd0\xb4\xd0\xbb\xd1\x8f \xd0\xb2\xd1\x81\xd0\xb5\xd1\x85."},
    {"ja", "\xe5\xb5\x90\xe3\x81\xae\xe3\x81\x82\xe3\x81\xa8\xe6\xa9\x8b\xe3\x81\xaf\xe9\x80\x9a"
           "\xe8\xa1\x8c\xe6\xad\xa2"
           "\xe3\x82\x81\xe3\x81\xab\xe3\x81\xaa\xe3\x81\xa3\xe3\x81\xa6\xe3\x81\x84\xe3\x82\x8b"
           "\xe3\x80\x82"},
    {"zh", "\xe6\x9a\xb4\xe9\xa3\x8e\xe9\x9b\xa8\xe8\xbf\x87\xe5\x90\x8e\xe5\xa4\xa7\xe6\xa1\xa5"
           "\xe4\xb8\x80\xe7\x9b\xb4"
           "\xe5\x85\xb3\xe9\x97\xad\xe3\x80\x82"},
    {"ko", "\xed\x8f\xad\xed\x92\x8d \xec\x9d\xb4\xed\x9b\x84 \xeb\x8b\xa4\xeb\xa6\xac\xea\xb0\x80 "
           "\xed\x8f\x90\xec\x87\x84"
           "\xeb\x90\x98\xec\x97\x88\xeb\x8b\xa4"},
    {"ar", "\xd8\xa7\xd9\x84\xd8\xac\xd8\xb3\xd8\xb1 \xd9\x85\xd8\xba\xd9\x84\xd9\x82 "
           "\xd9\x85\xd9\x86\xd8\xb0 "
           "\xd8\xa7\xd9\x84\xd8\xb9\xd8\xa7\xd8\xb5\xd9\x81\xd8\xa9"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *got = language_of_text(&arena, span_of(texts[i].text), NULL);
        if (!got || strcmp(got, texts[i].lang) != 0)
            fail_msg("expected %s, got %s", texts[i].lang, got ? got : "(none)");
        arena_clear(&arena);
    }
}

static void test_declared(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const char *german = texts[1].text, *twice = arena_format(&arena, "%s %s", german, german);
    /* a few words contradict nothing, a text does */
    assert_string_equal(language_of_text(&arena,
                                         span_of("Die Br\xc3\xbc"
                                                 "cke"),
                                         "en"),
                        "en");
    assert_string_equal(language_of_text(&arena, span_of(twice), "en"), "de");
    assert_string_equal(language_of_text(&arena, span_of(twice), "de"), "de");
    assert_null(language_of_text(&arena, span_of("123"), NULL));
    arena_clear(&arena);
}

static const struct {
    const char *written, *tag;
} tags[] = {
    {"de", "de"},
    {"de_at", "de-AT"},
    {"EN-us", "en-US"},
    {"iw", "he"},
    {"zh-hant", "zh-Hant"},
    {"de-", "de"},
    {"en-US.UTF-8", "en-US"},
    {"german", NULL},
    {"", NULL},
    {"d3", NULL},
    {"en, de", "en"},
    {"pt-BR", "pt-BR"},
    {"es-419", "es"},
};

static void test_tags(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tags); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *got = language_tag(&arena, tags[i].written);
        if (!got != !tags[i].tag || (got && strcmp(got, tags[i].tag) != 0))
            fail_msg("%s: got %s", tags[i].written, got ? got : "(none)");
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
