/* Assets that are live in some of their contexts only, on both databases. */
#include "publish/publish.h"

#include "base/error.h"
#include "publish/testing.h"
#include "publish/trash.h"
#include "publish/undo.h"
#include "publish/unpublish.h"

#define IMAGE (1U << VT_PUBLISH_CONTEXT_IMAGE)
#define CONTENT (1U << VT_PUBLISH_CONTEXT_CONTENT)
#define VIDEO (1U << VT_PUBLISH_CONTEXT_VIDEO)

static const char *const mug[] = {"mug", NULL}, *const product[] = {"MUG", NULL};

/* Where the asset is live; 0: nowhere. */
static int
places(VtTestGroupShop *shop, gint64 asset)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtAssetPublished) live = vt_asset_published_load(shop->db, asset, &error);

    assert_ok(live != NULL, error);
    return live->locales->len > 0 ? g_array_index(live->locales, VtAssetLive, 0).places : 0;
}

/* The code of the refusal, else VT_TEST_DONE. */
static int
publish(VtTestGroupShop *shop, const VtPublishRequest *request, gint64 *ret_seq)
{
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    if (!vt_publish(shop->db, request, &vt_test_actor, &result, &error))
        return (int)vt_error_code(error);
    if (ret_seq != NULL)
        *ret_seq = result.seq;
    return (int)VT_TEST_DONE;
}

static int
publish_mug(VtTestGroupShop *shop, VtOutlets outlets)
{
    const VtPublishRequest request = {.tenant_id = shop->tenant, .assets = mug, .outlets = outlets};

    return publish(shop, &request, NULL);
}

static int
unpublish_mug(VtTestGroupShop *shop, VtOutlets outlets, gint64 *ret_seq)
{
    const VtUnpublishRequest request = {
        .tenant_id = shop->tenant, .assets = mug, .outlets = outlets};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    if (!vt_unpublish(shop->db, &request, &vt_test_actor, &result, &error))
        return (int)vt_error_code(error);
    if (ret_seq != NULL)
        *ret_seq = result.seq;
    return (int)VT_TEST_DONE;
}

static void
contexts_are_added_and_taken_one_by_one(gsize kind)
{
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
    gint64 seq = 1;

    assert_int_equal(places(&shop, shop.mug), VT_PLACES_ALL);
    assert_int_equal(unpublish_mug(&shop, VIDEO, &seq), VT_TEST_DONE);
    assert_int_equal(seq, 0);
    assert_int_equal(unpublish_mug(&shop, IMAGE, NULL), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OTHER);
    assert_int_equal(publish_mug(&shop, 0), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OTHER); /* where it is live */
    assert_int_equal(unpublish_mug(&shop, CONTENT, NULL), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), 0);
    assert_int_equal(publish_mug(&shop, IMAGE), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OWN);
    assert_int_equal(publish_mug(&shop, CONTENT | VIDEO), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), VT_PLACES_ALL);
    assert_int_equal(publish_mug(&shop, VIDEO), VT_ERROR_MEDIA_TYPE);
    assert_int_equal(places(&shop, shop.cup), VT_PLACES_ALL);
}

static void
a_new_version_goes_where_the_old_one_was(gsize kind)
{
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);

    assert_int_equal(unpublish_mug(&shop, IMAGE, NULL), VT_TEST_DONE);
    vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "A better mug");
    vt_test_publish_all(&shop);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OTHER);
}

static void
everything_in_one_context_leaves_the_others_alone(gsize kind)
{
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
    const VtPublishRequest request = {
        .tenant_id = shop.tenant, .all = TRUE, .only_new = TRUE, .outlets = CONTENT};
    gint64 hat = vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "Hat");
    gint64 seq = 0;

    vt_test_assign_live(&shop, "MUG", shop.mug);
    assert_int_equal(unpublish_mug(&shop, IMAGE, NULL), VT_TEST_DONE);
    assert_int_equal(publish(&shop, &request, &seq), VT_TEST_DONE);
    assert_int_not_equal(seq, 0);
    assert_int_equal(places(&shop, hat), VT_PLACE_OTHER);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OTHER);
    assert_int_equal(places(&shop, shop.cup), VT_PLACES_ALL);
    assert_int_equal(vt_test_shown(&shop, "MUG"), 0); /* media of products wait */
    assert_int_equal(publish(&shop, &request, &seq), VT_TEST_DONE);
    assert_int_equal(seq, 0);
}

static void
products_show_only_what_is_live_where_its_address_leads(gsize kind)
{
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
    VtPublishRequest request = {.tenant_id = shop.tenant, .products = product};

    vt_test_assign_live(&shop, "MUG", shop.mug);
    assert_int_equal(unpublish_mug(&shop, IMAGE, NULL), VT_TEST_DONE);
    assert_int_equal(publish(&shop, &request, NULL), VT_ERROR_UNPUBLISHED_DEPENDENCIES);
    request.with_dependencies = TRUE;
    assert_int_equal(publish(&shop, &request, NULL), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), VT_PLACES_ALL);
    assert_int_equal(unpublish_mug(&shop, CONTENT, NULL), VT_TEST_DONE);
    assert_int_equal(unpublish_mug(&shop, IMAGE, NULL), VT_ERROR_REFERENCED);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OWN);
}

static void
undo_and_the_trash_bring_back_where_it_was_live(gsize kind)
{
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
    VtUndoRequest undo = {.tenant_id = shop.tenant};
    const VtTrashRequest trash = {.tenant_id = shop.tenant, .assets = mug};
    g_auto(VtUndoResult) undone = {0};
    g_auto(VtUnpublishResult) taken = {0};
    g_auto(VtTrashRestored) restored = {0};
    g_autoptr(GError) error = NULL;
    gint64 seq;

    assert_int_equal(unpublish_mug(&shop, CONTENT, NULL), VT_TEST_DONE);
    assert_int_equal(unpublish_mug(&shop, 0, &undo.seq), VT_TEST_DONE);
    assert_int_equal(places(&shop, shop.mug), 0);
    assert_ok(vt_undo(shop.db, &undo, &vt_test_actor, &undone, &error), error);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OWN);
    assert_ok(vt_trash(shop.db, &trash, &vt_test_actor, &taken, &error), error);
    assert_ok(vt_trash_bring_back(
                  shop.db, shop.tenant, shop.mug, &vt_test_actor, &restored, &seq, &error),
        error);
    assert_int_equal(places(&shop, shop.mug), VT_PLACE_OWN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(contexts_are_added_and_taken_one_by_one),
        VT_TEST_EACH_DATABASE(a_new_version_goes_where_the_old_one_was),
        VT_TEST_EACH_DATABASE(everything_in_one_context_leaves_the_others_alone),
        VT_TEST_EACH_DATABASE(products_show_only_what_is_live_where_its_address_leads),
        VT_TEST_EACH_DATABASE(undo_and_the_trash_bring_back_where_it_was_live),
    };

    return vt_test_run("publish/contexts", tests);
}
