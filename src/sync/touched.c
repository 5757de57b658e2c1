#include "sync/touched.h"

#include "assignment/set.h"
#include "catalog/product.h"
#include "changelog/change.h"
#include "media/asset.h"
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

gboolean
vt_touched_find(
    VtDb *db, gint64 tenant_id, gint64 after, gint64 up_to, VtTouched *ret_touched, GError **error)
{
    g_autoptr(GArray) entries = vt_changelog_read(db, tenant_id, after, up_to, error);
    g_auto(VtTouched) touched = {0};

    if (entries == NULL)
        return FALSE;
    touched.products = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.categories = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched.channels = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < entries->len && !touched.all; i++)
        if (!touch_entry(&touched, db, &g_array_index(entries, VtLogEntry, i), error))
            return FALSE;
    *ret_touched = touched;
    touched = (VtTouched){0};
    return TRUE;
}
