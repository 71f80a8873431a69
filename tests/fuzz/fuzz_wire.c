/* What a worker that was taken over might answer. What is believed can be sent on. The length in
 * front is written here, so that every input gets past it. */
#include "extract/wire.h"
#include "fuzz/fuzz.h"

static void read_answer(const struct bytes *message)
{
    struct arena arena;
    struct worker_answer answer, again;
    struct bytes sent;
    arena_init(&arena, 0);
    bytes_init(&sent, 0);
    if (wire_get_answer(&answer, &arena, message->data, message->size) == 0) {
        FUZZ_CHECK(wire_put_answer(&sent, &answer) == 0);
        FUZZ_CHECK(wire_get_answer(&again, &arena, sent.data, sent.size) == 0);
        FUZZ_CHECK(again.found_count == answer.found_count);
        fuzz_check_text(answer.detail);
    }
    bytes_clear(&sent);
    arena_clear(&arena);
}

static void read_request(const struct bytes *message)
{
    struct arena arena;
    struct worker_request request;
    arena_init(&arena, 0);
    if (wire_get_request(&request, &arena, message->data, message->size) == 0)
        FUZZ_CHECK(request.url != NULL);
    arena_clear(&arena);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct bytes message;
    unsigned char length[4] = {(unsigned char)size, (unsigned char)(size >> 8),
                               (unsigned char)(size >> 16), (unsigned char)(size >> 24)};
    wire_message_size(data, size);
    bytes_init(&message, 0);
    bytes_append(&message, length, sizeof length);
    bytes_append(&message, data, size);
    read_answer(&message);
    read_request(&message);
    bytes_clear(&message);
}
