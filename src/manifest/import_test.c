#include "manifest/testing.h"

#include "base/locale.h"

#define COLUMNS                                                                                    \
    "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText|EntityType|EntityKey|"    \
    "EntityKeyValue|EntityChannel|EntityLocale|MediaGroup|MediaDisplayOrder|MediaAction|"          \
    "EntityAssignmentAction"
#define ASSET(name, path, alt) "system_neutral|Image|" path "|" name "|" alt
#define MASTER(product, order)                                                                     \
    "|Product/Master|EntityId|" product "|Omnichannel|system_neutral|Primary|" order

static void
assert_results(VtTestShop *shop, const char *const *expected)
{
    for (guint i = 0; expected[i] != NULL; i++)
        if (strcmp(vt_test_result(shop, i, "Result"), expected[i]) != 0)
            fail_msg("row %u is %s, not %s: %s %s", i, vt_test_result(shop, i, "Result"),
                expected[i], vt_test_result(shop, i, "ErrorCode"),
                vt_test_result(shop, i, "ResultDescription"));
}

static void
pictures_come_in_and_are_assigned(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        static const char *const success[] = {"Success", "Success", "Success", "Success", NULL};
        g_auto(VtTestShop) shop = {0};
        g_autofree char *head = NULL, *live = NULL;
        VtAsset asset = {0};
        gboolean found = FALSE;

        vt_test_shop_init(&shop, kind);
        vt_test_import_text(&shop,
            COLUMNS "\n" ASSET("a", "gray.pgm", "A") "\n" ASSET("b", "dark.pgm", "B")
                MASTER("MH01", "1") "\n" ASSET("a", "", "")
                    MASTER("MH01", "2") "\n" ASSET("a", "gray.pgm", "A") MASTER("MUG", "1") "\n");
        assert_results(&shop, success);
        assert_int_equal(shop.report.n_rows, 4);
        assert_int_equal(shop.report.counts[VT_IMPORT_RESULT_SUCCESS], 4);
        assert_true(vt_asset_by_name(shop.db, shop.tenant_id, "a", &asset, &found, NULL));
        assert_true(found);
        head = vt_test_set_text(&shop, "MH01", 0, VT_LOCALE_NEUTRAL, FALSE);
        assert_string_equal(head, "{\"master\":{\"primary\":[2,1]}}");
        live = vt_test_set_text(&shop, "MH01", 0, VT_LOCALE_NEUTRAL, TRUE);
        assert_string_equal(live, "");
        assert_string_equal(vt_test_result(&shop, 2, "InternalMediaId"), "MA1");
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_come_in_and_are_assigned),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("manifest/import", tests);
}
