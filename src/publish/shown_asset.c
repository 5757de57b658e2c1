#include "publish/shown_asset.h"

#include "base/locale.h"
#include "difference_sql.h"
#include "document/revision.h"
#include "media/content.h"
#include "resolve/resolve.h"

/* A document of the asset. */
typedef struct {
    gint64 document_id;
    char *locale;                       /* owned */
    gint64 number[VT_SIDE_COUNT];       /* 0: not live */
    gboolean has_binary[VT_SIDE_COUNT]; /* or members, of its own */
} Variant;

struct _VtShownAsset {
    char *name;       /* owned */
    GArray *variants; /* Variant */
};

static void
clear_variant(gpointer data)
{
    g_free(((Variant *)data)->locale);
}

void
vt_shown_asset_free(VtShownAsset *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_array_unref(self->variants);
    g_free(self);
}

/* Reads the rows; what is planned takes the place of what is live. */
static gboolean
load_rows(VtShownAsset *self, VtDb *db, gint64 asset_id, GHashTable *planned, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_difference_asset, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt)) {
        Variant variant = {.document_id = vt_stmt_int(stmt, "document_id")};
        const VtPublishItem *item = g_hash_table_lookup(planned, &variant.document_id);

        variant.locale = g_strdup(vt_stmt_text(stmt, "locale"));
        variant.number[VT_SIDE_BEFORE] = vt_stmt_int(stmt, "number");
        variant.number[VT_SIDE_AFTER] =
            item != NULL ? item->number : variant.number[VT_SIDE_BEFORE];
        g_array_append_val(self->variants, variant);
        if (self->name == NULL)
            self->name = g_strdup(vt_stmt_text(stmt, "name"));
    }
    return vt_stmt_end(stmt, error);
}

/* A tombstone counts as not live. */
static gboolean
load_body(VtDb *db, Variant *variant, VtSide side, GError **error)
{
    g_auto(VtAssetContent) content = {0};
    g_autofree char *body = NULL;

    if (variant->number[side] == 0)
        return TRUE;
    if (side == VT_SIDE_AFTER && variant->number[side] == variant->number[VT_SIDE_BEFORE]) {
        variant->has_binary[side] = variant->has_binary[VT_SIDE_BEFORE];
        return TRUE;
    }
    if (!vt_revision_body(db, variant->document_id, variant->number[side], &body, error))
        return FALSE;
    if (body == NULL) {
        variant->number[side] = 0;
        return TRUE;
    }
    if (!vt_asset_content_parse(body, &content, error))
        return FALSE;
    variant->has_binary[side] = vt_asset_content_is_shown(&content);
    return TRUE;
}

VtShownAsset *
vt_shown_asset_load(VtDb *db, gint64 asset_id, GHashTable *planned, GError **error)
{
    g_autoptr(VtShownAsset) self = g_new0(VtShownAsset, 1);

    self->variants = g_array_new(FALSE, FALSE, sizeof(Variant));
    g_array_set_clear_func(self->variants, clear_variant);
    if (!load_rows(self, db, asset_id, planned, error))
        return NULL;
    for (guint i = 0; i < self->variants->len; i++)
        for (int side = 0; side < VT_SIDE_COUNT; side++)
            if (!load_body(db, &g_array_index(self->variants, Variant, i), (VtSide)side, error))
                return NULL;
    return g_steal_pointer(&self);
}

const char *
vt_shown_asset_name(const VtShownAsset *self)
{
    return self->name;
}

static const Variant *
live_in(const VtShownAsset *self, VtSide side, const char *locale)
{
    for (guint i = 0; i < self->variants->len; i++) {
        const Variant *variant = &g_array_index(self->variants, Variant, i);

        if (variant->number[side] != 0 && vt_resolve_locale_equal(variant->locale, locale))
            return variant;
    }
    return NULL;
}

gboolean
vt_shown_asset_in(
    const VtShownAsset *self, VtSide side, const char *locale, VtShownRevision *ret_revision)
{
    const Variant *neutral = live_in(self, side, VT_LOCALE_NEUTRAL);
    const Variant *text = live_in(self, side, locale);
    const Variant *binary;

    if (neutral != NULL && !neutral->has_binary[side])
        neutral = NULL;
    if (text == NULL || (!text->has_binary[side] && neutral == NULL))
        text = neutral;
    if (text == NULL)
        return FALSE;
    binary = text->has_binary[side] ? text : neutral;
    *ret_revision = (VtShownRevision){
        text->document_id, text->number[side], binary->document_id, binary->number[side]};
    return TRUE;
}
