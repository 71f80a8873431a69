/* descriptors.h - room for open files and connections. Thread: main. */
#ifndef CRAWLER_COMMANDS_DESCRIPTORS_H
#define CRAWLER_COMMANDS_DESCRIPTORS_H

/* Raises this process's limit as far as it may be. */
void descriptors_raise(void);

#endif
