/* Names that lead nowhere, to where nobody may go, or elsewhere each time. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "hostile/groups.h"
#include "hostile/world.h"

enum {
    PACKET_BYTES = 512,
    HEAD_BYTES = 12,
    NAME_BYTES = 256,
    RECORDS = 40,
    TYPE_A = 1,
    TYPE_CNAME = 5,
    TYPE_AAAA = 28,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_REFUSED = 5,
};

/* What a name server says of a name. A record is "HERE" (the fault's own address), an address, or
 * "=" and another name. */
struct zone {
    const char *records[RECORDS];
    const char *
        then[4]; /* from the third question on (the first two are for A and AAAA); none: the same */
    unsigned rcode;
    uint32_t ttl_s;
    unsigned late_ms;
    bool silent;       /* no answer at all */
    bool truncated;    /* says that there is more to be had by TCP, where it is deaf */
    bool other_id;     /* of a question that nobody asked */
    bool other_name;   /* the question is another one */
    bool garbage;      /* bytes, and a head that promises much */
    bool looping_name; /* a name that points to itself */
    bool short_data;   /* addresses of two bytes */
};

/* ---- the server ---- */

static struct {
    pthread_t thread;
    int socket, by_tcp, wake[2]; /* by TCP it is deaf */
    struct world *world;
    char address[32];
    const char *options[3];
} server;

struct packet {
    uint8_t bytes[PACKET_BYTES];
    size_t size;
    size_t owner; /* where the name stands to which the next record belongs */
};

static void put(struct packet *packet, const void *data, size_t size)
{
    if (packet->size + size <= PACKET_BYTES) {
        memcpy(packet->bytes + packet->size, data, size);
        packet->size += size;
    }
}

static void put_number(struct packet *packet, uint32_t number, size_t size)
{
    uint8_t bytes[] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                       (uint8_t)number};
    put(packet, bytes + 4 - size, size);
}

static void put_name(struct packet *packet, const char *name)
{
    while (*name) {
        size_t size = strcspn(name, ".");
        put_number(packet, (uint32_t)size, 1);
        put(packet, name, size);
        name += size + (name[size] == '.');
    }
    put_number(packet, 0, 1);
}

/* The name of the question, with dots; returns where its type stands, 0 for what is no question. */
static size_t read_name(const struct packet *question, char *name)
{
    size_t at = HEAD_BYTES, used = 0;
    while (at < question->size && question->bytes[at]) {
        size_t size = question->bytes[at++];
        if (size > 63 || at + size >= question->size || used + size + 2 > NAME_BYTES)
            return 0;
        if (used)
            name[used++] = '.';
        memcpy(name + used, question->bytes + at, size);
        used += size;
        at += size;
    }
    name[used] = '\0';
    return at + 5 <= question->size ? at + 1 : 0;
}

/* One record, if it is of the type that was asked for. True when it was. */
static bool put_record(struct packet *answer, const struct zone *zone, const char *record,
                       const char *here, unsigned type)
{
    uint8_t address[16];
    const char *text = strcmp(record, "HERE") == 0 ? here : record;
    bool alias = text[0] == '=', six = strchr(text, ':') != NULL;
    unsigned is = alias ? TYPE_CNAME : six ? TYPE_AAAA : TYPE_A;
    if (!alias && is != type)
        return false;
    put_number(answer, 0xc000 + (uint32_t)(zone->looping_name ? answer->size : answer->owner), 2);
    put_number(answer, is, 2);
    put_number(answer, 1, 2);
    put_number(answer, zone->ttl_s, 4);
    if (alias) {
        put_number(answer, (uint32_t)strlen(text) + 1, 2);
        answer->owner = answer->size;
        put_name(answer, text + 1);
        return true;
    }
    inet_pton(six ? AF_INET6 : AF_INET, text, address);
    size_t size = zone->short_data ? 2 : six ? 16 : 4;
    put_number(answer, (uint32_t)size, 2);
    put(answer, address, size);
    return true;
}

static void make_answer(struct packet *answer, const struct packet *question, size_t type_at,
                        const struct zone *zone, const char *here, unsigned asked)
{
    unsigned type = question->bytes[type_at] * 256u + question->bytes[type_at + 1], count = 0;
    const char *const *records = asked > 1 && zone->then[0] ? zone->then : zone->records;
    answer->size = 0;
    answer->owner = HEAD_BYTES;
    put(answer, question->bytes, type_at + 4);
    answer->bytes[0] ^= zone->other_id ? 0xff : 0;
    answer->bytes[2] = zone->truncated ? 0x86 : 0x84; /* an answer, of who should know */
    answer->bytes[3] = (uint8_t)zone->rcode;
    memset(answer->bytes + 4, 0, 8);
    answer->bytes[5] = 1;
    if (zone->other_name)
        answer->bytes[HEAD_BYTES + 1] ^= 1;
    for (size_t i = 0; records[i]; i++)
        count += put_record(answer, zone, records[i], here, type);
    answer->bytes[7] = (uint8_t)count;
    if (zone->garbage) {
        memset(answer->bytes + 4, 0xff, 8);
        memset(answer->bytes + HEAD_BYTES, 0xc0, answer->size - HEAD_BYTES);
    }
}

static void answer_question(void)
{
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    struct packet question, answer;
    char name[NAME_BYTES];
    ssize_t got = recvfrom(server.socket, question.bytes, PACKET_BYTES, MSG_DONTWAIT,
                           (struct sockaddr *)&from, &from_size);
    question.size = got > 0 ? (size_t)got : 0;
    size_t type_at = question.size > HEAD_BYTES ? read_name(&question, name) : 0;
    unsigned asked = 0;
    const struct fault *fault = type_at ? world_named(server.world, name, &asked) : NULL;
    static const struct zone nowhere = {.rcode = RCODE_NXDOMAIN};
    const struct zone *zone = fault ? fault->context : &nowhere;
    if (!type_at || zone->silent)
        return;
    make_answer(&answer, &question, type_at, zone, fault ? world_address(server.world, fault) : "",
                asked);
    if (zone->late_ms) {
        const struct timespec late = {.tv_nsec = zone->late_ms * 1000000L};
        nanosleep(&late, NULL);
    }
    sendto(server.socket, answer.bytes, answer.size, 0, (struct sockaddr *)&from, from_size);
}

static void *run_server(void *context)
{
    struct pollfd polled[] = {{.fd = server.socket, .events = POLLIN},
                              {.fd = server.wake[0], .events = POLLIN}};
    (void)context;
    while (!polled[1].revents)
        if (poll(polled, 2, -1) > 0 && polled[0].revents)
            answer_question();
    return NULL;
}

static const char *const *start_server(struct world *world)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof name;
    server.world = world;
    server.by_tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    server.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool fine = bind(server.by_tcp, (struct sockaddr *)&name, size) == 0 &&
                listen(server.by_tcp, 16) == 0 &&
                getsockname(server.by_tcp, (struct sockaddr *)&name, &size) == 0 &&
                bind(server.socket, (struct sockaddr *)&name, size) == 0;
    if (!fine || pipe(server.wake) || pthread_create(&server.thread, NULL, run_server, NULL)) {
        perror("hostile: no name server");
        abort();
    }
    snprintf(server.address, sizeof server.address, "127.0.0.1:%u", ntohs(name.sin_port));
    server.options[0] = "--dns-server";
    server.options[1] = server.address;
    return server.options;
}

static void stop_server(void)
{
    close(server.wake[1]);
    pthread_join(server.thread, NULL);
    close(server.wake[0]);
    close(server.socket);
    close(server.by_tcp);
}

/* ---- the names ---- */

#define ZONE(...)                                                                                  \
    .context = &(const struct zone)                                                                \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
/* The site is in order once its name leads there. */
#define WELL(row, domain, ...)                                                                     \
    {                                                                                              \
        .name = row, .host = domain, .path = "/nothing", ZONE(__VA_ARGS__)                         \
    }
/* It leads elsewhere once what is known of it is half a minute old. */
#define CHANGING(row, domain, ...)                                                                 \
    {                                                                                              \
        .name = row, .host = domain, .path = "/nothing", .unsure = true, ZONE(__VA_ARGS__)         \
    }
#define NOWHERE(row, domain, ...)                                                                  \
    {                                                                                              \
        .name = row, .host = domain, .path = "*", .error = "dns: %", .lost = true,                 \
        ZONE(__VA_ARGS__)                                                                          \
    }
#define REFUSED(row, domain, ...)                                                                  \
    {                                                                                              \
        .name = row, .host = domain, .path = "*", .error = "forbidden address%", .judged = "/",    \
        .lost = true, ZONE(__VA_ARGS__)                                                            \
    }

static const struct fault faults[] = {
    WELL("a name", "plain.example", .records = {"HERE"}),
    WELL("a name whose answer is late", "late.example", .records = {"HERE"}, .late_ms = 300),
    WELL("an alias", "alias.example", .records = {"=real.example", "HERE"}),
    WELL("for no time at all", "ttl-zero.example", .records = {"HERE"}, .ttl_s = 0),
    WELL("for ever", "ttl-most.example", .records = {"HERE"}, .ttl_s = 0xffffffff),
    NOWHERE("no such name", "nxdomain.example", .rcode = RCODE_NXDOMAIN),
    NOWHERE("a server that fails", "servfail.example", .rcode = RCODE_SERVFAIL),
    NOWHERE("a server that refuses", "refused.example", .rcode = RCODE_REFUSED),
    NOWHERE("no addresses", "empty.example", .rcode = 0),
    NOWHERE("no answer", "silent.example", .silent = true),
    NOWHERE("an answer to another question", "other-id.example", .records = {"HERE"},
            .other_id = true),
    NOWHERE("an answer for another name", "other-name.example", .records = {"HERE"},
            .other_name = true),
    NOWHERE("more by TCP, where nobody hears", "truncated.example", .records = {"HERE"},
            .truncated = true),
    NOWHERE("garbage", "garbage.example", .records = {"HERE"}, .garbage = true),
    NOWHERE("a name that points to itself", "loop.example", .records = {"HERE"},
            .looping_name = true),
    NOWHERE("addresses of two bytes", "short.example", .records = {"HERE"}, .short_data = true),
    NOWHERE("an alias of itself", "circle.example", .records = {"=circle.example"}),
    NOWHERE("an alias of nobody", "nobody.example", .records = {"=nobody-at-all.example"}),

    REFUSED("loopback", "loopback.example", .records = {"127.0.0.1"}),
    REFUSED("nothing but zeros", "zero.example", .records = {"0.0.0.0"}),
    REFUSED("a private address", "private.example", .records = {"10.0.0.1"}),
    REFUSED("a cloud's metadata", "metadata.example", .records = {"169.254.169.254"}),
    REFUSED("broadcast", "broadcast.example", .records = {"255.255.255.255"}),
    REFUSED("loopback of IPv6", "loopback6.example", .records = {"::1"}),
    REFUSED("unspecified of IPv6", "any6.example", .records = {"::"}),
    REFUSED("IPv4-mapped", "mapped.example", .records = {"::ffff:127.0.0.1"}),
    REFUSED("NAT64", "nat64.example", .records = {"64:ff9b::127.0.0.1"}),
    REFUSED("6to4", "6to4.example", .records = {"2002:7f00:1::"}),
    REFUSED("unique local", "local6.example", .records = {"fd00::2"}),
    REFUSED("link-local of IPv6", "link6.example", .records = {"fe80::1"}),
    REFUSED("an alias of localhost", "alias-local.example", .records = {"=localhost", "127.0.0.1"}),
    REFUSED("thirty private addresses", "thirty.example",
            .records = {"127.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5",
                        "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.10", "10.0.0.11",
                        "10.0.0.12"}),
    WELL("mixed, ours first", "mixed.example", .records = {"HERE", "127.0.0.1", "::1", "10.0.0.1"}),
    WELL("mixed, ours last", "mixed-last.example",
         .records = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "HERE"}),
    CHANGING("another address the next time", "rebound.example", .records = {"HERE"},
             .then = {"127.0.0.1"}),
    CHANGING("nowhere the next time", "vanished.example", .records = {"HERE"},
             .then = {"=nobody.example"}),
    REFUSED("loopback first, ours later", "late-mend.example", .records = {"127.0.0.1"},
            .then = {"HERE"}),
    {.name = "a redirect to a private name",
     .host = "away.example",
     .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
              "http://loopback.example:{port}/away\r\n\r\n",
     .error = "forbidden address%",
     .judged = "http://loopback.example:{port}/away",
     ZONE(.records = {"HERE"})},
    {.name = "a redirect to a name that is no more",
     .host = "away2.example",
     .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
              "http://nxdomain.example:{port}/away\r\n\r\n",
     .error = "%robots unreachable|waiting%",
     .judged = "http://nxdomain.example:{port}/away",
     ZONE(.records = {"HERE"})},
};

const struct group group_dns = {.name = "dns",
                                .faults = faults,
                                .faults_count = COUNT(faults),
                                .start = start_server,
                                .stop = stop_server};
