#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/utf8.h"

/* A pipe takes this much whole or not at all (POSIX: at least 512, Linux 4096), so lines of two
 * writers never mix and none is cut. */
enum { LINE_BYTES_MAX = PIPE_BUF, COLUMNS_STANDARD = 80 };

/* How to write without waiting. */
enum way {
    WAY_OWN,    /* a description of our own, opened non-blocking: pipes and terminals on Linux */
    WAY_SOCKET, /* send() can be told for one call */
    WAY_POLL,   /* asked first whether there is room; for a file there always is */
};

struct log {
    int descriptor;
    enum way way;
    enum log_format format;
    bool quiet;
    bool live;    /* a terminal that can redraw a line */
    bool journal; /* systemd reads it, and wants priorities */
    uint64_t dropped;
    uint64_t dropped_told;
    char *progress;    /* the line that stands below the messages, or NULL */
    bool drawn;        /* it is on the screen */
    struct bytes rest; /* of a line that a terminal took in part */
    pthread_mutex_t lock;
};

/* ---- writing without waiting ---- */

/* Opens the same pipe or terminal once more. Unlike O_NONBLOCK set by fcntl(), which every process
 * that inherited the descriptor would see, this is ours alone. */
static int open_own(int descriptor)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* systemd.exec(5): what of our descriptors the journal reads, as device:inode. */
static bool is_journal(const struct stat *info)
{
    char name[64];
    const char *stream = getenv("JOURNAL_STREAM");
    snprintf(name, sizeof name, "%ju:%ju", (uintmax_t)info->st_dev, (uintmax_t)info->st_ino);
    return stream && strcmp(stream, name) == 0;
}

static void find_way(struct log *log, int descriptor)
{
    struct stat info;
    log->descriptor = descriptor;
    log->way = WAY_POLL;
    if (fstat(descriptor, &info))
        return;
    log->journal = is_journal(&info);
    if (S_ISSOCK(info.st_mode)) {
        log->way = WAY_SOCKET;
    } else if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) {
        int own = open_own(descriptor);
        if (own >= 0) {
            log->descriptor = own;
            log->way = WAY_OWN;
        }
    }
}

/* Returns how many bytes went out; 0 where there is no room. What can never be written (the reader
 * is gone) counts as written: nobody misses it. */
static size_t write_now(struct log *log, const char *data, size_t size)
{
    struct pollfd room = {.fd = log->descriptor, .events = POLLOUT};
    ssize_t written;
    if (log->way == WAY_POLL && poll(&room, 1, 0) <= 0)
        return 0;
    do
        written = log->way == WAY_SOCKET
                      ? send(log->descriptor, data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                      : write(log->descriptor, data, size);
    while (written < 0 && errno == EINTR);
    if (written >= 0)
        return (size_t)written;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : size;
}

/* Writes a whole line or none of it; what a terminal leaves over goes before the next one. */
static bool put(struct log *log, const char *data, size_t size)
{
    if (log->rest.size > 0) {
        size_t written = write_now(log, log->rest.data, log->rest.size);
        memmove(log->rest.data, log->rest.data + written, log->rest.size - written);
        log->rest.size -= written;
        if (log->rest.size > 0)
            return false;
    }
    size_t written = write_now(log, data, size);
    if (written == 0)
        return false;
    if (written < size)
        bytes_append(&log->rest, data + written, size - written);
    return true;
}

/* ---- lines ---- */

/* Characters that move the cursor, colour the screen or turn the direction of writing. */
static bool is_harmful(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x200e || point == 0x200f ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0xfeff;
}

static void append_json(struct bytes *line, const char *text)
{
    char escape[16];
    size_t size = strlen(text);
    bytes_append_string(line, "\"");
    for (size_t at = 0; at < size;) {
        uint32_t point;
        at += utf8_decode(text + at, size - at, &point);
        if (is_harmful(point)) {
            snprintf(escape, sizeof escape, "\\u%04x", (unsigned)point);
            bytes_append_string(line, escape);
        } else {
            if (point == '"' || point == '\\')
                bytes_append_string(line, "\\");
            utf8_append(line, point);
        }
    }
    bytes_append_string(line, "\"");
}

static void append_key(struct bytes *line, const char *key, const char *text)
{
    bytes_append_string(line, line->data[line->size - 1] == '{' ? "" : ",");
    append_json(line, key);
    bytes_append_string(line, ":");
    if (text)
        append_json(line, text);
}

static void append_time(struct bytes *line)
{
    int64_t now_ms = clock_wall_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;
    char day[32], text[48];
    gmtime_r(&seconds, &utc);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, sizeof text, "%s.%03dZ", day, (int)(now_ms % 1000));
    append_key(line, "time", text);
}

static void write_json(struct bytes *line, enum log_level level, const char *event,
                       const char *message, const struct log_field *fields, size_t count)
{
    static const char *const levels[] = {"info", "warning", "error"};
    char number[48];
    bytes_append_string(line, "{");
    append_time(line);
    append_key(line, "level", levels[level]);
    append_key(line, "event", event);
    append_key(line, "message", message);
    for (size_t i = 0; i < count; i++) {
        append_key(line, fields[i].key, fields[i].text);
        if (!fields[i].text) {
            snprintf(number, sizeof number, "%.15g", fields[i].number);
            bytes_append_string(line, number);
        }
    }
    bytes_append_string(line, "}\n");
}

static void write_text(struct bytes *line, enum log_level level, const char *message)
{
    static const char *const begins[] = {"crawler: ", "crawler: warning: ", "crawler: error: "};
    struct arena arena;
    arena_init(&arena, 0);
    bytes_append_string(line, begins[level]);
    const char *clean = utf8_printable(&arena, message);
    bytes_append(
        line, clean,
        utf8_cut(clean, strlen(clean) < LINE_BYTES_MAX - 64 ? strlen(clean) : LINE_BYTES_MAX - 64));
    bytes_append_string(line, "\n");
    arena_clear(&arena);
}

/* One line of either form, at most LINE_BYTES_MAX long. */
static void format_line(const struct log *log, struct bytes *line, enum log_level level,
                        const char *event, const char *message, const struct log_field *fields,
                        size_t count)
{
    static const char *const priorities[] = {"<6>", "<4>", "<3>"}; /* of syslog */
    if (log->journal)
        bytes_append_string(line, priorities[level]);
    size_t begin = line->size;
    if (log->format == LOG_TEXT) {
        write_text(line, level, message);
        return;
    }
    write_json(line, level, event, message, fields, count);
    if (line->size > LINE_BYTES_MAX) { /* a line cut short would be no JSON: the event alone */
        line->size = begin;
        write_json(line, level, event, "too long to be told", NULL, 0);
    }
}

/* ---- the screen ---- */

static size_t screen_columns(const struct log *log)
{
    struct winsize size;
    if (ioctl(log->descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col;
    return COLUMNS_STANDARD;
}

static void erase(struct log *log)
{
    if (log->drawn && put(log, "\r\x1b[K", 4))
        log->drawn = false;
}

static void draw(struct log *log)
{
    if (!log->progress)
        return;
    struct bytes line;
    bytes_init(&line, 0);
    size_t size = strlen(log->progress), columns = screen_columns(log) - 1, at = 0;
    for (size_t column = 0; column < columns && at < size; column++) {
        uint32_t point;
        at += utf8_decode(log->progress + at, size - at, &point);
    }
    bytes_append_string(&line, "\r");
    bytes_append(&line, log->progress, at);
    bytes_append_string(&line, "\x1b[K");
    log->drawn = put(log, line.data, line.size);
    bytes_clear(&line);
}

/* ---- the interface ---- */

struct log *log_create(int descriptor, enum log_format format, bool quiet)
{
    struct log *log = alloc_zeroed(1, sizeof *log);
    const char *terminal = getenv("TERM");
    signal(SIGPIPE, SIG_IGN);
    find_way(log, descriptor);
    log->format = format;
    log->quiet = quiet;
    log->live = format == LOG_TEXT && !quiet && isatty(descriptor) && terminal &&
                strcmp(terminal, "dumb") != 0;
    bytes_init(&log->rest, 0);
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

/* Says how many lines were lost since the last time it was said. */
static void tell_dropped(struct log *log)
{
    struct bytes line;
    char message[64];
    uint64_t lost = log->dropped - log->dropped_told;
    struct log_field field = {"lines", NULL, (double)lost};
    if (lost == 0)
        return;
    bytes_init(&line, 0);
    snprintf(message, sizeof message, "%ju lines found no room and are lost", (uintmax_t)lost);
    format_line(log, &line, LOG_WARNING, "log-dropped", message, &field, 1);
    if (put(log, line.data, line.size))
        log->dropped_told = log->dropped;
    bytes_clear(&line);
}

void log_close(struct log *log)
{
    if (!log)
        return;
    log_progress(log, NULL);
    tell_dropped(log);
    if (log->way == WAY_OWN)
        close(log->descriptor);
    bytes_clear(&log->rest);
    pthread_mutex_destroy(&log->lock);
    free(log);
}

void log_say(struct log *log, enum log_level level, const char *event, const char *format, ...)
{
    char message[LINE_BYTES_MAX / 2];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    log_event(log, level, event, message, NULL, 0);
}

void log_event(struct log *log, enum log_level level, const char *event, const char *message,
               const struct log_field *fields, size_t count)
{
    if (log->quiet && level == LOG_INFO)
        return;
    struct bytes line;
    bytes_init(&line, 0);
    format_line(log, &line, level, event, message, fields, count);
    pthread_mutex_lock(&log->lock);
    erase(log);
    tell_dropped(log);
    if (!put(log, line.data, line.size))
        log->dropped++;
    draw(log);
    pthread_mutex_unlock(&log->lock);
    bytes_clear(&line);
}

bool log_is_live(const struct log *log)
{
    return log->live;
}

void log_progress(struct log *log, const char *line)
{
    if (!log->live)
        return;
    struct arena arena;
    arena_init(&arena, 0);
    pthread_mutex_lock(&log->lock);
    free(log->progress);
    log->progress = line ? alloc_string(utf8_printable(&arena, line)) : NULL;
    if (line)
        draw(log);
    else
        erase(log);
    pthread_mutex_unlock(&log->lock);
    arena_clear(&arena);
}

uint64_t log_dropped(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    uint64_t dropped = log->dropped;
    pthread_mutex_unlock(&log->lock);
    return dropped;
}
