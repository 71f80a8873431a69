#include "extract/authors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/names_words.h"
#include "support/extract.h"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

#define LD(author)                                                                                 \
    "<script type='application/ld+json'>{\"@context\":\"https://schema.org\","                     \
    "\"@type\":\"NewsArticle\",\"headline\":\"Old bridge to stay\",\"author\":" author             \
    ",\"publisher\":{\"@type\":\"Organization\",\"name\":\"The Herald\"}}</script>"                \
    "<h1>Old bridge to stay</h1>"

static const struct {
    const char *name, *html, *authors;
} authors[] = {
    {"JSON-LD: one person", LD("{\"@type\":\"Person\",\"name\":\"Jane Doe\"}") PROSE, "Jane Doe"},
    {"JSON-LD: a list", LD("[{\"name\":\"Jane Doe\"},{\"name\":\"John Roe\"}]") PROSE,
     "Jane Doe; John Roe"},
    {"JSON-LD: names in one string", LD("\"Jane Doe, John Roe and Ann Poe\"") PROSE,
     "Jane Doe; John Roe; Ann Poe"},
    {"JSON-LD: a list of names in one person", LD("{\"name\":[\"Jane Doe\",\"John Roe\"]}") PROSE,
     "Jane Doe; John Roe"},
    {"JSON-LD: a reference into the graph",
     "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":"
     "\"#p1\"},\"headline\":\"Old bridge\"},{\"@type\":\"Person\",\"@id\":\"#p1\",\"name\":\"Jane "
     "Doe\"}]}</script><h1>Old bridge</h1>" PROSE,
     "Jane Doe"},
    {"a byline names who the site's own name hides",
     LD("{\"@type\":\"Organization\",\"name\":\"The Herald\"}") "<div class=byline>By <b>Jane "
                                                                "Doe</b>, Staff Writer</div>" PROSE,
     "Jane Doe"},
    {"the site's own name where nobody else is named",
     LD("{\"@type\":\"Organization\",\"name\":\"The Herald\"}") PROSE, "The Herald"},
    {"addresses are no names",
     "<meta property=article:author content='https://social.example/janedoe'><h1>Old bridge</h1>"
     "<p class=author>Jane Doe</p>" PROSE,
     "Jane Doe"},
    {"a role behind the name goes",
     "<h1>Old bridge</h1><p class=byline>By Jane Doe, Chief Reporter</p>" PROSE, "Jane Doe"},
    {"a date behind the name goes",
     "<h1>Old bridge</h1><p class=author>Jane Doe 3 May 2024, 14:30</p>" PROSE, "Jane Doe"},
    {"elements that touch",
     "<h1>Old bridge</h1><p class=byline><span>By</span><a>Jane "
     "Doe</a><time>May 3</time></p>" PROSE,
     "Jane Doe"},
    {"a link's title is no name",
     "<h1>Old bridge</h1><span class=author><a href=/author/jane>View all posts by Jane "
     "Doe</a></span>" PROSE,
     "Jane Doe"},
    {"commenters are no authors",
     "<h1>Old bridge</h1><p class=byline>By Jane Doe</p>" PROSE
     "<div id=comments><p class=author>Troll One</p></div>",
     "Jane Doe"},
    {"two elements side by side",
     "<h1>Old bridge</h1><p><a rel=author href=/a>Jane Doe</a> and <a rel=author href=/b>John "
     "Roe</a></p>" PROSE,
     "Jane Doe; John Roe"},
    {"German prose",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>Von Max Muster und Eva Beispiel</p>" PROSE,
     "Max Muster; Eva Beispiel"},
    {"French prose", "<h1>Le vieux pont</h1><p>Par Jean Dupont et Marie Durand</p>" PROSE,
     "Jean Dupont; Marie Durand"},
    {"Spanish prose", "<h1>El puente viejo</h1><p>Por Juan P\xc3\xa9rez</p>" PROSE,
     "Juan P\xc3\xa9rez"},
    {"a label in prose",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1>" PROSE "<p>Text: Max Muster</p>",
     "Max Muster"},
    {"behind a date",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>3. Mai 2024 von Max Muster</p>" PROSE,
     "Max Muster"},
    {"beside a date",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>03.05.2024 | 13:10 Uhr | Eva Beispiel</p>" PROSE,
     "Eva Beispiel"},
    {"a sentence is no byline",
     "<h1>Old bridge</h1><p>By the time the council met it was too late.</p>" PROSE, ""},
    {"the name of the site with its address is no list",
     "<meta property=og:site_name content='The Herald'><meta name=author content='The Herald, Old "
     "Town, Germany'><h1>Old bridge</h1><p>By Jane "
     "Doe</p>" PROSE,
     "Jane Doe"},
    {"a meta that names one more than JSON-LD",
     LD("{\"name\":\"Jane Doe\"}") "<meta name=author content='Jane Doe, John Roe'>" PROSE,
     "Jane Doe; John Roe"},
    {"meta and byline together outvote JSON-LD",
     LD("{\"name\":\"Web Producer\"}") "<meta name=author content='Jane Doe'><p class=byline>By "
                                       "Jane "
                                       "Doe</p>" PROSE,
     "Jane Doe"},
    {"a first name is completed by the byline",
     LD("{\"name\":\"Jane\"}") "<p class=byline>By Jane Doe</p>" PROSE, "Jane Doe"},
    {"an account's name is nobody", LD("{\"name\":\"wpadmin\"}") PROSE, ""},
    {"a date's label is nobody",
     "<html lang=tr><h1>Köprü</h1><p class=author>Son Güncelleme</p>" PROSE, ""},
    {"a role in a line of its own",
     "<h1>Old bridge</h1><div class=author><p>Jane Doe</p><p>Founder Herald Group</p></div>" PROSE,
     "Jane Doe"},
    {"a byline in a frame with the class of an aside",
     "<div id=sidebar><h1>Old bridge</h1><p class=author>Jane Doe</p></div>" PROSE, "Jane Doe"},
    {"a nobleman keeps his particle",
     "<h1>Br\xc3\xbc"
     "cke</h1><p class=author>Von der Heide</p>" PROSE,
     "Von der Heide"},
};

static void test_authors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(authors); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, authors[i].html, url);
        extract_check(authors[i].name, "authors",
                      extract_joined(&arena, page.article.authors, page.article.authors_count),
                      authors[i].authors);
        arena_clear(&arena);
    }
}

/* Lines behind the headline, each on a page of its own. */
static const struct {
    const char *line, *authors;
} bylines[] = {
    {"Di Mario Rossi e Anna Bianchi", "Mario Rossi; Anna Bianchi"},
    {"Per Jordi Puig", "Jordi Puig"},
    {"Door Jan de Vries", "Jan de Vries"},
    {"Av Ola Nordmann og Kari Nordmann", "Ola Nordmann; Kari Nordmann"},
    {"Teksti: Matti Meikäläinen", "Matti Meikäläinen"},
    {"Írta: Kovács János", "Kovács János"},
    {"Piše: Ivan Horvat", "Ivan Horvat"},
    {"Haber: Ahmet Yılmaz", "Ahmet Yılmaz"},
    {"Yazan: Şule Öztürk", "Şule Öztürk"},
    {"Tác giả: Nguyễn Văn An", "Nguyễn Văn An"},
    {"Penulis: Budi Santoso", "Budi Santoso"},
    {"Автор: Иван Петров", "Иван Петров"},
    {"ТЕКСТ: Анна Иванова", "Анна Иванова"},
    {"Текст Анна Иванова", ""},
    {"Аутор: Марко Марковић", "Марко Марковић"},
    {"Γράφει ο Νίκος Παππάς", "Νίκος Παππάς"},
    {"ΚΕΙΜΕΝΟ: Μαρία Νίκου", ""},
    {"Κείμενο: Μαρία Νίκου", "Μαρία Νίκου"},
    {"מאת: דוד כהן", "דוד כהן"},
    {"بقلم: أحمد علي", "أحمد علي"},
    {"كتبت - فاطمة علي", "فاطمة علي"},
    {"كتب جديدة في المعرض", ""}, /* new books at the fair */
    {"نویسنده: رضا احمدی", "رضا احمدی"},
    {"लेखक: राम शर्मा", "राम शर्मा"},
    {"โดย สมชาย ใจดี", "สมชาย ใจดี"},
    {"문 기자", ""},
    {"홍길동 기자 hong@example.com", "홍길동"},
    {"기자: 홍길동", "홍길동"},
    {"文/张三", "张三"},
    {"作者：李小龙", "李小龙"},
    {"记者 王小明 北京报道", "王小明"},
    {"記者王小明／台北報導", "王小明"},
    {"记者获悉，老桥将保留。", ""}, /* as reporters learn, the bridge stays */
    {"文＝山田太郎", "山田太郎"},
    {"取材・文／鈴木一郎、佐藤花子", "鈴木一郎; 佐藤花子"},
};

static void test_bylines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bylines); i++) {
        struct arena arena;
        struct page page;
        struct bytes html;
        bytes_init(&html, 0);
        bytes_append_string(&html, "<h1>Old bridge</h1><p>");
        bytes_append_string(&html, bylines[i].line);
        bytes_append_string(&html, "</p>" PROSE);
        bytes_append(&html, "", 1);
        extract_page(&page, &arena, html.data, url);
        extract_check(bylines[i].line, "authors",
                      extract_joined(&arena, page.article.authors, page.article.authors_count),
                      bylines[i].authors);
        bytes_clear(&html);
        arena_clear(&arena);
    }
}

/* They are searched by their first bytes. */
static void test_order(void **state)
{
    (void)state;
    for (size_t i = 1; i < names_bywords_count; i++)
        if ((unsigned char)*names_bywords[i - 1] > (unsigned char)*names_bywords[i])
            fail_msg("'%s' stands before '%s'", names_bywords[i - 1], names_bywords[i]);
    for (size_t i = 1; i < names_openers_count; i++)
        if ((unsigned char)*names_openers[i - 1] > (unsigned char)*names_openers[i])
            fail_msg("'%s' stands before '%s'", names_openers[i - 1], names_openers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_authors),
        cmocka_unit_test(test_bylines),
        cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
