#include "base/process.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STANDARD = 3 };

/* All a child may know of its parent's environment. */
static const char *const passed_variables[] = {
    "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"};

static char **
child_environment(void)
{
    char **environment = g_environ_setenv(g_new0(char *, 1), "LC_ALL", "C.UTF-8", TRUE);

    for (guint i = 0; i < G_N_ELEMENTS(passed_variables); i++) {
        const char *value = g_getenv(passed_variables[i]);

        if (value != NULL)
            environment = g_environ_setenv(environment, passed_variables[i], value, TRUE);
    }
    return environment;
}

static void
add_descriptors(posix_spawn_file_actions_t *actions, const int *fds, int n_fds)
{
    /* above the standard ones first: a source must not be overwritten before it is copied */
    for (int i = n_fds - 1; i >= 0; i--) {
        if (fds[i] >= 0)
            posix_spawn_file_actions_adddup2(actions, fds[i], i);
    }
    for (int i = 0; i < STANDARD; i++) {
        if (i >= n_fds || fds[i] < 0)
            posix_spawn_file_actions_addopen(
                actions, i, "/dev/null", i == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(actions, MAX(n_fds, STANDARD));
}

gboolean
vt_process_spawn(const char *const *argv, const int *fds, int n_fds, pid_t *ret_pid, GError **error)
{
    g_auto(GStrv) environment = child_environment();
    g_auto(GStrv) arguments = g_strdupv((char **)(gsize)argv);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int result;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    add_descriptors(&actions, fds, n_fds);
    result = posix_spawn(ret_pid, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result == 0 ||
           vt_throw(error, VT_ERROR_INTERNAL, "cannot start '%s': %s", argv[0], g_strerror(result));
}

int
vt_process_wait(pid_t pid, guint wall_seconds, gboolean *ret_late)
{
    gint64 until = g_get_monotonic_time() + (gint64)wall_seconds * G_USEC_PER_SEC;
    struct pollfd ended = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
    gint64 left_ms = (gint64)wall_seconds * 1000;
    int status = 0, ready = 0;

    while (ended.fd >= 0 && left_ms > 0 && (ready = poll(&ended, 1, (int)left_ms)) <= 0)
        left_ms = (until - g_get_monotonic_time()) / 1000;
    if (ended.fd >= 0)
        close(ended.fd);
    *ret_late = ready <= 0;
    if (*ret_late)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}
