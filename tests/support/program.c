#include "support/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/alloc.h"
#include "base/clock.h"

struct program {
    pid_t pid;
    int out, err; /* unnamed files */
    bool ended;
    int status; /* of wait4() */
    struct rusage usage;
    uint64_t started_ms, ended_ms;
};

static int unnamed_file(void)
{
    const char *directory = getenv("TMPDIR");
    char path[4096];
    if (!directory)
        directory = "/tmp";
#ifdef O_TMPFILE /* ThreadSanitizer sees open(), but takes mkstemp()'s file for the one before it  \
                  */
    int unnamed = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (unnamed >= 0)
        return unnamed;
#endif
    snprintf(path, sizeof(path), "%s/program-XXXXXX", directory);
    int file = mkstemp(path);
    if (file < 0) {
        perror("program: no temporary file");
        abort();
    }
    unlink(path);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    return file;
}

static int input_file(const char *input)
{
    size_t size = strlen(input);
    int file = unnamed_file();
    if (write(file, input, size) != (ssize_t)size || lseek(file, 0, SEEK_SET) != 0) {
        perror("program: can't keep its input");
        abort();
    }
    return file;
}

/* In the child, where the test's other threads don't exist: nothing but plain system calls. */
static _Noreturn void become(const char *const *arguments, int in, int out, int err)
{
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execvp(arguments[0], (char *const *)arguments);
    _exit(127);
}

struct program *program_start(const char *const *arguments, const char *input)
{
    struct program *program = alloc_zeroed(1, sizeof(*program));
    int in = input ? input_file(input) : open("/dev/null", O_RDONLY | O_CLOEXEC);
    program->out = unnamed_file();
    program->err = unnamed_file();
    program->started_ms = clock_monotonic_ms();
    program->pid = fork();
    if (program->pid == 0)
        become(arguments, in, program->out, program->err);
    if (program->pid < 0) {
        perror("program: can't fork");
        abort();
    }
    setpgid(program->pid, program->pid); /* here too: whoever comes first */
    close(in);
    return program;
}

pid_t program_id(const struct program *program)
{
    return program->pid;
}

void program_signal(struct program *program, int signal)
{
    if (program_running(program))
        kill(program->pid, signal);
}

void program_signal_group(struct program *program, int signal)
{
    if (program_running(program))
        kill(-program->pid, signal);
}

unsigned program_kill_children(const struct program *program)
{
    char path[64];
    unsigned count = 0;
    long pid = (long)program->pid, child;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
    FILE *file = fopen(path, "re");
    while (file && fscanf(file, "%ld", &child) == 1)
        count += kill((pid_t)child, SIGKILL) == 0;
    if (file)
        fclose(file);
    return count;
}

bool program_running(struct program *program)
{
    if (program->ended)
        return false;
    pid_t got = wait4(program->pid, &program->status, WNOHANG, &program->usage);
    if (got == 0 || (got < 0 && errno == EINTR))
        return true;
    program->ended = true;
    program->ended_ms = clock_monotonic_ms();
    return false;
}

static char *read_whole(int file, size_t *size)
{
    struct stat facts = {0};
    fstat(file, &facts);
    char *text = alloc_bytes((size_t)facts.st_size + 1);
    ssize_t got = pread(file, text, (size_t)facts.st_size, 0);
    *size = got > 0 ? (size_t)got : 0;
    text[*size] = '\0';
    return text;
}

char *program_output(struct program *program)
{
    size_t size;
    return read_whole(program->out, &size);
}

char *program_errors(struct program *program)
{
    size_t size;
    return read_whole(program->err, &size);
}

void program_wait(struct program *program, uint64_t limit_ms, struct program_result *out)
{
    *out = (struct program_result){.exit_status = -1};
    const struct timespec pause = {.tv_nsec = 1000000};
    while (program_running(program)) {
        if (!out->timed_out && clock_monotonic_ms() - program->started_ms > limit_ms) {
            kill(-program->pid, SIGKILL);
            out->timed_out = true;
        }
        nanosleep(&pause, NULL);
    }
    if (WIFEXITED(program->status))
        out->exit_status = WEXITSTATUS(program->status);
    else
        out->signal = WTERMSIG(program->status);
    out->wall_ms = program->ended_ms - program->started_ms;
    out->usage = program->usage;
    out->out = read_whole(program->out, &out->out_size);
    out->err = read_whole(program->err, &out->err_size);
    close(program->out);
    close(program->err);
    free(program);
}

void program_result_clear(struct program_result *result)
{
    free(result->out);
    free(result->err);
    result->out = result->err = NULL;
}

void program_run(const char *const *arguments, uint64_t limit_ms, struct program_result *out)
{
    program_wait(program_start(arguments, NULL), limit_ms, out);
}
