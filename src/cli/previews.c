#include "cli/previews.h"

#include "publish/preview.h"
#include "publish/shadow.h"
#include "sync/part.h"
#include "tenant/tenant.h"

static gboolean
write_part(VtDb *db, gint64 tenant_id, const VtPreviewAsk *ask, const char *path, GError **error)
{
    const VtPart part = {.tenant_id = tenant_id,
        .tenant = ask->tenant,
        .channel = ask->channel,
        .products = ask->products,
        .category = ask->category,
        .image = ask->image};

    return vt_part_write(db, &part, path, error);
}

gboolean
vt_previews_make(gpointer data, const VtPreviewAsk *ask, const char *path, GError **error)
{
    const VtPreviews *self = data;
    g_autoptr(VtDb) db = vt_shadow_open(self->database_url, VT_SHADOW_PREVIEW, error);
    g_auto(VtPreview) preview = {0};
    g_autoptr(VtTx) tx = NULL;

    if (db == NULL ||
        !vt_preview_find(db, ask->word, ask->tenant, g_get_real_time(), &preview, error))
        return FALSE;
    tx = vt_tx_begin(db, VT_TX_READ, error);
    return tx != NULL && vt_preview_show(db, &preview, error) &&
           write_part(db, preview.tenant_id, ask, path, error);
}

gboolean
vt_previews_make_finished(gpointer data, const VtPreviewAsk *ask, const char *path, GError **error)
{
    const VtPreviews *self = data;
    g_autoptr(VtDb) db = vt_shadow_open(self->database_url, VT_SHADOW_FINISHED, error);
    g_autoptr(VtTx) tx = db != NULL ? vt_tx_begin(db, VT_TX_READ, error) : NULL;
    gint64 tenant_id = 0;

    return tx != NULL && vt_tenant_find(db, ask->tenant, &tenant_id, error) &&
           write_part(db, tenant_id, ask, path, error);
}
