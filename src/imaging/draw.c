#include "imaging/draw.h"

#include "base/thread.h"
#include "imaging/autovips.h"
#include "imaging/encode.h"
#include "imaging/engine.h"

#include <string.h>

#define LOADER "VipsForeignLoadSvg"
#define MAX_PIXELS 16000000
#define QUALITY 92
#define SVG_DPI 72

/* The loader is open to nobody but the one who holds this; drawing itself needs no loader. */
static VtMutex opening = {PTHREAD_MUTEX_INITIALIZER};

/* A picture that will draw itself from @svg, which must outlive it. */
static VipsImage *
open_svg(const char *svg)
{
    VT_LOCKED(&opening);
    VipsImage *image = NULL;

    vips_operation_block_set(LOADER, FALSE);
    if (vips_svgload_buffer((void *)(gintptr)svg, strlen(svg), &image, NULL) != 0)
        image = NULL;
    vips_operation_block_set(LOADER, TRUE);
    return image;
}

/* All pixels of @svg over white; NULL with *error. */
static VipsImage *
draw(const char *svg, GError **error)
{
    g_autoptr(VipsImage) image = open_svg(svg);
    g_autoptr(VipsImage) flat = NULL;
    VipsImage *kept = NULL;
    double white = 255;
    VipsArrayDouble *background = vips_array_double_new(&white, 1);

    if (image != NULL && (gint64)image->Xsize * image->Ysize <= MAX_PIXELS &&
        vips_flatten(image, &flat, "background", background, NULL) == 0)
        kept = vips_image_copy_memory(flat);
    vips_area_unref(VIPS_AREA(background));
    if (kept == NULL)
        vt_imaging_throw(error, VT_ERROR_BAD_VALUE, "cannot draw the SVG");
    return kept;
}

GBytes *
vt_imaging_draw_svg(const char *svg, VtImageEncoding encoding, GError **error)
{
    const VtImageOutput output = {.encoding = encoding, .quality = QUALITY, .full_chroma = TRUE};
    g_autoptr(VipsImage) image = draw(svg, error);
    VtCanvas canvas;

    if (image == NULL)
        return NULL;
    if (image->Bands != 3 || image->BandFmt != VIPS_FORMAT_UCHAR)
        return vt_throw_null(error, VT_ERROR_INTERNAL, "the SVG was drawn in an unknown format");
    canvas = (VtCanvas){{image->Xsize, image->Ysize}, 3, VIPS_IMAGE_ADDR(image, 0, 0)};
    return vt_canvas_encode(&canvas, &output, SVG_DPI, error);
}
