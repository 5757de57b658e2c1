#include "catalog/dimension.h"
#include "catalog/import.h"
#include "catalog/testing.h"
#include "catalog_sql.h"

static void
loading_the_same_file_again_changes_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, before = 0, after = 0;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_auto(VtCatalogReport) report = {0};

        assert_true(vt_changelog_head(db, &before, NULL));
        vt_test_import(db, tenant, VT_TEST_CATALOG, &report);
        assert_int_equal(report.products, 3);
        assert_int_equal(report.variants, 3);
        assert_int_equal(report.changed, 0);
        assert_true(vt_changelog_head(db, &after, NULL));
        assert_int_equal(after, before);
    }
}

/* Each file is loaded on top of the small catalogue; its one bad row is refused, MUG2 is loaded. */
static const struct {
    const char *why;
    const char *file;
} refused_row[] = {
    {"\"id\" is missing", "{\"products\":[{\"name\":\"x\"},{\"id\":\"MUG2\"}]}"},
    {"must be simple or master",
        "{\"products\":[{\"id\":\"X\",\"type\":\"box\"},{\"id\":\"MUG2\"}]}"},
    {"no dimension 'Colour'", "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":["
                              "\"Colour\"]},{\"id\":\"MUG2\"}]}"},
    {"one to four",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[]},{\"id\":\"MUG2\"}]}"},
    {"has no value for 'Size'",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[\"Color\",\"Size\"],"
        "\"variants\":"
        "[{\"id\":\"X1\",\"values\":{\"Color\":\"Red\"}}]},{\"id\":\"MUG2\"}]}"},
    {"no dimension 'Style'",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[\"Color\"],\"variants\":"
        "[{\"id\":\"X1\",\"values\":{\"Style\":\"Red\"}}]},{\"id\":\"MUG2\"}]}"},
    {"belongs to another product",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[\"Color\"],\"variants\":"
        "[{\"id\":\"MH01-B-S\",\"values\":{\"Color\":\"Red\"}}]},{\"id\":\"MUG2\"}]}"},
    {"stands twice",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[\"Color\"],\"variants\":"
        "[{\"id\":\"X1\",\"values\":{\"Color\":\"Red\"}},{\"id\":\"X1\",\"values\":{\"Color\":"
        "\"Blue\"}}]},"
        "{\"id\":\"MUG2\"}]}"},
    {"is a master already", "{\"products\":[{\"id\":\"MH01\"},{\"id\":\"MUG2\"}]}"},
    {"is a variant already", "{\"products\":[{\"id\":\"MH01-B-S\"},{\"id\":\"MUG2\"}]}"},
    {"cannot change", "{\"products\":[{\"id\":\"MH01\",\"type\":\"master\",\"dimensions\":["
                      "\"Size\",\"Color\"]},{\"id\":\"MUG2\"}]}"},
    {"no channel 'OUN9'",
        "{\"products\":[{\"id\":\"X\",\"channels\":[\"OUN9\"]},{\"id\":\"MUG2\"}]}"},
    {"no category 'x'", "{\"products\":[{\"id\":\"X\",\"categories\":[\"x\"]},{\"id\":\"MUG2\"}]}"},
    {"under it",
        "{\"categories\":[{\"id\":\"men\",\"parent\":\"tees\"}],\"products\":[{\"id\":\"MUG2\"}]}"},
    {"addresses use that word",
        "{\"dimensions\":[{\"name\":\"Locale\"}],\"products\":[{\"id\":\"MUG2\"}]}"},
    {"is not a colour", "{\"dimensions\":[{\"name\":\"Color\",\"values\":[{\"value\":\"Pink\","
                        "\"swatch\":\"pink\"}]}],"
                        "\"products\":[{\"id\":\"MUG2\"}]}"},
    {"not a locale tag", "{\"channels\":[{\"code\":\"OUN5\",\"locales\":[\"english\",\"x\"]}],"
                         "\"products\":[{\"id\":\"MUG2\"}]}"},
    {"is not one of its locales",
        "{\"channels\":[{\"code\":\"OUN5\",\"locales\":[\"en-us\"],\"default_locale\":\"fr-fr\"}],"
        "\"products\":[{\"id\":\"MUG2\"}]}"},
    {"\"channels\" must be a list",
        "{\"products\":[{\"id\":\"X\",\"channels\":\"OUN001\"},{\"id\":\"MUG2\"}]}"},
    {"\"categories\" must be a list",
        "{\"products\":[{\"id\":\"X\",\"categories\":\"tees\"},{\"id\":\"MUG2\"}]}"},
    {"\"values\" must be a list",
        "{\"dimensions\":[{\"name\":\"Color\",\"values\":{}}],\"products\":[{\"id\":\"MUG2\"}]}"},
    {"value has 1 to 255 bytes",
        "{\"products\":[{\"id\":\"X\",\"type\":\"master\",\"dimensions\":[\"Color\"],\"variants\":"
        "[{\"id\":\"X1\",\"values\":{\"Color\":\"  \"}}]},{\"id\":\"MUG2\"}]}"},
    {"means no catalogue", "{\"catalogs\":[{\"number\":\"0\"}],\"products\":[{\"id\":\"MUG2\"}]}"},
};

static void
a_bad_row_is_refused_and_the_others_go_on(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
            gint64 tenant;
            g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
            g_auto(VtCatalogReport) report = {0};
            VtProductRef ref;

            if (kind > 0 && i % 6 != 0)
                continue;
            vt_test_import(db, tenant, refused_row[i].file, &report);
            assert_int_equal(report.refused, 1);
            assert_non_null(strstr(g_ptr_array_index(report.problems, 0), refused_row[i].why));
            assert_true(vt_product_find(db, tenant, "MUG2", &ref, NULL));
            assert_false(vt_product_find(db, tenant, "X", &ref, NULL));
        }
}

static void
a_changed_product_is_logged_and_only_it(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, before = 0, after = 0;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_auto(VtCatalogReport) report = {0};
        g_autoptr(GArray) entries = NULL;
        VtProductRef mug;

        assert_true(vt_changelog_head(db, &before, NULL));
        vt_test_import(db, tenant,
            "{\"products\":[{\"id\":\"MUG\",\"name\":\"Cup\"},{\"id\":\"TILL\",\"name\":\"Bag\","
            "\"channels\":[\"OUN002\"]}]}",
            &report);
        assert_int_equal(report.changed, 1);
        assert_true(vt_changelog_head(db, &after, NULL));
        entries = vt_changelog_read(db, tenant, before, after, NULL);
        assert_int_equal(entries->len, 1);
        assert_true(vt_product_find(db, tenant, "MUG", &mug, NULL));
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).subject, mug.product_id);
    }
}

static void
a_changed_swatch_is_a_change_of_the_dimension(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_auto(VtCatalogReport) report = {0};
        g_autoptr(VtDimensions) dimensions = NULL;

        vt_test_import(db, tenant,
            "{\"dimensions\":[{\"name\":\" "
            "COLOR\",\"values\":[{\"value\":\"red\",\"swatch\":\"aa0000\"}]}]}",
            &report);
        assert_int_equal(report.changed, 1);
        dimensions = vt_dimensions_load(db, tenant, NULL);
        assert_int_equal(dimensions->list->len, 2);
        assert_string_equal(
            vt_dimension_find_value(vt_dimensions_find(dimensions, "Color"), "Red")->swatch_hex,
            "#aa0000");
    }
}

/* Lists whose order and repeats mean nothing. */
static void
lists_in_another_order_change_nothing(void **state)
{
    static const char *const file[] = {
        "{\"channels\":[{\"code\":\"OUN5\",\"locales\":[\"en-us\",\"de-de\"]}],"
        "\"catalogs\":[{\"number\":\"7\",\"channels\":[\"OUN001\",\"OUN002\"]}],"
        "\"products\":[{\"id\":\"MUG\",\"channels\":[\"OUN001\",\"OUN002\"]}]}",
        "{\"channels\":[{\"code\":\"OUN5\",\"locales\":[\"en-us\",\"de-de\",\"EN_us\"]}],"
        "\"catalogs\":[{\"number\":\"7\",\"channels\":[\"OUN002\",\"OUN001\",\"OUN002\"]}],"
        "\"products\":[{\"id\":\"MUG\",\"channels\":[\"OUN002\",\"OUN001\",\"OUN002\"]}]}",
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_auto(VtCatalogReport) first = {0}, second = {0};

        vt_test_import(db, tenant, file[0], &first);
        assert_int_equal(first.changed, 3);
        vt_test_import(db, tenant, file[1], &second);
        assert_int_equal(second.refused, 0);
        assert_int_equal(second.changed, 0);
    }
}

static gint64
n_categories(VtDb *db, gint64 product_id)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_product_category_list, NULL);
    gint64 n = 0;

    vt_stmt_bind_int(stmt, "product_id", product_id);
    while (vt_stmt_next(stmt))
        n++;
    assert_true(vt_stmt_end(stmt, NULL));
    return n;
}

static void
a_product_that_names_no_categories_keeps_its_own(void **state)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_catalog(0, &tenant);
    g_auto(VtCatalogReport) report = {0}, emptied = {0};
    VtProductRef hoodie;

    vt_test_import(db, tenant,
        "{\"products\":[{\"id\":\"MH01\",\"type\":\"master\",\"dimensions\":[\"Color\",\"Size\"]}]"
        "}",
        &report);
    assert_int_equal(report.refused, 0);
    assert_true(vt_product_find(db, tenant, "MH01", &hoodie, NULL));
    assert_int_equal(n_categories(db, hoodie.product_id), 1);
    vt_test_import(db, tenant,
        "{\"products\":[{\"id\":\"MH01\",\"type\":\"master\",\"dimensions\":[\"Color\",\"Size\"],"
        "\"categories\":[]}]}",
        &emptied);
    assert_int_equal(n_categories(db, hoodie.product_id), 0);
}

static void
a_new_dimension_and_a_new_value_are_changes(void **state)
{
    static const char *const file[] = {"{\"dimensions\":[{\"name\":\"Material\"}]}",
        "{\"dimensions\":[{\"name\":\"Color\",\"values\":[{\"value\":\"Green\"}]}]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(file); i++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(0, &tenant);
        g_auto(VtCatalogReport) report = {0};

        vt_test_import(db, tenant, file[i], &report);
        assert_int_equal(report.changed, 1);
    }
}

static void
a_file_of_another_form_is_refused_whole(void **state)
{
    static const char *const bad[] = {"[]", "{\"products\":{}}", "{\"channels\":1}"};
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_catalog(0, &tenant);
    VtActor actor = {.now_us = 1};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) file = vt_json_parse(bad[i], strlen(bad[i]), NULL);
        g_auto(VtCatalogReport) report = {0};

        assert_false(vt_catalog_import(db, tenant, file, &actor, NULL, NULL, &report, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_the_same_file_again_changes_nothing),
        cmocka_unit_test(a_bad_row_is_refused_and_the_others_go_on),
        cmocka_unit_test(a_changed_product_is_logged_and_only_it),
        cmocka_unit_test(a_changed_swatch_is_a_change_of_the_dimension),
        cmocka_unit_test(lists_in_another_order_change_nothing),
        cmocka_unit_test(a_product_that_names_no_categories_keeps_its_own),
        cmocka_unit_test(a_new_dimension_and_a_new_value_are_changes),
        cmocka_unit_test(a_file_of_another_form_is_refused_whole),
    };
    return vt_test_run("catalog/import", tests);
}
