#include "imaging/encode.h"

#include "imaging/autovips.h"
#include "imaging/engine.h"

/* Renditions are kept, so a smaller file is worth milliseconds; AVIF beyond 2 costs ten times more
 * for a few percent. */
#define WEBP_EFFORT 4
#define AVIF_EFFORT 2
#define MM_PER_INCH 25.4

typedef int (*SaveFunc)(
    VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length);

static int
save_jpeg(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    return vips_jpegsave_buffer(image, ret_bytes, ret_length, "Q", output->quality,
        "optimize_coding", TRUE, "interlace", output->progressive, "subsample_mode",
        output->full_chroma ? VIPS_FOREIGN_SUBSAMPLE_OFF : VIPS_FOREIGN_SUBSAMPLE_ON, "strip", TRUE,
        NULL);
}

static int
save_png(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    return vips_pngsave_buffer(image, ret_bytes, ret_length, "compression", 6, "filter",
        output->palette ? VIPS_FOREIGN_PNG_FILTER_NONE : VIPS_FOREIGN_PNG_FILTER_ALL, "palette",
        output->palette, "strip", TRUE, NULL);
}

static int
save_webp(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    return vips_webpsave_buffer(image, ret_bytes, ret_length, "Q", output->quality, "lossless",
        output->compression == VT_IMAGE_LOSSLESS, "effort", WEBP_EFFORT, "strip", TRUE, NULL);
}

static int
save_avif(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    return vips_heifsave_buffer(image, ret_bytes, ret_length, "compression",
        VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "Q", output->quality, "lossless",
        output->compression == VT_IMAGE_LOSSLESS, "effort", AVIF_EFFORT, "strip", TRUE, NULL);
}

static int
save_gif(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    return vips_gifsave_buffer(image, ret_bytes, ret_length, "strip", TRUE, NULL);
}

static int
save_tiff(VipsImage *image, const VtImageOutput *output, void **ret_bytes, size_t *ret_length)
{
    static const VipsForeignTiffCompression compressions[] = {
        [VT_IMAGE_PLAIN] = VIPS_FOREIGN_TIFF_COMPRESSION_NONE,
        [VT_IMAGE_LOSSLESS] = VIPS_FOREIGN_TIFF_COMPRESSION_NONE,
        [VT_IMAGE_LZW] = VIPS_FOREIGN_TIFF_COMPRESSION_LZW,
        [VT_IMAGE_ZIP] = VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
        [VT_IMAGE_JPEG_INSIDE] = VIPS_FOREIGN_TIFF_COMPRESSION_JPEG,
    };

    return vips_tiffsave_buffer(image, ret_bytes, ret_length, "compression",
        compressions[output->compression], "Q", output->quality, "predictor",
        VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "resunit", VIPS_FOREIGN_TIFF_RESUNIT_INCH, "strip",
        TRUE, NULL);
}

static const SaveFunc save[VT_IMAGE_N_ENCODINGS] = {
    [VT_IMAGE_JPEG] = save_jpeg,
    [VT_IMAGE_PNG] = save_png,
    [VT_IMAGE_WEBP] = save_webp,
    [VT_IMAGE_AVIF] = save_avif,
    [VT_IMAGE_GIF] = save_gif,
    [VT_IMAGE_TIFF] = save_tiff,
};

/* The canvas as the library's image; it borrows the pixels. */
static VipsImage *
wrap(const VtCanvas *canvas, double resolution_dpi)
{
    gsize bytes = (gsize)canvas->size.width * (gsize)canvas->size.height * (gsize)canvas->bands;
    g_autoptr(VipsImage) bare = vips_image_new_from_memory(canvas->pixels, bytes,
        canvas->size.width, canvas->size.height, canvas->bands, VIPS_FORMAT_UCHAR);
    double per_mm = resolution_dpi > 0 ? resolution_dpi / MM_PER_INCH : 1;
    VipsImage *image = NULL;

    if (bare == NULL || vips_copy(bare, &image, "interpretation",
                            canvas->bands <= 2 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB,
                            "xres", per_mm, "yres", per_mm, NULL) != 0)
        return NULL;
    return image;
}

static void
free_bytes(gpointer bytes)
{
    g_free(bytes);
}

GBytes *
vt_canvas_encode(
    const VtCanvas *canvas, const VtImageOutput *output, double resolution_dpi, GError **error)
{
    g_autoptr(VipsImage) image = wrap(canvas, resolution_dpi);
    void *bytes = NULL;
    size_t length = 0;

    if (image == NULL || save[output->encoding](image, output, &bytes, &length) != 0) {
        vt_imaging_throw(error, VT_ERROR_INTERNAL, "cannot encode the picture");
        return NULL;
    }
    return g_bytes_new_with_free_func(bytes, length, free_bytes, bytes);
}
