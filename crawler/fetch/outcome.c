/* What the end of a transfer means to a crawl. */
#include "fetch/fetcher_private.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "fetch/guard.h"

enum { END_BYTES = 4096 }; /* of a page, in which its end is looked for */

/* curl's results by what they mean to a crawl. */
static const struct {
    CURLcode code;
    enum outcome outcome;
} code_outcomes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, OUTCOME_DNS},
    {CURLE_COULDNT_CONNECT, OUTCOME_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, OUTCOME_TIMEOUT},
    {CURLE_SSL_CONNECT_ERROR, OUTCOME_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, OUTCOME_TLS},
    {CURLE_SSL_CIPHER, OUTCOME_TLS},
    {CURLE_SSL_CACERT_BADFILE, OUTCOME_TLS},
    {CURLE_SSL_ISSUER_ERROR, OUTCOME_TLS},
    {CURLE_SSL_CERTPROBLEM, OUTCOME_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, OUTCOME_TLS},
    {CURLE_GOT_NOTHING, OUTCOME_RESET},
    {CURLE_SEND_ERROR, OUTCOME_RESET},
    {CURLE_RECV_ERROR, OUTCOME_RESET},
    {CURLE_PARTIAL_FILE, OUTCOME_RESET},
    {CURLE_URL_MALFORMAT, OUTCOME_BAD_URL},
};

static enum outcome outcome_of_code(CURLcode code)
{
    for (size_t i = 0; i < COUNT(code_outcomes); i++)
        if (code_outcomes[i].code == code)
            return code_outcomes[i].outcome;
    return OUTCOME_PROTOCOL;
}

static enum outcome outcome_of_status(const struct job *job)
{
    const struct response *response = &job->response;
    int status = response->status;
    if (status == 206) /* a part, and nobody asked for one */
        return OUTCOME_ODD_STATUS;
    if (status >= 200 && status <= 299)
        return OUTCOME_OK;
    if (status == 304) /* as what, where we named nothing? */
        return job->result.lease.etag || job->result.lease.last_modified ? OUTCOME_UNCHANGED
                                                                         : OUTCOME_ODD_STATUS;
    if (response_is_redirect(response))
        return OUTCOME_REDIRECT;
    if (status == 404 || status == 410)
        return OUTCOME_GONE;
    if (status == 429 || (status == 503 && response->retry_after_ms))
        return OUTCOME_THROTTLED;
    if (status >= 500 && status <= 599)
        return OUTCOME_SERVER_ERROR;
    if (status >= 400 && status <= 499)
        return OUTCOME_REFUSED;
    return OUTCOME_ODD_STATUS;
}

static void take_facts(struct transfer *transfer)
{
    struct response *response = &transfer->job->response;
    long status = 0, version = 0;
    curl_off_t total_us = 0, sent_us = 0, first_us = 0, wire = 0;
    char *ip = NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &first_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &ip);
    response->status = (int)status;
    response->http = !status ? NULL : version == CURL_HTTP_VERSION_1_0 ? "1.0" : "1.1";
    response->total_ms = total_us / 1000;
    response->sent_us = sent_us;
    response->first_byte_ms = first_us / 1000;
    response->bytes_wire = wire;
    response->ip = ip && *ip ? arena_string(&transfer->job->arena, ip) : NULL;
}

/* Whether the end of a page is among its last bytes. */
static bool has_end(const struct bytes *body)
{
    size_t from = body->size > END_BYTES ? body->size - END_BYTES : 0;
    for (const char *at = body->data + from, *end = body->data + body->size; at < end; at++)
        if (*at == '<' && (strncasecmp(at, "</html", 6) == 0 || strncasecmp(at, "</body", 6) == 0))
            return true;
    return false;
}

/* More came than Content-Length said, and the page has no end: a part of it. libcurl does not tell,
 * but drops the connection for it. A page that has an end is whole, whatever came after. */
static bool is_cut(const struct transfer *transfer)
{
    const struct response *response = &transfer->job->response;
    curl_socket_t kept = CURL_SOCKET_BAD;
    if (!response->has_length || response->closes || response->content_encoding ||
        !response->content_type || strncasecmp(response->content_type, "text/html", 9) != 0 ||
        strcmp(response->http, "1.1") != 0 || !response->body.size || has_end(&response->body))
        return false;
    curl_easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &kept);
    return kept == CURL_SOCKET_BAD;
}

/* What the proxy did not do for us; NULL: it did. What it answers for an http URL is as if the site
 * had, but for its asking for a password. */
static const char *proxy_trouble(const struct transfer *transfer, CURLcode code)
{
    long status = 0;
    if (!transfer->proxy)
        return NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (status == 407 || transfer->job->response.status == 407)
        return "the proxy wants user and password, or others";
    if (status && (status < 200 || status > 299))
        return arena_format(&transfer->job->arena, "the proxy answered %ld", status);
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_PROXY)
        return arena_format(&transfer->job->arena, "by proxy: %s",
                            transfer->error[0] ? transfer->error : curl_easy_strerror(code));
    return NULL;
}

void outcome_take(struct transfer *transfer, CURLcode code)
{
    struct job *job = transfer->job;
    take_facts(transfer);
    const char *trouble = proxy_trouble(transfer, code);
    if (code == CURLE_OUT_OF_MEMORY && transfer->head != HEAD_WHOLE)
        transfer->too_large = "headers"; /* a line of 100 KB is more than libcurl holds */
    if (trouble)
        job_fail(job, OUTCOME_CONNECT, trouble);
    else if (transfer->refused_address && code != CURLE_OK)
        job_fail(job, OUTCOME_FORBIDDEN_ADDRESS, GUARD_REFUSED);
    else if (transfer->too_large)
        job_fail(job, OUTCOME_TOO_LARGE, transfer->too_large);
    else if (job->response.bad_length)
        job_fail(job, OUTCOME_PROTOCOL, "Content-Length");
    else if (code != CURLE_OK && !transfer->enough)
        job_fail(job, outcome_of_code(code),
                 transfer->error[0] ? transfer->error : curl_easy_strerror(code));
    else if (transfer->head == HEAD_BEGUN) /* libcurl takes that for an answer without a body */
        job_fail(job, OUTCOME_RESET, "closed in the head");
    else
        job->outcome = outcome_of_status(job);
    if (job->outcome == OUTCOME_OK && !transfer->enough && is_cut(transfer))
        job_fail(job, OUTCOME_PROTOCOL, "longer than its Content-Length, and without an end");
}
