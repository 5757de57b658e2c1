/* Foreign bytes to a pyramid: the cage's work.
 *
 * First frame, upright, colours through the embedded profile to sRGB, 8 bits, alpha straight; CMYK
 * without a profile by the plain formula. Runs in the ingest worker only, with the loaders of
 * vt_decode_init.
 */
#pragma once

#include "imaging/pyramid.h"

/* SVG whose longer side is less is drawn at this many pixels. */
#define VT_DECODE_DRAWING_SIDE 2048

/* Starts the image library with the loaders that are safe to offer. */
gboolean vt_decode_init(GError **error);

/**
 * vt_decode_to_pyramid:
 * @in_fd: (borrowed): the file, at its start
 * @out_fd: (borrowed): empty and seekable
 * @max_pixels: refused by the header before anything is decoded
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (unknown format or damaged), VT_ERROR_TOO_LARGE or
 *   VT_ERROR_STORAGE.
 */
gboolean vt_decode_to_pyramid(int in_fd, int out_fd, gint64 max_pixels, GError **error);
