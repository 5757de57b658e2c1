#include "resolve/product.h"

#include "resolve/testing.h"
#include "tests/unit/support.h"

static VtTestBuilder *
build(const char *dimensions)
{
    g_auto(GStrv) names = g_strsplit(dimensions, ",", -1);
    VtTestBuilder *builder = vt_test_builder_new("tee");

    for (guint i = 0; names[i] != NULL; i++)
        vt_test_builder_add_dimension(builder, names[i]);
    return builder;
}

static void
known_dimensions_weigh_first_and_others_follow_the_products_order(void **state)
{
    static const struct {
        const char *dimensions;
        guint weight[VT_RESOLVE_MAX_DIMENSIONS];
    } row[] = {
        {"Color,Style,Configuration,Size", {8, 4, 2, 1}},
        {"Size,Configuration,Style,Color", {1, 2, 4, 8}},
        {" COLOR ,size", {8, 4}},
        {"Frame,Material", {8, 4}},
        {"Material,Frame", {8, 4}},
        {"Frame,Size,Material,Color", {2, 4, 1, 8}},
        {"Size", {8}},
    };

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtTestBuilder) builder = build(row[i].dimensions);
        const VtResolveProduct *product = vt_test_builder_product(builder);

        for (guint d = 0; d < VT_RESOLVE_MAX_DIMENSIONS; d++)
            assert_int_equal(product->dimensions[d].weight, row[i].weight[d]);
    }
}

static void
values_are_one_when_they_differ_in_case_and_blanks_only(void **state)
{
    static const struct {
        const char *text;
        int index;
    } row[] = {
        {"Blue", 0},
        {"Red", 1},
        {" BLUE", 0},
        {"", -1},
        {"  ", -1},
        {"GRÜN", 2},
        {"Gru\xcc\x88n", 2},
        {"Plaid", -1},
    };
    g_autoptr(VtTestBuilder) builder = build("Color");
    const VtResolveProduct *product = NULL;

    for (const char *const *text = (const char *const[]){"Blue", "Red", "Grün", NULL};
         *text != NULL; text++)
        vt_test_builder_add_value(builder, 0, *text);
    product = vt_test_builder_product(builder);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++)
        assert_int_equal(vt_resolve_product_find_value(product, 0, row[i].text), row[i].index);
}

static void
choosing_every_value_of_a_variant_selects_the_variant(void **state)
{
    static const struct {
        VtResolveChoice choice;
        int variant;
    } row[] = {
        {{{0, 0, -1, -1}}, 0},
        {{{1, 0, -1, -1}}, 1},
        {{{1, 1, -1, -1}}, -1},
        {{{0, -1, -1, -1}}, -1},
        {{{-1, -1, -1, -1}}, -1},
    };
    g_autoptr(VtTestBuilder) builder = build("Color,Size");
    const VtResolveProduct *product = NULL;
    VtResolveChoice half = {{0, -1, -1, -1}};

    vt_test_builder_add_value(builder, 0, "Blue");
    vt_test_builder_add_value(builder, 0, "Red");
    vt_test_builder_add_value(builder, 1, "S");
    vt_test_builder_add_value(builder, 1, "L");
    vt_test_builder_add_variant(builder, "blue-s", &row[0].choice);
    vt_test_builder_add_variant(builder, "red-s", &row[1].choice);
    vt_test_builder_add_variant(builder, "blue", &half);
    product = vt_test_builder_product(builder);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        VtResolveSelection selection = vt_resolve_selection_choice(product, &row[i].choice);

        assert_int_equal(selection.variant, row[i].variant);
        assert_memory_equal(&selection.choice, &row[i].choice, sizeof selection.choice);
    }
    assert_int_equal(vt_resolve_product_find_variant(product, "red-s"), 1);
    assert_int_equal(vt_resolve_product_find_variant(product, "RED-S"), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dimensions_weigh_first_and_others_follow_the_products_order),
        cmocka_unit_test(values_are_one_when_they_differ_in_case_and_blanks_only),
        cmocka_unit_test(choosing_every_value_of_a_variant_selects_the_variant),
    };

    return vt_test_run("resolve/product", tests);
}
