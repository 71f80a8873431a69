/* stopping.h - whether SIGINT or SIGTERM has asked a command without an event loop to stop.
 *
 * It then ends what it is at and leaves nothing half made. Thread: main. */
#ifndef CRAWLER_COMMANDS_STOPPING_H
#define CRAWLER_COMMANDS_STOPPING_H

#include <stdbool.h>

/* From now on the first signal is noted; the second one ends the program at once. */
void stopping_catch(void);
bool stopping_asked(void);

/* From now on SIGINT, SIGTERM and SIGHUP are noted, and end nothing however many come: for what is
 * short and has to be whole. */
void stopping_note(void);

#endif
