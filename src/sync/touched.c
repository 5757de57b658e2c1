#include "sync/touched.h"

#include "assignment/set.h"
#include "catalog/product.h"
#include "changelog/log_page.h"
#include "media/asset.h"
#include "sync_sql.h"
#include "tenant/setting.h"

void
vt_touched_clear(VtTouched *self)
{
    g_clear_pointer(&self->products, g_hash_table_unref);
    g_clear_pointer(&self->categories, g_hash_table_unref);
    g_clear_pointer(&self->assets, g_hash_table_unref);
    g_clear_pointer(&self->channels, g_hash_table_unref);
}

static void
touch(GHashTable *ids, gint64 id)
{
    if (id != 0)
        g_hash_table_add(ids, g_memdup2(&id, sizeof id));
}

static gboolean
touch_document(VtTouched *self, VtDb *db, gint64 document_id, GError **error)
{
    g_autofree char *locale = NULL;
    gint64 asset_id = 0;
    VtSetKey key;

    if (!vt_asset_of_document(db, document_id, &asset_id, &locale, error) ||
        !vt_set_of_document(db, document_id, &key, error))
        return FALSE;
    touch(self->assets, asset_id);
    touch(self->products, key.product_id);
    touch(self->categories, key.category_id);
    return TRUE;
}

static gboolean
touch_dimension(VtTouched *self, VtDb *db, gint64 dimension_id, GError **error)
{
    g_autoptr(GArray) ids = vt_product_of_dimension(db, dimension_id, error);

    if (ids == NULL)
        return FALSE;
    for (guint i = 0; i < ids->len; i++)
        touch(self->products, g_array_index(ids, gint64, i));
    self->records = TRUE;
    return TRUE;
}

/* A setting this program does not know may alter anything. */
static void
touch_setting(VtTouched *self, gint64 setting)
{
    if (setting < 0 || setting >= VT_SETTING_COUNT) {
        self->all = TRUE;
        return;
    }
    self->all_products |= vt_setting_rows[setting].effect == VT_SETTING_ALTERS_PRODUCTS;
    self->delivery |= vt_setting_rows[setting].effect == VT_SETTING_ALTERS_DELIVERY;
}

static gboolean
touch_entry(VtTouched *self, VtDb *db, const VtLogEntry *entry, GError **error)
{
    switch (entry->kind) {
    case VT_LOG_KIND_PUBLICATION:
        return touch_document(self, db, entry->subject, error);
    case VT_LOG_KIND_PRODUCT: /* a new variant may bring a new value */
        touch(self->products, entry->subject);
        self->records = TRUE;
        return TRUE;
    case VT_LOG_KIND_ASSET:
    case VT_LOG_KIND_IMAGE_RECORD:
        touch(self->assets, entry->subject);
        return TRUE;
    case VT_LOG_KIND_DIMENSION:
        return touch_dimension(self, db, entry->subject, error);
    case VT_LOG_KIND_CHANNEL: /* 0: somebody asked for a full sync */
        touch(self->channels, entry->subject);
        self->all |= entry->subject == 0;
        return TRUE;
    case VT_LOG_KIND_CATALOG:
        self->all = TRUE;
        return TRUE;
    case VT_LOG_KIND_CATEGORY:
        touch(self->categories, entry->subject);
        return TRUE;
    case VT_LOG_KIND_SETTING:
        touch_setting(self, entry->subject);
        return TRUE;
    }
    return TRUE;
}

/* Ids of the sets that show what entries name, as gint64; owned. */
static GArray *
holders_of_entries(VtDb *db, const VtTouchedAsk *ask, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_touched_holders, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", ask->tenant_id);
    vt_stmt_bind_int(stmt, "after_seq", ask->after);
    vt_stmt_bind_int(stmt, "up_to_seq", ask->up_to);
    return vt_stmt_read_ints(stmt, "asset_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

/* A set says of its members what they are, so it changes with them, and so does a set it lies in.
 * @ids: sets, more are appended. */
static gboolean
touch_holders(VtTouched *self, VtDb *db, GArray *ids, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (guint i = 0; i < ids->len; i++) {
        const gint64 id = g_array_index(ids, gint64, i);
        g_autoptr(GArray) outer = NULL;

        if (g_hash_table_contains(seen, &id))
            continue;
        touch(seen, id);
        touch(self->assets, id);
        outer = vt_asset_holders(db, id, error);
        if (outer == NULL)
            return FALSE;
        g_array_append_vals(ids, outer->data, outer->len);
    }
    return TRUE;
}

/* What entries have named so far, each thing once: VtLogEntry without a number. */
static guint
hash_entry(gconstpointer entry)
{
    const VtLogEntry *self = entry;

    return g_int64_hash(&self->subject) * VT_LOG_KIND_COUNT + self->kind;
}

static gboolean
equal_entries(gconstpointer a, gconstpointer b)
{
    const VtLogEntry *left = a, *right = b;

    return left->kind == right->kind && left->subject == right->subject;
}

static gboolean
touch_page(VtTouched *self, VtDb *db, const GArray *page, GHashTable *seen, GError **error)
{
    for (guint i = 0; i < page->len && !self->all; i++) {
        const VtLogEntry *entry = &g_array_index(page, VtLogEntry, i);

        if (g_hash_table_contains(seen, entry))
            continue;
        g_hash_table_add(seen, g_memdup2(entry, sizeof *entry));
        if (!touch_entry(self, db, entry, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
touch_entries(VtTouched *self, VtDb *db, const VtTouchedAsk *ask, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(hash_entry, equal_entries, g_free, NULL);
    VtLogPlace place = vt_log_place_after(ask->after);
    guint n = 0;

    do {
        g_autoptr(GArray) page = vt_log_page_read(db, ask->tenant_id, &place, ask->up_to, error);

        if (page == NULL || !touch_page(self, db, page, seen, error))
            return FALSE;
        n = page->len;
        self->all |= g_hash_table_size(seen) > ask->most;
    } while (n > 0 && !self->all);
    return TRUE;
}

gboolean
vt_touched_find(VtDb *db, const VtTouchedAsk *ask, VtTouched *ret_touched, GError **error)
{
    g_auto(VtTouched) touched = {0};
    g_autoptr(GArray) holders = NULL;

    touched.products = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.categories = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.channels = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (!touch_entries(&touched, db, ask, error))
        return FALSE;
    if (!touched.all) {
        holders = holders_of_entries(db, ask, error);
        if (holders == NULL || !touch_holders(&touched, db, holders, error))
            return FALSE;
    }
    *ret_touched = touched;
    touched = (VtTouched){0};
    return TRUE;
}
