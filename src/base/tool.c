#include "base/tool.h"

#include "base/error.h"
#include "base/process.h"
#include "base/sandbox.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit codes of the worker before it is the tool; tools have none of these. */
enum { EXIT_NOT_SAFE = 120, EXIT_NOT_THERE = 121 };

/* tool-worker CPU-SECONDS MEMORY-BYTES OUTPUT-BYTES PROGRAM ARGUMENT… */
enum { CPU, MEMORY, OUTPUT, PROGRAM };

/* The list is owned, what it names is borrowed. */
static GPtrArray *
command_of(const VtTool *tool, char numbers[PROGRAM][24])
{
    g_autoptr(GPtrArray) command = g_ptr_array_new();

    g_snprintf(numbers[CPU], sizeof numbers[CPU], "%u", tool->cpu_seconds);
    g_snprintf(numbers[MEMORY], sizeof numbers[MEMORY], "%" G_GUINT64_FORMAT, tool->memory_bytes);
    g_snprintf(numbers[OUTPUT], sizeof numbers[OUTPUT], "%" G_GUINT64_FORMAT, tool->output_bytes);
    g_ptr_array_add(command, (gpointer)(gsize) "/proc/self/exe");
    g_ptr_array_add(command, (gpointer)(gsize) "tool-worker");
    for (guint i = 0; i < PROGRAM; i++)
        g_ptr_array_add(command, numbers[i]);
    g_ptr_array_add(command, (gpointer)(gsize)tool->program);
    for (guint i = 0; tool->arguments[i] != NULL; i++)
        g_ptr_array_add(command, (gpointer)(gsize)tool->arguments[i]);
    g_ptr_array_add(command, NULL);
    return g_steal_pointer(&command);
}

/* Why a tool ended as it did. */
static gboolean
judge(const VtTool *tool, int status, gboolean late, GError **error)
{
    g_autofree char *name = g_path_get_basename(tool->program);
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;

    if (late)
        return vt_throw(error, VT_ERROR_TIMEOUT, "looking at the file takes longer than %u s",
            tool->wall_seconds);
    if (signal_number == SIGXCPU || signal_number == SIGKILL)
        return vt_throw(error, VT_ERROR_TIMEOUT,
            "looking at the file needs more than %u s of processor time", tool->cpu_seconds);
    if (signal_number != 0)
        return vt_throw(
            error, VT_ERROR_MEDIA_TYPE, "the file broke '%s' (signal %d)", name, signal_number);
    if (code == EXIT_NOT_SAFE)
        return vt_throw(error, VT_ERROR_INTERNAL,
            "the kernel refuses the cage that '%s' needs (seccomp and Landlock)", name);
    if (code == EXIT_NOT_THERE)
        return vt_throw(error, VT_ERROR_INTERNAL, "'%s' is not installed", tool->program);
    return code == 0 || vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' cannot read the file", name);
}

gboolean
vt_tool_run(const VtTool *tool, int in_fd, int out_fd, GError **error)
{
    char numbers[PROGRAM][24];
    g_autoptr(GPtrArray) command = command_of(tool, numbers);
    const int fds[] = {in_fd, out_fd};
    gboolean late = FALSE;
    pid_t pid = 0;
    int status;

    if (!vt_process_spawn((const char *const *)command->pdata, fds, G_N_ELEMENTS(fds), &pid, error))
        return FALSE;
    status = vt_process_wait(pid, tool->wall_seconds, &late);
    return judge(tool, status, late, error);
}

int
vt_tool_worker_main(int n_arguments, char **arguments)
{
    VtSandboxProgram sandbox;

    if (n_arguments <= PROGRAM)
        return EXIT_NOT_SAFE;
    sandbox = (VtSandboxProgram){.program = arguments[PROGRAM],
        .input = STDIN_FILENO,
        .cpu_seconds = g_ascii_strtoull(arguments[CPU], NULL, 10),
        .memory_bytes = g_ascii_strtoull(arguments[MEMORY], NULL, 10),
        .output_bytes = g_ascii_strtoull(arguments[OUTPUT], NULL, 10)};
    if (access(sandbox.program, X_OK) != 0)
        return EXIT_NOT_THERE;
    vt_sandbox_isolate();
    if (!vt_sandbox_lock_program(&sandbox, NULL))
        return EXIT_NOT_SAFE;
    execv(sandbox.program, arguments + PROGRAM);
    return EXIT_NOT_THERE;
}
