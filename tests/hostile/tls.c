/* Certificates that nobody should believe, handshakes that go wrong, and HTTP/2 that is none. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "hostile/groups.h"
#include "support/scratch.h"

enum { DAY_S = 24 * 3600, BITS_WEAK = 512, CHAIN_MAX = 300 };

enum signer { BY_US, BY_ITSELF, BY_NOBODY }; /* the authority that the run believes, or not */

/* What a host shows, and how it behaves until the handshake is over. */
struct manner {
    int from_day, to_day; /* of the certificate, from now; 0, 0: it is good for a day */
    enum signer signer;
    const char *name;   /* DNS:…; NULL: the address that was asked */
    bool weak;          /* RSA of 512 bits */
    bool authority;     /* a leaf that says it is an authority */
    int chain;          /* this many more certificates */
    int version;        /* TLS1_VERSION …; 0: 1.2 and 1.3 */
    const char *cipher; /* of TLS 1.2; NULL: as usual */
    bool http2;         /* chosen in the handshake */
    bool wants_certificate;
    unsigned tickets; /* for later sessions, right behind the handshake of TLS 1.3; 0: as usual */
    const char *says; /* instead of a handshake */
    bool hangs;       /* after that */
};

/* ---- the authority ---- */

static struct {
    EVP_PKEY *key, *weak_key, *other_key;
    X509 *ours, *others;
    const char *options[3];
} authority;

/* A certificate of `key`, signed by `issuer` with `issuer_key`, or by itself. */
static X509 *certify(EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, const char *common,
                     const char *names, bool is_authority, int from_day, int to_day)
{
    X509 *made = X509_new();
    X509_NAME *subject = X509_get_subject_name(made);
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), is_authority ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(made), from_day * (long)DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(made), to_day * (long)DAY_S);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)common, -1, -1,
                               0);
    X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer) : subject);
    X509_set_pubkey(made, key);
    const struct {
        int id;
        const char *value;
    } extensions[] = {{NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "CA:FALSE"},
                      {NID_subject_alt_name, names}};
    for (size_t i = 0; i < COUNT(extensions); i++) {
        X509_EXTENSION *extension =
            extensions[i].value
                ? X509V3_EXT_conf_nid(NULL, NULL, extensions[i].id, extensions[i].value)
                : NULL;
        if (extension)
            X509_add_ext(made, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(made, issuer_key, EVP_sha256());
    return made;
}

static const char *const *start_authority(struct world *world)
{
    (void)world;
    authority.key = EVP_EC_gen("P-256");
    authority.other_key = EVP_EC_gen("P-256");
    authority.weak_key = EVP_RSA_gen(BITS_WEAK);
    authority.ours =
        certify(authority.key, NULL, authority.key, "Authority of the test", NULL, true, -10, 10);
    authority.others = certify(authority.other_key, NULL, authority.other_key,
                               "Authority of nobody", NULL, true, -10, 10);
    const char *path = scratch_path(scratch_directory(), "authority.pem");
    FILE *file = fopen(path, "w");
    if (!file || !PEM_write_X509(file, authority.ours) || fclose(file)) {
        perror("hostile: can't write the authority");
        abort();
    }
    authority.options[0] = "--ca-file";
    authority.options[1] = path;
    return authority.options;
}

static void stop_authority(void)
{
    X509_free(authority.ours);
    X509_free(authority.others);
    EVP_PKEY_free(authority.key);
    EVP_PKEY_free(authority.other_key);
    EVP_PKEY_free(authority.weak_key);
}

/* ---- a connection ---- */

static const char *names_of(int socket, const struct manner *manner, char *text, size_t size)
{
    struct sockaddr_in name;
    socklen_t name_size = sizeof name;
    if (manner->name)
        return manner->name;
    getsockname(socket, (struct sockaddr *)&name, &name_size);
    const uint8_t *at = (const uint8_t *)&name.sin_addr;
    snprintf(text, size, "IP:%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
    return text;
}

static void show_certificate(SSL_CTX *context, int socket, const struct manner *manner)
{
    char text[32];
    EVP_PKEY *key = manner->weak ? authority.weak_key : authority.other_key;
    bool by_us = manner->signer == BY_US, by_itself = manner->signer == BY_ITSELF;
    X509 *leaf = certify(key,
                         by_us       ? authority.ours
                         : by_itself ? NULL
                                     : authority.others,
                         by_us       ? authority.key
                         : by_itself ? key
                                     : authority.other_key,
                         "News", names_of(socket, manner, text, sizeof text), manner->authority,
                         manner->from_day, manner->to_day ? manner->to_day : 1);
    SSL_CTX_use_certificate(context, leaf);
    SSL_CTX_use_PrivateKey(context, key);
    for (int i = 0; i < manner->chain; i++) {
        X509_up_ref(authority.others);
        SSL_CTX_add_extra_chain_cert(context, authority.others);
    }
    X509_free(leaf);
}

static int choose_http2(SSL *tls, const unsigned char **out, unsigned char *out_size,
                        const unsigned char *in, unsigned in_size, void *context)
{
    static const unsigned char http2[] = "h2";
    (void)tls;
    (void)in;
    (void)in_size;
    (void)context;
    *out = http2;
    *out_size = 2;
    return SSL_TLSEXT_ERR_OK;
}

static void say_instead(int socket, const struct manner *manner)
{
    char nothing[4096];
    const struct timeval patience = {.tv_sec = 5};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    recv(socket, nothing, sizeof nothing, 0);
    send(socket, manner->says, strlen(manner->says), MSG_NOSIGNAL);
    while (manner->hangs && recv(socket, nothing, sizeof nothing, 0) > 0)
        ;
}

static SSL *secure(int socket, const struct fault *fault)
{
    const struct manner *manner = fault->context;
    if (manner->says) {
        say_instead(socket, manner);
        return NULL;
    }
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_min_proto_version(context, manner->version ? manner->version : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, manner->version  ? manner->version
                                           : manner->cipher ? TLS1_2_VERSION
                                                            : TLS1_3_VERSION);
    if (manner->cipher)
        SSL_CTX_set_cipher_list(context, manner->cipher);
    if (manner->http2)
        SSL_CTX_set_alpn_select_cb(context, choose_http2, NULL);
    if (manner->wants_certificate)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (manner->tickets)
        SSL_CTX_set_num_tickets(context, manner->tickets);
    show_certificate(context, socket, manner);
    SSL *tls = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(tls, socket);
    if (SSL_accept(tls) == 1)
        return tls;
    ERR_clear_error();
    SSL_free(tls);
    return NULL;
}

/* ---- HTTP/2 ---- */

enum frame {
    FRAME_HEADERS = 1,
    FRAME_RESET = 3,
    FRAME_SETTINGS = 4,
    FRAME_PING = 6,
    FRAME_GOAWAY = 7,
    FRAME_CONTINUATION = 9
};
enum { END_STREAM = 1, END_HEADERS = 4, FRAME_BYTES_MAX = 16384, CLIENT_FIRST_MS = 150 };

static bool send_frame(struct visit *visit, enum frame type, unsigned flags, unsigned stream,
                       const void *data, size_t size)
{
    const unsigned char head[] = {(unsigned char)(size >> 16),
                                  (unsigned char)(size >> 8),
                                  (unsigned char)size,
                                  (unsigned char)type,
                                  (unsigned char)flags,
                                  0,
                                  0,
                                  0,
                                  (unsigned char)stream};
    return visit_send(visit, head, sizeof head) && visit_send(visit, data, size);
}

/* Our settings, and time for the client to ask. */
static bool begin_http2(struct visit *visit)
{
    return send_frame(visit, FRAME_SETTINGS, 0, 0, "", 0) && visit_wait(visit, CLIENT_FIRST_MS);
}

static void serve_settled(struct visit *visit)
{
    begin_http2(visit);
}

static void serve_goaway(struct visit *visit)
{
    if (begin_http2(visit))
        send_frame(visit, FRAME_GOAWAY, 0, 0, "\0\0\0\0\0\0\0\x0b", 8);
}

static void serve_stream_reset(struct visit *visit)
{
    if (begin_http2(visit))
        send_frame(visit, FRAME_RESET, 0, 1, "\0\0\0\x02", 4);
}

static void serve_pings(struct visit *visit)
{
    bool alive = begin_http2(visit);
    while (alive)
        alive = send_frame(visit, FRAME_PING, 0, 0, "12345678", 8);
}

static void serve_settings(struct visit *visit)
{
    bool alive = begin_http2(visit);
    while (alive)
        alive = send_frame(visit, FRAME_SETTINGS, 0, 0, "\0\x03\0\0\0\x01", 6);
}

/* Headers that are continued for ever. */
static void serve_continuation(struct visit *visit)
{
    char field[1000];
    memset(field, 'a', sizeof field);
    memcpy(field, "\0\x01x\x7f\xe2\x06", 6); /* a field of 993 letters */
    bool alive = begin_http2(visit) && send_frame(visit, FRAME_HEADERS, 0, 1, "\x88", 1);
    while (alive)
        alive = send_frame(visit, FRAME_CONTINUATION, 0, 1, field, sizeof field);
}

/* One field of 4 KB goes into the table, and then comes out of it 12,000 times. */
static void serve_hpack_bomb(struct visit *visit)
{
    static unsigned char block[FRAME_BYTES_MAX];
    memset(block, 0xbe, sizeof block);
    memcpy(block, "\x88\x40\x01x\x7f\x81\x1e", 7);
    memset(block + 7, 'a', 4000);
    if (begin_http2(visit))
        send_frame(visit, FRAME_HEADERS, END_HEADERS, 1, block, sizeof block);
}

/* A head, and no body. */
static void serve_half(struct visit *visit)
{
    if (begin_http2(visit) && send_frame(visit, FRAME_HEADERS, END_HEADERS, 1, "\x88", 1))
        send_frame(visit, FRAME_RESET, 0, 1, "\0\0\0\x02", 4);
}

/* ---- the faults ---- */

#define MANNER(...)                                                                                \
    .secure = secure, .context = &(const struct manner)                                            \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define REFUSED(row, ...)                                                                          \
    {                                                                                              \
        .name = row, .path = "*", .error = "tls%", .lost = true, MANNER(__VA_ARGS__)               \
    }
#define HTTP2(row, how)                                                                            \
    {                                                                                              \
        .name = row, .path = "*", .unasked = true, .serve = how, .ending = END_HANG,               \
        .error = "tls%", .lost = true, MANNER(.http2 = true)                                       \
    }

static const struct fault faults[] = {
    {.name = "all in order", .path = "/nothing", MANNER(.signer = BY_US)},
    {.name = "TLS 1.2 alone", .path = "/nothing", MANNER(.version = TLS1_2_VERSION)},
    {.name = "TLS 1.3 alone", .path = "/nothing", MANNER(.version = TLS1_3_VERSION)},
    REFUSED("expired", .from_day = -9, .to_day = -1),
    REFUSED("not yet good", .from_day = 3, .to_day = 9),
    REFUSED("another name", .name = "DNS:news.example"),
    REFUSED("another address", .name = "IP:127.0.0.1"),
    REFUSED("any name at all", .name = "DNS:*"),
    REFUSED("no name", .name = "URI:http://127.0.0.1/"),
    REFUSED("self-signed", .signer = BY_ITSELF),
    REFUSED("self-signed, an authority", .signer = BY_ITSELF, .authority = true),
    REFUSED("signed by nobody", .signer = BY_NOBODY),
    REFUSED("a key of 512 bits", .weak = true),
    REFUSED("TLS 1.0", .version = TLS1_VERSION),
    REFUSED("TLS 1.1", .version = TLS1_1_VERSION),
    REFUSED("no encryption", .cipher = "NULL"),
    REFUSED("no authentication", .cipher = "aNULL"),
    REFUSED("a chain of 300", .signer = BY_NOBODY, .chain = CHAIN_MAX),
    {.name = "wants a certificate of us",
     .path = "*",
     .error = "tls%|reset%",
     .lost = true,
     MANNER(.wants_certificate = true)},
    REFUSED("plain HTTP", .says = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    REFUSED("an alert", .says = "\x15\x03\x03\x01\x02\x02\x28"),
    REFUSED("noise",
            .says = "\x16\x03\x01 this is no hello at all, and it goes on for a while \xff\xfe"),
    {.name = "closed at the hello",
     .path = "*",
     .error = "tls%|reset%",
     .lost = true,
     MANNER(.says = "")},
    {.name = "silent after the hello",
     .path = "*",
     .error = "timeout%",
     .lost = true,
     MANNER(.says = "", .hangs = true)},
    {.name = "half a record",
     .path = "*",
     .error = "timeout%|tls%",
     .lost = true,
     MANNER(.says = "\x16\x03\x03\x7f\x7f\x02\x01", .hangs = true)},
    {.name = "silent after the handshake",
     .path = "*",
     .unasked = true,
     .ending = END_HANG,
     .error = "timeout%",
     .lost = true,
     MANNER(.signer = BY_US)},
    /* No farewell of TLS either: libcurl takes it for one, as browsers do, since many servers send
     * none. A length is the only thing that tells. */
    {.name = "no farewell, a body without a length",
     .bytes = HTML_HEAD "Connection: close\r\n\r\n{half}",
     .error = "http 200",
     .articles = 1,
     MANNER(.signer = BY_US)},
    {.name = "reset in the body",
     .bytes = HTML_HEAD "Content-Length: {length}\r\n\r\n{half}",
     .ending = END_RESET,
     .error = "reset%|tls%",
     MANNER(.signer = BY_US)},
    {.name = "a redirect to an http page",
     .bytes =
         "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:{port}/x\r\n\r\n",
     .error = "forbidden address%",
     .judged = "http://127.0.0.1:{port}/x",
     MANNER(.signer = BY_US)},

    {.name = "a thousand tickets",
     .path = "/nothing",
     MANNER(.tickets = 1000, .version = TLS1_3_VERSION)},
    {.name = "tickets without end",
     .path = "*",
     .error = "timeout%|tls%",
     .lost = true,
     MANNER(.tickets = 100 * 1000 * 1000, .version = TLS1_3_VERSION)},

    /* HTTP/2, which nobody asked for, and all that can be done with it */
    HTTP2("HTTP/2: silence", NULL),
    HTTP2("HTTP/2: settings, and silence", serve_settled),
    HTTP2("HTTP/2: going away", serve_goaway),
    HTTP2("HTTP/2: the stream is reset", serve_stream_reset),
    HTTP2("HTTP/2: a head and a reset", serve_half),
    HTTP2("HTTP/2: pings without end", serve_pings),
    HTTP2("HTTP/2: settings without end", serve_settings),
    HTTP2("HTTP/2: headers without end", serve_continuation),
    HTTP2("HTTP/2: a bomb of headers", serve_hpack_bomb),
};

const struct group group_tls = {.name = "tls",
                                .faults = faults,
                                .faults_count = COUNT(faults),
                                .start = start_authority,
                                .stop = stop_authority};
