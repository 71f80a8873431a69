#include "write/mailbox.h"

#include "base/alloc.h"

void mailbox_init(struct mailbox *mailbox)
{
    list_init(&mailbox->letters);
    if (uv_mutex_init(&mailbox->lock) || uv_cond_init(&mailbox->filled))
        alloc_failed(0);
}

void mailbox_clear(struct mailbox *mailbox)
{
    uv_cond_destroy(&mailbox->filled);
    uv_mutex_destroy(&mailbox->lock);
}

void mailbox_put(struct mailbox *mailbox, struct list *letter)
{
    uv_mutex_lock(&mailbox->lock);
    bool first = list_empty(&mailbox->letters);
    list_append(&mailbox->letters, letter);
    if (first)
        uv_cond_signal(&mailbox->filled);
    uv_mutex_unlock(&mailbox->lock);
}

void mailbox_take(struct mailbox *mailbox, struct list *out)
{
    uv_mutex_lock(&mailbox->lock);
    list_splice(out, &mailbox->letters);
    uv_mutex_unlock(&mailbox->lock);
}

void mailbox_wait(struct mailbox *mailbox, struct list *out, uint64_t wait_ms)
{
    uv_mutex_lock(&mailbox->lock);
    if (list_empty(&mailbox->letters) && wait_ms)
        uv_cond_timedwait(&mailbox->filled, &mailbox->lock, wait_ms * 1000000);
    list_splice(out, &mailbox->letters);
    uv_mutex_unlock(&mailbox->lock);
}
