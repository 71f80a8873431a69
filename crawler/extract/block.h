/* block.h - a page's lines of text, each with the numbers by which it is judged.
 *
 * A block is one line of the document's text buffer: a paragraph, a heading, a list item, or a
 * piece between two <br>. Its features describe the line itself, the elements around it, its place
 * on the page and its neighbours; a model trained on pages with known articles (tests/train) makes
 * one number of them. Everything lives in the arena given. Linear in nodes and lines. Thread: any.
 */
#ifndef CRAWLER_EXTRACT_BLOCK_H
#define CRAWLER_EXTRACT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "extract/rules.h"

struct document;

/* The features' names, in the order of the model's columns. D_ is a distance: 0 for the line's own
 * element, 1 for its parent and so on; DISTANCE_NONE where there is none. UP1 to UP3 are the
 * nearest ancestors that hold more lines than the one below. "Good" text is long and has few
 * links. */
#define FEATURE_LIST(X)                                                                            \
    X(WEIGHT)                                                                                      \
    X(WORDS)                                                                                       \
    X(LINK_SHARE)                                                                                  \
    X(LINKS)                                                                                       \
    X(SENTENCE_END)                                                                                \
    X(COLON_END)                                                                                   \
    X(ODD_START)                                                                                   \
    X(ADDRESSES)                                                                                   \
    X(SIGNS)                                                                                       \
    X(SPEAKS_TO_READER)                                                                            \
    X(COMMAS)                                                                                      \
    X(STOPS)                                                                                       \
    X(DIGIT_SHARE)                                                                                 \
    X(UPPER_SHARE)                                                                                 \
    X(STRONG_SHARE)                                                                                \
    X(EM_SHARE)                                                                                    \
    X(IS_P)                                                                                        \
    X(IS_LI)                                                                                       \
    X(IS_CELL)                                                                                     \
    X(IS_DIV)                                                                                      \
    X(HEADING)                                                                                     \
    X(PIECES)                                                                                      \
    X(PIECE)                                                                                       \
    X(HAS_TIME)                                                                                    \
    X(HIDDEN)                                                                                      \
    X(READ_MORE)                                                                                   \
    X(SIGNUP)                                                                                      \
    X(SHARE)                                                                                       \
    X(CREDIT)                                                                                      \
    X(COPYRIGHT)                                                                                   \
    X(AD)                                                                                          \
    X(META)                                                                                        \
    X(COMMENTS)                                                                                    \
    X(COOKIES)                                                                                     \
    X(NOTICE)                                                                                      \
    X(TITLE_OVERLAP)                                                                               \
    X(TITLE_COVER)                                                                                 \
    X(SEEN_BEFORE)                                                                                 \
    X(SEEN_LATER)                                                                                  \
    X(IN_DATA)                                                                                     \
    X(DATA_WORDS)                                                                                  \
    X(IN_DESCRIPTION)                                                                              \
    X(DATA_SIDE)                                                                                   \
    X(D_BODY)                                                                                      \
    X(D_CONTENT)                                                                                   \
    X(D_RELATED)                                                                                   \
    X(D_SHARE)                                                                                     \
    X(D_SIGNUP)                                                                                    \
    X(D_NAV)                                                                                       \
    X(D_MEDIA)                                                                                     \
    X(D_META)                                                                                      \
    X(D_AD)                                                                                        \
    X(D_ASIDE)                                                                                     \
    X(D_COMMENT)                                                                                   \
    X(D_LEAD)                                                                                      \
    X(D_OVERLAY)                                                                                   \
    X(D_HEADLINE)                                                                                  \
    X(D_LEGAL)                                                                                     \
    X(D_EMBED)                                                                                     \
    X(D_ARTICLE)                                                                                   \
    X(D_MAIN)                                                                                      \
    X(D_TAG_ASIDE)                                                                                 \
    X(D_TAG_NAV)                                                                                   \
    X(D_TAG_FOOTER)                                                                                \
    X(D_TAG_HEADER)                                                                                \
    X(D_FORM)                                                                                      \
    X(D_FIGURE)                                                                                    \
    X(D_TABLE)                                                                                     \
    X(D_LIST)                                                                                      \
    X(D_QUOTE)                                                                                     \
    X(D_SECTION)                                                                                   \
    X(D_ITEMPROP_BODY)                                                                             \
    X(DEPTH)                                                                                       \
    X(UP1_WEIGHT)                                                                                  \
    X(UP1_LINKS)                                                                                   \
    X(UP1_LINES)                                                                                   \
    X(UP1_GOOD)                                                                                    \
    X(UP2_WEIGHT)                                                                                  \
    X(UP2_LINKS)                                                                                   \
    X(UP2_LINES)                                                                                   \
    X(UP2_GOOD)                                                                                    \
    X(UP3_LINKS)                                                                                   \
    X(UP3_LINES)                                                                                   \
    X(UP3_GOOD)                                                                                    \
    X(PAGE_PLACE)                                                                                  \
    X(GOOD_BEFORE)                                                                                 \
    X(GOOD_AFTER)                                                                                  \
    X(GOOD_NEAR)                                                                                   \
    X(GAP_BEFORE)                                                                                  \
    X(GAP_AFTER)                                                                                   \
    X(AFTER_H1)                                                                                    \
    X(IN_ROOT)                                                                                     \
    X(ROOT_LEVELS)                                                                                 \
    X(ROOT_PLACE)                                                                                  \
    X(ROOT_SHARE)                                                                                  \
    X(BRANCH_GOOD)                                                                                 \
    X(BRANCH_LINKS)                                                                                \
    X(BRANCH_LINES)                                                                                \
    X(KIN_GOOD)                                                                                    \
    X(KIN_LINES)                                                                                   \
    X(KIN_MEAN)                                                                                    \
    X(KIN_LINKS)                                                                                   \
    X(KIN_PLACE)                                                                                   \
    X(RUN_LINES)                                                                                   \
    X(RUN_PLACE)                                                                                   \
    X(UP1_MEAN)                                                                                    \
    X(UP1_IMAGES)                                                                                  \
    X(UP2_IMAGES)                                                                                  \
    X(AFTER_IMAGE)                                                                                 \
    X(BEFORE_IMAGE)                                                                                \
    X(PREV_WEIGHT)                                                                                 \
    X(PREV_LINKS)                                                                                  \
    X(PREV_KIN)                                                                                    \
    X(PREV_HEADING)                                                                                \
    X(NEXT_WEIGHT)                                                                                 \
    X(NEXT_LINKS)                                                                                  \
    X(NEXT_KIN)                                                                                    \
    X(NEXT_HEADING)                                                                                \
    X(TEXT_WEIGHT)                                                                                 \
    X(TEXT_LINKS)                                                                                  \
    X(TEXT_KIN_GOOD)                                                                               \
    X(TEXT_BESIDE)                                                                                 \
    X(TEXT_D_RELATED)                                                                              \
    X(TEXT_GAP)                                                                                    \
    X(LAST_KIN_GOOD)                                                                               \
    X(PAGE_GOOD)                                                                                   \
    X(PAGE_LINES)                                                                                  \
    X(ROOT_LINES)                                                                                  \
    X(SAYS_ARTICLE)                                                                                \
    X(SAYS_NEWS)

/* What a second look adds: how likely the article's the lines around were at the first. A mean
 * leaves the line itself out, and is -1 over no lines. OWN is the line's own element, KIN are its
 * likes, SECTION are the lines up to the next heading; MASS is letters times likelihood. */
#define CONTEXT_LIST(X)                                                                            \
    X(SCORE)                                                                                       \
    X(PREV1_LIKELY)                                                                                \
    X(PREV2_LIKELY)                                                                                \
    X(PREV3_LIKELY)                                                                                \
    X(NEXT1_LIKELY)                                                                                \
    X(NEXT2_LIKELY)                                                                                \
    X(NEXT3_LIKELY)                                                                                \
    X(BEFORE3_LIKELY)                                                                              \
    X(AFTER3_LIKELY)                                                                               \
    X(BEFORE8_LIKELY)                                                                              \
    X(AFTER8_LIKELY)                                                                               \
    X(LAST_TEXT_LIKELY)                                                                            \
    X(NEXT_TEXT_LIKELY)                                                                            \
    X(SECTION_LIKELY)                                                                              \
    X(OWN_LIKELY)                                                                                  \
    X(UP1_LIKELY)                                                                                  \
    X(UP2_LIKELY)                                                                                  \
    X(UP3_LIKELY)                                                                                  \
    X(UP4_LIKELY)                                                                                  \
    X(KIN_LIKELY)                                                                                  \
    X(SURE_BEFORE)                                                                                 \
    X(SURE_AFTER)                                                                                  \
    X(SURE_LINES)                                                                                  \
    X(MASS)                                                                                        \
    X(MASS_BEFORE)                                                                                 \
    X(MASS_AFTER)                                                                                  \
    X(MASS_SHARE)                                                                                  \
    X(MOST_LIKELY)

enum feature {
#define X(name) FEATURE_##name,
    FEATURE_LIST(X) CONTEXT_LIST(X)
#undef X
        FEATURE_COUNT,
    FEATURE_FIRST_COUNT = FEATURE_SCORE /* of the first look */
};

const char *feature_name(enum feature feature);

enum { DISTANCE_NONE = 15, BLOCKS_MAX = 20000 };

struct block {
    uint32_t text, text_end; /* its line in the document's text */
    uint32_t node;           /* the nearest block element around it */
    uint32_t kin;         /* what its element and its parent are, as a number: its likes share it */
    uint32_t weight;      /* letters, those of dense scripts twice */
    uint32_t link_weight; /* of them in links */
    uint32_t phrases;     /* bits of enum phrase */
    uint16_t links;
    uint16_t strong_weight, em_weight;
    uint8_t tag;     /* of node */
    uint8_t heading; /* 1 to 6, or 0 */
    bool hidden;
    bool has_time;
    bool good;
    bool seen_before, seen_later;
};

struct blocks {
    struct block *items;
    size_t count;
    size_t kins;   /* how many kinds of lines there are */
    uint32_t root; /* the element that most of the good text hangs on, or DOCUMENT_NONE */
    struct tree *tree;
    uint32_t *images; /* before each node: pictures, films and frames; one more for all */
};

/* Fills *out. Text in hidden elements stands in blocks of its own; past BLOCKS_MAX the rest of the
 * page is not looked at. */
void blocks_collect(struct blocks *out, const struct document *document, struct arena *arena);

/* Computes the features of every block for the first look: FEATURE_COUNT floats each, block after
 * block, those of the second look 0. */
float *blocks_features(const struct blocks *blocks, const struct document *document,
                       const char *title, struct arena *arena);

/* Adds those of the second look, out of the log-odds that the first gave each block. */
void blocks_context(const struct blocks *blocks, const struct document *document,
                    const float *scores, float *features, struct arena *arena);

struct span block_text(const struct block *block, const struct document *document);

/* Whether it is a line that nobody writes into an article, whatever stands around it. */
bool block_refused(const struct blocks *blocks, const struct block *block);

/* ---- shared by block.c and block_features.c ---- */

/* Landmarks above a line that are told by elements, after those told by names (enum part). */
enum landmark {
    LANDMARK_ARTICLE = PART_COUNT,
    LANDMARK_MAIN,
    LANDMARK_ASIDE,
    LANDMARK_NAV,
    LANDMARK_FOOTER,
    LANDMARK_HEADER,
    LANDMARK_FORM,
    LANDMARK_FIGURE,
    LANDMARK_TABLE,
    LANDMARK_LIST,
    LANDMARK_QUOTE,
    LANDMARK_SECTION,
    LANDMARK_ITEMPROP_BODY,
    LANDMARK_COUNT,
    LANDMARK_ROOM = 32 /* all of them, in whole vectors */
};

/* What is known of an element; one for each node, filled only where text is below. */
struct tree {
    uint32_t names; /* hash of its tag and class */
    uint32_t weight, link_weight, good_weight, lines;
    uint32_t first_line;
    uint8_t distance[LANDMARK_ROOM];
    bool filled;
};

#endif
