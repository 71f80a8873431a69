/* test_completion.c - what bash, zsh and fish complete, by the shells themselves: bash and zsh at a
 * terminal where keys are pressed, fish by the command with which it tells. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/program.h"
#include "support/scratch.h"

enum { LIMIT_MS = 30000 };

/* A line as far as it is typed, and the word there with all that it may become. */
static const struct {
    const char *line, *candidates;
} cases[] = {
    {"crawler expl", "explain"},
    {"crawler ex", "explain export extract"},
    {"crawler --conc", "--concurrency"},
    {"crawler run --per", "--per-address --per-host"},
    {"crawler --log ", "json text"},
    {"crawler --sites one.db --poll ", "all due"},
    {"crawler add --kind a", "api"},
    {"crawler add --m", "--map --max-per-site"},
    {"crawler run --max-p", "--max-page --max-pages --max-per-site"},
    {"crawler export --format p", "parquet"},
    {"crawler explain --ver", "--version"},
    {"crawler report --sites on", "one.db"},
    {"crawler report -s on", "one.db"},
    {"crawler add --file tw", "two.txt"},
    {"crawler extract tw", "two.txt"},
    {"crawler feed --content-type tw", ""},
    {"crawler pack tw", ""},
    {"crawler set example.org co", "cookie-jar= cookie= country="},
    {"crawler set example.org max", "max-per-site="},
    {"crawler set example.org enabled=y", "enabled=yes"},
    {"crawler set --gr", "--group"},
};

static const char *new_place(void)
{
    const char *place = scratch_directory();
    scratch_file(place, "one.db", "");
    scratch_file(place, "two.txt", "");
    return place;
}

static bool has_shell(const char *shell)
{
    const char *words[] = {shell, "-c", "exit 0", NULL};
    struct program_result result;
    program_run(words, LIMIT_MS, &result);
    bool has = result.exit_status == 0;
    program_result_clear(&result);
    return has;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The words of `text` after its first `skip` bytes, sorted, a blank after each. Returned owned. */
static char *sorted(const char *text, size_t skip)
{
    char *copy = strdup(text), *words[64], *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(copy + skip, " \n", &rest); word && count < COUNT(words);
         word = strtok_r(NULL, " \n", &rest))
        words[count++] = word;
    qsort(words, count, sizeof words[0], compare_words);
    struct bytes out;
    bytes_init(&out, 0);
    bytes_append_string(&out, "");
    for (size_t i = 0; i < count; i++)
        bytes_append_format(&out, "%s ", words[i]);
    free(copy);
    return out.data;
}

static void expect(const char *shell, const char *line, const char *candidates, const char *got,
                   size_t skip)
{
    char *is = sorted(got, skip), *should = sorted(candidates, 0);
    if (strcmp(is, should) != 0)
        fail_msg("%s makes of '%s' '%s', expected '%s'", shell, line, is, should);
    free(is);
    free(should);
}

/* ---- a shell at a terminal ---- */

struct terminal {
    pid_t shell;
    int fd;
    struct bytes shown;
};

/* `words` are run in `place` at a new terminal, with `place` as home. */
static void terminal_open(struct terminal *terminal, const char *place, const char *const *words)
{
    *terminal = (struct terminal){.fd = posix_openpt(O_RDWR | O_NOCTTY)};
    bytes_init(&terminal->shown, 0);
    if (terminal->fd < 0 || grantpt(terminal->fd) || unlockpt(terminal->fd))
        skip(); /* a root without /dev/pts has none */
    const char *name = ptsname(terminal->fd);
    terminal->shell = fork();
    if (terminal->shell)
        return;
    setsid(); /* the first terminal that is opened becomes its own */
    int fd = open(name, O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    setenv("HOME", place, 1);
    setenv("ZDOTDIR", place, 1);
    setenv("TERM", "dumb", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("INPUTRC");
    if (chdir(place) == 0)
        execvp(words[0], (char *const *)words);
    _exit(127);
}

/* Reads until `mark` is shown; what was shown up to there is forgotten, or returned owned. */
static void terminal_wait(struct terminal *terminal, const char *mark, char **out)
{
    struct bytes *shown = &terminal->shown;
    const char *at;
    while (!(at = shown->data ? strstr(shown->data, mark) : NULL)) {
        char part[4096];
        struct pollfd ready = {.fd = terminal->fd, .events = POLLIN};
        ssize_t got = poll(&ready, 1, LIMIT_MS) == 1 ? read(terminal->fd, part, sizeof part) : 0;
        if (got <= 0)
            fail_msg("the shell never showed '%s': %s", mark, shown->data ? shown->data : "");
        bytes_append(shown, part, (size_t)got);
    }
    size_t before = (size_t)(at - shown->data), used = before + strlen(mark);
    if (out)
        *out = strndup(shown->data, before);
    shown->size -= used;
    memmove(shown->data, shown->data + used, shown->size + 1);
}

static void terminal_type(struct terminal *terminal, const char *keys)
{
    if (write(terminal->fd, keys, strlen(keys)) != (ssize_t)strlen(keys))
        fail_msg("the terminal is closed");
}

static void terminal_close(struct terminal *terminal)
{
    kill(terminal->shell, SIGKILL);
    waitpid(terminal->shell, NULL, 0);
    close(terminal->fd);
    bytes_clear(&terminal->shown);
}

/* What both shells read first: the program is a function that prints its words. */
#define RC                                                                                         \
    "PS1='@@ '\n"                                                                                  \
    "crawler() { printf '\\nwords%s' :; printf '%s ' \"$@\"; printf ':end\\n'; }\n"

/* Types each line, and the key that puts in all candidates and runs it. */
static void judge_at_terminal(const char *const *words, const char *place)
{
    struct terminal terminal;
    terminal_open(&terminal, place, words);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *line = cases[i].line, *last = strrchr(line, ' ') + 1;
        char *got;
        terminal_wait(&terminal, "@@ ", NULL);
        terminal_type(&terminal, line);
        terminal_type(&terminal, "\x14");
        terminal_wait(&terminal, "words:", NULL);
        terminal_wait(&terminal, ":end", &got);
        expect(words[0], line, *cases[i].candidates ? cases[i].candidates : last, got,
               (size_t)(last - line) - strlen("crawler "));
        free(got);
    }
    terminal_close(&terminal);
}

/* ---- the shells ---- */

static void test_bash(void **state)
{
    (void)state;
    if (!has_shell("bash"))
        skip();
    const char *place = new_place();
    scratch_file(place, "rc",
                 RC "bind '\"\\C-o\": insert-completions'\n"
                    "bind '\"\\C-t\": \"\\C-o\\C-m\"'\n"
                    "bind 'set enable-bracketed-paste off'\n"
                    "source <('" CRAWLER_PROGRAM "' --completions bash)\n");
    judge_at_terminal((const char *const[]){"bash", "--rcfile", "rc", "-i", NULL}, place);
}

static void test_zsh(void **state)
{
    (void)state;
    if (!has_shell("zsh"))
        skip();
    const char *place = new_place();
    scratch_file(place, ".zshrc",
                 RC "autoload -U compinit\n"
                    "compinit -u -D\n"
                    "all() { _main_complete; compstate[insert]=all }\n"
                    "enter() { zle all; zle accept-line }\n"
                    "zle -C all complete-word all\n"
                    "zle -N enter\n"
                    "bindkey '^T' enter\n"
                    "source <('" CRAWLER_PROGRAM "' --completions zsh)\n");
    judge_at_terminal((const char *const[]){"zsh", "-d", "-i", NULL}, place);
}

static void test_fish(void **state)
{
    (void)state;
    if (!has_shell("fish"))
        skip();
    const char *place = new_place();
    for (size_t i = 0; i < COUNT(cases); i++) {
        char script[1024];
        snprintf(script, sizeof script,
                 "cd %s; '%s' --completions fish | source; complete -C '%s' | cut -f 1", place,
                 CRAWLER_PROGRAM, cases[i].line);
        const char *words[] = {"fish", "--no-config", "-c", script, NULL};
        struct program_result result;
        program_run(words, LIMIT_MS, &result);
        expect("fish", cases[i].line, cases[i].candidates, result.out, 0);
        program_result_clear(&result);
    }
}

static void test_scripts_parse(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    (void)state;
    for (size_t i = 0; i < COUNT(shells); i++) {
        char script[1024];
        snprintf(script, sizeof script, "'%s' --completions %s | %s -n", CRAWLER_PROGRAM, shells[i],
                 shells[i]);
        const char *words[] = {"sh", "-c", script, NULL};
        struct program_result result;
        if (!has_shell(shells[i]))
            continue;
        program_run(words, LIMIT_MS, &result);
        if (result.exit_status || *result.err)
            fail_msg("%s -n: %d %s", shells[i], result.exit_status, result.err);
        program_result_clear(&result);
    }
}

static void test_no_such_shell(void **state)
{
    static const char *const lines[] = {"--completions", "--completions tcsh",
                                        "--completions bash zsh"};
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        char script[1024];
        snprintf(script, sizeof script, "'%s' %s", CRAWLER_PROGRAM, lines[i]);
        const char *words[] = {"sh", "-c", script, NULL};
        struct program_result result;
        program_run(words, LIMIT_MS, &result);
        assert_int_equal(result.exit_status, 2);
        assert_string_equal(result.out, "");
        assert_non_null(strstr(result.err, "Give --completions bash, zsh or fish"));
        program_result_clear(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bash),          cmocka_unit_test(test_zsh),
        cmocka_unit_test(test_fish),          cmocka_unit_test(test_scripts_parse),
        cmocka_unit_test(test_no_such_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
