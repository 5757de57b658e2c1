#include "publish/set_save.h"

#include "media/asset_edit.h"
#include "publish/testing.h"

/* A shop whose picture `tee` is live and whose pictures `new` and `other` are drafts. */
static VtTestGroupShop
open_shop(gsize kind)
{
    VtTestGroupShop shop = vt_test_open_group_shop(kind);

    vt_test_add_asset(shop.db, shop.tenant, "new", VT_LOCALE_NEUTRAL, "New");
    vt_test_add_asset(shop.db, shop.tenant, "other", VT_LOCALE_NEUTRAL, "Other");
    return shop;
}

static gboolean
is_live(VtTestGroupShop *shop, const char *name)
{
    VtAsset asset = {0};
    gboolean found = FALSE;
    gint64 document = 0;

    assert_true(vt_asset_by_name(shop->db, shop->tenant, name, &asset, &found, NULL));
    if (!found)
        return FALSE;
    assert_true(vt_asset_document(shop->db, asset.asset_id, VT_LOCALE_NEUTRAL, &document, NULL));
    return vt_test_state(shop, document, VT_GROUP_LIVE).published != 0;
}

/* Creates the set `set`, or saves it. Gives the log number, or -1 with the
 * error. */
static gint64
build(VtTestGroupShop *shop, gboolean create, const char *text, GError **error)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(json_t) told =
        create
            ? vt_publish_set_create(shop->db, shop->tenant, body, &vt_test_actor, error)
            : vt_publish_set_save(shop->db, shop->tenant, "set", NULL, body, &vt_test_actor, error);

    return told != NULL ? json_integer_value(json_object_get(told, "seq")) : -1;
}

#define HEAD "{\"name\":\"set\",\"type\":\"image_set\",\"members\":[{\"asset\":\"new\"}]"
#define MORE "{\"members\":[{\"asset\":\"new\"},{\"asset\":\"other\"}]"
#define WAITS ",\"publish\":false}"

/* What is live after a set of `new` is made and then changed to `new` and `other`. */
static const struct {
    const char *create, *save;
    gboolean set_first, new_first; /* after the first step */
    gboolean set, other;
} step_row[] = {
    {HEAD "}", NULL, TRUE, TRUE, TRUE, FALSE},
    {HEAD WAITS, NULL, FALSE, FALSE, FALSE, FALSE},
    {HEAD "}", MORE "}", TRUE, TRUE, TRUE, TRUE},
    {HEAD "}", MORE WAITS, TRUE, TRUE, TRUE, FALSE},
    {HEAD WAITS, MORE "}", FALSE, FALSE, TRUE, TRUE},
    {HEAD WAITS, MORE WAITS, FALSE, FALSE, FALSE, FALSE},
};

static void
a_saved_set_goes_live_with_its_members_unless_it_waits(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(step_row); i++) {
            g_auto(VtTestGroupShop) shop = open_shop(kind);
            g_autoptr(GError) error = NULL;

            assert_ok(build(&shop, TRUE, step_row[i].create, &error) >= 0, error);
            assert_int_equal(is_live(&shop, "set"), step_row[i].set_first);
            assert_int_equal(is_live(&shop, "new"), step_row[i].new_first);
            if (step_row[i].save != NULL)
                assert_ok(build(&shop, FALSE, step_row[i].save, &error) >= 0, error);
            assert_int_equal(is_live(&shop, "set"), step_row[i].set);
            assert_int_equal(is_live(&shop, "other"), step_row[i].other);
        }
}

static const struct {
    gboolean create;
    const char *body;
    VtErrorCode code;
} refused_row[] = {
    {TRUE, "{\"type\":\"image_set\"}", VT_ERROR_MISSING_FIELD},
    {TRUE, "{\"name\":\"x\"}", VT_ERROR_MISSING_FIELD},
    {TRUE, "{\"name\":7,\"type\":\"image_set\"}", VT_ERROR_BAD_VALUE},
    {TRUE, HEAD ",\"publish\":1}", VT_ERROR_BAD_VALUE},
    {TRUE, HEAD ",\"folder\":1}", VT_ERROR_BAD_VALUE},
    {TRUE, HEAD "}", VT_ERROR_DUPLICATE_NAME},
    {FALSE, "{\"members\":[{\"asset\":\"hat\"}]}", VT_ERROR_UNKNOWN_ASSET},
    {FALSE, "{\"publish\":null}", VT_ERROR_BAD_VALUE},
    {FALSE, "{\"name\":\"y\"}", VT_ERROR_BAD_VALUE},
};

static void
what_cannot_be_saved_changes_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);

        assert_int_equal(build(&shop, TRUE, HEAD WAITS, NULL), 0);
        for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
            g_autoptr(GError) error = NULL;

            if (build(&shop, refused_row[i].create, refused_row[i].body, &error) != -1 ||
                !vt_error_is(error, refused_row[i].code))
                fail_msg("row %d: %s", (int)i, error != NULL ? error->message : "done");
        }
        assert_false(is_live(&shop, "set"));
        assert_false(is_live(&shop, "x"));
    }
}

static void
a_set_that_is_edited_or_is_none_is_not_saved(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autofree VtAssetPlace *place = NULL;
        g_autoptr(GError) edited = NULL, none = NULL, unknown = NULL;
        g_autoptr(json_t) body = json_object();
        VtEdit edit = {.db = shop.db, .kind = &vt_asset_edit_kind, .actor = &vt_test_actor};

        assert_int_equal(build(&shop, TRUE, HEAD WAITS, NULL), 0);
        place = vt_asset_place_find(shop.db, shop.tenant, "set", NULL, NULL);
        edit.place = place;
        assert_true(vt_edit_begin(&edit, FALSE, NULL));
        assert_int_equal(build(&shop, FALSE, MORE "}", &edited), -1);
        assert_true(vt_error_is(edited, VT_ERROR_CHECKED_OUT));
        assert_null(
            vt_publish_set_save(shop.db, shop.tenant, "tee", NULL, body, &vt_test_actor, &none));
        assert_true(vt_error_is(none, VT_ERROR_BAD_VALUE));
        assert_null(
            vt_publish_set_save(shop.db, shop.tenant, "hat", NULL, body, &vt_test_actor, &unknown));
        assert_true(vt_error_is(unknown, VT_ERROR_NOT_FOUND));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_set_goes_live_with_its_members_unless_it_waits),
        cmocka_unit_test(what_cannot_be_saved_changes_nothing),
        cmocka_unit_test(a_set_that_is_edited_or_is_none_is_not_saved),
    };

    return vt_test_run("publish/set_save", tests);
}
