/* trust.h - which authorities a crawl believes, and with which libraries it asks: for those who
 * want to know before they crawl. Asks nothing of the net. Thread: any. */
#ifndef CRAWLER_FETCH_TRUST_H
#define CRAWLER_FETCH_TRUST_H

#include <stddef.h>
#include <stdint.h>

struct trust {
    const char *path;      /* of the file that is read; borrowed, NULL: the library names none */
    unsigned certificates; /* in it … */
    unsigned valid;        /* … and of these at `now` */
};

/* Reads the certificates (PEM) of `ca_file`, or of the file that libcurl was built with where that
 * is NULL. Returns 0; or ERR_IO with errno set, and then out->path alone counts. */
int trust_read(const char *ca_file, int64_t now_wall_ms, struct trust *out);

/* "libcurl 7.88.1, OpenSSL/3.0.11, c-ares 1.18.1", as they are loaded. */
void trust_libraries(char *out, size_t size);

#endif
