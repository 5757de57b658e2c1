#include "base/error.h"
#include "imaging/request.h"
#include "tests/unit/support.h"

static gboolean
parse(const char *query, VtImageRequest *ret_request, GError **error)
{
    const char *const queries[] = {query, NULL};

    return vt_image_request_parse(queries, &vt_image_defaults, ret_request, error);
}

static const struct {
    const char *query;
    int width, height;
} size_row[] = {
    {"", 0, 0},
    {"WID=300&hEi=200", 300, 200},
    {"wid=100&wid=300", 300, 0},
    {"wid=300&wid=", 0, 0},
    {"wid=&hei=200", 0, 200},
    {".wid=9&wid=300&.any%20comment=1", 300, 0},
    {"wid=300&ts=1699999999&foo=bar&bare&$nopreset$", 300, 0},
    {"wid=300&amp;hei=100", 300, 0},
    {"wid=%33%30%30", 300, 0},
    {"wid=+300", 300, 0},
    {"wid=%2B300", 300, 0},
    {"wid=%20300%20", 300, 0},
    {"wid=300.4", 300, 0},
    {"wid=299.5", 300, 0},
    {"wid=0300", 300, 0},
    {"wid=3e2", 300, 0},
    {"&&wid=300&&", 300, 0},
    {"src=is{other?wid=1&hei=2}&hei=5", 0, 5},
    {"mask=(a?wid=1&b=(c&wid=3))&hei=5", 0, 5},
    {"text={\\b&wid=7", 7, 0},
};

static void
sizes_are_read_by_the_rules_of_the_query(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(size_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImageRequest request;

        assert_ok(parse(size_row[i].query, &request, &error), error);
        if (request.width != size_row[i].width || request.height != size_row[i].height)
            fail_msg("'%s' asks for %dx%d", size_row[i].query, request.width, request.height);
    }
}

static const struct {
    const char *query;
    VtErrorCode code;
    const char *message;
} refusal_row[] = {
    {"wid=abc", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"wid=0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"wid=-5", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"wid=0x10", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"hei=nan", VT_ERROR_IMAGE_VALUE, "Invalid value for 'hei'."},
    {"hei=1e400", VT_ERROR_IMAGE_VALUE, "Invalid value for 'hei'."},
    {"hei=1234567890123456", VT_ERROR_IMAGE_VALUE, "Invalid value for 'hei'."},
    {"wid=1,2", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"wid=$number$", VT_ERROR_IMAGE_VALUE, "Invalid value for 'wid'."},
    {"scl=0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'scl'."},
    {"align=0&wid=200&hei=200", VT_ERROR_IMAGE_VALUE, "Invalid value for 'align'."},
    {"align=0,2", VT_ERROR_IMAGE_VALUE, "Invalid value for 'align'."},
    {"bgc=300,0,0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'bgc'."},
    {"fit=cover&wid=100", VT_ERROR_IMAGE_VALUE, "Invalid value for 'fit'."},
    {"fit=fit,2&wid=100", VT_ERROR_IMAGE_VALUE, "Invalid value for 'fit'."},
    {"fit=crop,1,1&wid=100", VT_ERROR_IMAGE_VALUE, "Invalid value for 'fit'."},
    {"fit=crop", VT_ERROR_IMAGE_REQUEST, "Invalid request."},
    {"crop=0,0,10", VT_ERROR_IMAGE_VALUE, "Invalid value for 'crop'."},
    {"crop=0,0,10,10,10", VT_ERROR_IMAGE_VALUE, "Invalid value for 'crop'."},
    {"crop=0,0,10,0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'crop'."},
    {"cropN=0,0,-1,1", VT_ERROR_IMAGE_VALUE, "Invalid value for 'cropN'."},
    {"rgn=0,0,0,0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'rgn'."},
    {"rgn=0,0,100", VT_ERROR_IMAGE_VALUE, "Invalid value for 'rgn'."},
    {"rgn=0,0,100,100,1", VT_ERROR_IMAGE_VALUE, "Invalid value for 'rgn'."},
    {"rect=0,0,100,100,0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'rect'."},
    {"qlt=101", VT_ERROR_IMAGE_VALUE, "Invalid value for 'qlt'."},
    {"qlt=0", VT_ERROR_IMAGE_VALUE, "Invalid value for 'qlt'."},
    {"qlt=80,2", VT_ERROR_IMAGE_VALUE, "Invalid value for 'qlt'."},
    {"qlt=50.5x", VT_ERROR_IMAGE_VALUE, "Invalid value for 'qlt'."},
    {"fmt=jpegxr", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"fmt=png,cmyk", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"fmt=webp,gray", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"fmt=jpeg,,lzw", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"fmt=tif-alpha,,jpeg", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"fmt=png,rgb,none,x", VT_ERROR_IMAGE_FORMAT, "Unsupported image format."},
    {"req=nosuch", VT_ERROR_IMAGE_REQUEST, "Invalid request."},
    {"$thumb$?fmt=png&wid=50", VT_ERROR_IMAGE_REQUEST, "Invalid request."},
    {"src=is{a&wid=1", VT_ERROR_IMAGE_REQUEST, "Invalid request."},
    {"src=a)&wid=1", VT_ERROR_IMAGE_REQUEST, "Invalid request."},
    {"wid=%zz", VT_ERROR_BAD_REQUEST, "broken percent escape in the address"},
    {"other=%00", VT_ERROR_BAD_REQUEST, "broken percent escape in the address"},
};

static void
refusals_say_which_command(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(refusal_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImageRequest request;

        if (parse(refusal_row[i].query, &request, &error))
            fail_msg("'%s' was taken", refusal_row[i].query);
        assert_true(vt_error_is(error, refusal_row[i].code));
        assert_string_equal(error->message, refusal_row[i].message);
    }
}

static void
an_endless_query_is_refused(void **state)
{
    g_autofree char *query = g_strnfill(VT_IMAGE_QUERY_MAX_BYTES + 1, 'a');
    g_autoptr(GError) error = NULL;
    VtImageRequest request;

    assert_false(parse(query, &request, &error));
    assert_true(vt_error_is(error, VT_ERROR_IMAGE_REQUEST));
}

static const struct {
    const char *query;
    VtImageOutput output;
} output_row[] = {
    {"", {.quality = 80}},
    {"fmt=JPG&qlt=60,1", {.quality = 60, .full_chroma = TRUE}},
    {"fmt=pjpeg,gray", {.quality = 80, .progressive = TRUE, .gray = TRUE}},
    {"fmt=png-alpha", {.encoding = VT_IMAGE_PNG, .alpha = TRUE, .quality = 80}},
    {"fmt=png8", {.encoding = VT_IMAGE_PNG, .palette = TRUE, .quality = 80}},
    {"fmt=webp,,lossless",
        {.encoding = VT_IMAGE_WEBP, .compression = VT_IMAGE_LOSSLESS, .quality = 80}},
    {"fmt=web-alpha", {.encoding = VT_IMAGE_WEBP, .alpha = TRUE, .quality = 80}},
    {"fmt=avif&qlt=50", {.encoding = VT_IMAGE_AVIF, .quality = 50}},
    {"fmt=gif-alpha", {.encoding = VT_IMAGE_GIF, .alpha = TRUE, .quality = 80}},
    {"fmt=tif,,LZW", {.encoding = VT_IMAGE_TIFF, .compression = VT_IMAGE_LZW, .quality = 80}},
    {"fmt=tif%2Crgb%2Czip",
        {.encoding = VT_IMAGE_TIFF, .compression = VT_IMAGE_ZIP, .quality = 80}},
};

static void
output_follows_fmt_and_qlt(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(output_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImageRequest request;

        assert_ok(parse(output_row[i].query, &request, &error), error);
        if (memcmp(&request.output, &output_row[i].output, sizeof request.output) != 0)
            fail_msg("'%s' is written otherwise", output_row[i].query);
    }
}

static void
later_queries_win_over_earlier_ones(void **state)
{
    const char *const queries[] = {"wid=300&qlt=60", "wid=100&hei=50", "fmt=png&hei=", NULL};
    g_autoptr(GError) error = NULL;
    VtImageRequest request;

    assert_ok(vt_image_request_parse(queries, &vt_image_defaults, &request, &error), error);
    assert_int_equal(request.width, 100);
    assert_int_equal(request.height, 0);
    assert_int_equal(request.output.quality, 60);
    assert_int_equal(request.output.encoding, VT_IMAGE_PNG);
}

static const struct {
    const char *query;
    double dpr;
} dpr_row[] = {
    {"dpr=off", 1},
    {"dpr=on", 1},
    {"dpr=on,2", 2},
    {"dpr=ON,1.5", 1.5},
    {"dpr=on,x", 1},
    {"dpr=on,-3", 1},
    {"dpr=off,2", 1},
};

static void
a_malformed_dpr_is_ignored(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(dpr_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImageRequest request;

        assert_ok(parse(dpr_row[i].query, &request, &error), error);
        assert_float_equal(request.dpr, dpr_row[i].dpr, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read_by_the_rules_of_the_query),
        cmocka_unit_test(refusals_say_which_command),
        cmocka_unit_test(an_endless_query_is_refused),
        cmocka_unit_test(output_follows_fmt_and_qlt),
        cmocka_unit_test(later_queries_win_over_earlier_ones),
        cmocka_unit_test(a_malformed_dpr_is_ignored),
    };
    return vt_test_run("imaging/request", tests);
}
