#include "extract/packer.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zstd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "extract/decode.h"
#include "extract/sandbox.h"

/* LEVEL: 3 takes a quarter of the time and gives 6 to 15 % more bytes; 9 hardly fewer. */
enum { LEVEL = 6, CPU_MS_MAX = 20000, FRAME_BYTES_MAX = 64 * 1024 * 1024 };

struct packer {
    size_t page_bytes_max;
    pid_t process; /* 0: none */
    int pipe;
    struct bytes base; /* as a frame: what a new process has to be told */
    struct bytes frame;
};

/* Before the body; both sides are one program. */
struct request {
    uint64_t size;
    bool as_base;
    char codec[8];
};

struct answer {
    int64_t size; /* of the frame that follows; below 0: an error, nothing follows */
};

static int read_all(int pipe, void *to, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(pipe, (char *)to + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_IO;
        done += (size_t)got;
    }
    return 0;
}

static int write_all(int pipe, const void *from, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t put = write(pipe, (const char *)from + done, size - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return ERR_IO;
        done += (size_t)put;
    }
    return 0;
}

/* ---- in the process without rights ---- */

static int compress(struct bytes *out, const struct bytes *page, const struct bytes *base)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1); /* another base is noticed */
    ZSTD_CCtx_refPrefix(context, base->data, base->size);
    out->size = 0;
    int err = bytes_reserve(out, ZSTD_compressBound(page->size));
    if (!err) {
        size_t size = ZSTD_compress2(context, out->data, out->capacity, page->data, page->size);
        err = ZSTD_isError(size) ? ERR_INPUT : 0;
        out->size = err ? 0 : size;
    }
    ZSTD_freeCCtx(context);
    return err;
}

static void serve(int pipe, size_t page_bytes_max)
{
    struct request request;
    struct bytes body, page, base, frame, none;
    struct bytes *const all[] = {&body, &page, &base, &frame, &none};
    for (size_t i = 0; i < COUNT(all); i++)
        bytes_init(all[i], 0);
    sandbox_enter();
    while (read_all(pipe, &request, sizeof request) == 0) {
        const char *codec = strcmp(request.codec, "none") == 0 ? NULL : request.codec;
        body.size = 0;
        if (bytes_reserve(&body, request.size) || read_all(pipe, body.data, request.size))
            return;
        sandbox_cpu_budget(CPU_MS_MAX);
        int err = decode_body(body.data, request.size, codec, page_bytes_max, &page);
        if (!err)
            err = compress(&frame, &page, request.as_base ? &none : &base);
        sandbox_cpu_budget(0);
        if (!err && request.as_base) {
            struct bytes before = base;
            base = page;
            page = before;
        }
        struct answer answer = {.size = err ? err : (int64_t)frame.size};
        if (write_all(pipe, &answer, sizeof answer) ||
            write_all(pipe, frame.data, err ? 0 : frame.size))
            return;
    }
}

/* ---- in ours ---- */

static int start(struct packer *packer)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return ERR_IO;
    pid_t process = fork();
    if (process == 0) {
        signal(SIGINT, SIG_IGN); /* it ends when its pipe does */
        signal(SIGTERM, SIG_IGN);
        close(ends[0]);
        serve(ends[1], packer->page_bytes_max);
        _exit(0);
    }
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return ERR_IO;
    }
    packer->process = process;
    packer->pipe = ends[0];
    return 0;
}

static void end(struct packer *packer)
{
    if (!packer->process)
        return;
    close(packer->pipe);
    kill(packer->process, SIGKILL);
    while (waitpid(packer->process, NULL, 0) < 0 && errno == EINTR)
        ;
    packer->process = 0;
}

int packer_open(struct packer **out, size_t page_bytes_max)
{
    struct packer *packer = alloc_zeroed(1, sizeof *packer);
    packer->page_bytes_max = page_bytes_max;
    bytes_init(&packer->base, 0);
    bytes_init(&packer->frame, 0);
    int err = start(packer);
    if (err)
        packer_close(packer);
    else
        *out = packer;
    return err;
}

void packer_close(struct packer *packer)
{
    if (!packer)
        return;
    end(packer);
    bytes_clear(&packer->base);
    bytes_clear(&packer->frame);
    free(packer);
}

/* Returns ERR_IO where the process is gone. */
static int ask(struct packer *packer, struct span body, const char *codec, bool as_base)
{
    struct request request = {.size = body.size, .as_base = as_base};
    struct answer answer;
    strncpy(request.codec, codec, sizeof request.codec - 1);
    if (write_all(packer->pipe, &request, sizeof request) ||
        write_all(packer->pipe, body.data, body.size) ||
        read_all(packer->pipe, &answer, sizeof answer))
        return ERR_IO;
    if (answer.size < 0)
        return ERR_INPUT;
    packer->frame.size = 0;
    if (answer.size > FRAME_BYTES_MAX || bytes_reserve(&packer->frame, (size_t)answer.size) ||
        read_all(packer->pipe, packer->frame.data, (size_t)answer.size))
        return ERR_IO;
    packer->frame.size = (size_t)answer.size;
    return 0;
}

static int restart(struct packer *packer)
{
    end(packer);
    int err = start(packer);
    struct span base = {packer->base.data, packer->base.size};
    return err || !base.size ? err : ask(packer, base, "zstd", true);
}

int packer_pack(struct packer *packer, struct span body, const char *codec, bool as_base,
                struct span *frame)
{
    int err = ask(packer, body, codec, as_base);
    if (err == ERR_IO)
        return restart(packer) ? ERR_IO : ERR_INPUT;
    if (err)
        return err;
    *frame = (struct span){packer->frame.data, packer->frame.size};
    if (as_base) {
        packer->base.size = 0;
        bytes_append(&packer->base, frame->data, frame->size);
    }
    return 0;
}
