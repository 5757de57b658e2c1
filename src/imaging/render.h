/* A rendition: plan and pyramid in, the bytes of the reply out. */
#pragma once

#include "imaging/engine.h"
#include "imaging/pyramid.h"

/**
 * vt_image_render:
 * @pyramid: (borrowed): any number of threads may render from it
 * @plan: (borrowed): made for the size of this pyramid
 *
 * Needs vt_imaging_init. Memory follows the reply's pixels.
 *
 * Returns: NULL with VT_ERROR_IMAGE_UNREADABLE (damaged pyramid), VT_ERROR_STORAGE or
 *   VT_ERROR_INTERNAL (the encoder refused).
 */
GBytes *vt_image_render(const VtPyramid *pyramid, const VtImagePlan *plan, GError **error);
