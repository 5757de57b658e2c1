/* Draws SVG the program wrote itself, in this process: the pictures of the sample shop.
 *
 * Never call it with text from outside. Foreign SVG is a foreign file and goes through the cage.
 */
#pragma once

#include "imaging/request.h"

/* @svg: at its own size, at most 16 million pixels; laid over white. Needs vt_imaging_init. Any
 * thread. NULL with VT_ERROR_BAD_VALUE (no SVG, too large) or VT_ERROR_INTERNAL. */
GBytes *vt_imaging_draw_svg(const char *svg, VtImageEncoding encoding, GError **error);
