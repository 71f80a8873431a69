/* Somebody's WARC file, plain or packed, and the HTTP answers in it. */
#include "exchange/warc_reader.h"
#include "fuzz/fuzz.h"

enum { BLOCK_BYTES_MAX = 2000 };

static void take_apart(const struct warc_record *record)
{
    struct warc_answer answer;
    FUZZ_CHECK(record->block.size <= BLOCK_BYTES_MAX);
    if (warc_answer_parse(&answer, record->block))
        return;
    const char *end = record->block.data + record->block.size;
    FUZZ_CHECK(answer.head.data == record->block.data);
    FUZZ_CHECK(answer.body.data >= answer.head.data + answer.head.size);
    FUZZ_CHECK(answer.body.data + answer.body.size <= end);
    FUZZ_CHECK(answer.status >= 0 && answer.status <= 999);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct warc_reader *reader;
    struct warc_record record;
    FUZZ_CHECK(warc_reader_open(&reader, fuzz_file(data, size), BLOCK_BYTES_MAX) == 0);
    while (warc_reader_next(reader, &record) == 1)
        take_apart(&record);
    FUZZ_CHECK(warc_reader_position(reader) <= size);
    warc_reader_close(reader);
}
