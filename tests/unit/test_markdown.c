/* Bodies as Markdown: what is kept of a page's form, and that its words stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/article.h"
#include "extract/body.h"
#include "extract/document.h"
#include "extract/markdown.h"

#define NOW_MS INT64_C(1715000000000)

/* Stand before and after what a case is about. */
#define FIRST                                                                                      \
    "The new bridge over the river opened on Friday, nine years after the council had voted for "  \
    "it. Thousands came to walk over it before the first cars did."
#define LAST                                                                                       \
    "It cost twice what had been planned, mostly because the ground turned out to be softer than " \
    "the first drillings had shown, and had to be filled with concrete."

static const struct {
    const char *name, *html, *markdown;
} cases[] = {
    {"paragraphs and a heading", "<h2>Twice as dear</h2>", "## Twice as dear\n"},
    {"a heading of the first level is the title's", "<h1>Twice as dear</h1>", "## Twice as dear\n"},
    {"strong and emphasised words in a sentence",
     "<p>The mayor called it <b>a great day</b> for the town and read <i>The Bridge</i> aloud to "
     "all who had come to hear it.</p>",
     "The mayor called it **a great day** for the town and read *The Bridge* aloud to all who had "
     "come to hear it.\n"},
    {"blanks stand outside of the stars",
     "<p>The mayor called it<b> a great day&nbsp;</b>for the town and for all who had come to hear "
     "what he said.</p>",
     "The mayor called it **a great day**\xc2\xa0"
     "for the town and for all who had come to hear what he "
     "said.\n"},
    {"no stars that would not be read as such",
     "<p>The mayor said: <b>«A day!»</b>and everybody who stood there in the rain seemed to agree "
     "with him.</p>",
     "The mayor said: «A day!»and everybody who stood there in the rain seemed to agree with "
     "him.\n"},
    {"links are absolute, those within the page are words",
     "<p>The <a href='/plan?a=1&amp;b=(2)'>plan of 2016</a>, the <a href='#n1'>first one</a> and "
     "the <a href='mailto:a@b.example'>letter</a> about it are kept in the town's archive.</p>",
     "The [plan of 2016](<https://paper.example/plan?a=1&b=(2)>), the first one and the letter "
     "about it are kept in the town's archive.\n"},
    {"signs of Markdown are text",
     "<p>He wrote 2*3*4, [sic], snake_case and _so_ on, &lt;b&gt; and &amp;amp; too, with a \\ and "
     "a "
     "` in the middle of it all.</p>",
     "He wrote 2\\*3\\*4, \\[sic\\], snake_case and \\_so\\_ on, \\<b> and \\&amp; too, with a "
     "\\\\ "
     "and a \\` in the middle of it all.\n"},
    {"a number that begins a line is no list",
     "<p>1986. That was the year in which the council first spoke of a bridge, and nobody "
     "believed in it.</p>",
     "1986\\. That was the year in which the council first spoke of a bridge, and nobody believed "
     "in "
     "it.\n"},
    {"a list",
     "<ul><li>The first part leads over the river to the north of the town.</li><li>The second "
     "part "
     "is for those who walk or ride a bicycle.</li></ul>",
     "- The first part leads over the river to the north of the town.\n"
     "- The second part is for those who walk or ride a bicycle.\n"},
    {"a numbered list, and one within it",
     "<ol><li>The first part leads over the river to the north of the town.<ul><li>It has four "
     "lanes "
     "and was the dearest part of all to build.</li></ul></li><li>The second part is for those who "
     "walk or ride a bicycle.</li></ol>",
     "1. The first part leads over the river to the north of the town.\n"
     "   - It has four lanes and was the dearest part of all to build.\n"
     "2. The second part is for those who walk or ride a bicycle.\n"},
    {"the tenth item is indented by what its number takes",
     "<ol><li>a<li>b<li>c<li>d<li>e<li>f<li>g<li>h<li>i<li><p>j</p><p>goes on</p></ol>",
     "1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n10. j\n\n    goes on\n"},
    {"a table with data", "<table><tr><th>Year<th>Cars<tr><td>2023<td>a|b<tr><td>2024</table>",
     "| Year | Cars |\n| --- | --- |\n| 2023 | a\\|b |\n| 2024 | |\n"},
    {"a table for the layout", "<table><tr><td><p>One</p><p>Two</p></td></tr></table>",
     "One\n\nTwo\n"},
    {"code", "<pre>x = `1`\ny = 2</pre>", "```\nx = `1`\ny = 2\n```\n"},
    {"code in a line", "<p>Say <code>a*b</code> or <code>`c`</code>.</p>",
     "Say `a*b` or `` `c` ``.\n"},
    {"a quotation of two paragraphs",
     "<blockquote><p>We had almost stopped believing in it, and now we stand here all the same.</p>"
     "<p>Nobody will ever have to wait for the old ferry again, not even in "
     "winter.</p></blockquote>",
     "> We had almost stopped believing in it, and now we stand here all the same.\n>\n"
     "> Nobody will ever have to wait for the old ferry again, not even in winter.\n"},
};

/* Every line of the page as its body: what belongs to one is not what is tested here. */
static struct body *whole_body(struct arena *arena, const struct document *document)
{
    struct body *body = arena_alloc_zeroed(arena, sizeof(*body));
    body->lines = arena_alloc(arena, (document->text_size + 1) * sizeof(*body->lines));
    for (size_t at = 0; at < document->text_size;) {
        const char *stop = memchr(document->text + at, '\n', document->text_size - at);
        size_t end = stop ? (size_t)(stop - document->text) : document->text_size;
        if (end > at)
            body->lines[body->lines_count++] =
                (struct body_line){.start = (uint32_t)at, .end = (uint32_t)end};
        at = end + 1;
    }
    return body;
}

static char *markdown_of(struct arena *arena, const char *middle)
{
    struct page page;
    char *html = arena_format(
        arena, "<html lang=en><body><div><p>" FIRST "</p>%s<p>" LAST "</p></div>", middle);
    assert_int_equal(article_extract(&page, arena, html, strlen(html),
                                     "https://paper.example/2024/bridge", "text/html", NOW_MS),
                     0);
    page.body = whole_body(arena, page.document);
    return markdown_of_body(&page);
}

static void test_cases(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *got = markdown_of(&arena, cases[i].html);
        char *wanted = arena_format(&arena, FIRST "\n\n%s\n" LAST "\n", cases[i].markdown);
        if (strcmp(got, wanted) != 0)
            fail_msg("%s: got\n%s\nwanted\n%s", cases[i].name, got, wanted);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

static void test_no_body(void **state)
{
    struct arena arena;
    struct page page;
    (void)state;
    arena_init(&arena, 0);
    article_extract(&page, &arena, "", 0, NULL, NULL, NOW_MS);
    assert_string_equal(markdown_of_body(&page), "");
    arena_clear(&arena);
}

static void test_escaped(void **state)
{
    static const char *const texts[][2] = {
        {"# 1 | two", "\\# 1 \\| two"},
        {"- a", "\\- a"},
        {"a - b", "a - b"},
        {"12) x", "12\\) x"},
        {"~~gone~~", "\\~\\~gone\\~\\~"},
        {"", ""},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_string_equal(markdown_escaped(&arena, texts[i][0]), texts[i][1]);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_no_body),
        cmocka_unit_test(test_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
