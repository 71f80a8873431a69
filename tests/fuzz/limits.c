/* The entry point that libFuzzer and replay.c call: gives an input to the target, and ends the
 * program where it takes more time or memory than any input may. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "fuzz/fuzz.h"

enum { CPU_MS_MAX = 1000, MEMORY_BYTES_MAX = 64 << 20 };

#ifdef CRAWLER_FUZZ
#include <sanitizer/allocator_interface.h>

static size_t held, held_most; /* bytes of the heap: now, and at most since the input came */

static void on_malloc(const volatile void *memory, size_t size)
{
    (void)memory;
    held += size;
    held_most = held > held_most ? held : held_most;
}

static void on_free(const volatile void *memory)
{
    size_t size = memory ? __sanitizer_get_allocated_size(memory) : 0;
    held -= size < held ? size : held;
}

/* ASan keeps what was freed for a while, by its own default four times what fuzzing may take. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=8";
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return !__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

static size_t memory_before(void)
{
    return held_most = held;
}

static size_t memory_most(void)
{
    return held_most;
}
#elif defined(CRAWLER_SANITIZED)
/* Without hooks nothing tells apart what the sanitizer itself holds. */
static size_t memory_before(void)
{
    return 0;
}

static size_t memory_most(void)
{
    return 0;
}
#else
static size_t memory_most(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024; /* macOS counts bytes: a limit that is never met */
}

static size_t memory_before(void)
{
    return memory_most();
}
#endif

static int64_t cpu_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void fuzz_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s does not hold\n", file, line, condition);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t started_ms = cpu_ms();
    size_t memory = memory_before();
    fuzz_input(data, size);
    FUZZ_CHECK(cpu_ms() - started_ms <= CPU_MS_MAX);
    FUZZ_CHECK(memory_most() - memory <= MEMORY_BYTES_MAX);
    return 0;
}
