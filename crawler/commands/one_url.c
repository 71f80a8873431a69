#include "commands/one_url.h"

#include <stdio.h>

#include "base/error.h"
#include "base/url.h"
#include "base/utf8.h"
#include "options.h"

int one_url_read(struct url *out, struct arena *arena, const struct options *options,
                 const char *name)
{
    if (options->arguments_count != 1) {
        fprintf(stderr, "crawler %s: give one URL; see crawler %s --help\n", name, name);
        return EXIT_USAGE;
    }
    if (url_parse(out, arena, span_of(options->arguments[0]), NULL, NULL)) {
        fprintf(stderr, "crawler %s: '%s' is no http or https URL\n", name,
                utf8_printable(arena, options->arguments[0]));
        return EXIT_USAGE;
    }
    return EXIT_COMPLETED;
}
