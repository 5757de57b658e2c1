#include "imaging/render.h"

#include "imaging/encode.h"

GBytes *
vt_image_render(const VtPyramid *pyramid, const VtImagePlan *plan, GError **error)
{
    g_auto(VtCanvas) canvas = {.pixels = NULL};

    if (!vt_canvas_compose(pyramid, plan, &canvas, error))
        return NULL;
    return vt_canvas_encode(&canvas, &plan->output, plan->resolution_dpi, error);
}
