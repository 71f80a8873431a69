/* A job as options of an easy handle. */
#include "fetch/fetcher_private.h"

#include <string.h>
#include <strings.h>

#include <openssl/ssl.h>

#include "base/alloc.h"
#include "fetch/guard.h"

enum { CERTIFICATES_BYTES_MAX = 32 * 1024 }; /* usual chains have 3 to 8 KB */

/* libcurl: the context of a TLS connection that is about to be made. OpenSSL takes 100 KB of
 * certificates, and to look for a way through 300 of them held the loop for 74 ms. By itself it
 * reads on behind each record that is no data: tickets for later sessions without end held the loop
 * for a second, past all time-outs. */
static CURLcode on_tls_context(CURL *easy, void *tls, void *context)
{
    (void)easy;
    (void)context;
    SSL_CTX_set_max_cert_list(tls, CERTIFICATES_BYTES_MAX);
    SSL_CTX_clear_mode(tls, SSL_MODE_AUTO_RETRY);
    return CURLE_OK;
}

CURL *request_create_easy(const struct fetcher_config *config)
{
    CURL *easy = curl_easy_init();
    if (!easy)
        alloc_failed(0);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* else cancelling joins a look-up */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");   /* environment proxies stay off */
    curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* and so do its exceptions */
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* none to a proxy */
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); /* base/url.c has normalised it */
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    /* Not 2: libcurl 7.88 reads HTTP/2 frames as long as there are any, and a server that sends
     * PING without end held the loop for seconds, past all time-outs. One request at a time to a
     * host gains nothing by it. */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    /* With Debian's default CApath curl reads the whole store for each connection: 17 ms against
     * 0.5 ms. The bundle in CAINFO stays. */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
    if (config->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L); /* no walk over the cache; see shards */
    curl_easy_setopt(easy, CURLOPT_USERAGENT, config->user_agent);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)config->low_speed_bytes);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(config->low_speed_ms / 1000));
    return easy;
}

/* "host:port:address,address": only what the guard allows, and whatever the proxy has. False when
 * nothing is left. */
static bool set_addresses(struct transfer *transfer, const struct resolved *resolved)
{
    const struct url *url = &transfer->job->url;
    const struct credential_proxy *proxy = transfer->proxy;
    struct bytes entry;
    char text[INET6_ADDRSTRLEN + 2];
    bool any = false;
    bytes_init(&entry, 0);
    if (proxy)
        bytes_append_format(&entry, "%s:%u:", proxy->host, proxy->port);
    else
        bytes_append_format(&entry, "%.*s:%u:", (int)url->host.size, url->host.data, url->port);
    for (size_t i = 0; i < resolved->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&resolved->addresses[i];
        if (!proxy && !guard_allows(transfer->fetcher->config.guard, address))
            continue;
        if (any)
            bytes_append_string(&entry, ",");
        any = true;
        if (address->sa_family == AF_INET6) {
            text[0] = '[';
            uv_ip6_name((const struct sockaddr_in6 *)(const void *)address, text + 1,
                        sizeof text - 2);
            strcat(text, "]");
        } else {
            uv_ip4_name((const struct sockaddr_in *)(const void *)address, text, sizeof text);
        }
        bytes_append_string(&entry, text);
    }
    if (any) {
        transfer->addresses = curl_slist_append(NULL, entry.data);
        curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, transfer->addresses);
    }
    bytes_clear(&entry);
    return any;
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    if (!value)
        return;
    const char *line = arena_format(&transfer->job->arena, "%s: %s", name, value);
    transfer->headers = curl_slist_append(transfer->headers, line);
}

static const char *accepted_types(const struct job *job)
{
    if (job->result.lease.kind == URL_ROBOTS)
        return "text/plain,*/*;q=0.5";
    if (job->result.lease.kind == URL_SOURCE && job->result.lease.source == KIND_API)
        return "application/json,*/*;q=0.5";
    if (job->result.lease.kind == URL_SOURCE && job->result.lease.source >= KIND_FEED)
        return "application/rss+xml,application/atom+xml,application/feed+json,application/"
               "xml,text/xml,*/*;q=0.5";
    return "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5";
}

static size_t body_bytes_max(const struct transfer *transfer)
{
    const struct url_lease *lease = &transfer->job->result.lease;
    const struct fetcher_config *config = &transfer->fetcher->config;
    if (lease->kind == URL_ROBOTS)
        return config->robots_bytes_max;
    return lease->kind == URL_SOURCE && lease->source == KIND_SITEMAP ? config->sitemap_bytes_max
                                                                      : config->body_bytes_max;
}

/* ---- sites that differ ---- */

/* A name that means the machine that looks it up (RFC 6761, section 6.3). */
static bool is_localhost(struct span host)
{
    static const char name[] = "localhost";
    size_t size = sizeof name - 1;
    while (host.size && host.data[host.size - 1] == '.')
        host.size--;
    return host.size >= size && strncasecmp(host.data + host.size - size, name, size) == 0 &&
           (host.size == size || host.data[host.size - size - 1] == '.');
}

bool request_may_go_by_proxy(const struct transfer *transfer)
{
    const struct guard *guard = transfer->fetcher->config.guard;
    struct span host = transfer->job->url.host;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    char text[INET6_ADDRSTRLEN + 2];
    if (is_localhost(host)) {
        uv_ip4_addr("127.0.0.1", 0, &v4);
        return guard_allows(guard, (const struct sockaddr *)&v4);
    }
    if (!transfer->job->url.host_is_ip || host.size >= sizeof text)
        return true;
    bool bracketed = host.data[0] == '[';
    snprintf(text, sizeof text, "%.*s", (int)(host.size - 2 * bracketed), host.data + bracketed);
    if (bracketed)
        return uv_ip6_addr(text, 0, &v6) == 0 && guard_allows(guard, (const struct sockaddr *)&v6);
    return uv_ip4_addr(text, 0, &v4) == 0 && guard_allows(guard, (const struct sockaddr *)&v4);
}

static void add_own_headers(struct transfer *transfer)
{
    const struct access_site *site = transfer->site;
    for (size_t i = 0; i < site->lines_count; i++)
        transfer->headers = curl_slist_append(transfer->headers, site->lines[i]);
}

/* Credentials go to the site's own origin alone (access.h); a jar knows by itself whose its cookies
 * are (RFC 6265, section 5.4). */
static void set_site(struct transfer *transfer)
{
    const struct fetcher_config *config = &transfer->fetcher->config;
    const struct access_site *site = transfer->site;
    struct job *job = transfer->job;
    CURL *easy = transfer->easy;
    bool own = site && access_is_own(site, &job->url, &job->arena);
    job->agent = site ? site->user_agent : NULL;
    transfer->private = site && ((own && (site->cookie || site->lines_count)) || site->jar);
    if (own)
        add_own_headers(transfer);
    if (!site && !transfer->site_was_set && !transfer->proxy)
        return;
    transfer->site_was_set = site || transfer->proxy;
    uint64_t timeout_ms = site && site->timeout_ms ? site->timeout_ms : config->timeout_ms;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, job->agent ? job->agent : config->user_agent);
    curl_easy_setopt(easy, CURLOPT_COOKIE, own ? site->cookie : NULL);
    curl_easy_setopt(easy, CURLOPT_PROXY, transfer->proxy ? transfer->proxy->url : "");
    if (site && site->jar) {
        curl_easy_setopt(easy, CURLOPT_SHARE, site->jar);
        curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* no file, but the engine is on */
    }
}

bool request_set(struct transfer *transfer, const struct resolved *resolved)
{
    struct job *job = transfer->job;
    transfer->head = HEAD_AWAITED;
    transfer->header_bytes = transfer->discarded = 0;
    transfer->too_large = NULL;
    transfer->refused_address = transfer->enough = transfer->paused = false;
    transfer->error[0] = '\0';
    if (resolved && !set_addresses(transfer, resolved))
        return false;
    if (!resolved)
        curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, NULL);
    add_header(transfer, "Accept", accepted_types(job));
    add_header(transfer, "Accept-Encoding", "gzip, br, zstd");
    add_header(transfer, "If-None-Match", job->result.lease.etag);
    add_header(transfer, "If-Modified-Since", job->result.lease.last_modified);
    set_site(transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url_fetchable(&job->url, &job->arena));
    bytes_init(&job->response.body, body_bytes_max(transfer));
    return true;
}

void request_clear(struct transfer *transfer)
{
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(transfer->easy, CURLOPT_RESOLVE, NULL);
    if (transfer->site && transfer->site->jar) { /* the handle is another site's next */
        curl_easy_setopt(transfer->easy, CURLOPT_COOKIEFILE, NULL);
        curl_easy_setopt(transfer->easy, CURLOPT_SHARE, NULL);
    }
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->addresses);
    transfer->headers = transfer->addresses = NULL;
}
