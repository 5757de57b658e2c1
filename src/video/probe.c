#include "video/probe.h"

#include "base/error.h"
#include "base/json.h"
#include "base/tool.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_OUTPUT = 1 << 18 };

static const char *const arguments[] = {"-v", "quiet", "-hide_banner", "-threads", "1",
    "-protocol_whitelist", "file", "-format_whitelist", VT_VIDEO_FORMATS, "-show_entries",
    "format=duration:stream=codec_type,codec_name,width,height,sample_aspect_ratio,duration:"
    "stream_disposition=attached_pic:stream_side_data=rotation",
    "-of", "json=compact=1", VT_TOOL_INPUT, NULL};

static const VtTool probe = {.program = "/usr/bin/ffprobe",
    .arguments = arguments,
    .cpu_seconds = 10,
    .wall_seconds = 30,
    .memory_bytes = (guint64)2 << 30,
    .output_bytes = MAX_OUTPUT};

static double
seconds_of(const json_t *object)
{
    const char *text = json_string_value(json_object_get(object, "duration"));
    double seconds = text != NULL ? g_ascii_strtod(text, NULL) : 0;

    return isfinite(seconds) && seconds > 0 ? seconds : 0;
}

/* A cover of a song is no moving picture. */
static gboolean
is_cover(const json_t *stream)
{
    const json_t *disposition = json_object_get(stream, "disposition");

    return json_integer_value(json_object_get(disposition, "attached_pic")) != 0;
}

static gboolean
is_turned(const json_t *stream)
{
    const json_t *list = json_object_get(stream, "side_data_list");

    for (gsize i = 0; i < json_array_size(list); i++) {
        gint64 degrees = json_integer_value(json_object_get(json_array_get(list, i), "rotation"));

        if (degrees % 180 != 0)
            return TRUE;
    }
    return FALSE;
}

/* Pixels that are not square are shown wider or narrower than they are stored. */
static double
pixel_shape(const json_t *stream)
{
    const char *text = json_string_value(json_object_get(stream, "sample_aspect_ratio"));
    char *end = NULL;
    double across = text != NULL ? g_ascii_strtod(text, &end) : 0;
    double up = end != NULL && *end == ':' ? g_ascii_strtod(end + 1, NULL) : 0;

    return across > 0 && up > 0 ? CLAMP(across / up, 0.1, 10) : 1;
}

static gboolean
take_picture(const json_t *stream, VtVideoFacts *facts, GError **error)
{
    gint64 width = json_integer_value(json_object_get(stream, "width"));
    gint64 height = json_integer_value(json_object_get(stream, "height"));
    double shown;

    if (width < 1 || height < 1)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "the video has no size");
    shown = MAX(1, round((double)width * pixel_shape(stream)));
    if (shown > VT_VIDEO_MAX_SIDE || height > VT_VIDEO_MAX_SIDE)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "a side of the video has more than %d pixels",
            VT_VIDEO_MAX_SIDE);
    facts->width = is_turned(stream) ? (int)height : (int)shown;
    facts->height = is_turned(stream) ? (int)shown : (int)height;
    return TRUE;
}

static gboolean
take_stream(const json_t *stream, VtVideoFacts *facts, double *seconds, GError **error)
{
    const char *type = json_string_value(json_object_get(stream, "codec_type"));
    const char *codec = json_string_value(json_object_get(stream, "codec_name"));
    gboolean is_video = g_strcmp0(type, "video") == 0 && !is_cover(stream);
    gboolean is_audio = g_strcmp0(type, "audio") == 0;

    *seconds = MAX(*seconds, seconds_of(stream));
    if (codec == NULL)
        codec = "unknown";
    if (is_audio && *facts->audio_codec == '\0')
        g_strlcpy(facts->audio_codec, codec, sizeof facts->audio_codec);
    if (!is_video || *facts->video_codec != '\0')
        return TRUE;
    g_strlcpy(facts->video_codec, codec, sizeof facts->video_codec);
    return take_picture(stream, facts, error);
}

gboolean
vt_video_facts_parse(const char *text, gsize length, VtVideoFacts *ret_facts, GError **error)
{
    g_autoptr(json_t) value = vt_json_parse(text, length, NULL);
    const json_t *streams = json_object_get(value, "streams");
    double seconds = seconds_of(json_object_get(value, "format"));
    VtVideoFacts facts = {0};

    for (gsize i = 0; i < json_array_size(streams); i++) {
        if (!take_stream(json_array_get(streams, i), &facts, &seconds, error))
            return FALSE;
    }
    if (*facts.video_codec == '\0' && *facts.audio_codec == '\0')
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "there is nothing in the file that plays");
    if (seconds > VT_VIDEO_MAX_PLAYTIME_S)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "it plays longer than a week");
    facts.playtime_s = MAX(1, (int)ceil(seconds));
    *ret_facts = facts;
    return TRUE;
}

gboolean
vt_video_probe(int fd, VtVideoFacts *ret_facts, GError **error)
{
    g_autofree char *text = g_malloc(MAX_OUTPUT);
    int out = memfd_create("probe", MFD_CLOEXEC);
    ssize_t n;

    if (out < 0)
        return vt_throw_errno(error, "cannot look at the video");
    if (!vt_tool_run(&probe, fd, out, error)) {
        close(out);
        return FALSE;
    }
    n = pread(out, text, MAX_OUTPUT, 0);
    close(out);
    if (n < 0)
        return vt_throw_errno(error, "cannot look at the video");
    return vt_video_facts_parse(text, (gsize)n, ret_facts, error);
}
