/* Rows that take something back, rename, or warn. */
#include "manifest/testing.h"

#include "base/locale.h"

#define ASSETS                                                                                     \
    "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText|MediaAction\n"            \
    "system_neutral|Image|gray.pgm|a|A|\n"                                                         \
    "system_neutral|Image|dark.pgm|b|B|\n"                                                         \
    "fr-fr|Image||a|Une|\n"
#define PLACES                                                                                     \
    "MediaLocale|MediaType|MediaDisplayName|EntityType|EntityKey|EntityKeyValue|EntityChannel|"    \
    "EntityLocale|SwatchValue|EntityAssignmentAction|MediaAction\n"
#define AT(name, product, channel, locale, action)                                                 \
    "system_neutral|Image|" name "|Product!Master|EntityId|" product "|" channel "|" locale        \
    "||" action "|\n"
#define OMNI(name, action) AT(name, "MUG", "Omnichannel", "system_neutral", action)
#define SWATCH(value, action)                                                                      \
    "|||Product!Master!Swatch|EntityId!SwatchType!SwatchId|MH01!Color!Red|Omnichannel|"            \
    "system_neutral|" value "|" action "|\n"
#define CATEGORY(name, action)                                                                     \
    "system_neutral|Image|" name "|Category|CategoryID|tees|OUN001|en-us||" action "|\n"
#define MEDIA(name, locale, action)                                                                \
    "MediaLocale|MediaDisplayName|MediaAction\n" locale "|" name "|" action "\n"

static void
assert_row(VtTestShop *shop, guint row, const char *result, const char *code)
{
    if (strcmp(vt_test_result(shop, row, "Result"), result) != 0 ||
        strcmp(vt_test_result(shop, row, "ErrorCode"), code) != 0)
        fail_msg("row %u is %s %s, not %s %s: %s", row, vt_test_result(shop, row, "Result"),
            vt_test_result(shop, row, "ErrorCode"), result, code,
            vt_test_result(shop, row, "ResultDescription"));
}

static void
assert_set(VtTestShop *shop, const char *product, const char *head, const char *live)
{
    g_autofree char *is = vt_test_set_text(shop, product, 0, VT_LOCALE_NEUTRAL, FALSE);
    g_autofree char *shows = vt_test_set_text(shop, product, 0, VT_LOCALE_NEUTRAL, TRUE);

    assert_string_equal(is, head);
    assert_string_equal(shows, live);
}

static void
a_row_leaves_what_is_live_and_stays_in_the_draft(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    gint64 before;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop, PLACES OMNI("a", "PublishNow") OMNI("b", "PublishNow"));
    vt_test_import_text(&shop, PLACES OMNI("a", "Unpublish"));
    assert_row(&shop, 0, "Success", "");
    assert_set(&shop, "MUG", "{\"master\":{\"primary\":[1,2]}}", "{\"master\":{\"primary\":[2]}}");
    vt_test_import_text(&shop, PLACES OMNI("b", "Unpublish"));
    assert_row(&shop, 0, "Success", "");
    assert_set(&shop, "MUG", "{\"master\":{\"primary\":[1,2]}}", "");
    assert_true(shop.report.seq > 0);
    before = vt_test_n_revisions(&shop);
    vt_test_import_text(&shop, PLACES OMNI("b", "Unpublish"));
    assert_row(&shop, 0, "Success", "");
    assert_int_equal(shop.report.seq, 0);
    assert_int_equal(vt_test_n_revisions(&shop), before);
}

static void
the_last_row_deleted_resets_the_set(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop, PLACES OMNI("a", "PublishNow") OMNI("b", "Draft"));
    vt_test_import_text(&shop, PLACES OMNI("a", "UnpublishAndDelete"));
    assert_set(&shop, "MUG", "{\"master\":{\"primary\":[2]}}", "");
    vt_test_import_text(&shop, PLACES OMNI("b", "UnpublishAndDelete"));
    assert_row(&shop, 0, "Success", "");
    assert_set(&shop, "MUG", "{}", "");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM branch JOIN revision ON "
                             "revision.document_id = branch.document_id AND number = head "
                             "WHERE body IS NULL"),
        1);
    vt_test_import_text(&shop, PLACES AT("a", "MH01", "Omnichannel", "system_neutral", ""));
    vt_test_import_text(
        &shop, PLACES AT("a", "MH01", "Omnichannel", "system_neutral", "UnpublishAndDelete"));
    assert_int_equal(vt_test_count(&shop, "SELECT count(*) AS n FROM media_set"), 1);
}

static void
swatches_and_categories_are_taken_back_too(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop, PLACES SWATCH("#123456", "PublishNow") CATEGORY("a", "PublishNow"));
    assert_row(&shop, 0, "SuccessWithWarnings", "W_NO_CENTRAL_SWATCH");
    assert_row(&shop, 1, "Success", "");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM publication WHERE to_seq IS NULL"), 3);
    vt_test_import_text(
        &shop, PLACES SWATCH("", "UnpublishAndDelete") CATEGORY("a", "UnpublishAndDelete"));
    assert_row(&shop, 0, "Success", "");
    assert_row(&shop, 1, "Success", "");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM publication WHERE to_seq IS NULL"), 1);
}

static void
an_asset_that_is_shown_stays_unless_forced(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop, PLACES OMNI("a", "PublishNow"));
    vt_test_import_text(&shop,
        "MediaLocale|MediaDisplayName|MediaAction\n"
        "system_neutral|a|Unpublish\nsystem_neutral|b|UnpublishAndDelete\nfr-fr|b|Unpublish\n");
    assert_row(&shop, 0, "Failed", "E_REFERENCED");
    assert_non_null(strstr(vt_test_result(&shop, 0, "ResultDescription"), "MUG"));
    assert_row(&shop, 1, "Success", "");
    assert_row(&shop, 2, "Failed", "E_NOT_FOUND");
    shop.options.force = TRUE;
    vt_test_import_text(&shop, MEDIA("a", "system_neutral", "Unpublish"));
    assert_row(&shop, 0, "Success", "");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM publication WHERE to_seq IS NULL "
                             "AND context = 'image'"),
        1);
}

/* The picture leaves the product and the library in one manifest; another takes its name. */
static void
an_asset_is_deleted_with_what_shows_it(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop, PLACES OMNI("a", "PublishNow"));
    vt_test_import_text(&shop, MEDIA("a", "fr-fr", "UnpublishAndDelete"));
    assert_row(&shop, 0, "Failed", "E_REFERENCED");
    vt_test_import_text(&shop,
        PLACES "system_neutral|Image|a|Product!Master|EntityId|MUG|Omnichannel|system_neutral||"
               "UnpublishAndDelete|UnpublishAndDelete\nfr-fr|Image|a||||||||UnpublishAndDelete\n");
    assert_row(&shop, 0, "Success", "");
    assert_row(&shop, 1, "Success", "");
    assert_set(&shop, "MUG", "{}", "");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM asset WHERE trashed_us IS NOT NULL"), 1);
    vt_test_import_text(&shop, MEDIA("a", "system_neutral", "UnpublishAndDelete"));
    assert_row(&shop, 0, "Failed", "E_NOT_FOUND");
    vt_test_import_text(&shop, ASSETS);
    assert_row(&shop, 0, "Success", "");
    assert_string_equal(vt_test_result(&shop, 0, "InternalMediaId"), "MA3");
}

static void
a_new_name_for_a_known_asset_renames_it(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop,
        "InternalMediaId|MediaLocale|MediaType|MediaDisplayName|MediaSourceIfExistsAction\n"
        "MA1|system_neutral|Image|new|\nMA2|system_neutral|Image|new|\n"
        "MA2|system_neutral|Image|x|UseExisting\nMA2|system_neutral|Image|a|\n"
        "|system_neutral|Image|a|\n");
    assert_row(&shop, 0, "Success", "");
    assert_row(&shop, 1, "Failed", "E_DUP_NAME");
    assert_row(&shop, 2, "Success", "");
    assert_row(&shop, 3, "Failed", "E_DUP_NAME");
    assert_row(&shop, 4, "Failed", "E_MISSING_FIELD");
    assert_int_equal(vt_test_count(&shop, "SELECT count(*) AS n FROM image_record"), 3);
    assert_true(vt_test_asset_document(&shop, "new", VT_LOCALE_NEUTRAL) != 0);
    assert_true(vt_test_asset_document(&shop, "b", VT_LOCALE_NEUTRAL) != 0);
}

static void
rows_that_should_be_looked_at_say_so(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *body = NULL;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSETS);
    vt_test_import_text(&shop,
        PLACES OMNI("a", "") AT("a", "MUG", "OUN001", "en-us", "")
            AT("b", "MUG", "OUN001", "en-us", "") AT("b", "MUG", "Omnichannel", "fr-fr", ""));
    assert_row(&shop, 0, "Success", "");
    assert_row(&shop, 1, "SuccessWithWarnings", "W_SEVERED");
    assert_row(&shop, 2, "Success", "");
    assert_row(&shop, 3, "SuccessWithWarnings", "W_SEVERED");
    assert_int_equal(shop.report.counts[VT_IMPORT_RESULT_SUCCESSWITHWARNINGS], 2);
    vt_test_import_text(&shop, PLACES AT("a", "MUG", "OUN001", "en-us", ""));
    assert_row(&shop, 0, "Success", "");
    vt_test_import_text(&shop, "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|MediaTitle\n"
                               "system_neutral|Image|gray.pgm|titled|A title\n");
    assert_row(&shop, 0, "SuccessWithWarnings", "W_ALT_GENERATED");
    body = vt_test_asset_text(&shop, "titled", VT_LOCALE_NEUTRAL);
    assert_non_null(strstr(body, "\"alt\":\"A title\""));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(a_row_leaves_what_is_live_and_stays_in_the_draft),
        VT_TEST_EACH_DATABASE(the_last_row_deleted_resets_the_set),
        VT_TEST_EACH_DATABASE(swatches_and_categories_are_taken_back_too),
        VT_TEST_EACH_DATABASE(an_asset_that_is_shown_stays_unless_forced),
        VT_TEST_EACH_DATABASE(an_asset_is_deleted_with_what_shows_it),
        VT_TEST_EACH_DATABASE(a_new_name_for_a_known_asset_renames_it),
        VT_TEST_EACH_DATABASE(rows_that_should_be_looked_at_say_so),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("manifest/takeback", tests);
}
