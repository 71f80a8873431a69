/* crawler doctor - whether a crawl would go well here, and what to do where it would not.
 *
 * A finding is a line: ok, warning (a crawl works, but) or error (it would not). Nothing is
 * changed, and nothing is asked of the net but what --resolve names. */
#include "commands/doctor.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
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
    {"libraries", doctor_libraries},
};

static void print(enum doctor_state state, const char *check, const char *finding,
                  const char *advice)
{
    struct arena arena;
    arena_init(&arena, 0);
    printf("%-8s %-12s  %s\n", states[state], check, utf8_printable(&arena, finding));
    if (advice)
        printf("%23s%s\n", "", utf8_printable(&arena, advice));
    arena_clear(&arena);
}

void doctor_say(struct doctor *doctor, enum doctor_state state, const char *advice,
                const char *format, ...)
{
    struct bytes text, clean;
    va_list values;
    bytes_init(&text, 0);
    bytes_init(&clean, 0);
    va_start(values, format);
    bytes_append_values(&text, format, values);
    va_end(values);
    utf8_append_clean(&clean, text.data, text.size);
    if (state > doctor->worst)
        doctor->worst = state;
    if (doctor->findings)
        json_array_append_new(doctor->findings,
                              json_pack("{s:s, s:s, s:s, s:s?}", "check", doctor->check, "state",
                                        states[state], "finding", clean.data, "advice", advice));
    else
        print(state, doctor->check, clean.data, advice);
    bytes_clear(&text);
    bytes_clear(&clean);
}

int command_doctor(const struct options *options)
{
    struct doctor doctor = {.options = options,
                            .findings = options->json ? json_array() : NULL,
                            .now_wall_ms = clock_wall_ms()};
    for (size_t i = 0; i < COUNT(checks); i++) {
        doctor.check = checks[i].name;
        checks[i].look(&doctor);
        fflush(stdout);
    }
    if (options->json)
        rows_dump(
            json_pack("{s:s, s:o}", "state", states[doctor.worst], "findings", doctor.findings));
    return doctor.worst == DOCTOR_ERROR ? EXIT_NEEDS_A_PERSON : EXIT_COMPLETED;
}
