/* The pixels of a reply, before they are encoded: a plan carried out on a pyramid.
 *
 * Reads the smallest level that is not smaller than the reply needs, of it only what is seen, and
 * lays it over the background or over nothing. Memory is the reply's pixels plus a few rows.
 */
#pragma once

#include "imaging/pyramid.h"

typedef struct {
    VtImageSize size;
    int bands;      /* 1 or 3, and one more with alpha (straight, last) */
    guint8 *pixels; /* owned, packed */
} VtCanvas;

void vt_canvas_clear(VtCanvas *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtCanvas, vt_canvas_clear)

/* FALSE with what vt_pyramid_read fails with. @ret_canvas must be zeroed; clear it. */
gboolean vt_canvas_compose(
    const VtPyramid *pyramid, const VtImagePlan *plan, VtCanvas *ret_canvas, GError **error);
