/* The station that fetches. scheduler → fetcher_submit() → on_fetched → extractor or writer.
 *
 * A submitted job waits for a place (transfers_max), then for its host's addresses, then is a
 * transfer of libcurl, driven by libuv: curl says which sockets and which time-out to watch
 * (on_curl_socket, on_curl_timer), libuv says when they are ready (on_uv_poll, on_uv_timer), and
 * after each of these finish_transfers() collects what has ended.
 *
 * There are up to SHARDS multi handles in the one loop, a host always in the same: libcurl 7.88
 * walks all of its DNS cache after each transfer and searches a connection table of 97 buckets,
 * which made a request 5 times dearer at 9,000 hosts in one handle.
 *
 * Invariants
 * 1. A job is in exactly one of: waiting, resolving, a transfer, finished.
 * 2. on_fetched is called from the loop only (deliver, hand_over), never from inside
 * fetcher_submit().
 * 3. No libcurl handle is removed inside a callback of libcurl; only finish_transfers() and
 *    fetcher_cancel() do that.
 * 4. bodies_bytes counts what the write callback took and nobody has given back. */
#include "fetch/fetcher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "fetch/fetcher_private.h"
#include "fetch/guard.h"

enum {
    CONNECTIONS_PER_SHARD = 128,
    OWN_DESCRIPTORS = 4,                  /* of the look-ups of names */
    SHARD_DESCRIPTORS = 2,                /* libcurl wakes a multi handle by a pair of sockets */
    FEW_SOCKETS = 256,                    /* with fewer one shard will do */
    REFUSED_BODY_BYTES_MAX = 1024 * 1024, /* of an error page, read to keep the connection */
    BODY_RESERVED_MAX = 1024 * 1024, /* believed of a Content-Length before the bytes are there */
    UNREAD_BYTES_MAX = 64 * 1024,    /* that the kernel holds of one, where there is a cap */
};

/* A socket that curl wants watched; `poll` stays first, so that a handle is its watch. */
struct watch {
    uv_poll_t poll;
    struct shard *shard;
    curl_socket_t socket;
};

static void start_more(struct fetcher *fetcher);
static void start_transfer(struct transfer *transfer);
static void refuse(struct transfer *transfer, enum outcome outcome, const char *why);
static void on_resolved(const struct resolved *resolved, void *context);
static int on_curl_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *watched);
static int on_curl_timer(CURLM *multi, long timeout_ms, void *context);
static curl_socket_t on_curl_open(void *context, curlsocktype purpose,
                                  struct curl_sockaddr *address);
static size_t on_curl_header(char *data, size_t one, size_t size, void *context);
static size_t on_curl_body(char *data, size_t one, size_t size, void *context);
static void on_uv_poll(uv_poll_t *poll, int status, int ready);
static void on_uv_timer(uv_timer_t *timer);
static void finish_transfers(struct shard *shard);
static void end_transfer(struct transfer *transfer);
static void deliver(uv_timer_t *timer);
static void hand_over(struct fetcher *fetcher);

/* ---- building ---- */

static int shard_init(struct shard *shard, struct fetcher *fetcher, long connections_max)
{
    shard->fetcher = fetcher;
    shard->multi = curl_multi_init();
    if (!shard->multi)
        return ERR_CURL;
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
    curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, connections_max);
    curl_multi_setopt(shard->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      (long)fetcher->config.per_host_max);
    uv_timer_init(fetcher->loop, &shard->timer);
    shard->timer.data = shard;
    fetcher->handles_open++;
    return 0;
}

unsigned fetcher_sockets_possible(unsigned others)
{
    struct rlimit limit;
    rlim_t most = SHARDS * (CONNECTIONS_PER_SHARD + SHARD_DESCRIPTORS);
    others += OWN_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= 2 * most)
        return (unsigned)most;
    rlim_t left = limit.rlim_cur > others ? limit.rlim_cur - others : 0;
    rlim_t shards = left > FEW_SOCKETS + SHARDS * SHARD_DESCRIPTORS ? SHARDS : 1;
    return left > 2 + shards * SHARD_DESCRIPTORS ? (unsigned)(left - shards * SHARD_DESCRIPTORS)
                                                 : 2;
}

static long connections_per_shard(const struct fetcher *fetcher)
{
    unsigned share = fetcher->config.sockets_max / fetcher->shards_count;
    return share > CONNECTIONS_PER_SHARD ? CONNECTIONS_PER_SHARD : share ? share : 1;
}

int fetcher_create(struct fetcher **out, struct uv_loop_s *loop,
                   const struct fetcher_config *config, fetched_fn *on_fetched, void *context)
{
    if (curl_global_init_mem(CURL_GLOBAL_ALL, alloc_bytes, free, alloc_resized, alloc_string,
                             alloc_zeroed))
        return ERR_CURL;
    struct fetcher *fetcher = alloc_zeroed(1, sizeof *fetcher);
    fetcher->loop = loop;
    fetcher->config = *config;
    fetcher->on_fetched = on_fetched;
    fetcher->context = context;
    list_init(&fetcher->waiting);
    list_init(&fetcher->transfers);
    list_init(&fetcher->idle);
    list_init(&fetcher->finished);
    int err = resolver_create(&fetcher->resolver, loop, config->dns_servers);
    if (err) {
        free(fetcher);
        return err;
    }
    if (config->access)
        access_make_jars(config->access);
    bandwidth_init(fetcher);
    uv_timer_init(loop, &fetcher->deliver_timer);
    fetcher->deliver_timer.data = fetcher;
    fetcher->handles_open = 2;
    fetcher->shards_count = config->sockets_max > FEW_SOCKETS ? SHARDS : 1;
    for (size_t i = 0; i < fetcher->shards_count && !err; i++)
        err = shard_init(&fetcher->shards[i], fetcher, connections_per_shard(fetcher));
    if (err) {
        fetcher_close(fetcher);
        return err;
    }
    *out = fetcher;
    return 0;
}

static CURL *create_easy(struct transfer *transfer)
{
    CURL *easy = request_create_easy(&transfer->fetcher->config);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_curl_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_curl_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_curl_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    return easy;
}

/* ---- a job becomes a transfer ---- */

void fetcher_submit(struct fetcher *fetcher, struct job *job)
{
    list_append(&fetcher->waiting, &job->node);
    start_more(fetcher);
}

static void start_more(struct fetcher *fetcher)
{
    while (fetcher->transfers_count < fetcher->config.transfers_max) {
        struct list *node = list_take(&fetcher->waiting);
        if (!node)
            return;
        struct list *used = list_take(&fetcher->idle);
        struct transfer *transfer =
            used ? LIST_ITEM(used, struct transfer, node) : alloc_zeroed(1, sizeof *transfer);
        transfer->fetcher = fetcher;
        if (!transfer->easy)
            transfer->easy = create_easy(transfer);
        transfer->job = LIST_ITEM(node, struct job, node);
        list_append(&fetcher->transfers, &transfer->node);
        fetcher->transfers_count++;
        start_transfer(transfer);
    }
}

static unsigned shard_of(const struct fetcher *fetcher, struct span host)
{
    unsigned hash = 2166136261U; /* FNV-1a: spreads hosts well enough over a few shards */
    for (size_t i = 0; i < host.size; i++)
        hash = (hash ^ (unsigned char)host.data[i]) * 16777619U;
    return hash % fetcher->shards_count;
}

static void start_transfer(struct transfer *transfer)
{
    struct job *job = transfer->job;
    const struct access *access = transfer->fetcher->config.access;
    transfer->shard = &transfer->fetcher->shards[shard_of(transfer->fetcher, job->url.host)];
    transfer->site = access_find(access, job->result.lease.site_id);
    transfer->proxy = access_proxy(access, transfer->site);
    job->response.started_ms = clock_wall_ms();
    bandwidth_reserve(transfer);
    if (transfer->site && transfer->site->lacks) {
        refuse(transfer, OUTCOME_CONNECT,
               arena_format(&job->arena, "not asked without its %s", transfer->site->lacks));
        return;
    }
    if (transfer->proxy && !request_may_go_by_proxy(transfer)) {
        refuse(transfer, OUTCOME_FORBIDDEN_ADDRESS, GUARD_REFUSED);
        return;
    }
    if (transfer->proxy ? transfer->proxy->host_is_ip : job->url.host_is_ip) {
        on_resolved(NULL, transfer); /* nothing to look up; the guard sees the socket's address */
        return;
    }
    const char *host = transfer->proxy
                           ? transfer->proxy->host
                           : arena_copy(&job->arena, job->url.host.data, job->url.host.size);
    resolver_ask(transfer->fetcher->resolver, host, on_resolved, transfer);
}

/* It ends before it began. */
static void refuse(struct transfer *transfer, enum outcome outcome, const char *why)
{
    job_fail(transfer->job, outcome, why);
    end_transfer(transfer);
}

/* resolver: the host's addresses are known, or there are none (count 0). */
static void on_resolved(const struct resolved *resolved, void *context)
{
    struct transfer *transfer = context;
    if (resolved && resolved->count == 0) {
        if (transfer->fetcher->cancelling)
            refuse(transfer, OUTCOME_RELEASED, NULL);
        else if (transfer->proxy)
            refuse(transfer, OUTCOME_CONNECT, "the proxy's name leads nowhere");
        else
            refuse(transfer, OUTCOME_DNS, resolved->why);
        return;
    }
    if (!request_set(transfer, resolved)) {
        refuse(transfer, OUTCOME_FORBIDDEN_ADDRESS, GUARD_REFUSED_NAME);
        return;
    }
    transfer->running = true;
    transfer->fetcher->fresh |= UINT32_C(1) << (transfer->shard - transfer->fetcher->shards);
    CURLMcode code = curl_multi_add_handle(transfer->shard->multi, transfer->easy);
    if (code != CURLM_OK) {
        transfer->running = false;
        refuse(transfer, OUTCOME_PROTOCOL, curl_multi_strerror(code));
    }
}

/* ---- curl asks, libuv answers ---- */

/* libuv: only now is the watch's memory free. */
static void on_uv_watch_closed(uv_handle_t *handle)
{
    free(handle);
}

/* curl: watch this socket, or stop watching it. The descriptor may be closed and its number used
 * again before libuv's close callback: so a watch is never looked up by it. */
static int on_curl_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *watched)
{
    struct shard *shard = context;
    struct watch *watch = watched;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch) {
            curl_multi_assign(shard->multi, socket, NULL);
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_uv_watch_closed);
        }
        return 0;
    }
    if (!watch) {
        watch = alloc_zeroed(1, sizeof *watch);
        watch->shard = shard;
        watch->socket = socket;
        if (uv_poll_init_socket(shard->fetcher->loop, &watch->poll, socket)) {
            free(watch);
            return 0; /* the transfer ends by its time-out; -1 would end all of them */
        }
        curl_multi_assign(shard->multi, socket, watch);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    uv_poll_start(&watch->poll, events, on_uv_poll);
    return 0;
}

/* curl: "call me in timeout_ms". Even 0 ms goes through the loop. */
static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct shard *shard = context;
    (void)multi;
    if (timeout_ms < 0)
        return uv_timer_stop(&shard->timer);
    return uv_timer_start(&shard->timer, on_uv_timer, (uint64_t)timeout_ms, 0);
}

/* curl: about to connect to this very address. The last word on it is the guard's. */
static curl_socket_t on_curl_open(void *context, curlsocktype purpose,
                                  struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    (void)purpose;
    if (!transfer->proxy && !guard_allows(transfer->fetcher->config.guard, &address->addr)) {
        transfer->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    int room = UNREAD_BYTES_MAX; /* else the kernel goes on receiving megabytes for who paused */
    if (fd >= 0 && transfer->fetcher->config.bandwidth)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return fd;
}

static void begin_head(struct transfer *transfer)
{
    struct job *job = transfer->job;
    struct response fresh = {
        .started_ms = job->response.started_ms, .max_age_s = -1, .body = job->response.body};
    job->response = fresh;
    transfer->head = HEAD_BEGUN;
    bytes_clear(&transfer->head_lines);
}

static bool is_success(const struct transfer *transfer)
{
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status <= 299;
}

/* The empty line has come. */
static void end_head(struct transfer *transfer)
{
    struct job *job = transfer->job;
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->head = status < 200 ? HEAD_AWAITED : HEAD_WHOLE;
    job->response.headers =
        arena_copy(&job->arena, transfer->head_lines.data, transfer->head_lines.size);
    /* What is announced as too large is not begun. Of a robots.txt the first part counts. */
    if (job->response.has_length && is_success(transfer) && job->result.lease.kind != URL_ROBOTS &&
        (uint64_t)job->response.length > job->response.body.bytes_max)
        transfer->too_large = "body";
}

/* A line is what its place makes it: a status line may not come a second time in a head, and what
 * comes after the body (RFC 9110, section 6.5) is not merged. */
static void take_header_line(struct transfer *transfer, struct span line)
{
    struct job *job = transfer->job;
    if (transfer->head == HEAD_WHOLE)
        return;
    if (transfer->head == HEAD_AWAITED)
        begin_head(transfer);
    else
        response_take_header(&job->response, &job->arena, line, clock_wall_ms());
    if (!line.size) {
        end_head(transfer);
        return;
    }
    if (transfer->private && line.size > 11 && strncasecmp(line.data, "Set-Cookie:", 11) == 0)
        return; /* it may open what a credential opened; the others are anybody's */
    bytes_append(&transfer->head_lines, "\n", transfer->head_lines.size ? 1 : 0);
    bytes_append(&transfer->head_lines, line.data, line.size);
}

/* curl: one line of a head, or of what follows a chunked body. */
static size_t on_curl_header(char *data, size_t one, size_t size, void *context)
{
    struct transfer *transfer = context;
    (void)one;
    transfer->header_bytes += size;
    bandwidth_count(transfer, size);
    if (transfer->header_bytes > transfer->fetcher->config.header_bytes_max)
        transfer->too_large = "headers";
    else
        take_header_line(transfer, span_trimmed((struct span){data, size}));
    return transfer->too_large || transfer->job->response.bad_length ? 0 : size;
}

/* ---- the body ---- */

/* The oldest transfer never pauses for want of room: so one always gets ready, and makes some. */
static bool must_pause(const struct transfer *transfer)
{
    const struct fetcher *fetcher = transfer->fetcher;
    return (fetcher->bodies_bytes > fetcher->config.bodies_bytes_max &&
            fetcher->transfers.next != &transfer->node) ||
           bandwidth_is_spent(transfer);
}

/* Room for all that the server tells of, at once: what grows by doubling has a third too much of
 * it. A server that tells of more than it sends costs addresses, not memory. */
static void reserve_told(struct transfer *transfer)
{
    curl_off_t told = -1;
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
    if (told > 0 && told <= BODY_RESERVED_MAX)
        bytes_reserve(&transfer->job->response.body, (size_t)told);
}

/* curl: bytes of the body, still encoded. */
static size_t on_curl_body(char *data, size_t one, size_t size, void *context)
{
    struct transfer *transfer = context;
    struct job *job = transfer->job;
    (void)one;
    if (is_success(transfer) ? must_pause(transfer) : bandwidth_is_spent(transfer)) {
        transfer->fetcher->paused_count += !transfer->paused;
        transfer->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    bandwidth_count(transfer, size);
    if (!is_success(transfer)) {
        transfer->discarded += size;
        transfer->enough = transfer->discarded > REFUSED_BODY_BYTES_MAX;
        return transfer->enough ? 0 : size;
    }
    if (!job->response.body.capacity)
        reserve_told(transfer);
    if (bytes_append(&job->response.body, data, size)) {
        /* Of a robots.txt the first part counts; anything else would be half a document. */
        transfer->enough = job->result.lease.kind == URL_ROBOTS;
        transfer->too_large = transfer->enough ? NULL : "body";
        return 0;
    }
    transfer->fetcher->bodies_bytes += size;
    return size;
}

static void run_shard(struct shard *shard, curl_socket_t socket, int flags)
{
    int running;
    curl_multi_socket_action(shard->multi, socket, flags, &running);
    finish_transfers(shard); /* always: the last one leaves running == 0 */
}

/* libuv: the socket is ready, or broken (status < 0). */
static void on_uv_poll(uv_poll_t *poll, int status, int ready)
{
    struct watch *watch = (struct watch *)poll;
    struct shard *shard = watch->shard; /* watch may die below */
    int flags = status < 0 ? CURL_CSELECT_ERR
                           : (ready & UV_READABLE ? CURL_CSELECT_IN : 0) |
                                 (ready & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    run_shard(shard, watch->socket, flags);
    hand_over(shard->fetcher);
}

/* libuv: the time that curl asked for has passed. */
static void on_uv_timer(uv_timer_t *timer)
{
    run_shard(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* ---- a transfer ends ---- */

static void finish_transfers(struct shard *shard)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(shard->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result; /* the message dies with remove_handle */
        struct transfer *transfer;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        outcome_take(transfer, code);
        end_transfer(transfer);
    }
}

/* The job is done with: its place is free, and it is given back by the loop. */
static void end_transfer(struct transfer *transfer)
{
    struct fetcher *fetcher = transfer->fetcher;
    struct job *job = transfer->job;
    bandwidth_settle(transfer);
    if (transfer->running)
        curl_multi_remove_handle(transfer->shard->multi, transfer->easy);
    fetcher->paused_count -= transfer->paused;
    transfer->running = transfer->paused = false;
    request_clear(transfer);
    transfer->job = NULL;
    if (job->outcome != OUTCOME_OK) { /* what is not read is not held */
        size_t size = job->response.body.size;
        bytes_clear(&job->response.body);
        fetcher->bodies_bytes -= size;
    }
    list_remove(&transfer->node);
    list_append(&fetcher->idle, &transfer->node);
    fetcher->transfers_count--;
    list_append(&fetcher->finished, &job->node);
    uv_timer_start(&fetcher->deliver_timer, deliver, 0, 0);
}

static void give_back(struct fetcher *fetcher)
{
    struct list ready;
    list_init(&ready);
    list_splice(&ready, &fetcher->finished);
    struct list *node;
    while ((node = list_take(&ready)))
        fetcher->on_fetched(LIST_ITEM(node, struct job, node), fetcher->context);
    start_more(fetcher);
    fetcher_resume_paused(fetcher); /* another may be the oldest now */
}

/* libuv: at least one job has ended since the last turn. */
static void deliver(uv_timer_t *timer)
{
    give_back(timer->data);
}

/* Where ten answers come at once, the next request of the first one need not wait until the other
 * nine are read: what has ended is given back after each socket, and what starts for it is begun.
 */
static void hand_over(struct fetcher *fetcher)
{
    if (list_empty(&fetcher->finished))
        return;
    fetcher->fresh = 0;
    give_back(fetcher);
    uint32_t fresh = fetcher->fresh;
    for (size_t i = 0; i < fetcher->shards_count; i++)
        if (fresh & UINT32_C(1) << i)
            run_shard(&fetcher->shards[i], CURL_SOCKET_TIMEOUT, 0);
}

/* ---- memory, stopping ---- */

void fetcher_resume_paused(struct fetcher *fetcher)
{
    if (!fetcher->paused_count)
        return;
    for (struct list *node = fetcher->transfers.next, *next; node != &fetcher->transfers;
         node = next) {
        next = node->next;
        struct transfer *transfer = LIST_ITEM(node, struct transfer, node);
        if (!transfer->paused || must_pause(transfer))
            continue;
        transfer->paused = false;
        fetcher->paused_count--;
        curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
    }
}

void fetcher_body_freed(struct fetcher *fetcher, size_t size)
{
    assert(fetcher->bodies_bytes >= size);
    fetcher->bodies_bytes -= size;
    fetcher_resume_paused(fetcher);
}

size_t fetcher_bodies_bytes(const struct fetcher *fetcher)
{
    return fetcher->bodies_bytes;
}

void fetcher_cancel(struct fetcher *fetcher)
{
    struct list *node;
    while ((node = list_take(&fetcher->waiting))) {
        job_fail(LIST_ITEM(node, struct job, node), OUTCOME_RELEASED, NULL);
        list_append(&fetcher->finished, node);
    }
    for (struct list *at = fetcher->transfers.next, *next; at != &fetcher->transfers; at = next) {
        next = at->next;
        struct transfer *transfer = LIST_ITEM(at, struct transfer, node);
        if (!transfer->running)
            continue; /* its look-up is cancelled below and ends in on_resolved */
        job_fail(transfer->job, OUTCOME_RELEASED, NULL);
        end_transfer(transfer);
    }
    fetcher->cancelling = true;
    resolver_cancel(fetcher->resolver);
    fetcher->cancelling = false;
    uv_timer_start(&fetcher->deliver_timer, deliver, 0, 0);
}

static void count_closed(struct fetcher *fetcher)
{
    if (--fetcher->handles_open == 0)
        free(fetcher);
}

/* libuv: a handle is closed; the last one frees the fetcher. */
static void on_uv_shard_closed(uv_handle_t *handle)
{
    count_closed(((struct shard *)handle->data)->fetcher);
}

static void on_uv_own_closed(uv_handle_t *handle)
{
    count_closed(handle->data);
}

void fetcher_close(struct fetcher *fetcher)
{
    if (!fetcher)
        return;
    assert(list_empty(&fetcher->waiting) && list_empty(&fetcher->transfers) &&
           list_empty(&fetcher->finished));
    struct list *node;
    while ((node = list_take(&fetcher->idle))) {
        struct transfer *transfer = LIST_ITEM(node, struct transfer, node);
        curl_easy_cleanup(transfer->easy);
        bytes_clear(&transfer->head_lines);
        free(transfer);
    }
    resolver_close(fetcher->resolver);
    for (size_t i = 0; i < SHARDS; i++)
        if (fetcher->shards[i].multi) {
            curl_multi_cleanup(fetcher->shards[i].multi);
            uv_close((uv_handle_t *)&fetcher->shards[i].timer, on_uv_shard_closed);
        }
    uv_close((uv_handle_t *)&fetcher->deliver_timer, on_uv_own_closed);
    uv_close((uv_handle_t *)&fetcher->refill_timer, on_uv_own_closed);
}
