/* log.h - messages for whoever runs the program, on standard error: lines of text, or JSON.
 *
 * Writing never waits: where the descriptor has no room, the line is dropped and counted, and the
 * next line that finds room is preceded by one that says how many were lost. A reader that has gone
 * away is no failure either (create ignores SIGPIPE). Texts of strangers are made harmless here, so
 * callers pass them as they are. On a terminal one line of progress can stand below the messages.
 *
 * Where the descriptor is systemd's journal (JOURNAL_STREAM) a line begins with its priority, <4>
 * for a warning, which the journal takes off: journalctl -p warning finds it.
 *
 * As JSON a line is one object: "time" (RFC 3339, UTC), "level", "event" (a word that stays the
 * same), "message", and the event's own keys.
 *
 * Thread: any, a lock is held while a line is written. */
#ifndef CRAWLER_BASE_LOG_H
#define CRAWLER_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_format { LOG_TEXT, LOG_JSON };
enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

/* A key of an event's JSON; text NULL: `number` counts. */
struct log_field {
    const char *key;
    const char *text;
    double number;
};

struct log; /* owns its own view of the descriptor */

/* Returns a log on `descriptor` (2 for standard error), owned by the caller. The descriptor itself
 * stays the caller's, and is never switched to non-blocking: others may share it. quiet: messages
 * of LOG_INFO are left out. */
struct log *log_create(int descriptor, enum log_format format, bool quiet);
void log_close(struct log *log); /* takes; says what was lost; NULL does nothing */

/* One message. `event` is for machines, the sentence for people. */
void log_say(struct log *log, enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with keys of its own; they show in JSON only. */
void log_event(struct log *log, enum log_level level, const char *event, const char *message,
               const struct log_field *fields, size_t count);

/* Whether log_progress() shows anything: text, on a terminal that can redraw a line. */
bool log_is_live(const struct log *log);
/* Draws `line` in place of the one before it, cut to the terminal's width; NULL takes it away. */
void log_progress(struct log *log, const char *line);

/* Lines that found no room so far. */
uint64_t log_dropped(struct log *log);

#endif
