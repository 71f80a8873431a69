/* tag_closing.c - whom a start tag closes. */
#include <stdint.h>

#include "extract/tag.h"

/* Elements that a start tag may close, <head> left out: a bit for each. */
enum closable {
    A,
    ADDRESS,
    B,
    BIG,
    CAPTION,
    COL,
    COLGROUP,
    DD,
    DIR,
    DL,
    DT,
    FONT,
    FORM,
    HEADING,
    HR,
    I,
    LEGEND,
    LI,
    MENU,
    OL,
    OPTION,
    P,
    PRE,
    S,
    SMALL,
    SPAN,
    STRIKE,
    TBODY,
    TD,
    TFOOT,
    TH,
    THEAD,
    TR,
    TT,
    U,
    UL,
};

#define IS(closable) (UINT64_C(1) << (closable))

static const uint64_t closables[TAG_COUNT] = {
    [TAG_A] = IS(A),
    [TAG_ADDRESS] = IS(ADDRESS),
    [TAG_B] = IS(B),
    [TAG_BIG] = IS(BIG),
    [TAG_CAPTION] = IS(CAPTION),
    [TAG_COL] = IS(COL),
    [TAG_COLGROUP] = IS(COLGROUP),
    [TAG_DD] = IS(DD),
    [TAG_DIR] = IS(DIR),
    [TAG_DL] = IS(DL),
    [TAG_DT] = IS(DT),
    [TAG_FONT] = IS(FONT),
    [TAG_FORM] = IS(FORM),
    [TAG_H1... TAG_H6] = IS(HEADING),
    [TAG_HR] = IS(HR),
    [TAG_I] = IS(I),
    [TAG_LEGEND] = IS(LEGEND),
    [TAG_LI] = IS(LI),
    [TAG_MENU] = IS(MENU),
    [TAG_OL] = IS(OL),
    [TAG_OPTION] = IS(OPTION),
    [TAG_P] = IS(P),
    [TAG_PRE] = IS(PRE),
    [TAG_S] = IS(S),
    [TAG_SMALL] = IS(SMALL),
    [TAG_SPAN] = IS(SPAN),
    [TAG_STRIKE] = IS(STRIKE),
    [TAG_TBODY] = IS(TBODY),
    [TAG_TD] = IS(TD),
    [TAG_TFOOT] = IS(TFOOT),
    [TAG_TH] = IS(TH),
    [TAG_THEAD] = IS(THEAD),
    [TAG_TR] = IS(TR),
    [TAG_TT] = IS(TT),
    [TAG_U] = IS(U),
    [TAG_UL] = IS(UL),
};

#define OF_CAPTION (IS(CAPTION) | IS(COL) | IS(COLGROUP))
#define OF_CELL    (IS(A) | IS(B) | IS(FONT) | IS(I) | IS(P) | IS(SPAN) | IS(TD) | IS(TH) | IS(U))
#define OF_LIST    (IS(ADDRESS) | IS(DIR) | IS(MENU) | IS(P) | IS(PRE))
#define OF_ROWS    (OF_CAPTION | IS(P) | IS(TBODY) | IS(TD) | IS(TH) | IS(THEAD) | IS(TR))

static const uint64_t closed[TAG_COUNT] = {
    [TAG_A] = IS(A),
    [TAG_ADDRESS] = IS(P) | IS(UL),
    [TAG_BLOCKQUOTE] = IS(P),
    [TAG_CAPTION] = IS(P),
    [TAG_CENTER] = IS(B) | IS(FONT) | IS(I) | IS(P),
    [TAG_COL] = IS(CAPTION) | IS(COL) | IS(P),
    [TAG_COLGROUP] = OF_CAPTION | IS(P),
    [TAG_DD] = OF_LIST | IS(DT),
    [TAG_DIR] = IS(P),
    [TAG_DIV] = IS(P),
    [TAG_DL] = OF_LIST | IS(DT),
    [TAG_DT] = OF_LIST | IS(DD),
    [TAG_FIELDSET] = IS(A) | IS(HEADING) | IS(LEGEND) | IS(P) | IS(PRE),
    [TAG_FORM] = OF_LIST | IS(DL) | IS(FORM) | IS(HEADING) | IS(HR) | IS(OL) | IS(UL),
    [TAG_H1... TAG_H6] = IS(P),
    [TAG_HR] = IS(P),
    [TAG_LI] = IS(ADDRESS) | IS(DL) | IS(HEADING) | IS(LI) | IS(P) | IS(PRE),
    [TAG_MENU] = IS(P) | IS(UL),
    [TAG_OL] = IS(P) | IS(UL),
    [TAG_OPTGROUP] = IS(OPTION),
    [TAG_OPTION] = IS(OPTION),
    [TAG_P] = IS(B) | IS(BIG) | IS(HEADING) | IS(I) | IS(P) | IS(S) | IS(SMALL) | IS(STRIKE) |
              IS(TT) | IS(U),
    [TAG_PRE] = IS(P) | IS(UL),
    [TAG_TABLE] = IS(A) | IS(HEADING) | IS(P) | IS(PRE),
    [TAG_TBODY] = OF_ROWS | IS(TFOOT),
    [TAG_TD] = OF_CELL,
    [TAG_TFOOT] = OF_ROWS,
    [TAG_TH] = OF_CELL,
    [TAG_THEAD] = OF_CAPTION,
    [TAG_TITLE] = IS(P),
    [TAG_TR] = OF_CAPTION | IS(P) | IS(TD) | IS(TH) | IS(TR),
    [TAG_UL] = OF_LIST | IS(OL),
};

bool tag_closes(enum tag next, enum tag open)
{
    return closed[next] & closables[open];
}

bool tag_closes_any(enum tag next)
{
    return closed[next] != 0;
}
