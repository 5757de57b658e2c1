#include "base/sandbox.h"
#include "tests/unit/support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED (-1)
#define NOT_LOCKED 99

/* Each probe tries one thing and returns 0 when it was possible, else errno. */
static int
open_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int
make_file(void)
{
    return open("/tmp/vitrine-probe", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0 ? 0 : errno;
}

static int
make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int
use_memory(void)
{
    void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED ? 0 : errno;
}

static int
use_much_memory(void)
{
    void *memory =
        mmap(NULL, 3ull << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED ? 0 : errno;
}

static int
make_code(void)
{
    void *memory =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED ? 0 : errno;
}

static int
start_process(void)
{
    return syscall(SYS_fork) >= 0 ? 0 : errno;
}

static int
start_program(void)
{
    char *const nothing[] = {NULL};

    execve("/bin/true", nothing, nothing);
    return errno;
}

static int
trace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int
kill_parent(void)
{
    return kill(1, 0) == 0 ? 0 : errno;
}

static int
raise_limit(void)
{
    const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};

    return setrlimit(RLIMIT_FSIZE, &more) == 0 ? 0 : errno;
}

static int
use_ring(void)
{
    return syscall(SYS_io_uring_setup, 1, NULL) >= 0 ? 0 : errno;
}

static const struct {
    const char *name;
    int (*probe)(void);
    int strict; /* what happens: errno, 0 or KILLED */
    int loose;  /* the same in a build with a sanitizer */
} row[] = {
    {"open a file", open_file, EACCES, EACCES},
    {"make a file", make_file, EACCES, EACCES},
    {"make a socket", make_socket, EACCES, EACCES},
    {"use memory", use_memory, 0, 0},
    {"use 3 GB of memory", use_much_memory, ENOMEM, 0},
    {"make code", make_code, KILLED, EPERM},
    {"start a process", start_process, KILLED, EPERM},
    {"start a program", start_program, KILLED, EPERM},
    {"trace", trace, KILLED, EPERM},
    {"signal another process", kill_parent, KILLED, EPERM},
    {"raise a limit", raise_limit, KILLED, EPERM},
    {"use io_uring", use_ring, KILLED, EPERM},
};

static int
outcome_inside(int (*probe)(void))
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        vt_sandbox_isolate();
        _exit(vt_sandbox_lock(NULL) ? probe() : NOT_LOCKED);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? KILLED : NOT_LOCKED;
    return WEXITSTATUS(status);
}

static void
nothing_but_computing_is_possible(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        int outcome = outcome_inside(row[i].probe);

        if (outcome != (VT_SANDBOX_STRICT ? row[i].strict : row[i].loose))
            fail_msg("to %s ends as %d", row[i].name, outcome);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_but_computing_is_possible)};

    return vt_test_run("base/sandbox", tests);
}
