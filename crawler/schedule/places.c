/* Which address a host's requests go to, and the budget that all hosts of an address share.
 *
 * An address is known only after a look-up, so a host is looked up before its first start: then its
 * budget holds from the first request on, a start is a start (and not the beginning of a look-up
 * that ends when the next start is due), and a name whose servers are silent holds no transfer. */
#include "schedule/scheduler_private.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "politeness/address.h"

/* The resolver keeps every answer for longer, so that a transfer finds it there. */
enum { LOCATED_MS = 25 * 1000 };

bool places_located(const struct host *host)
{
    return host->located_ms && clock_monotonic_ms() - host->located_ms < LOCATED_MS;
}

void places_locate(struct scheduler *scheduler, struct host *host)
{
    assert(!host->locating);
    host->locating = true;
    scheduler->locating++;
    scheduler_requeue(scheduler, host);
    scheduler->callbacks.locate(host, scheduler->callbacks.context);
}

void places_leave(struct scheduler *scheduler, struct host *host)
{
    struct address *address = host->address;
    places_leave_ready(scheduler, host);
    host->address = NULL;
    if (!address)
        return;
    if (--address->hosts) {
        places_admit(scheduler, address);
        return;
    }
    map_remove(&scheduler->addresses, address->text);
    address_free(address);
}

/* With requests under way it stays where they are counted. */
static void move_to(struct scheduler *scheduler, struct host *host, const char *text)
{
    if (host->in_flight || (host->address && text && strcmp(host->address->text, text) == 0))
        return;
    places_leave(scheduler, host);
    if (!text)
        return;
    struct address *address = map_get(&scheduler->addresses, text);
    if (!address) {
        address = address_create(text);
        map_put(&scheduler->addresses, address->text, address);
    }
    address->hosts++;
    host->address = address;
}

void scheduler_located(struct scheduler *scheduler, struct host *host, const char *address)
{
    assert(host->locating);
    host->locating = false;
    scheduler->locating--;
    host->located_ms = clock_monotonic_ms();
    move_to(scheduler, host, address);
    scheduler_requeue(scheduler, host);
    scheduler_dispatch(scheduler);
}

bool places_has_room(const struct scheduler *scheduler, const struct host *host)
{
    return !host->address ||
           address_has_place(host->address, host_address_places(host, &scheduler->config.limits));
}

void places_enter_ready(struct scheduler *scheduler, struct host *host, int64_t urgency)
{
    struct address *address = host->address;
    host->parked = !places_has_room(scheduler, host);
    if (host->parked) {
        heap_insert(&address->parked, &host->ready, urgency);
        return;
    }
    if (address)
        address->admitted++;
    heap_insert(&scheduler->ready, &host->ready, urgency);
}

void places_leave_ready(struct scheduler *scheduler, struct host *host)
{
    if (!host->ready.place)
        return;
    heap_remove(host->parked ? &host->address->parked : &scheduler->ready, &host->ready);
    if (host->address && !host->parked)
        host->address->admitted--;
    host->parked = false;
}

void places_admit(struct scheduler *scheduler, struct address *address)
{
    struct heap_node *top;
    while (address && (top = heap_top(&address->parked))) {
        int64_t urgency = top->key;
        struct host *host = LIST_ITEM(top, struct host, ready);
        if (!places_has_room(scheduler, host))
            return;
        places_leave_ready(scheduler, host);
        places_enter_ready(scheduler, host, urgency);
    }
}
