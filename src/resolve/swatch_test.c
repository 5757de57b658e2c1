#include "resolve/swatch.h"

#include "tests/unit/support.h"

#include <string.h>

/* Color (blue, red), Size (S, L) */
static const VtResolveValue colors[] = {{"Blue", "blue"}, {"Red", "red"}};
static const VtResolveValue sizes[] = {{"S", "s"}, {"L", "l"}};
static const VtResolveProduct tee = {
    .id = "tee",
    .dimensions = {{"Color", "color", 8, colors, 2}, {"Size", "size", 4, sizes, 2}},
    .n_dimensions = 2,
};

typedef struct {
    gboolean has_set;
    VtResolveSwatch own[4], central[4];
    guint n_own, n_central;
    const char *expected; /* "dimension.value=hex+own" each */
} Row;

static void
every_value_shows_the_products_own_swatch_else_the_central_one(void **state)
{
    static const Row row[] = {
        /* example 44: the set of OUN116/en-us is Omnichannel's and has its own blue */
        {TRUE, {{0, 0, .hex = "#0000aa"}}, {{0, 0, .hex = "#0000ff"}}, 1, 1, "0.0=#0000aa+ "},
        /* example 44: W's set has none, so the central one shows */
        {TRUE, {{0}}, {{0, 0, .hex = "#0000ff"}}, 0, 1, "0.0=#0000ff "},
        /* example 44: lists and filters pass no set */
        {FALSE, {{0}}, {{0, 0, .hex = "#0000ff"}}, 0, 1, "0.0=#0000ff "},
        /* dimensions and values in the product's order, one entry each */
        {TRUE, {{1, 1, .hex = "#000001"}, {0, 1, .hex = "#000002"}},
            {{0, 1, .hex = "#000003"}, {0, 0, .hex = "#000004"}}, 2, 2,
            "0.0=#000004 0.1=#000002+ 1.1=#000001+ "},
        /* an own one without a central one still shows */
        {TRUE, {{1, 0, .hex = "#000005"}}, {{0}}, 1, 0, "1.0=#000005+ "},
        /* values and dimensions the product lost are passed over; the first of two counts */
        {TRUE,
            {{0, VT_RESOLVE_GONE, .hex = "#000006"}, {2, 0, .hex = "#000007"},
                {0, 2, .hex = "#000008"}},
            {{0, 0, .hex = "#000009"}, {0, 0, .hex = "#00000a"}}, 3, 2, "0.0=#000009 "},
        {FALSE, {{0}}, {{0}}, 0, 0, ""},
    };

    assert_int_equal(vt_resolve_swatches_max(&tee), 4);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        VtResolveSet set = {.swatches = row[i].own, .n_swatches = row[i].n_own};
        VtResolveSwatchChoice choices[4];
        guint n = vt_resolve_swatches(
            &tee, row[i].has_set ? &set : NULL, row[i].central, row[i].n_central, choices);

        for (guint at = 0; at < n; at++)
            g_string_append_printf(got, "%u.%d=%s%s ", choices[at].swatch->dimension,
                choices[at].swatch->value, choices[at].swatch->hex, choices[at].own ? "+" : "");
        assert_string_equal(got->str, row[i].expected);
    }
}

static void
a_simple_product_has_no_swatches(void **state)
{
    const VtResolveProduct mug = {.id = "mug"};
    const VtResolveSwatch blue = {0, 0, .hex = "#0000ff"};

    assert_int_equal(vt_resolve_swatches_max(&mug), 0);
    assert_int_equal(vt_resolve_swatches(&mug, NULL, &blue, 1, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_shows_the_products_own_swatch_else_the_central_one),
        cmocka_unit_test(a_simple_product_has_no_swatches),
    };

    return vt_test_run("resolve/swatch", tests);
}
