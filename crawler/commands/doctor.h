/* doctor.h - what crawler doctor looks at, and how it says what it found. Thread: main. */
#ifndef CRAWLER_COMMANDS_DOCTOR_H
#define CRAWLER_COMMANDS_DOCTOR_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "options.h"

enum doctor_state { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_ERROR };

struct doctor {
    const struct options *options;
    struct arena arena;      /* of what is told */
    json_t *findings;        /* --json: gathered; else NULL */
    enum doctor_state worst; /* so far */
    const char *check;       /* what is being looked at */
    const char *folder;      /* of the database's file; without one, where we are */
    int64_t now_wall_ms;
    int64_t last_run_wall_ms; /* as the database tells; 0: no run, or no database */
    int64_t database_bytes;   /* 0: no database */
    char library[64];         /* of the database, with its version; empty: not known */
};

/* One finding of the check at hand: a sentence, and what to do (NULL: nothing). */
void doctor_say(struct doctor *doctor, enum doctor_state state, const char *advice,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The checks; each says one finding at least. */
void doctor_database(struct doctor *doctor); /* without --sites nothing */
void doctor_disk(struct doctor *doctor);
void doctor_clock(struct doctor *doctor);
void doctor_memory(struct doctor *doctor);
void doctor_descriptors(struct doctor *doctor);
void doctor_sandbox(struct doctor *doctor);
void doctor_certificates(struct doctor *doctor);
void doctor_resolver(struct doctor *doctor);
void doctor_addresses(struct doctor *doctor); /* without --sites nothing */
void doctor_libraries(struct doctor *doctor);

#endif
