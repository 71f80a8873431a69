#include "extract/metadata.h"

#include "extract/article.h"
#include "extract/document.h"

void metadata_collect(struct page *page, const struct document *document, const char *url,
                      int64_t now_ms)
{
    (void)url;
    (void)now_ms;
    page->article.title = document->title;
    page->article.title_from = document->title ? "title-tag" : NULL;
    page->article.lang = document->lang;
}
