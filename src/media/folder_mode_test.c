#include "media/folder_mode.h"

#include "base/error.h"
#include "media/folder.h"
#include "media/testing.h"
#include "tenant/setting.h"

static gint64
folder(VtDb *db, gint64 tenant, const char *path)
{
    gint64 folder_id = 0;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_folder_ensure(db, tenant, path, &vt_test_actor, &folder_id, &error), error);
    return folder_id;
}

static void
set(VtDb *db, gint64 tenant, const char *path, const char *word)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_folder_mode_set(db, tenant, path, word, &vt_test_actor, &error), error);
}

static VtFolderMode
mode_of(VtDb *db, gint64 tenant, gint64 folder_id)
{
    VtFolderMode mode = VT_FOLDER_MODE_COUNT;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_folder_mode_of(db, tenant, folder_id, &mode, &error), error);
    return mode;
}

static void
a_folder_inherits_from_the_one_above_and_the_root_from_the_setting(gsize kind)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
    gint64 linen = folder(db, tenant, "shirts/summer/linen"), mugs = folder(db, tenant, "mugs");

    assert_int_equal(mode_of(db, tenant, linen), VT_FOLDER_MODE_IMMEDIATELY);
    set(db, tenant, "shirts", "selective");
    assert_int_equal(mode_of(db, tenant, linen), VT_FOLDER_MODE_SELECTIVE);
    set(db, tenant, "shirts/summer", "upon_activation");
    assert_int_equal(mode_of(db, tenant, linen), VT_FOLDER_MODE_UPON_ACTIVATION);
    assert_int_equal(mode_of(db, tenant, mugs), VT_FOLDER_MODE_IMMEDIATELY);
    assert_true(vt_setting_put(
        db, tenant, "folder_publish_mode", NULL, "selective", &vt_test_actor, NULL, NULL));
    assert_int_equal(mode_of(db, tenant, mugs), VT_FOLDER_MODE_SELECTIVE);
    assert_int_equal(mode_of(db, tenant, 0), VT_FOLDER_MODE_SELECTIVE);
    set(db, tenant, "shirts/summer", NULL);
    set(db, tenant, "shirts", "immediately");
    assert_int_equal(mode_of(db, tenant, linen), VT_FOLDER_MODE_IMMEDIATELY);
}

static void
a_folder_tells_its_own_mode_and_what_holds(gsize kind)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
    g_autoptr(json_t) list = NULL;
    g_autofree char *told = NULL;

    folder(db, tenant, "a/b");
    set(db, tenant, "a", "selective");
    list = vt_folder_list(db, tenant, NULL);
    told = json_dumps(json_object_get(list, "folders"), JSON_COMPACT);
    assert_string_equal(told, "[{\"path\":\"a\",\"assets\":0,\"publish_mode\":\"selective\","
                              "\"effective_publish_mode\":\"selective\"},"
                              "{\"path\":\"a/b\",\"assets\":0,\"publish_mode\":null,"
                              "\"effective_publish_mode\":\"selective\"}]");
}

static void
what_cannot_be_a_mode_is_refused(gsize kind)
{
    static const struct {
        const char *path, *word;
        VtErrorCode code;
    } row[] = {
        {"a", "sometimes", VT_ERROR_BAD_ENUM},
        {"b", "selective", VT_ERROR_NOT_FOUND},
        {"", "selective", VT_ERROR_BAD_VALUE},
        {"", NULL, VT_ERROR_BAD_VALUE},
    };
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);

    folder(db, tenant, "a");
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(
            vt_folder_mode_set(db, tenant, row[i].path, row[i].word, &vt_test_actor, &error));
        assert_true(vt_error_is(error, row[i].code));
    }
}

static void
an_asset_keeps_the_mode_it_was_given(gsize kind)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant);
    gint64 tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");
    VtFolderMode mode = VT_FOLDER_MODE_COUNT;

    assert_true(vt_folder_mode_of_asset(db, tee, &mode, NULL));
    assert_int_equal(mode, VT_FOLDER_MODE_IMMEDIATELY);
    assert_true(vt_folder_mode_put_asset(db, tee, VT_FOLDER_MODE_SELECTIVE, NULL));
    assert_true(vt_folder_mode_of_asset(db, tee, &mode, NULL));
    assert_int_equal(mode, VT_FOLDER_MODE_SELECTIVE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(a_folder_inherits_from_the_one_above_and_the_root_from_the_setting),
        VT_TEST_EACH_DATABASE(a_folder_tells_its_own_mode_and_what_holds),
        VT_TEST_EACH_DATABASE(what_cannot_be_a_mode_is_refused),
        VT_TEST_EACH_DATABASE(an_asset_keeps_the_mode_it_was_given),
    };

    return vt_test_run("media/folder_mode", tests);
}
