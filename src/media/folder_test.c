#include "media/folder.h"

#include "media/testing.h"

/* The paths of all folders, joined by blanks. */
static char *
listed(VtDb *db, gint64 tenant_id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) list = vt_folder_list(db, tenant_id, &error);
    GString *paths = g_string_new("");
    json_t *folder;
    gsize i;

    assert_ok(list != NULL, error);
    json_array_foreach(json_object_get(list, "folders"), i, folder)
    {
        g_string_append_printf(
            paths, "%s%s", i > 0 ? " " : "", json_string_value(json_object_get(folder, "path")));
    }
    return g_string_free(paths, FALSE);
}

static void
assert_listed(VtDb *db, gint64 tenant_id, const char *expected)
{
    g_autofree char *paths = listed(db, tenant_id);

    assert_string_equal(paths, expected);
}

static VtDb *
open_folders(gsize kind, gint64 *ret_tenant_id)
{
    static const char *const paths[] = {"shirts/summer/linen", "shirts/winter", "mugs"};
    VtDb *db = vt_test_open_media(kind, ret_tenant_id);

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;
        gint64 made = 0, again = 0;

        assert_ok(
            vt_folder_ensure(db, *ret_tenant_id, paths[i], &vt_test_actor, &made, &error), error);
        assert_ok(
            vt_folder_ensure(db, *ret_tenant_id, paths[i], &vt_test_actor, &again, &error), error);
        assert_int_equal(made, again);
    }
    return db;
}

static void
a_path_is_made_once_and_told_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, linen = 0;
        g_autoptr(VtDb) db = open_folders(kind, &tenant);
        g_autofree char *path = NULL;
        g_autofree char *root = vt_folder_path(db, tenant, 0, NULL);

        assert_listed(db, tenant, "mugs shirts shirts/summer shirts/summer/linen shirts/winter");
        assert_true(vt_folder_find(db, tenant, "shirts/summer/linen", &linen, NULL));
        path = vt_folder_path(db, tenant, linen, NULL);
        assert_string_equal(path, "shirts/summer/linen");
        assert_string_equal(root, "");
    }
}

#define DONE VT_N_ERRORS

static const struct {
    const char *from, *to;
    int code;
} move_row[] = {
    {"mugs", "cups", DONE},
    {"mugs", "mugs", DONE},
    {"mugs", "shirts/mugs", DONE},
    {"shirts/summer", "summer", DONE},
    {"mugs", "shirts", VT_ERROR_DUPLICATE_NAME},
    {"shirts", "shirts/summer/shirts", VT_ERROR_BAD_VALUE},
    {"shirts", "shirts/own", VT_ERROR_BAD_VALUE},
    {"shirts/summer", "a/b/c", VT_ERROR_NOT_FOUND},
    {"hats", "mugs", VT_ERROR_NOT_FOUND},
    {"", "mugs", VT_ERROR_BAD_VALUE},
    {"mugs", "", VT_ERROR_BAD_VALUE},
    {"mugs", "a//b", VT_ERROR_BAD_VALUE},
    {"mugs", "a\nb", VT_ERROR_BAD_VALUE},
    {"mugs", "\xff", VT_ERROR_BAD_VALUE},
};

static void
a_folder_moves_with_what_it_holds(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(move_row); i++) {
            gint64 tenant;
            g_autoptr(VtDb) db = open_folders(kind, &tenant);
            g_autoptr(GError) error = NULL;
            gint64 moved = 0, there = 0;

            vt_folder_find(db, tenant, move_row[i].from, &moved, NULL);
            if (vt_folder_move(
                    db, tenant, move_row[i].from, move_row[i].to, &vt_test_actor, &error)) {
                assert_int_equal(move_row[i].code, DONE);
                assert_true(vt_folder_find(db, tenant, move_row[i].to, &there, NULL));
                assert_int_equal(moved, there);
            } else {
                assert_int_equal(vt_error_code(error), move_row[i].code);
                assert_listed(
                    db, tenant, "mugs shirts shirts/summer shirts/summer/linen shirts/winter");
            }
        }
}

static void
a_tree_is_never_too_deep(void **state)
{
    gint64 tenant, id = 0;
    g_autoptr(VtDb) db = vt_test_open_media(0, &tenant);
    g_autoptr(GError) error = NULL;

    assert_true(vt_folder_ensure(
        db, tenant, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", &vt_test_actor, &id, NULL));
    assert_false(vt_folder_ensure(
        db, tenant, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", &vt_test_actor, &id, &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    g_clear_error(&error);
    assert_true(vt_folder_ensure(db, tenant, "a/b", &vt_test_actor, &id, NULL));
    assert_false(vt_folder_move(
        db, tenant, "a", "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/a", &vt_test_actor, &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
}

static void
only_an_empty_folder_is_removed(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = open_folders(kind, &tenant);
        g_autoptr(GError) error = NULL;

        assert_false(vt_folder_remove(db, tenant, "shirts", &vt_test_actor, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_EMPTY));
        g_clear_error(&error);
        assert_true(vt_folder_remove(db, tenant, "shirts/winter", &vt_test_actor, NULL));
        assert_false(vt_folder_remove(db, tenant, "shirts/winter", &vt_test_actor, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
        assert_false(vt_folder_remove(db, tenant, "", &vt_test_actor, NULL));
        assert_listed(db, tenant, "mugs shirts shirts/summer shirts/summer/linen");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_made_once_and_told_again),
        cmocka_unit_test(a_folder_moves_with_what_it_holds),
        cmocka_unit_test(a_tree_is_never_too_deep),
        cmocka_unit_test(only_an_empty_folder_is_removed),
    };

    return vt_test_run("media/folder", tests);
}
