/* one_url.h - the argument of the commands that are about one URL. Thread: main. */
#ifndef CRAWLER_COMMANDS_ONE_URL_H
#define CRAWLER_COMMANDS_ONE_URL_H

struct arena;
struct options;
struct url;

/* Fills *out, in the arena. Returns EXIT_COMPLETED, or EXIT_USAGE after a line on standard error
 * that begins with "crawler NAME". */
int one_url_read(struct url *out, struct arena *arena, const struct options *options,
                 const char *name);

#endif
