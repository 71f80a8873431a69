/* fault.h - what can go wrong with a website, as tables: a file a group, a row a fault.
 *
 * Each fault lives at a loopback address of its own, on a site that is otherwise in order: a
 * robots.txt that allows all and names a sitemap (/sitemap.xml), a front page that names a feed
 * (/feed), and two stories, which all of these list. Beside it, at another address, is its partner,
 * a site with three stories and nothing wrong. All sites of the groups asked for are crawled by one
 * run of the program; then the database must say of each fault what its row expects, and both the
 * partner's stories and the site's own must be there.
 *
 * Texts of the tables are borrowed for ever. Thread: a connection is served on its own thread, so
 * a serve_fn may wait, and must not touch what others touch. */
#ifndef TESTS_HOSTILE_FAULT_H
#define TESTS_HOSTILE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

struct ssl_st;

/* What happens to the connection when the answer is out. */
enum ending {
    END_CLOSE,
    END_RESET, /* RST instead of FIN */
    END_HANG,  /* stays open, silent */
    END_KEEP,  /* ready for the next request */
};

/* What becomes of connections to the host. */
enum listening {
    LISTEN_FAIRLY,
    LISTEN_NOT,  /* refused */
    LISTEN_DEAF, /* the system takes them, nobody reads */
    LISTEN_FULL, /* the queue is full: nothing comes back at all */
};

/* One request to a hostile host. */
struct visit {
    const struct fault *fault;
    const char *base;    /* "http://127.0.0.2:8080" of the host that is asked */
    const char *partner; /* the same of its healthy neighbour */
    unsigned port;       /* of all of them */
    const char *path;    /* as it was sent, with its query */
    const char *head;    /* request line and headers, for site_header() */
    unsigned asked;      /* how often this path was asked for before */
    struct arena *arena; /* of the connection */
};

typedef void serve_fn(struct visit *visit);
/* Makes the connection a TLS one, or spoils it and returns NULL. */
typedef struct ssl_st *secure_fn(int socket, const struct fault *fault);

struct fault {
    const char *name;

    /* Where: a path, exact or with a '*' at its end; NULL is FAULT_STORY, to which the front page
     * links. */
    const char *path;
    enum listening listening;
    bool unasked;      /* strikes as soon as the connection stands, before any request */
    secure_fn *secure; /* NULL: plain HTTP */
    const char *host;  /* a name instead of the address */

    /* How: `bytes`, then `endless` again and again, then `ending`; or all by `serve`, which leaves
     * only the ending to the row. In both texts {base}, {partner}, {port}, {story} (a whole page),
     * {length} and {hex} (its size), {half} (the first half of it), {nul} and {1k} (a thousand
     * letters) are replaced. */
    const char *bytes;
    const char *endless;
    unsigned pause_ms; /* between two of those */
    serve_fn *serve;
    const void *context; /* of `serve` */
    enum ending ending;

    /* What the run is given: by default the front page, as a site. */
    const char *seed; /* another path, or a whole URL */
    const char *kind; /* of `crawler add`; NULL: site */

    /* What must be in the database. */
    /* How the last request for `judged` ended, as v_fetches has it, or 'http 200' without an error;
     * of a URL that was not asked, v_urls' state and reason. LIKE patterns, parted by '|'. NULL:
     * not judged. */
    const char *error;
    const char *judged; /* a path, or a whole URL; NULL: `path`, or /robots.txt where that is all */
    const char *sql;    /* gives 1 when all is well; {base}, {partner} and {port} as above */
    unsigned articles;  /* that the site has beside its own two stories */
    bool some_articles; /* or any number of them */
    bool lost;          /* its own stories can't be got */
    bool unsure;        /* they may be there or not */
};

#define FAULT_STORY "/news/2026/the-report-on-all-that-can-go-wrong"
enum { OWN_STORIES = 2, PARTNER_STORIES = 3 };

struct world;

/* Starts what the group needs beside its hosts, a name server or an authority, and returns the
 * options by which the program finds it; they end with NULL. */
typedef const char *const *group_start_fn(struct world *world);

struct group {
    const char *name;
    const struct fault *faults;
    size_t faults_count;
    group_start_fn *start; /* NULL: nothing to do */
    void (*stop)(void);
};

#define FAULT_GROUP(group_name, table)                                                             \
    {                                                                                              \
        .name = group_name, .faults = table, .faults_count = COUNT(table)                          \
    }

/* ---- for serve_fn -------------------------------------------------------------------------------
 * Each returns false when the client has left or the test is over: then there is nothing more to
 * do. */

bool visit_send(struct visit *visit, const void *data, size_t size);
bool visit_say(struct visit *visit, const char *text); /* {base} and the others are replaced */
bool visit_wait(struct visit *visit, unsigned ms);
/* "HTTP/1.1 200 OK" with a Content-Length that is right. `headers` are lines ended by \r\n. */
bool visit_answer(struct visit *visit, const char *headers, const void *data, size_t size);
/* Appends `text` with {base} and the others replaced; another '{' is itself. */
void visit_expand(const struct visit *visit, const char *text, struct bytes *out);
/* What a site in order answers. */
bool visit_healthy(struct visit *visit);
/* Appends the page that belongs to the path. */
void visit_story(const struct visit *visit, struct bytes *out);

#define HTML_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

#endif
