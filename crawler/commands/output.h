/* output.h - what is said when a file can't be written. Thread: main. */
#ifndef CRAWLER_COMMANDS_OUTPUT_H
#define CRAWLER_COMMANDS_OUTPUT_H

/* Says that `path` ("-" is standard output) can't be written and why, and returns the exit status:
 * that of a full disk, or of what can't be written. */
int output_failed(const char *path, int system_error);

#endif
