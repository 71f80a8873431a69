/* Which addresses may be reached, and that every spelling of a refused one is refused. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "fetch/guard.h"

static bool allows(const struct guard *guard, const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return guard_allows(guard, (struct sockaddr *)&v4);
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        fail_msg("%s is no address", text);
    return guard_allows(guard, (struct sockaddr *)&v6);
}

static const struct {
    const char *name, *address;
    bool allowed;
} cases[] = {
    {"a public address", "93.184.216.34", true},
    {"a public IPv6 address", "2606:2800:220:1:248:1893:25c8:1946", true},
    {"loopback", "127.0.0.1", false},
    {"loopback is a whole /8", "127.255.3.4", false},
    {"private 10/8", "10.20.30.40", false},
    {"private 172.16/12, last", "172.31.255.255", false},
    {"next to 172.16/12", "172.32.0.0", true},
    {"private 192.168/16", "192.168.1.1", false},
    {"cloud metadata", "169.254.169.254", false},
    {"carrier-grade NAT", "100.64.0.1", false},
    {"this host", "0.0.0.0", false},
    {"multicast", "224.0.0.251", false},
    {"broadcast", "255.255.255.255", false},
    {"IPv6 loopback", "::1", false},
    {"IPv6 unspecified", "::", false},
    {"IPv6 unique local", "fd12:3456::1", false},
    {"IPv6 link-local", "fe80::1", false},
    {"IPv4-mapped loopback", "::ffff:127.0.0.1", false},
    {"IPv4-mapped public", "::ffff:93.184.216.34", true},
    {"IPv4-compatible loopback", "::127.0.0.1", false},
    {"IPv4-translated private", "::ffff:0:10.0.0.1", false},
    {"NAT64 of metadata", "64:ff9b::169.254.169.254", false},
    {"NAT64 of a public address", "64:ff9b::93.184.216.34", true},
    {"6to4 of a private address", "2002:0a00:0001::1", false},
    {"Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2", false},
};

static void test_addresses(void **state)
{
    (void)state;
    struct guard guard;
    assert_int_equal(guard_init(&guard, NULL, 0, NULL), 0);
    for (size_t i = 0; i < COUNT(cases); i++)
        if (allows(&guard, cases[i].address) != cases[i].allowed)
            fail_msg("%s: %s should be %s", cases[i].name, cases[i].address,
                     cases[i].allowed ? "allowed" : "refused");
    guard_clear(&guard);
}

static void test_opened_ranges(void **state)
{
    (void)state;
    const char *ranges[] = {"127.0.0.0/8", "fd00::/16", "10.1.2.3"};
    struct guard guard;
    assert_int_equal(guard_init(&guard, ranges, COUNT(ranges), NULL), 0);
    assert_true(allows(&guard, "127.9.9.9"));
    assert_true(allows(&guard, "::ffff:127.0.0.1"));
    assert_true(allows(&guard, "64:ff9b::127.0.0.1"));
    assert_true(allows(&guard, "fd00::5"));
    assert_true(allows(&guard, "10.1.2.3"));
    assert_false(allows(&guard, "10.1.2.4"));
    assert_false(allows(&guard, "fd01::5"));
    guard_clear(&guard);
}

static void test_bad_ranges(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "localhost",
                                      "10.0.0.0/33",
                                      "::/129",
                                      "10.0.0.0/",
                                      "1.2.3.4/8x",
                                      "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct guard guard;
        const char *named = NULL;
        assert_int_equal(guard_init(&guard, &bad[i], 1, &named), ERR_USAGE);
        assert_string_equal(named, bad[i]);
    }
}

/* Nothing but the internet is reached: no socket of the machine. */
static void test_other_families(void **state)
{
    (void)state;
    const char *ranges[] = {"0.0.0.0/0", "::/0"};
    struct sockaddr local = {.sa_family = AF_UNIX};
    struct guard guard;
    assert_int_equal(guard_init(&guard, ranges, COUNT(ranges), NULL), 0);
    assert_true(allows(&guard, "127.0.0.1") && allows(&guard, "::1"));
    assert_false(guard_allows(&guard, &local));
    guard_clear(&guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_opened_ranges),
        cmocka_unit_test(test_bad_ranges),
        cmocka_unit_test(test_other_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
