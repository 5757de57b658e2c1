#include "media/testing.h"

#include "document/revision.h"
#include "media/head.h"
#include "media/variant.h"

static VtAsset
asset_called(VtDb *db, gint64 tenant_id, const char *name, gboolean *ret_found)
{
    g_autoptr(GError) error = NULL;
    VtAsset asset = {0};

    assert_ok(vt_asset_by_name(db, tenant_id, name, &asset, ret_found, &error), error);
    return asset;
}

static void
rename_to(VtDb *db, gint64 tenant_id, const char *from, const char *to, VtErrorCode expected)
{
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "test");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
    g_autoptr(GError) error = NULL;
    gboolean found = FALSE, done;
    VtAsset asset = asset_called(db, tenant_id, from, &found);

    assert_true(found);
    done = vt_asset_set_name(db, tenant_id, &asset, to, change, &error);
    if (expected != VT_N_ERRORS) {
        assert_false(done);
        assert_int_equal(vt_error_code(error), expected);
        assert_true(vt_change_is_empty(change));
        return;
    }
    assert_ok(done, error);
    assert_string_equal(asset.name, to);
    assert_int_equal(vt_change_is_empty(change), strcmp(from, to) == 0);
    assert_true(vt_tx_commit(tx, NULL));
}

/* The codes of an asset's image records, sorted, with blanks between. */
static char *
codes_of(VtDb *db, gint64 asset_id)
{
    g_autoptr(GPtrArray) list = vt_image_record_list(db, asset_id, NULL);
    g_autoptr(GString) text = g_string_new("");

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s ", ((VtImageRecord *)g_ptr_array_index(list, i))->code);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
a_renamed_asset_keeps_its_old_name_as_an_alias(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, tee;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        g_autofree char *codes = NULL, *back = NULL;
        gboolean found = TRUE;

        tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "T");
        vt_test_add_asset(db, tenant, "mug", VT_LOCALE_NEUTRAL, "M");
        rename_to(db, tenant, "tee", "tee", VT_N_ERRORS);
        rename_to(db, tenant, "tee", "mug", VT_ERROR_DUPLICATE_NAME);
        rename_to(db, tenant, "tee", "a/b", VT_ERROR_BAD_VALUE);
        rename_to(db, tenant, "tee", "shirt", VT_N_ERRORS);
        asset_called(db, tenant, "tee", &found);
        assert_false(found);
        codes = codes_of(db, tee);
        assert_string_equal(codes, "tee shirt ");
        rename_to(db, tenant, "mug", "tee", VT_ERROR_DUPLICATE_NAME);
        rename_to(db, tenant, "shirt", "tee", VT_N_ERRORS);
        back = codes_of(db, tee);
        assert_string_equal(back, "tee shirt ");
    }
}

static gboolean
delete_locale(
    VtDb *db, gint64 tenant_id, const VtAsset *asset, const char *locale, VtErrorCode expected)
{
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "test");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
    g_autoptr(GError) error = NULL;
    gboolean gone = FALSE;
    gboolean done =
        vt_asset_delete_locale(db, asset, locale, &vt_test_actor, change, &gone, &error);

    if (expected != VT_N_ERRORS) {
        assert_false(done);
        assert_int_equal(vt_error_code(error), expected);
        return FALSE;
    }
    assert_ok(done, error);
    assert_false(vt_change_is_empty(change));
    assert_true(vt_tx_commit(tx, NULL));
    return gone;
}

static void
an_asset_goes_with_its_last_locale_and_frees_its_name(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, first, second;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        g_autofree char *codes = NULL;
        gboolean found = FALSE;
        VtAsset asset;

        first = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "T");
        vt_test_add_asset(db, tenant, "tee", "fr-fr", "Té");
        asset = asset_called(db, tenant, "tee", &found);
        delete_locale(db, tenant, &asset, "de-de", VT_ERROR_NOT_FOUND);
        assert_false(delete_locale(db, tenant, &asset, "fr-fr", VT_N_ERRORS));
        asset_called(db, tenant, "tee", &found);
        assert_true(found);
        assert_true(delete_locale(db, tenant, &asset, VT_LOCALE_NEUTRAL, VT_N_ERRORS));
        asset_called(db, tenant, "tee", &found);
        assert_false(found);
        second = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "new");
        assert_int_not_equal(first, second);
        codes = codes_of(db, second);
        assert_string_equal(codes, "tee ");
    }
}

static void
a_deleted_locale_comes_back_with_new_content(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        g_auto(VtAssetVariant) away = {0}, back = {0};
        gboolean found = FALSE;
        VtAsset asset;

        vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "T");
        vt_test_add_asset(db, tenant, "tee", "fr-fr", "Té");
        asset = asset_called(db, tenant, "tee", &found);
        delete_locale(db, tenant, &asset, "fr-fr", VT_N_ERRORS);
        assert_true(vt_asset_variant_load(db, asset.asset_id, "fr-fr", &away, NULL));
        assert_null(away.body);
        vt_test_add_asset(db, tenant, "tee", "fr-fr", "Encore");
        assert_true(vt_asset_variant_load(db, asset.asset_id, "fr-fr", &back, NULL));
        assert_int_equal(back.document_id, away.document_id);
        assert_string_equal(back.body, "{\"alt\":\"Encore\"}");
        assert_false(delete_locale(db, tenant, &asset, VT_LOCALE_NEUTRAL, VT_N_ERRORS));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_renamed_asset_keeps_its_old_name_as_an_alias),
        cmocka_unit_test(an_asset_goes_with_its_last_locale_and_frees_its_name),
        cmocka_unit_test(a_deleted_locale_comes_back_with_new_content),
    };
    return vt_test_run("media/head", tests);
}
