#include "hostile/grown.h"

#include <stdio.h>
#include <string.h>

#include "support/site.h"

void serve_grown(struct visit *visit)
{
    const struct grown *grown = visit->fault->context;
    struct bytes page, body;
    bytes_init(&page, 0);
    bytes_init(&body, 0);
    if (grown->before)
        visit_story(visit, &page);
    const char *at = grown->before ? strstr(page.data, grown->before) : "";
    bytes_append(&body, page.data ? page.data : "", grown->before ? (size_t)(at - page.data) : 0);
    if (grown->head)
        visit_expand(visit, grown->head, &body);
    for (unsigned i = 0; i < grown->times; i++) {
        char piece[512];
        snprintf(piece, sizeof piece, grown->piece, i, i, i, i);
        bytes_append_string(&body, piece);
    }
    if (grown->tail)
        visit_expand(visit, grown->tail, &body);
    bytes_append_string(&body, at);
    if (grown->packed)
        site_gzip(&body);
    visit_answer(visit,
                 arena_format(visit->arena, "Content-Type: %s\r\n%s",
                              grown->type ? grown->type : "text/html; charset=utf-8",
                              grown->packed ? "Content-Encoding: gzip\r\n" : ""),
                 body.data, body.size);
    bytes_clear(&page);
    bytes_clear(&body);
}
