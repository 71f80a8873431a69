/* Pages that are far too much of something, or that no parser was told of. Where a story can be
 * read on them, it is stored; where it can't, the reason is. */
#include "base/alloc.h"
#include "hostile/grown.h"
#include "hostile/groups.h"

#define STORY_END "</article>"
#define STORY     "<article>"
#define HEAD_END  "</head>"

/* The story is there, whatever stands around it. */
#define STORED(row, ...)                                                                           \
    {                                                                                              \
        .name = row, .error = "http 200", .articles = 1, GROWN(__VA_ARGS__)                        \
    }
/* There is none to be had. */
#define REFUSED(row, class, ...)                                                                   \
    {                                                                                              \
        .name = row, .error = class, GROWN(__VA_ARGS__)                                            \
    }
/* As it comes, in bytes that are no text. */
#define BYTES(row, head, body)                                                                     \
    {                                                                                              \
        .name = row, .error = "http 200", .articles = 1,                                           \
        .bytes = "HTTP/1.1 200 OK\r\nContent-Type: " head "\r\n\r\n" body                          \
    }

static const struct fault faults[] = {
    /* depth */
    STORED("a hundred thousand nested divs around it", .before = STORY, .piece = "<div>",
           .times = 100000),
    STORED("a hundred thousand nested divs behind it", .before = "</body>", .piece = "<div>",
           .times = 100000),
    STORED("twenty thousand nested tables", .before = "</body>", .piece = "<table><tr><td>",
           .times = 20000),
    STORED("fifty thousand bold beginnings", .before = STORY, .piece = "<b><i><font size=%u>",
           .times = 50000),
    STORED("misnested letters", .before = STORY, .piece = "<b><p>%u<i></b></p></i>",
           .times = 30000),
    STORED("nested lists", .before = "</body>", .piece = "<ul><li>", .times = 30000),
    STORED("nested drawings", .before = "</body>", .piece = "<svg><foreignObject>", .times = 20000),
    STORED("nested templates", .before = "</body>", .piece = "<template>", .times = 30000),
    STORED("nested forms and frames", .before = "</body>", .piece = "<form><iframe>",
           .times = 20000),
    STORED("nested links", .before = "</body>", .piece = "<a href=/x%u>", .times = 30000),
    STORED("ends without beginnings", .before = STORY, .piece = "</div></p></table>",
           .times = 100000),

    /* breadth */
    STORED("a million attributes", .before = STORY, .head = "<div ", .piece = "a%u=%u ",
           .times = 500000, .tail = ">"),
    STORED("the same attribute a million times", .before = STORY, .head = "<div ",
           .piece = "class=a ", .times = 800000, .tail = ">"),
    STORED("an attribute of five megabytes", .before = STORY, .head = "<div title=\"",
           .piece = "%08u", .times = 600000, .tail = "\">"),
    STORED("a megabyte of classes", .before = STORY, .head = "<div class=\"", .piece = "c%u ",
           .times = 150000, .tail = "\">"),
    STORED("a tag's name of a megabyte", .before = STORY, .head = "<", .piece = "x%u",
           .times = 150000, .tail = ">"),
    STORED("a hundred thousand kinds of tags", .before = "</body>", .piece = "<t%u></t%u>",
           .times = 100000),
    STORED("a hundred thousand links", .before = "</body>",
           .piece = "<a href=\"/page/%u\">page %u</a> ", .times = 100000),
    STORED("a hundred thousand pictures", .before = "</body>",
           .piece = "<img src=/i/%u.png alt=%u>", .times = 100000),
    STORED("a picture of five megabytes in its address", .before = STORY,
           .head = "<img src=\"data:image/png;base64,", .piece = "%08u", .times = 600000,
           .tail = "\">"),
    STORED("fifty thousand meta tags", .before = HEAD_END,
           .piece = "<meta property=\"og:title%u\" content=\"%u\">", .times = 50000),
    STORED("twenty thousand authors", .before = HEAD_END,
           .piece = "<meta name=author content=\"Ada Number%u\">", .times = 20000),
    STORED("fifty thousand choices", .before = "</body>", .head = "<select>",
           .piece = "<option value=%u>%u", .times = 50000),
    STORED("a million signs of less", .before = "</body>", .piece = "<<<<", .times = 250000),
    STORED("a million ampersands", .before = "</body>", .piece = "&&&&", .times = 250000),
    STORED("entities without end", .before = "</body>", .piece = "&#x110000;&#0;&bogus;&amp",
           .times = 100000),
    STORED("a hundred thousand comments", .before = STORY, .piece = "<!-- %u -->", .times = 100000),
    STORED("a comment of five megabytes", .before = STORY, .head = "<!--", .piece = "%08u",
           .times = 600000, .tail = "-->"),
    STORED("a document type of a megabyte", .before = "<html", .head = "<!DOCTYPE ",
           .piece = "%08u", .times = 131072, .tail = ">"),
    STORED("fifty thousand scripts", .before = STORY, .piece = "<script>var a%u;</script>",
           .times = 50000),
    STORED("paragraphs without end", .before = STORY_END, .piece = "<p>", .times = 500000),
    REFUSED("twelve megabytes of text", "too large%", .before = STORY_END,
            .piece = "<p>Sentence number %u stands in a row of very many sentences like it.</p>",
            .times = 170000, .packed = true),

    /* what is never closed */
    STORED("an open comment behind it", .before = "</body>", .head = "<!-- "),
    STORED("an open script behind it", .before = "</body>", .head = "<script>if (a < b) {"),
    STORED("an open style behind it", .before = "</body>", .head = "<style>p { color: red"),
    STORED("an open textarea behind it", .before = "</body>", .head = "<textarea>"),
    STORED("an open tag behind it", .before = "</body>", .head = "<div class=\"x"),
    STORED("a hundred thousand open comments", .before = "</body>", .piece = "<!--",
           .times = 100000),
    STORED("a hundred thousand open scripts", .before = "</body>", .piece = "<script>",
           .times = 100000),

    /* JSON-LD */
    STORED("JSON a hundred thousand deep", .before = HEAD_END,
           .head = "<script type=\"application/ld+json\">", .piece = "[", .times = 100000,
           .tail = "</script>"),
    STORED("JSON of four megabytes", .before = HEAD_END,
           .head = "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\"",
           .piece = ",\"k%u\":\"%u\"", .times = 200000, .tail = "}</script>"),
    STORED("JSON cut in the middle", .before = HEAD_END,
           .head = "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":"
                   "</script>"),
    STORED("JSON of other kinds", .before = HEAD_END,
           .head = "<script type=\"application/ld+json\">{\"@type\":[1,null,{}],\"headline\":{\"a\""
                   ":[]},\"datePublished\":[[[]]],\"author\":{\"name\":{\"name\":{}}},"
                   "\"articleBody\":12,\"image\":[{\"url\":[{}]}]}</script>"),
    STORED("JSON whose graph is itself", .before = HEAD_END,
           .head = "<script type=\"application/ld+json\">{\"@id\":\"#a\",\"@graph\":[",
           .piece = "{\"@id\":\"#a\",\"@graph\":[{\"@id\":\"#a\"}]},", .times = 5000,
           .tail = "{}]}</script>"),
    STORED("ten thousand scripts of JSON", .before = HEAD_END,
           .piece = "<script type=\"application/ld+json\">{\"@type\":\"Person\",\"name\":\"%u\"}"
                    "</script>",
           .times = 10000),

    /* what a page says of itself */
    STORED("a base elsewhere", .before = HEAD_END, .head = "<base href=\"http://127.0.0.1/\">"),
    STORED("a base of javascript", .before = HEAD_END, .head = "<base href=\"javascript:\">"),
    STORED("a canonical address that is a script", .before = HEAD_END,
           .head = "<link rel=canonical href=\"javascript:alert(1)\">"),
    STORED("a hundred thousand canonical addresses", .before = HEAD_END,
           .piece = "<link rel=canonical href=\"/news/2026/other-%u\">", .times = 20000),
    STORED("a refresh of itself", .before = STORY_END,
           .head = "<meta http-equiv=refresh content=\"99999;url=/\">"),

    /* encodings */
    BYTES("NULs between letters", "text/html", "{nul}{nul}<html>{nul}{story}{nul}"),
    BYTES("a charset that there is not", "text/html; charset=martian-7", "{story}"),
    BYTES("two charsets", "text/html; charset=utf-8; charset=utf-16", "{story}"),
    BYTES("a charset of ten kilobytes",
          "text/html; charset={1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}", "{story}"),
    BYTES("UTF-7 that it is not", "text/html; charset=utf-7", "+ADw-script+AD4-{story}"),
    BYTES("bytes that are no UTF-8", "text/html; charset=utf-8",
          "\xff\xfe\xc0\x80\xed\xa0\x80\xf8\x88\x80\x80\x80{story}\xe2\x82"),
    BYTES("a mark of UTF-8 three times", "text/html",
          "\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbf{story}"),
    {.name = "called a drawing, but a page",
     .error = "not html",
     .bytes = "HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml, text/html\r\n\r\n{story}"},
    {.name = "UTF-16 that it is not",
     .error = "http 200|not %",
     .articles = 1,
     .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n\r\n{story}"},
    REFUSED("a picture that is called a page", "not %", .head = "\x89PNG\r\n\x1a\n\x01\x02\x03"),
    REFUSED("a document that is called a page", "not %", .head = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    REFUSED("nothing", "not %"),
    REFUSED("white space alone", "not %", .piece = "                         \n", .times = 40000),
    REFUSED("a frameset", "not %",
            .head = "<html><frameset cols=50%,50%><frame src=/a><frame "
                    "src=/b></frameset></html>"),
    REFUSED("a page that a script would write", "not %",
            .head = "<html><body><div id=root></div><script>document.write(atob('PGgxPg=='))"
                    "</script></body></html>"),
};

const struct group group_pages = FAULT_GROUP("pages", faults);
