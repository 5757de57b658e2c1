#include "manifest/testing.h"

#include "base/locale.h"
#include "tenant/account.h"
#include "tenant/channel.h"

#include <utime.h>

/* Columns as in the rows below. */
#define ASSET_COLUMNS "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText"
#define ENTITY_COLUMNS                                                                             \
    "|EntityType|EntityKey|EntityKeyValue|EntityChannel|EntityLocale|MediaGroup|MediaDisplayOrder"
#define COLUMNS ASSET_COLUMNS ENTITY_COLUMNS
#define ASSET(name, path, alt) "system_neutral|Image|" path "|" name "|" alt
#define NAMED(name) ASSET(name, "", "")
#define AT(type, key, value, order)                                                                \
    "|" type "|" key "|" value "|Omnichannel|system_neutral|Primary|" order
#define MASTER(product, order) AT("Product!Master", "EntityId", product, order)
#define TWO_PICTURES ASSET("a", "gray.pgm", "A") "\n" ASSET("b", "dark.pgm", "B") "\n"

static void
assert_result(VtTestShop *shop, guint row, const char *result, const char *code)
{
    if (strcmp(vt_test_result(shop, row, "Result"), result) != 0 ||
        strcmp(vt_test_result(shop, row, "ErrorCode"), code) != 0)
        fail_msg("row %u is %s %s, not %s %s: %s", row, vt_test_result(shop, row, "Result"),
            vt_test_result(shop, row, "ErrorCode"), result, code,
            vt_test_result(shop, row, "ResultDescription"));
}

static void
assert_all_succeed(VtTestShop *shop)
{
    for (guint row = 0; row + 1 < vt_tsv_n_rows(shop->result); row++)
        assert_result(shop, row, "Success", "");
}

static void
assert_text(char *owned, const char *expected)
{
    g_autofree char *text = owned;

    assert_string_equal(text, expected);
}

static char *
head_of(VtTestShop *shop, const char *product)
{
    return vt_test_set_text(shop, product, 0, VT_LOCALE_NEUTRAL, FALSE);
}

static char *
live_of(VtTestShop *shop, const char *product)
{
    return vt_test_set_text(shop, product, 0, VT_LOCALE_NEUTRAL, TRUE);
}

static void
pictures_come_in_and_are_assigned(gsize kind)
{
    g_auto(VtTestShop) shop = {0};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop,
        COLUMNS "\n" ASSET("a", "gray.pgm", "A") "\n" ASSET("b", "dark.pgm", "B")
            MASTER("MH01", "1") "\n" NAMED("a") MASTER("MH01", "2") "\n" NAMED("a")
                AT("Product!Variant", "EntityId", "MH01-B-S", "1") "\n" NAMED("b")
                    AT("Product!DimensionMatrix", "EntityId!DimensionMatrix", "MH01!color: blue ",
                        "1") "\n" ASSET("a", "gray.pgm", "A")
                        AT("Master", "ProductNumber", "MUG", "1") "\n");
    assert_all_succeed(&shop);
    assert_int_equal(shop.report.n_rows, 6);
    assert_int_equal(shop.report.counts[VT_IMPORT_RESULT_SUCCESS], 6);
    assert_int_equal(vt_test_count(&shop, "SELECT count(*) AS n FROM asset"), 2);
    assert_int_equal(vt_test_n_revisions(&shop), 4);
    assert_text(head_of(&shop, "MUG"), "{\"master\":{\"primary\":[1]}}");
    assert_text(live_of(&shop, "MUG"), "");
    assert_string_equal(vt_test_result(&shop, 2, "InternalMediaId"), "MA1");
}

static const struct {
    const char *cells, *result, *code;
} fault_row[] = {
    {ASSET("f", "missing.pgm", "F"), "Failed", "E_FILE_MISSING"},
    {ASSET("f", "../manifest.tsv", "F"), "Failed", "E_FILE_MISSING"},
    {ASSET("f", "/etc/passwd", "F"), "Failed", "E_FILE_MISSING"},
    {ASSET("f", "out/manifest.tsv", "F"), "Failed", "E_FILE_MISSING"},
    {ASSET("f", "folder", "F"), "Failed", "E_FILE_MISSING"},
    {ASSET("f", "text.png", "F"), "Failed", "E_TYPE"},
    {ASSET("f", "large.pgm", "F"), "Failed", "E_TOO_LARGE"},
    {ASSET("f", "gray.pgm", ""), "Failed", "E_MISSING_FIELD"},
    {ASSET("f", "", "F"), "Failed", "E_MISSING_FIELD"},
    {ASSET("f/f", "gray.pgm", "F"), "Failed", "E_BAD_VALUE"},
    {"en-us|Video|gray.pgm|f|F", "Failed", "E_MISSING_FIELD"},
    {"x|Image|gray.pgm|f|F", "Failed", "E_LOCALE"},
    {"fr-fr|Image|gray.pgm|a|", "Failed", "E_MISSING_FIELD"},
    {ASSET("alias", "gray.pgm", "F"), "Failed", "E_DUP_NAME"},
    {NAMED("nobody") MASTER("MUG", "1"), "Failed", "E_NOT_FOUND"},
    {NAMED("a") MASTER("nobody", "1"), "Failed", "E_ENTITY_NOT_FOUND"},
    {NAMED("a") MASTER("MH01-B-S", "1"), "Failed", "E_ENTITY_NOT_FOUND"},
    {NAMED("a") AT("Variant", "EntityId", "MH01", "1"), "Failed", "E_ENTITY_NOT_FOUND"},
    {NAMED("a") AT("DimensionMatrix", "EntityId", "MH01!Color:Violet", "1"), "Failed",
        "E_DIMENSION"},
    {NAMED("a") AT("DimensionMatrix", "EntityId", "MH01!Frame:Oak", "1"), "Failed", "E_DIMENSION"},
    {NAMED("a") AT("DimensionMatrix", "EntityId", "MH01!Color:Red!Color:Red", "1"), "Failed",
        "E_DIMENSION"},
    {NAMED("a") "|Product!Master|EntityId|MUG|OUN999|en-us|Primary|1", "Failed", "E_CHANNEL"},
    {NAMED("a") "|Product!Master|EntityId|MUG|OUN001|8|Primary|1", "Failed", "E_LOCALE"},
    {NAMED("a") "|Product!Master|EntityId|MUG|OUN001|en-us|Other|1", "Failed", "E_BAD_ENUM"},
    {NAMED("a") "|Category|CategoryID|nobody|OUN001|en-us|Primary|1", "Failed",
        "E_ENTITY_NOT_FOUND"},
    {NAMED("a") "|Category|CategoryID|MUG|OUN001|en-us|Primary|1", "Failed", "E_ENTITY_NOT_FOUND"},
    {NAMED("a") "|Category|ProductNumber|men|OUN001|en-us|Primary|1", "Failed", "E_BAD_ENUM"},
    {NAMED("a") AT("Category", "CategoryID", "men", "1"), "Failed", "E_CHANNEL"},
    {NAMED("a") "|Category|CategoryID|men|OUN001|en-us|Additional|1", "Failed", "E_CATEGORY_LIMIT"},
    {"system_neutral|File|text.png|v|V|Category|CategoryID|men|OUN001|en-us|Primary|1",
        "PartialSuccess", "E_TYPE"},
    {ASSET("g", "gray.pgm", "G") MASTER("nobody", "1"), "PartialSuccess", "E_ENTITY_NOT_FOUND"},
    {NAMED("a") MASTER("MUG", "1") "|surplus", "Failed", "E_BAD_VALUE"},
};

static void
a_fault_stays_in_its_row(gsize kind)
{
    g_autoptr(GString) text = g_string_new(COLUMNS "\n" TWO_PICTURES);
    g_auto(VtTestShop) shop = {0};
    g_autofree char *folder = NULL, *link = NULL, *large = NULL;
    guint last = G_N_ELEMENTS(fault_row) + 2;

    vt_test_shop_init(&shop, kind);
    folder = g_build_filename(shop.media, "folder", NULL);
    link = g_build_filename(shop.media, "out", NULL);
    large = g_build_filename(shop.media, "large.pgm", NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    assert_int_equal(symlink(shop.folder, link), 0);
    vt_test_draw(large, 400, 400, 1);
    vt_test_import_text(&shop, COLUMNS "\n" ASSET("alias", "gray.pgm", "A") "\n");
    vt_test_import_text(&shop, "InternalMediaId|" ASSET_COLUMNS "\nMA1|" NAMED("other") "\n");
    for (gsize i = 0; i < G_N_ELEMENTS(fault_row); i++)
        g_string_append_printf(text, "%s\n", fault_row[i].cells);
    g_string_append(text, NAMED("a") MASTER("MH01", "1") "\n");
    vt_test_import_text(&shop, text->str);
    for (guint i = 0; i < G_N_ELEMENTS(fault_row); i++) {
        assert_result(&shop, i + 2, fault_row[i].result, fault_row[i].code);
        assert_true(strlen(vt_test_result(&shop, i + 2, "ResultDescription")) > 5);
        assert_string_equal(vt_test_result(&shop, i + 2, "ResultTime"), "1970-01-01T00:00:04Z");
    }
    assert_result(&shop, 0, "Success", "");
    assert_result(&shop, 1, "Success", "");
    assert_result(&shop, last, "Success", "");
    assert_text(head_of(&shop, "MH01"), "{\"master\":{\"primary\":[2]}}");
    assert_text(head_of(&shop, "MUG"), "");
}

#define SHOP_MANIFEST                                                                              \
    COLUMNS "|MediaSearchTags|MediaSourceProvider|MediaSourceId\n" TWO_PICTURES                    \
            "fr-fr|Image||a|Une image||||||||red, blue,|vault|7\n" NAMED("b")                      \
                MASTER("MH01", "2") "\n" NAMED("a") MASTER("MH01", "2") "\n" NAMED("a")            \
                    MASTER("MUG", "9") "\n"

#define CATEGORY(id, channel, locale) "|Category|CategoryID|" id "|" channel "|" locale "|Primary|"

/* What a category shows in a context of OUN001: the body of the head or of what is live; "" when it
 * has none. */
static char *
category_text(VtTestShop *shop, const char *category, const char *locale, gboolean live)
{
    g_autoptr(GPtrArray) channels = vt_channel_list(shop->db, shop->tenant_id, NULL);
    VtSetKey key = {.channel_id = vt_channel_by_code(channels, "OUN001")->channel_id};
    g_auto(VtDocumentState) state = {0};
    g_autoptr(VtAssignment) set = NULL;
    gint64 document = 0, number;

    g_strlcpy(key.locale, locale, sizeof key.locale);
    assert_true(vt_category_find(shop->db, shop->tenant_id, category, &key.category_id, NULL));
    assert_true(vt_set_find(shop->db, &key, &document, NULL));
    if (document == 0)
        return g_strdup("");
    assert_true(vt_document_state(shop->db, document, VT_GROUP_LIVE, &state, NULL));
    number = live ? state.published : state.head;
    set = vt_set_load(shop->db, document, number, NULL);
    return number != 0 ? vt_assignment_format(set) : g_strdup("");
}

static void
a_category_takes_one_picture_in_each_context(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    gint64 before;
    const char *text =
        COLUMNS "\n" TWO_PICTURES NAMED("a") CATEGORY("tees", "OUN001", "en-us") "1\n" NAMED("b")
            CATEGORY("tees", "OUN001", "EN_us") "2\n" NAMED("a")
                CATEGORY("tees", "OUN001", "en-us") "\n" NAMED("b")
                    CATEGORY("tees", "OUN001", "de-de") "1\n" NAMED("b")
                        CATEGORY("men", "OUN001", "en-us") "1\n" NAMED("b") MASTER("MUG", "1") "\n";

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, text);
    assert_result(&shop, 2, "Success", "");
    assert_result(&shop, 3, "Failed", "E_CATEGORY_LIMIT");
    for (guint row = 4; row < 8; row++)
        assert_result(&shop, row, "Success", "");
    assert_text(category_text(&shop, "tees", "en-us", FALSE), "{\"master\":{\"primary\":[1]}}");
    assert_text(category_text(&shop, "tees", "de-de", FALSE), "{\"master\":{\"primary\":[2]}}");
    assert_text(category_text(&shop, "men", "en-us", FALSE), "{\"master\":{\"primary\":[2]}}");
    assert_text(category_text(&shop, "tees", "en-us", TRUE), "");
    assert_text(head_of(&shop, "MUG"), "{\"master\":{\"primary\":[2]}}");
    before = vt_test_n_revisions(&shop);
    vt_test_import_text(&shop, text);
    assert_result(&shop, 2, "Success", "");
    assert_result(&shop, 3, "Failed", "E_CATEGORY_LIMIT");
    assert_int_equal(vt_test_n_revisions(&shop), before);
}

static void
a_category_goes_live_with_its_picture(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    const char *text = COLUMNS "|EntityAssignmentAction\n" ASSET("a", "gray.pgm", "A")
        CATEGORY("tees", "OUN001", "en-us") "1|PublishNow\n";

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, text);
    assert_all_succeed(&shop);
    assert_int_equal(shop.report.n_published, 2);
    assert_text(category_text(&shop, "tees", "en-us", TRUE), "{\"master\":{\"primary\":[1]}}");
    vt_test_import_text(&shop, text);
    assert_all_succeed(&shop);
    assert_int_equal(shop.report.n_published, 0);
}

/* The head was given another picture than what is live: the row's goes live in its place. */
static void
a_category_shows_the_picture_of_its_head_after_a_swap(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autoptr(GPtrArray) channels = NULL;
    gint64 channel;

    vt_test_shop_init(&shop, kind);
    channels = vt_channel_list(shop.db, shop.tenant_id, NULL);
    channel = vt_channel_by_code(channels, "OUN001")->channel_id;
    vt_test_import_text(&shop, COLUMNS "|EntityAssignmentAction\n" TWO_PICTURES NAMED("a")
                                   CATEGORY("tees", "OUN001", "en-us") "1|PublishNow\n");
    assert_all_succeed(&shop);
    vt_test_assign_category(shop.db, shop.tenant_id, "tees", channel, "en-us", 2);
    vt_test_import_text(&shop, COLUMNS "|EntityAssignmentAction\n" NAMED("b")
                                   CATEGORY("tees", "OUN001", "en-us") "1|PublishNow\n");
    assert_all_succeed(&shop);
    assert_text(category_text(&shop, "tees", "en-us", TRUE), "{\"master\":{\"primary\":[2]}}");
}

static void
the_same_manifest_again_makes_no_revision(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    gint64 before;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, SHOP_MANIFEST);
    assert_all_succeed(&shop);
    before = vt_test_n_revisions(&shop);
    vt_test_import_text(&shop, SHOP_MANIFEST);
    assert_all_succeed(&shop);
    assert_int_equal(vt_test_n_revisions(&shop), before);
    assert_text(head_of(&shop, "MH01"), "{\"master\":{\"primary\":[2,1]}}");
    assert_text(vt_test_asset_text(&shop, "a", "fr-fr"),
        "{\"alt\":\"Une image\",\"tags\":[\"red\",\"blue\"]}");
}

static void
a_result_is_mended_and_run_again(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *result = NULL, *late = NULL, *text = NULL;
    gsize length;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop,
        COLUMNS "|Mine\n" ASSET("a", "gray.pgm", "A")
            MASTER("MUG", "1") "|x\n" ASSET("late", "late.pgm", "L") MASTER("MUG", "2") "|y\n");
    assert_result(&shop, 0, "Success", "");
    assert_result(&shop, 1, "Failed", "E_FILE_MISSING");
    assert_string_equal(vt_test_result(&shop, 1, "Mine"), "y");
    assert_string_equal(vt_test_result(&shop, 1, "InternalMediaId"), "");
    result = g_build_filename(shop.folder, "result.tsv", NULL);
    late = g_build_filename(shop.media, "late.pgm", NULL);
    vt_test_draw(late, 5, 5, 9);
    assert_true(g_file_get_contents(result, &text, &length, NULL));
    assert_true(vt_test_import_bytes(&shop, text, length, NULL));
    assert_all_succeed(&shop);
    assert_string_equal(vt_test_result(&shop, 0, "ResultTime"), "1970-01-01T00:00:02Z");
    assert_string_equal(vt_test_result(&shop, 1, "ResultTime"), "1970-01-01T00:00:03Z");
    assert_string_equal(vt_test_result(&shop, 0, "InternalMediaId"), "MA1");
    assert_text(head_of(&shop, "MUG"), "{\"master\":{\"primary\":[1,2]}}");
}

static void
spreadsheets_unicode_text_is_read_and_bad_headers_refuse_the_file(gsize kind)
{
    static const char text[] =
        "MediaLocale\tMediaType\tMediaImportPath\tMediaDisplayName\tImageAltText\r\n"
        "system_neutral\tImage\tgray.pgm\tgut\tsch\303\266n\r\n";
    static const char *const bad[] = {
        "", "no\theader\there\n1\t2\t3\n", "MediaLocale\tMediaLocale\nen-us\ten-us\n"};
    g_auto(VtTestShop) shop = {0};
    g_autofree char *wide = NULL;
    g_autoptr(GString) marked = g_string_new("\xff\xfe");
    gsize length = 0;

    vt_test_shop_init(&shop, kind);
    wide = g_convert(text, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);
    g_string_append_len(marked, wide, (gssize)length);
    assert_true(vt_test_import_bytes(&shop, marked->str, marked->len, NULL));
    assert_all_succeed(&shop);
    assert_string_equal(vt_test_result(&shop, 0, "ImageAltText"), "sch\303\266n");
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_test_import_bytes(&shop, bad[i], strlen(bad[i]), &error));
        assert_int_equal(vt_error_code(error), VT_ERROR_MANIFEST_HEADER);
    }
}

/* What each MediaSourceIfExistsAction makes of an asset that is there. */
static void
an_existing_asset_is_used_changed_or_kept_beside(gsize kind)
{
    static const struct {
        const char *action;
        glong file_time_s;
        const char *alt;  /* of `a` afterwards */
        const char *copy; /* name of a new asset, or NULL */
    } row[] = {
        {"Overwrite", 1, "new", NULL},
        {"UseExisting", 1000, "old", NULL},
        {"TakeLatest", 1, "old", NULL},
        {"TakeLatest", 1000, "new", NULL},
        {"KeepBoth", 1, "old", "a-1"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(VtTestShop) shop = {0};
        struct utimbuf times = {row[i].file_time_s, row[i].file_time_s};
        g_autofree char *dark = NULL, *body = NULL, *text = NULL;
        VtAsset asset = {0};
        gboolean found = FALSE;

        vt_test_shop_init(&shop, kind);
        dark = g_build_filename(shop.media, "dark.pgm", NULL);
        assert_int_equal(utime(dark, &times), 0);
        vt_test_import_text(&shop, ASSET_COLUMNS "\n" ASSET("a", "gray.pgm", "old") "\n");
        text = g_strdup_printf(COLUMNS "|MediaSourceIfExistsAction\n" ASSET("a", "dark.pgm", "new")
                                   MASTER("MUG", "1") "|%s\n" ASSET("a", "dark.pgm", "new")
                                       MASTER("MH01", "1") "|%s\n",
            row[i].action, row[i].action);
        vt_test_import_text(&shop, text);
        assert_all_succeed(&shop);
        body = vt_test_asset_text(&shop, "a", VT_LOCALE_NEUTRAL);
        assert_non_null(strstr(body, row[i].alt));
        assert_true(vt_asset_by_name(shop.db, shop.tenant_id, "a-1", &asset, &found, NULL));
        assert_int_equal(found, row[i].copy != NULL);
        assert_int_equal(vt_test_count(&shop, "SELECT count(*) AS n FROM asset"), 1 + found);
        assert_text(head_of(&shop, "MH01"),
            found ? "{\"master\":{\"primary\":[2]}}" : "{\"master\":{\"primary\":[1]}}");
    }
}

static void
assets_are_matched_by_source_then_id_then_name(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *body = NULL;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, ASSET_COLUMNS "|MediaSourceProvider|MediaSourceId\n" ASSET("a",
                                   "gray.pgm", "A") "|vault|1\n" ASSET("b", "dark.pgm", "B") "\n");
    vt_test_import_text(&shop,
        ASSET_COLUMNS "|MediaSourceProvider|MediaSourceId|InternalMediaId\n" ASSET(
            "", "", "by source") "|vault|1|MA2\n" ASSET("", "", "by id") "|||MA2\n" ASSET("b", "",
            "by name") "|vault|2|\n" ASSET("b", "", "x") "|||MA9\n" ASSET("c", "", "x") "|||MA1\n");
    assert_string_equal(vt_test_result(&shop, 0, "InternalMediaId"), "MA1");
    assert_string_equal(vt_test_result(&shop, 1, "InternalMediaId"), "MA2");
    assert_string_equal(vt_test_result(&shop, 2, "InternalMediaId"), "MA2");
    assert_result(&shop, 2, "Success", "");
    assert_result(&shop, 3, "Failed", "E_NOT_FOUND");
    assert_string_equal(vt_test_result(&shop, 4, "InternalMediaId"), "MA1");
    vt_test_import_text(&shop, ASSET_COLUMNS "\n" ASSET("c", "", "(clear)") "\n");
    assert_all_succeed(&shop);
    body = vt_test_asset_text(&shop, "c", VT_LOCALE_NEUTRAL);
    assert_null(strstr(body, "\"alt\""));
}

/* Checked out or at another version, left or overwritten: of an asset and of a set. */
static void
what_somebody_edits_is_skipped_or_taken_over(gsize kind)
{
    static const struct {
        gboolean checked_out;
        const char *action, *result, *code;
    } row[] = {
        {TRUE, "UseExisting", "Skipped", "E_CHECKED_OUT"},
        {TRUE, "Overwrite", "Success", ""},
        {FALSE, "UseExisting", "Skipped", "E_VERSION"},
        {FALSE, "Overwrite", "Success", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(VtTestShop) shop = {0};
        g_autofree char *asset = NULL, *set = NULL;
        const char *version = row[i].checked_out ? "" : "7";
        const char *out = row[i].checked_out ? row[i].action : "";
        const char *mismatch = row[i].checked_out ? "" : row[i].action;
        gint64 document = 0, ada = 0;

        vt_test_shop_init(&shop, kind);
        vt_test_import_text(&shop, COLUMNS "\n" ASSET("a", "gray.pgm", "A")
                                       MASTER("MUG", "1") "\n" ASSET("b", "dark.pgm", "B") "\n");
        if (row[i].checked_out) {
            assert_true(vt_account_create(shop.db, "ada", "correct horse", 1, &ada, NULL));
            document = vt_test_asset_document(&shop, "a", VT_LOCALE_NEUTRAL);
            vt_test_check_out(&shop, document, ada, "{\"alt\":\"draft\"}");
            vt_test_check_out(&shop, vt_test_count(&shop, "SELECT document_id AS n FROM media_set"),
                ada, "{\"master\":{\"primary\":[2]}}");
        }
        asset = g_strdup_printf(ASSET_COLUMNS
            "|MediaVersion|MediaCheckedOutAction|MediaVersionMismatchAction\n" ASSET(
                "a", "", "new") "|%s|%s|%s\n",
            version, out, mismatch);
        vt_test_import_text(&shop, asset);
        assert_result(&shop, 0, row[i].result, row[i].code);
        if (strcmp(row[i].code, "E_CHECKED_OUT") == 0)
            assert_non_null(strstr(vt_test_result(&shop, 0, "ResultDescription"), "ada"));
        set = g_strdup_printf(COLUMNS
            "|EntityVersion|EntityCheckedOutAction|EntityVersionMismatchAction\n" NAMED("b")
                MASTER("MUG", "1") "|%s|%s|%s\n",
            version, out, mismatch);
        vt_test_import_text(&shop, set);
        assert_result(&shop, 0, row[i].result, row[i].code);
        assert_text(head_of(&shop, "MUG"), *row[i].code != '\0'
                                               ? "{\"master\":{\"primary\":[1]}}"
                                               : "{\"master\":{\"primary\":[1,2]}}");
        if (row[i].checked_out)
            assert_int_equal(vt_test_count(&shop,
                                 "SELECT count(*) AS n FROM revision WHERE comment IS NOT NULL"),
                *row[i].code != '\0' ? 0 : 2);
    }
}

static void
what_is_marked_goes_live_in_one_publish(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    gint64 before;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop,
        COLUMNS "|EntityAssignmentAction|MediaAction\n" TWO_PICTURES NAMED("a")
            MASTER("MUG", "1") "|PublishNow|\n" ASSET("c", "gray.pgm", "C")
                MASTER("MH01", "1") "|Draft|PublishNow\n");
    assert_all_succeed(&shop);
    assert_int_equal(shop.report.n_published, 3);
    assert_true(shop.report.seq > 0);
    assert_text(live_of(&shop, "MUG"), "{\"master\":{\"primary\":[1]}}");
    assert_text(live_of(&shop, "MH01"), "");
    before = vt_test_n_revisions(&shop);
    vt_test_import_text(
        &shop, COLUMNS "|EntityAssignmentAction\n" NAMED("a") MASTER("MUG", "1") "|PublishNow\n");
    assert_all_succeed(&shop);
    assert_int_equal(shop.report.seq, 0);
    assert_int_equal(vt_test_n_revisions(&shop), before);
}

static void
a_row_goes_live_without_the_drafts_beside_it(gsize kind)
{
    static const char again[] =
        COLUMNS "|EntityAssignmentAction\n" NAMED("c") MASTER("MUG", "3") "|PublishNow\n";
    g_auto(VtTestShop) shop = {0};
    gint64 before;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop,
        COLUMNS "|EntityAssignmentAction\n" TWO_PICTURES ASSET("c", "gray.pgm", "C") "\n" NAMED("a")
            MASTER("MUG", "1") "|PublishNow\n");
    vt_test_import_text(
        &shop, COLUMNS "|EntityAssignmentAction\n" NAMED("b") MASTER("MUG", "2") "|Draft\n");
    vt_test_import_text(&shop, again);
    assert_all_succeed(&shop);
    assert_text(head_of(&shop, "MUG"), "{\"master\":{\"primary\":[1,2,3]}}");
    assert_text(live_of(&shop, "MUG"), "{\"master\":{\"primary\":[1,3]}}");
    before = vt_test_n_revisions(&shop);
    vt_test_import_text(&shop, again);
    assert_all_succeed(&shop);
    assert_int_equal(vt_test_n_revisions(&shop), before);
    assert_text(live_of(&shop, "MUG"), "{\"master\":{\"primary\":[1,3]}}");
}

static void
swatches_and_additional_media_are_set(gsize kind)
{
#define SWATCH(value)                                                                              \
    AT("Product!Master!Swatch", "EntityId!SwatchType!SwatchId", "MH01!Color!" value, "")
    g_auto(VtTestShop) shop = {0};
    g_autofree char *text = NULL;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, COLUMNS
        "|SwatchValue|SwatchCrop|MediaPurpose\n"
        "||||" SWATCH("Blue") "|#1F3A93||\n" ASSET("plaid", "gray.pgm", "P") SWATCH(
            "Red") "|plaid|0.1,0.1,0.5,0.5|\n"
                   "||||" SWATCH("Blue") "|nobody||\n" NAMED(
                       "plaid") "|Product!Master|EntityId|MH01|OUN001|en-us|Additional|1|||"
                                "manual\n" NAMED("plaid") "|Product!Master|EntityId|MH01|OUN001|en-"
                                                          "us|Additional|1|||care\n");
    assert_result(&shop, 0, "Success", "");
    assert_result(&shop, 1, "SuccessWithWarnings", "W_NO_CENTRAL_SWATCH");
    assert_result(&shop, 2, "Failed", "E_NOT_FOUND");
    text = head_of(&shop, "MH01");
    assert_non_null(strstr(text, "\"hex\":\"#1f3a93\""));
    assert_non_null(strstr(text, "\"asset\":1,\"crop\":[0.1"));
    assert_text(vt_test_set_text(&shop, "MH01", 1, "en-us", FALSE),
        "{\"master\":{\"primary\":[],\"additional\":[[\"manual\",1],[\"care\",1]]}}");
}

/* Writing fails in the middle of a transaction, for an asset and for a set. */
static void
what_the_database_refuses_fails_alone(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *expected = NULL;

    vt_test_shop_init(&shop, kind);
    vt_test_count(
        &shop, "CREATE UNIQUE INDEX one_of_size ON asset(category) WHERE category = 'Size'");
    vt_test_count(
        &shop, "CREATE UNIQUE INDEX one_french ON media_set(locale) WHERE locale = 'fr-fr'");
    vt_test_import_text(&shop,
        COLUMNS "|MediaCategory|MediaSourceIfExistsAction\n" ASSET(
            "a", "gray.pgm", "A") "||||||||Size|KeepBoth\n" ASSET("b", "gray.pgm",
            "B") "||||||||Size|\n" ASSET("a", "gray.pgm", "A") MASTER("MH01",
            "1") "||KeepBoth\n" NAMED("a") "|Product!Master|EntityId|MUG|OUN001|fr-fr|Primary|1||"
                                           "\n" NAMED("a") "|Product!Master|EntityId|MH01|OUN001|"
                                                           "fr-fr|Primary|1||\n" NAMED("b")
                                                               MASTER("MUG", "1") "||\n" NAMED("a")
                                                                   MASTER("MUG", "1") "||\n");
    assert_result(&shop, 0, "Success", "");
    assert_result(&shop, 1, "Failed", "E_DUP_NAME");
    assert_result(&shop, 2, "Success", "");
    assert_result(&shop, 3, "SuccessWithWarnings", "W_SEVERED");
    assert_result(&shop, 4, "Failed", "E_INTERNAL");
    assert_result(&shop, 5, "Failed", "E_NOT_FOUND");
    assert_result(&shop, 6, "Success", "");
    assert_int_equal(vt_test_count(&shop, "SELECT count(*) AS n FROM asset"), 1);
    expected = head_of(&shop, "MH01");
    assert_non_null(strstr(expected, "primary"));
    assert_text(head_of(&shop, "MUG"), expected);
}

/* Rows of sets; pictures a and b, and a set `known` of both, are there. */
static const struct {
    const char *type, *name, *members, *result, *code;
} set_row[] = {
    {"SpinSet", "known", "a,b|1", "Success", ""},
    {"SpinSet", "known", "b,a,b,a|2", "Success", ""},
    {"SpinSet", "known", "(clear)|(clear)", "Success", ""},
    {"ImageSet", "s1", "a,b", "Success", ""},
    {"ImageSet", "s2", "a,hat", "Failed", "E_NOT_FOUND"},
    {"ImageSet", "s3", "a,known", "Failed", "E_BAD_VALUE"},
    {"ImageSet", "s4", "a:#f00", "Failed", "E_BAD_VALUE"},
    {"ImageSet", "s5", "a\\", "Failed", "E_BAD_VALUE"},
    {"ImageSet", "s6", "", "Failed", "E_MISSING_FIELD"},
    {"ImageSet", "s7", "(clear)", "Failed", "E_MISSING_FIELD"},
    {"ImageSet", "s8", "a,b|2", "Failed", "E_BAD_VALUE"},
    {"SpinSet", "s9", "a,b|0", "Failed", "E_BAD_VALUE"},
    {"SpinSet", "s10", "a,b|1001", "Failed", "E_BAD_VALUE"},
    {"ImageSet", "known", "a", "Failed", "E_TYPE"},
    {"Image", "a", "b", "Failed", "E_BAD_VALUE"},
    {"Carousel", "s11", "a", "Failed", "E_BAD_ENUM"},
};

static void
a_row_says_what_a_set_holds(gsize kind)
{
    g_autoptr(GString) text = g_string_new(ASSET_COLUMNS
        "|MediaTitle|SetMembers|SetRows\n" TWO_PICTURES "system_neutral|SpinSet||known|||a,b|2\n");
    g_auto(VtTestShop) shop = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(set_row); i++)
        g_string_append_printf(text, "system_neutral|%s||%s|||%s\n", set_row[i].type,
            set_row[i].name, set_row[i].members);
    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, text->str);
    assert_result(&shop, 2, "Success", "");
    for (guint i = 0; i < G_N_ELEMENTS(set_row); i++)
        assert_result(&shop, 3 + i, set_row[i].result, set_row[i].code);
}

/* A set brought twice is made once; a file for one is refused. */
static void
a_set_of_a_manifest_is_an_asset_like_others(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *body = NULL;
    gint64 before;

    vt_test_shop_init(&shop, kind);
    for (int i = 0; i < 2; i++) {
        before = i == 0 ? 0 : vt_test_n_revisions(&shop);
        vt_test_import_text(&shop, ASSET_COLUMNS "|MediaAction|SetMembers\n" TWO_PICTURES
                                                 "system_neutral|ImageSet||s||PublishNow|b,a\n"
                                                 "system_neutral|ImageSet|gray.pgm|t|||a\n");
        assert_result(&shop, 2, "Success", "");
        assert_result(&shop, 3, "Failed", "E_BAD_VALUE");
    }
    assert_int_equal(vt_test_n_revisions(&shop), before);
    body = vt_test_asset_text(&shop, "s", VT_LOCALE_NEUTRAL);
    assert_string_equal(body, "{\"members\":[{\"asset\":2},{\"asset\":1}]}");
    assert_int_equal(
        vt_test_count(&shop, "SELECT count(*) AS n FROM publication WHERE to_seq IS NULL"), 3);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(pictures_come_in_and_are_assigned),
        VT_TEST_EACH_DATABASE(a_fault_stays_in_its_row),
        VT_TEST_EACH_DATABASE(a_category_takes_one_picture_in_each_context),
        VT_TEST_EACH_DATABASE(a_category_goes_live_with_its_picture),
        VT_TEST_EACH_DATABASE(a_category_shows_the_picture_of_its_head_after_a_swap),
        VT_TEST_EACH_DATABASE(the_same_manifest_again_makes_no_revision),
        VT_TEST_EACH_DATABASE(a_result_is_mended_and_run_again),
        VT_TEST_EACH_DATABASE(spreadsheets_unicode_text_is_read_and_bad_headers_refuse_the_file),
        VT_TEST_EACH_DATABASE(an_existing_asset_is_used_changed_or_kept_beside),
        VT_TEST_EACH_DATABASE(assets_are_matched_by_source_then_id_then_name),
        VT_TEST_EACH_DATABASE(what_somebody_edits_is_skipped_or_taken_over),
        VT_TEST_EACH_DATABASE(what_is_marked_goes_live_in_one_publish),
        VT_TEST_EACH_DATABASE(a_row_goes_live_without_the_drafts_beside_it),
        VT_TEST_EACH_DATABASE(swatches_and_additional_media_are_set),
        VT_TEST_EACH_DATABASE(what_the_database_refuses_fails_alone),
        VT_TEST_EACH_DATABASE(a_row_says_what_a_set_holds),
        VT_TEST_EACH_DATABASE(a_set_of_a_manifest_is_an_asset_like_others),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("manifest/import", tests);
}
