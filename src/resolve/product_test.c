#include "resolve/product.h"

#include "base/error.h"
#include "tests/unit/support.h"

#include <string.h>

static VtResolveBuilder *
build(const char *dimensions)
{
    g_auto(GStrv) names = g_strsplit(dimensions, ",", -1);
    g_autoptr(VtResolveBuilder) builder = vt_resolve_builder_new("tee");
    GError *error = NULL;

    for (guint i = 0; names[i] != NULL; i++)
        assert_ok(vt_resolve_builder_add_dimension(builder, names[i], &error), error);
    return g_steal_pointer(&builder);
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
        g_autoptr(VtResolveBuilder) builder = build(row[i].dimensions);
        const VtResolveProduct *product = vt_resolve_builder_product(builder);

        for (guint d = 0; d < VT_RESOLVE_MAX_DIMENSIONS; d++)
            assert_int_equal(product->dimensions[d].weight, row[i].weight[d]);
    }
}

static void
values_are_one_when_they_differ_in_case_and_blanks_only(void **state)
{
    static const struct {
        const char *text;
        gint32 index;
    } row[] = {
        {"Blue", 0},
        {"Red", 1},
        {" BLUE", 0},
        {"", VT_RESOLVE_NOT_CHOSEN},
        {"  ", VT_RESOLVE_NOT_CHOSEN},
        {"Grün", 2},
        {"GRÜN", 2},
        {"Gru\xcc\x88n", 2},
    };
    g_autoptr(VtResolveBuilder) builder = build("Color");
    const VtResolveProduct *product = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        GError *error = NULL;
        gint32 value = 99;

        assert_ok(vt_resolve_builder_add_value(builder, 0, row[i].text, &value, &error), error);
        assert_int_equal(value, row[i].index);
    }
    product = vt_resolve_builder_product(builder);
    assert_int_equal(product->dimensions[0].n_values, 3);
    assert_string_equal(product->dimensions[0].values[0].text, "Blue");
    for (guint i = 0; i < G_N_ELEMENTS(row); i++)
        assert_int_equal(vt_resolve_product_find_value(product, 0, row[i].text), row[i].index);
    assert_int_equal(vt_resolve_product_find_value(product, 0, "Plaid"), -1);
}

static void
a_builder_refuses_what_cannot_be_a_product(void **state)
{
    static const VtResolveChoice unknown = {{0, -1, -1, -1}}, past = {{-1, 0, -1, -1}},
                                 gone = {{VT_RESOLVE_GONE, -1, -1, -1}}, none = {{-1, -1, -1, -1}};
    g_autoptr(VtResolveBuilder) builder = build("Color");
    static const char *const bad_name[] = {"", "  ", "color", " COLOR "};
    static const VtResolveChoice *const bad_choice[] = {&unknown, &past, &gone};
    gint32 value = 7;

    for (guint i = 0; i < G_N_ELEMENTS(bad_name); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_resolve_builder_add_dimension(builder, bad_name[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_DIMENSION));
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad_choice); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_resolve_builder_add_variant(builder, "v", bad_choice[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_DIMENSION));
    }
    {
        g_autoptr(GError) error = NULL;

        assert_false(vt_resolve_builder_add_value(builder, 1, "S", &value, &error));
        assert_true(vt_error_is(error, VT_ERROR_DIMENSION));
        assert_int_equal(value, 7);
    }
    {
        g_autoptr(GError) error = NULL;

        assert_true(vt_resolve_builder_add_variant(builder, "v", &none, NULL));
        assert_false(vt_resolve_builder_add_variant(builder, "v", &none, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static void
a_fifth_dimension_is_refused(void **state)
{
    g_autoptr(VtResolveBuilder) builder = build("A,B,C,D");
    g_autoptr(GError) error = NULL;

    assert_false(vt_resolve_builder_add_dimension(builder, "E", &error));
    assert_true(vt_error_is(error, VT_ERROR_DIMENSION));
    assert_int_equal(vt_resolve_builder_product(builder)->n_dimensions, 4);
}

static void
values_and_variants_are_bounded(void **state)
{
    g_autoptr(VtResolveBuilder) builder = build("Color");
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) variant_error = NULL;
    VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;

    for (guint i = 0; i < VT_RESOLVE_MAX_VALUES; i++) {
        g_autofree char *text = g_strdup_printf("c%u", i);

        assert_true(vt_resolve_builder_add_value(builder, 0, text, &choice.value[0], NULL));
        assert_true(vt_resolve_builder_add_variant(builder, text, &choice, NULL));
    }
    assert_false(vt_resolve_builder_add_value(builder, 0, "more", &choice.value[0], &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    assert_false(vt_resolve_builder_add_variant(builder, "more", &choice, &variant_error));
    assert_true(vt_error_is(variant_error, VT_ERROR_TOO_LARGE));
    assert_true(vt_resolve_builder_add_value(builder, 0, "C77", &choice.value[0], NULL));
    assert_int_equal(choice.value[0], 77);
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
    g_autoptr(VtResolveBuilder) builder = build("Color,Size");
    const VtResolveProduct *product = NULL;
    VtResolveChoice half = {{0, -1, -1, -1}};
    gint32 value = 0;

    assert_true(vt_resolve_builder_add_value(builder, 0, "Blue", &value, NULL));
    assert_true(vt_resolve_builder_add_value(builder, 0, "Red", &value, NULL));
    assert_true(vt_resolve_builder_add_value(builder, 1, "S", &value, NULL));
    assert_true(vt_resolve_builder_add_value(builder, 1, "L", &value, NULL));
    assert_true(vt_resolve_builder_add_variant(builder, "blue-s", &row[0].choice, NULL));
    assert_true(vt_resolve_builder_add_variant(builder, "red-s", &row[1].choice, NULL));
    assert_true(vt_resolve_builder_add_variant(builder, "blue", &half, NULL));
    product = vt_resolve_builder_product(builder);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        VtResolveSelection selection = vt_resolve_selection_choice(product, &row[i].choice);

        assert_int_equal(selection.variant, row[i].variant);
        assert_memory_equal(&selection.choice, &row[i].choice, sizeof selection.choice);
    }
    assert_int_equal(vt_resolve_product_find_variant(product, "red-s"), 1);
    assert_int_equal(vt_resolve_product_find_variant(product, "RED-S"), -1);
}

static void
naming_what_the_product_lost_makes_a_choice_an_orphan(void **state)
{
    static const struct {
        const char *first[2], *second[2];
        gboolean orphan;
    } row[] = {
        {{"color", "BLUE"}, {"Size", "s"}, FALSE},
        {{"color", "Green"}, {"Size", "s"}, TRUE},
        {{"Fabric", "Wool"}, {"Color", "Blue"}, TRUE},
        {{"Color", "Blue"}, {"Fabric", "Wool"}, TRUE},
    };
    g_autoptr(VtResolveBuilder) builder = build("Color,Size");
    const VtResolveProduct *product = NULL;
    gint32 value = 0;

    assert_true(vt_resolve_builder_add_value(builder, 0, "Blue", &value, NULL));
    assert_true(vt_resolve_builder_add_value(builder, 1, "S", &value, NULL));
    product = vt_resolve_builder_product(builder);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;

        vt_resolve_choice_set(&choice, product, row[i].first[0], row[i].first[1]);
        vt_resolve_choice_set(&choice, product, row[i].second[0], row[i].second[1]);
        assert_int_equal(choice.value[0] == VT_RESOLVE_GONE, row[i].orphan);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dimensions_weigh_first_and_others_follow_the_products_order),
        cmocka_unit_test(values_are_one_when_they_differ_in_case_and_blanks_only),
        cmocka_unit_test(a_builder_refuses_what_cannot_be_a_product),
        cmocka_unit_test(a_fifth_dimension_is_refused),
        cmocka_unit_test(values_and_variants_are_bounded),
        cmocka_unit_test(choosing_every_value_of_a_variant_selects_the_variant),
        cmocka_unit_test(naming_what_the_product_lost_makes_a_choice_an_orphan),
    };

    return vt_test_run("resolve/product", tests);
}
