/* What is exported is imported again: where it came from it changes nothing, elsewhere it makes the
 * same shop. */
#include "manifest/testing.h"

#include "base/locale.h"
#include "manifest/export.h"
#include "manifest/originals.h"

/* Manifest with every kind of row: assets in two locales, sets of them, one inside another, master,
 * cell, variant, additional media, swatches of both types, a category and a catalogue. */
static const char shop_manifest[] =
    "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText|MediaSearchTags|"
    "MediaCategory|MediaSourceProvider|MediaSourceId|EntityType|EntityKey|EntityKeyValue|"
    "EntityChannel|EntityLocale|CatalogNumber|MediaGroup|MediaPurpose|MediaDisplayOrder|S"
    "watchValue|SwatchCrop|EntityAssignmentAction|MediaAction|SetMembers|SetRows\n"
    "system_neutral|Image|gray.pgm|a|\"A, \"\"quoted\"\"\"|red,blue|Products|vault|7\n"
    "fr-fr|Image|dark.pgm|a|Une|||vault|7|||||||||||||PublishNow\n"
    "system_neutral|Image|dark.pgm|b|B\n"
    "system_neutral|SwatchSet||colors|||||||||||||||||||a:b:A\\, the first,b:#ff0000\n"
    "system_neutral|MixedMediaSet||mix|Two||||||||||||||||||colors,a\n"
    "de-de|MixedMediaSet||mix|Zwei||||||||||||||||||b\n"
    "system_neutral|SpinSet||turn||||||||||||||||||PublishNow|a,b|2\n"
    "system_neutral|MixedMediaSet||mix||||||Product!Master|EntityId|MUG|OUN001|en-us|5|Additional|"
    "sets||||Draft\n"
    "system_neutral|Image||a||||||Product!Master|EntityId|MH01|Omnichannel|system_neutral"
    "||Primary||2|||PublishNow\n"
    "system_neutral|Image||b||||||Product!Master|EntityId|MH01|Omnichannel|system_neutral"
    "||Primary||1|||Draft\n"
    "system_neutral|Image||b||||||Product!DimensionMatrix|EntityId!DimensionMatrix|MH01!S"
    "ize:S!Color:Blue|Omnichannel|system_neutral||Primary|||||PublishNow\n"
    "system_neutral|Image||a||||||Product!Variant|EntityId|MH01-B-L|OUN001|de-de||Additio"
    "nal|manual||||PublishNow\n"
    "|||||||||Product!Master!Swatch|EntityId!SwatchType!SwatchId|MH01!Color!Blue|Omnichan"
    "nel|system_neutral|||||#1f3a93||PublishNow\n"
    "system_neutral|Image||b||||||Product!Master!Swatch|EntityId!SwatchType!SwatchId|MH01"
    "!Color!Red|Omnichannel|system_neutral|||||b|0.1,0.2,0.3,0.4|PublishNow\n"
    "system_neutral|Image||a||||||Category|CategoryID|tees|OUN001|en-us||Primary|||||Publ"
    "ishNow\n"
    "system_neutral|Image||b||||||Product!Master|EntityId|MUG|OUN001|en-us|5|Primary|||||"
    "Draft\n";

typedef struct {
    VtTestShop *shop;
    char *folder; /* owned: where originals go, or NULL */
    GString *text;
    guint n_pieces;
} Out;

static void
out_clear(Out *self)
{
    g_string_free(self->text, TRUE);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Out, out_clear)

static gboolean
take_text(gpointer data, const char *text, gsize length, GError **error)
{
    Out *self = data;

    self->n_pieces++;
    g_string_append_len(self->text, text, (gssize)length);
    return TRUE;
}

/* Puts what the manifest names into the folder. */
static void
bring_originals(const Out *out)
{
    g_autofree char *manifest = g_build_filename(out->folder, "manifest.tsv", NULL);
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GError) error = NULL;

    assert_true(g_file_set_contents(manifest, out->text->str, (gssize)out->text->len, NULL));
    list = vt_manifest_originals(manifest, &error);
    assert_ok(list != NULL, error);
    assert_int_equal(list->len, 2);
    for (guint i = 0; i < list->len; i++) {
        const VtManifestOriginal *one = g_ptr_array_index(list, i);
        g_autofree char *to = g_build_filename(out->folder, one->path, NULL);
        int fd = vt_blob_open_original(out->shop->store, one->hash, &error);
        g_autoptr(GMappedFile) bytes = g_mapped_file_new_from_fd(fd, FALSE, NULL);

        assert_true(fd >= 0);
        close(fd);
        assert_true(g_file_set_contents(
            to, g_mapped_file_get_contents(bytes), (gssize)g_mapped_file_get_length(bytes), NULL));
    }
}

static guint64
export_all(Out *out, VtTestShop *shop, const VtExportOptions *wanted)
{
    VtExportOptions options = *wanted;
    const VtExportSink sink = {take_text, NULL, out};
    g_autoptr(GError) error = NULL;
    guint64 n = 0;

    out->shop = shop;
    out->text = g_string_new("");
    options.db = shop->db;
    options.tenant_id = shop->tenant_id;
    options.tenant = "acme";
    assert_ok(vt_manifest_export(&options, &sink, &n, &error), error);
    return n;
}

static const VtExportOptions everything = {
    .assets = TRUE, .assignments = TRUE, .all_locales = TRUE};

static void
assert_all_done(VtTestShop *shop)
{
    for (guint row = 0; row + 1 < vt_tsv_n_rows(shop->result); row++)
        if (!g_str_has_prefix(vt_test_result(shop, row, "Result"), "Success"))
            fail_msg("row %u: %s", row, vt_test_result(shop, row, "ResultDescription"));
}

static void
an_export_imported_where_it_came_from_changes_nothing(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_auto(Out) out = {0};
    gint64 before;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, shop_manifest);
    assert_all_done(&shop);
    before = vt_test_n_revisions(&shop);
    assert_int_equal(export_all(&out, &shop, &everything), 16);
    assert_true(g_str_has_prefix(out.text->str, "\xef\xbb\xbfInternalMediaId\tMediaChannel\t"));
    assert_true(vt_test_import_bytes(&shop, out.text->str, out.text->len, NULL));
    assert_all_done(&shop);
    assert_int_equal(vt_test_n_revisions(&shop), before);
    assert_int_equal(shop.report.seq, 0);
}

/* Without times, which are of each installation. */
static char *
comparable(const Out *out)
{
    g_autoptr(VtTsv) table = vt_tsv_parse(out->text->str, out->text->len, &vt_test_limits, NULL);
    GString *text = g_string_new("");

    for (guint row = 0; row < vt_tsv_n_rows(table); row++)
        for (guint i = 0; i < vt_tsv_n_cells(table, row); i++)
            if (!g_str_has_suffix(vt_tsv_cell(table, 0, i), "On"))
                g_string_append_printf(text, "%s\t", vt_tsv_cell(table, row, i));
    return g_string_free(text, FALSE);
}

static void
a_portable_export_makes_the_same_shop_elsewhere(gsize kind)
{
    g_auto(VtTestShop) here = {0}, there = {0};
    g_auto(Out) out = {0}, again = {0};
    g_autofree char *one = NULL, *other = NULL, *head = NULL, *live = NULL;
    VtExportOptions portable = everything;

    portable.portable = TRUE;
    vt_test_shop_init(&here, kind);
    vt_test_shop_init(&there, kind);
    vt_test_import_text(&here, shop_manifest);
    out.folder = g_strdup(there.media);
    export_all(&out, &here, &portable);
    bring_originals(&out);
    assert_true(vt_test_import_bytes(&there, out.text->str, out.text->len, NULL));
    assert_all_done(&there);
    export_all(&again, &there, &portable);
    one = comparable(&out);
    other = comparable(&again);
    assert_string_equal(one, other);
    head = vt_test_set_text(&there, "MH01", 0, VT_LOCALE_NEUTRAL, FALSE);
    live = vt_test_set_text(&there, "MH01", 0, VT_LOCALE_NEUTRAL, TRUE);
    assert_non_null(strstr(head, "{\"master\":{\"primary\":[2,1]}"));
    assert_non_null(strstr(live, "{\"master\":{\"primary\":[1]}"));
}

static void
rows_are_chosen_by_products_and_locales(gsize kind)
{
    static const char *const mug[] = {"MUG", NULL}, *const nobody[] = {"nobody", NULL};
    const struct {
        VtExportOptions options;
        guint64 n_rows;
    } row[] = {
        {{.assets = TRUE}, 5},
        {{.assets = TRUE, .all_locales = TRUE}, 7},
        {{.assignments = TRUE}, 5},
        {{.assignments = TRUE, .all_locales = TRUE}, 9},
        {{.assignments = TRUE, .products = mug}, 0},
        {{.assignments = TRUE, .all_locales = TRUE, .products = mug}, 2},
        {{.assets = TRUE, .assignments = TRUE, .all_locales = TRUE, .products = mug}, 8},
    };
    const VtExportSink sink = {take_text, NULL, NULL};
    g_auto(VtTestShop) shop = {0};
    g_autoptr(GError) error = NULL;
    VtExportOptions unknown = {.assignments = TRUE, .products = nobody};
    guint64 n;

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, shop_manifest);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(Out) out = {0};

        n = export_all(&out, &shop, &row[i].options);
        if (n != row[i].n_rows)
            fail_msg("row %d: %d rows, not %d", (int)i, (int)n, (int)row[i].n_rows);
    }
    unknown.db = shop.db;
    unknown.tenant_id = shop.tenant_id;
    assert_false(vt_manifest_export(&unknown, &sink, &n, &error));
    assert_true(vt_error_is(error, VT_ERROR_ENTITY_NOT_FOUND));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(an_export_imported_where_it_came_from_changes_nothing),
        VT_TEST_EACH_DATABASE(a_portable_export_makes_the_same_shop_elsewhere),
        VT_TEST_EACH_DATABASE(rows_are_chosen_by_products_and_locales),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("manifest/export", tests);
}
