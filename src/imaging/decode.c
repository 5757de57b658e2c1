#include "imaging/decode.h"

#include "imaging/autovips.h"
#include "imaging/engine.h"
#include "imaging/profile.h"
#include "imaging/pyramid_writer.h"

#include <string.h>
#include <sys/stat.h>

#define STRIP_ROWS 64
#define MM_PER_INCH 25.4
#define MAX_DPI 10000

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VipsSource, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VipsRegion, g_object_unref)

/* Formats that are no pictures, or whose decoders are not worth their risk. */
static const char *const blocked_loaders[] = {
    "VipsForeignLoadCsv",
    "VipsForeignLoadMatrix",
    "VipsForeignLoadRaw",
    "VipsForeignLoadVips",
    "VipsForeignLoadMat",
    "VipsForeignLoadFits",
    "VipsForeignLoadOpenslide",
    "VipsForeignLoadPdf",
    "VipsForeignLoadAnalyze",
    "VipsForeignLoadOpenexr",
    "VipsForeignLoadRad",
    "VipsForeignLoadMagick",
    "VipsForeignLoadMagick7",
};

/* Loader prefixes, our word for the format, and whether its pixels have lost detail already. */
static const struct {
    const char *loader, *format;
    gboolean lossy;
} format_rows[] = {
    {"jpegload", "jpeg", TRUE},
    {"pngload", "png", FALSE},
    {"webpload", "webp", TRUE},
    {"heifload", "heif", TRUE},
    {"gifload", "gif", FALSE},
    {"tiffload", "tiff", FALSE},
    {"svgload", "svg", FALSE},
    {"jp2kload", "jp2", FALSE},
    {"jxlload", "jxl", FALSE},
    {"ppmload", "ppm", FALSE},
};

gboolean
vt_decode_init(GError **error)
{
    if (!vt_imaging_init(error))
        return FALSE;
    vips_operation_block_set("VipsForeignLoad", FALSE);
    for (guint i = 0; i < G_N_ELEMENTS(blocked_loaders); i++)
        vips_operation_block_set(blocked_loaders[i], TRUE);
    return TRUE;
}

/* Replaces *image by *next if the step that made it succeeded; *image stays as it was else. */
static gboolean
step(VipsImage **image, int result, VipsImage **next)
{
    if (result != 0)
        return FALSE;
    g_object_unref(*image);
    *image = g_steal_pointer(next);
    return TRUE;
}

/* A drawing has no size of its own: it is drawn large enough to be shown large. */
static void
enlarge_drawing(VipsSource *source, VipsImage **image)
{
    const char *loader = "";
    int side = MAX((*image)->Xsize, (*image)->Ysize);
    VipsImage *next = NULL;

    if (vips_image_get_typeof(*image, VIPS_META_LOADER) != 0)
        vips_image_get_string(*image, VIPS_META_LOADER, &loader);
    if (!g_str_has_prefix(loader, "svgload") || side >= VT_DECODE_DRAWING_SIDE)
        return;
    if (!step(image,
            vips_svgload_source(
                source, &next, "scale", (double)VT_DECODE_DRAWING_SIDE / side, NULL),
            &next))
        vips_error_clear();
}

static VipsImage *
open_source(int fd, gint64 max_pixels, GError **error)
{
    g_autoptr(VipsSource) source = NULL;
    g_autoptr(VipsImage) image = NULL;
    struct stat about;

    /* the library asserts that a file is not empty */
    if (fstat(fd, &about) != 0 || about.st_size == 0)
        return vt_throw_null(error, VT_ERROR_MEDIA_TYPE, "the file is empty");
    source = vips_source_new_from_descriptor(fd);
    if (source != NULL)
        image = vips_image_new_from_source(
            source, "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    if (image == NULL) {
        vt_imaging_throw(error, VT_ERROR_MEDIA_TYPE, "the file is no picture that can be read");
        return NULL;
    }
    enlarge_drawing(source, &image);
    if ((gint64)image->Xsize * image->Ysize > max_pixels)
        return vt_throw_null(error, VT_ERROR_TOO_LARGE,
            "the picture has %d x %d pixels, %" G_GINT64_FORMAT " are allowed", image->Xsize,
            image->Ysize, max_pixels);
    return g_steal_pointer(&image);
}

static void
read_profile(VipsImage *image, VtPyramidFacts *facts)
{
    const void *profile = NULL;
    size_t length = 0;

    if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) != 0 &&
        vips_image_get_blob(image, VIPS_META_ICC_NAME, &profile, &length) == 0)
        vt_profile_name(profile, length, facts->profile, sizeof facts->profile);
}

/* What is known from the header alone. */
static void
read_facts(VipsImage *image, VtPyramidFacts *facts)
{
    const char *loader = "";
    double dpi = image->Xres * MM_PER_INCH;

    *facts = (VtPyramidFacts){.format = "other"};
    if (vips_image_get_typeof(image, VIPS_META_LOADER) != 0)
        vips_image_get_string(image, VIPS_META_LOADER, &loader);
    for (guint i = 0; i < G_N_ELEMENTS(format_rows); i++) {
        if (g_str_has_prefix(loader, format_rows[i].loader)) {
            g_strlcpy(facts->format, format_rows[i].format, sizeof facts->format);
            facts->lossy = format_rows[i].lossy;
        }
    }
    if (vips_image_get_typeof(image, "resolution-unit") != 0 && dpi >= 1 && dpi <= MAX_DPI)
        facts->resolution_dpi = dpi;
    read_profile(image, facts);
}

/* 255 - min(255, ink + black), for CMYK that nothing describes. */
static gboolean
convert_plain_cmyk(VipsImage **image)
{
    g_autoptr(VipsImage) inks = NULL, black = NULL, sum = NULL, clipped = NULL;
    VipsImage *rgb = NULL, *named = NULL;

    if (vips_extract_band(*image, &inks, 0, "n", 3, NULL) != 0 ||
        vips_extract_band(*image, &black, 3, NULL) != 0 || vips_add(inks, black, &sum, NULL) != 0 ||
        vips_cast_uchar(sum, &clipped, NULL) != 0 ||
        !step(image, vips_invert(clipped, &rgb, NULL), &rgb))
        return FALSE;
    return step(
        image, vips_copy(*image, &named, "interpretation", VIPS_INTERPRETATION_sRGB, NULL), &named);
}

/* Through the embedded profile; a profile that cannot be used counts as none. */
static void
apply_profile(VipsImage **image, const VtPyramidFacts *facts)
{
    VipsImage *next = NULL;

    if (vips_image_get_typeof(*image, VIPS_META_ICC_NAME) == 0 ||
        strstr(facts->profile, "sRGB") != NULL)
        return;
    if (!step(image,
            vips_icc_transform(*image, &next, "srgb", "embedded", TRUE, "intent",
                VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE, NULL),
            &next))
        vips_error_clear();
}

/* The same scale for all: 8 bits of gray or sRGB. */
static gboolean
convert_space(VipsImage **image)
{
    VipsImage *next = NULL;
    VipsInterpretation now = vips_image_guess_interpretation(*image);
    gboolean gray = (now == VIPS_INTERPRETATION_B_W || now == VIPS_INTERPRETATION_GREY16) &&
                    (*image)->Bands == 1;
    VipsInterpretation wanted = gray ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;

    if (now == VIPS_INTERPRETATION_CMYK && (*image)->BandFmt == VIPS_FORMAT_UCHAR &&
        (*image)->Bands >= 4)
        return convert_plain_cmyk(image);
    if (now != wanted || (*image)->BandFmt != VIPS_FORMAT_UCHAR) {
        if (vips_colourspace_issupported(*image) &&
            !step(image, vips_colourspace(*image, &next, wanted, NULL), &next))
            return FALSE;
    }
    return (*image)->BandFmt == VIPS_FORMAT_UCHAR ||
           step(image, vips_cast_uchar(*image, &next, NULL), &next);
}

/* 1, 3 or 4 bands: surplus ones are dropped, gray with alpha becomes RGB with alpha. */
static gboolean
convert_bands(VipsImage **image)
{
    VipsImage *next = NULL;
    int bands = (*image)->Bands;

    if (bands == 2) {
        g_autoptr(VipsImage) gray = NULL, alpha = NULL;

        if (vips_extract_band(*image, &gray, 0, NULL) != 0 ||
            vips_extract_band(*image, &alpha, 1, NULL) != 0)
            return FALSE;
        return step(
            image, vips_bandjoin((VipsImage *[]){gray, gray, gray, alpha}, &next, 4, NULL), &next);
    }
    return bands <= 4 || step(image, vips_extract_band(*image, &next, 0, "n", 4, NULL), &next);
}

/* Turning a picture needs all of it; the pixel limit has been checked. */
static gboolean
turn_upright(VipsImage **image)
{
    VipsImage *next = NULL;

    if (vips_image_get_orientation(*image) <= 1)
        return TRUE;
    next = vips_image_copy_memory(*image);
    if (!step(image, next == NULL, &next))
        return FALSE;
    return step(image, vips_autorot(*image, &next, NULL), &next);
}

static gboolean
write_rows(VipsImage *image, VtPyramidWriter *writer, GError **error)
{
    g_autoptr(VipsRegion) region = vips_region_new(image);

    for (int top = 0; top < image->Ysize; top += STRIP_ROWS) {
        VipsRect strip = {0, top, image->Xsize, MIN(STRIP_ROWS, image->Ysize - top)};

        if (vips_region_prepare(region, &strip) != 0)
            return vt_imaging_throw(error, VT_ERROR_MEDIA_TYPE, "the picture is damaged");
        for (int y = top; y < top + strip.height; y++) {
            if (!vt_pyramid_writer_push(writer, VIPS_REGION_ADDR(region, 0, y), error))
                return FALSE;
        }
    }
    return TRUE;
}

gboolean
vt_decode_to_pyramid(int in_fd, int out_fd, gint64 max_pixels, GError **error)
{
    g_autoptr(VipsImage) image = open_source(in_fd, max_pixels, error);
    g_autoptr(VtPyramidWriter) writer = NULL;
    VtPyramidFacts facts;

    if (image == NULL)
        return FALSE;
    read_facts(image, &facts);
    apply_profile(&image, &facts);
    if (!convert_space(&image) || !convert_bands(&image) || !turn_upright(&image))
        return vt_imaging_throw(error, VT_ERROR_MEDIA_TYPE, "the picture cannot be converted");
    facts.width = image->Xsize;
    facts.height = image->Ysize;
    facts.bands = image->Bands;
    writer = vt_pyramid_writer_new(out_fd, &facts, error);
    return writer != NULL && write_rows(image, writer, error) &&
           vt_pyramid_writer_finish(writer, error);
}
