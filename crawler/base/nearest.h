/* nearest.h - which of several names somebody may have meant who wrote another one.
 *
 * Thread: any. */
#ifndef CRAWLER_BASE_NEAREST_H
#define CRAWLER_BASE_NEAREST_H

/* Begins with the word alone; `best` is NULL while no candidate is near. Both are borrowed. */
struct nearest {
    const char *word;
    const char *best;
    unsigned edits; /* letters by which they differ */
};

/* Keeps the candidate if it is nearer than the best so far; one too far away is none. */
void nearest_consider(struct nearest *nearest, const char *candidate);

#endif
