/* Places where the program may not go, in every spelling, by redirect, link, source and header. On
 * all of them that this machine has, a tripwire listens (world.h). */
#include "base/alloc.h"
#include "hostile/groups.h"

#define FOUND(location) "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " location "\r\n\r\n"

/* A redirect to `place`, which is `address` once it is read; `path` tells the rows from each other.
 */
#define REDIRECT(row, place, address, path)                                                        \
    {                                                                                              \
        .name = row, .bytes = FOUND(place path),                                                   \
        .error = "forbidden address%|retry: robots unreachable", .judged = address path            \
    }
#define HERE(row, place, path) REDIRECT(row, place, "http://127.0.0.1:{port}", path)
/* One that is no address at all. */
#define NO_URL(row, place)                                                                         \
    {                                                                                              \
        .name = row, .bytes = FOUND(place), .error = "bad url%"                                    \
    }
/* Of another machine: it must not even be tried. */
#define FAR(row, place, path) REDIRECT(row, place, place, path)

static const char front_with_links[] = HTML_HEAD
    "\r\n<!DOCTYPE html><html><head><title>Daily</title>"
    "<link rel=\"canonical\" href=\"http://127.0.0.1:{port}/canonical\">"
    "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"http://127.0.0.1:{port}/feed\">"
    "<link rel=\"https://api.w.org/\" href=\"http://127.0.0.1:{port}/wp-json/\">"
    "<base href=\"http://127.0.0.1:{port}/base/\"></head><body><h1>Daily</h1>"
    "<h2><a href=\"http://127.0.0.1:{port}/news/2026/what-the-council-said-in-the-evening\">"
    "What the council said in the evening</a></h2>"
    "<h2><a href=\"news/2026/what-the-mayor-said-in-the-morning\">"
    "What the mayor said in the morning</a></h2></body></html>";

static const struct fault faults[] = {
    HERE("127.0.0.1", "http://127.0.0.1:{port}", "/plain"),
    HERE("decimal", "http://2130706433:{port}", "/decimal"),
    HERE("hexadecimal", "http://0x7f000001:{port}", "/hex"),
    HERE("hexadecimal in parts", "http://0x7f.0x0.0x0.0x1:{port}", "/hexparts"),
    HERE("octal", "http://017700000001:{port}", "/octal"),
    HERE("octal in parts", "http://0177.0.0.01:{port}", "/octalparts"),
    HERE("short", "http://127.1:{port}", "/short"),
    HERE("three parts", "http://127.0.1:{port}", "/three"),
    HERE("a trailing dot", "http://127.0.0.1.:{port}", "/dot"),
    HERE("full-width digits", "http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1:{port}", "/wide"),
    HERE("circled digits", "http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1:{port}", "/circled"),
    HERE("escaped digits", "http://%31%32%37.0.0.1:{port}", "/escaped"),
    HERE("ideographic dots",
         "http://127\xe3\x80\x82"
         "0\xe3\x80\x82"
         "0\xe3\x80\x82"
         "1:{port}",
         "/dots"),
    HERE("a soft hyphen",
         "http://127.0.\xc2\xad"
         "0.1:{port}",
         "/hyphen"),
    HERE("behind a user", "http://example.org@127.0.0.1:{port}", "/user"),
    HERE("behind a user and a password", "http://example.org:80@127.0.0.1:{port}", "/password"),
    HERE("behind two users", "http://a@b@127.0.0.1:{port}", "/users"),
    REDIRECT("before a backslash", "http://127.0.0.1:{port}\\@example.org",
             "http://127.0.0.1:{port}/@example.org", "/back"),
    HERE("backslashes", "http:\\\\127.0.0.1:{port}", "/slashes"),
    HERE("no scheme", "//127.0.0.1:{port}", "/noscheme"),
    HERE("three slashes", "http:///127.0.0.1:{port}", "/slash3"),
    {.name = "one slash",
     .bytes = FOUND("HtTp:/127.0.0.1:{port}/x"),
     .error = "gone",
     .judged = "/127.0.0.1:{port}/x"},
    HERE("a tab inside", "ht\ttp://127.0.\t0.1:{port}", "/tab"),
    NO_URL("256 in a part", "http://127.0.0.256/"),
    NO_URL("five parts", "http://127.0.0.0.1/"),
    NO_URL("too large a number", "http://4294967297/"),
    REDIRECT("0.0.0.0", "http://0.0.0.0:{port}", "http://0.0.0.0:{port}", "/zero"),
    REDIRECT("nothing but 0", "http://0:{port}", "http://0.0.0.0:{port}", "/nought"),
    REDIRECT("localhost", "http://localhost:{port}", "http://localhost:{port}", "/name"),
    REDIRECT("LOCALHOST.", "http://LOCALHOST.:{port}", "http://localhost.:{port}", "/namedot"),
    REDIRECT("a name below localhost", "http://news.localhost:{port}",
             "http://news.localhost:{port}", "/below"),
    REDIRECT("::1", "http://[::1]:{port}", "http://[::1]:{port}", "/six"),
    REDIRECT("::1 in full", "http://[0:0:0:0:0:0:0:1]:{port}", "http://[::1]:{port}", "/sixfull"),
    REDIRECT("::", "http://[::]:{port}", "http://[::]:{port}", "/unspecified"),
    REDIRECT("IPv4-mapped", "http://[::ffff:127.0.0.1]:{port}", "http://[::ffff:7f00:1]:{port}",
             "/mapped"),
    REDIRECT("IPv4-mapped, hexadecimal", "http://[::FFFF:7F00:1]:{port}",
             "http://[::ffff:7f00:1]:{port}", "/mappedhex"),
    REDIRECT("IPv4-compatible", "http://[::127.0.0.1]:{port}", "http://[::7f00:1]:{port}",
             "/compatible"),
    REDIRECT("IPv4-translated", "http://[::ffff:0:127.0.0.1]:{port}",
             "http://[::ffff:0:7f00:1]:{port}", "/translated"),
    REDIRECT("NAT64", "http://[64:ff9b::127.0.0.1]:{port}", "http://[64:ff9b::7f00:1]:{port}",
             "/nat64"),
    REDIRECT("6to4", "http://[2002:7f00:1::]:{port}", "http://[2002:7f00:1::]:{port}", "/6to4"),
    REDIRECT("unique local", "http://[fd00::2]:{port}", "http://[fd00::2]:{port}", "/fd"),
    REDIRECT("link-local", "http://[fe80::1]:{port}", "http://[fe80::1]:{port}", "/fe80"),
    NO_URL("link-local with a zone", "http://[fe80::1%25eth0]:{port}/"),
    REDIRECT("outside what is allowed", "http://127.1.2.3:{port}", "http://127.1.2.3:{port}",
             "/near"),
    FAR("10.0.0.1", "http://10.0.0.1", "/ten"),
    FAR("172.16.0.1", "http://172.16.0.1", "/sixteen"),
    FAR("192.168.0.1", "http://192.168.0.1", "/router"),
    FAR("the metadata of a cloud", "http://169.254.169.254", "/latest/meta-data/"),
    REDIRECT("the metadata in decimal", "http://2852039166", "http://169.254.169.254", "/decimal"),
    REDIRECT("the metadata, IPv4-mapped", "http://[::ffff:a9fe:a9fe]", "http://[::ffff:a9fe:a9fe]",
             "/mapped"),
    REDIRECT("the metadata by NAT64", "http://[64:ff9b::a9fe:a9fe]", "http://[64:ff9b::a9fe:a9fe]",
             "/nat64"),
    FAR("the metadata of IPv6", "http://[fd00:ec2::254]", "/latest/meta-data/"),
    FAR("the metadata of another cloud", "http://100.100.100.200", "/latest/meta-data/"),
    FAR("a carrier's net", "http://100.64.0.1", "/carrier"),
    FAR("broadcast", "http://255.255.255.255", "/all"),
    FAR("multicast", "http://224.0.0.1", "/multicast"),
    FAR("documentation", "http://192.0.2.1", "/documentation"),

    {.name = "links of a front page", .path = "/", .bytes = front_with_links},
    {.name = "a header that links",
     .bytes = HTML_HEAD
     "Link: <http://127.0.0.1:{port}/linked>; rel=canonical, <http://127.0.0.1:{port}/wp-json/>; "
     "rel=\"https://api.w.org/\"\r\nContent-Length: {length}\r\n\r\n{story}",
     .error = "http 200",
     .articles = 1},
    {.name = "robots.txt elsewhere",
     .path = "/robots.txt",
     .bytes = FOUND("http://127.0.0.1:{port}/robots.txt"),
     .error = "http 302"},
    {.name = "sitemaps elsewhere",
     .path = "/robots.txt",
     .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nSitemap: "
              "{base}/sitemap.xml\nSitemap: http://127.0.0.1:{port}/map.xml\nSitemap: "
              "http://[::1]:{port}/map.xml\nSitemap: file:///etc/passwd\n",
     .error = "http 200",
     .sql = "SELECT count(*) > 0 FROM v_fetches WHERE url = 'http://127.0.0.1:{port}/map.xml' AND "
            "error LIKE 'forbidden address%'"},
    {.name = "a sitemap of elsewhere",
     .path = "/sitemap.xml",
     .bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<sitemapindex "
              "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>http://"
              "127.0.0.1:{port}/one.xml</loc></sitemap><sitemap><loc>http://0x7f.1:{port}/two.xml</"
              "loc></sitemap></sitemapindex>",
     .error = "http 200",
     .sql = "SELECT count(*) > 0 FROM v_fetches WHERE url = 'http://127.0.0.1:{port}/two.xml' AND "
            "error LIKE 'forbidden address%'"},
    {.name = "a feed of elsewhere",
     .path = "/feed",
     .bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss "
              "version=\"2.0\"><channel><title>News</title><item><title>One</title><link>http://"
              "127.0.0.1:{port}/news/2026/of-a-feed</link></item></channel></rss>",
     .error = "http 200"},
    {.name = "the site itself",
     .path = "*",
     .seed = "http://127.0.0.1:{port}/seed",
     .error = "forbidden address%",
     .judged = "http://127.0.0.1:{port}/seed",
     .lost = true},
};

const struct group group_addresses = FAULT_GROUP("addresses", faults);
