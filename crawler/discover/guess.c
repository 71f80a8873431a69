#include "discover/guess.h"

#include "base/alloc.h"

static const char *const feeds[] = {"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml"};
static const char *const sitemaps[] = {"/sitemap.xml", "/sitemap_index.xml", "/sitemap-news.xml"};

size_t guess_feeds(const char *const **out)
{
    *out = feeds;
    return COUNT(feeds);
}

size_t guess_sitemaps(const char *const **out)
{
    *out = sitemaps;
    return COUNT(sitemaps);
}
