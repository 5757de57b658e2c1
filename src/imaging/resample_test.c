#include "imaging/resample.h"
#include "tests/unit/support.h"

#include <string.h>

typedef struct {
    int width, bands;
    GByteArray *pixels; /* owned */
    int n_rows;
} Result;

static gboolean
collect(gpointer data, int y, const guint8 *row, GError **error)
{
    Result *result = data;

    assert_int_equal(y, result->n_rows++);
    g_byte_array_append(result->pixels, row, (guint)(result->width * result->bands));
    return TRUE;
}

/* @source: packed rows of the whole picture. */
static GByteArray *
resample(const guint8 *source, int bands, const VtResampleAxis *x, const VtResampleAxis *y)
{
    Result result = {x->size, bands, g_byte_array_new(), 0};
    g_autoptr(VtResampler) resampler = vt_resampler_new(x, y, bands, collect, &result);
    int left, right, top, bottom;

    vt_resample_axis_span(x, &left, &right);
    vt_resample_axis_span(y, &top, &bottom);
    for (int row = top; row < bottom; row++)
        assert_true(vt_resampler_push(
            resampler, source + ((gsize)row * (gsize)x->last + (gsize)left) * (gsize)bands, NULL));
    assert_int_equal(result.n_rows, y->size);
    return result.pixels;
}

static void
a_step_of_one_copies(void **state)
{
    static const int bands[] = {1, 3};
    guint8 source[20 * 20 * 3];

    for (gsize i = 0; i < sizeof source; i++)
        source[i] = (guint8)(i * 89);
    for (guint i = 0; i < G_N_ELEMENTS(bands); i++) {
        const VtResampleAxis x = {3, 1, 9, 0, 20}, y = {4, 1, 5, 0, 20};
        g_autoptr(GByteArray) out = resample(source, bands[i], &x, &y);

        for (int row = 0; row < 5; row++)
            assert_memory_equal(out->data + row * 9 * bands[i],
                source + ((row + 4) * 20 + 3) * bands[i], 9 * (gsize)bands[i]);
    }
}

static const struct {
    double origin, step;
    int size;
} flat_row[] = {
    {0, 2, 10}, {0, 0.25, 80}, {0, 20, 1}, {-7, 1.7, 20}, {2.3, 0.7, 13}, {19, 0.01, 50}};

static void
a_flat_colour_stays_what_it_is(void **state)
{
    guint8 source[20 * 20 * 4];

    for (int i = 0; i < 400; i++)
        memcpy(source + 4 * i, (const guint8[]){200, 40, 7, 128}, 4);
    for (guint i = 0; i < G_N_ELEMENTS(flat_row); i++) {
        const VtResampleAxis axis = {flat_row[i].origin, flat_row[i].step, flat_row[i].size, 0, 20};
        g_autoptr(GByteArray) out = resample(source, 4, &axis, &axis);

        for (guint pixel = 0; pixel < out->len; pixel += 4) {
            assert_int_equal(out->data[pixel], 200);
            assert_int_equal(out->data[pixel + 1], 40);
            assert_int_equal(out->data[pixel + 2], 7);
            assert_int_equal(out->data[pixel + 3], 128);
        }
    }
}

static void
a_ramp_keeps_its_place(void **state)
{
    guint8 source[120 * 120];
    const VtResampleAxis x = {0, 3, 40, 0, 120}, y = {0, 3, 40, 0, 120};
    g_autoptr(GByteArray) out = NULL;

    for (int i = 0; i < 120 * 120; i++)
        source[i] = (guint8)(2 * (i % 120));
    out = resample(source, 1, &x, &y);
    for (int i = 4; i < 36; i++)
        assert_in_range(out->data[20 * 40 + i], 2 * (3 * i + 1) - 1, 2 * (3 * i + 1) + 1);
}

static void
hidden_colour_does_not_bleed(void **state)
{
    guint8 source[40 * 8 * 4];
    const VtResampleAxis x = {0, 2, 20, 0, 40}, y = {0, 2, 4, 0, 8};
    g_autoptr(GByteArray) out = NULL;

    for (int i = 0; i < 320; i++)
        memcpy(source + 4 * i,
            i % 40 < 20 ? (const guint8[]){0, 255, 0, 0} : (const guint8[]){200, 40, 40, 255}, 4);
    out = resample(source, 4, &x, &y);
    for (guint pixel = 0; pixel < out->len; pixel += 4) {
        if (out->data[pixel + 3] > 8)
            assert_in_range(out->data[pixel + 1], 36, 44);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_of_one_copies),
        cmocka_unit_test(a_flat_colour_stays_what_it_is),
        cmocka_unit_test(a_ramp_keeps_its_place),
        cmocka_unit_test(hidden_colour_does_not_bleed),
    };
    return vt_test_run("imaging/resample", tests);
}
