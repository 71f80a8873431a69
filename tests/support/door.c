#include "support/door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "support/scratch.h"

enum { HEADS_MAX = 256, HEAD_BYTES = 16 * 1024 };

struct door {
    enum door_kind kind;
    door_answer_fn *answer;
    int listening;
    char address[64];
    const char *certificate;
    SSL_CTX *tls;
    pthread_t thread;
    struct {
        char *head, *target;
        bool tls;
    } heads[HEADS_MAX];
    atomic_size_t heads_count; /* the test's thread reads what stands before it */
};

static void check(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

/* A certificate for the address, signed by itself. */
static void make_certificate(struct door *door, const char *ip)
{
    char name[64];
    EVP_PKEY *key = EVP_RSA_gen(2048);
    X509 *made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 24 * 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               (const unsigned char *)"door", -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_set_pubkey(made, key);
    snprintf(name, sizeof name, "IP:%s", ip);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, name);
    X509_add_ext(made, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(made, key, EVP_sha256());
    door->certificate = scratch_path(scratch_directory(), "door.pem");
    FILE *file = fopen(door->certificate, "w");
    check(file && PEM_write_X509(file, made), "door.pem");
    fclose(file);
    door->tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(door->tls, made);
    SSL_CTX_use_PrivateKey(door->tls, key);
    X509_free(made);
    EVP_PKEY_free(key);
}

static ssize_t read_some(int fd, SSL *tls, char *data, size_t size)
{
    return tls ? SSL_read(tls, data, (int)size) : read(fd, data, size);
}

static bool read_exactly(int fd, unsigned char *data, size_t size)
{
    return recv(fd, data, size, MSG_WAITALL) == (ssize_t)size;
}

/* RFC 1928: methods, then CONNECT to a name. Returns "name:port", owned; NULL: anything else. */
static char *take_socks(int fd)
{
    static const unsigned char done[] = {5, 0, 0, 1, 127, 0, 0, 1, 0, 0};
    unsigned char bytes[512];
    char target[300];
    if (!read_exactly(fd, bytes, 2) || !read_exactly(fd, bytes + 2, bytes[1]) ||
        write(fd, "\5\0", 2) != 2 || !read_exactly(fd, bytes, 5) || bytes[3] != 3)
        return NULL;
    size_t size = bytes[4];
    if (!read_exactly(fd, bytes, size + 2))
        return NULL;
    snprintf(target, sizeof target, "%.*s:%u", (int)size, (const char *)bytes,
             (unsigned)(bytes[size] << 8 | bytes[size + 1]));
    return write(fd, done, sizeof done) == sizeof done ? strdup(target) : NULL;
}

static void answer_request(struct door *door, int fd, SSL *tls, char *target)
{
    char head[HEAD_BYTES], path[2048] = "";
    size_t size = 0;
    while (size < sizeof head - 1) {
        ssize_t got = read_some(fd, tls, head + size, sizeof head - 1 - size);
        if (got <= 0)
            break;
        size += (size_t)got;
        head[size] = '\0';
        if (strstr(head, "\r\n\r\n"))
            break;
    }
    if (!size || door->heads_count >= HEADS_MAX) {
        free(target);
        return;
    }
    sscanf(head, "%*s %2047s", path);
    door->heads[door->heads_count].tls = tls;
    door->heads[door->heads_count].target = target;
    door->heads[door->heads_count].head = strdup(head);
    door->heads_count++;
    struct bytes out;
    bytes_init(&out, 0);
    door->answer(door, tls, path, &out);
    if (tls)
        SSL_write(tls, out.data, (int)out.size);
    else if (write(fd, out.data, out.size) < 0)
        perror("door");
    bytes_clear(&out);
}

static void take_connection(struct door *door, int fd)
{
    char first = 0, *target = NULL;
    if (door->kind == DOOR_SOCKS && !(target = take_socks(fd)))
        return;
    if (recv(fd, &first, 1, MSG_PEEK) != 1) {
        free(target);
        return;
    }
    if (first != 0x16) { /* a TLS record of the handshake */
        answer_request(door, fd, NULL, target);
        return;
    }
    SSL *tls = SSL_new(door->tls);
    SSL_set_fd(tls, fd);
    if (SSL_accept(tls) == 1)
        answer_request(door, fd, tls, target);
    SSL_shutdown(tls);
    SSL_free(tls);
}

static void *serve(void *context)
{
    struct door *door = context;
    int fd;
    while ((fd = accept(door->listening, NULL, NULL)) >= 0) {
        take_connection(door, fd);
        close(fd);
    }
    return NULL;
}

struct door *door_start(enum door_kind kind, door_answer_fn *answer)
{
    static unsigned last;
    struct door *door = calloc(1, sizeof *door);
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    char ip[32];
    signal(SIGPIPE, SIG_IGN);
    door->kind = kind;
    door->answer = answer;
    snprintf(ip, sizeof ip, "127.%u.%u.%u", 200 + ++last % 50, (unsigned)getpid() >> 8 & 255,
             (unsigned)getpid() & 255);
    inet_pton(AF_INET, ip, &at.sin_addr);
    door->listening = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(door->listening, (const struct sockaddr *)&at, sizeof at) == 0, ip);
    check(listen(door->listening, 64) == 0, "listen");
    getsockname(door->listening, (struct sockaddr *)&at, &size);
    snprintf(door->address, sizeof door->address, "%s:%u", ip, ntohs(at.sin_port));
    make_certificate(door, ip);
    check(pthread_create(&door->thread, NULL, serve, door) == 0, "pthread_create");
    return door;
}

void door_stop(struct door *door)
{
    shutdown(door->listening, SHUT_RDWR);
    pthread_join(door->thread, NULL);
    close(door->listening);
    SSL_CTX_free(door->tls);
    for (size_t i = 0; i < door->heads_count; i++) {
        free(door->heads[i].head);
        free(door->heads[i].target);
    }
    free(door);
}

const char *door_address(const struct door *door)
{
    return door->address;
}

const char *door_certificate(const struct door *door)
{
    return door->certificate;
}

const char *door_head(const struct door *door, size_t index, bool *tls)
{
    if (index >= door->heads_count)
        return NULL;
    if (tls)
        *tls = door->heads[index].tls;
    return door->heads[index].head;
}

const char *door_target(const struct door *door, size_t index)
{
    return index < door->heads_count ? door->heads[index].target : NULL;
}
