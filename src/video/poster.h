/* A frame that stands for a video, drawn by ffmpeg in a cage (base/tool.h). */
#pragma once

#include "video/probe.h"

/**
 * vt_video_poster:
 * @fd: (borrowed): the file, readable by anybody
 * @facts: of vt_video_probe; has moving pictures
 * @out_fd: (borrowed): an empty regular file; a JPEG afterwards, which is as foreign as the video
 *
 * The picture has the size of the facts. Takes a frame a tenth into the video, at most five
 * seconds; where none can be read there, the first one.
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (no frame can be read), VT_ERROR_TIMEOUT,
 *   VT_ERROR_STORAGE or VT_ERROR_INTERNAL.
 */
gboolean vt_video_poster(int fd, const VtVideoFacts *facts, int out_fd, GError **error);
