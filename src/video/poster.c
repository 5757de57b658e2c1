#include "video/poster.h"

#include "base/error.h"
#include "base/tool.h"

#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SECONDS_IN = 5 };

static gboolean
draw(int fd, const VtVideoFacts *facts, double from_s, int out_fd, GError **error)
{
    g_autofree char *scale = g_strdup_printf("scale=%d:%d,setsar=1", facts->width, facts->height);
    char from[G_ASCII_DTOSTR_BUF_SIZE];
    const char *const arguments[] = {"-v", "quiet", "-hide_banner", "-nostdin", "-threads", "1",
        "-protocol_whitelist", "file", "-format_whitelist", VT_VIDEO_FORMATS, "-ss", from, "-i",
        VT_TOOL_INPUT, "-map", "0:V:0", "-frames:v", "1", "-filter_threads", "1", "-vf", scale,
        "-c:v", "mjpeg", "-threads:v", "1", "-pix_fmt", "yuvj444p", "-q:v", "2", "-f", "image2pipe",
        "pipe:1", NULL};
    const VtTool tool = {.program = "/usr/bin/ffmpeg",
        .arguments = arguments,
        .cpu_seconds = 20,
        .wall_seconds = 60,
        .memory_bytes = (guint64)3 << 30,
        .output_bytes = (guint64)64 << 20};

    g_ascii_formatd(from, sizeof from, "%.3f", from_s);
    return vt_tool_run(&tool, fd, out_fd, error);
}

gboolean
vt_video_poster(int fd, const VtVideoFacts *facts, int out_fd, GError **error)
{
    double from_s = MIN(facts->playtime_s / 10.0, MAX_SECONDS_IN);
    struct stat about;

    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) local = NULL;
        gboolean last = i == 1;

        if (!draw(fd, facts, last ? 0 : from_s, out_fd, &local) &&
            (last || !vt_error_is(local, VT_ERROR_MEDIA_TYPE))) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        if (fstat(out_fd, &about) != 0)
            return vt_throw_errno(error, "cannot look at the poster");
        if (local == NULL && about.st_size > 0)
            return TRUE;
        if (ftruncate(out_fd, 0) != 0 || lseek(out_fd, 0, SEEK_SET) != 0)
            return vt_throw_errno(error, "cannot draw the poster again");
    }
    return vt_throw(error, VT_ERROR_MEDIA_TYPE, "no frame of the video can be read");
}
