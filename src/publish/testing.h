/* For tests of publish groups: a shop with media, and sets of a group in few words. */
#pragma once

#include "assignment/testing.h"
#include "base/locale.h"
#include "document/group.h"
#include "document/revision.h"
#include "publish/group_publish.h"
#include "publish/publish.h"
#include "tenant/channel.h"

typedef struct {
    VtDb *db;
    gint64 tenant;
    gint64 tee, mug, cup; /* assets, live */
} VtTestGroupShop;

static inline void
vt_test_group_shop_clear(VtTestGroupShop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtTestGroupShop, vt_test_group_shop_clear)

static inline gint64
vt_test_publish_all(VtTestGroupShop *shop)
{
    const VtPublishRequest everything = {.tenant_id = shop->tenant, .all = TRUE};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &everything, &vt_test_actor, &result, &error), error);
    return result.seq;
}

static inline VtTestGroupShop
vt_test_open_group_shop(gsize kind)
{
    VtTestGroupShop shop = {0};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    shop.tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");
    shop.mug = vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "Mug");
    shop.cup = vt_test_add_asset(shop.db, shop.tenant, "cup", VT_LOCALE_NEUTRAL, "Cup");
    vt_test_publish_all(&shop);
    return shop;
}

static inline VtGroup *
vt_test_group(VtTestGroupShop *shop, const char *name)
{
    g_autoptr(GError) error = NULL;
    VtGroup *group = vt_group_create(shop->db, shop->tenant, name, &vt_test_actor, &error);

    assert_ok(group != NULL, error);
    return group;
}

/* Makes @asset (0: none) the master's picture in Omnichannel and Neutral, as the head of the group.
 * Returns the document. */
static inline gint64
vt_test_assign_in(VtTestGroupShop *shop, const VtGroup *group, const char *product, gint64 asset)
{
    VtSetKey key = {.product_id = vt_test_product(shop->db, shop->tenant, product),
        .channel_id = VT_CHANNEL_OMNI,
        .locale = VT_LOCALE_NEUTRAL};
    const VtAssignmentKey master = {.scope = VT_SCOPE_MASTER};
    g_autoptr(VtAssignment) set = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    g_autoptr(GError) error = NULL;
    gint64 document, number;
    gboolean changed;

    if (asset != 0)
        assert_true(
            vt_assignment_put(set, &master, VT_MEDIA_GROUP_PRIMARY, asset, NULL, 1, &error));
    assert_ok(vt_set_ensure(shop->db, shop->tenant, &key, &vt_test_actor, &document, &error) &&
                  vt_group_fork(shop->db, group->group_id, document, &vt_test_actor, &error) &&
                  vt_document_state(shop->db, document, group->group_id, &now, &error) &&
                  vt_set_check_in(shop->db, &now, set, &vt_test_actor, &number, &changed, &error),
        error);
    return document;
}

/* The same in the live site. */
static inline gint64
vt_test_assign_live(VtTestGroupShop *shop, const char *product, gint64 asset)
{
    const gint64 one[] = {asset, 0};

    return vt_test_assign(shop->db, shop->tenant, product, VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, one);
}

enum { VT_TEST_DONE = VT_N_ERRORS };

/* Publishes it as somebody who does not wait for its time; the code of the refusal, else
 * VT_TEST_DONE. */
static inline int
vt_test_go_live(VtTestGroupShop *shop, const VtGroup *group, VtGroupPublishResult *ret_result)
{
    const VtGroupPublishOptions options = {0};
    g_autoptr(GError) error = NULL;

    return vt_group_publish(shop->db, group->group_id, &options, &vt_test_actor, ret_result, &error)
               ? (int)VT_TEST_DONE
               : (int)vt_error_code(error);
}

/* The picture of a live set in Omnichannel and Neutral; 0: the set is not live, or empty. */
static inline gint64
vt_test_shown(VtTestGroupShop *shop, const char *product)
{
    g_autoptr(GPtrArray) live = vt_set_published_of_product(
        shop->db, vt_test_product(shop->db, shop->tenant, product), NULL);

    for (guint i = 0; i < live->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(live, i);
        g_autoptr(GArray) assets = vt_assignment_assets(one->assignment);

        return assets->len > 0 ? g_array_index(assets, gint64, 0) : 0;
    }
    return 0;
}

static inline VtDocumentState
vt_test_state(VtTestGroupShop *shop, gint64 document, gint64 group)
{
    VtDocumentState now = {0};

    assert_true(vt_document_state(shop->db, document, group, &now, NULL));
    return now;
}
