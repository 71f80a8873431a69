/* crawler doctor - whether a crawl would go well here, and what to do where it would not.
 *
 * A finding is a line: ok, warning (a crawl works, but) or error (it would not). Nothing is
 * changed, and nothing is asked of the net but what --resolve names. */
#include "commands/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "commands/rows.h"

static const char *const states[] = {"ok", "warning", "error"};

/* In the order of telling; the database first, as others compare with it. */
static const struct {
    const char *name;
    void (*look)(struct doctor *doctor);
} checks[] = {
    {"database", doctor_database},
    {"disk", doctor_disk},
    {"clock", doctor_clock},
    {"memory", doctor_memory},
    {"descriptors", doctor_descriptors},
    {"sandbox", doctor_sandbox},
    {"certificates", doctor_certificates},
    {"resolver", doctor_resolver},
    {"addresses", doctor_addresses},
    {"libraries", doctor_libraries},
};

static void print(struct doctor *doctor, const char *state, const char *text, const char *advice)
{
    printf("%-8s %-12s  %s\n", state, doctor->check, utf8_printable(&doctor->arena, text));
    if (advice)
        printf("%23s%s\n", "", utf8_printable(&doctor->arena, advice));
}

static json_t *finding_json(const char *check, const char *state, const char *text,
                            const char *advice)
{
    json_t *finding = json_pack("{s:s, s:s}", "check", check, "state", state);
    batch_set_text(finding, "finding", text);
    batch_set_text(finding, "advice", advice);
    return finding;
}

void doctor_say(struct doctor *doctor, enum doctor_state state, const char *advice,
                const char *format, ...)
{
    struct bytes text;
    va_list values;
    bytes_init(&text, 0);
    va_start(values, format);
    bytes_append_values(&text, format, values);
    va_end(values);
    if (state > doctor->worst)
        doctor->worst = state;
    if (doctor->findings)
        json_array_append_new(doctor->findings,
                              finding_json(doctor->check, states[state], text.data, advice));
    else
        print(doctor, states[state], text.data, advice);
    bytes_clear(&text);
}

int command_doctor(const struct options *options)
{
    const char *slash = options->sites ? strrchr(options->sites, '/') : NULL;
    struct doctor doctor = {.options = options,
                            .findings = options->json ? json_array() : NULL,
                            .folder = ".",
                            .now_wall_ms = clock_wall_ms()};
    arena_init(&doctor.arena, 0);
    if (slash)
        doctor.folder =
            arena_copy(&doctor.arena, options->sites, (size_t)(slash - options->sites) + 1);
    for (size_t i = 0; i < COUNT(checks); i++) {
        doctor.check = checks[i].name;
        checks[i].look(&doctor);
        fflush(stdout);
    }
    if (options->json)
        rows_dump(
            json_pack("{s:s, s:o}", "state", states[doctor.worst], "findings", doctor.findings));
    arena_clear(&doctor.arena);
    return doctor.worst == DOCTOR_ERROR ? EXIT_NEEDS_A_PERSON : EXIT_COMPLETED;
}
