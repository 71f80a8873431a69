#include "support/torture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/scratch.h"

#ifdef TORTURE_PRELOAD

static const char *shared_path;

struct torture *torture_create(void)
{
    shared_path = scratch_path(scratch_directory(), "torture");
    int fd = open(shared_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct torture *torture = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, sizeof *torture) == 0)
        torture = mmap(NULL, sizeof *torture, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (torture == MAP_FAILED) {
        perror(shared_path);
        abort();
    }
    close(fd);
    return torture;
}

void torture_load(bool on)
{
    if (on) {
        setenv("LD_PRELOAD", TORTURE_PRELOAD, 1);
        setenv(TORTURE_VARIABLE, shared_path, 1);
    } else {
        unsetenv("LD_PRELOAD");
        unsetenv(TORTURE_VARIABLE);
    }
}

#else

struct torture *torture_create(void)
{
    return NULL;
}

void torture_load(bool on)
{
    (void)on;
}

#endif
