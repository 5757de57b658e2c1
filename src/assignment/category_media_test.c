#include "assignment/category_media.h"

#include "assignment/testing.h"
#include "base/locale.h"
#include "tenant/channel.h"

static gint64
add_asset(VtDb *db, gint64 tenant, const char *name, VtAssetType type)
{
    const VtAssetSpec spec = {.name = name, .type = type};
    g_autoptr(GError) error = NULL;
    gint64 asset = 0;

    assert_ok(vt_asset_create(db, tenant, &spec, &vt_test_actor, &asset, &error), error);
    return asset;
}

static gint64
channel_of(VtDb *db, gint64 tenant, const char *code)
{
    g_autoptr(GPtrArray) channels = vt_channel_list(db, tenant, NULL);

    return vt_channel_by_code(channels, code)->channel_id;
}

enum { PASSES = VT_N_ERRORS };
enum { PICTURE = 1, SECOND = 2, VIDEO = 3, FILE_ = 4, NOBODY = 99 }; /* ids, as created below */

static VtDb *
open_shop(gsize kind, gint64 *ret_tenant)
{
    VtDb *db = vt_test_open_assignment(kind, ret_tenant);

    assert_int_equal(add_asset(db, *ret_tenant, "picture", VT_ASSET_TYPE_IMAGE), PICTURE);
    assert_int_equal(add_asset(db, *ret_tenant, "second", VT_ASSET_TYPE_IMAGE), SECOND);
    assert_int_equal(add_asset(db, *ret_tenant, "video", VT_ASSET_TYPE_VIDEO), VIDEO);
    assert_int_equal(add_asset(db, *ret_tenant, "file", VT_ASSET_TYPE_FILE), FILE_);
    return db;
}

static void
one_picture_is_taken_and_everything_else_refused(void **state)
{
    static const struct {
        gint64 first; /* is there already; 0: none */
        VtMediaGroup group;
        gint64 asset;
        int expected;
    } row[] = {
        {0, VT_MEDIA_GROUP_PRIMARY, PICTURE, PASSES},
        {PICTURE, VT_MEDIA_GROUP_PRIMARY, PICTURE, PASSES},
        {PICTURE, VT_MEDIA_GROUP_PRIMARY, SECOND, VT_ERROR_CATEGORY_LIMIT},
        {PICTURE, VT_MEDIA_GROUP_PRIMARY, VIDEO, VT_ERROR_CATEGORY_LIMIT},
        {0, VT_MEDIA_GROUP_ADDITIONAL, PICTURE, VT_ERROR_CATEGORY_LIMIT},
        {0, VT_MEDIA_GROUP_PRIMARY, VIDEO, VT_ERROR_MEDIA_TYPE},
        {0, VT_MEDIA_GROUP_PRIMARY, FILE_, VT_ERROR_MEDIA_TYPE},
        {0, VT_MEDIA_GROUP_PRIMARY, NOBODY, VT_ERROR_MEDIA_TYPE},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = open_shop(kind, &tenant);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(VtAssignment) set = vt_assignment_new();
            g_autoptr(GError) error = NULL;
            gboolean done;

            if (row[i].first != 0)
                assert_true(
                    vt_category_media_put(db, set, VT_MEDIA_GROUP_PRIMARY, row[i].first, NULL));
            done = vt_category_media_put(db, set, row[i].group, row[i].asset, &error);
            assert_int_equal(done ? PASSES : (int)vt_error_code(error), row[i].expected);
            assert_int_equal(vt_category_media_asset(set), done ? row[i].asset : row[i].first);
        }
    }
}

/* Whatever wrote it: the set of a category is checked once more when it is finished. */
static void
no_other_set_of_a_category_can_be_finished(void **state)
{
    static const struct {
        const char *set;
        int expected;
    } row[] = {
        {"{}", PASSES},
        {"{\"master\":{\"primary\":[1]}}", PASSES},
        {"{\"master\":{\"primary\":[1,2]}}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"master\":{\"primary\":[1],\"additional\":[[\"x\",2]]}}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"master\":{\"additional\":[[\"x\",2]]}}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"variants\":[{\"variant\":7,\"primary\":[1]}]}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"cells\":[{\"values\":[[3,31]],\"primary\":[1]}]}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"swatches\":[{\"value\":[3,31],\"hex\":\"#0000ff\"}]}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"matrix\":[3,4]}", VT_ERROR_CATEGORY_LIMIT},
        {"{\"master\":{\"primary\":[3]}}", VT_ERROR_MEDIA_TYPE},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = open_shop(kind, &tenant);
        gint64 channel = channel_of(db, tenant, "OUN001");

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            gint64 document = vt_test_assign_category(db, tenant, "tees", channel, "en-us", SECOND);
            g_autoptr(VtAssignment) set = vt_assignment_parse(row[i].set, NULL);
            g_auto(VtDocumentState) now = {0};
            g_autoptr(GError) error = NULL, beside = NULL;
            gint64 number;
            gboolean changed;

            assert_non_null(set);
            assert_true(vt_document_state(db, document, VT_GROUP_LIVE, &now, NULL));
            if (!vt_set_add_revision(db, &now, set, &vt_test_actor, &number, &beside))
                assert_int_equal(vt_error_code(beside), row[i].expected);
            if (!vt_set_check_in(db, &now, set, &vt_test_actor, &number, &changed, &error))
                assert_int_equal(vt_error_code(error), row[i].expected);
            assert_int_equal(error == NULL, row[i].expected == PASSES);
            assert_int_equal(beside == NULL, row[i].expected == PASSES);
        }
    }
}

static void
each_channel_and_locale_has_a_set_of_its_own(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = open_shop(kind, &tenant);
        gint64 online = channel_of(db, tenant, "OUN001"), tills = channel_of(db, tenant, "OUN002");
        gint64 first = vt_test_assign_category(db, tenant, "tees", online, "en-us", PICTURE);
        gint64 second = vt_test_assign_category(db, tenant, "tees", tills, "en-us", SECOND);
        gint64 third =
            vt_test_assign_category(db, tenant, "tees", online, VT_LOCALE_NEUTRAL, SECOND);
        g_auto(GStrv) locales = NULL;
        VtSetKey key;

        assert_true(first != second && first != third && second != third);
        assert_true(vt_set_of_document(db, first, &key, NULL));
        assert_int_equal(key.product_id, 0);
        locales = vt_set_locales_of_category(db, key.category_id, NULL);
        assert_int_equal(g_strv_length(locales), 2);
        assert_string_equal(locales[0], "en-us");
        assert_string_equal(locales[1], VT_LOCALE_NEUTRAL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_picture_is_taken_and_everything_else_refused),
        cmocka_unit_test(no_other_set_of_a_category_can_be_finished),
        cmocka_unit_test(each_channel_and_locale_has_a_set_of_its_own),
    };
    return vt_test_run("assignment/category_media", tests);
}
