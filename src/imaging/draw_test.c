#include "imaging/autovips.h"
#include "imaging/draw.h"
#include "imaging/engine.h"
#include "tests/unit/support.h"

#include <string.h>

#define SVG(width, height, content)                                                                \
    "<svg xmlns='http://www.w3.org/2000/svg' width='" width "' height='" height "'>" content       \
    "</svg>"

static const struct {
    const char *svg;
    VtImageEncoding encoding;
    int width, height;
    guint8 middle[3];
} row[] = {
    {SVG("40", "30", "<rect width='40' height='30' fill='#c82828'/>"), VT_IMAGE_PNG, 40, 30,
        {0xc8, 0x28, 0x28}},
    {SVG("40", "30", "<rect width='40' height='30' fill='#c82828'/>"), VT_IMAGE_JPEG, 40, 30,
        {0xc8, 0x28, 0x28}},
    {SVG("8", "8", ""), VT_IMAGE_PNG, 8, 8, {255, 255, 255}},
    {SVG("8", "8", "<rect width='8' height='8' fill-opacity='.5'/>"), VT_IMAGE_PNG, 8, 8,
        {127, 127, 127}},
};

static void
own_drawings_become_files(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = vt_imaging_draw_svg(row[i].svg, row[i].encoding, &error);
        g_autoptr(VipsImage) image = NULL;
        g_autofree double *pixel = NULL;
        int n = 0;

        assert_ok(bytes != NULL, error);
        vips_operation_block_set("VipsForeignLoad", FALSE);
        image = vips_image_new_from_buffer(
            g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "", NULL);
        assert_non_null(image);
        assert_int_equal(image->Xsize, row[i].width);
        assert_int_equal(image->Ysize, row[i].height);
        assert_int_equal(
            vips_getpoint(image, &pixel, &n, row[i].width / 2, row[i].height / 2, NULL), 0);
        for (int band = 0; band < 3; band++)
            assert_float_equal(pixel[band], row[i].middle[band], 3);
        vips_operation_block_set("VipsForeignLoad", TRUE);
    }
}

static const char *const refused_row[] = {"", "no drawing", "<svg", SVG("50000", "50000", "")};

static void
what_is_no_drawing_is_refused_and_the_loader_stays_closed(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        g_autoptr(GError) error = NULL;
        VipsImage *image = NULL;
        g_autofree char *svg = g_strdup(row[0].svg);

        assert_null(vt_imaging_draw_svg(refused_row[i], VT_IMAGE_PNG, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
        assert_int_not_equal(vips_svgload_buffer(svg, strlen(svg), &image, NULL), 0);
        vips_error_clear();
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_drawings_become_files),
        cmocka_unit_test(what_is_no_drawing_is_refused_and_the_loader_stays_closed),
    };

    if (!vt_imaging_init(NULL))
        return 1;
    return vt_test_run("imaging/draw", tests);
}
