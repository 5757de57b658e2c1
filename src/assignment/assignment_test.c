#include "assignment/assignment.h"
#include "base/error.h"
#include "tests/unit/support.h"

static const VtAssignmentKey master = {.scope = VT_SCOPE_MASTER};
static const VtAssignmentKey variant = {.scope = VT_SCOPE_VARIANT, .variant_id = 77};

static VtAssignmentKey
cell(gint64 d1, gint64 v1, gint64 d2, gint64 v2)
{
    VtAssignmentKey key = {.scope = VT_SCOPE_DIMENSIONS};

    assert_true(vt_assignment_key_add(&key, d1, v1));
    if (d2 != 0)
        assert_true(vt_assignment_key_add(&key, d2, v2));
    return key;
}

static void
put(VtAssignment *set, const VtAssignmentKey *key, gint64 asset, gint64 order)
{
    assert_true(vt_assignment_put(set, key, VT_MEDIA_GROUP_PRIMARY, asset, NULL, order, NULL));
}

/* The primary assets of the master, as "1 2 3". */
static char *
order_of(VtAssignment *set)
{
    GString *text = g_string_new("");
    VtAssignmentNode *node;

    vt_assignment_tidy(set);
    node = vt_assignment_find(set, &master);
    for (guint i = 0; node != NULL && i < node->rows[0]->len; i++) {
        const VtAssignmentRow *row = &g_array_index(node->rows[0], VtAssignmentRow, i);

        assert_int_equal(row->order, i + 1);
        g_string_append_printf(text, "%s%d", i > 0 ? " " : "", (int)row->asset_id);
    }
    return g_string_free(text, FALSE);
}

static void
rows_stand_in_display_order_and_ties_stay(void **state)
{
    g_autoptr(VtAssignment) set = vt_assignment_new();
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    put(set, &master, 5, 20);
    put(set, &master, 6, 10);
    put(set, &master, 7, 20);
    put(set, &master, 8, 0);
    first = order_of(set);
    assert_string_equal(first, "6 5 7 8");
    put(set, &master, 8, 1);
    put(set, &master, 6, 0);
    put(set, &master, 9, 2);
    second = order_of(set);
    assert_string_equal(second, "6 8 5 9 7");
}

static void
the_same_picture_stands_once_and_additional_once_per_purpose(void **state)
{
    g_autoptr(VtAssignment) set = vt_assignment_new();
    const VtAssignmentNode *node;

    put(set, &master, 5, 1);
    put(set, &master, 5, 2);
    for (int i = 0; i < 2; i++) {
        vt_assignment_put(set, &master, VT_MEDIA_GROUP_ADDITIONAL, 5, " manual ", 0, NULL);
        vt_assignment_put(set, &master, VT_MEDIA_GROUP_ADDITIONAL, 5, "spec", 0, NULL);
    }
    node = vt_assignment_find(set, &master);
    assert_int_equal(node->rows[VT_MEDIA_GROUP_PRIMARY]->len, 1);
    assert_int_equal(node->rows[VT_MEDIA_GROUP_ADDITIONAL]->len, 2);
    assert_true(vt_assignment_remove(set, &master, VT_MEDIA_GROUP_ADDITIONAL, 5, "manual"));
    assert_false(vt_assignment_remove(set, &master, VT_MEDIA_GROUP_ADDITIONAL, 5, "manual"));
}

static void
equal_sets_are_equal_text_however_they_were_made(void **state)
{
    g_autoptr(VtAssignment) a = vt_assignment_new(), b = vt_assignment_new();
    VtAssignmentKey blue = cell(3, 31, 0, 0), blue_small = cell(4, 44, 3, 31);
    VtAssignmentSwatch hex = {.value = {3, 31}, .type = VT_SWATCH_TYPE_HEX, .hex = "#0000ff"};
    VtAssignmentSwatch picture = {.value = {3, 32},
        .type = VT_SWATCH_TYPE_IMAGE,
        .asset_id = 15,
        .is_cropped = TRUE,
        .crop = {0.125, 0.25, 0.5, 0.5}};
    g_autofree char *text_a = NULL;
    g_autofree char *text_b = NULL;

    put(a, &master, 1, 1);
    put(a, &blue, 2, 1);
    put(a, &blue_small, 3, 1);
    put(a, &variant, 4, 1);
    vt_assignment_put_swatch(a, &hex);
    vt_assignment_put_swatch(a, &picture);
    vt_assignment_put_swatch(b, &picture);
    vt_assignment_put_swatch(b, &picture);
    vt_assignment_put_swatch(b, &hex);
    put(b, &variant, 4, 9);
    put(b, &blue_small, 3, 0);
    put(b, &blue, 2, 0);
    put(b, &master, 1, 0);
    vt_assignment_tidy(a);
    vt_assignment_tidy(b);
    text_a = vt_assignment_format(a);
    text_b = vt_assignment_format(b);
    assert_string_equal(text_a, text_b);
    assert_string_equal(text_a,
        "{\"master\":{\"primary\":[1]},\"cells\":[{\"values\":[[3,31]],\"primary\":[2]},"
        "{\"values\":[[3,31],[4,44]],\"primary\":[3]}],\"variants\":[{\"variant\":77,\"primary\":["
        "4]}],"
        "\"swatches\":[{\"value\":[3,31],\"hex\":\"#0000ff\"},"
        "{\"value\":[3,32],\"asset\":15,\"crop\":[0.125,0.25,0.5,0.5]}]}");
}

static void
text_reads_back(void **state)
{
    static const char *const text[] = {"{}", "{\"matrix\":[4,3]}",
        "{\"master\":{\"primary\":[3,1,2],\"additional\":[[\"manual\",4],[\"\",4]]}}",
        "{\"variants\":[{\"variant\":7,\"primary\":[],\"additional\":[[\"manual\",4]]}]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(text); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtAssignment) set = vt_assignment_parse(text[i], &error);
        g_autofree char *again = NULL;

        assert_ok(set != NULL, error);
        again = vt_assignment_format(set);
        assert_string_equal(again, text[i]);
    }
}

static void
other_text_is_refused(void **state)
{
    static const char *const bad[] = {"[]", "{\"master\":[]}", "{\"master\":{\"primary\":[\"x\"]}}",
        "{\"cells\":[{\"primary\":[1]}]}",
        "{\"cells\":[{\"values\":[[1,2],[1,3]],\"primary\":[1]}]}",
        "{\"variants\":[{\"primary\":[1]}]}", "{\"swatches\":[{\"value\":[1,2]}]}",
        "{\"swatches\":[{\"value\":[1,2],\"asset\":1,\"crop\":[0,0,2,1]}]}",
        "{\"swatches\":[{\"value\":[1,2],\"hex\":\"blue\"}]}", "{\"master\":{\"primary\":[0]}}",
        "{\"matrix\":[3,3]}", "{\"matrix\":[1,2,3,4,5]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_assignment_parse(bad[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
    }
}

static void
every_asset_is_listed_once(void **state)
{
    g_autoptr(VtAssignment) set = vt_assignment_parse(
        "{\"master\":{\"primary\":[3,1],\"additional\":[[\"m\",3]]},\"variants\":[{\"variant\":7,"
        "\"primary\":[2]}],\"swatches\":[{\"value\":[1,2],\"asset\":9}]}",
        NULL);
    g_autoptr(GArray) ids = vt_assignment_assets(set);
    const gint64 expected[] = {1, 2, 3, 9};

    assert_int_equal(ids->len, 4);
    assert_memory_equal(ids->data, expected, sizeof expected);
}

static void
emptied_nodes_disappear(void **state)
{
    g_autoptr(VtAssignment) set = vt_assignment_new();
    g_autofree char *text = NULL;

    put(set, &variant, 4, 1);
    assert_true(vt_assignment_remove(set, &variant, VT_MEDIA_GROUP_PRIMARY, 4, NULL));
    vt_assignment_tidy(set);
    text = vt_assignment_format(set);
    assert_string_equal(text, "{}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_stand_in_display_order_and_ties_stay),
        cmocka_unit_test(the_same_picture_stands_once_and_additional_once_per_purpose),
        cmocka_unit_test(equal_sets_are_equal_text_however_they_were_made),
        cmocka_unit_test(text_reads_back),
        cmocka_unit_test(other_text_is_refused),
        cmocka_unit_test(every_asset_is_listed_once),
        cmocka_unit_test(emptied_nodes_disappear),
    };
    return vt_test_run("assignment/assignment", tests);
}
