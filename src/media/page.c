#include "media/page.h"

#include "base/tool.h"

#include <string.h>

static const char *const arguments[] = {"-q", "-f", "1", "-l", "1", "-singlefile", "-scale-to",
    G_STRINGIFY(VT_PAGE_SIDE), "-png", VT_TOOL_INPUT, NULL};

static const VtTool tool = {.program = "/usr/bin/pdftoppm",
    .arguments = arguments,
    .cpu_seconds = 10,
    .wall_seconds = 30,
    .memory_bytes = (guint64)2 << 30,
    .output_bytes = (guint64)64 << 20};

gboolean
vt_page_is_drawn(const char *mime)
{
    return strcmp(mime, "application/pdf") == 0;
}

gboolean
vt_page_draw(int fd, int out_fd, GError **error)
{
    return vt_tool_run(&tool, fd, out_fd, error);
}
