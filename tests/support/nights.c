#include "support/nights.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"

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
    struct bytes night = scratch_read(NIGHTS_SQL);
    bytes_append(&sql, night.data, night.size);
    bytes_append_string(&sql, "COMMIT;");
    sql_do(path, sql.data);
    bytes_clear(&night);
    bytes_clear(&sql);
    return path;
}
