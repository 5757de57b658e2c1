#include "cli/previews.h"

#include "publish/preview.h"
#include "publish/shadow.h"
#include "sync/part.h"

/* In one snapshot, so that what is shown belongs together. */
static gboolean
write_part(
    VtDb *db, const VtPreview *preview, const VtPreviewAsk *ask, const char *path, GError **error)
{
    const VtPart part = {.tenant_id = preview->tenant_id,
        .tenant = ask->tenant,
        .channel = ask->channel,
        .products = ask->products,
        .category = ask->category,
        .image = ask->image};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);

    return tx != NULL && vt_preview_show(db, preview, error) &&
           vt_part_write(db, &part, path, error);
}

gboolean
vt_previews_make(gpointer data, const VtPreviewAsk *ask, const char *path, GError **error)
{
    const VtPreviews *self = data;
    g_autoptr(VtDb) db = vt_shadow_open(self->database_url, error);
    g_auto(VtPreview) preview = {0};

    return db != NULL &&
           vt_preview_find(db, ask->word, ask->tenant, g_get_real_time(), &preview, error) &&
           write_part(db, &preview, ask, path, error);
}
