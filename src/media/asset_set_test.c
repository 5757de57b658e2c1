#include "media/asset_set.h"

#include "base/error.h"
#include "media/asset_edit.h"
#include "media/testing.h"

typedef struct {
    VtDb *db; /* owned */
    gint64 tenant;
} Library;

static void
library_clear(Library *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Library, library_clear)

static gint64
make(Library *library, const char *name, const char *type, const char *body, GError **error)
{
    g_autoptr(json_t) value = vt_json_parse(body, strlen(body), NULL);
    const VtAssetSetSpec spec = {
        .tenant_id = library->tenant, .name = name, .type = type, .body = value};
    VtAsset set = {0};

    return vt_asset_set_create(library->db, &spec, &vt_test_actor, &set, error) ? set.asset_id : 0;
}

/* Pictures tee-1 to tee-4, an image_set `views`, a swatch_set `colors`. */
static Library
open_library(gsize kind)
{
    Library library = {0};
    g_autoptr(GError) error = NULL;

    library.db = vt_test_open_media(kind, &library.tenant);
    for (int i = 1; i <= 4; i++) {
        g_autofree char *name = g_strdup_printf("tee-%d", i);

        vt_test_add_asset(library.db, library.tenant, name, VT_LOCALE_NEUTRAL, "A tee");
    }
    assert_ok(make(&library, "views", "image_set",
                  "{\"members\":[{\"asset\":\"tee-1\"},{\"asset\":\"tee-2\",\"label\":\"Back\"}]}",
                  &error) != 0,
        error);
    assert_ok(make(&library, "colors", "swatch_set",
                  "{\"members\":[{\"asset\":\"tee-1\",\"color\":\"#F00\"},"
                  "{\"asset\":\"tee-2\",\"swatch\":\"tee-3\",\"label\":\"Plaid\"}]}",
                  &error) != 0,
        error);
    return library;
}

static char *
told(Library *library, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree VtAssetPlace *place =
        vt_asset_place_find(library->db, library->tenant, name, NULL, &error);
    const VtEdit edit = {library->db, &vt_asset_edit_kind, place, &vt_test_actor};
    g_autoptr(json_t) all = vt_edit_describe(&edit, &error);
    g_autofree char *text = NULL;

    assert_ok(all != NULL, error);
    text = json_dumps(
        json_object_get(json_object_get(all, "head"), "members"), JSON_COMPACT | JSON_SORT_KEYS);
    return g_steal_pointer(&text);
}

static void
a_set_tells_its_members_by_name(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        g_autofree char *views = told(&library, "views"), *colors = told(&library, "colors");

        assert_string_equal(views,
            "[{\"asset\":\"tee-1\",\"color\":null,\"label\":null,\"swatch\":null},"
            "{\"asset\":\"tee-2\",\"color\":null,\"label\":\"Back\",\"swatch\":null}]");
        assert_string_equal(colors,
            "[{\"asset\":\"tee-1\",\"color\":\"#ff0000\",\"label\":null,\"swatch\":null},"
            "{\"asset\":\"tee-2\",\"color\":null,\"label\":\"Plaid\",\"swatch\":\"tee-3\"}]");
    }
}

/* Sets that cannot be, each with the words its refusal holds. */
static const struct {
    const char *type, *body, *words;
    VtErrorCode code;
} refused_row[] = {
    {"image", "{}", "no type of set", VT_ERROR_BAD_ENUM},
    {"carousel", "{}", "no type of set", VT_ERROR_BAD_ENUM},
    {"image_set", "{}", "needs \"members\"", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[]}", "at least one", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":{}}", "at least one", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[7]}", "a member has", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"label\":\"x\"}]}", "a member has", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"asset\":\"tee-1\",\"size\":1}]}", "a member has",
        VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"asset\":1}]}", "is a text", VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"asset\":\"hat\"}]}", "no asset 'hat'", VT_ERROR_UNKNOWN_ASSET},
    {"image_set", "{\"members\":[{\"asset\":\"views\"}]}", "cannot hold 'views'",
        VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"asset\":\"tee-1\",\"color\":\"#f00\"}]}", "have no swatch",
        VT_ERROR_BAD_VALUE},
    {"image_set", "{\"members\":[{\"asset\":\"tee-1\"}],\"rows\":2}", "has no rows",
        VT_ERROR_BAD_VALUE},
    {"swatch_set", "{\"members\":[{\"asset\":\"tee-1\"}]}", "needs \"swatch\"", VT_ERROR_BAD_VALUE},
    {"swatch_set", "{\"members\":[{\"asset\":\"tee-1\",\"swatch\":\"views\"}]}", "is no picture",
        VT_ERROR_BAD_VALUE},
    {"swatch_set", "{\"members\":[{\"asset\":\"tee-1\",\"color\":\"red\"}]}", "not a colour",
        VT_ERROR_BAD_VALUE},
    {"swatch_set", "{\"members\":[{\"asset\":\"tee-1\",\"color\":\"#f00\",\"swatch\":\"tee-2\"}]}",
        "not both", VT_ERROR_BAD_VALUE},
    {"spin_set",
        "{\"members\":[{\"asset\":\"tee-1\"},{\"asset\":\"tee-2\"},{\"asset\":\"tee-3\"}],"
        "\"rows\":2}",
        "do not make 2 rows", VT_ERROR_BAD_VALUE},
    {"spin_set", "{\"members\":[{\"asset\":\"tee-1\"}],\"rows\":0}", "from 1 to",
        VT_ERROR_BAD_VALUE},
    {"mixed_media_set", "{\"members\":[{\"asset\":\"tee-1\"}],\"alt\":7}", "\"alt\"",
        VT_ERROR_BAD_VALUE},
};

static void
a_set_that_cannot_be_is_refused(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);

        for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
            g_autoptr(GError) error = NULL;

            if (make(&library, "new", refused_row[i].type, refused_row[i].body, &error) != 0 ||
                !vt_error_is(error, refused_row[i].code) ||
                strstr(error->message, refused_row[i].words) == NULL)
                fail_msg("row %zu: %s", i, error != NULL ? error->message : "taken");
        }
    }
}

static void
a_set_holds_an_asset_so_often_and_so_many(void **state)
{
    g_auto(Library) library = open_library(0);
    g_autoptr(GString) body = g_string_new("{\"members\":[");
    g_autoptr(GError) error = NULL;

    for (int i = 0; i <= VT_SET_MAX_REPEATS; i++)
        g_string_append_printf(body, "%s{\"asset\":\"tee-1\"}", i > 0 ? "," : "");
    g_string_append(body, "]}");
    assert_int_equal(make(&library, "often", "spin_set", body->str, &error), 0);
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    g_clear_error(&error);
    g_string_assign(body, "{\"members\":[");
    for (int i = 0; i <= VT_SET_MAX_MEMBERS; i++)
        g_string_append_printf(body, "%s{\"asset\":\"tee-%d\"}", i > 0 ? "," : "", i % 4 + 1);
    g_string_append(body, "]}");
    assert_int_equal(make(&library, "many", "spin_set", body->str, &error), 0);
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
}

/* Changes the members of a set in a locale; FALSE with @error. */
static gboolean
change(Library *library, const char *name, const char *locale, const char *body, GError **error)
{
    g_autofree VtAssetPlace *place =
        vt_asset_place_find(library->db, library->tenant, name, locale, error);
    const VtEdit edit = {library->db, &vt_asset_edit_kind, place, &vt_test_actor};
    g_autoptr(json_t) value = vt_json_parse(body, strlen(body), NULL);

    return place != NULL && vt_edit_begin(&edit, FALSE, error) &&
           vt_edit_save(&edit, VT_DOCUMENT_ANY_VERSION, value, error) &&
           vt_edit_finish(&edit, VT_DOCUMENT_ANY_VERSION, error);
}

static void
sets_lie_in_sets_but_never_in_a_ring(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        g_autoptr(GError) error = NULL;

        assert_ok(make(&library, "more", "swatch_set",
                      "{\"members\":[{\"asset\":\"colors\",\"color\":\"#00f\"}]}", &error) != 0,
            error);
        assert_ok(make(&library, "mix", "mixed_media_set",
                      "{\"members\":[{\"asset\":\"more\"},{\"asset\":\"tee-1\"}]}", &error) != 0,
            error);
        assert_false(change(&library, "colors", NULL,
            "{\"members\":[{\"asset\":\"more\",\"color\":\"#00f\"}]}", &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
        assert_non_null(strstr(error->message, "holds this set"));
    }
}

static void
a_locale_has_members_of_its_own_or_the_neutral_ones(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        g_autoptr(GError) error = NULL;
        g_auto(VtAssetContent) german = {0};
        VtAsset views = {0};
        gboolean found = FALSE;

        assert_ok(change(&library, "views", "de-de", "{\"alt\":\"Ansichten\"}", &error), error);
        assert_ok(
            vt_asset_by_name(library.db, library.tenant, "views", &views, &found, &error), error);
        assert_ok(
            vt_asset_head_content(library.db, views.asset_id, "de-de", &german, &error), error);
        assert_null(german.members);
        vt_asset_content_clear(&german);
        assert_ok(
            change(&library, "views", "de-de", "{\"members\":[{\"asset\":\"tee-4\"}]}", &error),
            error);
        assert_ok(
            vt_asset_head_content(library.db, views.asset_id, "de-de", &german, &error), error);
        assert_int_equal(german.members->len, 1);
    }
}

static void
only_a_set_has_members(void **state)
{
    g_auto(Library) library = open_library(0);
    g_autoptr(GError) error = NULL;

    assert_false(change(&library, "tee-1", NULL, "{\"members\":[{\"asset\":\"tee-2\"}]}", &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_tells_its_members_by_name),
        cmocka_unit_test(a_set_that_cannot_be_is_refused),
        cmocka_unit_test(a_set_holds_an_asset_so_often_and_so_many),
        cmocka_unit_test(sets_lie_in_sets_but_never_in_a_ring),
        cmocka_unit_test(a_locale_has_members_of_its_own_or_the_neutral_ones),
        cmocka_unit_test(only_a_set_has_members),
    };
    return vt_test_run("media/asset_set", tests);
}
