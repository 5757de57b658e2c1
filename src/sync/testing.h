/* For tests of this room: a shop with two channel databases, and what its stores answer. */
#pragma once

#include "assignment/testing.h"
#include "base/locale.h"
#include "publish/publish.h"
#include "readstore/reader.h"
#include "sync/quarantine.h"
#include "sync/sync.h"
#include "tenant/channel.h"
#include "tenant/setting.h"

typedef struct {
    VtDb *db;
    gint64 tenant;
    char *folder; /* of its stores */
    GPtrArray *channels;
} Shop;

static inline void
shop_clear(Shop *self)
{
    g_ptr_array_unref(self->channels);
    g_free(self->folder);
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static inline Shop
open_shop(gsize kind)
{
    Shop shop = {.folder = vt_test_directory()};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    assert_ok(vt_db_migrate(shop.db, vt_sync_migrations, vt_sync_n_migrations, &error), error);
    shop.channels = vt_channel_list(shop.db, shop.tenant, &error);
    return shop;
}

static inline gint64
channel(const Shop *shop, const char *code)
{
    return code == NULL ? VT_CHANNEL_OMNI : vt_channel_by_code(shop->channels, code)->channel_id;
}

static inline gint64
publish_all(Shop *shop)
{
    VtPublishRequest request = {.tenant_id = shop->tenant, .all = TRUE};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &vt_test_actor, &result, &error), error);
    return result.seq;
}

/* By the clock @now_us, as the node @node. */
static inline VtSyncReport
run_at(Shop *shop, const char *node, gint64 now_us)
{
    VtSync sync = {.db = shop->db, .directory = shop->folder, .node = node};
    VtSyncReport report = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_sync_run(&sync, now_us, &report, &error), error);
    return report;
}

static inline VtSyncReport
run(Shop *shop, gboolean anew)
{
    VtSync sync = {.db = shop->db, .directory = shop->folder};
    VtSyncReport report = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(anew ? vt_sync_rebuild(&sync, NULL, 1, &report, &error)
                   : vt_sync_run(&sync, 1, &report, &error),
        error);
    assert_int_equal(report.n_failed, 0);
    return report;
}

static inline void
set_setting(Shop *shop, const char *name, const char *database, const char *value, gint64 now_us)
{
    const VtActor actor = {.now_us = now_us};
    g_autoptr(GError) error = NULL;

    assert_ok(
        vt_setting_put(shop->db, shop->tenant, name, database, value, &actor, NULL, &error), error);
}

/* "channel/locale asset,asset" of what a store answers for a product's master, "none" without a
 * set, "-" without a row. */
static inline char *
answer(const Shop *shop,
    const char *database,
    const char *code,
    const char *locale,
    const char *product)
{
    g_autofree char *path = g_strdup_printf("%s/acme/%s.db", shop->folder, database);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);
    g_autoptr(VtReadstoreProduct) row = NULL;
    const VtResolveSet *set;
    VtResolveSelection nothing = VT_RESOLVE_NO_SELECTION;
    GString *text;
    VtResolveNode node;

    assert_ok(read != NULL, error);
    row = vt_readstore_find_product(read, code, locale, product, NULL, NULL);
    if (row == NULL)
        return g_strdup("-");
    set = vt_readstore_product_find_set(row, NULL);
    if (set == NULL)
        return g_strdup("none");
    text = g_string_new(NULL);
    g_string_printf(text, "%s/%s", set->context.channel, set->context.locale);
    node = vt_resolve_node(set, &row->product, &nothing, row->sever_by_scope);
    for (guint i = 0; i < node.n_primary; i++)
        g_string_append_printf(text, "%c%d", i == 0 ? ' ' : ',', (int)node.primary[i]);
    return g_string_free(text, FALSE);
}

static inline void
assert_answer(const Shop *shop,
    const char *database,
    const char *code,
    const char *locale,
    const char *product,
    const char *expected)
{
    g_autofree char *got = answer(shop, database, code, locale, product);

    assert_string_equal(got, expected);
}

static inline gint64
assign(Shop *shop, const char *product, const char *code, const char *locale, gint64 a, gint64 b)
{
    const gint64 assets[] = {a, b, 0};

    return vt_test_assign(shop->db, shop->tenant, product, channel(shop, code), locale, assets);
}
