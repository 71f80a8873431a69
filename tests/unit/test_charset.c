#include "extract/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <iconv.h>

#include "base/alloc.h"
#include "base/utf8.h"

static const struct {
    const char *name, *type, *bytes, *expected;
} declared[] = {
    {"header", "text/html; charset=koi8-r", "<p>\xc4\xc1", "KOI8-R"},
    {"header in quotes", "text/html; charset=\"koi8-r\"", "<p>\xc4\xc1", "KOI8-R"},
    {"header before meta", "text/html;charset=koi8-r", "<meta charset=cp1251>\xc4", "KOI8-R"},
    {"header of no known name leaves it to meta", "text/html; charset=foo",
     "<meta charset=cp1251>\xc4", "windows-1251"},
    {"mark before header", "text/html; charset=koi8-r", "\xef\xbb\xbfx", "UTF-8"},
    {"mark of UTF-16", NULL, "\xfe\xff\x20\x41", "UTF-16BE"},
    {"UTF-8 before any declaration", "text/html; charset=iso-8859-1",
     "<meta charset=cp1251>\xc3\xa4", "UTF-8"},
    {"UTF-8 cut by the end", "text/html; charset=iso-8859-1", "\xc3\xa4\xc3\xb6 \xe2\x82", "UTF-8"},
    {"latin1 is what browsers take for it", "text/html; charset=iso-8859-1", "caf\xe9",
     "windows-1252"},
    {"meta", "text/html", "<html><head><meta charset=\"shift_jis\">\x83", "Shift_JIS"},
    {"meta with pragma", "text/html",
     "<META content='text/html; charset=euc-kr' HTTP-EQUIV=Content-Type>\xb0\xa1", "EUC-KR"},
    {"content without pragma says nothing", "text/html", "<meta content='charset=euc-kr'>",
     "UTF-8"},
    {"meta in a comment is none", "text/html", "<!-- <meta charset=euc-kr> --><p>", "UTF-8"},
    {"meta in an attribute is none", "text/html", "<p title='<meta charset=euc-kr>'>", "UTF-8"},
    {"meta that is not closed is none", "text/html", "<meta charset=euc-kr ", "UTF-8"},
    {"meta of UTF-16 read as ASCII", "text/html", "<meta charset=utf-16>", "UTF-8"},
    {"meta of x-user-defined", "text/html", "<meta charset=x-user-defined>\x80", "windows-1252"},
    {"page with an XML declaration", "text/html", "<?xml version='1.0' encoding='big5'?>\xa4\x40",
     "Big5"},
    {"XML declaration", "application/rss+xml", "<?xml version=\"1.0\" encoding = 'GB2312' ?>\xb0",
     "GBK"},
    {"XML declaration after blanks", "text/xml", "\n <?xml encoding='gbk'?>\xb0", "GBK"},
    {"meta in XML is none", "text/xml", "<a><meta charset=euc-kr/></a>", "UTF-8"},
    {"declaration in plain text is none", "text/plain", "<meta charset=euc-kr>", "UTF-8"},
    {"header with blanks", "text/html; charset = koi8-r", "<p>\xc4\xc1", "KOI8-R"},
    {"header with more behind it", "text/html; charset=koi8-r, x", "<p>\xc4\xc1", "KOI8-R"},
    {"header that says it at the second time", "text/html; charset x; charset=koi8-r",
     "<p>\xc4\xc1", "KOI8-R"},
    {"header without a name leaves it to meta", "text/html; charset= ", "<meta charset=cp1251>\xc4",
     "windows-1251"},
    {"header with an open quote", "text/html; charset=\"koi8-r", "<meta charset=cp1251>\xc4",
     "windows-1251"},
    {"header in single quotes, which are none", "text/html; charset='koi8-r'",
     "<meta charset=cp1251>\xc4", "windows-1251"},
    {"meta in single quotes, which are some", "text/html",
     "<meta http-equiv=content-type content=\"text/html; charset='euc-kr'\">\xb0\xa1", "EUC-KR"},
    {"meta that says it twice", "text/html", "<meta charset=euc-kr charset=big5>\xb0\xa1",
     "EUC-KR"},
    {"meta with two contents", "text/html",
     "<meta content='charset=euc-kr' content='charset=big5' http-equiv=content-type>\xb0\xa1",
     "EUC-KR"},
    {"meta with slashes", "text/html", "<meta/charset=\"euc-kr\"/>\xb0\xa1", "EUC-KR"},
    {"meta with blanks", "text/html", "<meta charset \n= 'euc-kr' >\xb0\xa1", "EUC-KR"},
    {"meta with a name that begins oddly", "text/html", "<meta =a b charset=euc-kr>\xb0\xa1",
     "EUC-KR"},
    {"meta with a quote that is never closed", "text/html", "<meta charset='euc-kr>", "UTF-8"},
    {"a comment that is never closed", "text/html", "<!-- <meta charset=euc-kr>", "UTF-8"},
    {"XML declaration without a name", "text/xml", "<?xml encoding?><a/>", "UTF-8"},
    {"XML declaration without quotes", "text/xml", "<?xml encoding=gbk?><a/>", "UTF-8"},
    {"XML declaration with an open quote", "text/xml", "<?xml encoding='gbk?><a/>", "UTF-8"},
    {"XML declaration that is never closed", "text/xml", "<?xml encoding='gbk'", "UTF-8"},
    {"ASCII with Japanese escapes", "text/html", "\x1b$B$3$s\x1b(B", "ISO-2022-JP"},
};

static void test_declared(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(declared); i++) {
        size_t size = strlen(declared[i].bytes);
        enum charset_context context =
            charset_context_of(declared[i].type, declared[i].bytes, size);
        const char *got = charset_of(declared[i].bytes, size, declared[i].type, context);
        if (strcmp(got, declared[i].expected) != 0)
            fail_msg("%s: got %s, expected %s", declared[i].name, got, declared[i].expected);
    }
}

/* A meta tag far down counts, one that is text of a script does not. */
static void test_late_meta(void **state)
{
    (void)state;
    struct bytes page;
    bytes_init(&page, 0);
    bytes_append_string(&page, "<html><head>");
    while (page.size < 4000)
        bytes_append_string(&page, "<link rel=x href='a>b'>");
    bytes_append_string(&page,
                        "<script>'<meta charset=big5>'</script><meta charset=euc-kr>\xb0\xa1");
    assert_string_equal(charset_of(page.data, page.size, NULL, CHARSET_HTML), "EUC-KR");
    bytes_clear(&page);
}

/* Called UTF-8, broken here and there: it stays UTF-8. Broken everywhere: it was never. */
static void test_broken_utf8(void **state)
{
    (void)state;
    static const char type[] = "text/html; charset=utf-8";
    assert_string_equal(charset_of("caf\xe9", 4, type, CHARSET_HTML), "UTF-8");
    struct bytes page;
    bytes_init(&page, 0);
    for (int i = 0; i < 40; i++)
        bytes_append_string(&page,
                            "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0 \xe8 \xeb\xfe\xe4\xe8. ");
    assert_string_equal(charset_of(page.data, page.size, type, CHARSET_HTML), "windows-1251");
    bytes_clear(&page);
    for (int i = 0; i < 60; i++)
        bytes_append_string(&page, "gr\xc3\xbc\xc3\x9f ");
    bytes_append_string(&page, "\xfc");
    assert_string_equal(charset_of(page.data, page.size, "text/html; charset=latin1", CHARSET_HTML),
                        "UTF-8");
    bytes_clear(&page);
}

static void test_utf16_without_mark(void **state)
{
    (void)state;
    assert_string_equal(charset_of("<\0?\0x\0m\0l\0", 10, NULL, CHARSET_XML), "UTF-16LE");
    assert_string_equal(charset_of("\0<\0?\0x\0m\0l", 10, NULL, CHARSET_XML), "UTF-16BE");
}

static const struct {
    const char *label, *expected;
} labels[] = {
    {"utf8", "UTF-8"},
    {" ISO-8859-1\n", "windows-1252"},
    {"latin2", "ISO-8859-2"},
    {"GB2312", "GBK"},
    {"gb18030", "gb18030"},
    {"ks_c_5601-1987", "EUC-KR"},
    {"tis-620", "windows-874"},
    {"logical", "ISO-8859-8-I"},
    {"utf-16", "UTF-16LE"},
    {"hz-gb-2312", "replacement"},
    {"utf", NULL},
    {"", NULL},
    {"latin1 latin2", NULL},
    {"'utf-8'", NULL},
};

static void test_labels(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(labels); i++) {
        const char *got = charset_canonical(span_of(labels[i].label));
        if (got != labels[i].expected &&
            (!got || !labels[i].expected || strcmp(got, labels[i].expected)))
            fail_msg("%s: got %s", labels[i].label, got ? got : "none");
    }
}

static const struct {
    const char *encoding, *bytes, *expected;
} transcoded[] = {
    {"UTF-8", "\xef\xbb\xbfok \xc3\x28", "ok \ufffd("},
    {"windows-1252", "\x80 \x93x\x94 \x81 \xff", "€ “x” \xc2\x81 ÿ"},
    {"windows-1251", "\xcc\xe8\xf0 \xb9 5", "Мир № 5"},
    {"windows-1253", "\xc1\xd2\xff", "Α\ufffd\ufffd"},
    {"KOI8-U", "\xce\xc5\xcd\xc1\xa4 \xae", "немає ў"},
    {"ISO-8859-8-I", "\xf9", "\u05e9"},
    {"macintosh", "\x8a\xdb", "ä€"},
    {"GBK", "\xd6\xd0\xce\xc4\x80", "中文€"},
    {"gb18030", "\x81\x30\x84\x36", "¥"},
    {"GBK", "\xd6<b>\xd6\xd0", "\ufffd<b>中"},
    {"Big5", "\xa4\xa4\xa4\xe5", "中文"},
    {"EUC-JP", "\xc6\xfc\xcb\xdc\xb8\xec \x8e\xb1", "日本語 ｱ"},
    {"Shift_JIS", "\x93\xfa\x96{\x8c\xea \xb1 \x87\x40", "日本語 ｱ ①"},
    {"ISO-2022-JP", "\x1b$BF|K\\\x1b(B!", "日本!"},
    {"EUC-KR", "\xc7\xd1\xb1\xb9\xbe\xee", "한국어"},
    {"EUC-KR", "\xc7\xd1\xb1", "한\ufffd"},
    {"x-user-defined", "a\x80", "a\uf780"},
};

static void test_transcoded(void **state)
{
    (void)state;
    charset_prepare();
    for (size_t i = 0; i < COUNT(transcoded); i++) {
        struct bytes out;
        bytes_init(&out, 0);
        charset_to_utf8(transcoded[i].bytes, strlen(transcoded[i].bytes), transcoded[i].encoding,
                        &out);
        if (strcmp(out.data ? out.data : "", transcoded[i].expected) != 0)
            fail_msg("%s: got %s, expected %s", transcoded[i].encoding, out.data,
                     transcoded[i].expected);
        bytes_clear(&out);
    }
}

static void test_utf16_and_nul(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *bytes;
        size_t size;
        const char *expected;
    } cases[] = {
        {"UTF-16LE", "\xff\xfe\x3d\xd8\x00\xde!\0", 8, "\U0001F600!"},
        {"UTF-16BE", "\xd8\x3d\0!\x20", 5, "\ufffd!\ufffd"},
        {"UTF-8", "a\0\0b", 4, "a\ufffd\ufffdb"},
        {"windows-1252", "\0\xe9", 2, "\ufffdé"},
        {"GBK", "\0\xd6\xd0\0", 4, "\ufffd中\ufffd"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes out;
        bytes_init(&out, 0);
        charset_to_utf8(cases[i].bytes, cases[i].size, cases[i].encoding, &out);
        assert_string_equal(out.data, cases[i].expected);
        bytes_clear(&out);
    }
}

/* Nothing is declared: the language's letters have to tell. */
static const struct {
    const char *encoding, *text;
} detected[] = {
    {"windows-1252",
     "La città è già più fredda: perciò il sindaco dirà di sì, ma la gente né può né "
     "vuole andarsene così, perché là fuori non c’è più carità."},
    {"windows-1252",
     "Der Fluß führt nach den Regenfällen über zwölf Tage Hochwasser; für die Bürger "
     "heißt das: „Türen schließen, Möbel höher stellen“."},
    {"windows-1252",
     "Eldgosið hófst í gær og íbúar þurftu að yfirgefa húsin. Þúsundir manna bíða nú "
     "eftir að fá að snúa aftur, en það gæti tekið nokkra mánuði."},
    {"ISO-8859-2",
     "A főváros űrhajósa tegnap több órán át dolgozott a műhold külső falán, mielőtt a "
     "hűtőrendszer hibája miatt előbb, mint tervezték, visszatért."},
    {"windows-1250", "„Śnieg spadł późno” – mówią mieszkańcy. Zamknięto szkołę, a drogę do wsi "
                     "odśnieżą dopiero wtedy, gdy będzie można dojechać ciężkim sprzętem."},
    {"windows-1250",
     "Žáci šestých tříd přišli do školy později, protože řeka v noci zaplavila část "
     "města. „Šťastně jsme to přežili,“ řekla ředitelka."},
    {"windows-1254", "Şehrin doğusunda çıkan yangın güçlükle söndürüldü. Görgü tanıkları, ışığın "
                     "kilometrelerce öteden görüldüğünü söyledi."},
    {"windows-1257",
     "„Žvejai šįryt grįžo į uostą anksčiau“, – sakė jūrų tarnyba. Vėjas sustiprėjo, o "
     "bangų aukštis pasiekė keturis metrus."},
    {"macintosh",
     "L’été dernier, la rivière a été plus élevée que d’habitude ; les élus ont décidé de "
     "protéger les maisons situées près du théâtre."},
    {"windows-1251", "Вечером река вышла из берегов, и жителям посёлка пришлось покинуть дома. "
                     "Спасатели обещают, что завтра вода уйдёт."},
    {"KOI8-R", "Вечером река вышла из берегов, и жителям посёлка пришлось покинуть дома. Спасатели "
               "обещают, что завтра вода уйдёт."},
    {"KOI8-U", "Увечері річка вийшла з берегів, і жителям селища довелося залишити домівки. "
               "Рятувальники обіцяють, що її рівень незабаром спаде."},
    {"x-mac-cyrillic",
     "Вечером река вышла из берегов, и жителям посёлка пришлось покинуть дома. Вся "
     "семья Ивановых стояла на крыше до утра."},
    {"ISO-8859-7",
     "Οι κάτοικοι του νησιού περίμεναν το πλοίο μέχρι αργά το βράδυ, αλλά ο άνεμος δεν "
     "επέτρεψε να δέσει στο λιμάνι."},
    {"ISO-8859-7", "<rss><title><![CDATA[Άλλη μια μέρα με βροχή στα νησιά του Αιγαίου]]></title>"},
    {"windows-1253", "Άλλη μια μέρα με βροχή· «Άνοιξε ο ουρανός» είπαν οι κάτοικοι του νησιού."},
    {"ISO-8859-2", "Wčera wječor je rěka přez brjohi stupiła, wobydlerjo dyrbjachu swoje domy "
                   "wopušćić. Jutře změje so woda zaso niše."},
    {"ISO-8859-2", "Reka je včeraj popoldne naraščala še naprej."},
    {"ISO-8859-15", "La sœur du maire a vu l'œuvre : « Quel chœur ! » Le bœuf, les œufs."},
    {"ISO-8859-4",
     "Vakar upė pakilo dar aukščiau, o žmonės išėjo į mokyklą ant kalvos. Šįryt ji vėl "
     "žemesnė, bet keliai užlieti."},
    {"windows-1252", "The ticket costs £5, or £9 at the door: £4 more."},
    {"windows-1251", "Увечары рака выйшла з берагоў, і жыхарам паселішча давялося пакінуць свае "
                     "дамы. Ратаўнікі абяцаюць, што ўзровень хутка ўпадзе."},
    {"Shift_JIS", "昨夜の大雨で川の水位が上がり、住民は避難所で一夜を過ごしました。"},
    {"EUC-KR", "어젯밤 폭우로 강물이 불어나 주민들이 대피소에서 하룻밤을 보냈습니다."},
    {"Big5", "昨晚的大雨使河水上漲，居民在避難所度過了一夜，市長表示明天會恢復交通。"},
};

static void test_detected(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(detected); i++) {
        static const struct {
            const char *encoding, *name; /* where the system calls it otherwise */
        } names[] = {{"x-mac-cyrillic", "MAC-CYRILLIC"}};
        const char *name = detected[i].encoding;
        for (size_t k = 0; k < COUNT(names); k++)
            name = strcmp(names[k].encoding, name) == 0 ? names[k].name : name;
        iconv_t cd = iconv_open(name, "UTF-8");
        if (cd == (iconv_t)-1) {
            print_message("the system has no converter for %s: skipped\n", name);
            continue;
        }
        char bytes[1024], *from = (char *)(uintptr_t)detected[i].text, *to = bytes;
        size_t left = strlen(detected[i].text), room = sizeof bytes;
        assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
        iconv_close(cd);
        const char *got = charset_detect(bytes, (size_t)(to - bytes));
        if (strcmp(got, detected[i].encoding) != 0)
            fail_msg("%s taken for %s: %s", detected[i].encoding, got, detected[i].text);
    }
}

/* Whatever the bytes: the end is reached, what comes out is UTF-8 and every letter is ASCII still.
 */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char *const encodings[] = {"GBK",         "Big5",     "EUC-JP",     "Shift_JIS",
                                            "ISO-2022-JP", "EUC-KR",   "UTF-16LE",   "UTF-8",
                                            "windows-874", "UTF-16BE", "replacement"};
    unsigned seed = 7;
    for (size_t round = 0; round < 20 * COUNT(encodings); round++) {
        char *bytes = alloc_bytes(997);
        for (size_t i = 0; i < 997; i++) {
            seed = seed * 1103515245 + 12345;
            bytes[i] = (char)(seed >> 16);
        }
        struct bytes out;
        bytes_init(&out, 0);
        charset_to_utf8(bytes, 997, encodings[round % COUNT(encodings)], &out);
        assert_true(out.size > 300);
        assert_true(utf8_valid(out.data, out.size));
        assert_int_equal(strlen(out.data), out.size);
        charset_of(bytes, 997, NULL, CHARSET_HTML);
        bytes_clear(&out);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_declared),      cmocka_unit_test(test_late_meta),
        cmocka_unit_test(test_broken_utf8),   cmocka_unit_test(test_utf16_without_mark),
        cmocka_unit_test(test_labels),        cmocka_unit_test(test_transcoded),
        cmocka_unit_test(test_utf16_and_nul), cmocka_unit_test(test_detected),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
