#include "media/library.h"

#include "media/folder.h"
#include "media/testing.h"

static void
put_tags(VtDb *db, gint64 tenant, const char *name, const char *const *tags)
{
    VtAssetContent content = {.tags = (char **)(gsize)tags};
    g_autoptr(GError) error = NULL;
    g_autofree VtAssetPlace *place = vt_asset_place_find(db, tenant, name, NULL, &error);
    gint64 document;
    gboolean changed;

    assert_ok(place != NULL, error);
    assert_ok(vt_asset_check_in(db, tenant, &place->asset, place->locale, &content, &vt_test_actor,
                  &document, &changed, &error),
        error);
}

/* cup (tags kitchen, sale; in mugs), mug-1 (kitchen; de-de), tee (being edited). */
static VtDb *
open_library(gsize kind, gint64 *ret_tenant)
{
    VtDb *db = vt_test_open_media(kind, ret_tenant);
    g_autofree VtAssetPlace *cup = NULL, *tee = NULL;
    VtEdit edit = {db, &vt_asset_edit_kind, .actor = &vt_test_actor};
    gint64 folder;
    g_autoptr(GError) error = NULL;

    for (const char *const *name = (const char *const[]){"tee", "cup", "mug-1", NULL};
         *name != NULL; name++)
        vt_test_add_asset(db, *ret_tenant, *name, VT_LOCALE_NEUTRAL, *name);
    vt_test_add_asset(db, *ret_tenant, "mug-1", "de-de", "Becher");
    put_tags(db, *ret_tenant, "cup", (const char *const[]){"kitchen", "sale", NULL});
    put_tags(db, *ret_tenant, "mug-1", (const char *const[]){"kitchen", "old", NULL});
    put_tags(db, *ret_tenant, "mug-1", (const char *const[]){"kitchen", NULL});
    assert_ok(vt_folder_ensure(db, *ret_tenant, "mugs", &vt_test_actor, &folder, &error), error);
    cup = vt_asset_place_find(db, *ret_tenant, "cup", NULL, NULL);
    assert_ok(vt_library_set_folder(db, cup, "mugs", &vt_test_actor, &error), error);
    edit.place = tee = vt_asset_place_find(db, *ret_tenant, "tee", NULL, NULL);
    assert_ok(vt_edit_begin(&edit, FALSE, &error), error);
    return db;
}

static const struct {
    VtLibraryQuery query;
    const char *found; /* names, joined by blanks */
} list_row[] = {
    {{0}, "cup mug-1 tee"},
    {{.text = "MUG"}, "mug-1"},
    {{.text = "kitch"}, "cup mug-1"},
    {{.text = "%"}, ""},
    {{.text = "old"}, ""},
    {{.tag = "kitchen"}, "cup mug-1"},
    {{.tag = "kitch"}, ""},
    {{.folder = "mugs"}, "cup"},
    {{.folder = ""}, "mug-1 tee"},
    {{.locale = "DE-de"}, "mug-1"},
    {{.type = "video"}, ""},
    {{.type = "image", .state = "draft"}, "cup mug-1 tee"},
    {{.state = "published"}, ""},
    {{.state = "unpublished", .tag = "sale"}, "cup"},
    {{.state = "checked_out"}, "tee"},
    {{.category = "None"}, "cup mug-1 tee"},
    {{.category = "Products"}, ""},
};

/* Names found, page by page of @limit. */
static char *
found(VtDb *db, VtLibraryQuery query, guint limit)
{
    GString *names = g_string_new("");
    g_autofree char *after = g_strdup("");

    query.limit = limit;
    while (after != NULL) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) list = NULL;
        json_t *row;
        gsize i;

        query.after = after;
        list = vt_library_list(db, &query, &error);
        assert_ok(list != NULL, error);
        json_array_foreach(json_object_get(list, "assets"), i, row)
        {
            g_string_append_printf(names, "%s%s", names->len > 0 ? " " : "",
                json_string_value(json_object_get(row, "name")));
        }
        g_free(after);
        after = g_strdup(json_string_value(json_object_get(list, "next")));
    }
    return g_string_free(names, FALSE);
}

static void
assets_are_found_by_what_is_known_of_them(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = open_library(kind, &tenant);

        for (gsize i = 0; i < G_N_ELEMENTS(list_row); i++)
            for (guint limit = 1; limit <= 4; limit++) {
                VtLibraryQuery query = list_row[i].query;
                g_autofree char *names = NULL;

                query.tenant_id = tenant;
                names = found(db, query, limit);
                assert_string_equal(names, list_row[i].found);
            }
    }
}

static void
what_narrows_must_exist(void **state)
{
    static const struct {
        VtLibraryQuery query;
        int code;
    } row[] = {
        {{.folder = "hats"}, VT_ERROR_NOT_FOUND},
        {{.type = "Image"}, VT_ERROR_BAD_ENUM},
        {{.state = "new"}, VT_ERROR_BAD_ENUM},
        {{.locale = "!"}, VT_ERROR_LOCALE},
    };
    gint64 tenant;
    g_autoptr(VtDb) db = open_library(0, &tenant);

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        VtLibraryQuery query = row[i].query;
        g_autoptr(GError) error = NULL;

        query.tenant_id = tenant;
        assert_null(vt_library_list(db, &query, &error));
        assert_int_equal(vt_error_code(error), row[i].code);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assets_are_found_by_what_is_known_of_them),
        cmocka_unit_test(what_narrows_must_exist),
    };

    return vt_test_run("media/library", tests);
}
