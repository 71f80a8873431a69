/* batch.h - the --batch form of the parser commands: a JSON object a line in, one a line out.
 *
 * Each line of the file has a string "id"; its answer carries the same id. A line that can't be
 * answered gets {"id", "error"}, and the rest goes on. Thread: main. */
#ifndef CRAWLER_COMMANDS_BATCH_H
#define CRAWLER_COMMANDS_BATCH_H

#include <jansson.h>

#include "base/arena.h"
#include "options.h"

/* Answers one case: borrows `input`, adds its keys to `answer`. Returns 0, or a negative enum
 * error and, where it can, says why in answer's "error". `arena` is reset after each case. */
typedef int batch_fn(json_t *input, json_t *answer, struct arena *arena, void *context);

/* Runs `path` ("-": standard input) through `answer`, results to standard output. Returns the exit
 * status of the command: 0 also when single cases failed, 2 when the file can't be read. */
int batch_run(const char *path, batch_fn *answer, void *context);

/* The bytes of base64 text `key` of `input`, in the arena. Returns 0, ERR_NOT_FOUND or ERR_INPUT.
 */
int batch_bytes(json_t *input, const char *key, struct arena *arena, char **out, size_t *out_size);

/* The string `key` of `input`, or NULL; borrowed from it. */
const char *batch_string(json_t *input, const char *key);

/* Sets a string that may hold any bytes (U+FFFD for what is not UTF-8), or null for NULL. */
void batch_set_text(json_t *answer, const char *key, const char *text);

/* Reads a whole file ("-": standard input) into the arena; ".gz" is not looked into.
 * Returns 0 or ERR_IO after one line on standard error. */
int batch_read_file(const char *path, struct arena *arena, char **out, size_t *out_size);

/* The same of a file that a person has written. ERR_INPUT, after one line, where it holds NUL
 * bytes: a file of some other kind would be as many complaints as it has lines. */
int batch_read_text(const char *path, struct arena *arena, char **out, size_t *out_size);

/* Prints what one file holds; borrows all. Returns 0, or an enum error after one line on standard
 * error. `arena` is reset after each file. */
typedef int batch_file_fn(const struct options *options, const char *path, struct arena *arena,
                          void *context);

/* The form for people of a command called `name`: each of its words is a file. Returns the exit
 * status, 2 when there is no file or one of them failed; the others are printed all the same. */
int batch_files(const struct options *options, const char *name, batch_file_fn *print_file,
                void *context);

#endif
