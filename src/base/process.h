/* Starting child processes that inherit nothing but the descriptors they are handed. */
#pragma once

#include <glib.h>
#include <sys/types.h>

/**
 * vt_process_spawn:
 * @argv: program (a path) and arguments, NULL-terminated
 * @fds: (borrowed): what the child has as its descriptors 0 … @n_fds - 1; -1: nothing to read, or
 *   words that go nowhere. All others are closed, and standard ones that are not named go nowhere
 *
 * The child has a small environment, no blocked signals and every signal's default action.
 *
 * Returns: FALSE with VT_ERROR_INTERNAL when the program cannot be started.
 */
gboolean vt_process_spawn(
    const char *const *argv, const int *fds, int n_fds, pid_t *ret_pid, GError **error);

/**
 * vt_process_wait:
 *
 * Waits for a child at most @wall_seconds; one that lasts longer is killed.
 *
 * Returns: its wait status. *ret_late tells whether it had to be killed.
 */
int vt_process_wait(pid_t pid, guint wall_seconds, gboolean *ret_late);
