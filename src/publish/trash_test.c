#include "publish/trash.h"

#include "assignment/testing.h"
#include "base/locale.h"
#include "tenant/channel.h"

static VtDb *
open_publish(gsize kind, gint64 *ret_tenant)
{
    VtDb *db = vt_test_open_assignment(kind, ret_tenant);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    return db;
}

static void
publish_all(VtDb *db, gint64 tenant)
{
    const VtPublishRequest request = {.tenant_id = tenant, .all = TRUE};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(db, &request, &vt_test_actor, &result, &error), error);
}

static void
delete_asset(VtDb *db, gint64 tenant, const char *name, gboolean was_live)
{
    const char *const names[] = {name, NULL};
    const VtTrashRequest request = {.tenant_id = tenant, .assets = names};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_trash(db, &request, &vt_test_actor, &result, &error), error);
    assert_int_equal(result.n_unpublished > 0, was_live);
    assert_true(result.seq > 0);
}

/* What is live of an asset and its alternative text, `name: alt`; "-" when nothing is. */
static char *
live_of(VtDb *db, gint64 asset_id)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtAssetPublished) published = vt_asset_published_load(db, asset_id, &error);

    assert_ok(published != NULL, error);
    if (published->locales->len == 0)
        return g_strdup("-");
    return g_strdup_printf(
        "%s: %s", published->name, g_array_index(published->locales, VtAssetLive, 0).content.alt);
}

static void
assert_live(VtDb *db, gint64 asset_id, const char *expected)
{
    g_autofree char *live = live_of(db, asset_id);

    assert_string_equal(live, expected);
}

static char *
restore(VtDb *db, gint64 tenant, gint64 asset_id, gboolean live)
{
    g_auto(VtTrashRestored) restored = {0};
    g_autoptr(GError) error = NULL;
    gint64 seq = 0;

    assert_ok(
        vt_trash_bring_back(db, tenant, asset_id, &vt_test_actor, &restored, &seq, &error), error);
    assert_int_equal(seq > 0, live);
    return g_strdup(restored.asset.name);
}

static void
what_was_live_comes_back_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant = 0;
        g_autoptr(VtDb) db = open_publish(kind, &tenant);
        gint64 tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "A tee");
        g_autofree char *name = NULL;

        publish_all(db, tenant);
        assert_live(db, tee, "tee: A tee");
        delete_asset(db, tenant, "tee", TRUE);
        assert_live(db, tee, "-");
        name = restore(db, tenant, tee, TRUE);
        assert_string_equal(name, "tee");
        assert_live(db, tee, "tee: A tee");
    }
}

static void
a_draft_comes_back_as_a_draft_beside_what_was_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant = 0;
        g_autoptr(VtDb) db = open_publish(kind, &tenant);
        gint64 tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "Old");
        gint64 mug = vt_test_add_asset(db, tenant, "mug", VT_LOCALE_NEUTRAL, "Draft");
        g_auto(VtAssetContent) head = {0};
        g_autofree char *tee_name = NULL, *mug_name = NULL;
        const char *const names[] = {"tee", NULL};
        const VtPublishRequest request = {.tenant_id = tenant, .assets = names};
        g_auto(VtPublishResult) result = {0};

        assert_true(vt_publish(db, &request, &vt_test_actor, &result, NULL));
        vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "New");
        delete_asset(db, tenant, "tee", TRUE);
        delete_asset(db, tenant, "mug", FALSE);
        tee_name = restore(db, tenant, tee, TRUE);
        mug_name = restore(db, tenant, mug, FALSE);
        assert_live(db, tee, "tee: Old");
        assert_true(vt_asset_head_content(db, tee, VT_LOCALE_NEUTRAL, &head, NULL));
        assert_string_equal(head.alt, "New");
        assert_live(db, mug, "-");
    }
}

static void
a_name_that_was_taken_meanwhile_becomes_another(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant = 0;
        g_autoptr(VtDb) db = open_publish(kind, &tenant);
        gint64 old = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "Old");
        g_autoptr(GPtrArray) records = NULL;
        g_autofree char *name = NULL;

        delete_asset(db, tenant, "tee", FALSE);
        assert_true(vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "New") != old);
        name = restore(db, tenant, old, FALSE);
        assert_string_equal(name, "tee-1");
        records = vt_image_record_list(db, old, NULL);
        assert_int_equal(records->len, 1);
        assert_string_equal(((VtImageRecord *)g_ptr_array_index(records, 0))->code, "tee-1");
    }
}

static void
what_published_media_show_is_kept_unless_forced(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant = 0;
        g_autoptr(VtDb) db = open_publish(kind, &tenant);
        gint64 tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "A tee");
        gint64 shown[] = {0, 0};
        const char *const names[] = {"tee", NULL};
        VtTrashRequest request = {.tenant_id = tenant, .assets = names};
        g_auto(VtUnpublishResult) refused = {0};
        g_auto(VtUnpublishResult) forced = {0};
        g_autoptr(GError) error = NULL;

        shown[0] = tee;
        vt_test_assign(db, tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, shown);
        publish_all(db, tenant);
        assert_false(vt_trash(db, &request, &vt_test_actor, &refused, &error));
        assert_true(vt_error_is(error, VT_ERROR_REFERENCED));
        assert_int_equal(refused.n_referenced, 1);
        assert_live(db, tee, "tee: A tee");
        g_clear_error(&error);
        request.force = TRUE;
        assert_ok(vt_trash(db, &request, &vt_test_actor, &forced, &error), error);
        assert_live(db, tee, "-");
    }
}

static void
what_is_gone_for_good_stays_gone(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant = 0, seq = 0;
        g_autoptr(VtDb) db = open_publish(kind, &tenant);
        gint64 tee = vt_test_add_asset(db, tenant, "tee", VT_LOCALE_NEUTRAL, "A tee");
        const VtActor late = {.now_us = 100};
        g_auto(VtTrashRestored) restored = {0};
        g_autoptr(json_t) list = NULL;
        g_autoptr(GError) error = NULL;
        guint n = 0;

        delete_asset(db, tenant, "tee", FALSE);
        assert_ok(vt_trash_empty(db, tenant, 0, vt_test_actor.now_us, 9, &late, &n, &error), error);
        assert_int_equal(n, 0);
        list = vt_trash_list(db, tenant, 0, 10, 7, &error);
        assert_int_equal(json_array_size(json_object_get(list, "assets")), 1);
        assert_ok(vt_trash_empty(db, tenant, 0, 50, 9, &late, &n, &error), error);
        assert_int_equal(n, 1);
        assert_false(vt_trash_bring_back(db, tenant, tee, &late, &restored, &seq, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_live_comes_back_live),
        cmocka_unit_test(a_draft_comes_back_as_a_draft_beside_what_was_live),
        cmocka_unit_test(a_name_that_was_taken_meanwhile_becomes_another),
        cmocka_unit_test(what_published_media_show_is_kept_unless_forced),
        cmocka_unit_test(what_is_gone_for_good_stays_gone),
    };
    return vt_test_run("publish/trash", tests);
}
