#include "tests/unit/support.h"

#include "base/error.h"
#include "manifest/row.h"

#include <string.h>

static const VtTsvLimits limits = {
    .max_bytes = 10000, .max_cell_bytes = 1000, .max_rows = 10, .max_columns = 100};

/* `Column=cell;Column=cell`: a header and one row. */
static VtTsv *
table_of(const char *assignments)
{
    g_auto(GStrv) part = g_strsplit(assignments, ";", -1);
    g_autoptr(GString) head = g_string_new(NULL), body = g_string_new(NULL);

    for (int i = 0; part[i] != NULL; i++) {
        char *equals = strchr(part[i], '=');

        *equals = '\0';
        vt_tsv_add(head, part[i], i == 0);
        vt_tsv_add(body, equals + 1, i == 0);
    }
    vt_tsv_end_row(head);
    vt_tsv_end_row(body);
    g_string_append(head, body->str);
    return vt_tsv_parse(head->str, head->len, &limits, NULL);
}

/* Reads the one row; the code of the refusal, or -1. */
static int
read_row(const char *assignments, VtTsv **ret_table, VtManifestRow *row)
{
    g_autoptr(GError) error = NULL;
    VtManifestHeader header;

    *ret_table = table_of(assignments);
    assert_non_null(*ret_table);
    assert_ok(vt_manifest_header_read(*ret_table, &header, &error), error);
    return vt_manifest_row_read(row, *ret_table, &header, 1, &error) ? -1
                                                                     : (int)vt_error_code(error);
}

#define MEDIA "MediaLocale=en-us;MediaType=Image;MediaDisplayName=a"
#define MASTER                                                                                     \
    ";EntityType=Product|Master;EntityKey=EntityId;EntityKeyValue=p;EntityLocale=system_neutral"
#define SWATCH                                                                                     \
    "EntityType=Product|Master|Swatch;EntityKey=EntityId|SwatchType|SwatchId;"                     \
    "EntityKeyValue=p|Color|Blue;EntityLocale=en-us"

static const struct {
    const char *cells;
    int code; /* -1: read */
} code_row[] = {
    {MEDIA, -1},
    {MEDIA ";MediaVersion=3;MediaAction=publishnow;MediaCategory=Color", -1},
    {"MediaLocale=en-us;MediaType=Image;MediaDisplayName=", VT_ERROR_MISSING_FIELD},
    {"MediaLocale=;MediaType=Image;MediaDisplayName=a", VT_ERROR_MISSING_FIELD},
    {"MediaLocale=en-us;MediaType=;MediaDisplayName=a", VT_ERROR_MISSING_FIELD},
    {"MediaLocale=no locale;MediaType=Image;MediaDisplayName=a", VT_ERROR_LOCALE},
    {"MediaLocale=en-us;MediaType=Hologram;MediaDisplayName=a", VT_ERROR_BAD_ENUM},
    {"MediaLocale=en-us;MediaType=Video;MediaDisplayName=a;VideoMinimumAge=12", -1},
    {"MediaLocale=en-us;MediaType=Video;MediaDisplayName=a;VideoMinimumAge=(clear)", -1},
    {"MediaLocale=en-us;MediaType=Video;MediaDisplayName=a;VideoMinimumAge=151",
        VT_ERROR_BAD_VALUE},
    {"MediaLocale=en-us;MediaType=File;MediaDisplayName=a;DocumentForceDownload=TRUE", -1},
    {"MediaLocale=en-us;MediaType=File;MediaDisplayName=a;DocumentForceDownload=perhaps",
        VT_ERROR_BAD_ENUM},
    {"MediaLocale=en-us;MediaType=Image;MediaDisplayName=a/b", VT_ERROR_BAD_VALUE},
    {MEDIA ";InternalMediaId=x1", VT_ERROR_NOT_FOUND},
    {MEDIA ";MediaAction=Vanish", VT_ERROR_BAD_ENUM},
    {MEDIA ";MediaAction=unpublish", -1},
    {"MediaLocale=en-us;MediaDisplayName=a;MediaAction=UnpublishAndDelete", -1},
    {"MediaDisplayName=a;MediaAction=UnpublishAndDelete", VT_ERROR_MISSING_FIELD},
    {MEDIA ";MediaCategory=Hats", VT_ERROR_BAD_ENUM},
    {MEDIA ";MediaSourceIfExistsAction=Maybe", VT_ERROR_BAD_ENUM},
    {MEDIA ";MediaCheckedOutAction=KeepBoth", VT_ERROR_BAD_ENUM},
    {MEDIA ";MediaVersion=x", VT_ERROR_BAD_VALUE},
    {MEDIA ";MediaVersion=0", VT_ERROR_BAD_VALUE},
    {MEDIA ";MediaImportPath=https://shop.example/a.jpg", -1},
    {MEDIA ";MediaImportPath=(clear)", VT_ERROR_BAD_VALUE},
    {MEDIA ";MediaReferenceUrl=https://shop.example/a.jpg", -1},
    {MEDIA ";MediaReferenceUrl=a.jpg", VT_ERROR_BAD_VALUE},
    {MEDIA ";EntityKeyValue=p", VT_ERROR_MISSING_FIELD},
    {MEDIA ";EntityType=Category;EntityKey=CategoryID;EntityKeyValue=p;EntityLocale=en-us", -1},
    {MEDIA ";EntityType=category;EntityKey=entityid;EntityKeyValue=p/q;EntityLocale=en-us", -1},
    {MEDIA ";EntityType=Category;EntityKey=ProductNumber;EntityKeyValue=p;EntityLocale=en-us",
        VT_ERROR_BAD_ENUM},
    {MEDIA ";EntityType=Master;EntityKey=CategoryID;EntityKeyValue=p;EntityLocale=en-us",
        VT_ERROR_BAD_ENUM},
    {MEDIA MASTER, -1},
    {MEDIA MASTER ";MediaGroup=Additional;MediaPurpose=manual;MediaDisplayOrder=7", -1},
    {MEDIA MASTER ";MediaGroup=Tertiary", VT_ERROR_BAD_ENUM},
    {MEDIA MASTER ";MediaGroup=Primary;MediaPurpose=manual", VT_ERROR_BAD_VALUE},
    {MEDIA MASTER ";MediaDisplayOrder=0", VT_ERROR_BAD_VALUE},
    {MEDIA MASTER ";MediaDisplayOrder=1000001", VT_ERROR_BAD_VALUE},
    {MEDIA MASTER ";EntityAssignmentAction=Unpublish", -1},
    {SWATCH ";EntityAssignmentAction=UnpublishAndDelete", -1},
    {MEDIA ";EntityType=Master;EntityKey=ProductNumber;EntityKeyValue=p;EntityLocale=en-us", -1},
    {MEDIA ";EntityType=Master;EntityKey=EntityId|DimensionMatrix;EntityKeyValue=p;"
           "EntityLocale=en-us",
        VT_ERROR_BAD_ENUM},
    {MEDIA ";EntityType=Product|Master;EntityKey=EntityId;EntityKeyValue=p;EntityLocale=",
        VT_ERROR_MISSING_FIELD},
    {MEDIA ";EntityType=Product|Master;EntityKey=EntityId;EntityKeyValue=p|q;EntityLocale=x1",
        VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=#1F3A93", -1},
    {SWATCH ";SwatchValue=1f3a93;SwatchGroup=color;SwatchDimension=BLUE", -1},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=0.1,0.2,0.3,0.4", -1},
    {SWATCH ";SwatchValue=", VT_ERROR_MISSING_FIELD},
    {SWATCH ";SwatchValue=#12345", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=#123456;SwatchDimension=Red", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=#123456;SwatchGroup=Size", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=#123456;SwatchCrop=0,0,1,1", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=0,0,1", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=0,0,1,1,1", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=0.5,0,0.6,1", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=0,0,0,1", VT_ERROR_BAD_VALUE},
    {SWATCH ";SwatchValue=plaid;SwatchCrop=nan,0,1,1", VT_ERROR_BAD_VALUE},
};

static void
rows_that_cannot_be_are_refused_with_their_code(void **state)
{

    for (gsize i = 0; i < G_N_ELEMENTS(code_row); i++) {
        g_autoptr(VtTsv) table = NULL;
        VtManifestRow read = {0};
        int code = read_row(code_row[i].cells, &table, &read);

        if (code != code_row[i].code)
            fail_msg("'%s' gives %d, not %d", code_row[i].cells, code, code_row[i].code);
        vt_manifest_row_clear(&read);
    }
}

static void
cells_become_what_they_say(void **state)
{
    g_autoptr(VtTsv) table = NULL, swatch_table = NULL;
    VtManifestRow row = {0}, swatch = {0};

    assert_int_equal(
        read_row("InternalMediaId=MA12; mediadisplayname =  a ;MediaLocale=EN_us;MediaType=image;"
                 "MediaSourceIfExistsAction=KeepBoth;MediaAction=PublishNow;MediaVersion=4;"
                 "EntityType=Product|DimensionMatrix;EntityKey=EntityId|DimensionMatrix;"
                 "EntityKeyValue=p|Color:Blue;EntityLocale=de-DE;MediaGroup=Additional;"
                 "MediaDisplayOrder=3;EntityCheckedOutAction=Overwrite",
            &table, &row),
        -1);
    assert_int_equal(row.asset_id, 12);
    assert_string_equal(row.cell[VT_COLUMN_MEDIA_DISPLAY_NAME], "a");
    assert_string_equal(row.media_locale, "en-us");
    assert_int_equal(row.exists, VT_EXISTS_KEEP_BOTH);
    assert_int_equal(row.media.action, VT_ACTION_PUBLISH_NOW);
    assert_int_equal(row.media.version, 4);
    assert_false(row.has_content);
    assert_int_equal(row.entity, VT_MANIFEST_ENTITY_MATRIX);
    assert_string_equal(row.key[2], "Blue");
    assert_string_equal(row.entity_locale, "de-de");
    assert_int_equal(row.group, VT_MEDIA_GROUP_ADDITIONAL);
    assert_int_equal(row.order, 3);
    assert_int_equal(row.assign.checked_out, VT_MISMATCH_OVERWRITE);
    assert_int_equal(row.assign.action, VT_ACTION_DRAFT);
    vt_manifest_row_clear(&row);

    assert_int_equal(read_row(SWATCH ";SwatchValue=1F3A93", &swatch_table, &swatch), -1);
    assert_false(swatch.has_media);
    assert_string_equal(swatch.hex, "#1f3a93");
    vt_manifest_row_clear(&swatch);
}

static void
headers_are_read_or_refuse_the_file(void **state)
{
    static const struct {
        const char *text;
        gboolean good;
    } row[] = {
        {"MediaLocale\tMEDIATYPE\tmine\n", TRUE},
        {"MediaLocale\tmine\t\t\n", TRUE},
        {"", FALSE},
        {"no\theader\n", FALSE},
        {"MediaLocale\tmedialocale\n", FALSE},
        {"MediaLocale\tmine\tMine\n", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtTsv) table = vt_tsv_parse(row[i].text, strlen(row[i].text), &limits, NULL);
        g_autoptr(GError) error = NULL;
        VtManifestHeader header;

        assert_int_equal(vt_manifest_header_read(table, &header, &error), row[i].good);
        assert_true(row[i].good || vt_error_is(error, VT_ERROR_MANIFEST_HEADER));
    }
}

static void
every_column_has_a_name_of_its_own(void **state)
{
    for (int i = 0; i < VT_N_COLUMNS; i++) {
        assert_non_null(vt_column_rows[i].name);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(vt_column_rows[i].name, vt_column_rows[j].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_cannot_be_are_refused_with_their_code),
        cmocka_unit_test(cells_become_what_they_say),
        cmocka_unit_test(headers_are_read_or_refuse_the_file),
        cmocka_unit_test(every_column_has_a_name_of_its_own),
    };
    return vt_test_run("manifest/row", tests);
}
