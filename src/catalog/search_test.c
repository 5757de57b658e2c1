#include "catalog/search.h"

#include "catalog/testing.h"

/* What is found, page by page of @page: `code/kind`, joined by blanks. */
static char *
found(VtDb *db, gint64 tenant_id, const char *text, guint page)
{
    GString *all = g_string_new("");
    g_autofree char *cursor = g_strdup("");

    while (cursor != NULL) {
        g_autofree char *next = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list =
            vt_entity_search(db, tenant_id, text, cursor, page, &next, &error);

        assert_ok(list != NULL, error);
        assert_true(list->len <= page);
        for (guint i = 0; i < list->len; i++) {
            const VtEntityFound *one = g_ptr_array_index(list, i);

            g_string_append_printf(all, "%s%s/%s", all->len > 0 ? " " : "", one->code, one->kind);
        }
        g_free(cursor);
        cursor = g_steal_pointer(&next);
    }
    return g_string_free(all, FALSE);
}

static const struct {
    const char *text;
    const char *found;
} search_row[] = {
    {"hood", "MH01/master"},
    {"tee", "tees/category"},
    {"m", "men/category MH01/master MUG/simple"},
    {"mh0", "MH01/master"},
    {"MH01-R", "MH01/master"},
    {"mug", "MUG/simple"},
    {"", "ALL"},
    {"%", ""},
    {"_", ""},
    {"zzz", ""},
};

static void
products_and_categories_are_found_by_name_and_id(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autofree char *all = found(db, tenant, "", 500);

        assert_true(g_str_has_suffix(all, "MH01/master MUG/simple TILL/simple"));
        for (gsize i = 0; i < G_N_ELEMENTS(search_row); i++)
            for (guint page = 1; page <= 3; page++) {
                g_autofree char *text = found(db, tenant, search_row[i].text, page);
                const char *expected = search_row[i].found;

                assert_string_equal(text, strcmp(expected, "ALL") == 0 ? all : expected);
            }
    }
}

static void
a_cursor_that_is_none_is_refused(void **state)
{
    static const char *const cursors[] = {"x", "products", "category", ":", "sqlite:x"};
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_catalog(0, &tenant);

    for (gsize i = 0; i < G_N_ELEMENTS(cursors); i++) {
        g_autofree char *next = NULL;
        g_autoptr(GError) error = NULL;

        assert_null(vt_entity_search(db, tenant, "", cursors[i], 10, &next, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_and_categories_are_found_by_name_and_id),
        cmocka_unit_test(a_cursor_that_is_none_is_refused),
    };

    return vt_test_run("catalog/search", tests);
}
