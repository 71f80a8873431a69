#include "extract/skeleton.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"

enum {
    NAME_BYTES_MAX = 40,
    PIECES_MAX = 1 << 20 /* a page of tags alone can't take more memory than this */
};

static const enum tag NOT_KNOWN = TAG_OTHER;

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* A letter of a tag's name as the parser takes it for one too: at any other it would read another
 * name than we did, "script" for "script&". */
static char name_letter(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + 32);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':' ? c : '_';
}

static size_t name_size(struct span name)
{
    return name.size < NAME_BYTES_MAX ? name.size : NAME_BYTES_MAX;
}

static uint32_t name_key(enum tag tag, struct span name)
{
    if (tag != TAG_OTHER && tag != TAG_CUSTOM)
        return tag;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name_size(name); i++)
        hash = (hash ^ (unsigned char)name_letter(name.data[i])) * 16777619u;
    return hash | 0x80000000u;
}

/* Void elements that the parser does not know as such: it keeps them open until something around
 * them ends. */
static bool stays_open(enum tag tag)
{
    return tag == TAG_EMBED || tag == TAG_SOURCE || tag == TAG_TRACK || tag == TAG_WBR;
}

/* Elements of which the parser decides more than whom they close: it may know a name that we don't,
 * and of these others a page can have but one. */
static bool is_special(enum tag tag)
{
    return tag == TAG_OTHER || tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_BODY ||
           tag == TAG_FRAME || tag == TAG_FRAMESET;
}

/* Elements that make the parser think up no <body>. */
static bool is_of_head(enum tag tag)
{
    return tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_META || tag == TAG_LINK ||
           tag == TAG_BASE || tag == TAG_TITLE;
}

/* Where the next byte of the skeleton stands. */
static uint32_t place(const struct skeleton *skeleton)
{
    return (uint32_t)(skeleton->out - skeleton->page->skeleton.data);
}

static void put(struct skeleton *skeleton, const char *data, size_t size)
{
    memcpy(skeleton->out, data, size);
    skeleton->out += size;
}

static void put_name(struct skeleton *skeleton, enum tag tag, struct span name)
{
    if (tag == TAG_OTHER || tag == TAG_CUSTOM) {
        for (size_t i = 0; i < name_size(name); i++)
            *skeleton->out++ = name_letter(name.data[i]);
    } else {
        put(skeleton, tag_name(tag), name.size);
    }
}

/* ---- the run ---- */

static struct prepared_piece *add_piece(struct skeleton *skeleton, enum prepared_kind kind)
{
    struct prepared *page = skeleton->page;
    if (!skeleton->running) {
        skeleton->running = true;
        skeleton->run_at = place(skeleton);
        skeleton->run_first = page->pieces_count;
        *skeleton->out++ = 'x';
    }
    page->pieces =
        alloc_room(page->pieces, page->pieces_count, &page->pieces_capacity, sizeof(*page->pieces));
    struct prepared_piece *piece = &page->pieces[page->pieces_count++];
    piece->at = skeleton->run_at;
    piece->kind = (uint8_t)kind;
    return piece;
}

/* The innermost open element as the parser sees it. */
static enum tag innermost(const struct skeleton *skeleton)
{
    return skeleton->run_depth ? skeleton->run_open[skeleton->run_depth - 1].tag : skeleton->around;
}

/* Whether the start of an element leaves the parser nothing to decide. */
static bool can_start_in_run(const struct skeleton *skeleton, enum tag tag)
{
    if (!skeleton->can_run || is_special(tag) ||
        skeleton->depth + skeleton->run_depth >= PREPARE_DEPTH_MAX ||
        skeleton->page->pieces_count >= PIECES_MAX)
        return false;
    enum tag open = innermost(skeleton);
    if (open != NOT_KNOWN)
        return !tag_closes(tag, open);
    return tag == TAG_A ? !skeleton->anchor_shown : !tag_closes_any(tag);
}

static void start_in_run(struct skeleton *skeleton, enum tag tag, struct span name,
                         size_t attributes)
{
    struct prepared *page = skeleton->page;
    struct prepared_piece *piece = add_piece(skeleton, PIECE_START);
    piece->tag = (uint8_t)tag;
    piece->attributes = (uint32_t)attributes;
    piece->attributes_count = (uint16_t)(page->attributes_count - attributes);
    if (!(tag_flags_of(tag) & TAG_VOID) || stays_open(tag))
        skeleton->run_open[skeleton->run_depth++] = (struct skeleton_element){
            .name = name,
            .piece = page->pieces_count - 1,
            .key = name_key(tag, name),
            .tag = (uint8_t)tag,
        };
}

/* Ends the innermost element of the run, if that is the one. */
static bool end_in_run(struct skeleton *skeleton, enum tag tag, uint32_t key)
{
    unsigned depth = skeleton->run_depth;
    while (depth && stays_open(skeleton->run_open[depth - 1].tag))
        depth--;
    if (!depth || skeleton->run_open[depth - 1].key != key)
        return false;
    skeleton->run_depth = depth - 1;
    add_piece(skeleton, PIECE_END)->tag = (uint8_t)tag;
    return true;
}

/* ---- what the parser sees ---- */

/* A bare tag, its attributes from `attributes` on beside it. */
static void put_start_tag(struct skeleton *skeleton, enum tag tag, struct span name,
                          size_t attributes, size_t attributes_count)
{
    struct prepared *page = skeleton->page;
    put(skeleton, "<", 1);
    put_name(skeleton, tag, name);
    if (attributes_count) {
        page->tags =
            alloc_room(page->tags, page->tags_count, &page->tags_capacity, sizeof(*page->tags));
        page->tags[page->tags_count++] = (struct prepared_tag){
            .at = place(skeleton),
            .attributes = (uint32_t)attributes,
            .attributes_count = (uint16_t)attributes_count,
            .tag = (uint8_t)tag,
        };
    }
    put(skeleton, ">", 1);
    skeleton->running = false;
    skeleton->anchor_shown |= tag == TAG_A;
}

/* Moves the pieces from `first` to before `end` behind an 'x' of their own. */
static void restart_run(struct skeleton *skeleton, size_t first, size_t end)
{
    skeleton->running = first < end;
    if (first == end)
        return;
    skeleton->run_at = place(skeleton);
    skeleton->run_first = first;
    *skeleton->out++ = 'x';
    for (size_t i = first; i < end; i++)
        skeleton->page->pieces[i].at = skeleton->run_at;
}

/* Gives the open elements of the run to the parser. What was complete before the first of them
 * stays behind the run's 'x'. */
static void hand_over(struct skeleton *skeleton)
{
    struct prepared_piece *pieces = skeleton->page->pieces;
    if (skeleton->run_depth && skeleton->run_open[0].piece == skeleton->run_first) {
        assert(place(skeleton) == skeleton->run_at + 1);
        skeleton->out--;
    }
    for (unsigned i = 0; i < skeleton->run_depth; i++) {
        const struct skeleton_element *element = &skeleton->run_open[i];
        struct prepared_piece *start = &pieces[element->piece];
        bool is_last = i + 1 == skeleton->run_depth;
        put_start_tag(skeleton, element->tag, element->name, start->attributes,
                      start->attributes_count);
        start->at = place(skeleton) - 1; /* its '>': no place where pieces are looked for */
        restart_run(skeleton, element->piece + 1,
                    is_last ? skeleton->page->pieces_count : element[1].piece);
        if (!(tag_flags_of(element->tag) & (TAG_LOOSE | TAG_VOID)))
            skeleton->open[skeleton->depth++] = element->key;
        skeleton->around = element->tag;
    }
    skeleton->run_depth = 0;
}

/* Notes an element that needs an end tag. Returns false when it is too deep. */
static bool open_element(struct skeleton *skeleton, uint32_t key)
{
    if (skeleton->depth == PREPARE_DEPTH_MAX) {
        skeleton->flattened++;
        return false;
    }
    skeleton->open[skeleton->depth++] = key;
    return true;
}

/* Whether an end tag closes something, of what is in the run or around it. A table holds in what it
 * holds. */
static bool is_open(const struct skeleton *skeleton, uint32_t key)
{
    for (unsigned i = skeleton->run_depth; i > 0; i--) {
        const struct skeleton_element *element = &skeleton->run_open[i - 1];
        if (element->key == key)
            return true;
        if (element->tag == TAG_TABLE)
            return false;
    }
    for (unsigned i = skeleton->depth; i > 0; i--) {
        if (skeleton->open[i - 1] == key)
            return true;
        if (skeleton->open[i - 1] == TAG_TABLE)
            return false;
    }
    return false;
}

/* Forgets what an end tag closes. */
static void close_element(struct skeleton *skeleton, uint32_t key)
{
    while (skeleton->open[--skeleton->depth] != key)
        ;
}

/* ---- what comes ---- */

void skeleton_init(struct skeleton *skeleton, struct prepared *page, char *out)
{
    page->skeleton.data = out;
    skeleton->page = page;
    skeleton->out = out;
    skeleton->depth = skeleton->flattened = skeleton->run_depth = 0;
    skeleton->can_run = skeleton->has_content = skeleton->body_ended = skeleton->running = false;
    skeleton->anchor_shown = false;
    skeleton->around = NOT_KNOWN;
}

/* Of white space alone, only whether a line ends counts, for <pre>. */
void skeleton_text(struct skeleton *skeleton, struct span text)
{
    struct prepared *page = skeleton->page;
    size_t blanks = 0, size = text.size;
    bool ends_line = false;
    for (; blanks < size && is_space(text.data[blanks]); blanks++)
        ends_line |= text.data[blanks] == '\n';
    if (!size)
        return;
    bool is_blank = blanks == size;
    if (is_blank)
        text = (struct span){ends_line ? "\n" : " ", 1};
    page->texts_bytes += text.size;
    page->texts_count++;
    if (skeleton->can_run) {
        add_piece(skeleton, PIECE_TEXT)->text = text;
    } else if (is_blank) {
        *skeleton->out++ = *text.data;
    } else {
        add_piece(skeleton, PIECE_TEXT)->text = text;
        skeleton->running = false;
        skeleton->has_content |=
            !skeleton->depth || skeleton->open[skeleton->depth - 1] != TAG_TITLE;
    }
}

bool skeleton_start(struct skeleton *skeleton, enum tag tag, struct span name, size_t attributes)
{
    struct prepared *page = skeleton->page;
    unsigned flags = tag_flags_of(tag);
    if (can_start_in_run(skeleton, tag)) {
        start_in_run(skeleton, tag, name, attributes);
        page->elements++;
        return true;
    }
    hand_over(skeleton);
    if (!(flags & (TAG_VOID | TAG_LOOSE)) && !open_element(skeleton, name_key(tag, name)))
        return false;
    put_start_tag(skeleton, tag, name, attributes, page->attributes_count - attributes);
    skeleton->around = is_special(tag) || flags & TAG_VOID ? NOT_KNOWN : tag;
    if (tag == TAG_BODY) {
        skeleton->can_run = !skeleton->body_ended;
        skeleton->around = skeleton->has_content ? NOT_KNOWN : TAG_BODY;
    }
    skeleton->has_content |= !is_of_head(tag);
    page->elements++;
    return true;
}

void skeleton_end(struct skeleton *skeleton, enum tag tag, struct span name)
{
    uint32_t key = name_key(tag, name);
    if (skeleton->flattened && !(tag_flags_of(tag) & TAG_LOOSE)) {
        skeleton->flattened--;
        return;
    }
    if (end_in_run(skeleton, tag, key))
        return;
    if (!(tag_flags_of(tag) & TAG_LOOSE)) {
        if (!is_open(skeleton, key))
            return;
        hand_over(skeleton);
        close_element(skeleton, key);
    } else {
        hand_over(skeleton);
    }
    put(skeleton, "</", 2);
    put_name(skeleton, tag, name);
    put(skeleton, ">", 1);
    skeleton->running = false;
    skeleton->around = NOT_KNOWN;
    if (tag == TAG_HEAD && skeleton->can_run) { /* it was around the body, whose end this is too */
        skeleton->can_run = false;
        skeleton->body_ended = true;
    }
}

void skeleton_finish(struct skeleton *skeleton)
{
    hand_over(skeleton);
    *skeleton->out = '\0';
    skeleton->page->skeleton.size = place(skeleton);
}
