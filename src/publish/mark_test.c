/* Assets that wait for the next publish of everything, on both databases. */
#include "publish/mark.h"

#include "base/error.h"
#include "publish/publish.h"
#include "publish/testing.h"
#include "publish/unpublish.h"
#include "tenant/setting.h"

static const char *const mug[] = {"mug", NULL};

static VtTestGroupShop
open_waiting_shop(gsize kind)
{
    VtTestGroupShop shop = vt_test_open_group_shop(kind);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_setting_put(shop.db, shop.tenant, "instant_publish", NULL, "false", &vt_test_actor,
                  NULL, &error),
        error);
    return shop;
}

static gboolean
is_live(VtTestGroupShop *shop, gint64 asset)
{
    g_autoptr(VtAssetPublished) live = vt_asset_published_load(shop->db, asset, NULL);

    return live->locales->len > 0;
}

static VtPublishResult
publish(VtTestGroupShop *shop, const VtPublishRequest *request)
{
    VtPublishResult result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, request, &vt_test_actor, &result, &error), error);
    return result;
}

static VtPublishResult
publish_by_hand(VtTestGroupShop *shop, const char *name)
{
    const char *const names[] = {name, NULL};
    const VtPublishRequest request = {.tenant_id = shop->tenant, .assets = names, .may_wait = TRUE};

    return publish(shop, &request);
}

static VtPublishResult
publish_everything(VtTestGroupShop *shop)
{
    const VtPublishRequest request = {.tenant_id = shop->tenant, .all = TRUE, .may_wait = TRUE};

    return publish(shop, &request);
}

/* The number of documents that are marked. */
static guint64
unpublish_mug(VtTestGroupShop *shop, gboolean force)
{
    const VtUnpublishRequest request = {
        .tenant_id = shop->tenant, .assets = mug, .may_wait = TRUE, .force = force};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_unpublish(shop->db, &request, &vt_test_actor, &result, &error), error);
    return result.n_marked;
}

static void
what_is_marked_goes_with_everything_and_nothing_else_does(gsize kind)
{
    g_auto(VtTestGroupShop) shop = open_waiting_shop(kind);
    gint64 hat = vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "Hat");
    gint64 cap = vt_test_add_asset(shop.db, shop.tenant, "cap", VT_LOCALE_NEUTRAL, "Cap");
    g_auto(VtPublishResult) marked = publish_by_hand(&shop, "hat");
    g_auto(VtPublishResult) done = {0};
    g_auto(VtPublishResult) again = {0};

    assert_int_equal(marked.n_marked, 1);
    assert_int_equal(marked.seq, 0);
    assert_int_equal(unpublish_mug(&shop, FALSE), 1);
    assert_false(is_live(&shop, hat));
    assert_true(is_live(&shop, shop.mug));
    done = publish_everything(&shop);
    assert_int_equal(done.n_published, 2);
    assert_true(is_live(&shop, hat));
    assert_false(is_live(&shop, cap));
    assert_false(is_live(&shop, shop.mug));
    again = publish_everything(&shop);
    assert_int_equal(again.seq, 0);
}

static void
the_state_of_the_job_counts_not_that_of_the_mark(gsize kind)
{
    g_auto(VtTestGroupShop) shop = open_waiting_shop(kind);
    gint64 hat = vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "Hat");
    g_auto(VtPublishResult) marked = publish_by_hand(&shop, "hat");
    g_auto(VtPublishResult) done = {0};
    g_autoptr(VtAssetPublished) live = NULL;

    assert_int_equal(marked.n_marked, 1);
    vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "A better hat");
    done = publish_everything(&shop);
    live = vt_asset_published_load(shop.db, hat, NULL);
    assert_string_equal(g_array_index(live->locales, VtAssetLive, 0).content.alt, "A better hat");
}

static void
the_last_word_before_the_job_counts(gsize kind)
{
    g_auto(VtTestGroupShop) shop = open_waiting_shop(kind);
    g_auto(VtPublishResult) kept = {0};
    g_auto(VtPublishResult) done = {0};

    assert_int_equal(unpublish_mug(&shop, FALSE), 1);
    kept = publish_by_hand(&shop, "mug");
    assert_int_equal(kept.n_marked, 0); /* it is live as it is */
    done = publish_everything(&shop);
    assert_int_equal(done.seq, 0);
    assert_true(is_live(&shop, shop.mug));
}

static void
what_sets_show_is_taken_back_by_force_only(gsize kind)
{
    g_auto(VtTestGroupShop) shop = open_waiting_shop(kind);
    g_auto(VtPublishResult) held = {0};
    g_auto(VtPublishResult) forced = {0};

    assert_int_equal(unpublish_mug(&shop, FALSE), 1);
    vt_test_assign_live(&shop, "MUG", shop.mug); /* after it was marked */
    held = publish_everything(&shop);
    assert_int_equal(held.n_skipped, 1);
    assert_string_equal(g_ptr_array_index(held.skipped, 0), "mug (system_neutral)");
    assert_true(is_live(&shop, shop.mug));
    assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
    assert_int_equal(unpublish_mug(&shop, TRUE), 1);
    forced = publish_everything(&shop);
    assert_int_equal(forced.n_skipped, 0);
    assert_false(is_live(&shop, shop.mug));
}

static void
a_mark_goes_with_whatever_publishes_the_asset(gsize kind)
{
    g_auto(VtTestGroupShop) shop = open_waiting_shop(kind);
    const char *const products[] = {"MUG", NULL};
    const VtPublishRequest request = {.tenant_id = shop.tenant,
        .products = products,
        .with_dependencies = TRUE,
        .may_wait = TRUE};
    gint64 hat = vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "Hat");
    g_auto(VtPublishResult) marked = publish_by_hand(&shop, "hat");
    g_auto(VtPublishResult) product = {0};
    g_auto(VtPublishResult) rest = {0};

    assert_int_equal(marked.n_marked, 1);
    vt_test_assign_live(&shop, "MUG", hat);
    product = publish(&shop, &request);
    assert_int_equal(product.n_published, 2);
    assert_true(is_live(&shop, hat));
    vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "A better hat");
    rest = publish_everything(&shop);
    assert_int_equal(rest.seq, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(what_is_marked_goes_with_everything_and_nothing_else_does),
        VT_TEST_EACH_DATABASE(the_state_of_the_job_counts_not_that_of_the_mark),
        VT_TEST_EACH_DATABASE(the_last_word_before_the_job_counts),
        VT_TEST_EACH_DATABASE(what_sets_show_is_taken_back_by_force_only),
        VT_TEST_EACH_DATABASE(a_mark_goes_with_whatever_publishes_the_asset),
    };

    return vt_test_run("publish/mark", tests);
}
