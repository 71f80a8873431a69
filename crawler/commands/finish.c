#include "commands/finish.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"

enum { KILL_MS = 2000, OWN_NAMES = 4 };

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* What passes from our environment to the command's; a name that ends with _ stands for all that
 * begin so. */
static const char *const passed[] = {
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "LC_",
    "TZ",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "HOSTNAME",
    "TERM",
    "JOURNAL_STREAM",
    "INVOCATION_ID",
};

struct finishing {
    const struct finish *finish;
    struct log *log;
    uv_loop_t loop;
    uv_process_t process;
    uv_pipe_t input;
    uv_write_t write;
    uv_timer_t timer; /* its time, then what it gets to end */
    uv_signal_t signals[COUNT(stop_signals)];
    uint64_t started_ms;
    bool ended; /* by us, with SIGTERM */
    const char *why;
};

static char **environment_of(const struct finish *finish);
static int start(struct finishing *finishing);
static void on_uv_written(uv_write_t *write, int status);
static void on_uv_time(uv_timer_t *timer);
static void on_uv_stop(uv_signal_t *handle, int number);
static void on_uv_exit(uv_process_t *process, int64_t status, int number);
static void close_all(struct finishing *finishing);

void finish_run(const struct finish *finish, struct log *log)
{
    struct finishing *finishing = alloc_zeroed(1, sizeof *finishing);
    finishing->finish = finish;
    finishing->log = log;
    finishing->started_ms = clock_monotonic_ms();
    if (uv_loop_init(&finishing->loop))
        alloc_no_descriptors();
    int err = start(finishing);
    if (err) {
        log_say(log, LOG_WARNING, "on-finish", "--on-finish: it cannot be started (%s)",
                uv_strerror(err));
        close_all(finishing);
    }
    uv_run(&finishing->loop, UV_RUN_DEFAULT);
    uv_loop_close(&finishing->loop);
    free(finishing);
}

/* ---- its environment ---- */

static bool is_passed(const char *setting)
{
    for (size_t i = 0; i < COUNT(passed); i++) {
        size_t size = strlen(passed[i]);
        if (strncmp(setting, passed[i], size) == 0 &&
            (setting[size] == '=' || passed[i][size - 1] == '_'))
            return true;
    }
    return false;
}

static void free_environment(char **environment)
{
    for (size_t i = 0; environment[i]; i++)
        free(environment[i]);
    free(environment);
}

/* Returned owned, ended by NULL. */
static char **environment_of(const struct finish *finish)
{
    char numbers[2][64];
    size_t count = 0, own = 0;
    while (environ[own])
        own++;
    char **out = alloc_zeroed(own + OWN_NAMES + 1, sizeof *out);
    for (size_t i = 0; i < own; i++)
        if (is_passed(environ[i]))
            out[count++] = alloc_string(environ[i]);
    snprintf(numbers[0], sizeof numbers[0], "%d", finish->exit_status);
    snprintf(numbers[1], sizeof numbers[1], "%lld", (long long)finish->run_id);
    const struct {
        const char *name, *value;
    } names[OWN_NAMES] = {
        {"CRAWLER_OUTCOME", finish->outcome},
        {"CRAWLER_EXIT_STATUS", numbers[0]},
        {"CRAWLER_RUN", numbers[1]},
        {"CRAWLER_SITES", finish->database}, /* crawler report in the command needs no --sites */
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t size = strlen(names[i].name) + strlen(names[i].value) + 2;
        out[count] = alloc_bytes(size);
        snprintf(out[count++], size, "%s=%s", names[i].name, names[i].value);
    }
    return out;
}

/* ---- from start to end ---- */

static int spawn(struct finishing *finishing, char **environment, int input)
{
    char shell[] = "/bin/sh", option[] = "-c";
    char *arguments[] = {shell, option, (char *)(uintptr_t)finishing->finish->command, NULL};
    uv_stdio_container_t stdio[] = {
        {.flags = UV_INHERIT_FD, .data.fd = input},
        {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO}, /* ours has a report, perhaps JSON */
        {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
    };
    uv_process_options_t options = {.file = shell,
                                    .args = arguments,
                                    .env = environment,
                                    .flags = UV_PROCESS_DETACHED, /* a group that can be ended */
                                    .stdio = stdio,
                                    .stdio_count = COUNT(stdio),
                                    .exit_cb = on_uv_exit};
    return uv_spawn(&finishing->loop, &finishing->process, &options);
}

static int start(struct finishing *finishing)
{
    const struct finish *finish = finishing->finish;
    uv_buf_t report = {.base = (char *)(uintptr_t)finish->report.data, .len = finish->report.size};
    uv_pipe_init(&finishing->loop, &finishing->input, 0);
    uv_timer_init(&finishing->loop, &finishing->timer);
    finishing->process.data = finishing->timer.data = finishing->write.data = finishing;
    for (size_t i = 0; i < COUNT(stop_signals); i++) {
        uv_signal_init(&finishing->loop, &finishing->signals[i]);
        finishing->signals[i].data = finishing;
        uv_signal_start(&finishing->signals[i], on_uv_stop, stop_signals[i]);
    }
    uv_file ends[2]; /* a true pipe, which /dev/stdin can open; libuv's own are sockets */
    if (uv_pipe(ends, 0, UV_NONBLOCK_PIPE))
        alloc_no_descriptors();
    uv_pipe_open(&finishing->input, ends[1]);
    char **environment = environment_of(finish);
    int err = spawn(finishing, environment, ends[0]);
    free_environment(environment);
    close(ends[0]);
    if (err)
        return err;
    uv_timer_start(&finishing->timer, on_uv_time, finish->time_ms, 0);
    if (uv_write(&finishing->write, (uv_stream_t *)&finishing->input, &report, 1, on_uv_written))
        uv_close((uv_handle_t *)&finishing->input, NULL);
    return 0;
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* libuv: all is in the pipe; or nobody reads it any more, which is the command's own business. */
static void on_uv_written(uv_write_t *write, int status)
{
    struct finishing *finishing = write->data;
    (void)status;
    close_handle((uv_handle_t *)&finishing->input);
}

/* First asked to end, then made to; its children too. */
static void end(struct finishing *finishing, const char *why)
{
    kill(-finishing->process.pid, finishing->ended ? SIGKILL : SIGTERM);
    if (!finishing->ended)
        finishing->why = why;
    finishing->ended = true;
    uv_timer_start(&finishing->timer, on_uv_time, KILL_MS, 0);
}

/* libuv: the command's time is over, or what it got to end in. */
static void on_uv_time(uv_timer_t *timer)
{
    end(timer->data, "its time was over");
}

/* libuv: we are told to stop. */
static void on_uv_stop(uv_signal_t *handle, int number)
{
    (void)number;
    end(handle->data, "a signal came");
}

/* libuv: the command has ended. What it left in the background is its own. */
static void on_uv_exit(uv_process_t *process, int64_t status, int number)
{
    struct finishing *finishing = process->data;
    char message[256];
    double took_s = (double)(clock_monotonic_ms() - finishing->started_ms) / 1000;
    bool good = status == 0 && number == 0 && !finishing->ended;
    if (finishing->ended) { /* with those of its group that did not hear it */
        kill(-process->pid, SIGKILL);
        snprintf(message, sizeof message, "--on-finish: ended by us after %.1f s, as %s", took_s,
                 finishing->why);
    } else if (number) {
        snprintf(message, sizeof message, "--on-finish: ended by signal %d after %.1f s", number,
                 took_s);
    } else {
        snprintf(message, sizeof message, "--on-finish: exit status %d after %.1f s", (int)status,
                 took_s);
    }
    const struct log_field fields[] = {
        {"status", NULL, (double)status},
        {"signal", NULL, number},
        {"seconds", NULL, took_s},
        {"ended_by_us", NULL, finishing->ended},
    };
    log_event(finishing->log, good ? LOG_INFO : LOG_WARNING, "on-finish", message, fields,
              COUNT(fields));
    close_all(finishing);
}

static void close_all(struct finishing *finishing)
{
    close_handle((uv_handle_t *)&finishing->input);
    close_handle((uv_handle_t *)&finishing->timer);
    for (size_t i = 0; i < COUNT(stop_signals); i++)
        close_handle((uv_handle_t *)&finishing->signals[i]);
    if (!uv_is_closing((uv_handle_t *)&finishing->process))
        uv_close((uv_handle_t *)&finishing->process, NULL);
}
