#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

/* One without a name: in memory where the system can. */
static int open_unnamed(void)
{
#ifdef __linux__
    return memfd_create("input", MFD_CLOEXEC);
#else
    FILE *file = tmpfile();
    return file ? fileno(file) : -1;
#endif
}

const char *fuzz_file(const void *data, size_t size)
{
    static char path[64];
    static int fd = -1;
    if (fd < 0) {
        fd = open_unnamed();
        FUZZ_CHECK(fd >= 0);
        snprintf(path, sizeof path, "/dev/fd/%d", fd);
    }
    FUZZ_CHECK(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
    FUZZ_CHECK(write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return path;
}
