#include "fetch/trust.h"

#include <ares.h>
#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <time.h>

#include "base/error.h"

static void count(FILE *file, time_t now, struct trust *out)
{
    X509 *certificate;
    while ((certificate = PEM_read_X509_AUX(file, NULL, NULL, NULL))) {
        out->certificates++;
        out->valid += X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0 &&
                      X509_cmp_time(X509_get0_notAfter(certificate), &now) > 0;
        X509_free(certificate);
    }
    ERR_clear_error(); /* that there are no more */
}

int trust_read(const char *ca_file, int64_t now_wall_ms, struct trust *out)
{
    *out = (struct trust){.path = ca_file ? ca_file : curl_version_info(CURLVERSION_NOW)->cainfo};
    FILE *file = out->path ? fopen(out->path, "r") : NULL;
    if (!file) {
        errno = out->path ? errno : ENOENT;
        return ERR_IO;
    }
    count(file, (time_t)(now_wall_ms / 1000), out);
    int failure = ferror(file) ? errno : 0;
    fclose(file);
    errno = failure;
    return failure ? ERR_IO : 0;
}

void trust_libraries(char *out, size_t size)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    snprintf(out, size, "libcurl %s, %s, c-ares %s", curl->version,
             curl->ssl_version ? curl->ssl_version : "no TLS", ares_version(NULL));
}
