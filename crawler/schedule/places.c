/* Which address a host's requests go to, and the budget that all hosts of an address share.
 *
 * An address is known only after a look-up, so a host is looked up before its first start: then its
 * budget holds from the first request on, a start is a start (and not the beginning of a look-up
 * that ends when the next start is due), and a name whose servers are silent holds no transfer.
 *
 * Where several runs lease hosts, all those of an address are asked by one of them. So the next
 * lease request asks whether that is this one, once for each host on lease that leads somewhere
 * else than the frontier knew; a host that isn't is given back, for the run that it is. */
#include "schedule/scheduler_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "politeness/address.h"

/* The resolver keeps every answer for longer, so that a transfer finds it there. */
enum { LOCATED_MS = 25 * 1000 };

bool places_located(const struct host *host)
{
    return !host->locating && host->located_ms &&
           clock_monotonic_ms() - host->located_ms < LOCATED_MS;
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

/* Whether it is to be asked of the frontier who asks there. A host that is not on lease is only
 * visited, for the robots.txt of another. */
static bool must_place(const struct scheduler *scheduler, const struct host *host,
                       const char *address)
{
    return scheduler->config.shared && host->leased && !scheduler->stopping && address &&
           (!host->placed || strcmp(host->placed, address) != 0);
}

static void end_locating(struct scheduler *scheduler, struct host *host)
{
    host->locating = false;
    scheduler->locating--;
    scheduler_requeue(scheduler, host);
}

void scheduler_located(struct scheduler *scheduler, struct host *host, const char *address)
{
    assert(host->locating);
    host->located_ms = clock_monotonic_ms();
    move_to(scheduler, host, address);
    if (must_place(scheduler, host, address)) {
        free((void *)(uintptr_t)host->placed);
        host->placed = alloc_string(address);
        list_append(&scheduler->unplaced, &host->placing);
        scheduler->unplaced_count++;
    } else {
        end_locating(scheduler, host);
    }
    scheduler_dispatch(scheduler);
}

size_t places_ask(struct scheduler *scheduler, struct host_place *out)
{
    struct list *node;
    size_t count = 0;
    while ((node = list_take(&scheduler->unplaced))) {
        struct host *host = LIST_ITEM(node, struct host, placing);
        list_append(&scheduler->placing, &host->placing);
        host->granted = false;
        out[count].host_id = host->host_id;
        snprintf(out[count].address, sizeof out[count].address, "%s", host->placed);
        count++;
    }
    scheduler->unplaced_count = 0;
    return count;
}

/* Another run asks its address. */
static void yield(struct scheduler *scheduler, struct host *host)
{
    host->left = 0;
    host->robots_wanted = false;
    scheduler_refuse_waiting(scheduler, host, OUTCOME_RELEASED);
}

void places_answered(struct scheduler *scheduler, const struct lease_answer *answer)
{
    struct list *node;
    for (size_t i = 0; i < answer->placed_count; i++) {
        struct host *host = held_by_id(scheduler, answer->placed[i]);
        if (host)
            host->granted = true;
    }
    while ((node = list_take(&scheduler->placing))) {
        struct host *host = LIST_ITEM(node, struct host, placing);
        if (!host->granted)
            yield(scheduler, host);
        end_locating(scheduler, host);
    }
}

void places_forget(struct scheduler *scheduler)
{
    struct list *node;
    while ((node = list_take(&scheduler->unplaced))) {
        struct host *host = LIST_ITEM(node, struct host, placing);
        scheduler->unplaced_count--;
        yield(scheduler, host);
        end_locating(scheduler, host);
    }
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
