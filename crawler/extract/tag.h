/* tag.h - the names of HTML: elements and the attributes that extraction looks at, as numbers.
 *
 * Names are looked up whatever their case. Thread: any. */
#ifndef CRAWLER_EXTRACT_TAG_H
#define CRAWLER_EXTRACT_TAG_H

#include <stdbool.h>
#include <stddef.h>

/* In the order of the alphabet. */
#define TAG_LIST(X)                                                                                \
    X(A, "a", 0)                                                                                   \
    X(ABBR, "abbr", 0)                                                                             \
    X(ACRONYM, "acronym", 0)                                                                       \
    X(ADDRESS, "address", TAG_BLOCK)                                                               \
    X(AREA, "area", TAG_VOID)                                                                      \
    X(ARTICLE, "article", TAG_BLOCK)                                                               \
    X(ASIDE, "aside", TAG_BLOCK)                                                                   \
    X(AUDIO, "audio", 0)                                                                           \
    X(B, "b", 0)                                                                                   \
    X(BASE, "base", TAG_VOID)                                                                      \
    X(BIG, "big", 0)                                                                               \
    X(BLOCKQUOTE, "blockquote", TAG_BLOCK)                                                         \
    X(BODY, "body", TAG_BLOCK)                                                                     \
    X(BR, "br", TAG_VOID)                                                                          \
    X(BUTTON, "button", TAG_BLOCK)                                                                 \
    X(CANVAS, "canvas", TAG_RAW)                                                                   \
    X(CAPTION, "caption", TAG_BLOCK)                                                               \
    X(CENTER, "center", TAG_BLOCK)                                                                 \
    X(CITE, "cite", 0)                                                                             \
    X(CODE, "code", 0)                                                                             \
    X(COL, "col", TAG_VOID)                                                                        \
    X(COLGROUP, "colgroup", TAG_LOOSE)                                                             \
    X(DATALIST, "datalist", TAG_RAW)                                                               \
    X(DD, "dd", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(DEL, "del", 0)                                                                               \
    X(DETAILS, "details", TAG_BLOCK)                                                               \
    X(DIALOG, "dialog", TAG_BLOCK)                                                                 \
    X(DIR, "dir", TAG_BLOCK)                                                                       \
    X(DIV, "div", TAG_BLOCK)                                                                       \
    X(DL, "dl", TAG_BLOCK)                                                                         \
    X(DT, "dt", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(EM, "em", 0)                                                                                 \
    X(EMBED, "embed", TAG_VOID)                                                                    \
    X(FIELDSET, "fieldset", TAG_BLOCK)                                                             \
    X(FIGCAPTION, "figcaption", TAG_BLOCK)                                                         \
    X(FIGURE, "figure", TAG_BLOCK)                                                                 \
    X(FONT, "font", 0)                                                                             \
    X(FOOTER, "footer", TAG_BLOCK)                                                                 \
    X(FORM, "form", TAG_BLOCK)                                                                     \
    X(FRAME, "frame", TAG_VOID)                                                                    \
    X(FRAMESET, "frameset", TAG_BLOCK)                                                             \
    X(H1, "h1", TAG_BLOCK | TAG_HEADING)                                                           \
    X(H2, "h2", TAG_BLOCK | TAG_HEADING)                                                           \
    X(H3, "h3", TAG_BLOCK | TAG_HEADING)                                                           \
    X(H4, "h4", TAG_BLOCK | TAG_HEADING)                                                           \
    X(H5, "h5", TAG_BLOCK | TAG_HEADING)                                                           \
    X(H6, "h6", TAG_BLOCK | TAG_HEADING)                                                           \
    X(HEAD, "head", TAG_BLOCK)                                                                     \
    X(HEADER, "header", TAG_BLOCK)                                                                 \
    X(HGROUP, "hgroup", TAG_BLOCK)                                                                 \
    X(HR, "hr", TAG_VOID | TAG_BLOCK)                                                              \
    X(HTML, "html", TAG_BLOCK)                                                                     \
    X(I, "i", 0)                                                                                   \
    X(IFRAME, "iframe", TAG_RAW)                                                                   \
    X(IMG, "img", TAG_VOID)                                                                        \
    X(INPUT, "input", TAG_VOID)                                                                    \
    X(INS, "ins", 0)                                                                               \
    X(LABEL, "label", 0)                                                                           \
    X(LEGEND, "legend", TAG_BLOCK)                                                                 \
    X(LI, "li", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(LINK, "link", TAG_VOID)                                                                      \
    X(MAIN, "main", TAG_BLOCK)                                                                     \
    X(MARK, "mark", 0)                                                                             \
    X(MATH, "math", 0)                                                                             \
    X(MENU, "menu", TAG_BLOCK)                                                                     \
    X(META, "meta", TAG_VOID)                                                                      \
    X(NAV, "nav", TAG_BLOCK)                                                                       \
    X(NOEMBED, "noembed", TAG_RAW)                                                                 \
    X(NOFRAMES, "noframes", TAG_RAW)                                                               \
    X(NOSCRIPT, "noscript", TAG_RAW)                                                               \
    X(OBJECT, "object", 0)                                                                         \
    X(OL, "ol", TAG_BLOCK)                                                                         \
    X(OPTGROUP, "optgroup", TAG_LOOSE)                                                             \
    X(OPTION, "option", TAG_BLOCK | TAG_LOOSE)                                                     \
    X(P, "p", TAG_BLOCK | TAG_LOOSE)                                                               \
    X(PARAM, "param", TAG_VOID)                                                                    \
    X(PICTURE, "picture", 0)                                                                       \
    X(PRE, "pre", TAG_BLOCK)                                                                       \
    X(Q, "q", 0)                                                                                   \
    X(RP, "rp", 0)                                                                                 \
    X(RT, "rt", 0)                                                                                 \
    X(RUBY, "ruby", 0)                                                                             \
    X(S, "s", 0)                                                                                   \
    X(SCRIPT, "script", TAG_RAW)                                                                   \
    X(SECTION, "section", TAG_BLOCK)                                                               \
    X(SELECT, "select", TAG_RAW)                                                                   \
    X(SMALL, "small", 0)                                                                           \
    X(SOURCE, "source", TAG_VOID)                                                                  \
    X(SPAN, "span", 0)                                                                             \
    X(STRIKE, "strike", 0)                                                                         \
    X(STRONG, "strong", 0)                                                                         \
    X(STYLE, "style", TAG_RAW)                                                                     \
    X(SUB, "sub", 0)                                                                               \
    X(SUMMARY, "summary", TAG_BLOCK)                                                               \
    X(SUP, "sup", 0)                                                                               \
    X(SVG, "svg", TAG_RAW)                                                                         \
    X(TABLE, "table", TAG_BLOCK)                                                                   \
    X(TBODY, "tbody", TAG_BLOCK | TAG_LOOSE)                                                       \
    X(TD, "td", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(TEMPLATE, "template", TAG_RAW)                                                               \
    X(TEXTAREA, "textarea", TAG_RAW)                                                               \
    X(TFOOT, "tfoot", TAG_BLOCK | TAG_LOOSE)                                                       \
    X(TH, "th", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(THEAD, "thead", TAG_BLOCK | TAG_LOOSE)                                                       \
    X(TIME, "time", 0)                                                                             \
    X(TITLE, "title", TAG_BLOCK)                                                                   \
    X(TR, "tr", TAG_BLOCK | TAG_LOOSE)                                                             \
    X(TRACK, "track", TAG_VOID)                                                                    \
    X(TT, "tt", 0)                                                                                 \
    X(U, "u", 0)                                                                                   \
    X(UL, "ul", TAG_BLOCK)                                                                         \
    X(VAR, "var", 0)                                                                               \
    X(VIDEO, "video", 0)                                                                           \
    X(WBR, "wbr", TAG_VOID)

enum tag {
#define X(id, name, flags) TAG_##id,
    TAG_LIST(X)
#undef X
        TAG_OTHER, /* a name not in the list */
    TAG_CUSTOM,    /* a custom element: its name has a hyphen */
    TAG_TEXT,      /* not an element: a run of text */
    TAG_COUNT
};

enum tag_flags {
    TAG_BLOCK = 1,   /* its text stands in lines of its own */
    TAG_VOID = 2,    /* has no end tag and no content */
    TAG_RAW = 4,     /* its content is never part of the page's text: cut by prepare */
    TAG_LOOSE = 8,   /* its end tag may be missing */
    TAG_HEADING = 16 /* h1 to h6 */
};

/* The tag named by `size` bytes at `name`. */
enum tag tag_of(const char *name, size_t size);
unsigned tag_flags_of(enum tag tag);
const char *tag_name(enum tag tag); /* "" for those without a name of their own */

/* Whether the start tag of `next` may end the open element `open`, other than <head>, as libxml2
 * sees it (by HTML 4, of which its versions differ a little), and whether it may end any. */
bool tag_closes(enum tag next, enum tag open);
bool tag_closes_any(enum tag next);

/* Attributes that are kept; every other one is cut by prepare. In the order of the alphabet. */
#define ATTRIBUTE_LIST(X)                                                                          \
    X(CLASS, "class")                                                                              \
    X(CONTENT, "content")                                                                          \
    X(DATA_BLOCK, "data-block")                                                                    \
    X(DATA_COMPONENT, "data-component")                                                            \
    X(DATA_DATE, "data-date")                                                                      \
    X(DATA_DATETIME, "data-datetime")                                                              \
    X(DATA_MODULE, "data-module")                                                                  \
    X(DATA_PUBLISHED, "data-published")                                                            \
    X(DATA_QA, "data-qa")                                                                          \
    X(DATA_TEST_ID, "data-test-id")                                                                \
    X(DATA_TESTID, "data-testid")                                                                  \
    X(DATA_TIME, "data-time")                                                                      \
    X(DATA_TIMESTAMP, "data-timestamp")                                                            \
    X(DATA_TYPE, "data-type")                                                                      \
    X(DATA_UTIME, "data-utime")                                                                    \
    X(DATETIME, "datetime")                                                                        \
    X(HIDDEN, "hidden")                                                                            \
    X(HREF, "href")                                                                                \
    X(HREFLANG, "hreflang")                                                                        \
    X(HTTP_EQUIV, "http-equiv")                                                                    \
    X(ID, "id")                                                                                    \
    X(ITEMPROP, "itemprop")                                                                        \
    X(LANG, "lang")                                                                                \
    X(NAME, "name")                                                                                \
    X(PROPERTY, "property")                                                                        \
    X(PUBDATE, "pubdate")                                                                          \
    X(REL, "rel")                                                                                  \
    X(ROLE, "role")                                                                                \
    X(TITLE, "title")                                                                              \
    X(TYPE, "type")

enum attribute_id {
#define X(id, name) ATTRIBUTE_##id,
    ATTRIBUTE_LIST(X)
#undef X
        ATTRIBUTE_COUNT
};

/* The attribute named by `size` bytes, or ATTRIBUTE_COUNT. */
enum attribute_id attribute_of(const char *name, size_t size);
const char *attribute_name(enum attribute_id id);

#endif
