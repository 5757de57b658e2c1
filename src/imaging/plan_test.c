#include "base/error.h"
#include "imaging/plan.h"
#include "tests/unit/support.h"

static const VtImageSize photo = {3000, 2000}, tall = {1000, 3000}, wide = {6000, 200},
                         square = {500, 500}, tiny = {40, 30};

static gboolean
plan(const char *query, VtImageSize master, VtImagePlan *ret_plan, GError **error)
{
    const char *const queries[] = {query, NULL};
    VtImageRequest request;

    return vt_image_request_parse(queries, &vt_image_defaults, &request, error) &&
           vt_image_plan_make(&request, &vt_image_defaults, master, ret_plan, error);
}

/* drawn: left, top, right, bottom of the picture in the reply. */
static const struct {
    const char *query;
    const VtImageSize *master;
    int width, height;
    int drawn[4];
} row[] = {
    {"", &photo, 1280, 853, {0, 0, 1280, 853}},
    {"", &tall, 427, 1280, {0, 0, 427, 1280}},
    {"", &wide, 1280, 43, {0, 0, 1280, 43}},
    {"", &square, 500, 500, {0, 0, 500, 500}},
    {"", &tiny, 40, 30, {0, 0, 40, 30}},
    {"wid=400", &photo, 400, 267, {0, 0, 400, 267}},
    {"hei=300", &photo, 450, 300, {0, 0, 450, 300}},
    {"hei=300", &tall, 100, 300, {0, 0, 100, 300}},
    {"wid=400&hei=300", &photo, 400, 300, {0, 16, 400, 283}},
    {"wid=200&hei=200", &photo, 200, 200, {0, 33, 200, 166}},
    {"wid=200&hei=200", &tall, 200, 200, {66, 0, 133, 200}},
    {"wid=200&hei=200&align=0,-1", &photo, 200, 200, {0, 0, 200, 133}},
    {"wid=200&hei=200&align=1,1", &photo, 200, 200, {0, 67, 200, 200}},
    {"wid=200&hei=200&align=-1,0", &tall, 200, 200, {0, 0, 67, 200}},
    {"wid=200&align=-1,-1", &photo, 200, 133, {0, 0, 200, 133}},
    {"wid=100", &tiny, 100, 30, {30, 0, 70, 30}},
    {"wid=100&hei=100", &tiny, 100, 100, {30, 35, 70, 65}},
    {"wid=100&hei=20", &tiny, 100, 20, {36, 0, 63, 20}},
    {"scl=1", &tall, 1000, 3000, {0, 0, 1000, 3000}},
    {"scl=8", &photo, 375, 250, {0, 0, 375, 250}},
    {"scl=7", &photo, 429, 286, {0, 0, 429, 286}},
    {"scl=2", &wide, 3000, 100, {0, 0, 3000, 100}},
    {"scl=2&wid=400&hei=300", &photo, 400, 300, {0, 0, 400, 300}},
    {"scl=2&wid=400&align=-1,0", &photo, 400, 1000, {0, 0, 400, 1000}},
    {"scl=1&wid=100&hei=60", &tiny, 100, 60, {30, 15, 70, 45}},
    {"scl=1&wid=20&hei=10", &tiny, 20, 10, {0, 0, 20, 10}},
    {"wid=400&hei=400&fit=constrain,0", &photo, 400, 267, {0, 0, 400, 267}},
    {"wid=400&hei=400&fit=crop,0", &photo, 400, 400, {0, 0, 400, 400}},
    {"wid=400&hei=400&fit=stretch", &photo, 400, 400, {0, 0, 400, 400}},
    {"wid=400&hei=400&fit=hfit", &photo, 400, 400, {0, 66, 400, 333}},
    {"wid=400&hei=400&fit=vfit,1", &photo, 400, 400, {0, 0, 400, 400}},
    {"wid=400&hei=400&fit=wrap,1", &photo, 600, 400, {0, 0, 600, 400}},
    {"wid=100&hei=100&fit=fit,1", &tiny, 100, 100, {0, 12, 100, 87}},
    {"wid=100&hei=100&fit=wrap,1", &tiny, 133, 100, {0, 0, 133, 100}},
    {"wid=100&hei=100&fit=constrain,0", &tiny, 40, 30, {0, 0, 40, 30}},
    {"wid=100&hei=100&fit=crop,0", &tiny, 100, 100, {30, 35, 70, 65}},
    {"wid=100&fit=constrain", &tiny, 40, 30, {0, 0, 40, 30}},
    {"wid=100&fit=constrain,1", &tiny, 100, 75, {0, 0, 100, 75}},
    {"wid=700&hei=700&fit=constrain,1", &photo, 700, 467, {0, 0, 700, 467}},
    {"hei=3470&wid=5000&fit=constrain", &photo, 3000, 2000, {0, 0, 3000, 2000}},
    {"wid=200&hei=30", &tiny, 200, 30, {80, 0, 120, 30}},
    {"wid=816&hei=500&dpr=on,4", &photo, 3000, 1838, {121, 0, 2878, 1838}},
    {"wid=30&dpr=on,2", &tiny, 60, 45, {0, 0, 60, 45}},
    {"wid=100&dpr=on,2", &tiny, 200, 60, {60, 0, 140, 60}},
    {"wid=400&dpr=on,2&fit=constrain", &photo, 800, 533, {0, 0, 800, 533}},
    {"wid=2000&dpr=on,3&fit=constrain,1", &photo, 3000, 2000, {0, 0, 3000, 2000}},
    {"cropN=0.5,0,0.5,0.5&wid=300", &photo, 300, 200, {0, 0, 300, 200}},
    {"cropN=0.1,0,0.8,1&scl=1", &photo, 2400, 2000, {0, 0, 2400, 2000}},
    {"cropN=0,0,1,0.8&scl=2", &photo, 1500, 800, {0, 0, 1500, 800}},
    {"crop=-10,-10,60,50", &tiny, 60, 50, {10, 10, 50, 40}},
    {"crop=100,100,10,10", &tiny, 10, 10, {0, 0, 0, 0}},
    {"crop=5,5,0,0", &tiny, 40, 30, {0, 0, 40, 30}},
    {"rgn=0,0,1500,1000", &photo, 1280, 853, {0, 0, 1280, 853}},
    {"rgn=1000,500,1000,1000&scl=2", &photo, 500, 500, {0, 0, 500, 500}},
    {"rgn=0,0,1000,1000&wid=400&hei=200", &photo, 400, 200, {100, 0, 400, 200}},
    {"rgn=-10,-10,60,50", &tiny, 60, 50, {10, 10, 50, 40}},
    {"scl=1&rect=1400,900,200,200", &photo, 200, 200, {0, 0, 200, 200}},
    {"scl=1&rect=2500,0,1000,200", &wide, 1000, 200, {0, 0, 1000, 200}},
    {"scl=1&rect=2900,1900,256,256", &photo, 256, 256, {0, 0, 100, 100}},
    {"wid=600&rect=100,100,200,200", &photo, 200, 200, {0, 0, 200, 200}},
    {"wid=600&rect=0,0,200,200,0.5", &photo, 200, 200, {0, 0, 200, 200}},
    {"wid=600&rect=0,0,400,200,0.5", &photo, 400, 200, {0, 0, 300, 200}},
};

static void
views_have_the_size_and_place_of_the_protocol(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        VtImagePlan made;
        const int *drawn = row[i].drawn;

        assert_ok(plan(row[i].query, *row[i].master, &made, &error), error);
        if (made.reply.width != row[i].width || made.reply.height != row[i].height)
            fail_msg("'%s' replies %dx%d", row[i].query, made.reply.width, made.reply.height);
        if (made.drawn.left != drawn[0] || made.drawn.top != drawn[1] ||
            made.drawn.right != drawn[2] || made.drawn.bottom != drawn[3])
            fail_msg("'%s' draws %d,%d to %d,%d", row[i].query, made.drawn.left, made.drawn.top,
                made.drawn.right, made.drawn.bottom);
    }
}

/* The master position shown at the reply's left top corner and one reply pixel further. */
static const struct {
    const char *query;
    const VtImageSize *master;
    double origin_x, origin_y, step_x, step_y;
    int bound_right;
} map_row[] = {
    {"wid=300&hei=300&fit=crop", &photo, 500, 0, 3000 / 450.0, 2000 / 300.0, 3000},
    {"wid=300&hei=300&fit=crop&align=1,0", &photo, 1000, 0, 3000 / 450.0, 2000 / 300.0, 3000},
    {"wid=400&hei=400&fit=stretch", &photo, 0, 0, 7.5, 5, 3000},
    {"scl=2&wid=400&hei=300", &photo, 1100, 700, 2, 2, 3000},
    {"cropN=0.1,0,0.8,1&scl=1", &photo, 300, 0, 1, 1, 2700},
    {"rgn=1000,500,1000,1000&scl=2", &photo, 1000, 500, 2, 2, 3000},
    {"wid=600&rect=100,50,200,200", &photo, 500, 250, 5, 5, 3000},
    {"wid=600&rect=100,50,200,200,2", &photo, 250, 125, 2.5, 2.5, 3000},
};

static void
reply_pixels_come_from_their_master_positions(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(map_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImagePlan made;

        assert_ok(plan(map_row[i].query, *map_row[i].master, &made, &error), error);
        assert_float_equal(made.origin_x, map_row[i].origin_x, 1e-6);
        assert_float_equal(made.origin_y, map_row[i].origin_y, 1e-6);
        assert_float_equal(made.step_x, map_row[i].step_x, 1e-9);
        assert_float_equal(made.step_y, map_row[i].step_y, 1e-9);
        assert_int_equal(made.bound.right, map_row[i].bound_right);
    }
}

static const struct {
    const char *query;
    const VtImageSize *master;
} too_large_row[] = {
    {"wid=3001", &photo},
    {"hei=3001", &tiny},
    {"scl=0.5", &photo},
    {"scl=1", &wide},
    {"wid=600&hei=200&fit=wrap", &wide},
    {"qlt=95&fit=constrain,1&hei=3470&wid=5000", &photo},
    {"scl=1&rect=0,0,3001,10", &photo},
    {"wid=3001&dpr=on,2", &photo},
    {"scl=0.000001&rect=0,0,10,10", &photo},
};

static void
replies_beyond_the_limits_are_refused(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(too_large_row); i++) {
        g_autoptr(GError) error = NULL;
        VtImagePlan made;

        if (plan(too_large_row[i].query, *too_large_row[i].master, &made, &error))
            fail_msg("'%s' was taken", too_large_row[i].query);
        assert_true(vt_error_is(error, VT_ERROR_IMAGE_SIZE));
        assert_string_equal(error->message, "Image size limit exceeded.");
    }
}

static void
the_key_names_the_cause(void **state)
{
    static const char *const same[] = {"wid=400", "hei=267&wid=400&fit=constrain", "wid=4e2&x=1"};
    static const char *const other[] = {
        "wid=401", "wid=400&qlt=79", "wid=400&fmt=webp", "wid=400&bgc=000000", "scl=1&wid=400"};
    VtHash blob = vt_hash_bytes("a", 1), other_blob = vt_hash_bytes("b", 1), key, again;
    VtImagePlan made;

    assert_true(plan(same[0], photo, &made, NULL));
    key = vt_image_plan_key(&made, &blob);
    assert_true(vt_hash_is_valid(key.hex));
    again = vt_image_plan_key(&made, &other_blob);
    assert_string_not_equal(again.hex, key.hex);
    for (guint i = 0; i < G_N_ELEMENTS(same); i++) {
        assert_true(plan(same[i], photo, &made, NULL));
        again = vt_image_plan_key(&made, &blob);
        assert_string_equal(again.hex, key.hex);
    }
    for (guint i = 0; i < G_N_ELEMENTS(other); i++) {
        assert_true(plan(other[i], photo, &made, NULL));
        again = vt_image_plan_key(&made, &blob);
        assert_string_not_equal(again.hex, key.hex);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_have_the_size_and_place_of_the_protocol),
        cmocka_unit_test(reply_pixels_come_from_their_master_positions),
        cmocka_unit_test(replies_beyond_the_limits_are_refused),
        cmocka_unit_test(the_key_names_the_cause),
    };
    return vt_test_run("imaging/plan", tests);
}
