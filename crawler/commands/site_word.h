/* site_word.h - what people write for a site: a URL, or a host name alone.
 *
 * Thread: any. */
#ifndef CRAWLER_COMMANDS_SITE_WORD_H
#define CRAWLER_COMMANDS_SITE_WORD_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/url.h"

/* Parses it; a host name alone means https. Returns NULL, or why it is no site: the end of a
 * sentence that begins with the text. */
const char *site_word_read(struct arena *arena, struct span text, struct url *out);

#endif
