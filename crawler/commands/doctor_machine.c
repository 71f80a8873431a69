/* doctor_machine.c - the machine: disk, clock, memory, descriptors, the workers' sandbox. */
#include "commands/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/date.h"
#include "base/figures.h"
#include "commands/descriptors.h"
#include "extract/extractor.h"
#include "extract/sandbox.h"
#include "fetch/fetcher.h"
#include "storage/store.h"

#define MIB INT64_C(1048576)

/* Of disk: less than the first ends a run soon, less than the second some night soon. */
#define DISK_ERROR_BYTES   (100 * MIB)
#define DISK_WARNING_BYTES (1024 * MIB)

/* Of memory: the program itself, and what a worker takes for a large page. */
#define OWN_BYTES    (64 * MIB)
#define WORKER_BYTES (64 * MIB)

/* No clock is right that says less than this: 2026-01-01. */
#define CLOCK_LEAST_MS INT64_C(1767225600000)
enum { CLOCK_BACK_MS = 3600 * 1000 };

static unsigned workers_of(const struct options *options)
{
    return options->workers ? options->workers : extractor_workers_standard();
}

/* ---- disk ---- */

void doctor_disk(struct doctor *doctor)
{
    const char *folder = doctor->folder;
    struct statvfs disk;
    struct bytes free_bytes;
    if (doctor->options->sites && store_is_server(doctor->options->sites)) {
        doctor_say(doctor, DOCTOR_OK, NULL, "the database's is its server's: not seen from here");
        return;
    }
    if (statvfs(folder, &disk)) {
        doctor_say(doctor, DOCTOR_ERROR, "check the path", "%s: %s", folder, strerror(errno));
        return;
    }
    int64_t left = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    enum doctor_state state = left < DISK_ERROR_BYTES     ? DOCTOR_ERROR
                              : left < DISK_WARNING_BYTES ? DOCTOR_WARNING
                                                          : DOCTOR_OK;
    bytes_init(&free_bytes, 0);
    figures_size(&free_bytes, left);
    doctor_say(doctor, state,
               state ? "make room; --max-raw and --keep-raw keep fewer pages, crawler pack takes "
                       "less room for those that are kept"
                     : NULL,
               "%s free in %s", free_bytes.data, folder);
    if (disk.f_files && !disk.f_favail)
        doctor_say(doctor, DOCTOR_ERROR, "remove files that nobody needs",
                   "no more files can be made in %s: it has run out of inodes", folder);
    bytes_clear(&free_bytes);
}

/* ---- clock ---- */

void doctor_clock(struct doctor *doctor)
{
    static const char advice[] = "set the clock, and let timedatectl set-ntp true keep it";
    const char *now = date_format_utc(doctor->now_wall_ms, &doctor->arena);
    const char *last = date_format_utc(doctor->last_run_wall_ms, &doctor->arena);
    if (doctor->now_wall_ms < CLOCK_LEAST_MS)
        doctor_say(
            doctor, DOCTOR_ERROR, advice,
            "it is %s by the clock, which is before this program was written: no certificate "
            "would be believed",
            now);
    else if (doctor->last_run_wall_ms - doctor->now_wall_ms > CLOCK_BACK_MS)
        doctor_say(doctor, DOCTOR_ERROR, advice,
                   "it is %s by the clock, but the last run was at %s: one of them was wrong", now,
                   last);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "it is %s", now);
}

/* ---- memory ---- */

/* What the system could give now, in bytes; 0 where it does not say. */
static int64_t memory_available(void)
{
    char line[256];
    long long kilobytes = 0;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && fgets(line, sizeof line, file) &&
           sscanf(line, "MemAvailable: %lld", &kilobytes) != 1)
        ;
    if (file)
        fclose(file);
    return kilobytes ? kilobytes * 1024 : (int64_t)uv_get_free_memory();
}

/* A limit that somebody has set on this process: its control group's, or ulimit's. */
static int64_t memory_limit(void)
{
    struct rlimit limit;
    uint64_t least = uv_get_constrained_memory();
    static const int kinds[] = {RLIMIT_AS, RLIMIT_DATA};
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (getrlimit(kinds[i], &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
            (least == 0 || limit.rlim_cur < least))
            least = limit.rlim_cur;
    return least > INT64_MAX / 2 ? 0 : (int64_t)least;
}

void doctor_memory(struct doctor *doctor)
{
    const struct options *options = doctor->options;
    int64_t available = memory_available(), limit = memory_limit();
    int64_t wanted = OWN_BYTES + (int64_t)options->bodies_max + WORKER_BYTES * workers_of(options);
    struct bytes has, wants;
    if (limit && limit < available)
        available = limit;
    bytes_init(&has, 0);
    bytes_init(&wants, 0);
    figures_size(&has, available);
    figures_size(&wants, wanted);
    enum doctor_state state = available < OWN_BYTES ? DOCTOR_ERROR
                              : available < wanted  ? DOCTOR_WARNING
                                                    : DOCTOR_OK;
    doctor_say(doctor, state,
               state ? "end what takes it, raise the limit, or give --workers 1 and a smaller "
                       "--max-bodies"
                     : NULL,
               "%s to be had%s; a run takes up to %s", has.data,
               limit && limit == available ? " (a limit is set)" : "", wants.data);
    bytes_clear(&has);
    bytes_clear(&wants);
}

/* ---- descriptors ---- */

void doctor_descriptors(struct doctor *doctor)
{
    const struct options *options = doctor->options;
    struct rlimit limit;
    descriptors_raise();
    getrlimit(RLIMIT_NOFILE, &limit);
    unsigned possible = fetcher_sockets_possible(FETCHER_OTHERS + workers_of(options)) / 2;
    if (possible < options->concurrency)
        doctor_say(doctor, DOCTOR_WARNING,
                   "raise the limit: ulimit -n 65536, LimitNOFILE= of a systemd unit, or "
                   "/etc/security/limits.conf",
                   "%llu may be open: %u requests at one time instead of %u",
                   (unsigned long long)limit.rlim_cur, possible, options->concurrency);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%llu may be open, enough for --concurrency %u",
                   (unsigned long long)limit.rlim_cur, options->concurrency);
}

/* ---- sandbox ---- */

void doctor_sandbox(struct doctor *doctor)
{
    unsigned lacks = sandbox_try(), landlock = sandbox_landlock_version();
    if (lacks)
        doctor_say(doctor, DOCTOR_WARNING,
                   "Linux 5.13 with landlock in its lsm= list has all; in a container or under "
                   "systemd a filter of system calls may forbid it: see data/service",
                   "this system lacks %s: the processes that read pages keep more rights than "
                   "they need",
                   sandbox_names(lacks));
    else
        doctor_say(doctor, DOCTOR_OK, NULL,
                   "no_new_privs, seccomp and Landlock (version %u) hold the processes that read "
                   "pages",
                   landlock);
}
