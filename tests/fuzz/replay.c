/* main() of a fuzz target where there is no libFuzzer: runs it over files, and over the same files
 * cut short, with bytes changed and with pieces doubled, always in the same way. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

enum { CHANGES = 60, CUTS = 16, FILE_BYTES_MAX = 1 << 20 };

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return below ? random_state % below : 0;
}

/* A copy of exactly that size, so that a sanitizer sees a read past its end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void change_bytes(uint8_t *data, size_t size)
{
    static const char telling[] = "<>&;\"'{}[]:,/%\\\n\0\x7f\x80\xff";
    for (uint64_t i = 0, count = 1 + draw(4); size && i < count; i++)
        data[draw(size)] = (uint8_t)(draw(2) ? (uint64_t)telling[draw(sizeof telling)] : draw(256));
}

static void double_piece(uint8_t *data, size_t *size)
{
    size_t from = draw(*size), length = draw(*size - from);
    memmove(data + from + length, data + from, *size - from);
    *size += length;
}

static void run_variants(const uint8_t *data, size_t size)
{
    uint8_t *changed = malloc(2 * size + 1);
    if (!changed)
        abort();
    run(data, size);
    for (size_t i = 0; i < CUTS; i++)
        run(data, size * i / CUTS);
    for (size_t i = 0; i < CHANGES; i++) {
        size_t now = size;
        memcpy(changed, data, size);
        if (size && draw(4) == 0)
            double_piece(changed, &now);
        change_bytes(changed, now);
        run(changed, now);
    }
    free(changed);
}

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(FILE_BYTES_MAX);
    if (!file || !data)
        return false;
    size_t size = fread(data, 1, FILE_BYTES_MAX, file);
    fclose(file);
    random_state = 0x9E3779B97F4A7C15U;
    run_variants(data, size);
    free(data);
    return true;
}

int main(int argc, char **argv)
{
    size_t files = 0;
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        for (struct dirent *entry; directory && (entry = readdir(directory));) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_name[0] != '.')
                files += run_file(path);
        }
        if (directory)
            closedir(directory);
        else
            files += run_file(argv[i]);
    }
    printf("%zu files\n", files);
    return files ? 0 : 1;
}
