#include "politeness/address.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

struct address *address_create(const char *text)
{
    struct address *address = alloc_zeroed(1, sizeof *address);
    address->text = alloc_string(text);
    return address;
}

void address_free(struct address *address)
{
    if (!address)
        return;
    assert(address->hosts == 0 && address->in_flight == 0);
    heap_clear(&address->parked);
    free(address->text);
    free(address);
}

bool address_has_place(const struct address *address, unsigned per_address_max)
{
    return address->in_flight + address->admitted < per_address_max;
}
