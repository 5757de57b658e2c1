/* What a video is, asked of ffprobe in a cage (base/tool.h). */
#pragma once

#include <glib.h>

#define VT_VIDEO_CODEC_BYTES 16
#define VT_VIDEO_MAX_SIDE 16384 /* px */
#define VT_VIDEO_MAX_PLAYTIME_S 604800

/* The containers whose readers are offered; ffmpeg knows hundreds more, among them lists of other
 * files. */
#define VT_VIDEO_FORMATS "mov,matroska,avi,mpeg,mpegts,mpegvideo,asf,flv,ogg,mp3,wav,aac,flac,amr"

typedef struct {
    int width, height;                      /* px as shown: upright, square pixels; 0: no video */
    int playtime_s;                         /* rounded up, at least 1 */
    char video_codec[VT_VIDEO_CODEC_BYTES]; /* "" without moving pictures */
    char audio_codec[VT_VIDEO_CODEC_BYTES]; /* "" without sound */
} VtVideoFacts;

/**
 * vt_video_probe:
 * @fd: (borrowed): the file, readable by anybody; its position does not matter
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (not of a container above, damaged, nothing in it that
 *   plays), VT_ERROR_TOO_LARGE (a side or the playing time), VT_ERROR_TIMEOUT, VT_ERROR_STORAGE or
 *   VT_ERROR_INTERNAL.
 */
gboolean vt_video_probe(int fd, VtVideoFacts *ret_facts, GError **error);

/* What ffprobe printed, as facts; the same errors. For tests. */
gboolean vt_video_facts_parse(
    const char *text, gsize length, VtVideoFacts *ret_facts, GError **error);
