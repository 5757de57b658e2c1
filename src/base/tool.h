/* Programs of others (ffmpeg, pdftoppm) looking at foreign bytes, in a cage.
 *
 * A tool gets one file to read as its standard input and one to write as its standard output, and
 * nothing else: no network, no other process, no file to write, none to read but its own libraries
 * and the fonts of the machine (base/sandbox.h). Time, memory and output are limited. Its words go
 * nowhere. What it writes is foreign as well.
 *
 * The cage is built by this very program, called as `vitrine tool-worker`, which then becomes the
 * tool.
 */
#pragma once

#include <glib.h>

/* How a tool finds its input by name when it has to jump about in it. */
#define VT_TOOL_INPUT "/proc/self/fd/0"

typedef struct {
    const char *program;          /* its path: "/usr/bin/ffmpeg" */
    const char *const *arguments; /* without the program, NULL-terminated */
    guint cpu_seconds;
    guint wall_seconds;
    guint64 memory_bytes; /* of address space */
    guint64 output_bytes;
} VtTool;

/**
 * vt_tool_run:
 * @in_fd: (borrowed): open for reading only, at its start. Its file must be readable by anybody:
 *   the tool opens it again as a user without rights
 * @out_fd: (borrowed): a regular file
 *
 * Blocks until the tool has ended. Any thread.
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (the tool gave up or broke), VT_ERROR_TIMEOUT (processor
 *   or wall time), or VT_ERROR_INTERNAL (it is not installed, or the cage cannot be built).
 */
gboolean vt_tool_run(const VtTool *tool, int in_fd, int out_fd, GError **error);

/* main() of `vitrine tool-worker`; @arguments are those behind these words. Returns only on
 * failure, with the exit code. */
int vt_tool_worker_main(int n_arguments, char **arguments);
