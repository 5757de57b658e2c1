/* A finished canvas as the bytes of a file. */
#pragma once

#include "imaging/compose.h"

/* @resolution_dpi: 0 writes none. Needs vt_imaging_init. Any thread. NULL with VT_ERROR_INTERNAL.
 */
GBytes *vt_canvas_encode(
    const VtCanvas *canvas, const VtImageOutput *output, double resolution_dpi, GError **error);
