#include "base/error.h"
#include "imaging/pyramid_writer.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_PIXELS 100000000

/* A triangle wave without steps, so that JPEG tiles and small levels stay close. */
static guint8
sample(int x, int y, int band)
{
    int phase = (x * (band + 1) / 16 + y / 8) % 256;

    return (guint8)(40 + (phase < 128 ? phase : 255 - phase));
}

static int
write_pyramid(const VtPyramidFacts *facts)
{
    int fd = memfd_create("pyramid", MFD_CLOEXEC);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtPyramidWriter) writer = vt_pyramid_writer_new(fd, facts, &error);
    g_autofree guint8 *row = g_malloc((gsize)facts->width * (gsize)facts->bands);

    assert_ok(writer != NULL, error);
    for (int y = 0; y < facts->height; y++) {
        for (int i = 0; i < facts->width * facts->bands; i++)
            row[i] = sample(i / facts->bands, y, i % facts->bands);
        assert_ok(vt_pyramid_writer_push(writer, row, &error), error);
    }
    assert_ok(vt_pyramid_writer_finish(writer, &error), error);
    return fd;
}

typedef struct {
    VtImageRect area;
    int bands, tolerance, rows;
    double scale;
} Expected;

static gboolean
compare(gpointer data, int y, const guint8 *row, GError **error)
{
    Expected *expected = data;
    int width = expected->area.right - expected->area.left;

    assert_int_equal(y, expected->rows++);
    for (int i = 0; i < width * expected->bands; i++) {
        int x = (int)((expected->area.left + i / expected->bands + 0.5) * expected->scale);
        int at = (int)((expected->area.top + y + 0.5) * expected->scale);
        int wanted = sample(x, at, i % expected->bands);

        if (abs(wanted - row[i]) > expected->tolerance)
            fail_msg("pixel %d,%d is %d instead of %d", x, at, row[i], wanted);
    }
    return TRUE;
}

static const struct {
    VtPyramidFacts facts;
    int n_levels, tolerance;
} row[] = {
    {{1, 1, 3, FALSE, 72, "png", ""}, 1, 0},
    {{256, 256, 3, TRUE, 300, "jpeg", "sRGB"}, 1, 0},
    {{257, 40, 4, FALSE, 0, "png", ""}, 2, 0},
    {{700, 513, 1, TRUE, 96.5, "jpeg", ""}, 3, 0},
    {{1025, 300, 3, TRUE, 0, "jpeg", ""}, 4, 6},
    {{1500, 1100, 1, TRUE, 0, "jpeg", ""}, 4, 6},
    {{1500, 1100, 4, TRUE, 0, "webp", ""}, 4, 0},
};

static void
what_was_written_is_read(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        int fd = write_pyramid(&row[i].facts);
        g_autoptr(VtPyramid) pyramid = vt_pyramid_open(fd, MAX_PIXELS, &error);
        const VtPyramidFacts *facts;

        close(fd);
        assert_ok(pyramid != NULL, error);
        facts = vt_pyramid_facts(pyramid);
        assert_int_equal(facts->width, row[i].facts.width);
        assert_int_equal(facts->height, row[i].facts.height);
        assert_int_equal(facts->bands, row[i].facts.bands);
        assert_int_equal(facts->lossy, row[i].facts.lossy);
        assert_float_equal(facts->resolution_dpi, row[i].facts.resolution_dpi, 0.005);
        assert_string_equal(facts->format, row[i].facts.format);
        assert_string_equal(facts->profile, row[i].facts.profile);
        assert_int_equal(vt_pyramid_levels(pyramid), row[i].n_levels);
        for (int level = 0; level < row[i].n_levels; level++) {
            VtImageSize size = vt_pyramid_level_size(pyramid, level);
            Expected expected = {{0, 0, size.width, size.height}, facts->bands,
                level == 0 ? row[i].tolerance : 8, 0, (double)facts->width / size.width};

            assert_ok(
                vt_pyramid_read(pyramid, level, &expected.area, compare, &expected, &error), error);
            assert_int_equal(expected.rows, size.height);
        }
    }
}

static const VtImageRect area_row[] = {
    {0, 0, 1, 1},
    {255, 255, 257, 257},
    {200, 100, 600, 300},
    {699, 512, 700, 513},
    {0, 256, 700, 512},
};

static void
an_area_is_the_same_part_of_the_level(void **state)
{
    const VtPyramidFacts facts = {700, 513, 3, FALSE, 0, "png", ""};
    int fd = write_pyramid(&facts);
    g_autoptr(VtPyramid) pyramid = vt_pyramid_open(fd, MAX_PIXELS, NULL);

    close(fd);
    for (guint i = 0; i < G_N_ELEMENTS(area_row); i++) {
        g_autoptr(GError) error = NULL;
        Expected expected = {area_row[i], 3, 0, 0, 1};

        assert_ok(vt_pyramid_read(pyramid, 0, &area_row[i], compare, &expected, &error), error);
        assert_int_equal(expected.rows, area_row[i].bottom - area_row[i].top);
    }
}

static void
a_picture_beyond_the_limit_is_refused(void **state)
{
    const VtPyramidFacts facts = {300, 200, 3, FALSE, 0, "png", ""};
    g_autoptr(GError) error = NULL;
    int fd = write_pyramid(&facts);

    assert_null(vt_pyramid_open(fd, 59999, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    close(fd);
}

static void
an_unfinished_file_is_no_pyramid(void **state)
{
    const VtPyramidFacts facts = {8, 8, 3, FALSE, 0, "png", ""};
    const guint8 pixels[24] = {0};
    g_autoptr(GError) error = NULL;
    int fd = memfd_create("pyramid", MFD_CLOEXEC);
    g_autoptr(VtPyramidWriter) writer = vt_pyramid_writer_new(fd, &facts, NULL);

    for (int y = 0; y < 8; y++)
        assert_true(vt_pyramid_writer_push(writer, pixels, NULL));
    assert_null(vt_pyramid_open(fd, MAX_PIXELS, &error));
    assert_true(vt_error_is(error, VT_ERROR_IMAGE_UNREADABLE));
    close(fd);
}

static const VtPyramidFacts impossible_row[] = {
    {0, 8, 3, FALSE, 0, "", ""},
    {8, VT_PYRAMID_MAX_SIDE + 1, 3, FALSE, 0, "", ""},
    {8, 8, 2, FALSE, 0, "", ""},
    {8, 8, 3, FALSE, -1, "", ""},
    {8, 8, 3, FALSE, 0, "j\npeg", ""},
};

static void
impossible_facts_are_refused(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(impossible_row); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_pyramid_writer_new(-1, &impossible_row[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static gboolean
ignore(gpointer data, int y, const guint8 *pixels, GError **error)
{
    return TRUE;
}

static gboolean
all_tiles_read(int fd)
{
    g_autoptr(VtPyramid) pyramid = vt_pyramid_open(fd, MAX_PIXELS, NULL);
    gboolean whole = pyramid != NULL;

    for (int level = 0; whole && level < vt_pyramid_levels(pyramid); level++) {
        VtImageSize size = vt_pyramid_level_size(pyramid, level);
        VtImageRect area = {0, 0, size.width, size.height};

        whole = vt_pyramid_read(pyramid, level, &area, ignore, NULL, NULL);
    }
    return whole;
}

static void
every_damaged_byte_is_noticed(void **state)
{
    const VtPyramidFacts facts = {1040, 20, 3, TRUE, 72, "jpeg", "x"};
    int fd = write_pyramid(&facts);
    off_t bytes = lseek(fd, 0, SEEK_END);

    assert_true(all_tiles_read(fd));
    for (off_t at = 0; at < bytes; at += 1 + at / 64) {
        guint8 was, now;

        assert_int_equal(pread(fd, &was, 1, at), 1);
        now = was ^ (guint8)(1u << (at % 8));
        assert_int_equal(pwrite(fd, &now, 1, at), 1);
        if (all_tiles_read(fd))
            fail_msg("byte %ld may change unnoticed", (long)at);
        assert_int_equal(pwrite(fd, &was, 1, at), 1);
    }
    assert_int_equal(ftruncate(fd, bytes - 1), 0);
    assert_false(all_tiles_read(fd));
    close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(an_area_is_the_same_part_of_the_level),
        cmocka_unit_test(a_picture_beyond_the_limit_is_refused),
        cmocka_unit_test(an_unfinished_file_is_no_pyramid),
        cmocka_unit_test(impossible_facts_are_refused),
        cmocka_unit_test(every_damaged_byte_is_noticed),
    };
    return vt_test_run("imaging/pyramid", tests);
}
