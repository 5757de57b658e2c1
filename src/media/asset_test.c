#include "base/locale.h"
#include "media/asset.h"
#include "media/testing.h"

static void
names_with_address_characters_are_refused(void **state)
{
    static const char *const good[] = {"tee-blue", "Tee Blue_2", "ä", "a.b"};
    static const char *const bad[] = {
        "", "a/b", "a:b", "a,b", "a%20", "a\tb", "a'b", "a(b)", "\xff"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        assert_true(vt_asset_name_check(good[i], NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_asset_name_check(bad[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static const struct {
    const char *file;
    const char *name;
    gboolean changed;
} file_row[] = {
    {"tee.jpg", "tee", FALSE},
    {"tee.blue.jpg", "tee.blue", FALSE},
    {".hidden", ".hidden", FALSE},
    {"a+b (1).png", "a-b -1-", TRUE},
    {"tee", "tee", FALSE},
};

static void
a_file_name_becomes_a_name(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(file_row); i++) {
        gboolean changed = FALSE;
        g_autofree char *name = vt_asset_name_from_file(file_row[i].file, &changed);

        assert_string_equal(name, file_row[i].name);
        assert_int_equal(changed, file_row[i].changed);
        assert_true(vt_asset_name_check(name, NULL));
    }
}

static void
an_asset_is_found_by_name_source_and_id(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, id, parsed = 0;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        VtAssetSpec spec = {.name = "tee",
            .type = VT_ASSET_TYPE_IMAGE,
            .source_provider = "PhotoVault",
            .source_id = "PV-1"};
        g_autofree char *internal = NULL;
        g_autoptr(GError) error = NULL;
        gboolean found = FALSE;
        VtAsset asset;

        assert_true(vt_asset_create(db, tenant, &spec, &vt_test_actor, &id, NULL));
        assert_true(vt_asset_by_name(db, tenant, "tee", &asset, &found, NULL) && found);
        assert_int_equal(asset.asset_id, id);
        assert_true(
            vt_asset_by_source(db, tenant, "PhotoVault", "PV-1", &asset, &found, NULL) && found);
        assert_string_equal(asset.name, "tee");
        assert_true(vt_asset_by_name(db, tenant, "Tee", &asset, &found, NULL) && !found);
        internal = vt_asset_internal_id(id);
        assert_true(vt_asset_internal_id_parse(internal, &parsed));
        assert_int_equal(parsed, id);
        assert_false(vt_asset_internal_id_parse("MAx", &parsed));
        {
            g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);

            assert_false(vt_asset_create(db, tenant, &spec, &vt_test_actor, &id, &error));
            assert_true(vt_error_is(error, VT_ERROR_DUPLICATE_NAME));
        }
    }
}

static void
each_locale_has_its_own_document(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, neutral = 0, french = 0, other = 9, found_asset = 0;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        g_autofree char *locale = NULL;
        g_auto(VtAssetContent) content = {0};
        gint64 id = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");

        assert_int_equal(vt_test_add_asset(db, tenant, "tee", "fr-fr", "Chemise"), id);
        assert_true(vt_asset_document(db, id, VT_LOCALE_NEUTRAL, &neutral, NULL));
        assert_true(vt_asset_document(db, id, "fr-fr", &french, NULL));
        assert_true(vt_asset_document(db, id, "de-de", &other, NULL));
        assert_int_equal(other, 0);
        assert_true(neutral != french);
        assert_true(vt_asset_of_document(db, french, &found_asset, &locale, NULL));
        assert_int_equal(found_asset, id);
        assert_string_equal(locale, "fr-fr");
        assert_true(vt_asset_head_content(db, id, "fr-fr", &content, NULL));
        assert_string_equal(content.alt, "Chemise");
    }
}

static void
an_unpublished_asset_has_nothing_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
        gint64 id = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");
        g_autoptr(VtAssetPublished) live = vt_asset_published_load(db, id, NULL);
        g_autoptr(GPtrArray) records = vt_image_record_list(db, id, NULL);

        assert_int_equal(live->locales->len, 0);
        assert_int_equal(records->len, 1);
        assert_string_equal(((VtImageRecord *)g_ptr_array_index(records, 0))->code, "tee");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_with_address_characters_are_refused),
        cmocka_unit_test(a_file_name_becomes_a_name),
        cmocka_unit_test(an_asset_is_found_by_name_source_and_id),
        cmocka_unit_test(each_locale_has_its_own_document),
        cmocka_unit_test(an_unpublished_asset_has_nothing_live),
    };
    return vt_test_run("media/asset", tests);
}
