/* Where every pixel of a reply comes from: a request applied to the size of a master.
 *
 * Pure arithmetic, no pictures. Four spaces follow each other: the upright master; the composite
 * (the master after crop, which may hang over its edges); the view (the composite, or its region,
 * scaled, fitted and aligned); the reply (the view, or its window). Sizes round half up to at least
 * one pixel, offsets round down.
 */
#pragma once

#include "base/hash.h"
#include "imaging/request.h"

/* Raise it when the same plan and master would give other bytes. */
#define VT_IMAGE_RENDER_VERSION 1

/* Whole pixels; right and bottom are outside. */
typedef struct {
    int left, top, right, bottom;
} VtImageRect;

typedef struct {
    VtImageSize reply;
    VtImageRect drawn; /* of the reply: where the picture is; empty when none of it is seen */
    VtImageRect bound; /* of the master: pixels beyond it do not exist for the filter */
    /* Master position of the reply's left edge, and master pixels per reply pixel. */
    double origin_x, origin_y;
    double step_x, step_y;
    VtColour background;
    VtImageOutput output;
    double resolution_dpi;
} VtImagePlan;

/**
 * vt_image_plan_make:
 * @request: (borrowed)
 * @defaults: (borrowed): the limits
 * @master: upright size in pixels, both sides at least 1
 *
 * Returns: FALSE with VT_ERROR_IMAGE_SIZE when the reply would be larger than allowed.
 */
gboolean vt_image_plan_make(const VtImageRequest *request,
    const VtImageDefaults *defaults,
    VtImageSize master,
    VtImagePlan *ret_plan,
    GError **error);

/* One line in which every field stands once: equal lines give equal bytes. Newly allocated. */
char *vt_image_plan_text(const VtImagePlan *plan);

/* The name of a rendition: hash of the plan, the master's content and the render version. @blob is
 * the hash of the bytes the pixels come from. */
VtHash vt_image_plan_key(const VtImagePlan *plan, const VtHash *blob);
