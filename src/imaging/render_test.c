#include "imaging/autovips.h"
#include "imaging/pyramid_writer.h"
#include "imaging/render.h"
#include "tests/unit/support.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A drawn master: its facts, what colour it has where, and its pyramid once made. */
typedef struct {
    VtPyramidFacts facts;
    guint32 (*colour)(int x, int y); /* red, green, blue, alpha from the top byte */
    VtPyramid *pyramid;
} Master;

#define RED 0xc82828ff
#define GREEN 0x28a028ff
#define BLUE 0x2828c8ff
#define YELLOW 0xdcc828ff

static guint32
quad(int x, int y, int width, int height)
{
    if (y < height / 2)
        return x < width / 2 ? RED : GREEN;
    return x < width / 2 ? BLUE : YELLOW;
}

static guint32
photo_colour(int x, int y)
{
    return quad(x, y, 3000, 2000);
}

static guint32
tiny_colour(int x, int y)
{
    return quad(x, y, 40, 30);
}

static guint32
tall_colour(int x, int y)
{
    return y < 1000 ? RED : y < 2000 ? GREEN : BLUE;
}

static guint32
wide_colour(int x, int y)
{
    static const guint32 band[] = {RED, GREEN, BLUE, YELLOW, 0x808080ff, 0x000000ff};

    return band[x / 1000];
}

static guint32
square_colour(int x, int y)
{
    return 0x808080ff;
}

static guint32
alpha_colour(int x, int y)
{
    if (y < 150 || y >= 450 || x < 200 || x >= 600)
        return 0x00ff0000;
    return x < 400 ? RED : (BLUE & 0xffffff00) | 128;
}

static Master photo = {{3000, 2000, 3, TRUE, 300, "jpeg", ""}, photo_colour, NULL},
              tall = {{1000, 3000, 3, FALSE, 0, "png", ""}, tall_colour, NULL},
              wide = {{6000, 200, 3, FALSE, 0, "png", ""}, wide_colour, NULL},
              square = {{500, 500, 1, FALSE, 0, "png", ""}, square_colour, NULL},
              tiny = {{40, 30, 3, FALSE, 0, "png", ""}, tiny_colour, NULL},
              alpha = {{800, 600, 4, FALSE, 0, "png", ""}, alpha_colour, NULL};

static Master *const masters[] = {&photo, &tall, &wide, &square, &tiny, &alpha};

static void
draw(Master *master)
{
    const VtPyramidFacts *facts = &master->facts;
    int fd = memfd_create("pyramid", MFD_CLOEXEC);
    g_autoptr(VtPyramidWriter) writer = vt_pyramid_writer_new(fd, facts, NULL);
    g_autofree guint8 *row = g_malloc((gsize)facts->width * (gsize)facts->bands);

    for (int y = 0; y < facts->height; y++) {
        for (int i = 0; i < facts->width * facts->bands; i++) {
            guint32 colour = master->colour(i / facts->bands, y);

            row[i] = (guint8)(colour >> (24 - 8 * (i % facts->bands)));
        }
        assert_true(vt_pyramid_writer_push(writer, row, NULL));
    }
    assert_true(vt_pyramid_writer_finish(writer, NULL));
    master->pyramid = vt_pyramid_open(fd, 100000000, NULL);
    assert_non_null(master->pyramid);
    close(fd);
}

static GBytes *
render(const Master *master, const char *query)
{
    const char *const queries[] = {query, NULL};
    g_autoptr(GError) error = NULL;
    VtImageRequest request;
    VtImagePlan plan;
    GBytes *bytes;

    assert_ok(vt_image_request_parse(queries, &vt_image_defaults, &request, &error), error);
    assert_ok(vt_image_plan_make(&request, &vt_image_defaults,
                  (VtImageSize){master->facts.width, master->facts.height}, &plan, &error),
        error);
    bytes = vt_image_render(master->pyramid, &plan, &error);
    assert_ok(bytes != NULL, error);
    return bytes;
}

/* The reply decoded again, as the library's image. */
static VipsImage *
decode(GBytes *bytes)
{
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);
    VipsImage *image = vips_image_new_from_buffer(data, length, "", NULL);

    if (image == NULL)
        fail_msg("the reply does not decode: %s", vips_error_buffer());
    return image;
}

/* @expected: eight hexadecimal digits, x for any. */
static void
check_pixel(VipsImage *image, const char *query, int x, int y, const char *expected, int tolerance)
{
    g_autofree double *pixel = NULL;
    int n = 0;

    assert_int_equal(vips_getpoint(image, &pixel, &n, x, y, NULL), 0);
    for (int i = 0; i < 4; i++) {
        double got = i < 3 ? pixel[n < 3 ? 0 : i] : n == 2 || n == 4 ? pixel[n - 1] : 255;
        int high = g_ascii_xdigit_value(expected[2 * i]);
        int wanted = high * 16 + g_ascii_xdigit_value(expected[2 * i + 1]);

        if (high >= 0 && fabs(got - wanted) > tolerance)
            fail_msg("'%s' at %d,%d: band %d is %g, not %d", query, x, y, i, got, wanted);
    }
}

static const struct {
    const Master *master;
    const char *query;
    int width, height;
    struct {
        int x, y;
        const char *colour;
        int tolerance;
    } pixel[4];
} row[] = {
    {&tall, "fmt=png", 427, 1280,
        {{200, 200, "c82828ff", 2}, {200, 640, "28a028ff", 2}, {200, 1100, "2828c8ff", 2}}},
    {&wide, "fmt=png", 1280, 43, {{100, 20, "c82828ff", 2}, {1180, 20, "000000ff", 2}}},
    {&square, "fmt=png", 500, 500, {{250, 250, "808080ff", 2}}},
    {&tiny, "fmt=png", 40, 30,
        {{10, 7, "c82828ff", 2}, {30, 7, "28a028ff", 2}, {10, 22, "2828c8ff", 2},
            {30, 22, "dcc828ff", 2}}},
    {&photo, "hei=300", 450, 300, {}},
    {&tall, "hei=300&fmt=png", 100, 300,
        {{50, 50, "c82828ff", 2}, {50, 150, "28a028ff", 2}, {50, 250, "2828c8ff", 2}}},
    {&photo, "wid=400&hei=300", 400, 300, {}},
    {&photo, "wid=200&hei=200&fmt=png", 200, 200,
        {{100, 10, "ffffffff", 2}, {50, 60, "c82828ff", 2}, {150, 60, "28a028ff", 2},
            {50, 140, "2828c8ff", 2}}},
    {&tall, "wid=200&hei=200&fmt=png", 200, 200,
        {{20, 100, "ffffffff", 2}, {100, 30, "c82828ff", 2}, {180, 100, "ffffffff", 2}}},
    {&photo, "wid=200&hei=200&bgc=0,0,0&fmt=png", 200, 200,
        {{100, 10, "000000ff", 2}, {100, 190, "000000ff", 2}, {50, 60, "c82828ff", 2}}},
    {&photo, "wid=200&hei=200&align=0,-1&fmt=png", 200, 200,
        {{50, 5, "c82828ff", 2}, {100, 190, "ffffffff", 2}}},
    {&photo, "wid=200&hei=200&align=-1,-1&fmt=png", 200, 200,
        {{50, 5, "c82828ff", 2}, {100, 190, "ffffffff", 2}}},
    {&photo, "wid=200&hei=200&align=1,1&fmt=png", 200, 200,
        {{100, 5, "ffffffff", 2}, {150, 190, "dcc828ff", 2}}},
    {&tall, "wid=200&hei=200&align=-1,0&fmt=png", 200, 200,
        {{20, 30, "c82828ff", 2}, {180, 100, "ffffffff", 2}}},
    {&photo, "wid=200&align=-1,-1&fmt=png", 200, 133, {{50, 30, "c82828ff", 2}}},
    {&tiny, "wid=100&fmt=png", 100, 30,
        {{10, 15, "ffffffff", 2}, {35, 5, "c82828ff", 2}, {65, 5, "28a028ff", 2},
            {90, 15, "ffffffff", 2}}},
    {&tiny, "wid=100&hei=100&fmt=png", 100, 100,
        {{50, 10, "ffffffff", 2}, {35, 40, "c82828ff", 2}, {65, 40, "28a028ff", 2},
            {35, 58, "2828c8ff", 2}}},
    {&tiny, "wid=100&hei=20&fmt=png", 100, 20,
        {{10, 10, "ffffffff", 2}, {42, 4, "c82828ff", 2}, {58, 4, "28a028ff", 2},
            {90, 10, "ffffffff", 2}}},
    {&tall, "scl=1&fmt=png", 1000, 3000,
        {{500, 500, "c82828ff", 2}, {500, 1500, "28a028ff", 2}, {500, 2500, "2828c8ff", 2}}},
    {&photo, "scl=8", 375, 250, {}},
    {&wide, "scl=2&fmt=png", 3000, 100, {{250, 50, "c82828ff", 2}, {2750, 50, "000000ff", 2}}},
    {&photo, "scl=2&wid=400&hei=300&fmt=png", 400, 300,
        {{50, 50, "c82828ff", 2}, {350, 250, "dcc828ff", 2}}},
    {&photo, "scl=2&wid=400&align=-1,0&fmt=png", 400, 1000,
        {{50, 50, "c82828ff", 2}, {350, 900, "dcc828ff", 2}}},
    {&tiny, "scl=1&wid=100&hei=60&fmt=png", 100, 60,
        {{10, 30, "ffffffff", 2}, {40, 20, "c82828ff", 2}, {60, 40, "dcc828ff", 2},
            {95, 30, "ffffffff", 2}}},
    {&tiny, "scl=1&wid=20&hei=10&fmt=png", 20, 10,
        {{4, 2, "c82828ff", 2}, {16, 2, "28a028ff", 2}, {4, 8, "2828c8ff", 2},
            {16, 8, "dcc828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=constrain,0&fmt=png", 400, 267,
        {{100, 60, "c82828ff", 2}, {300, 200, "dcc828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=crop,0&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=stretch,0&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=hfit,0&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "ffffffff", 2}}},
    {&photo, "wid=400&hei=400&fit=fit,1&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "ffffffff", 2}}},
    {&photo, "wid=400&hei=400&fit=crop,1&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=wrap,1&fmt=png", 600, 400,
        {{100, 100, "c82828ff", 2}, {500, 300, "dcc828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=stretch,1&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=hfit,1&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "ffffffff", 2}}},
    {&photo, "wid=400&hei=400&fit=vfit,1&fmt=png", 400, 400,
        {{100, 150, "c82828ff", 2}, {300, 250, "dcc828ff", 2}, {100, 30, "c82828ff", 2}}},
    {&tiny, "wid=100&hei=100&fit=fit,1&fmt=png", 100, 100,
        {{25, 25, "c82828ff", 4}, {80, 70, "dcc828ff", 4}}},
    {&tiny, "wid=100&hei=100&fit=wrap,1&fmt=png", 133, 100,
        {{25, 25, "c82828ff", 4}, {80, 70, "dcc828ff", 4}}},
    {&tiny, "wid=100&hei=100&fit=constrain,0&fmt=png", 40, 30, {{8, 7, "c82828ff", 2}}},
    {&tiny, "wid=100&hei=100&fit=crop,0&fmt=png", 100, 100, {{8, 7, "ffffffff", 2}}},
    {&tiny, "wid=100&hei=100&fit=hfit,0&fmt=png", 100, 100, {{8, 7, "ffffffff", 2}}},
    {&wide, "wid=600&hei=200&fit=fit&fmt=png", 600, 200,
        {{50, 100, "c82828ff", 2}, {550, 100, "000000ff", 2}, {50, 20, "ffffffff", 2}}},
    {&wide, "wid=600&hei=200&fit=crop&fmt=png", 600, 200,
        {{100, 50, "2828c8ff", 2}, {500, 150, "dcc828ff", 2}}},
    {&wide, "wid=600&hei=200&fit=vfit&fmt=png", 600, 200,
        {{100, 50, "2828c8ff", 2}, {500, 150, "dcc828ff", 2}}},
    {&wide, "wid=600&hei=200&fit=crop&align=-1,0&fmt=png", 600, 200, {{300, 100, "c82828ff", 2}}},
    {&wide, "wid=600&hei=200&fit=crop&align=1,0&fmt=png", 600, 200, {{300, 100, "000000ff", 2}}},
    {&photo, "wid=300&hei=300&fit=crop&align=1,0&fmt=png", 300, 300,
        {{40, 50, "c82828ff", 2}, {250, 50, "28a028ff", 2}}},
    {&tiny, "wid=100&fit=constrain&fmt=png", 40, 30, {{10, 7, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=Constrain&fmt=png", 400, 267, {{100, 100, "c82828ff", 2}}},
    {&photo, "wid=400&hei=400&fit=,1&fmt=png", 400, 400, {{100, 150, "c82828ff", 2}}},
    {&photo, "scl=1&fmt=png-alpha", 3000, 2000, {{100, 100, "c82828ff", 2}}},
    {&photo, "scl=1.0&qlt=100", 3000, 2000, {{100, 100, "c82828ff", 8}}},
    {&photo, "qlt=95&fit=constrain&hei=3470&wid=5000&fmt=jpg", 3000, 2000,
        {{100, 100, "c82828ff", 8}}},
    {&photo, "wid=400&dpr=on,2&fmt=jpg&fit=constrain", 800, 533, {{100, 100, "c82828ff", 8}}},
    {&photo, "cropN=0.5,0,0.5,0.5&wid=300&fmt=png", 300, 200, {{150, 100, "28a028ff", 2}}},
    {&photo, "cropN=0.1,0,0.8,1&scl=1&fmt=png", 2400, 2000,
        {{1000, 500, "c82828ff", 2}, {1400, 1500, "dcc828ff", 2}}},
    {&photo, "cropN=0,0,1,0.8&scl=2&fmt=png", 1500, 800, {{100, 700, "2828c8ff", 2}}},
    {&tiny, "crop=-10,-10,60,50&fmt=png-alpha", 60, 50,
        {{4, 4, "xxxxxx00", 2}, {20, 16, "c82828ff", 2}}},
    {&tiny, "crop=100,100,10,10&fmt=png", 10, 10, {{5, 5, "ffffffff", 2}}},
    {&photo, "rgn=0,0,1500,1000&fmt=png", 1280, 853,
        {{100, 100, "c82828ff", 2}, {1200, 800, "c82828ff", 2}}},
    {&photo, "rgn=1000,500,1000,1000&scl=2&fmt=png", 500, 500,
        {{100, 100, "c82828ff", 2}, {400, 400, "dcc828ff", 2}}},
    {&photo, "rgn=0,0,1000,1000&wid=400&hei=200&fmt=png", 400, 200,
        {{50, 100, "ffffffff", 2}, {150, 100, "c82828ff", 2}, {350, 100, "c82828ff", 2}}},
    {&tiny, "rgn=-10,-10,60,50&fmt=png", 60, 50,
        {{4, 4, "ffffffff", 2}, {20, 16, "c82828ff", 2}, {56, 46, "ffffffff", 2}}},
    {&photo, "scl=1&rect=1400,900,200,200&fmt=png", 200, 200,
        {{50, 50, "c82828ff", 2}, {150, 50, "28a028ff", 2}, {50, 150, "2828c8ff", 2},
            {150, 150, "dcc828ff", 2}}},
    {&wide, "scl=1&rect=2500,0,1000,200&fmt=png", 1000, 200,
        {{100, 100, "2828c8ff", 2}, {900, 100, "dcc828ff", 2}}},
    {&photo, "scl=1&rect=2900,1900,256,256&fmt=png", 256, 256,
        {{50, 50, "dcc828ff", 2}, {200, 50, "ffffffff", 2}, {200, 200, "ffffffff", 2}}},
    {&photo, "wid=600&rect=100,100,200,200&fmt=png", 200, 200,
        {{50, 50, "c82828ff", 2}, {50, 150, "2828c8ff", 2}}},
    {&photo, "wid=600&rect=0,0,200,200,0.5&fmt=png", 200, 200,
        {{50, 50, "c82828ff", 2}, {170, 50, "28a028ff", 2}, {50, 150, "2828c8ff", 2}}},
    {&photo, "scl=1&rect=1400,900,256,256&req=tile&fmt=png", 256, 256, {}},
    {&photo, "wid=300", 300, 200, {}},
    {&photo, "wid=300&fmt=jpg", 300, 200, {}},
    {&photo, "wid=300&fmt=pjpeg", 300, 200, {}},
    {&photo, "wid=300&fmt=png8", 300, 200, {}},
    {&alpha, "wid=300&fmt=png8-alpha", 300, 225, {{10, 10, "xxxxxx00", 2}}},
    {&photo, "wid=300&fmt=webp,,lossless", 300, 200, {{50, 50, "c82828ff", 2}}},
    {&alpha, "wid=300&fmt=webp-alpha", 300, 225, {{10, 10, "xxxxxx00", 2}}},
    {&alpha, "wid=300&fmt=web-alpha", 300, 225, {{10, 10, "xxxxxx00", 2}}},
    {&photo, "wid=300&fmt=avif", 300, 200, {{50, 50, "c82828ff", 8}}},
    {&photo, "wid=300&fmt=gif", 300, 200, {{50, 50, "c82828ff", 8}}},
    {&alpha, "wid=300&fmt=gif-alpha", 300, 225,
        {{10, 10, "xxxxxx00", 2}, {110, 110, "c82828xx", 8}}},
    {&photo, "wid=300&fmt=tif", 300, 200, {{50, 50, "c82828ff", 2}}},
    {&photo, "wid=300&fmt=tif,,lzw", 300, 200, {{50, 50, "c82828ff", 2}}},
    {&photo, "wid=300&fmt=tif,,zip", 300, 200, {}},
    {&photo, "wid=300&fmt=tif,,jpeg&qlt=95", 300, 200, {{50, 50, "c82828ff", 6}}},
    {&alpha, "wid=300&fmt=tif-alpha", 300, 225, {{10, 10, "xxxxxx00", 2}}},
    {&photo, "wid=300&fmt=png,gray", 300, 200, {{50, 50, "585858ff", 20}}},
    {&alpha, "fmt=png", 800, 600,
        {{10, 10, "ffffffff", 2}, {300, 300, "c82828ff", 2}, {500, 300, "9393e3ff", 2}}},
    {&alpha, "fmt=png&bgc=ff0000", 800, 600, {{10, 10, "ff0000ff", 2}, {500, 300, "931464ff", 2}}},
    {&alpha, "fmt=png&bgc=255,0,0,10", 800, 600, {{10, 10, "ff0000ff", 2}}},
    {&alpha, "fmt=png&bgc=0x80g", 800, 600, {{10, 10, "808080ff", 2}}},
    {&alpha, "fmt=png&bgc=0,100,100,0k", 800, 600, {{10, 10, "ff0000ff", 3}}},
    {&alpha, "wid=400&fmt=png-alpha", 400, 300,
        {{103, 150, "c82828xx", 8}, {20, 20, "xxxxxx00", 2}}},
    {&alpha, "wid=400", 400, 300, {{10, 10, "ffffffff", 6}, {150, 150, "c82828ff", 8}}},
    {&photo, "wid=300&qlt=10", 300, 200, {}},
    {&photo, "wid=300", 300, 200, {}},
    {&photo, "wid=200&hei=200&bgc=255%2C0%2C0&fmt=png", 200, 200, {{100, 10, "ff0000ff", 2}}},
};

static void
replies_show_what_the_protocol_says(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GBytes) bytes = render(row[i].master, row[i].query);
        g_autoptr(VipsImage) image = decode(bytes);

        if (image->Xsize != row[i].width || image->Ysize != row[i].height)
            fail_msg("'%s' replies %dx%d", row[i].query, image->Xsize, image->Ysize);
        for (guint p = 0; p < 4 && row[i].pixel[p].colour != NULL; p++)
            check_pixel(image, row[i].query, row[i].pixel[p].x, row[i].pixel[p].y,
                row[i].pixel[p].colour, row[i].pixel[p].tolerance);
    }
}

static const struct {
    const Master *master;
    const char *query;
    const char *field; /* of the decoded reply */
    int value;
} meta_row[] = {
    {&photo, "wid=300", "bands", 3},
    {&photo, "wid=300&fmt=jpeg,gray", "bands", 1},
    {&photo, "wid=300&fmt=png,gray", "bands", 1},
    {&square, "fmt=png", "bands", 3},
    {&photo, "wid=300&fmt=png-alpha", "bands", 3},
    {&alpha, "fmt=png-alpha,gray", "bands", 2},
    {&photo, "wid=300&fmt=png8", "palette-bit-depth", 8},
    {&photo, "wid=300&fmt=pjpeg", "jpeg-multiscan", 1},
};

static void
files_are_what_fmt_asks(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(meta_row); i++) {
        g_autoptr(GBytes) bytes = render(meta_row[i].master, meta_row[i].query);
        g_autoptr(VipsImage) image = decode(bytes);
        int value = -1;

        if (strcmp(meta_row[i].field, "bands") == 0)
            value = image->Bands;
        else if (vips_image_get_int(image, meta_row[i].field, &value) != 0)
            fail_msg("'%s' has no %s", meta_row[i].query, meta_row[i].field);
        if (value != meta_row[i].value)
            fail_msg("'%s': %s is %d", meta_row[i].query, meta_row[i].field, value);
    }
}

static const struct {
    const char *smaller, *larger;
} size_row[] = {
    {"scl=4&qlt=10", "scl=4&qlt=90"},
    {"scl=4&qlt=95", "scl=4&qlt=95,1"},
    {"scl=4&fmt=tif,,lzw", "scl=4&fmt=tif"},
    {"scl=4&fmt=tif,,zip", "scl=4&fmt=tif"},
};

static void
quality_chroma_and_compression_change_the_size(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(size_row); i++) {
        g_autoptr(GBytes) smaller = render(&photo, size_row[i].smaller);
        g_autoptr(GBytes) larger = render(&photo, size_row[i].larger);

        if (g_bytes_get_size(smaller) >= g_bytes_get_size(larger))
            fail_msg("'%s' is not larger", size_row[i].larger);
    }
}

static void
the_same_plan_gives_the_same_bytes(void **state)
{
    static const char *const queries[] = {"wid=333", "wid=333&fmt=png", "wid=333&fmt=webp"};

    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(GBytes) one = render(&photo, queries[i]);
        g_autoptr(GBytes) other = render(&photo, queries[i]);

        assert_true(g_bytes_equal(one, other));
    }
}

static void
start(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_imaging_init(&error), error);
    for (guint i = 0; i < G_N_ELEMENTS(masters); i++)
        draw(masters[i]);
}

static void
the_server_decodes_no_foreign_format(void **state)
{
    g_autoptr(GBytes) bytes = render(&tiny, "");
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);

    assert_null(vips_image_new_from_buffer(data, length, "", NULL));
    vips_error_clear();
    vips_operation_block_set("VipsForeignLoad", FALSE);
}

static void
finish(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(masters); i++)
        g_clear_pointer(&masters[i]->pyramid, vt_pyramid_free);
    vt_imaging_shutdown();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start),
        cmocka_unit_test(the_server_decodes_no_foreign_format),
        cmocka_unit_test(replies_show_what_the_protocol_says),
        cmocka_unit_test(files_are_what_fmt_asks),
        cmocka_unit_test(quality_chroma_and_compression_change_the_size),
        cmocka_unit_test(the_same_plan_gives_the_same_bytes),
        cmocka_unit_test(finish),
    };
    return vt_test_run("imaging/render", tests);
}
