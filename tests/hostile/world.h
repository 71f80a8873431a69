/* world.h - the servers of a list of faults, their partners, and wires that nobody may touch.
 *
 * All hosts share one port, which the kernel chooses, and lie in HOSTILE_NET; the program is
 * allowed that net alone. On the same port of every other address of this machine a tripwire
 * listens: a connection there is a request that some fault has talked the program into. Thread: the
 * caller's; hosts are served on threads of their own. */
#ifndef TESTS_HOSTILE_WORLD_H
#define TESTS_HOSTILE_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "hostile/fault.h"

#define HOSTILE_NET "127.128.0.0/9"

struct world;

/* `faults` is borrowed until world_stop(). Ends the process with a message if it can't start. */
struct world *world_start(const struct fault *const *faults, size_t count);
void world_stop(struct world *world);

unsigned world_port(const struct world *world);
const char *world_base(const struct world *world, size_t fault);    /* borrowed */
const char *world_partner(const struct world *world, size_t fault); /* borrowed */
/* The address without port, for a name server. */
const char *world_address(const struct world *world, const struct fault *fault);
/* The fault whose host has this name, and how often it was looked for before. NULL: none. */
const struct fault *world_named(struct world *world, const char *name, unsigned *asked);
/* How often a tripwire was touched. */
unsigned world_trespasses(struct world *world);
/* How many requests the fault's host has read. */
unsigned world_requests(struct world *world, size_t fault);

/* `text` with {base}, {partner} and {port} replaced. Returned in the arena. */
const char *world_expand(const struct world *world, size_t fault, const char *text,
                         struct arena *arena);

#endif
