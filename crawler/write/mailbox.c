#include "write/mailbox.h"

#include "base/alloc.h"

void mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){.count = 0};
    list_init(&mailbox->letters);
    if (uv_mutex_init(&mailbox->lock) || uv_cond_init(&mailbox->filled))
        alloc_failed(0);
}

void mailbox_clear(struct mailbox *mailbox)
{
    uv_cond_destroy(&mailbox->filled);
    uv_mutex_destroy(&mailbox->lock);
}

void mailbox_put(struct mailbox *mailbox, struct list *letter, bool urgent)
{
    uv_mutex_lock(&mailbox->lock);
    list_append(&mailbox->letters, letter);
    mailbox->count++;
    mailbox->urgent |= urgent;
    bool wakes = mailbox->awaited && (urgent || mailbox->count == mailbox->awaited);
    uv_mutex_unlock(&mailbox->lock);
    if (wakes) /* after the lock, which the other would only wait for */
        uv_cond_signal(&mailbox->filled);
}

static void take_all(struct mailbox *mailbox, struct list *out)
{
    list_splice(out, &mailbox->letters);
    mailbox->count = 0;
    mailbox->urgent = false;
}

void mailbox_take(struct mailbox *mailbox, struct list *out)
{
    uv_mutex_lock(&mailbox->lock);
    take_all(mailbox, out);
    uv_mutex_unlock(&mailbox->lock);
}

void mailbox_wait(struct mailbox *mailbox, struct list *out, size_t awaited, uint64_t wait_ms)
{
    uv_mutex_lock(&mailbox->lock);
    if (mailbox->count < awaited && !mailbox->urgent && wait_ms) {
        mailbox->awaited = awaited;
        uv_cond_timedwait(&mailbox->filled, &mailbox->lock, wait_ms * 1000000);
        mailbox->awaited = 0;
    }
    take_all(mailbox, out);
    uv_mutex_unlock(&mailbox->lock);
}
