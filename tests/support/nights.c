#include "support/nights.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "support/crawl.h"
#include "support/sql.h"

static void append_file(struct bytes *out, const char *path)
{
    char part[4096];
    size_t size;
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        bytes_append(out, part, size);
    fclose(file);
}

const char *nights_database(int sites, bool bad)
{
    const char *path = crawl_database();
    struct bytes sql;
    free(CRAWLER(0, "add", "--sites", path, "https://www.example.org/"));
    bytes_init(&sql, 0);
    bytes_append_format(&sql,
                        "BEGIN; DELETE FROM queue; DELETE FROM feeds; DELETE FROM hosts;"
                        "DELETE FROM sites;"
                        "CREATE TEMP TABLE night AS SELECT %d AS sites, %d AS bad;\n",
                        sites, bad);
    append_file(&sql, NIGHTS_SQL);
    bytes_append_string(&sql, "COMMIT;");
    sql_do(path, sql.data);
    bytes_clear(&sql);
    return path;
}
